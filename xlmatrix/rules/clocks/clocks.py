"""The clock of one target: from a start instant to the due instant, as formula and as twin.

Every clock has two steps on the way, hidden columns beside its visible due time: ``<code> worked``,
the working seconds at which it is due, and ``<code> due s``, the due instant in UTC. The twin of
the instant is the engine's own answer and takes no step of the formula over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xlmatrix.formula import BLANK, Expr, F, if_, this
from xlmatrix.rules import names
from xlmatrix.rules.clocks.engine import PAUSED, Asked, ClockEngine, Found
from xlmatrix.rules.clocks.event_verdicts import changed_due
from xlmatrix.rules.frame import Floats, Frame, Objects, due, horizon, shown_cells, to_wall
from xlmatrix.rules.instants import EPOCH_S, reached, utc_of, wall_of
from xlmatrix.rules.names import BEYOND, policy_name
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.worktime import Calendar

Mask = NDArray[np.bool_]
#: Which policy code gives a row its target; rows outside every mask have no clock.
Parts = Callable[[Frame], Sequence[tuple[str, Mask]]]


@dataclass(frozen=True, slots=True)
class Clock:
    """What makes one clock.

    ``shown`` is the column that shows when it is due, without its formula. ``start`` is the header
    of the column with the start instant; ``part`` gives a part of the
    row's target (S seconds, D calendar days, C calendar number); ``worked`` the working seconds at
    the start; ``stopped`` a condition under which there is no clock; ``parts`` says the same as
    ``part`` and ``stopped`` to the twin.
    """

    code: str
    shown: Column
    start: str
    part: Callable[[str], Expr]
    worked: Expr
    parts: Parts
    stopped: Expr | None = None
    paused: Expr | None = None
    """The sum of an incident that was paused; None where pauses do not count."""
    changed: Expr | None = None
    """The due instant of an incident whose severity changed or that was reopened."""
    earliest: str | None = None
    """The column of the instant before which it is never due."""
    row: str = "policy row"
    """The column with the row of the policy that has its target."""


def policy_part(code: str, row: str = "policy row") -> Callable[[str], Expr]:
    """A target's parts as they stand on the Policy sheet, in the row of the severity."""
    return lambda part: F.INDEX(policy_name(code, part), this(row))


def clock_columns(clock: Clock) -> list[Column]:
    """The two steps and the visible due time."""
    code = clock.code
    return [
        hidden_step(f"{code} worked", _sum_expr(clock), lambda frame: _sum_twin(frame, clock)),
        hidden_step(
            f"{code} due s",
            _due_expr(clock),
            lambda frame: _due_twin(frame, clock),
            marked=lambda frame: paused_rows(frame, code),
        ),
        clock.shown.by(
            if_(
                F.ISNUMBER(this(f"{code} due s")),
                wall_of(this(f"{code} due s")) / 86400,
                this(f"{code} due s"),
            ),
            lambda frame: to_wall(frame.context.zone, frame[f"{code} due s"]),
            marked=lambda frame: paused_rows(frame, code),
        ),
    ]


def paused_rows(frame: Frame, code: str) -> Mask:
    """Rows whose clock stands still now."""
    _ = frame[f"{code} due s"]
    stands: Mask = frame.done[f"{code} paused"]
    return stands


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
    empty = [this(clock.row).empty(), this(clock.start).empty()]
    return F.OR(*empty, *([] if clock.stopped is None else [clock.stopped]))


def _sum_expr(clock: Clock) -> Expr:
    """The sum; for a target in calendar days the due instant itself, below zero to tell it."""
    start = this(clock.start)
    total = clock.worked + clock.part(names.PART_SECONDS)
    if clock.paused is not None:
        total = F.IF(this("last pause").empty(), total, clock.paused)
    same_time = utc_of(wall_of(start) + clock.part(names.PART_DAYS) * 86400)
    by_days = if_(F.ISNUMBER(clock.part(names.PART_DAYS)), -same_time)
    known = F.IF(F.ISNUMBER(clock.part(names.PART_SECONDS)), total, by_days)
    return if_(_missing(clock), BLANK, F.IF(start < names.HORIZON_START, _before(clock), known))


def _before(clock: Clock) -> Expr:
    parts = (clock.part(names.PART_SECONDS), clock.part(names.PART_DAYS))
    return if_(F.OR(*map(F.ISNUMBER, parts)), BEYOND)


