"""Time-boxes that run from one instant: when each is due, and whether it was kept.

The formulas go through the same calendar rows as the log's clocks; the twin asks the engine.
Columns of the table: Within, Unit, Calendar, Done at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from xlmatrix.errors import HorizonError
from xlmatrix.formula import BLANK, Expr, F, if_, iferror, lit, place_of, this
from xlmatrix.model.calendars import day_seconds
from xlmatrix.model.duration import UNIT_SECONDS
from xlmatrix.rules import names
from xlmatrix.rules.cells import CellValue, RowCells
from xlmatrix.rules.frame import Context, due, horizon
from xlmatrix.rules.instants import (
    EPOCH_S,
    reached,
    rounded,
    seconds_of,
    typed_seconds,
    utc_of,
    wall_of,
    worked,
)
from xlmatrix.rules.names import BEYOND
from xlmatrix.rules.words import left, left_expr
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.injection import INJECTION

KEPT, LATE, OVERDUE, SOON, RUNNING = "kept", "late", "overdue", "due soon", "running"
#: Calendar days are counted as such: one of them is one.
_UNITS: Final[dict[str, int]] = {**UNIT_SECONDS, "days": 1}


@dataclass(frozen=True, slots=True)
class Run:
    """From where the time-boxes of one incident run.

    Attributes
    ----------
    start, start_s
        The cell with the instant, UTC in Excel seconds or empty text, and the instant.
    review, review_s
        The same of when the severity's review is due; a word where the calendars end before.
    slot
        What ends the ids of the incident's columns.
    """

    start: Expr
    start_s: float | None
    review: Expr
    review_s: float | str
    slot: str = ""


def length_rules(context: Context) -> list[Column]:
    """The steps that the time-boxes of all incidents share."""
    return [
        hidden_step("calendar row", _calendar_expr(), lambda row: _calendar(context, row)),
        hidden_step("length", _length_expr(), lambda row: _length(context, row)),
    ]


def timebox_rules(context: Context, run: Run, by_review: Sequence[str]) -> list[Column]:
    """The computed columns of one incident, in the order of their dependence.

    ``by_review`` are the rows that are due with the severity's review, unless a time is typed.
    """
    start, start_s, slot = run.start, run.start_s, run.slot
    worked_id, due_id, done = f"worked{slot}", f"due s{slot}", f"Done at{slot}"
    with_review = F.OR(*(this("ID").eq(known) for known in by_review)) if by_review else lit(False)
    own = F.AND(F.NOT(F.ISNUMBER(this("length"))), with_review)
    due_expr = F.IF(own, run.review, _due_expr(start, this(worked_id)))

    def due_twin(row: RowCells) -> float | str:
        if row["ID"] in by_review and not isinstance(row["length"], float):
            return run.review_s
        return _due(context, row, start_s)

    return [
        hidden_step(worked_id, _sum_expr(start), lambda row: _sum(context, row, start_s)),
        hidden_step(due_id, due_expr, due_twin),
        INJECTION[f"Due{slot}"].by(
            _shown_expr(this(due_id)), lambda row: _shown(context, row[due_id])
        ),
        INJECTION[f"State{slot}"].by(
            _state_expr(this(due_id), this(done)),
            lambda row: _state(context, row[due_id], row.number(done)),
        ),
    ]


def left_rule(context: Context) -> Column:
    """How long is left of the first incident's time-box."""
    return INJECTION["Time left"].by(_left_expr(), lambda row: _left(context, row))


def _calendar_expr() -> Expr:
    return iferror(place_of(this("Calendar"), names.CAL_NAMES), 1)


def _calendar(context: Context, row: RowCells) -> int:
    known = [calendar.name.casefold() for calendar in context.spec.calendars]
    wanted = row.text("Calendar")
    return known.index(wanted) + 1 if wanted in known else 1


def _length_expr() -> Expr:
    """Working seconds, or calendar days where the unit says so."""
    amount, unit = this("Within"), this("Unit")
    factor: Expr = F.IF(unit.eq("business days"), F.INDEX(names.CAL_DAY, this("calendar row")), 0)
    for known, seconds in _UNITS.items():
        factor = F.IF(unit.eq(known), seconds, factor)
    length = F.ROUND(amount * factor, 0)
    return if_(F.ISNUMBER(amount), if_(length > 0, length))


def _length(context: Context, row: RowCells) -> float | str:
    amount, unit = row.number("Within"), row.text("Unit")
    if amount is None:
        return ""
    number = row["calendar row"]
    assert isinstance(number, int)
    factor = _UNITS.get(unit, 0)
    if unit == "business days":
        factor = day_seconds(context.spec.calendars[number - 1])
    length = rounded(amount * factor)
    return length if length > 0 else ""


