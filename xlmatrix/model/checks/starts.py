"""Whether one due time comes after another, and from which starts: instants, not lengths.

On one clock the lengths decide. On two calendars, or where calendar days are involved, no length
says it: an hour of the night is longer than an hour of the day. There every start of the horizon
counts, to the second. The distance of two due times is a straight line between the starts at which
something changes: an opening or a close, a start whose due time meets one, a change of the zone's
clock. So it is asked at those, and one second to either side, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.calendars import build_calendar, day_seconds, weekly_hours
from xlmatrix.model.duration import Duration
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.parts import Holidays
from xlmatrix.worktime import Calendar, Zone
from xlmatrix.worktime.times import NEVER

Int64Array = NDArray[np.int64]
_DAY_S: Final = 86_400


@dataclass(frozen=True, slots=True)
class Clock:
    """A length of time on a calendar by its id; without one it runs around the clock."""

    within: Duration
    calendar: str | None


@dataclass(frozen=True, slots=True)
class Start:
    """One start with both due times, as texts of the zone's wall clock."""

    opened: str
    one_due: str
    other_due: str
    behind_s: int
    """Seconds from the other due time to the one that is later."""


@dataclass(frozen=True, slots=True)
class Later:
    """One due time comes after another.

    ``every`` is whether it does for every start. ``first`` and ``worst`` are starts that show it;
    None where both run on one clock, so that the lengths say it all.
    """

    every: bool
    first: Start | None = None
    worst: Start | None = None


class Starts:
    """The starts of a spec's horizon; calendars are made when a question needs them."""

    def __init__(self, spec: MatrixSpec) -> None:
        self._spec = spec
        self._calendars: dict[str, Calendar] = {}
        self._zone: Zone | None = None

    def later(self, one: Clock, other: Clock, *, or_equal: bool = False) -> Later | None:
        """Whether ``one`` is due after ``other``, or with ``or_equal`` no earlier.

        None where it never is, and where a calendar or the zone cannot be computed: that has a
        finding of its own. Starts whose due time lies beyond the horizon do not count.
        """
        try:
            if self._on_one_clock(one, other):
                behind = self._length(one) - self._length(other) + or_equal
                return Later(every=True) if behind > 0 else None
            # No calendar is faster than the clock on the wall.
            lengths = self._around_the_clock(one) and other.within.days is None
            if lengths and self._length(one) + or_equal <= self._length(other):
                return None
            return self._searched(one, other, or_equal)
        except XlmatrixError:
            return None

    def words(self, clock: Clock) -> str:
        """Such as ``4 h on Business hours``; calendar days are the same on every calendar."""
        if clock.within.days is not None:
            return str(clock.within)
        if clock.calendar is None:
            return f"{clock.within} around the clock"
        return f"{clock.within} on {self._spec.calendar(clock.calendar).name}"

    def _on_one_clock(self, one: Clock, other: Clock) -> bool:
        if one.within.days is not None or other.within.days is not None:
            return one.within.kind == other.within.kind
        if one.calendar == other.calendar:
            return True
        return self._around_the_clock(one) and self._around_the_clock(other)

    def _around_the_clock(self, clock: Clock) -> bool:
        if clock.within.days is not None:
            return False
        if clock.calendar is None:
            return True
        written = self._spec.calendar(clock.calendar)
        closes = written.exceptions or written.holidays != Holidays()
        return weekly_hours(written).always and not closes

    def _length(self, clock: Clock) -> int:
        """Calendar days, else working seconds."""
        if clock.within.days is not None:
            return clock.within.days
        if clock.calendar is None:
            return clock.within.working_seconds(_DAY_S)
        return clock.within.working_seconds(day_seconds(self._spec.calendar(clock.calendar)))

    def _searched(self, one: Clock, other: Clock, or_equal: bool) -> Later | None:
        starts = self._candidates(one, other)
        dues = [self._due(clock, starts) for clock in (one, other)]
        known = (dues[0] != NEVER) & (dues[1] != NEVER)
        starts, one_due, other_due = (array[known] for array in (starts, *dues))
        behind = one_due - other_due + or_equal
        found = np.flatnonzero(behind > 0)
        if not found.size:
            return None
        first, worst = int(found[0]), int(np.argmax(behind))
        at = int(starts[first])
        if first:
            # The line rises by one a second from the start before; where it stood above nothing.
            at = max(int(starts[first - 1]) + 1, at - int(behind[first]) + 1)
        return Later(
            every=found.size == starts.size,
            first=self._start(one, other, at),
            worst=self._start(one, other, int(starts[worst])),
        )

    def _start(self, one: Clock, other: Clock, at_s: int) -> Start:
        start = np.array([at_s], dtype=np.int64)
        one_due, other_due = (int(self._due(clock, start)[0]) for clock in (one, other))
        return Start(
            opened=self._shown(at_s),
            one_due=self._shown(one_due),
            other_due=self._shown(other_due),
            behind_s=one_due - other_due,
        )

    def _shown(self, at_s: int) -> str:
        stamp = datetime.fromtimestamp(int(self._matrix_zone().to_local(at_s)), UTC)
        return f"{stamp:%a %Y-%m-%d %H:%M:%S}".removesuffix(":00")

    def _due(self, clock: Clock, starts: Int64Array) -> Int64Array:
        if clock.within.days is not None:
            return self._matrix_zone().add_days(starts, clock.within.days)
        if clock.calendar is None:
            return starts + self._length(clock)
        return self._calendar(clock.calendar).due_s(starts, self._length(clock))

    def _candidates(self, one: Clock, other: Clock) -> Int64Array:
        """The starts between which the distance of the due times is a straight line, sorted."""
        low, high = self._edges(one, other)
        turns = [np.array([low, high], dtype=np.int64)]
        turns += [self._turns(clock) for clock in (one, other)]
        at = np.concatenate(turns)
        near = np.unique(np.concatenate([at - 1, at, at + 1]))
        return near[(near >= low) & (near <= high)]

    def _turns(self, clock: Clock) -> Int64Array:
        if clock.within.days is not None:
            zone, days_s = self._matrix_zone(), clock.within.days * _DAY_S
            odd = np.concatenate([zone.typed_switch[1:], zone.odd_from[1:]]) - days_s
            shown_at = (odd[:, None] - np.unique(zone.offset)[None, :]).ravel()
            return np.concatenate([zone.utc[1:], shown_at])
        if clock.calendar is None:
            return np.zeros(0, dtype=np.int64)
        table = self._calendar(clock.calendar).table
        sums = np.append(table.before, table.total) - self._length(clock)
        met = table.at(sums, True)
        return np.concatenate([table.start, table.end, met[met != NEVER]])

    def _edges(self, *clocks: Clock) -> tuple[int, int]:
        """First and last instant of the horizon."""
        named = [clock.calendar for clock in clocks if clock.calendar is not None]
        calendars = named or [self._spec.calendars[0].id]
        spans = [self._calendar(calendar_id).horizon for calendar_id in calendars]
        return max(low for low, _ in spans), min(high for _, high in spans)

    def _calendar(self, calendar_id: str) -> Calendar:
        if calendar_id not in self._calendars:
            self._calendars[calendar_id] = build_calendar(self._spec, calendar_id)
        return self._calendars[calendar_id]

    def _matrix_zone(self) -> Zone:
        if self._zone is None:
            first, last = self._spec.horizon.start.year, self._spec.horizon.end.year
            # Due times of calendar days may lie years after the horizon.
            self._zone = Zone.load(self._spec.zone, first - 1, last + 12)
        return self._zone
