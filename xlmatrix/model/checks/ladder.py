"""A ladder climbs, and calls somebody before it is too late. All warnings: a ladder still works.

Early is good. Late is a call that saves nothing any more:

- the **first call** at or after the instant at which the acknowledgement or the first response is
  due: nobody can answer in time;
- the **second call** after the first response is due: nobody hears in time of the silence;
- **any call** at or after the instant at which the resolution is due.

Steps of one instant are one call. Who is only informed is not called. The Health sheet has the same
rule where both clocks run on one calendar (:mod:`xlmatrix.rules.lint.ladders`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.base import Path, Problem, warning
from xlmatrix.model.calendars import step_seconds
from xlmatrix.model.checks.order import clock_of, usable
from xlmatrix.model.checks.starts import Clock, Starts
from xlmatrix.model.duration import Duration
from xlmatrix.model.ladder import Step
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import TargetName

#: The targets that a call must come before, by its place among the ladder's calls, and whether it
#: is late already at the very instant.
_SAVES: Final[tuple[tuple[tuple[TargetName, ...], bool], ...]] = (
    (("acknowledge", "first_response"), True),
    (("first_response",), False),
)
_CALLS: Final = ("the first call", "the second call")


def check(spec: MatrixSpec, starts: Starts) -> Iterator[Problem]:
    """Steps out of order or too late, or calling a backup who does not exist."""
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
        yield from _in_time(spec, starts, severity, path)
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


def _in_time(spec: MatrixSpec, starts: Starts, severity: Severity, path: Path) -> Iterator[Problem]:
    seconds = [None if step.inform else _seconds(spec, severity, step) for step in severity.ladder]
    instants = sorted({second for second in seconds if second is not None})
    for row, (step, second) in enumerate(zip(severity.ladder, seconds, strict=True)):
        if second is None:
            continue
        at = instants.index(second)
        said = _late(starts, severity, second, at)
        if said:
            yield warning(
                "escalation-late",
                (*path, row, "after"),
                f"level {step.level} is called after {step.after}, {said}",
                "Call earlier: the first before the response is due, the second by then, all before"
                " resolve",
            )


def _late(starts: Starts, severity: Severity, second: int, at: int) -> str:
    """Why the call number ``at`` (from 0) comes too late; "" where it does not."""
    called = Clock(Duration(seconds=second), severity.calendar)
    saves = _SAVES[at] if at < len(_SAVES) else ((), True)
    judged = [(name, saves[1]) for name in saves[0]]
    for name, or_equal in (*judged, ("resolve", True)):
        target = severity.targets.get(name)
        if not usable(target):
            continue
        due = clock_of(severity, target)
        later = starts.later(called, due, or_equal=or_equal)
        if later is None:
            continue
        which = "a call" if name == "resolve" else _CALLS[at]
        how = "is already due" if or_equal else "is breached"
        said = f"{which} when {name.replace('_', ' ')} ({starts.words(due)}) {how}"
        if later.first is not None:
            first, when = later.first, "for every start" if later.every else "for some starts"
            said += f" {when}: opened {first.opened}, called {first.one_due}, due {first.other_due}"
        return said
    return ""


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
