"""A year of drills: scenario, day, seats and facilitator of each, and what the plan leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from xlmatrix.model.calendars import build_calendar
from xlmatrix.model.drills import Drills
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.drills.dates import drill_days, months_later
from xlmatrix.rules.drills.scenarios import Rehearsal, rehearsals, worst_classes
from xlmatrix.rules.drills.seats import Contact, Seat, Seating, seat_all
from xlmatrix.worktime import Calendar


@dataclass(frozen=True, slots=True)
class PlannedDrill:
    """One drill: ``number`` counts from 1; ``at`` is a wall-clock time, None without an open day.

    ``seats`` lists who plays which role. ``facilitator`` and ``evaluator`` are two who do not play,
    "" where nobody is free.
    """

    number: int
    at: datetime | None
    rehearsal: Rehearsal
    seats: tuple[Seat, ...]
    facilitator: str
    evaluator: str = ""

    def seat(self, role: str) -> Seat | None:
        """Who plays a role here, by the role's id."""
        return next((seat for seat in self.seats if seat.role == role), None)


@dataclass(frozen=True, slots=True)
class Gap:
    """What the plan does not cover, and why; ``subject`` is a class, a role or a drill."""

    kind: Literal["class", "seat", "backup", "day", "facilitator"]
    subject: str
    what: str


@dataclass(frozen=True, slots=True)
class DrillPlan:
    """The drills of the plan with its gaps; no gaps means that everything is covered."""

    drills: tuple[PlannedDrill, ...]
    needed: tuple[str, ...]
    each: int
    gaps: tuple[Gap, ...]

    def classes(self) -> dict[str, list[int]]:
        """The numbers of the drills of every worst class."""
        return {
            kind: [d.number for d in self.drills if d.at and kind in d.rehearsal.classes]
            for kind in self.needed
        }

    def count(self, role: str, contact: Contact) -> int:
        """How often a role is played by its primary or its backup on a day that exists."""
        seats = [drill.seat(role) for drill in self.drills if drill.at]
        return sum(seat is not None and seat.contact == contact for seat in seats)


def plan_drills(spec: MatrixSpec, calendar: Calendar | None = None) -> DrillPlan:
    """The plan of a spec that has drills.

    Parameters
    ----------
    calendar
        The calendar whose open days count; the spec's own where left out.

    Raises
    ------
    ValueError
        For a spec without drills.
    """
    drills = spec.drills
    if drills is None:
        raise ValueError("the spec has no drills")
    kept = calendar or build_calendar(spec, drills.calendar)
    start = max(drills.start or spec.horizon.start, spec.horizon.start)

    def open_day(day: date) -> bool:
        inside = spec.horizon.start <= day <= spec.horizon.end
        return inside and bool(kept.is_open(_stamp(kept, day, drills.time)))

    plan, homeless = rehearsals(spec, drills)
    days = drill_days(drills, start, open_day)[: len(plan)]
    held = [number for number, day in enumerate(days) if day is not None]
    gaps = [
        Gap("class", kind, f"{kind} is in no drill: {len(plan)} months hold no more classes")
        for kind in homeless
    ]
    gaps += _days_missing(spec, drills, start, plan, days)
    seating, short = _seating(spec, drills, [plan[number] for number in held])
    gaps += short
    made: list[PlannedDrill] = []
    for number, (rehearsal, day) in enumerate(zip(plan, days, strict=True)):
        seats = seating[held.index(number)] if day is not None else []
        hour = drills.off_hours_time if rehearsal.off_hours else drills.time
        at = datetime.combine(day, hour) if day is not None else None
        leader, watcher = _leaders(spec, drills, seats, made)
        made.append(PlannedDrill(number + 1, at, rehearsal, _ordered(spec, seats), leader, watcher))
        if at is not None:
            gaps += _drill_gaps(number + 1, seats, leader)
    needed = tuple(kind.id for kind in worst_classes(spec))
    gaps += _unheld(needed, made, homeless)
    return DrillPlan(tuple(made), needed, drills.each, tuple(gaps))


def _stamp(calendar: Calendar, day: date, hour: time) -> int:
    wall = int((datetime.combine(day, hour) - datetime(1970, 1, 1)).total_seconds())
    return int(calendar.zone.to_utc(wall))


def _days_missing(
    spec: MatrixSpec,
    drills: Drills,
    start: date,
    plan: Sequence[Rehearsal],
    days: Sequence[date | None],
) -> list[Gap]:
    gaps = []
    for number, (rehearsal, day) in enumerate(zip(plan, days, strict=True)):
        if day is None:
            first = months_later(start, number)
            beyond = first > spec.horizon.end
            why = "lies beyond the calendar" if beyond else f"has no day open at {drills.at}"
            what = f"drill {number + 1} ({rehearsal.name}): the month from {first} {why}"
            gaps.append(Gap("day", str(number + 1), what))
    return gaps


