"""What clocks with events are judged by: the deadline that stood when something was done.

For a cycle that a reopening ended, whether its targets were breached stays known for good.
"""

from __future__ import annotations

import numpy as np

from xlmatrix.formula import BLANK, Expr, F, col, if_, lit, name
from xlmatrix.rules.clocks import event_headers as headers
from xlmatrix.rules.clocks.changes.columns import StepColumns
from xlmatrix.rules.clocks.engine import Mask, Rows, with_paused
from xlmatrix.rules.clocks.event_twin import StepTwin, twin_of
from xlmatrix.rules.frame import Floats, Frame
from xlmatrix.rules.incidents.steps import OPENING_STEPS, Step
from xlmatrix.rules.logs.event_line import Events, events_of
from xlmatrix.rules.logs.line import Line, key_before, since_start
from xlmatrix.rules.logs.side_columns import REOPENINGS, Side
from xlmatrix.rules.logs.sorting import last_marked


def judged_due(events: Events, twin: StepTwin, incident: Rows, done: Floats) -> tuple[Floats, Mask]:
    """The deadline that stood when something was done; the last where nothing was.

    ``incident`` counts from 1. Also says where the clock is paused.
    """
    low = np.searchsorted(events.incident, incident, side="left")
    high = np.searchsorted(events.incident, incident, side="right")
    count = np.where(np.isnan(done), high - low, events.before(incident, done))
    place = np.where(count > 0, low + count - 1, low)
    due = np.where(count > 0, twin.chosen.due_s[place], twin.before.due_s[place])
    paused = np.where(count > 0, twin.chosen.paused[place], twin.before.paused[place])
    return due, paused.astype(np.bool_)


def changed_due(frame: Frame, code: str) -> tuple[Floats, Mask, Rows]:
    """Deadlines of the incidents with events (NaN while paused), which are paused, their rows."""
    events = events_of(frame)
    rows = events.incident[events.last]
    done = frame[f"{code} done s"][rows - 1]
    due, paused = judged_due(events, twin_of(frame, code), rows, done)
    return due, paused, rows - 1


def ended_breaches(frame: Frame) -> Floats:
    """At each event, how many targets were breached in the cycles ended so far."""
    events = events_of(frame)
    late = np.zeros(len(events))
    for step in OPENING_STEPS:
        late += _ended(frame, step)[1]
    sums = np.cumsum(late)
    start = last_marked(events.first)
    return np.asarray(sums - (sums - late)[start])


def _ended(frame: Frame, step: Step) -> tuple[Floats, Mask]:
    """When the step was done in the cycle that a reopening ends, and whether that was late."""
    events, reopened = events_of(frame), Side(frame, frame.histories.reopened)
    at = np.full(len(events), np.nan)
    at[events.reopens] = reopened.utc(step.done)[events.code[events.reopens] - REOPENINGS - 1]
    due, paused = judged_due(events, twin_of(frame, step.code), events.incident, at)
    return at, ~paused & np.isfinite(due) & (at > due)


def add_verdict_columns(line: Line, frame: Frame, source: Line) -> None:
    """The deadline each incident ends with, and whether an ended cycle was breached."""
    steps = [
        StepColumns(line, source, step.code, len(frame.context.calendars)) for step in OPENING_STEPS
    ]
    for columns in steps:
        _add_final(columns, frame)
    for step, columns in zip(OPENING_STEPS, steps, strict=True):
        _add_ended(columns, frame, step)
    here, above = line.here, line.above

    def ever(row: int) -> Expr:
        incident, before = headers.INCIDENT, above(headers.EVER_BREACHED, row)
        kept = F.IF(here(incident, row).eq(above(incident, row)), before, 0)
        return if_(here(incident, row).empty(), BLANK, kept + _breaches(steps, row))

    line.add(headers.EVER_BREACHED, ever, ended_breaches(frame))


def _add_final(columns: StepColumns, frame: Frame) -> None:
    """The deadline that an incident ends with, in the row of its last event."""
    events, code = events_of(frame), columns.code
    done = frame[f"{code} done s"][events.incident - 1]
    due = with_paused(*judged_due(events, twin_of(frame, code), events.incident, done))
    shown = [value if real else "" for value, real in zip(due, events.last, strict=True)]

    def final(row: int) -> Expr:
        incident = columns.event(headers.INCIDENT, row)
        goes_on = incident.eq(columns.source.there("incident", row + 1))
        stamp = F.INDEX(col("tIncidents", f"{code} done s"), incident)
        judged = _judged_expr(columns, row, stamp)
        return if_(F.OR(incident.empty(), goes_on), BLANK, judged)

    columns.line.add(columns.header(headers.FINAL_DUE), final, shown, "")


def _add_ended(columns: StepColumns, frame: Frame, step: Step) -> None:
    """What was done in a cycle that a reopening ends, and whether it was late."""
    line = columns.line
    at, late = _ended(frame, step)

    def stamp(row: int) -> Expr:
        place = columns.source.there("log row", row) - REOPENINGS
        known = F.INDEX(col("tReopened", f"{step.code} done s"), place)
        return if_(columns.reopens(row).eq(1), known)

    def verdict(row: int) -> Expr:
        done = columns.here(headers.DONE_BEFORE, row)
        limit = _judged_expr(columns, row, done)
        is_late = F.IF(F.ISNUMBER(limit), F.IF(done > limit, 1, 0), 0)
        return F.IF(F.ISNUMBER(done), is_late, 0)

    line.add(columns.header(headers.DONE_BEFORE), stamp, at, "")
    none = [0.0] * (line.height - late.size)
    line.add(columns.header(headers.LATE_BEFORE), verdict, late.astype(float).tolist() + none)


def _breaches(steps: list[StepColumns], row: int) -> Expr:
    """How many targets were breached in the cycle that a reopening ends."""
    total: Expr = lit(0)
    for columns in steps:
        total = total + columns.here(headers.LATE_BEFORE, row)
    return total


def _judged_expr(columns: StepColumns, row: int, done: Expr) -> Expr:
    incident, code = columns.event(headers.INCIDENT, row), columns.code
    place = F.MATCH(key_before(incident, since_start(done)), name("Ev_Key"), 1)
    at = F.IF(
        F.INDEX(name("Ev_Inc"), place).eq(incident),
        F.INDEX(name(f"Ev_{code}_Due"), place),
        F.INDEX(name(f"Ev_{code}_Before"), place + 1),
    )
    # A cycle ends where its reopening stands; what is asked of the open one is its last row.
    return F.IF(F.ISNUMBER(done), at, columns.here(headers.CHOSEN_DUE, row))
