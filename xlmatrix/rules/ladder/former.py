"""Who was on duty before: earlier versions of the policy end at midnight of the next one.

A template with other people in a role, a rota or a team does not rewrite who was called yesterday.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from xlmatrix.formula import Expr, F, Name, col, lit, name
from xlmatrix.model.ladder import Team
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.oncall import Rotation
from xlmatrix.model.parts import Role
from xlmatrix.rules.ladder.turns import Pair
from xlmatrix.tables.people import TEAMS
from xlmatrix.worktime import Zone
from xlmatrix.worktime.shifts import local_midnight

#: On the hidden sheet Rota: 1 for each row of tRoles whose role had a backup before.
HAD_BACKUP: Final[Name] = name("Had_Backup")

#: Since when each version was in force, who was in each team then, and its row of former members.
TEAM_FROM: Final[Name] = name("Team_From")
TEAM_PEOPLE: Final[Name] = name("Team_People")
TEAM_BEFORE: Final[Name] = name("Team_Before")
#: How many teams may be added in a workbook in which others were in one before.
_MORE_TEAMS: Final = 10


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

    def rotations(self, role_id: str, at_s: int) -> tuple[Rotation, ...]:
        """The layers of a role at an instant; of a silent version, those of now."""
        place = self.version_at(at_s)
        before = None if place is None else self.spec.history[place].on_call
        rotations = self.spec.on_call if before is None else before
        return tuple(one for one in rotations if one.role == role_id)

    def members(self, team: Team, at_s: int) -> tuple[str, ...]:
        """Who was in a team at an instant."""
        place = self.version_at(at_s)
        return team.members if place is None else self.spec.history[place].members_of(team)


def tenures_of(spec: MatrixSpec, zone: Zone) -> Tenures:
    """The tenures of all roles."""
    return versions_of(spec, zone) if spec.had_other_holders else Tenures(spec, ())


def versions_of(spec: MatrixSpec, zone: Zone) -> Tenures:
    """When each version was in force, whatever it says."""
    days = [*(version.effective for version in spec.history[1:]), spec.policy.effective]
    return Tenures(spec, [zone.boundary(local_midnight(day)) for day in days if spec.history])


def had_another(spec: MatrixSpec, role_id: str) -> bool:
    """Whether others held a role under an earlier version."""
    return any(role_id in version.roles for version in spec.history)


def had_backup(spec: MatrixSpec, role: Role) -> bool:
    """Whether somebody stood in for a role under an earlier version that says who held it."""
    return any(
        version.roles[role.id].backup for version in spec.history if role.id in version.roles
    )


def team_room(spec: MatrixSpec) -> int:
    """How many rows a version has on the hidden sheet: one a team, the last blank."""
    return len(spec.teams) + _MORE_TEAMS


def team_people_expr(spec: MatrixSpec, place: Expr, at: Expr | None = None) -> Expr:
    """Who is in the team in row ``place`` of tTeams at the instant ``at`` (UTC, Excel seconds)."""
    if at is None or not spec.had_other_teams:
        return F.INDEX(col(TEAMS.name, "People"), place)
    room = team_room(spec)
    row = (F.MATCH(at, TEAM_FROM, 1) - 1) * room + F.MIN(place, room)
    return F.INDEX(TEAM_PEOPLE, row)


def team_manned_expr(spec: MatrixSpec, place: Expr) -> Expr:
    """Whether anybody is in a team, or was before."""
    now: Expr = team_people_expr(spec, place).filled()
    if not spec.had_other_teams:
        return now
    return F.OR(now, F.IFERROR(F.ISNUMBER(F.INDEX(TEAM_BEFORE, place)), lit(False)))
