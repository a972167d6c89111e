"""Who holds a seat at an instant, as numbers, and whether that is within the person's hours."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.calendars import build_calendar, weekly_hours
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.ladder.turns import Turn
from xlmatrix.rules.proof.pieces import Mask, Seconds
from xlmatrix.rules.proof.schedule import Seat
from xlmatrix.worktime import Calendar

People = NDArray[np.int32]
NOBODY: Final = -1


@dataclass(frozen=True, slots=True)
class _Plan:
    """The turns of a role: starts, and who holds it, by number of the incident and turn."""

    starts: Seconds
    primary: People
    backup: People


@dataclass(slots=True)
class Roster:
    """The people of a matrix, numbered; names that differ by case alone are one person.

    Where turns go by incident, an incident's number decides: ``variants`` numbers from 0 on tell
    all cases apart.
    """

    spec: MatrixSpec
    turns: Mapping[str, Sequence[Turn]]
    names: list[str] = field(default_factory=list)
    variants: int = 1
    _numbers: dict[str, int] = field(default_factory=dict)
    _plans: dict[str, _Plan] = field(default_factory=dict)
    _hours: dict[int, Calendar] = field(default_factory=dict)
    _staffed: list[Calendar] = field(default_factory=list)

    def __post_init__(self) -> None:
        for person in self.spec.people:
            self.number(person.name)
        for role_id, turns in self.turns.items():
            starts = np.array([turn.start_s for turn in turns], dtype=np.int64)
            pools = [turn.pool or (turn.pair(),) for turn in turns]
            size = math.lcm(*(len(pool) for pool in pools))
            pairs = [[pool[number % len(pool)] for pool in pools] for number in range(size)]
            held = np.array(
                [[[self.number(name) for name in pair] for pair in row] for row in pairs],
                dtype=np.int32,
            ).reshape(size, len(pools), 2)
            self._plans[role_id] = _Plan(starts, held[:, :, 0], held[:, :, 1])
            self.variants = math.lcm(self.variants, size)
        self._read_hours()

    def number(self, name: str) -> int:
        """The number of a person, :data:`NOBODY` for no name."""
        if not name:
            return NOBODY
        folded = name.casefold()
        if folded not in self._numbers:
            self._numbers[folded] = len(self.names)
            self.names.append(name)
        return self._numbers[folded]

    def holders(self, role: str, contact: str, instants: Seconds, number: int) -> People:
        """Who is called for a role at each instant; a missing primary passes to the backup.

        ``number`` is the incident's.
        """
        plan = self._plans.get(role)
        if plan is None:
            held = self.spec.role(role)
            names = (held.primary or held.backup, held.backup)
            who = self.number(names[contact == "backup"] or "")
            return np.full(instants.shape, who, dtype=np.int32)
        rows = np.maximum(np.searchsorted(plan.starts, instants, side="right") - 1, 0)
        place = number % len(plan.primary)
        primary, backup = plan.primary[place], plan.backup[place]
        chosen = backup if contact == "backup" else np.where(primary < 0, backup, primary)
        return np.asarray(chosen[rows])

    def of_seat(self, seat: Seat, instants: Seconds, number: int) -> list[People]:
        """Whom a seat calls at each instant: one array, or one for each member of a team."""
        if seat.team is None:
            return [self.holders(seat.role or "", seat.contact, instants, number)]
        teams = (team.members for team in self.spec.teams if team.id == seat.team)
        # A workbook may call a team that is not there.
        numbers = dict.fromkeys(self.number(member) for member in next(teams, ("",)))
        return [np.full(instants.shape, member, dtype=np.int32) for member in numbers]

    def changes(self, roles: set[str]) -> list[Seconds]:
        """The instants at which roles change hands, and at which people's hours begin or end."""
        found = [self._plans[role].starts for role in sorted(roles) if role in self._plans]
        for calendar in {id(one): one for one in (*self._hours.values(), *self._staffed)}.values():
            found += [calendar.intervals.start_s, calendar.intervals.end_s + 1]
        return found

    def off_hours(self, people: People, instants: Seconds, *, rotating: bool) -> Mask:
        """Where somebody is called outside of their hours.

        Their own hours count; where on-call is for business hours only, those who take no turns
        are there while some calendar that closes is open.
        """
        off = np.zeros(people.shape, dtype=np.bool_)
        for number, calendar in self._hours.items():
            theirs = people == number
            if theirs.any():
                off |= theirs & ~_there(calendar, instants)
        if self._staffed and not rotating:
            own = np.isin(people, np.array(list(self._hours), dtype=np.int32))
            there = np.zeros(people.shape, dtype=np.bool_)
            for calendar in self._staffed:
                there |= _there(calendar, instants)
            off |= (people >= 0) & ~own & ~there
        return off

    def rotates(self, role: str | None) -> bool:
        """Whether a role is held by turns."""
        return any(rotation.role == role for rotation in self.spec.on_call)

    def _read_hours(self) -> None:
        spec, made = self.spec, dict[tuple[str, str], Calendar]()
        for person in spec.people:
            if person.hours is None:
                continue
            key = (person.hours, person.zone or spec.zone)
            if key not in made:
                # A day more on either side: the date of another zone is not the matrix's.
                day = timedelta(days=1)
                start, end = spec.horizon.start - day, spec.horizon.end + day
                try:
                    made[key] = Calendar.build(key[0], key[1], start=start, end=end)
                except XlmatrixError:  # a typed zone that nobody knows has a finding of its own
                    continue
            self._hours[self.number(person.name)] = made[key]
        if spec.scope.on_call == "business-hours":
            closing = [one.id for one in spec.calendars if not weekly_hours(one).always]
            self._staffed = [build_calendar(spec, calendar_id) for calendar_id in closing]


def _there(calendar: Calendar, instants: Seconds) -> Mask:
    """Within hours, whose very end still counts: a call at close reaches who has just worked."""
    return calendar.is_open(instants) | calendar.is_open(instants - 1)
