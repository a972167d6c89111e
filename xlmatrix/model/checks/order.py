"""Targets come in the order they happen, and a worse severity is never the slower one.

Two durations on one calendar are compared in its working time. On different calendars, or where
calendar days are involved, no comparison holds for every start; then each stands for the shortest
wall-clock time it can take, which is: calendar days of 24 h; on a calendar that never closes its
seconds; on any other, working time laid into days of the calendar's length, one a day, from an
opening on. A pair that fails under this rule fails for every start.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import nan

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.base import STAND_IN, Path, Problem, error
from xlmatrix.model.calendars import day_seconds, weekly_hours
from xlmatrix.model.duration import Duration
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import TARGETS, Target, TargetName, is_timed

_DAY_S = 86_400
# Each chain must not decrease; a chain may skip what a severity does not set.
CHAINS: tuple[tuple[TargetName, ...], ...] = (
    ("acknowledge", "first_response", "contain", "mitigate", "resolve"),
    ("acknowledge", "customer_first"),
    ("customer_first", "resolve"),
    ("internal_update", "resolve"),
    ("customer_repeat", "resolve"),
)


def check(spec: MatrixSpec) -> Iterator[Problem]:
    """Targets that come too late within their severity, or before those of a worse one."""
    for place, severity in enumerate(spec.severities):
        yield from _within(spec, severity, ("severities", place, "targets"))
    for place in range(1, len(spec.severities)):
        yield from _across(spec, place, ("severities", place, "targets"))


def _within(spec: MatrixSpec, severity: Severity, path: Path) -> Iterator[Problem]:
    for chain in CHAINS:
        steps = [name for name in chain if usable(severity.targets.get(name))]
        for first, then in pairwise(steps):
            before, after = severity.targets.get(first), severity.targets.get(then)
            if before is None or after is None:
                continue
            if longer(spec, (before, severity), (after, severity)):
                yield error(
                    "order",
                    (*path, then),
                    f"{after.within} is shorter than {first} ({before.within})",
                    f"Raise {then} or lower {first}",
                )


def _across(spec: MatrixSpec, place: int, path: Path) -> Iterator[Problem]:
    """Each target of a severity beside that of the next worse one that has it."""
    milder, above = spec.severities[place], spec.severities[:place][::-1]
    for name in TARGETS:
        slow = milder.targets.get(name)
        worse = next((level for level in above if usable(level.targets.get(name))), None)
        fast = None if worse is None else worse.targets.get(name)
        if worse is None or fast is None or slow is None or not usable(slow):
            continue
        if longer(spec, (fast, worse), (slow, milder)):
            yield error(
                "order-across",
                (*path, name),
                f"{slow.within} in {milder.id} is shorter than the {fast.within} in {worse.id},"
                " which is the worse severity",
                f"Raise {name} in {milder.id} or lower it in {worse.id}",
            )


def usable(target: Target | None) -> bool:
    """Whether there is such a target and it is one that somebody wrote."""
    return is_timed(target) and target.source != STAND_IN


def longer(spec: MatrixSpec, a: tuple[Target, Severity], b: tuple[Target, Severity]) -> bool:
    """Whether target ``a`` takes longer than ``b`` by the rule of this module."""
    return (
        difference(
            spec, (a[0].within, a[1].calendar_of(a[0])), (b[0].within, b[1].calendar_of(b[0]))
        )
        > 0
    )


def difference(spec: MatrixSpec, a: tuple[Duration, str], b: tuple[Duration, str]) -> float:
    """How many seconds ``a`` takes longer than ``b``, each a duration with its calendar's id.

    NaN, which is neither more nor less than anything, where a calendar does not exist or does not
    parse: that has a finding of its own.
    """
    (first, first_calendar), (second, second_calendar) = a, b
    if first_calendar == second_calendar and first.kind == second.kind:
        return first.count - second.count
    try:
        if first_calendar == second_calendar and first.days is None and second.days is None:
            day = day_seconds(spec.calendar(first_calendar))
            return first.working_seconds(day) - second.working_seconds(day)
        return _shortest_wall(spec, *a) - _shortest_wall(spec, *b)
    except XlmatrixError:
        return nan


def _shortest_wall(spec: MatrixSpec, duration: Duration, calendar_id: str) -> int:
    if duration.days is not None:
        return duration.days * _DAY_S
    calendar = spec.calendar(calendar_id)
    day = day_seconds(calendar)
    seconds = duration.working_seconds(day)
    if weekly_hours(calendar).always or day >= _DAY_S:
        return seconds
    whole, rest = divmod(seconds, day)
    return whole * _DAY_S + rest if rest else max(whole - 1, 0) * _DAY_S + min(seconds, day)
