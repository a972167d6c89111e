"""Working days and instants in formulas of reports; the hidden sheet Workdays defines the names."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, F, name, this
from xlmatrix.model.obligations import MOST_CLOCKS
from xlmatrix.rules.reporting.counting import DAY_S, IN_DAYS

#: Later than every instant, in Excel seconds.
BEYOND_S: Final = 10**12
#: What an instant is taken from, so that the earliest has the greatest number.
LATER_FROM: Final = 10**11
#: Keys of working days hold the calendar's number and a count.
WD_SCALE: Final = 10**6
WD_FIRST: Final = name("Wd_First")
WD_LAST: Final = name("Wd_Last")
WD_DATES: Final = name("Wd_Dates")
WD_KEY: Final = name("Wd_Key")
WD_OPEN: Final = name("Wd_Open")
WD_CERTAIN: Final = name("Wd_Certain")
#: Numbers of all clocks of a report.
CLOCKS: Final = tuple(range(1, MOST_CLOCKS + 2))


def several(header: str) -> list[Expr]:
    """A step of every clock."""
    return [this(f"{header} {number}") for number in CLOCKS]


def day_of(wall_s: Expr) -> Expr:
    """The day of a wall-clock time in seconds."""
    return F.INT(wall_s / DAY_S)


def in_days(unit: Expr) -> Expr:
    """Whether a unit ends on a day."""
    return F.OR(*(unit.eq(one) for one in sorted(IN_DAYS)))


def _place(day: Expr, calendar: Expr) -> Expr:
    return (calendar - 1) * WD_DATES + day - WD_FIRST + 1


def nth_working(day: Expr, count: Expr | int, calendar: Expr) -> Expr:
    """The date of the Nth working day after a date, an error for beyond."""
    wanted = F.INDEX(WD_KEY, _place(day, calendar)) + count
    # Found exactly: a column that asks the row above it must not be searched by halves.
    row = F.MATCH(wanted, WD_KEY, 0)
    found = WD_FIRST + row - 1 - (calendar - 1) * WD_DATES
    return found / F.AND(day >= WD_FIRST, day <= WD_LAST)


def works(day: Expr, calendar: Expr) -> Expr:
    """Whether a day is a working day of a calendar by its number."""
    return F.INDEX(WD_OPEN, _place(day, calendar)).eq(1)
