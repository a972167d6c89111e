"""Targets come in the order they happen, and a worse severity is never the slower one.

On one clock the lengths are compared. On two calendars, or where calendar days are involved, the
due instants of every start are (:mod:`~xlmatrix.model.checks.starts`): what fails for every start
is an error, what fails for some is a warning that names the first such start and the worst.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TypeGuard

from xlmatrix.model.base import STAND_IN, Path, Problem, error, warning
from xlmatrix.model.checks.starts import Clock, Later, Start, Starts
from xlmatrix.model.duration import Duration
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import TARGETS, Target, TargetName, is_timed

# Each chain must not decrease; a chain may skip what a severity does not set.
CHAINS: tuple[tuple[TargetName, ...], ...] = (
    ("acknowledge", "first_response", "contain", "mitigate", "resolve"),
    ("acknowledge", "customer_first"),
    ("customer_first", "resolve"),
    ("internal_update", "resolve"),
    ("customer_repeat", "resolve"),
)


def check(spec: MatrixSpec, starts: Starts) -> Iterator[Problem]:
    """Targets that come too late within their severity, or before those of a worse one."""
    for place, severity in enumerate(spec.severities):
        yield from _within(starts, severity, ("severities", place, "targets"))
    for place in range(1, len(spec.severities)):
        yield from _across(spec, starts, place, ("severities", place, "targets"))


def _within(starts: Starts, severity: Severity, path: Path) -> Iterator[Problem]:
    for chain in CHAINS:
        steps = [name for name in chain if usable(severity.targets.get(name))]
        for first, then in pairwise(steps):
            before, after = severity.targets.get(first), severity.targets.get(then)
            if before is None or after is None:
                continue
            one, other = clock_of(severity, before), clock_of(severity, after)
            later = starts.later(one, other)
            if later is None:
                continue
            said = f"{after.within} is shorter than {first} ({before.within})"
            if later.first is not None:
                then_words, first_words = starts.words(other), starts.words(one)
                said = f"{then} ({then_words}) is due before {first} ({first_words})"
                said += _shown(later, later.first, first, then)
            yield _problem(later, "order", (*path, then), said, f"Raise {then} or lower {first}")


def _across(spec: MatrixSpec, starts: Starts, place: int, path: Path) -> Iterator[Problem]:
    """Each target of a severity beside that of the next worse one that has it."""
    milder, above = spec.severities[place], spec.severities[:place][::-1]
    for name in TARGETS:
        slow = milder.targets.get(name)
        worse = next((level for level in above if usable(level.targets.get(name))), None)
        fast = None if worse is None else worse.targets.get(name)
        if worse is None or fast is None or slow is None or not usable(slow):
            continue
        one, other = clock_of(worse, fast), clock_of(milder, slow)
        later = starts.later(one, other)
        if later is None:
            continue
        said = (
            f"{slow.within} in {milder.id} is shorter than the {fast.within} in {worse.id},"
            " which is the worse severity"
        )
        if later.first is not None:
            said = (
                f"{name} in {milder.id} ({starts.words(other)}) is due before that in {worse.id}"
                f" ({starts.words(one)}), which is the worse severity"
                + _shown(later, later.first, worse.id, milder.id)
            )
        mend = f"Raise {name} in {milder.id} or lower it in {worse.id}"
        yield _problem(later, "order-across", (*path, name), said, mend)


def _problem(later: Later, code: str, path: Path, said: str, mend: str) -> Problem:
    if later.every:
        return error(code, path, said, mend)
    return warning(f"{code}-sometimes", path, said, f"{mend}, or put both on one calendar")


def _shown(later: Later, first: Start, late: str, early: str) -> str:
    """The first start at which ``late`` is due after ``early``, and by how much at worst."""
    how = "for every start" if later.every else "for some starts"
    said = (
        f" {how}: opened {first.opened}, {early} is due {first.other_due}"
        f" and {late} {first.one_due}"
    )
    worst = later.worst
    if worst is not None and worst.behind_s > first.behind_s:
        by = Duration(seconds=worst.behind_s)
        said += f"; at worst, opened {worst.opened}, {late} is due {by} later"
    return said


def usable(target: Target | None) -> TypeGuard[Target]:
    """Whether there is such a target and it is one that somebody wrote."""
    return is_timed(target) and target.source != STAND_IN


def clock_of(severity: Severity, target: Target) -> Clock:
    """The clock that a target of a severity runs on."""
    return Clock(target.within, severity.calendar_of(target))
