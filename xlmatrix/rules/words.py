"""Durations in words, in formulas and in Python. No ``TEXT()``: its codes differ by language."""

from __future__ import annotations

from xlmatrix.formula import Expr, F, if_, lit
from xlmatrix.rules.instants import seconds_of
from xlmatrix.worktime.serials import moment_of

_TWO_DAYS_S = 172_800


def span_expr(seconds: Expr) -> Expr:
    """Seconds (zero or more) as ``2 h 05 min``; from two days on as ``3 d 4 h``."""
    minutes = F.RIGHT(lit("0") & F.INT(F.MOD(seconds, 3600) / 60), 2)
    short = F.INT(seconds / 3600) & " h " & minutes & " min"
    long = F.INT(seconds / 86400) & " d " & F.INT(F.MOD(seconds, 86400) / 3600) & " h"
    return if_(seconds < _TWO_DAYS_S, short, long)


def span(seconds: int) -> str:
    """The twin of :func:`span_expr`."""
    if seconds >= _TWO_DAYS_S:
        return f"{seconds // 86400} d {seconds % 86400 // 3600} h"
    return f"{seconds // 3600} h {seconds % 3600 // 60:02} min"


def left_expr(left_s: Expr) -> Expr:
    """Signed seconds until something is due: ``1 h 20 min`` or ``late 0 h 05 min``."""
    return if_(left_s < 0, "late ") & span_expr(F.ABS(left_s))


def left(left_s: int) -> str:
    """The twin of :func:`left_expr`."""
    return ("late " if left_s < 0 else "") + span(abs(left_s))


def stamp_expr(serial: Expr) -> Expr:
    """A serial number as ``2026-11-23 14:05``; seconds are cut off as the cell's format does."""
    seconds = seconds_of(serial)
    day, rest = F.INT(seconds / 86400), F.MOD(seconds, 86400)

    def two(number: Expr) -> Expr:
        return F.RIGHT(lit("0") & number, 2)

    date = F.YEAR(day) & "-" & two(F.MONTH(day)) & "-" & two(F.DAY(day))
    return date & " " & two(F.INT(rest / 3600)) & ":" & two(F.INT(F.MOD(rest, 3600) / 60))


def stamp(serial: float) -> str:
    """The twin of :func:`stamp_expr`."""
    return f"{moment_of(serial):%Y-%m-%d %H:%M}"
