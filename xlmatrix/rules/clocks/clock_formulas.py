"""Formulas of a clock with pauses that stand outside the log of incidents: the sum and the instant.

A clock is kept as what it must read counted from the opening, see
:mod:`xlmatrix.rules.clocks.event_clocks`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from xlmatrix.formula import Expr, F, col, name
from xlmatrix.rules import names
from xlmatrix.rules.clocks.engine import PAUSED
from xlmatrix.rules.instants import reached, utc_of, wall_of
from xlmatrix.rules.logs.line import key_before
from xlmatrix.rules.logs.pause_line import pz
from xlmatrix.rules.names import BEYOND

#: The place from 1, in the list of policies, of the one in force.
POLICY_NUMBER: Final = name("Change_Policy_No")
WARN_SHARE: Final = name("Warn_Share")


def pick(calendar: Expr, count: int, expr: Callable[[int], Expr]) -> Expr:
    """An expression that depends on a calendar's number."""
    if count == 1:
        return expr(1)
    return F.CHOOSE(calendar, *(expr(number) for number in range(1, count + 1)))


def total_expr(incident: Expr, target: Expr, calendar: Expr, pauses: Expr, count: int) -> Expr:
    """Working seconds at which a clock is due that must read ``target`` since the opening.

    :data:`PAUSED` while a pause stands that keeps it from running out.
    """
    last = F.INDEX(col("tIncidents", "last pause"), incident)
    key = key_before(incident, target)

    def place(number: int) -> Expr:
        return F.MATCH(key, pz("Net", number), 1)

    def added(number: int) -> Expr:
        return F.INDEX(pz("Cum", number), place(number)) - F.INDEX(pz("Base", number), last)

    def started(number: int) -> Expr:
        return F.INDEX(col("tIncidents", f"worked at opening {number}"), incident)

    # Each part is chosen by itself: what all calendars share stands once, not once for each.
    plain = pick(calendar, count, started) + target
    stands = F.INDEX(pz("Open"), last) <= pick(calendar, count, place)
    paused = F.IF(stands, PAUSED, plain + pick(calendar, count, added))
    return F.IF(F.AND(pauses.eq(1), last.filled()), paused, plain)


def due_expr(total: Expr, start: Expr, calendar: Expr) -> Expr:
    """The instant at which working seconds are reached; text passes through."""
    late = total > F.INDEX(names.CAL_TOTAL, calendar)
    return F.IF(F.ISNUMBER(total), F.IF(late, BEYOND, reached(start, total, calendar)), total)


def days_later(start: Expr, days: Expr) -> Expr:
    """The same time on the wall clock so many days later, in UTC."""
    later = utc_of(wall_of(start) + days * 86400)
    return F.IF(later > names.HORIZON_END, BEYOND, later)
