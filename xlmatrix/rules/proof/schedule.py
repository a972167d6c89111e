"""What a ladder does for one kind of incident, in working seconds: which seats are called when.

This is the ladder of an incident that nobody answers, for that is the one that has to hold. Classes
with the same steps and the same owners make one case, and so do incidents without a class, which
have the owners of their severity and neither family steps nor added roles.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal

from xlmatrix.model.calendars import day_seconds, step_seconds
from xlmatrix.model.duration import Duration
from xlmatrix.model.ladder import Step
from xlmatrix.model.models import IncidentClass, MatrixSpec
from xlmatrix.model.severity import Severity
from xlmatrix.model.taxonomy import AlwaysAdd

#: What a ladder with one instant waits for before it begins again: PagerDuty's default.
LONE_WAIT_S: Final = 1800
#: Stands for incidents without a class among the ids of a case.
NO_CLASS: Final = ""


@dataclass(frozen=True, slots=True)
class Seat:
    """One or more people whom a step calls: the holder of a role, or a team."""

    role: str | None
    team: str | None
    contact: Literal["primary", "backup", "team"]
    inform: bool
    level: int
    silence: bool
    turn: int


@dataclass(frozen=True, slots=True)
class Call:
    """One instant of the ladder, in working seconds after it began, and its seats."""

    seconds: int
    seats: tuple[Seat, ...]

    @property
    def asks(self) -> bool:
        """Whether anybody is asked to act, not told alone."""
        return any(not seat.inform for seat in self.seats)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The calls of a case in order, the role that answers, and when nobody is left to call."""

    calls: tuple[Call, ...]
    response: str
    exhausted_s: int | None


def cases_of(spec: MatrixSpec, severity: Severity) -> dict[Schedule, tuple[str, ...]]:
    """Every schedule of a severity with the ids of the classes that have it, no class first."""
    found: dict[Schedule, tuple[str, ...]] = {}
    for kind in (None, *spec.classes):
        schedule = schedule_of(spec, severity, kind)
        found[schedule] = (*found.get(schedule, ()), kind.id if kind else NO_CLASS)
    return found


def schedule_of(spec: MatrixSpec, severity: Severity, kind: IncidentClass | None) -> Schedule:
    """What the ladder of a severity does for incidents of a class."""
    owners = spec.owners_for(kind, severity)
    after = [step_seconds(spec, severity, step.after) for step in severity.ladder]
    timed = [
        (seconds, step)
        for seconds, step in zip(after, severity.ladder, strict=True)
        if seconds is not None
    ]
    if not timed:
        return Schedule((), str(owners.response), None)
    added = _added(spec, severity, min(seconds for seconds, _ in timed))
    wait = _waiting_s(spec, severity, sorted({seconds for seconds, _ in timed}))
    length = max(seconds for seconds, _ in timed) + wait
    placed = [
        (turn * length + seconds, turn, row, seat)
        for row, (seconds, step) in enumerate(timed)
        if not step.families or (kind is not None and kind.family in step.families)
        for turn in range(step.repeat + 1)
        for seat in _seats(step, spec.role_called(step, owners), turn)
    ]
    level = severity.ladder[0].level
    placed += [
        (seconds, 0, len(timed) + row, Seat(rule.role, None, "primary", False, level, False, 0))
        for row, (seconds, rule) in enumerate(added)
        if kind is not None and rule.applies_to(kind.id)
    ]
    last = max(s + step.repeat * length for s, step in timed)
    last = max([last, *(seconds for seconds, _ in added)])
    placed.sort(key=lambda one: one[:3])
    calls = tuple(
        Call(seconds, tuple(seat for *_, seat in group))
        for seconds, group in groupby(placed, key=lambda one: one[0])
    )
    return Schedule(calls, str(owners.response), last + wait)


def _seats(step: Step, role: str | None, turn: int) -> Iterator[Seat]:
    silence = step.on == "silence"
    if step.team is not None:
        yield Seat(None, step.team, "team", step.inform, step.level, silence, turn)
        return
    for contact in ("primary", "backup"):
        if step.contact in (contact, "both"):
            yield Seat(role, None, contact, step.inform, step.level, silence, turn)


def _added(spec: MatrixSpec, severity: Severity, first_s: int) -> list[tuple[int, AlwaysAdd]]:
    return [
        (first_s if rule.after is None else _working(spec, severity, rule.after), rule)
        for rule in spec.always_add
    ]


def _waiting_s(spec: MatrixSpec, severity: Severity, instants: list[int]) -> int:
    if severity.repeat_after is not None:
        return _working(spec, severity, severity.repeat_after)
    return instants[-1] - instants[-2] if len(instants) > 1 else LONE_WAIT_S


def _working(spec: MatrixSpec, severity: Severity, amount: Duration) -> int:
    return amount.working_seconds(day_seconds(spec.calendar(severity.calendar)))
