"""When the next step becomes due soon: an instant of its own on the target's calendar.

The instant at which a part of the target (75 %, a setting) has been worked, pauses left out; never
a percentage compared. A target in calendar days warns after that part of its days.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from xlmatrix.formula import BLANK, Expr, F, if_, lit, name, this
from xlmatrix.rules.clocks.clocks import worked_until
from xlmatrix.rules.clocks.engine import Asked, ClockEngine, Mask
from xlmatrix.rules.clocks.event_twin import twin_of
from xlmatrix.rules.frame import Floats, Frame, Objects, shown_cells, to_wall
from xlmatrix.rules.incidents.steps import (
    CUSTOMER,
    INTERNAL,
    NEXT_STEPS,
    OPENING_STEPS,
    Step,
)
from xlmatrix.rules.instants import reached, wall_of
from xlmatrix.rules.logs.event_line import events_of
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.incidents import INCIDENTS

#: The codes of the columns of the blocks Warn_Rest and Warn_Calendar: a step each, then the first
#: customer update.
WARN_CODES: Final = (*(step.code for step in NEXT_STEPS), "cust1")
_FIRST_UPDATE: Final = len(WARN_CODES)
_CUSTOMER: Final = NEXT_STEPS.index(CUSTOMER) + 1


def warned(seconds: Floats, percent: int) -> Floats:
    """How many seconds of a target pass before its warning: whole, and one at least."""
    return np.maximum(np.floor(seconds * percent / 100), 1)


def warn_columns() -> list[Column]:
    """The working seconds of the next step's warning, its instant, and that as a stamp."""
    return [
        hidden_step("warn worked", if_(this("next no").empty(), BLANK, _total()), _total_twin),
        hidden_step("warn s", if_(this("next no").empty(), BLANK, _instant()), _instant_twin),
        INCIDENTS["Warn at"].by(
            if_(F.ISNUMBER(this("warn s")), wall_of(this("warn s")) / 86400),
            lambda frame: to_wall(frame.context.zone, frame["warn s"]),
        ),
    ]


def _column() -> Expr:
    first = F.AND(this("next no").eq(_CUSTOMER), this("cust sent").eq(0))
    return F.IF(first, _FIRST_UPDATE, this("next no"))


def _each(part: str, place: str) -> Expr:
    """A column of a line for the next step; empty text for steps that the line does not know."""
    return F.CHOOSE(
        this("next no"),
        *(
            F.INDEX(name(f"{part[:2]}_{step.code}_Warn"), this(place))
            if step in OPENING_STEPS
            else BLANK
            for step in NEXT_STEPS
        ),
    )


def _total() -> Expr:
    total = F.CHOOSE(this("next no"), *(this(f"{step.code} worked") for step in NEXT_STEPS))
    rest = F.INDEX(name("Warn_Rest"), this("policy row"), _column())
    own = F.IF(total < 0, total + rest, total - rest)
    paused = _each("Pz", "last pause")
    stands = if_(this("last pause").filled(), paused)
    plain = F.IF(stands.filled(), paused, own)
    return F.IF(F.AND(this("last event").filled(), _opens()), _each("Ev", "last event"), plain)


def _opens() -> Expr:
    return F.OR(*(this("next no").eq(NEXT_STEPS.index(step) + 1) for step in OPENING_STEPS))


def _instant() -> Expr:
    total = this("warn worked")
    calendar = F.INDEX(name("Warn_Calendar"), this("policy row"), _column())
    # A warning passes a second of work at least, so it lies after whatever start the step has.
    own = F.IF(total < 0, -total, reached(lit(0), total, calendar))
    changed = F.AND(this("last event").filled(), _opens())
    return if_(F.ISNUMBER(total), F.IF(changed, total, own))


def _start(frame: Frame, step: Step) -> Floats:
    if step in (INTERNAL, CUSTOMER):
        return frame[f"{step.code} from s"]  # type: ignore[no-any-return]
    return frame["opened s"]  # type: ignore[no-any-return]


def _targets(frame: Frame, step: Step, chosen: Mask) -> list[tuple[str, Mask]]:
    """The targets of a step by code, each with those of the rows that it holds for."""
    if step is not CUSTOMER:
        return [(step.code, chosen)]
    first = frame["cust sent"] != 1
    return [(step.code, chosen & ~first), ("cust1", chosen & first)]


def _instant_twin(frame: Frame) -> Floats:
    answer, engine = np.full(len(frame), np.nan), ClockEngine.of(frame)
    percent, events = frame.histories.warn_percent, events_of(frame)
    changed = ~np.isnan(frame["last event"])
    for number, step in enumerate(NEXT_STEPS, start=1):
        chosen = frame["next no"] == number
        if step in OPENING_STEPS:
            last = np.flatnonzero(events.last)
            rows = events.incident[last] - 1
            live = chosen[rows]
            answer[rows[live]] = twin_of(frame, step.code).warning.due_s[last[live]]
            chosen = chosen & ~changed
        for code, mask in _targets(frame, step, chosen):
            answer = _of_target(frame, engine, step, code, np.flatnonzero(mask), answer, percent)
    return answer


def _of_target(  # noqa: PLR0917 - one call for every step
    frame: Frame,
    engine: ClockEngine,
    step: Step,
    code: str,
    rows: np.ndarray,
    answer: Floats,
    percent: int,
) -> Floats:
    start = _start(frame, step)[rows]
    seconds = frame.clock(code, lambda clock: clock.seconds)[rows]
    days = frame.clock(code, lambda clock: clock.days)[rows]
    calendar = frame.clock(code, lambda clock: float(clock.calendar))[rows]
    stops = frame.clock(code, lambda clock: float(clock.pauses))[rows] == 1
    stops &= step in OPENING_STEPS
    found = engine.due(Asked(rows, calendar, stops), start, warned(seconds, percent))
    # As the formula has it: counted from the start, before a change of severity holds it back.
    due = np.array(
        [-v if type(v) is float and v < 0 else np.nan for v in frame[f"{step.code} worked"]]
    )
    by_days = due[rows] - (days * 86400 - np.floor(days * 86400 * percent / 100))
    answer[rows] = np.where(np.isnan(seconds), by_days, found.due_s)
    return answer


def _total_twin(frame: Frame) -> Objects:
    """The sum behind the instant: what its calendar has worked by then."""
    instants, answer = frame["warn s"], np.full(len(frame), np.nan)
    changed = ~np.isnan(frame["last event"])
    for number, step in enumerate(NEXT_STEPS, start=1):
        chosen = frame["next no"] == number
        if step in OPENING_STEPS:
            rows = chosen & changed
            answer[rows] = instants[rows]
            chosen = chosen & ~changed
        for code, mask in _targets(frame, step, chosen):
            seconds = frame.clock(code, lambda clock: clock.seconds)
            by_days = mask & np.isnan(seconds)
            answer[by_days] = -instants[by_days]
            for calendar, rows in frame.by_calendar(code, mask & ~np.isnan(seconds)):
                answer[rows] = worked_until(calendar, instants[rows])
    return np.array(shown_cells(answer), dtype=object)