def _sum_expr(start: Expr) -> Expr:
    inside = F.AND(F.ISNUMBER(start), F.ISNUMBER(this("length")), this("Unit").ne("days"))
    x = F.IF(
        F.N(start) < names.HORIZON_START,
        BEYOND,
        worked(start, this("calendar row")) + this("length"),
    )
    return if_(inside, x)


def _sum(context: Context, row: RowCells, start_s: float | None) -> float | str:
    length = row["length"]
    if start_s is None or not isinstance(length, float) or row.text("Unit") == "days":
        return ""
    low, high = horizon(context)
    if start_s < low:
        return BEYOND
    number = row["calendar row"]
    assert isinstance(number, int)
    calendar = context.calendars[number - 1]
    return float(calendar.worked(int(min(start_s, high)) - EPOCH_S)) + length


def _due_expr(start: Expr, x: Expr) -> Expr:
    total = F.INDEX(names.CAL_TOTAL, this("calendar row"))
    by_clock = F.IF(
        F.ISNUMBER(x), F.IF(x > total, BEYOND, reached(start, x, this("calendar row"))), x
    )
    moved = utc_of(wall_of(start) + this("length") * 86400)
    outside = F.OR(start < names.HORIZON_START, moved > names.HORIZON_END)
    by_days = F.IF(outside, BEYOND, moved)
    known = F.AND(F.ISNUMBER(start), F.ISNUMBER(this("length")))
    return if_(known, F.IF(this("Unit").eq("days"), by_days, by_clock))


def _due(context: Context, row: RowCells, start_s: float | None) -> float | str:
    length, number = row["length"], row["calendar row"]
    if start_s is None or not isinstance(length, float) or not isinstance(number, int):
        return ""
    if row.text("Unit") == "days":
        low, high = horizon(context)
        # Within two days the answer decides; further out the zone's table may have no answer.
        if start_s < low or start_s + (length - 2) * 86400 > high:
            return BEYOND
        moved = float(context.zone.add_days(int(start_s) - EPOCH_S, int(length)) + EPOCH_S)
        return BEYOND if moved > high else moved
    calendar = context.calendars[number - 1]
    answer = float(due(calendar, np.array([start_s]), np.array([length]))[0])
    return BEYOND if np.isinf(answer) else answer


def _shown_expr(instant: Expr) -> Expr:
    return F.IF(F.ISNUMBER(instant), wall_of(instant) / 86400, instant)


def _shown(context: Context, instant: CellValue) -> float | str:
    return wall(context, instant) / 86400 if isinstance(instant, float) else str(instant)


def wall(context: Context, utc_s: float) -> float:
    """Wall-clock Excel seconds of an instant."""
    return float(context.zone.to_local(int(utc_s) - EPOCH_S) + EPOCH_S)


def _state_expr(instant: Expr, done: Expr) -> Expr:
    judged = F.IF(utc_of(seconds_of(done)) <= instant, KEPT, LATE)
    soon = F.IF(instant - names.AS_OF_S <= names.SOON_S, SOON, RUNNING)
    open_ = F.IF(instant < names.AS_OF_S, OVERDUE, soon)
    return if_(F.ISNUMBER(instant), F.IF(F.ISNUMBER(done), iferror(judged), open_), BLANK)


def _state(context: Context, instant: CellValue, done: float | None) -> str:
    if not isinstance(instant, float):
        return ""
    if done is not None:
        return KEPT if _utc(context, done) <= instant else LATE
    left_s = instant - context.as_of_s
    return OVERDUE if left_s < 0 else SOON if left_s <= context.soon_s else RUNNING


def _utc(context: Context, serial: float) -> float:
    """The instant of a typed stamp; outside the zone's table about the right one."""
    second = int(typed_seconds(serial)) - EPOCH_S
    try:
        return float(context.zone.to_utc(second) + EPOCH_S)
    except HorizonError:
        return float(second + EPOCH_S)


def _left_expr() -> Expr:
    running = F.AND(F.ISNUMBER(this("due s")), F.NOT(F.ISNUMBER(this("Done at"))))
    return if_(running, left_expr(F.N(this("due s")) - names.AS_OF_S), lit(""))


def _left(context: Context, row: RowCells) -> str:
    instant = row["due s"]
    if not isinstance(instant, float) or row.number("Done at") is not None:
        return ""
    return left(int(instant - context.as_of_s))
