"""What a ladder does for one kind of incident, in working seconds: which seats are called when.

This is the ladder of an incident that nobody answers, for that is the one that has to hold. Classes
with the same steps and the same owners make one case, and so do incidents without a class, which
have the owners of their severity and neither family steps nor added roles.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from xlmatrix.model.ladder import Step
from xlmatrix.model.models import IncidentClass, MatrixSpec
from xlmatrix.model.severity import Severity
from xlmatrix.rules.ladder.calls import NO_CALL_S, calls_of, group_of

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
    *made, end = calls_of(spec, severity, group_of(spec, kind), acknowledged=False)
    calls = tuple(
        Call(
            call.seconds,
            tuple(
                seat
                for place in call.places
                for seat in _seats(place.step, spec.role_called(place.step, owners), place.turn)
            ),
        )
        for call in made
        if call.seconds < NO_CALL_S
    )
    return Schedule(calls, str(owners.response), end.seconds if end.seconds < NO_CALL_S else None)


def _seats(step: Step, role: str | None, turn: int) -> Iterator[Seat]:
    if step.team is not None:
        yield Seat(None, step.team, "team", step.inform, step.level, turn)
        return
    contacts: tuple[Literal["primary", "backup"], ...] = ("primary", "backup")
    for contact in contacts:
        if step.contact in (contact, "both"):
            yield Seat(role, None, contact, step.inform, step.level, turn)
