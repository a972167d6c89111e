"""What incidents of before keep, in words: the lines of the report about versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from xlmatrix.model.history import PolicyVersion
from xlmatrix.model.models import MatrixSpec
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.sheets.policy_history import HISTORY

#: How many classes or roles a line names.
_MOST: Final = 8


def version_lines(base: MatrixSpec, new: MatrixSpec) -> list[Change]:
    """A line for the version that the old workbook's policy became, or that got more to say."""
    known = {one.effective: one for one in base.history}
    names = {role.id: role.name for role in new.roles}
    since = f"from {new.policy.effective} on; incidents opened before keep"
    told = [
        (version, kept)
        for version in new.history
        if (kept := _kept(version, known.get(version.effective), names))
    ]
    return [
        Change(
            Outcome.TAKEN,
            "",
            f"version {new.policy.version}",
            "",
            note=f"{since} {_listed(kept)} of version {version.version}",
            sheet=HISTORY,
        )
        # Older versions only say more of the same.
        for version, kept in told[-1:]
    ]


def _kept(
    version: PolicyVersion, before: PolicyVersion | None, names: Mapping[str, str]
) -> list[str]:
    """What a version says that it did not say before."""
    found = []
    if version.targets and (before is None or before.targets != version.targets):
        found.append("the targets")
    was = before.classes if before else {}
    kinds = [
        f"{kind} ({one.severity})"
        for kind, one in version.classes.items()
        if one.severity and was.get(kind) != one
    ]
    if kinds:
        found.append(f"the severity of {_named(kinds)}")
    held = before.roles if before else {}
    roles = [
        f"{names.get(role, role)} ({one.primary}{f', {one.backup}' if one.backup else ''})"
        for role, one in version.roles.items()
        if held.get(role) != one
    ]
    if roles:
        found.append(f"the holders of {_named(roles)}")
    return found


def _named(parts: Sequence[str]) -> str:
    more = f" and {len(parts) - _MOST} more" if len(parts) > _MOST else ""
    return ", ".join(parts[:_MOST]) + more


def _listed(parts: Sequence[str]) -> str:
    """Several things in a row, the last with "and"."""
    head, last = ", ".join(parts[:-1]), parts[-1]
    return f"{head} and {last}" if head else last
