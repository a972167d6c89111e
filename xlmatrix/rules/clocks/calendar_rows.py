"""The hidden Calendar sheet: every working interval as live formulas over Hours and Holidays.

One row a calendar, date and slot, in order. A closed slot is a row of length zero at the end of the
row before, so that a holiday typed in the workbook shortens rows and moves no other. The keys of
the look-ups rise strictly even where rows of length zero repeat an instant or a sum, because
engines differ in which of equal keys they find; the number of the row breaks the tie, and no key
asks the one above it. All instants are UTC in Excel seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

import numpy as np

from xlmatrix.errors import XlmatrixError
from xlmatrix.rules.instants import EPOCH_S, KEY_LIMIT
from xlmatrix.worktime import Calendar
from xlmatrix.worktime.shifts import local_midnight

DAY_S: Final = 86400
FEWEST_SLOTS: Final = 2
#: Rows of a worksheet below a line of headers.
_MOST_ROWS: Final = 2**20 - 1
#: From the horizon's end to the end of the last shift there is less than this.
_BEYOND_S: Final = 400_000


@dataclass(frozen=True, slots=True)
class Interval:
    """One row. ``opens`` and ``closes`` are wall-clock seconds, None for a slot that is closed."""

    calendar: int
    number: int
    """Its place among the rows of its calendar, from 0."""
    day: date
    slot: int
    holiday: bool
    excepted: bool
    opens: int | None
    closes: int | None
    start: int
    end: int
    worked: int

    @property
    def offset(self) -> int:
        """Start minus the working seconds before."""
        return self.start - self.worked

    @property
    def worked_end(self) -> int:
        """Working seconds at the end of the row."""
        return self.worked + self.end - self.start


def is_always(calendar: Calendar) -> bool:
    """Whether a calendar never closes: it needs one row, and nothing on it can be edited."""
    plan = calendar.plan
    return plan.hours.always and not (plan.holidays or plan.exceptions or plan.earlier)


def slots_of(calendar: Calendar) -> int:
    """How many shifts a date of this calendar may have in the workbook."""
    plan = calendar.plan
    weeks = [plan.hours, *(one.hours for one in plan.earlier)]
    days = [shifts for week in weeks for shifts in week.days]
    longest = max(len(shifts) for shifts in (*days, *plan.exceptions.values()))
    return max(FEWEST_SLOTS, longest)


@dataclass(frozen=True, slots=True)
class CalendarKeys:
    """How wide the keys of all calendars are: seconds and rows that one calendar may have."""

    low: int
    """The horizon's start, UTC in Excel seconds."""
    span: int
    rows: int

    @classmethod
    def of(cls, calendars: Sequence[Calendar], slots: int) -> CalendarKeys:
        """What the planned rows need.

        Raises
        ------
        XlmatrixError
            For more rows than a sheet has, or keys of more digits than programs keep.
        """
        plan, low = calendars[0].plan, calendars[0].horizon[0]
        high = max(calendar.horizon[1] for calendar in calendars)
        heights = [row_count(calendar, slots) for calendar in calendars]
        found = cls(low + EPOCH_S, high - low + _BEYOND_S, max(heights))
        if sum(heights) > _MOST_ROWS or (len(heights) + 1) * found.span * found.rows > KEY_LIMIT:
            raise XlmatrixError(
                f"{len(heights)} calendars of {slots} shifts a day need {sum(heights):,} rows "
                f"from {plan.start} to {plan.end}, more than a workbook can search",
                where="horizon",
                mend="Shorten the horizon, or give fewer calendars or fewer shifts a day",
            )
        return found

    def start(self, row: Interval) -> int:
        """The key that rises with calendar, start and row."""
        return self._key(row, row.start - self.low)

    def worked(self, row: Interval) -> int:
        """The key that rises with calendar, working seconds before and row."""
        return self._key(row, row.worked)

    def _key(self, row: Interval, seconds: int) -> int:
        return (row.calendar * self.span + min(seconds, self.span - 1)) * self.rows + row.number


