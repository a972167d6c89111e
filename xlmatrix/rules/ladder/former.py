"""Who held the roles before: earlier versions of the policy end at midnight of the next one.

A template with other people in a role does not rewrite who was called yesterday.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from xlmatrix.formula import Name, name
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.parts import Role
from xlmatrix.rules.ladder.turns import Pair
from xlmatrix.worktime import Zone
from xlmatrix.worktime.shifts import local_midnight

#: On the hidden sheet Rota: 1 for each row of tRoles whose role had a backup before.
HAD_BACKUP: Final[Name] = name("Had_Backup")


@dataclass(frozen=True, slots=True)
class Tenures:
    """When the versions of a policy begin, from the second on, in epoch seconds.

    Empty where no version names other holders than those of now.
    """

    spec: MatrixSpec
    starts_s: Sequence[int]

    def version_at(self, at_s: int) -> int | None:
        """Which earlier version (from 0) was in force at an instant; None for the present one."""
        place = bisect_right(self.starts_s, at_s)
        return place if place < len(self.starts_s) else None

    def holders(self, role: Role, at_s: int) -> Pair:
        """Primary and backup that stood on Owners for a role at an instant."""
        place = self.version_at(at_s)
        if place is None:
            return role.primary or "", role.backup or ""
        return self.spec.history[place].holders_of(role)


def tenures_of(spec: MatrixSpec, zone: Zone) -> Tenures:
    """The tenures of all roles."""
    if not spec.had_other_holders:
        return Tenures(spec, ())
    days = [*(version.effective for version in spec.history[1:]), spec.policy.effective]
    return Tenures(spec, [zone.boundary(local_midnight(day)) for day in days])


def had_another(spec: MatrixSpec, role_id: str) -> bool:
    """Whether others held a role under an earlier version."""
    return any(role_id in version.roles for version in spec.history)


def had_backup(spec: MatrixSpec, role: Role) -> bool:
    """Whether somebody stood in for a role under an earlier version that says who held it."""
    return any(
        version.roles[role.id].backup for version in spec.history if role.id in version.roles
    )
