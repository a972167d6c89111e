"""The clocks of incidents whose severity changed or that were reopened, under every policy.

One row an event, beside the *Event line*. A clock is kept as what it must read (``T``), counted
from the opening: a clock that starts later is the same as one that starts at the opening with the
reading at that instant added to its target. So one formula serves every policy:

    due = deadline(opening, T + pauses that begin before the clock reads T)

The twin asks the engine the other way, from each clock's own start.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from xlmatrix.formula import BLANK, Expr, F, if_
from xlmatrix.rules import names
from xlmatrix.rules.clocks import event_headers as headers
from xlmatrix.rules.clocks.changes.change import ChangePolicy
from xlmatrix.rules.clocks.changes.columns import StepColumns
from xlmatrix.rules.clocks.changes.policies import POLICIES
from xlmatrix.rules.clocks.clock_formulas import (
    POLICY_NUMBER,
    WARN_SHARE,
    days_later,
    due_expr,
)
from xlmatrix.rules.clocks.event_readings import add_event_columns, add_reading_columns
from xlmatrix.rules.clocks.event_twin import ClockTwin, StepTwin, twin_of
from xlmatrix.rules.clocks.event_verdicts import add_verdict_columns
from xlmatrix.rules.frame import Frame
from xlmatrix.rules.incidents.steps import OPENING_STEPS
from xlmatrix.rules.logs.line import Line

SHEET: Final = "Event clocks"


def event_clocks(frame: Frame, source: Line) -> Line:
    """The hidden sheet; its rows are those of the event line."""
    line = Line(SHEET, source.height)
    add_event_columns(line, frame, source)
    add_reading_columns(line, frame)
    for step in OPENING_STEPS:
        columns = StepColumns(line, source, step.code, len(frame.context.calendars))
        _add_step(columns, twin_of(frame, step.code))
    add_verdict_columns(line, frame, source)
    return line


def clock_names(line: Line) -> dict[str, Expr]:
    """What the defined names of the sheet stand for."""
    found = {"Ev_Ever": line.span(headers.EVER_BREACHED)}
    parts = {
        "Due": headers.CHOSEN_DUE,
        "Before": headers.DUE_BEFORE,
        "Warn": headers.WARNING,
        "S": headers.FINAL_DUE,
        "T": headers.CHOSEN_READING,
        "L": headers.CHOSEN_LEFT,
        "C": headers.CHOSEN_CALENDAR,
        "P": headers.CHOSEN_PAUSES,
        **{policy.due_name: policy.due for policy in POLICIES},
    }
    for step in OPENING_STEPS:
        for part, header in parts.items():
            found[f"Ev_{step.code}_{part}"] = line.span(f"{step.code} {header}")
    return found


def _add_step(columns: StepColumns, twin: StepTwin) -> None:
    """Every column of one step: what is asked, a clock for each policy, and the one in force."""
    _add_asked(columns, twin)
    for policy in POLICIES:
        for column in policy.carried(columns, twin.past):
            columns.add(*column)
    for policy, clock in zip(POLICIES, twin.clocks, strict=True):
        columns.add(policy.target_reading, partial(policy.reading_expr, columns), clock.reading_s)
    for policy in POLICIES:
        for column in policy.kept(columns, twin.past):
            columns.add(*column)
    for policy, clock in zip(POLICIES, twin.clocks, strict=True):
        _add_due(columns, policy, clock)
    _add_chosen(columns, twin.chosen)
    _add_warning(columns, twin)
    _add_before(columns, twin)


def _add_asked(columns: StepColumns, twin: StepTwin) -> None:
    """The target after each event, and what a clock of it reads that runs since the opening."""
    past, target = twin.past, twin.past.after
    for header, part, none, values in (
        (headers.SECONDS, names.PART_SECONDS, "", target.seconds),
        (headers.DAYS, names.PART_DAYS, "", target.days),
        (headers.CALENDAR, names.PART_CALENDAR, 1, target.calendar),
        (headers.PAUSES, names.PART_PAUSES, 0, target.pauses),
    ):

        def asked(row: int, part: str = part, none: str | int = none) -> Expr:
            return columns.asked(part, columns.event(headers.ROW, row), none)

        columns.add(header, asked, values)
    for header, when, at_s in (
        (headers.READING_NOW, headers.NOW, past.events.at_s),
        (headers.READING_CYCLE, headers.CYCLE, past.events.cycle_s),
    ):

        def reading(row: int, when: str = when) -> Expr:
            calendar, pauses = (
                columns.here(part, row) for part in (headers.CALENDAR, headers.PAUSES)
            )
            return columns.reading(row, when, calendar, pauses)

        columns.add(header, reading, past.since_opening(past.asked_after, at_s))


def _add_due(columns: StepColumns, policy: ChangePolicy, twin: ClockTwin) -> None:
    """When the clock of one policy is due."""

    def total(row: int) -> Expr:
        reading = columns.here(policy.target_reading, row)
        parts = (columns.here(part, row) for part in (policy.calendar, policy.pauses))
        return if_(reading.empty(), BLANK, columns.total(row, reading, *parts))

    def alone(row: int) -> Expr:
        sum_s, calendar = columns.here(policy.total, row), columns.here(policy.calendar, row)
        days = columns.here(headers.DAYS, row)
        in_days = F.AND(columns.target(row).empty(), days.filled())
        by_days = if_(in_days, days_later(policy.days_from_expr(columns, row), days))
        return F.IF(sum_s.empty(), by_days, due_expr(sum_s, columns.opened(row), calendar))

    def due(row: int) -> Expr:
        instant, held = columns.here(policy.due_alone, row), policy.held_expr(columns, row)
        if held is None:
            return instant
        changes = F.AND(F.ISNUMBER(instant), columns.reopens(row).eq(0), held)
        return F.IF(changes, F.MAX(instant, columns.event(headers.AT, row)), instant)

    columns.add(policy.total, total, twin.total)
    columns.add(policy.due_alone, alone, twin.alone)
    columns.add(policy.due, due, twin.due)


def _add_chosen(columns: StepColumns, twin: ClockTwin) -> None:
    """The clock of the policy in force."""
    clock = twin.clock
    for header, parts, values in (
        (headers.CHOSEN_DUE, [one.due for one in POLICIES], twin.due),
        (headers.CHOSEN_READING, [one.target_reading for one in POLICIES], twin.reading_s),
        (headers.CHOSEN_LEFT, [one.left for one in POLICIES], clock.left_s),
        (headers.CHOSEN_CALENDAR, [one.calendar for one in POLICIES], clock.asked.calendar),
        (headers.CHOSEN_PAUSES, [one.pauses for one in POLICIES], clock.asked.pauses.astype(float)),
    ):

        def chosen(row: int, parts: list[str] = parts) -> Expr:
            return F.CHOOSE(POLICY_NUMBER, *(columns.here(part, row) for part in parts))

        columns.add(header, chosen, values)


def _add_warning(columns: StepColumns, twin: StepTwin) -> None:
    """When a part of the clock has been worked."""

    def reading(row: int) -> Expr:
        whole, left = (
            columns.here(part, row) for part in (headers.CHOSEN_READING, headers.CHOSEN_LEFT)
        )
        part = F.MAX(F.INT(left * WARN_SHARE / 100), 1)
        return if_(whole.empty(), BLANK, whole - left + part)

    def total(row: int) -> Expr:
        target, *parts = (
            columns.here(part, row)
            for part in (headers.WARNING_READING, headers.CHOSEN_CALENDAR, headers.CHOSEN_PAUSES)
        )
        return if_(target.empty(), BLANK, columns.total(row, target, *parts))

    def instant(row: int) -> Expr:
        sum_s, calendar = (
            columns.here(part, row) for part in (headers.WARNING_TOTAL, headers.CHOSEN_CALENDAR)
        )
        return if_(sum_s.empty(), BLANK, due_expr(sum_s, columns.opened(row), calendar))

    columns.add(headers.WARNING_READING, reading, twin.warning.reading_s)
    columns.add(headers.WARNING_TOTAL, total, twin.warning.total)
    columns.add(headers.WARNING, instant, twin.warning.due)


def _add_before(columns: StepColumns, twin: StepTwin) -> None:
    """When the clock before the event was due: of the opening, or after the event above."""

    def opening_total(row: int) -> Expr:
        seconds = columns.asked_before(names.PART_SECONDS, row)
        calendar = columns.asked_before(names.PART_CALENDAR, row, 1)
        pauses = columns.asked_before(names.PART_PAUSES, row, 0)
        total = columns.total(row, seconds, calendar, pauses)
        return if_(F.OR(columns.follows(row), seconds.empty()), BLANK, total)

    def before(row: int) -> Expr:
        days, start = columns.asked_before(names.PART_DAYS, row), columns.opened(row)
        by_days = if_(days.filled(), days_later(start, days))
        calendar = columns.asked_before(names.PART_CALENDAR, row, 1)
        sum_s = columns.here(headers.OPENING_TOTAL, row)
        opening = F.IF(sum_s.empty(), by_days, due_expr(sum_s, start, calendar))
        return F.IF(columns.follows(row), columns.above(headers.CHOSEN_DUE, row), opening)

    columns.add(headers.OPENING_TOTAL, opening_total, twin.before.opening_total)
    columns.add(headers.DUE_BEFORE, before, twin.before.due)
