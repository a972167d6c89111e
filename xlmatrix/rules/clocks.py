"""The clock of one target: from a start instant to the due instant, as formula and as twin.

Every clock has two steps on the way, hidden columns beside its visible due time: ``<code> x``, the
working seconds at which it is due, and ``<code> s``, the due instant in UTC. The twin of the
instant is the engine's own answer and takes no step of the formula over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xlmatrix.formula import BLANK, Expr, F, if_, this
from xlmatrix.rules import names
from xlmatrix.rules.column import Computed
from xlmatrix.rules.frame import Floats, Frame, due, horizon, to_wall
from xlmatrix.rules.instants import EPOCH_S, reached, utc_of, wall_of
from xlmatrix.rules.names import BEYOND, policy_name
from xlmatrix.worktime import Calendar

Mask = NDArray[np.bool_]
#: Which policy code gives a row its target; rows outside every mask have no clock.
Parts = Callable[[Frame], Sequence[tuple[str, Mask]]]


@dataclass(frozen=True, slots=True)
class Clock:
    """What makes one clock.

    ``start`` is the header of the column with the start instant; ``part`` gives a part of the
    row's target (S seconds, D calendar days, C calendar number); ``worked`` the working seconds at
    the start; ``stopped`` a condition under which there is no clock; ``parts`` says the same as
    ``part`` and ``stopped`` to the twin.
    """

    code: str
    due_header: str
    start: str
    part: Callable[[str], Expr]
    worked: Expr
    parts: Parts
    stopped: Expr | None = None


def policy_part(code: str) -> Callable[[str], Expr]:
    """A target's parts as they stand on the Policy sheet, in the row of the severity."""
    return lambda part: F.INDEX(policy_name(code, part), this("k"))


def clock_columns(clock: Clock) -> list[Computed]:
    """The two steps and the visible due time."""
    code = clock.code
    return [
        Computed(f"{code} x", _sum_expr(clock), lambda frame: _sum_twin(frame, clock)),
        Computed(f"{code} s", _due_expr(clock), lambda frame: _due_twin(frame, clock)),
        Computed(
            clock.due_header,
            if_(
                F.ISNUMBER(this(f"{code} s")), wall_of(this(f"{code} s")) / 86400, this(f"{code} s")
            ),
            lambda frame: to_wall(frame.context.zone, frame[f"{code} s"]),
            show="stamp",
            role="formula.stamp",
            width=16.5,
            hidden=False,
        ),
    ]


def worked_until(calendar: Calendar, instants: Floats) -> Floats:
    """Working seconds up to instants, as the formula counts them.

    All of the calendar's after the horizon's end, infinity before its start, NaN for none.
    """
    low, high = (second + EPOCH_S for second in calendar.horizon)
    answer = np.where(np.isnan(instants), np.nan, np.inf)
    real = instants >= low
    clipped = np.minimum(instants[real], high).astype(np.int64) - EPOCH_S
    answer[real] = calendar.worked(clipped)
    return answer


def _missing(clock: Clock) -> Expr:
    empty = [this("k").empty(), this(clock.start).empty()]
    return F.OR(*empty, *([] if clock.stopped is None else [clock.stopped]))


def _sum_expr(clock: Clock) -> Expr:
    before = this(clock.start) < names.HORIZON_START
    working = if_(before, BEYOND, clock.worked + clock.part("S"))
    return if_(_missing(clock), BLANK, if_(F.ISNUMBER(clock.part("S")), working))


def _due_expr(clock: Clock) -> Expr:
    sum_s, calendar, start = this(f"{clock.code} x"), clock.part("C"), this(clock.start)
    too_late = sum_s > F.INDEX(names.CAL_TOTAL, calendar)
    working = if_(too_late, BEYOND, reached(start, sum_s, calendar))
    same_time = utc_of(wall_of(start) + clock.part("D") * 86400)
    outside = F.OR(start < names.HORIZON_START, same_time > names.HORIZON_END)
    by_days = if_(F.ISNUMBER(clock.part("D")), if_(outside, BEYOND, same_time))
    without_sum = if_(sum_s.filled(), sum_s, if_(_missing(clock), BLANK, by_days))
    return if_(F.ISNUMBER(sum_s), working, without_sum)


def _sum_twin(frame: Frame, clock: Clock) -> Floats:
    start, answer = frame[clock.start], np.full(len(frame), np.nan)
    for code, mask in clock.parts(frame):
        seconds = frame.clock(code, lambda target: target.seconds)
        live = mask & ~np.isnan(start) & ~np.isnan(seconds)
        for calendar, rows in frame.by_calendar(code, live):
            answer[rows] = worked_until(calendar, start[rows]) + seconds[rows]
    return answer


def _due_twin(frame: Frame, clock: Clock) -> Floats:
    start, answer = frame[clock.start], np.full(len(frame), np.nan)
    for code, mask in clock.parts(frame):
        seconds = frame.clock(code, lambda target: target.seconds)
        days = frame.clock(code, lambda target: target.days)
        live = mask & ~np.isnan(start)
        for calendar, rows in frame.by_calendar(code, live & ~np.isnan(seconds)):
            answer[rows] = due(calendar, start[rows], seconds[rows])
        rows = np.flatnonzero(live & np.isnan(seconds) & ~np.isnan(days))
        answer[rows] = _same_time_later(frame, start[rows], days[rows])
    return answer


def _same_time_later(frame: Frame, start: Floats, days: Floats) -> Floats:
    low, high = horizon(frame.context)
    moved = frame.context.zone.add_days(start.astype(np.int64) - EPOCH_S, days.astype(np.int64))
    instants = moved + float(EPOCH_S)
    return np.where((start < low) | (instants > high), np.inf, instants)