def _seats(spec: MatrixSpec) -> list[Seat]:
    seats = []
    for role in spec.roles:
        seats.append(Seat(role.id, "primary", role.primary))
        if role.backup is not None:
            seats.append(Seat(role.id, "backup", role.backup))
    return seats


def roles_of(spec: MatrixSpec, rehearsal: Rehearsal) -> list[str]:
    """The roles that a scenario calls: owners of its classes, added ones, the ladder's."""
    found: list[str] = []
    for kind in rehearsal.classes:
        owners = spec.owners_for(kind, rehearsal.severity)
        found += [owners.response, owners.quality, owners.communications]
        found += spec.also_called(kind)
        for step in spec.severity(rehearsal.severity).ladder:
            role = spec.role_called(step, owners)
            found += [role] if role is not None else []
    return list(dict.fromkeys(found))


def _seating(
    spec: MatrixSpec, drills: Drills, plan: Sequence[Rehearsal]
) -> tuple[Seating, list[Gap]]:
    called = [roles_of(spec, rehearsal) for rehearsal in plan]
    relevant = {
        role.id: [number for number, roles in enumerate(called) if role.id in roles]
        for role in spec.roles
    }
    seating, short = seat_all(_seats(spec), len(plan), drills.each, relevant)
    gaps = [
        Gap(
            "seat",
            unseated.seat.role,
            f"{spec.role(unseated.seat.role).name}, {unseated.seat.contact}"
            f" {unseated.seat.person}: {unseated.given} of {unseated.wanted} drills;"
            f" {unseated.why}",
        )
        for unseated in short
    ]
    gaps += [
        Gap("backup", role.id, f"{role.name} has no backup who could be exercised")
        for role in spec.roles
        if role.backup is None
    ]
    for number, roles in enumerate(called):
        _fill(spec, seating, number, roles)
    return seating, gaps


def _fill(spec: MatrixSpec, seating: Seating, number: int, roles: Sequence[str]) -> None:
    """Seat the other roles that the scenario calls, a backup first where none plays yet."""
    for known in roles:
        if seating.has("role", known, number):
            continue
        role = spec.role(known)
        people: list[tuple[Contact, str]] = [("primary", role.primary)]
        if role.backup is not None:
            people.append(("backup", role.backup))
        if not any(seat.contact == "backup" for seat in seating[number]):
            people.reverse()
        for contact, person in people:
            if not seating.has("person", person, number):
                seating.put(Seat(known, contact, person), number)
                break


def _ordered(spec: MatrixSpec, seats: Sequence[Seat]) -> tuple[Seat, ...]:
    order = {role.id: place for place, role in enumerate(spec.roles)}
    # A role that people typed may be none of the spec's.
    return tuple(sorted(seats, key=lambda seat: order.get(seat.role, len(order))))


def _leaders(
    spec: MatrixSpec, drills: Drills, seats: Sequence[Seat], made: Sequence[PlannedDrill]
) -> tuple[str, str]:
    """Who leads and who evaluates: two who do not play, whoever did it least often first.

    Among those, the facilitating role's people come first.
    """
    playing = {seat.person.casefold() for seat in seats}
    wished: list[str] = []
    if drills.facilitator is not None:
        role = spec.role(drills.facilitator)
        wished = [role.primary, *([role.backup] if role.backup else [])]
    people = list(dict.fromkeys([*wished, *(person.name for person in spec.people)]))
    free = [person for person in people if person.casefold() not in playing]

    def led(person: str) -> int:
        return sum(person in (drill.facilitator, drill.evaluator) for drill in made)

    # Sorting keeps the order of those who did it equally often.
    leader, evaluator, *_ = [*sorted(free, key=led), "", ""]
    return leader, evaluator


def _drill_gaps(number: int, seats: Sequence[Seat], leader: str) -> list[Gap]:
    gaps = []
    if not any(seat.contact == "backup" for seat in seats):
        gaps.append(Gap("backup", str(number), f"drill {number}: no backup is free to play"))
    if not leader:
        what = f"drill {number}: everybody plays, so nobody is free to facilitate"
        gaps.append(Gap("facilitator", str(number), what))
    return gaps


def _unheld(
    needed: Sequence[str], made: Sequence[PlannedDrill], homeless: Sequence[str]
) -> list[Gap]:
    """Classes whose only drills have no day."""
    gaps = []
    for kind in needed:
        drills = [drill for drill in made if kind in drill.rehearsal.classes]
        if kind not in homeless and not any(drill.at for drill in drills):
            gaps.append(Gap("class", kind, f"{kind} is in no drill that has a day"))
    return gaps