def _due_expr(clock: Clock) -> Expr:
    sum_s, calendar, start = (
        this(f"{clock.code} worked"),
        clock.part(names.PART_CALENDAR),
        this(clock.start),
    )
    late = sum_s > F.INDEX(names.CAL_TOTAL, calendar)
    held = -sum_s if clock.earliest is None else F.MAX(-sum_s, this(clock.earliest))
    by_days = F.IF(-sum_s > names.HORIZON_END, BEYOND, held)
    begins = start if clock.earliest is None else F.MAX(start, this(clock.earliest))
    working = F.IF(late, BEYOND, reached(begins, sum_s, calendar))
    own = F.IF(F.ISNUMBER(sum_s), F.IF(sum_s < 0, by_days, working), sum_s)
    return own if clock.changed is None else F.IF(this("last event").empty(), own, clock.changed)


def _sum_twin(frame: Frame, clock: Clock) -> Objects:
    due = _clock_due(frame, clock)
    start, answer = frame[clock.start], np.full(len(frame), np.nan)
    by_days = np.zeros(len(frame), dtype=np.bool_)
    for code, mask in clock.parts(frame):
        seconds = frame.clock(code, lambda target: target.seconds, clock.row)
        days = frame.clock(code, lambda target: target.days, clock.row)
        live = mask & ~np.isnan(start)
        for calendar, rows in frame.by_calendar(code, live & ~np.isnan(seconds), clock.row):
            answer[rows] = worked_until(calendar, start[rows]) + seconds[rows]
        by_days |= live & np.isnan(seconds) & ~np.isnan(days)
    answer += due.pause_s
    low, _ = horizon(frame.context)
    moved = _days_twin(frame, clock)
    shown: Objects = np.array(
        shown_cells(np.where(by_days, np.where(start < low, np.inf, -moved), answer)), dtype=object
    )
    shown[due.paused] = PAUSED
    return shown


def _days_twin(frame: Frame, clock: Clock) -> Floats:
    """Where a target is in calendar days: the instant, however late."""
    start, answer = frame[clock.start], np.full(len(frame), np.nan)
    for code, mask in clock.parts(frame):
        days = frame.clock(code, lambda target: target.days, clock.row)
        rows = np.flatnonzero(mask & ~np.isnan(start) & ~np.isnan(days))
        moved = frame.context.zone.add_days(
            start[rows].astype(np.int64) - EPOCH_S, days[rows].astype(np.int64)
        )
        answer[rows] = moved + float(EPOCH_S)
    return answer


def _clock_due(frame: Frame, clock: Clock) -> Found:
    """What the engine says, severity changes left aside."""
    known = f"{clock.code} found"
    if known not in frame.done:
        start = frame[clock.start]
        total = Found(
            np.full(len(frame), np.nan), np.zeros(len(frame)), np.zeros(len(frame), dtype=np.bool_)
        )
        engine = ClockEngine.of(frame) if clock.paused is not None else None
        for code, mask in clock.parts(frame):
            seconds = frame.clock(code, lambda target: target.seconds, clock.row)
            calendar = frame.clock(code, lambda target: float(target.calendar), clock.row)
            stops = frame.clock(code, lambda target: float(target.pauses), clock.row) == 1
            rows = np.flatnonzero(mask & ~np.isnan(start) & ~np.isnan(seconds))
            if engine is None:
                for one, part in frame.by_calendar(code, _mask(rows, len(frame)), clock.row):
                    total.due_s[part] = due(one, start[part], seconds[part])
                continue
            found = engine.due(Asked(rows, calendar[rows], stops[rows]), start[rows], seconds[rows])
            total.due_s[rows], total.pause_s[rows] = found.due_s, found.pause_s
            total.paused[rows] = found.paused
        frame.done[known] = total
    answer: Found = frame.done[known]
    return answer


def _mask(rows: NDArray[np.intp], size: int) -> Mask:
    mask = np.zeros(size, dtype=np.bool_)
    mask[rows] = True
    return mask


def _due_twin(frame: Frame, clock: Clock) -> Floats:
    found = _clock_due(frame, clock)
    answer = found.due_s.copy()
    low, high = horizon(frame.context)
    start = frame[clock.start]
    for code, mask in clock.parts(frame):
        seconds = frame.clock(code, lambda target: target.seconds, clock.row)
        days = frame.clock(code, lambda target: target.days, clock.row)
        rows = mask & ~np.isnan(start) & np.isnan(seconds) & ~np.isnan(days)
        moved = _days_twin(frame, clock)
        answer[rows] = np.where((start < low) | (moved > high), np.inf, moved)[rows]
    paused = found.paused.copy()
    if clock.earliest is not None:
        answer = np.where(np.isnan(answer), answer, np.fmax(answer, frame[clock.earliest]))
    if clock.changed is not None:
        changed, stands, rows = changed_due(frame, clock.code)
        answer[rows], paused[rows] = changed, stands
    frame.done[f"{clock.code} paused"] = paused
    return answer
