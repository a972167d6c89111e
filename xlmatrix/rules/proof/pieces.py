"""The horizon cut where anything may change: openings between two cuts are all alike.

An incident that opened at ``t`` has its call of ``s`` working seconds at ``W⁻¹(W(t) + s)``: between
two cuts a shift of the opening by a constant, or one instant for all. So what holds at the first
second of a piece holds in the whole of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.worktime import Calendar, Zone
from xlmatrix.worktime.times import NEVER

Seconds = NDArray[np.int64]
Mask = NDArray[np.bool_]
#: Later than every instant: what never comes within the horizon.
LATER: Final = 2**62


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline counted from the opening: working seconds on a calendar, or calendar days.

    ``high`` is the end of the horizon, beyond which calendar days give no answer either.
    """

    calendar: Calendar
    seconds: int | None
    days: int
    zone: Zone
    high: int

    def of(self, openings: Seconds) -> Seconds:
        """The deadlines of incidents opened at these instants; :data:`LATER` beyond a calendar."""
        if self.seconds is None:
            moved = self.zone.add_days(openings, self.days)
            return np.where(moved > self.high, LATER, moved)
        return calls(self.calendar, openings, self.seconds)

    def cuts(self) -> Seconds:
        """The openings at which the distance from opening to deadline may begin to change."""
        if self.seconds is not None:
            return np.concatenate([_edges(self.calendar), _jumps(self.calendar, self.seconds)])
        # A change of the clock on the way or on the day itself, by either offset.
        zone, later = self.zone, self.days * 86_400
        inner, offsets = zone.utc[1:], zone.offset
        last = np.array([zone.to_local(self.high), zone.to_local(self.high) + 1], dtype=np.int64)
        shown = np.concatenate([zone.typed_switch[1:], zone.odd_from[1:], last]) - later
        found = [inner, inner - later]
        found += [shown - int(offset) for offset in np.unique(offsets)]
        return np.concatenate(found)


def calls(calendar: Calendar, openings: Seconds, seconds: int) -> Seconds:
    """When incidents opened at these instants have a call; :data:`LATER` beyond the calendar."""
    answer = calendar.due_s(openings, np.full(openings.shape, seconds, dtype=np.int64))
    return np.where(answer == NEVER, LATER, answer)


def openings_for(calendar: Calendar, instants: Seconds, seconds: int) -> Seconds:
    """The first opening whose call of so many seconds comes at or after each instant."""
    low, high = calendar.horizon
    inside = instants[(instants > low) & (instants <= high)]
    # One second back: a call at close stays at close, and the next second's is after it.
    back = 1 if seconds else 0
    return _first(calendar, calendar.worked(inside - back) + back - seconds)


def cut(low: int, high: int, many: Iterable[Seconds]) -> Seconds:
    """The cuts of a horizon from ``low`` to ``high``, both included, without repetition."""
    found = np.unique(np.concatenate([np.array([low, high], dtype=np.int64), *many]))
    return found[(found >= low) & (found <= high)]


def edges_of(calendar: Calendar, seconds: Iterable[int]) -> list[Seconds]:
    """Where the distance from opening to call may change, for calls of so many seconds."""
    return [_edges(calendar), *(_jumps(calendar, one) for one in seconds)]


def crossings(starts: Seconds, ends: Seconds, call_s: int, calendar: Calendar, due: Due) -> Seconds:
    """The openings inside pieces at which a call falls behind a deadline, or no longer does.

    Each of the two moves with the opening or stands still, so that they cross once at most.
    """
    lasts = ends - 1
    first = calls(calendar, starts, call_s) - due.of(starts)
    last = calls(calendar, lasts, call_s) - due.of(lasts)
    found = []
    # Behind by more than nothing, and behind or equal: both comparisons are asked.
    for bound in (0, 1):
        risen = np.flatnonzero((first < bound) & (last >= bound))
        fallen = np.flatnonzero((first >= bound) & (last < bound))
        found += [starts[risen] + bound - first[risen], starts[fallen] + first[fallen] - bound + 1]
    return np.concatenate(found)


def _edges(calendar: Calendar) -> Seconds:
    return np.concatenate([calendar.intervals.start_s, calendar.intervals.end_s])


def _jumps(calendar: Calendar, seconds: int) -> Seconds:
    """The openings from which a call falls into another interval, or beyond the calendar."""
    sums = np.append(calendar.intervals.before_s, calendar.total_s)
    return _first(calendar, sums + (1 if seconds else 0) - seconds)


def _first(calendar: Calendar, worked: Seconds) -> Seconds:
    """The first instants at which sums of work are reached."""
    return calendar.at(worked[(worked > 0) & (worked <= calendar.total_s)])
