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
from xlmatrix.worktime import serials
from xlmatrix.worktime.serials import ZONE_SCALE

#: 1970-01-01 in Excel seconds.
EPOCH_S: Final = serials.EPOCH_S
_MIDDLE: Final = (serials.FIRST_SERIAL + serials.LAST_SERIAL) / 2
_REACH: Final = (serials.LAST_SERIAL - serials.FIRST_SERIAL) / 2
#: Keys stay below this: programs keep 15 digits of a number, and 2**53 is a little more.
KEY_LIMIT: Final = 10**15


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


def rounded(value: float, digits: int = 0) -> float:
    """What ``ROUND(value, digits)`` gives: a half goes away from zero, not to the even number."""
    scaled = abs(value) * 10.0**digits
    # What has so many digits has none behind the point.
    whole = math.isfinite(scaled)
    return math.copysign(math.floor(scaled + 0.5) / 10.0**digits, value) if whole else value


def utc_of(wall_s: Expr, zone: Operand | None = None, *, later: Expr | None = None) -> Expr:
    """Wall-clock seconds as UTC: the earlier instant in an overlap, the offset before in a gap.

    ``zone`` is the number of a zone (:func:`~xlmatrix.rules.zones.zones_in_use`); left out, the
    matrix's. ``later`` says whether the second passing of a doubled hour is meant, of the matrix's
    zone alone: then it is the later instant, and in a gap the offset after it.
    """
    if zone is None:
        row: Expr = F.MATCH(wall_s, names.TZ_WALL_LATE, 1)
        if later is not None:
            row = F.IF(later, F.MATCH(wall_s, names.TZ_WALL_EARLY, 1), row)
        return wall_s - F.INDEX(names.TZ_OFFSET, row)
    row = F.MATCH(zone * ZONE_SCALE + wall_s, names.TZ_KEY_LATE, 1)
    return wall_s - F.INDEX(names.TZ_KEY_OFFSET, row)


def wall_of(utc_s: Expr, zone: Operand | None = None) -> Expr:
    """UTC seconds as wall-clock seconds of a zone by its number; left out, of the matrix's."""
    if zone is None:
        return utc_s + F.INDEX(names.TZ_OFFSET, F.MATCH(utc_s, names.TZ_UTC, 1))
    row = F.MATCH(zone * ZONE_SCALE + utc_s, names.TZ_KEY, 1)
    return utc_s + F.INDEX(names.TZ_KEY_OFFSET, row)


def boundary_of(wall_s: Expr) -> Expr:
    """The first instant at which the clock shows ``wall_s`` or later: a shift's edge."""
    row = F.MATCH(wall_s, names.TZ_WALL_LATE, 1)
    return F.MIN(wall_s - F.INDEX(names.TZ_OFFSET, row), F.INDEX(names.TZ_NEXT, row))


def is_odd(wall_s: Expr) -> Expr:
    """Whether the zone's clock shows that time twice or never."""
    late = F.MATCH(wall_s, names.TZ_WALL_LATE, 1)
    return F.MATCH(wall_s, names.TZ_WALL_EARLY, 1).ne(late)


def is_twice(wall_s: Expr) -> Expr:
    """Whether the zone's clock shows that time twice: a smaller offset begins within the hour."""
    late, early = (F.MATCH(wall_s, edge, 1) for edge in (names.TZ_WALL_LATE, names.TZ_WALL_EARLY))
    return F.INDEX(names.TZ_OFFSET, early) < F.INDEX(names.TZ_OFFSET, late)


def is_odd_there(wall_s: Expr, zone: Expr) -> Expr:
    """The same of a zone by its number."""
    key = zone * ZONE_SCALE + wall_s
    return F.MATCH(key, names.TZ_KEY_EARLY, 1).ne(F.MATCH(key, names.TZ_KEY_LATE, 1))


def worked(utc_s: Expr, calendar: Operand) -> Expr:
    """Working seconds of calendar number ``calendar`` up to an instant not before its start."""
    # What lies after the last second that the keys have room for is found as that second.
    since = F.MIN(utc_s - names.HORIZON_START + 1, names.CAL_SPAN)
    row = F.MATCH(_key_before(calendar, since), names.CAL_START_KEY, 1)
    return F.MIN(utc_s - F.INDEX(names.CAL_OFF, row), F.INDEX(names.CAL_CUM_END, row))


def reached(start_s: Expr, worked_s: Expr, calendar: Operand) -> Expr:
    """The instant at which a calendar's working seconds reach ``worked_s`` (target above zero).

    The key ends one below the first row of that second, so that a target that ends at close stays
    at close instead of the next opening.
    """
    row = F.MATCH(_key_before(calendar, worked_s), names.CAL_CUM_KEY, 1)
    return F.MAX(start_s, worked_s + F.INDEX(names.CAL_OFF, row))


def opened(start_s: Expr, worked_s: Expr, calendar: Operand) -> Expr:
    """Like :func:`reached` for a target of zero: the next opening, or now if open."""
    row = F.MATCH(_key_before(calendar, worked_s + 1), names.CAL_CUM_KEY, 1)
    return F.MAX(start_s, worked_s + F.INDEX(names.CAL_OFF, row))


def _key_before(calendar: Operand, seconds: Expr) -> Expr:
    """The greatest key that a row of a calendar may have before so many seconds."""
    return (calendar * names.CAL_SPAN + seconds) * names.CAL_ROWS - 1


def wall_seconds(stamps: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """``datetime64[s]`` wall-clock stamps as Excel seconds; NaT becomes NaN."""
    whole = stamps.astype("datetime64[s]").astype(np.int64)
    return np.where(np.isnat(stamps), np.nan, whole.astype(np.float64) + EPOCH_S)


def serial(moment: datetime) -> float:
    """A naive stamp as Excel's serial number, exact to the second."""
    return serials.serial_of(moment)
