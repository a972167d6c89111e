"""Instants in formulas: between wall clock and UTC, and through a calendar.

All arithmetic is in whole Excel seconds (serial number x 86400), where ``ROUND`` is exact for every
second and a day fraction is not. One division by 86400 comes last, for display.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.formula import Expr, F, lit
from xlmatrix.formula.expr import Operand
from xlmatrix.rules import names

#: 1970-01-01 in Excel seconds.
EPOCH_S: Final = 25569 * 86400
#: The days that are dates: 1 March 1900 to 1 January 2200. Later seconds have more digits than the
#: keys of the calendars leave room for, and are slips of the hand.
FIRST_SERIAL: Final = 61
LAST_SERIAL: Final = 109_575
_MIDDLE: Final = (FIRST_SERIAL + LAST_SERIAL) / 2
_REACH: Final = (LAST_SERIAL - FIRST_SERIAL) / 2
# Keys leave room for 10 rows that begin at one second, and for 100,000 rows of one sum.
START_SCALE: Final = 10**10
CUM_SCALE: Final = 10**9
CUM_ROWS: Final = 10**5


def is_stamp(cell: Expr) -> Expr:
    """Whether a cell holds a date and time: a number of a day that Excel and others agree on.

    Text, truth values and error values are none, nor are days before March 1900, which programs
    count differently, nor those after the year 2199.
    """
    return F.IF(F.ISNUMBER(cell), F.ABS(cell - _MIDDLE) <= _REACH, lit(False))


def no_stamp(cell: Expr) -> Expr:
    """Whether something stands in a cell that is no date and time."""
    far = F.ABS(cell - _MIDDLE) > _REACH
    return F.IF(F.ISBLANK(cell), lit(False), F.IF(F.ISNUMBER(cell), far, lit(True)))


def seconds_of(stamp: Expr) -> Expr:
    """A typed stamp (serial number) as whole wall-clock seconds."""
    return F.ROUND(stamp * 86400, 0)


def typed_seconds(serial: float) -> float:
    """The twin of :func:`seconds_of`."""
    return rounded(serial * 86400)


def rounded(value: float) -> float:
    """What ``ROUND(value, 0)`` gives: a half goes away from zero, not to the even number."""
    return math.copysign(math.floor(abs(value) + 0.5), value)


def utc_of(wall_s: Expr) -> Expr:
    """Wall-clock seconds as UTC: the earlier instant in an overlap, the offset before in a gap."""
    return wall_s - F.INDEX(names.TZ_OFFSET, F.MATCH(wall_s, names.TZ_WALL_LATE, 1))


def wall_of(utc_s: Expr) -> Expr:
    """UTC seconds as wall-clock seconds."""
    return utc_s + F.INDEX(names.TZ_OFFSET, F.MATCH(utc_s, names.TZ_UTC, 1))


def boundary_of(wall_s: Expr) -> Expr:
    """The first instant at which the clock shows ``wall_s`` or later: a shift's edge."""
    row = F.MATCH(wall_s, names.TZ_WALL_LATE, 1)
    return F.MIN(wall_s - F.INDEX(names.TZ_OFFSET, row), F.INDEX(names.TZ_NEXT, row))


def is_odd(wall_s: Expr) -> Expr:
    """Whether the zone's clock shows that time twice or never."""
    late = F.MATCH(wall_s, names.TZ_WALL_LATE, 1)
    return F.MATCH(wall_s, names.TZ_WALL_EARLY, 1).ne(late)


def worked(utc_s: Expr, calendar: Operand) -> Expr:
    """Working seconds of calendar number ``calendar`` up to an instant inside the horizon."""
    key = (calendar * lit(START_SCALE) + utc_s) * 10 + 9
    row = F.MATCH(key, names.CAL_START_KEY, 1)
    return F.MIN(utc_s - F.INDEX(names.CAL_OFF, row), F.INDEX(names.CAL_CUM_END, row))


def reached(start_s: Expr, worked_s: Expr, calendar: Operand) -> Expr:
    """The instant at which a calendar's working seconds reach ``worked_s`` (target above zero).

    The key ends one below the next second's first row, so that a target that ends at close stays
    at close instead of the next opening.
    """
    key = (calendar * lit(CUM_SCALE) + worked_s) * CUM_ROWS - 1
    row = F.MATCH(key, names.CAL_CUM_KEY, 1)
    return F.MAX(start_s, worked_s + F.INDEX(names.CAL_OFF, row))


def opened(start_s: Expr, worked_s: Expr, calendar: Operand) -> Expr:
    """Like :func:`reached` for a target of zero: the next opening, or now if open."""
    key = (calendar * lit(CUM_SCALE) + worked_s) * CUM_ROWS + (CUM_ROWS - 1)
    row = F.MATCH(key, names.CAL_CUM_KEY, 1)
    return F.MAX(start_s, worked_s + F.INDEX(names.CAL_OFF, row))


def wall_seconds(stamps: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """``datetime64[s]`` wall-clock stamps as Excel seconds; NaT becomes NaN."""
    whole = stamps.astype("datetime64[s]").astype(np.int64)
    return np.where(np.isnat(stamps), np.nan, whole.astype(np.float64) + EPOCH_S)


def serial(moment: datetime) -> float:
    """A naive stamp as Excel's serial number, exact to the second."""
    return (int((moment - datetime(1970, 1, 1)).total_seconds()) + EPOCH_S) / 86400
