"""How each target of an incident stands: met, breached, running, paused or not recorded.

Not recorded is what ended without a stamp of its own, and what is named in *Not recorded*.
Exactly at the deadline is met, and instants are compared, never percentages.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.formula import BLANK, Expr, F, if_, this
from xlmatrix.rules import names
from xlmatrix.rules.clocks.clocks import paused_rows
from xlmatrix.rules.clocks.engine import PAUSED
from xlmatrix.rules.frame import Floats, Frame, Objects
from xlmatrix.rules.incidents.exempt import is_unrecorded, unrecorded_rows
from xlmatrix.rules.incidents.steps import (
    CUSTOMER,
    INTERNAL,
    JUDGED_STEPS,
    NEXT_STEPS,
    OPENING_STEPS,
    RESOLVE,
    REVIEW,
    Step,
)
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.kinds import TEXT

MET: Final = "met"
BREACHED: Final = "breached"
RUNNING: Final = "running"
NOT_RECORDED: Final = "not recorded"
PAUSED_STATE: Final = "paused"

# How the review stands, which begins when the incident is resolved.
TO_HOLD: Final = "To hold"
OVERDUE: Final = "Overdue"
HELD: Final = "Held"
HELD_LATE: Final = "Held late"


def state_columns() -> list[Column]:
    """Met or breached, side by side; the review comes last, for it does not judge the incident."""
    return [_state_column(step) for step in JUDGED_STEPS]


def run_columns() -> list[Column]:
    """What still runs, side by side in the order of :data:`NEXT_STEPS`, to choose the next from."""
    return [_run_column(step) for step in NEXT_STEPS]


def untold_rows(frame: Frame, step: Step) -> NDArray[np.bool_]:
    """The rows in which nobody recorded when a target was met, whether or not it has a clock."""
    ended: NDArray[np.bool_] = frame[f"{step.code} state"] == NOT_RECORDED
    undone: NDArray[np.bool_] = np.isnan(frame[f"{step.code} done s"])
    return ended | (unrecorded_rows(frame, step) & undone)


def review_column() -> Column:
    """How the review stands, apart from the incident; empty until it is asked for or held."""
    state, due, done = (this(f"{REVIEW.code} {part}") for part in ("state", "due s", "done s"))
    late = state.eq(BREACHED)
    unknown = state.eq(NOT_RECORDED)
    owed = if_(F.OR(due.empty(), unknown), BLANK, F.IF(late, OVERDUE, TO_HOLD))
    return INCIDENTS["Review"].by(
        F.IF(done.filled(), F.IF(late, HELD_LATE, HELD), owed), _review_twin
    )


def _review_twin(frame: Frame) -> Objects:
    due, done = frame[f"{REVIEW.code} due s"], frame[f"{REVIEW.code} done s"]
    state, held = frame[f"{REVIEW.code} state"], ~np.isnan(done)
    late, unknown = state == BREACHED, state == NOT_RECORDED
    owed = np.where(np.isnan(due) | unknown, "", np.where(late, OVERDUE, TO_HOLD))
    return np.where(held, np.where(late, HELD_LATE, HELD), owed).astype(object)


def _ends_with_resolution(step: Step) -> bool:
    """Whether a target without a stamp of its own ends unrecorded when the incident is resolved."""
    return step not in (RESOLVE, REVIEW)


def _state_column(step: Step) -> Column:
    instant, done = this(f"{step.code} due s"), this(f"{step.code} done s")
    unknown = is_unrecorded(step)
    if _ends_with_resolution(step):
        unknown = F.OR(unknown, this("res done s").filled())
    undone = F.IF(unknown, NOT_RECORDED, F.IF(instant < names.AS_OF_S, BREACHED, RUNNING))
    judged = if_(done.filled(), if_(done > instant, BREACHED, MET), undone)
    stands: Expr | None = None
    if step in OPENING_STEPS:
        waiting = F.IF(unknown, NOT_RECORDED, PAUSED_STATE)
        stands = if_(instant.eq(PAUSED), if_(done.filled(), MET, waiting))
    return hidden_step(
        f"{step.code} state",
        F.IF(F.ISNUMBER(instant), judged, stands)
        if stands is not None
        else if_(F.ISNUMBER(instant), judged),
        lambda frame: _state_twin(frame, step),
        TEXT,
    )


def _state_twin(frame: Frame, step: Step) -> Objects:
    instant, done = frame[f"{step.code} due s"], frame[f"{step.code} done s"]
    state = np.full(len(frame), "", dtype=object)
    live = np.isfinite(instant)
    late = frame.context.as_of_s > instant
    undone = live & np.isnan(done)
    state[undone & late], state[undone & ~late] = BREACHED, RUNNING
    unknown = unrecorded_rows(frame, step)
    if _ends_with_resolution(step):
        unknown |= ~np.isnan(frame["res done s"])
    state[undone & unknown] = NOT_RECORDED
    state[live & (done > instant)], state[live & (done <= instant)] = BREACHED, MET
    if step in OPENING_STEPS:
        stands = paused_rows(frame, step.code)
        # A pause that counts began before the clock ran out, so what was done was in time.
        waits = np.where(unknown, NOT_RECORDED, PAUSED_STATE)
        state[stands] = np.where(np.isnan(done), waits, MET)[stands]
    return state


def _run_column(step: Step) -> Column:
    recurs = step in (INTERNAL, CUSTOMER)
    ends = [] if recurs else [f"{step.code} done s"]
    if _ends_with_resolution(step) and ends:
        ends.append("res done s")
    unknown, instant = is_unrecorded(step), this(f"{step.code} due s")
    if recurs:
        # Once an update is known, so is when the next one is due.
        unknown = F.AND(unknown, this(f"{step.code} sent").eq(0))
    ended = F.OR(unknown, *(this(end).filled() for end in ends))

    def untold(frame: Frame) -> np.ndarray:
        rows = unrecorded_rows(frame, step)
        return rows & (frame[f"{step.code} sent"] == 0) if recurs else rows

    def twin(frame: Frame) -> Floats:
        running = ~untold(frame)
        for end in ends:
            running &= np.isnan(frame[end])
        return np.where(running, frame[f"{step.code} due s"], np.nan)

    def stands(frame: Frame) -> np.ndarray:
        rows: np.ndarray = paused_rows(frame, step.code) & ~untold(frame)
        for end in ends:
            rows &= np.isnan(frame[end])
        return rows

    return hidden_step(f"run {step.code}", if_(ended, BLANK, instant), twin, marked=stands)
