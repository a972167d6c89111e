"""The hidden Calendar sheet: every working interval as live formulas over Hours and Holidays.

One row a calendar, date and slot, in order. A closed slot is a row of length zero at the end of the
row before, so that a holiday typed in the workbook shortens rows and moves no other. The keys of
the look-ups rise strictly even where rows of length zero repeat an instant or a sum, because
engines differ in which of equal keys they find. All instants are UTC in Excel seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

import numpy as np

from xlmatrix.errors import XlmatrixError
from xlmatrix.rules.instants import CUM_ROWS, CUM_SCALE, EPOCH_S, START_SCALE
from xlmatrix.worktime import Calendar
from xlmatrix.worktime.shifts import local_midnight

DAY_S: Final = 86400
FEWEST_SLOTS: Final = 2


@dataclass(frozen=True, slots=True)
class Interval:
    """One row. ``opens`` and ``closes`` are wall-clock seconds, None for a slot that is closed."""

    calendar: int
    day: date
    slot: int
    holiday: bool
    excepted: bool
    opens: int | None
    closes: int | None
    start: int
    end: int
    start_key: int
    worked: int
    worked_key: int

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
    return plan.hours.always and not plan.holidays and not plan.exceptions


def slots_of(calendar: Calendar) -> int:
    """How many shifts a date of this calendar may have in the workbook."""
    plan = calendar.plan
    longest = max(len(shifts) for shifts in (*plan.hours.days, *plan.exceptions.values()))
    return max(FEWEST_SLOTS, longest)


def rows_of(calendar: Calendar, number: int, slots: int) -> list[Interval]:
    """The rows of calendar ``number`` (from 1): what the formulas of the sheet compute.

    The date after the horizon adds one closed row, which tells whether a shift that runs past the
    last midnight runs into a holiday.
    """
    low, _ = calendar.horizon
    first = Interval(
        calendar=number,
        day=calendar.plan.start,
        slot=0,
        holiday=False,
        excepted=False,
        opens=None,
        closes=None,
        start=low + EPOCH_S,
        end=(calendar.horizon[1] if is_always(calendar) else low) + EPOCH_S,
        start_key=(number * START_SCALE + low + EPOCH_S) * 10,
        worked=0,
        worked_key=number * CUM_SCALE * CUM_ROWS,
    )
    rows = [first]
    if is_always(calendar):
        return rows
    clipped = set(calendar.plan.clipped())
    # The day before the horizon may begin a night shift that runs into it; what lies before the
    # first midnight is cut off, because no row ends before the one above it.
    eve = calendar.plan.start - timedelta(days=1)
    days = (calendar.plan.end - eve).days + 1
    if days * slots >= CUM_ROWS - 1:
        raise XlmatrixError(
            f"{days} days of {slots} shifts are more than {CUM_ROWS:,} rows of one calendar",
            where="horizon",
            mend="Shorten the horizon, or give calendars with fewer shifts a day",
        )
    dates = [eve + timedelta(days=n) for n in range(days + 1)]
    opened = _openings(calendar, dates, clipped)
    for today in dates[:-1]:
        shifts = opened[today]
        for slot in range(1, slots + 1):
            shift = shifts[slot - 1] if slot <= len(shifts) else None
            rows.append(_row(calendar, rows[-1], today, slot, shift))
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
    worked = before.worked_end
    row_number = before.worked_key % CUM_ROWS + 1
    return Interval(
        calendar=before.calendar,
        day=today,
        slot=slot,
        holiday=today in calendar.plan.holidays,
        excepted=today in calendar.plan.exceptions,
        opens=None if shift is None else shift.opens + EPOCH_S,
        closes=None if shift is None else shift.closes + EPOCH_S,
        start=start,
        end=end,
        start_key=max(before.start_key + 1, (before.calendar * START_SCALE + start) * 10),
        worked=worked,
        worked_key=(before.calendar * CUM_SCALE + worked) * CUM_ROWS + row_number,
    )
