"""What incidents of before keep, in words: the lines of the report about versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from xlmatrix.errors import plural
from xlmatrix.model.history import PolicyVersion
from xlmatrix.model.models import MatrixSpec
from xlmatrix.regen.merging.dates import dates_held
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.sheets.policy_history import HISTORY

#: How many classes, roles or calendars a line names.
_MOST: Final = 8
_SILENT: Final = PolicyVersion(version="none", effective=date(2000, 1, 1))


def version_lines(base: MatrixSpec, new: MatrixSpec, wished: MatrixSpec | None) -> list[Change]:
    """What a change of the policy leaves as it was.

    A line for the version that the old workbook's policy became, or that got more to say, and one
    for the dates of the past; ``wished`` is the new spec as it was written, None for a known one.
    """
    known = {one.effective: one for one in base.history}
    names = {one.id: one.name for one in new.calendars} | {one.id: one.name for one in new.teams}
    names |= {one.id: one.name for one in new.roles}
    told = [
        (version, kept)
        for version in new.history
        if (kept := _kept(version, known.get(version.effective, _SILENT), names))
    ]
    # Older versions only say more of the same.
    notes = [
        f"from {new.policy.effective} on; {'; '.join(kept)} of version {version.version}"
        for version, kept in told[-1:]
    ]
    count = dates_held(wished, new) if wished else 0
    if count:
        notes.append(
            f"holidays and exceptions of days before stay as they were: {plural(count, 'date')}"
        )
    if wished and wished.leave != new.leave:
        notes.append("who was away on days before stays as it was")
    if wished and wished.overrides != new.overrides:
        notes.append("who stood in on days before stays as it was")
    key = f"version {new.policy.version}"
    return [Change(Outcome.TAKEN, "", key, "", note=note, sheet=HISTORY) for note in notes]


def _kept(version: PolicyVersion, before: PolicyVersion, names: Mapping[str, str]) -> list[str]:
    """What a version says that it did not say before, by whom or what keeps it."""
    judged = ["the targets"] if version.targets and version.targets != before.targets else []
    kinds = [
        f"{kind} ({one.severity})"
        for kind, one in version.classes.items()
        if one.severity and before.classes.get(kind) != one
    ]
    if kinds:
        judged.append(f"the severity of {_named(kinds)}")
    roles = [
        f"{names.get(role, role)} ({', '.join(filter(None, (one.primary, one.backup)))})"
        for role, one in version.roles.items()
        if before.roles.get(role) != one
    ]
    teams = [
        f"{names.get(team, team)} ({', '.join(one.members)})"
        for team, one in version.teams.items()
        if before.teams.get(team) != one
    ]
    duty = [
        f"the holders of {_named(roles)}" if roles else "",
        "the turns on call" if version.on_call not in (None, before.on_call) else "",
        f"the people of {_named(teams)}" if teams else "",
    ]
    hours = [
        f"{names.get(calendar, calendar)} ({one.hours})"
        for calendar, one in version.calendars.items()
        if before.calendars.get(calendar) != one
    ]
    clauses = (
        ("incidents opened before keep", " and ".join(judged)),
        ("calls made before keep", " and ".join(filter(None, duty))),
        ("days before keep", f"the hours of {_named(hours)}" if hours else ""),
    )
    return [f"{who} {what}" for who, what in clauses if what]


def _named(parts: Sequence[str]) -> str:
    more = f" and {len(parts) - _MOST} more" if len(parts) > _MOST else ""
    return ", ".join(parts[:_MOST]) + more
