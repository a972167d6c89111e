"""New targets do not rewrite history: incidents opened before keep those they were opened under.

Where a template or spec brings other targets to a workbook with incidents, the old ones become an
earlier version of the policy, and the new ones are in force from a date on: the one that the new
spec names, if it is later than the old one's, else the day of the regeneration.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np

from xlmatrix.model.history import PolicyVersion
from xlmatrix.model.models import MatrixSpec
from xlmatrix.regen.merging.before import Names, before, in_seconds, other_days, renamed
from xlmatrix.regen.merging.dates import with_dates_of, with_leave_of, with_overrides_of
from xlmatrix.rules.logs.incident_log import IncidentLog

_MOST_DIGITS: Final = 18


def with_versions(
    base: MatrixSpec, used: MatrixSpec, new: MatrixSpec, log: IncidentLog, today: date
) -> MatrixSpec:
    """The new spec with the versions that the workbook had, and a further one where targets change.

    Parameters
    ----------
    base, used
        What the workbook was made from, and that with what people typed since.
    log
        The workbook's incidents; nothing is kept for none.
    today
        The day from which new targets count where the new spec names no later one than the old.
    """
    names = Names.between(base, new)
    days = other_days(base, used, new, names)
    known = {v.effective: renamed(in_seconds(v, used, days), names) for v in base.history}
    policy = new.policy
    later = policy.effective > base.policy.effective
    starts = policy.effective if later else max(policy.effective, today)
    was = renamed(before(base, used, new, names), names)
    changed = starts > base.policy.effective and was.says_anything
    if changed and _opened_before(log, starts):
        known[was.effective] = was
        version = policy.version
        if version == base.policy.version:
            version = _next(version)
        policy = policy.model_copy(update={"effective": starts, "version": version})
    elif base.policy.effective > policy.effective:
        kept = {"effective": base.policy.effective, "version": base.policy.version}
        policy = policy.model_copy(update=kept)
    # Where a version is silent it means the present, which was the old one until now.
    known = {effective: _over(version, was) for effective, version in known.items()}
    # What an author wrote of an earlier version is better than what can be told from a workbook.
    known |= {one.effective: _over(one, known.get(one.effective)) for one in new.history}
    history = tuple(v for effective, v in sorted(known.items()) if effective < policy.effective)
    dated = {"calendars": new.calendars, "leave": new.leave, "overrides": new.overrides}
    if _opened_before(log, starts):
        # What is dated has its version in the date.
        until = min(starts, today)
        dated = {
            "calendars": with_dates_of(base, new, names, until),
            "leave": with_leave_of(base, new, until),
            "overrides": with_overrides_of(base, used, new, names, until),
        }
    update = {"history": history, "policy": policy, **dated}
    if all(getattr(new, known) == value for known, value in update.items()):
        return new
    return new.model_copy(update=update)


def fitting(spec: MatrixSpec) -> MatrixSpec:
    """The spec with earlier versions that speak of what it has, and of nothing else."""
    severities = {severity.id for severity in spec.severities}
    kinds, roles = {kind.id for kind in spec.classes}, {role.id for role in spec.roles}
    calendars = {calendar.id for calendar in spec.calendars}
    teams = {team.id for team in spec.teams}
    history = tuple(
        version.model_copy(
            update={
                "targets": {k: t for k, t in version.targets.items() if k in severities},
                "classes": {
                    known: one
                    for known, one in version.classes.items()
                    if known in kinds and (one.severity is None or one.severity in severities)
                },
                "roles": {known: one for known, one in version.roles.items() if known in roles},
                "teams": {known: one for known, one in version.teams.items() if known in teams},
                "on_call": version.on_call
                and tuple(
                    one
                    for one in version.on_call
                    if one.role in roles and one.calendar in {None, *calendars}
                ),
                "calendars": {k: one for k, one in version.calendars.items() if k in calendars},
            }
        )
        for version in spec.history
    )
    return spec if history == spec.history else spec.model_copy(update={"history": history})


def _over(version: PolicyVersion, other: PolicyVersion | None) -> PolicyVersion:
    """A version, and what another says where it is silent."""
    if other is None:
        return version
    found = version.model_copy(
        update={
            "targets": {**other.targets, **version.targets},
            "classes": {**other.classes, **version.classes},
            "roles": {**other.roles, **version.roles},
            "teams": {**other.teams, **version.teams},
            "on_call": other.on_call if version.on_call is None else version.on_call,
            "calendars": {**other.calendars, **version.calendars},
        }
    )
    return version if found == version else found


def _opened_before(log: IncidentLog, day: date) -> bool:
    return bool((log.stamps["Opened"] < np.datetime64(day, "s")).any())


def _next(version: str) -> str:
    """The name of the version that follows: ``2`` after ``1``, ``2026-2`` after ``2026-1``."""
    bare = version.rstrip("0123456789")
    number = version[len(bare) :][:_MOST_DIGITS]
    return f"{bare}{int(number) + 1}" if number else f"{version} 2"


def names_calendars(history: Sequence[PolicyVersion]) -> set[str]:
    """The calendars that earlier versions count by, and by which their layers were on duty."""
    layers = (one.calendar for version in history for one in version.on_call or ())
    return {one for one in layers if one} | {
        target.calendar
        for version in history
        for targets in version.targets.values()
        for _, target in targets.items()
        if target.calendar
    }


def names_severities(history: Sequence[PolicyVersion]) -> set[str]:
    """The severities that classes had in earlier versions."""
    kinds = [one for version in history for one in version.classes.values()]
    return {one.severity for one in kinds if one.severity}
