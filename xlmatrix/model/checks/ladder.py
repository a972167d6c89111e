"""A ladder climbs, and calls somebody before it is too late. All warnings: a ladder still works."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import nan

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.base import Path, Problem, warning
from xlmatrix.model.calendars import step_seconds
from xlmatrix.model.checks.order import difference, usable
from xlmatrix.model.duration import Duration
from xlmatrix.model.ladder import Step
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import Target


def check(spec: MatrixSpec) -> Iterator[Problem]:
    """Steps out of order, too early or too late, or calling a backup who does not exist."""
    for place, severity in enumerate(spec.severities):
        path: Path = ("severities", place, "ladder")
        if not severity.ladder:
            yield warning(
                "ladder-empty",
                path[:-1],
                f"{severity.id} has no ladder, so nobody is called",
                "Add a ladder with at least one step",
            )
            continue
        yield from _climbs(spec, severity, path)
        yield from _in_time(spec, severity, path)
        yield from _has_backups(spec, severity, path)


def _climbs(spec: MatrixSpec, severity: Severity, path: Path) -> Iterator[Problem]:
    for row, (before, step) in enumerate(pairwise(severity.ladder), start=1):
        if step.level < before.level:
            yield warning(
                "ladder-order",
                (*path, row, "level"),
                f"level {step.level} stands after level {before.level}",
                "Sort the steps by level",
            )
        earlier, later = (_seconds(spec, severity, one) for one in (before, step))
        if earlier is not None and later is not None and earlier > later:
            yield warning(
                "ladder-order",
                (*path, row, "after"),
                f"{step.after} is earlier than the step before it ({before.after})",
                "Sort the steps by time",
            )


def _in_time(spec: MatrixSpec, severity: Severity, path: Path) -> Iterator[Problem]:
    targets = severity.targets
    for row, step in enumerate(severity.ladder):
        here = (*path, row, "after")
        called = f"level {step.level} is called after {step.after}"
        after_response = _behind(spec, severity, step, targets.first_response)
        if step.level == 1 and after_response > 0:
            yield warning(
                "escalation-late",
                here,
                f"{called}, when first response ({targets.first_response.within}) is breached",
                "Call level 1 before the first response is due",
            )
        if step.level > 1 and after_response < 0:
            yield warning(
                "escalation-early",
                here,
                f"{called}, before first response ({targets.first_response.within}) is due",
                "Escalate when the first response is due, or later",
            )
        if _behind(spec, severity, step, targets.resolve) >= 0:
            yield warning(
                "escalation-late",
                here,
                f"{called}, when resolve ({targets.resolve.within}) is already due",
                "Escalate while there is still time to resolve",
            )


def _behind(spec: MatrixSpec, severity: Severity, step: Step, target: Target) -> float:
    """Seconds from the target's due time to the step; NaN where that cannot be said."""
    seconds = _seconds(spec, severity, step)
    if not usable(target) or seconds is None:
        return nan
    return difference(
        spec,
        (Duration(seconds=seconds), severity.calendar),
        (target.within, severity.calendar_of(target)),
    )


def _seconds(spec: MatrixSpec, severity: Severity, step: Step) -> int | None:
    """When a step comes; None also where its calendar cannot be computed."""
    try:
        return step_seconds(spec, severity, step.after)
    except XlmatrixError:
        return None


def _has_backups(spec: MatrixSpec, severity: Severity, path: Path) -> Iterator[Problem]:
    backups = {role.id: role.backup for role in spec.roles}
    for row, step in enumerate(severity.ladder):
        if step.contact == "backup" and step.role in backups and backups[step.role] is None:
            yield warning(
                "no-backup",
                (*path, row, "contact"),
                f"the backup of '{step.role}' is called, and that role has none",
                f"Name a backup for the role '{step.role}'",
            )
