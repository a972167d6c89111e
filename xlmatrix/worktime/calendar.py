"""A business calendar: when work is done, and the deadlines that follow from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Self, overload
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from xlmatrix.errors import HorizonError, XlmatrixError
from xlmatrix.worktime.hours import Shifts, WeeklyHours, parse_hours
from xlmatrix.worktime.ledger import Ledger, explain
from xlmatrix.worktime.shifts import (
    Earlier,
    HolidayMode,
    Plan,
    exception_shifts,
    holiday_names,
    intervals,
    local_midnight,
    plain_date,
)
from xlmatrix.worktime.table import IntervalTable
from xlmatrix.worktime.times import NEVER, durations, seconds_array, seconds_of
from xlmatrix.worktime.zones import Zone

Int64Array = NDArray[np.int64]
Stamps = NDArray[np.datetime64]

# A year outside is a slip of the pen, and zones have no rules to trust there.
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


class Intervals(NamedTuple):
    """Working intervals as int64 arrays: UTC epoch seconds, and the working seconds before each."""

    start_s: Int64Array
    end_s: Int64Array
    before_s: Int64Array


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """Working intervals of one zone over a horizon; make one with :meth:`build`.

    Examples
    --------
    >>> from datetime import date, datetime
    >>> from zoneinfo import ZoneInfo
    >>> calendar = Calendar.build(
    ...     hours="Mon-Fri 09:00-12:30,13:15-17:30", zone="Europe/Berlin",
    ...     holidays=[date(2026, 1, 1)], start=date(2026, 1, 1), end=date(2026, 12, 31))
    >>> friday = datetime(2026, 1, 9, 17, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    >>> calendar.due(friday, 3600).isoformat()
    '2026-01-12T09:30:00+01:00'
    >>> calendar.elapsed(friday, calendar.due(friday, 3600))
    3600
    """

    plan: Plan
    zone: Zone
    table: IntervalTable

    def __repr__(self) -> str:
        """Short: the intervals of ten years would fill a terminal."""
        return (
            f"<Calendar {self.zone.name} {self.plan.start} to {self.plan.end}: "
            f"{self.table.start.size:,} intervals, {self.total_s / 3600:,.1f} h>"
        )

    @classmethod
    def build(
        cls,
        hours: str | WeeklyHours = "Mon-Fri 09:00-17:00",
        zone: str | ZoneInfo | Zone = "UTC",
        holidays: Iterable[date] | Mapping[date, str] = (),
        *,
        start: date,
        end: date,
        holiday_mode: HolidayMode | str = HolidayMode.CLIP,
        exceptions: Mapping[date, str | Shifts] | tuple[()] = (),
        earlier: Iterable[Earlier] = (),
    ) -> Self:
        """Make the intervals of all shifts that begin on the local dates ``start`` to ``end``.

        Parameters
        ----------
        hours
            Weekly hours, as text or read by ``parse_hours``.
        zone
            IANA name, or a loaded zone whose years hold the dates.
        holidays
            Local dates, or date → name.
        start, end
            First and last local date, both included. A shift that begins on the last date runs
            to its end; the part after the first midnight of a shift begun the day before is in.
        holiday_mode
            ``clip`` closes a holiday from 00:00 to 24:00; the part after midnight of a shift that
            begins on it survives. ``shift`` drops the shifts that begin on it, and no others.
        exceptions
            Date → shifts that begin then, instead of the weekly ones: ``"10:00-14:00"``, ``""``
            or ``"closed"`` for none, or tuples of seconds. On that date no holiday applies. Where
            an exception overlaps a neighbour's shift, the time is open once.
        earlier
            Hours of before, the oldest first.

        Raises
        ------
        XlmatrixError
            For hours, a zone, dates or a mode that cannot be read, or an end before the start.
        """
        first, last = plain_date(start, "start"), plain_date(end, "end")
        _check_horizon(first, last)
        plan = Plan(
            hours=hours if isinstance(hours, WeeklyHours) else parse_hours(hours),
            start=first,
            end=last,
            holidays=holiday_names(holidays),
            mode=_mode(holiday_mode),
            exceptions=exception_shifts(exceptions),
            earlier=tuple(earlier),
        )
        if not isinstance(zone, Zone):
            # A ZoneInfo's text is its key; what is no zone at all is refused as an unknown name is.
            zone = Zone.load(str(zone), first.year - 1, last.year + 1)
        starts, ends = intervals(plan, zone)
        low = zone.boundary(local_midnight(first))
        high = zone.boundary(local_midnight(last + timedelta(days=1)))
        return cls(plan=plan, zone=zone, table=IntervalTable.of(starts, ends, low, high))

    @property
    def intervals(self) -> Intervals:
        """The working intervals, in order; touching ones are one."""
        return Intervals(self.table.start, self.table.end, self.table.before)

    @property
    def total_s(self) -> int:
        """Working seconds of the whole horizon."""
        return self.table.total

    @property
    def horizon(self) -> tuple[int, int]:
        """First and last epoch second with an answer: local midnights, or the last shift's end."""
        return self.table.low, self.table.high

    @property
    def day_seconds(self) -> int:
        """What one business day counts as; see ``WeeklyHours.day_seconds``."""
        return self.plan.hours.day_seconds()

    @overload
    def due(self, starts: datetime, seconds: int) -> datetime: ...
    @overload
    def due(self, starts: Stamps, seconds: int | NDArray[np.integer[Any]]) -> Stamps: ...
    def due(
        self, starts: datetime | Stamps, seconds: int | NDArray[np.integer[Any]]
    ) -> datetime | Stamps:
        """The instant at which ``seconds`` of work have passed since a start.

        What ends exactly at close stays at close. A start at close or outside the hours counts
        from the next opening. Zero seconds answer the start itself if open, else the next opening.

        Parameters
        ----------
        starts
            One aware datetime, or datetime64 of any unit in UTC. Fractions of a second are cut.
        seconds
            Working seconds, zero or more; an array is broadcast against the starts.

        Returns
        -------
        An aware datetime in the calendar's zone, or ``datetime64[s]`` in UTC, NaT where a start is
        NaT or the start or the answer is beyond the horizon.

        Raises
        ------
        HorizonError
            For one value that is beyond the horizon.
        XlmatrixError
            For a naive datetime, negative or fractional seconds.
        """
        target = durations(seconds)
        if isinstance(starts, datetime) and not target.ndim:
            answer = self.table.due_one(self._inside(starts), int(target))
            if answer == NEVER:
                raise self._beyond(f"{int(target)} working seconds after {starts.isoformat()}")
            return self.local(answer)
        start_s = _stamps(starts)
        _check_shapes(start_s, target)
        return np.asarray(self.due_s(start_s, target)).view("datetime64[s]")

    @overload
    def elapsed(self, starts: datetime, ends: datetime) -> int: ...
    @overload
    def elapsed(self, starts: Stamps, ends: datetime | Stamps) -> Int64Array: ...
    @overload
    def elapsed(self, starts: datetime, ends: Stamps) -> Int64Array: ...
    def elapsed(self, starts: datetime | Stamps, ends: datetime | Stamps) -> int | Int64Array:
        """Working seconds from a start to an end, negative if the end is earlier.

        Parameters are as for :meth:`due`. In an array, ``NEVER`` (the int64 of NaT) stands where a
        stamp is NaT or beyond the horizon; for one pair that is a :class:`HorizonError`.
        """
        if isinstance(starts, datetime) and isinstance(ends, datetime):
            first, last = self._inside(starts), self._inside(ends)
            return self.table.worked_one(last) - self.table.worked_one(first)
        first_s, last_s = _stamps(starts), _stamps(ends)
        _check_shapes(first_s, last_s)
        return self.table.elapsed(first_s, last_s)

    def explain(self, start: datetime, seconds: int) -> Ledger:
        """:meth:`due` of one start, with the account of how it comes about."""
        due = self.due(start, seconds)
        return explain(self, seconds_of(start), seconds_of(due), int(seconds))

    @overload
    def worked(self, at_s: int) -> int: ...
    @overload
    def worked(self, at_s: Int64Array) -> Int64Array: ...
    def worked(self, at_s: int | Int64Array) -> int | Int64Array:
        """``W``: working seconds from the horizon's start to an epoch second, else ``NEVER``."""
        if isinstance(at_s, np.ndarray):
            return self.table.worked(at_s)
        return self.table.worked_one(int(at_s))

    @overload
    def at(self, worked_s: int, strict: bool = True) -> int: ...
    @overload
    def at(self, worked_s: Int64Array, strict: bool | NDArray[np.bool_] = True) -> Int64Array: ...
    def at(
        self, worked_s: int | Int64Array, strict: bool | NDArray[np.bool_] = True
    ) -> int | Int64Array:
        """The epoch second at which ``W`` reaches a sum, else ``NEVER``.

        At a sum complete at close, ``strict`` answers the close, otherwise the next opening.
        """
        if isinstance(worked_s, np.ndarray):
            return self.table.at(worked_s, strict)
        return self.table.at_one(int(worked_s), bool(strict))

    @overload
    def due_s(self, start_s: int, seconds: int) -> int: ...
    @overload
    def due_s(self, start_s: Int64Array, seconds: int | Int64Array) -> Int64Array: ...
    @overload
    def due_s(self, start_s: int | Int64Array, seconds: Int64Array) -> Int64Array: ...
    def due_s(self, start_s: int | Int64Array, seconds: int | Int64Array) -> int | Int64Array:
        """:meth:`due` on epoch seconds: ``NEVER`` in, or beyond the horizon, is ``NEVER`` out."""
        target = durations(seconds)
        if isinstance(start_s, np.ndarray) or target.ndim:
            return self.table.due(np.asarray(start_s, dtype=np.int64), target)
        return self.table.due_one(int(start_s), int(target))

    @overload
    def is_open(self, at: datetime | int) -> bool: ...
    @overload
    def is_open(self, at: Int64Array | Stamps) -> NDArray[np.bool_]: ...
    def is_open(self, at: datetime | int | Int64Array | Stamps) -> bool | NDArray[np.bool_]:
        """Whether work is done at an instant; False at close, for NaT and beyond the horizon."""
        if isinstance(at, np.ndarray):
            stamps = seconds_array(at) if at.dtype.kind == "M" else at.astype(np.int64)
            if not self.table.start.size:
                return np.zeros(stamps.shape, dtype=np.bool_)
            row = np.searchsorted(self.table.start, stamps, side="right") - 1
            return (row >= 0) & (stamps < self.table.end[np.maximum(row, 0)])
        moment = seconds_of(at) if isinstance(at, datetime) else at
        return bool(self.is_open(np.array([moment], dtype=np.int64))[0])

    def local(self, at_s: int) -> datetime:
        """An epoch second as an aware datetime in the calendar's zone."""
        return datetime.fromtimestamp(at_s, self.zone.info)

    def _inside(self, stamp: datetime) -> int:
        moment = seconds_of(stamp)
        if not self.table.low <= moment <= self.table.high:
            raise self._beyond(stamp.isoformat())
        return moment

    def _beyond(self, what: str) -> HorizonError:
        low, high = self.local(self.table.low), self.local(self.table.high)
        return HorizonError(
            f"{what} is beyond the horizon of {low:%Y-%m-%d %H:%M} to {high:%Y-%m-%d %H:%M}",
            where=f"calendar {self.zone.name}",
            mend="Correct the date, or build the calendar over more years",
        )


def _stamps(given: datetime | Stamps) -> Int64Array:
    """Epoch seconds of an array, or of one datetime that meets an array."""
    if isinstance(given, datetime):
        return np.asarray(seconds_of(given), dtype=np.int64)
    return seconds_array(given)


def _check_shapes(one: Int64Array, other: Int64Array) -> None:
    try:
        np.broadcast_shapes(one.shape, other.shape)
    except ValueError:
        raise XlmatrixError(
            f"arrays of shape {one.shape} and {other.shape} do not go together",
            where="calendar",
            mend="Give one value for all, or as many as there are starts",
        ) from None


def _check_horizon(first: date, last: date) -> None:
    if last < first:
        raise XlmatrixError(
            f"the horizon ends ({last}) before it starts ({first})",
            where="calendar",
            mend="Give an end on or after the start",
        )
    if first.year < _FIRST_YEAR or last.year > _LAST_YEAR:
        raise XlmatrixError(
            f"the horizon from {first} to {last} is not within {_FIRST_YEAR} to {_LAST_YEAR}",
            where="calendar",
            mend="Correct the year",
        )


def _mode(given: HolidayMode | str) -> HolidayMode:
    try:
        return HolidayMode(given)
    except ValueError:
        raise XlmatrixError(
            f"'{given}' is not a holiday mode", where="holiday_mode", mend="Write clip or shift"
        ) from None