def row_count(calendar: Calendar, slots: int) -> int:
    """How many rows :func:`rows_of` gives."""
    # The day before the horizon, its days, a row that begins it and one that ends it.
    days = (calendar.plan.end - calendar.plan.start).days + 2
    return 1 if is_always(calendar) else 2 + slots * days


def rows_of(
    calendar: Calendar,
    number: int,
    slots: int,
    taken: Callable[[date, int], Sequence[int]] | None = None,
) -> list[Interval]:
    """The rows of calendar ``number`` (from 1): what the formulas of the sheet compute.

    ``taken`` says in which slots so many shifts of a date stand; in the first ones unless given.

    The date after the horizon adds one closed row, which tells whether a shift that runs past the
    last midnight runs into a holiday.
    """
    low, _ = calendar.horizon
    first = Interval(
        calendar=number,
        number=0,
        day=calendar.plan.start,
        slot=0,
        holiday=False,
        excepted=False,
        opens=None,
        closes=None,
        start=low + EPOCH_S,
        end=(calendar.horizon[1] if is_always(calendar) else low) + EPOCH_S,
        worked=0,
    )
    rows = [first]
    if is_always(calendar):
        return rows
    clipped = set(calendar.plan.clipped())
    # The day before the horizon may begin a night shift that runs into it; what lies before the
    # first midnight is cut off, because no row ends before the one above it.
    eve = calendar.plan.start - timedelta(days=1)
    days = (calendar.plan.end - eve).days + 1
    dates = [eve + timedelta(days=n) for n in range(days + 1)]
    opened = _openings(calendar, dates, clipped)
    for today in dates[:-1]:
        shifts = opened[today]
        places = range(1, slots + 1) if taken is None else taken(today, len(shifts))
        at = dict(zip(places, shifts, strict=False))
        for slot in range(1, slots + 1):
            rows.append(_row(calendar, rows[-1], today, slot, at.get(slot)))
    rows.append(_row(calendar, rows[-1], dates[-1], 1, None))
    return rows


@dataclass(frozen=True, slots=True)
class _Opening:
    """One shift: wall-clock seconds as typed, and UTC seconds with holidays cut away."""

    opens: int
    closes: int
    start: int
    end: int


def _openings(
    calendar: Calendar, dates: list[date], clipped: set[date]
) -> dict[date, list[_Opening]]:
    """The shifts of each date but the last, converted to UTC all at once."""
    typed: list[tuple[date, int, int]] = []
    walls: list[tuple[int, int]] = []
    for today, tomorrow in pairwise(dates):
        midnight = local_midnight(today)
        for shift in calendar.plan.shifts_of(today):
            opens, closes = midnight + shift[0], midnight + shift[1]
            typed.append((today, opens, closes))
            walls.append(
                (
                    max(opens, midnight + DAY_S) if today in clipped else opens,
                    min(closes, midnight + DAY_S) if tomorrow in clipped else closes,
                )
            )
    edges = calendar.zone.boundary(np.array(walls, dtype=np.int64).reshape(-1, 2)).tolist()
    found: dict[date, list[_Opening]] = {day: [] for day in dates}
    for (day, opens, closes), (start, end) in zip(typed, edges, strict=True):
        found[day].append(_Opening(opens, closes, start, end))
    return found


def _row(
    calendar: Calendar, before: Interval, today: date, slot: int, shift: _Opening | None
) -> Interval:
    start = end = before.end
    if shift is not None:
        start = max(before.end, shift.start + EPOCH_S)
        end = max(start, shift.end + EPOCH_S)
    return Interval(
        calendar=before.calendar,
        number=before.number + 1,
        day=today,
        slot=slot,
        holiday=today in calendar.plan.holidays,
        excepted=today in calendar.plan.exceptions,
        opens=None if shift is None else shift.opens + EPOCH_S,
        closes=None if shift is None else shift.closes + EPOCH_S,
        start=start,
        end=end,
        worked=before.worked_end,
    )
