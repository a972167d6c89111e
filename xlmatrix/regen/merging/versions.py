"""New targets do not rewrite history: incidents opened before keep those they were opened under.

Where a template or spec brings other targets to a workbook with incidents, the old ones become an
earlier version of the policy, and the new ones are in force from a date on: the one that the new
spec names, if it is later than the old one's, else the day of the regeneration.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any, Final

import numpy as np

from xlmatrix.model.calendars import day_seconds
from xlmatrix.model.duration import Duration
from xlmatrix.model.history import ClassBefore, PolicyVersion
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import TARGETS, Target, Targets, is_timed
from xlmatrix.regen.merging.migrate import Glossary, renamed_ids
from xlmatrix.rules.logs.incident_log import IncidentLog

#: Targets that every severity has.
_NEEDED: Final = ("acknowledge", "first_response", "resolve")
_MOST_DIGITS: Final = 18
#: Calendar ids in the words of the new spec.
_Names = Mapping[str, str]


def with_versions(
    base: MatrixSpec,
    used: MatrixSpec,
    new: MatrixSpec,
    words: Glossary,
    log: IncidentLog,
    today: date,
) -> MatrixSpec:
    """The new spec with the versions that the workbook had, and a further one where targets change.

    Parameters
    ----------
    base, used
        What the workbook was made from, and that with what people typed since.
    words
        What is called otherwise in the new spec.
    log
        The workbook's incidents; nothing is kept for none.
    today
        The day from which new targets count where the new spec names no later one than the old.
    """
    calendars = renamed_ids(base.calendars, new.calendars)
    known = {version.effective: _renamed(version, words, calendars) for version in base.history}
    policy = new.policy
    later = policy.effective > base.policy.effective
    starts = policy.effective if later else max(policy.effective, today)
    before = _renamed(_before(base, used, new, words, calendars), words, calendars)
    changed = starts > base.policy.effective and bool(before.targets or before.classes)
    if changed and _opened_before(log, starts):
        known[before.effective] = before
        version = policy.version
        if version == base.policy.version:
            version = _next(version)
        policy = policy.model_copy(update={"effective": starts, "version": version})
    elif base.policy.effective > policy.effective:
        kept = {"effective": base.policy.effective, "version": base.policy.version}
        policy = policy.model_copy(update=kept)
    # Where a version is silent it means the present, which was the old one until now.
    known = {effective: _over(version, before) for effective, version in known.items()}
    # What an author wrote of an earlier version is better than what can be told from a workbook.
    known |= {one.effective: _over(one, known.get(one.effective)) for one in new.history}
    history = tuple(v for effective, v in sorted(known.items()) if effective < policy.effective)
    if history == new.history and policy == new.policy:
        return new
    return new.model_copy(update={"history": history, "policy": policy})


def fitting(spec: MatrixSpec) -> MatrixSpec:
    """The spec with earlier versions that speak of what it has, and of nothing else."""
    severities = {severity.id for severity in spec.severities}
    kinds = {kind.id for kind in spec.classes}
    history = tuple(
        version.model_copy(
            update={
                "targets": {k: t for k, t in version.targets.items() if k in severities},
                "classes": {
                    known: one
                    for known, one in version.classes.items()
                    if known in kinds and (one.severity is None or one.severity in severities)
                },
            }
        )
        for version in spec.history
    )
    return spec if history == spec.history else spec.model_copy(update={"history": history})


def _before(
    base: MatrixSpec, used: MatrixSpec, new: MatrixSpec, words: Glossary, calendars: _Names
) -> PolicyVersion:
    """What the new spec changes, as it stands in the workbook: empty where it changes nothing."""
    targets: dict[str, Targets] = {}
    if _differ(base, new, words, calendars):
        targets = {s.id: _explicit(s, used, base) for s in used.severities}
    return PolicyVersion(
        version=base.policy.version,
        effective=base.policy.effective,
        targets=targets,
        classes=_classes(base, used, new, words),
    )


def _classes(
    base: MatrixSpec, used: MatrixSpec, new: MatrixSpec, words: Glossary
) -> dict[str, ClassBefore]:
    """The classes to which the new spec gives another severity; not those that people changed."""
    offered = {kind.id: kind.severity for kind in base.classes}
    now = {kind.id: kind.severity for kind in new.classes}
    found = {}
    for kind in used.classes:
        after = now.get(words.class_ids.get(kind.id.casefold(), kind.id))
        same = words.severities.get(kind.severity.casefold(), kind.severity)
        if after not in (None, same) and offered.get(kind.id) == kind.severity:
            found[kind.id] = ClassBefore(severity=kind.severity)
    return found


def _over(version: PolicyVersion, before: PolicyVersion | None) -> PolicyVersion:
    """A version, and what another says where it is silent."""
    if before is None:
        return version
    found = version.model_copy(
        update={
            "targets": {**before.targets, **version.targets},
            "classes": {**before.classes, **version.classes},
        }
    )
    return version if found == version else found


def _differ(base: MatrixSpec, new: MatrixSpec, words: Glossary, calendars: _Names) -> bool:
    """Whether a severity that both have has other targets in the new spec."""
    now = {severity.id: severity for severity in new.severities}
    for severity in base.severities:
        found = now.get(words.severities.get(severity.id.casefold(), severity.id))
        if found is not None and _figures(severity, calendars) != _figures(found, {}):
            return True
    return False


def _figures(severity: Severity, calendars: _Names) -> list[Any]:
    found: list[Any] = []
    for name in TARGETS:
        target = severity.targets.get(name)
        if target is None:
            found.append(None)
            continue
        calendar = target.calendar or severity.calendar
        found.append((target.within, calendars.get(calendar.casefold(), calendar), target.pauses))
    return found


def _explicit(severity: Severity, used: MatrixSpec, base: MatrixSpec) -> Targets:
    """The targets as they stand in the workbook, each with its calendar.

    What no spec can say stays as it was offered.
    """
    before = next((s for s in base.severities if s.id == severity.id), severity)
    calendars = {calendar.id for calendar in base.calendars}
    chosen: dict[str, Any] = {}
    for name in TARGETS:
        target, offered = severity.targets.get(name), before.targets.get(name)
        found = None
        if is_timed(target):
            calendar = target.calendar or severity.calendar
            within = _sayable(target.within, used, calendar) if calendar in calendars else None
            if within is not None:
                found = Target(within=within, calendar=calendar, pauses=target.pauses)
        if found is None and offered is not None and (target is not None or name in _NEEDED):
            own = offered.calendar or before.calendar
            found = Target(within=offered.within, calendar=own, pauses=offered.pauses)
        chosen[name] = found
    return Targets(**chosen)


def _sayable(within: Duration, used: MatrixSpec, calendar: str) -> Duration | None:
    """A duration in a form that a spec takes: people type fractions of days too; None for none."""
    if within.days is not None:
        plain = Duration(days=within.days)
    else:
        plain = Duration(seconds=within.working_seconds(day_seconds(used.calendar(calendar))))
    for said in (within, plain):
        with suppress(ValueError):
            return None if said.is_zero else Duration.parse(said.text())
    return None


def _renamed(version: PolicyVersion, words: Glossary, calendars: _Names) -> PolicyVersion:
    targets = {
        words.severities.get(severity.casefold(), severity): _moved(one, calendars)
        for severity, one in version.targets.items()
    }
    classes = {
        words.class_ids.get(kind.casefold(), kind): ClassBefore(
            severity=one.severity and words.severities.get(one.severity.casefold(), one.severity)
        )
        for kind, one in version.classes.items()
    }
    return version.model_copy(update={"targets": targets, "classes": classes})


def _moved(targets: Targets, calendars: _Names) -> Targets:
    moved: dict[str, Any] = {
        name: target.model_copy(update={"calendar": calendars[target.calendar.casefold()]})
        for name, target in targets.items()
        if target.calendar and target.calendar.casefold() in calendars
    }
    return targets.model_copy(update=moved) if moved else targets


def _opened_before(log: IncidentLog, day: date) -> bool:
    return bool((log.stamps["Opened"] < np.datetime64(day, "s")).any())


def _next(version: str) -> str:
    """The name of the version that follows: ``2`` after ``1``, ``2026-2`` after ``2026-1``."""
    bare = version.rstrip("0123456789")
    number = version[len(bare) :][:_MOST_DIGITS]
    return f"{bare}{int(number) + 1}" if number else f"{version} 2"


def names_calendars(history: Sequence[PolicyVersion]) -> set[str]:
    """The calendars that earlier versions count by."""
    return {
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
