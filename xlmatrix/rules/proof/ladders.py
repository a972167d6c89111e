"""One severity over the whole horizon: its pieces, its calls, and who is called in each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from xlmatrix.model.calendars import day_seconds
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import Target, is_timed
from xlmatrix.rules.ladder.calls import NO_CALL_S, executive_role
from xlmatrix.rules.proof.people import NOBODY, People, Roster
from xlmatrix.rules.proof.pieces import (
    LATER,
    Due,
    Mask,
    Seconds,
    calls,
    crossings,
    cut,
    edges_of,
    openings_for,
)
from xlmatrix.rules.proof.schedule import Call, Schedule, Seat
from xlmatrix.worktime import Calendar, Zone

#: Calendar days beyond every horizon.
_LONGEST_DAYS: Final = 40_000


@dataclass(slots=True)
class Ladder:
    """The pieces of one severity, with what is computed in them; each thing once.

    ``starts`` and ``ends`` are openings in epoch seconds; everything holds from one to the other.
    ``number`` is the incident's, for turns that go by incident.
    """

    severity: Severity
    worst: bool
    roster: Roster
    calendar: Calendar
    sponsor: str | None
    acknowledge: Due | None
    response: Due | None
    resolve: Due | None
    starts: Seconds
    ends: Seconds
    number: int = 0
    _instants: dict[int, Seconds] = field(default_factory=dict)
    _people: dict[tuple[Seat, int], list[People]] = field(default_factory=dict)
    _held: dict[tuple[str, int], People] = field(default_factory=dict)
    _dues: dict[int, Seconds] = field(default_factory=dict)

    def numbered(self, number: int) -> Ladder:
        """The same for incidents of a number."""
        return replace(self, number=number, _people={}, _held={})

    def instants(self, seconds: int) -> Seconds:
        """When the call of so many seconds comes; :data:`~.pieces.LATER` beyond the horizon."""
        if seconds not in self._instants:
            self._instants[seconds] = calls(self.calendar, self.starts, seconds)
        return self._instants[seconds]

    def known(self, seconds: int) -> Mask:
        """Where that call lies within the horizon."""
        return self.instants(seconds) < LATER

    def due(self, target: Due) -> Seconds:
        """The deadline of every opening; :data:`~.pieces.LATER` beyond the horizon."""
        if id(target) not in self._dues:
            self._dues[id(target)] = target.of(self.starts)
        return self._dues[id(target)]

    def people(self, seat: Seat, seconds: int) -> list[People]:
        """Whom a seat calls at the instant of a call, an array for each person."""
        # Level and pass change nothing about the person.
        key = (Seat(seat.role, seat.team, seat.contact, False, 0, 0), seconds)
        if key not in self._people:
            self._people[key] = self.roster.of_seat(seat, self.instants(seconds), self.number)
        return self._people[key]

    def asked(self, call: Call) -> list[People]:
        """Everybody who is asked to act in a call."""
        return [one for seat in call.seats if not seat.inform for one in self._of(seat, call)]

    def reached(self, call: Call) -> list[People]:
        """Everybody whom a call reaches, who is informed as well."""
        return [one for seat in call.seats for one in self._of(seat, call)]

    def holder(self, role: str | None, seconds: int) -> People:
        """Who holds a role at the instant of a call."""
        if role is None:
            return np.full(self.starts.shape, NOBODY, dtype=np.int32)
        if (role, seconds) not in self._held:
            at = self.instants(seconds)
            self._held[role, seconds] = self.roster.holders(role, "primary", at, self.number)
        return self._held[role, seconds]

    def _of(self, seat: Seat, call: Call) -> list[People]:
        return self.people(seat, call.seconds)


def ladder_of(
    roster: Roster,
    number: int,
    schedules: Mapping[Schedule, tuple[str, ...]],
    calendars: Mapping[str, Calendar],
    edges: tuple[int, int],
    zone: Zone,
) -> Ladder:
    """The pieces of the severity with that number (from 0), for all of its schedules at once."""
    spec = roster.spec
    severity = spec.severities[number]
    calendar = calendars[spec.calendar(severity.calendar).id]
    sponsor = executive_role(spec)
    role = sponsor.id if sponsor else None
    targets = severity.targets
    written = (targets.acknowledge, targets.first_response, targets.resolve)
    acknowledge, response, resolve = (
        _due(spec, severity, target, calendars, zone, edges[1]) for target in written
    )
    shifts = sorted(_shifts(schedules))
    roles = _roles(schedules, role)
    changes = cut(*edges, roster.changes(roles))
    cuts = edges_of(calendar, shifts)
    cuts += [openings_for(calendar, changes, seconds) for seconds in shifts]
    dues = [due for due in (acknowledge, response, resolve) if due is not None]
    cuts += [due.cuts() for due in dues]
    found = cut(*edges, cuts)
    # Two clocks that run at different hours overtake each other inside a piece.
    apart = [due for due in dues if due.seconds is None or due.calendar is not calendar]
    crossed = [
        crossings(found[:-1], found[1:], seconds, calendar, due)
        for due in apart
        for seconds in shifts
    ]
    if crossed:
        found = cut(*edges, [found, *crossed])
    return Ladder(
        severity, number == 0, roster, calendar, role, acknowledge, response or acknowledge,
        resolve, found[:-1], found[1:],
    )  # fmt: skip


def _due(
    spec: MatrixSpec,
    severity: Severity,
    target: Target,
    calendars: Mapping[str, Calendar],
    zone: Zone,
    high: int,
) -> Due | None:
    if not is_timed(target):
        return None
    # A workbook may name a calendar that is not there: its formulas take the first instead.
    within, written = target.within, spec.calendar(severity.calendar_of(target))
    # What people type may be longer than any horizon.
    if within.days is not None:
        return Due(calendars[written.id], None, min(within.days, _LONGEST_DAYS), zone, high)
    seconds = min(within.working_seconds(day_seconds(written)), NO_CALL_S)
    return Due(calendars[written.id], seconds, 0, zone, high)


def _shifts(schedules: Mapping[Schedule, tuple[str, ...]]) -> set[int]:
    found = {call.seconds for schedule in schedules for call in schedule.calls}
    return found | {one.exhausted_s for one in schedules if one.exhausted_s is not None}


def _roles(schedules: Mapping[Schedule, tuple[str, ...]], sponsor: str | None) -> set[str]:
    seats = {seat for one in schedules for call in one.calls for seat in call.seats}
    found = {seat.role for seat in seats if seat.role is not None}
    return found | {one.response for one in schedules} | ({sponsor} if sponsor else set())
