"""By when the next update is due once this one has been sent, which is now.

The log says when *this* update is due; a message promises the next one.
"""

from __future__ import annotations

import numpy as np

from xlmatrix.formula import BLANK, Expr, F, if_, iferror, lit
from xlmatrix.rules import names
from xlmatrix.rules.frame import Context, due, horizon, to_wall
from xlmatrix.rules.instants import EPOCH_S, reached, utc_of, wall_of, worked
from xlmatrix.rules.names import policy_name


def next_update_expr(code: str, row: Expr, ended: Expr) -> Expr:
    """The serial number of the wall clock, for a row of the Policy sheet; "" for none."""

    def part(known: str) -> Expr:
        return F.INDEX(policy_name(code, known), row)

    seconds, days, calendar = map(part, (names.PART_SECONDS, names.PART_DAYS, names.PART_CALENDAR))
    total = worked(names.AS_OF_S, calendar) + seconds
    late = total > F.INDEX(names.CAL_TOTAL, calendar)
    by_work = if_(F.NOT(late), wall_of(reached(names.AS_OF_S, total, calendar)) / 86400)
    moved = utc_of(wall_of(names.AS_OF_S) + days * 86400)
    by_days = if_(F.AND(F.ISNUMBER(days), moved <= names.HORIZON_END), wall_of(moved) / 86400)
    known = F.IF(F.ISNUMBER(seconds), by_work, by_days)
    none = F.OR(row.empty(), ended.filled(), names.AS_OF_S < names.HORIZON_START)
    return iferror(F.IF(none, BLANK, known), lit(""))


def next_update(context: Context, code: str, row: object, ended: object) -> float | str:
    """The twin of :func:`next_update_expr`."""
    low, high = horizon(context)
    now = float(context.as_of_s)
    if not isinstance(row, int | float) or ended not in ("", None) or now < low:
        return ""
    clock = context.policy.clocks[int(row) - 1][code]
    if clock.seconds is not None:
        calendar = context.calendars[clock.calendar - 1]
        at = float(due(calendar, np.array([now]), np.array([float(clock.seconds)]))[0])
    elif clock.days is not None:
        at = float(context.zone.add_days(np.array([int(now) - EPOCH_S]), np.array([clock.days]))[0])
        at += EPOCH_S
    else:
        return ""
    if not np.isfinite(at) or at > high:
        return ""
    return float(to_wall(context.zone, np.array([at]))[0] / 86400)
