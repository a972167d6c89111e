"""What a deadline is counted from: the account of it needs the start, not only the due time.

After a change of severity or a reopening a clock starts elsewhere, on another calendar or with a
share of its target, see :mod:`xlmatrix.rules.clocks.event_clocks`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xlmatrix.rules.clocks.engine import Asked, ClockEngine
from xlmatrix.rules.clocks.event_twin import twin_of
from xlmatrix.rules.frame import Frame
from xlmatrix.rules.incidents.steps import CUSTOMER, OPENING_STEPS, REVIEW, Step
from xlmatrix.rules.logs.event_line import events_of
from xlmatrix.rules.logs.line import OPEN
from xlmatrix.rules.logs.pause_line import pieces_of


@dataclass(frozen=True, slots=True)
class Basis:
    """A clock of one incident: so many working seconds of a calendar from an instant on.

    ``start_s`` is in Excel seconds, NaN where the clock has not started; ``seconds`` is NaN for a
    target in calendar days or none; ``calendar`` counts from 1; ``pauses`` says whether they count.
    """

    start_s: float
    seconds: float
    calendar: int
    pauses: bool


def basis_of(frame: Frame, step: Step, row: int) -> Basis | None:
    """The clock by which a target is judged; None where the incident has no severity.

    That is the one that ran when the target was done, else the one that runs.
    """
    if step in OPENING_STEPS and (changed := _changed(frame, step, row)) is not None:
        return changed
    place = frame["policy row"][row]
    if np.isnan(place):
        return None
    # Until a first update is sent, the target of the first one runs.
    first = step is CUSTOMER and frame["cust sent"][row] != 1
    clock = frame.context.policy.clocks[int(place) - 1]["cust1" if first else step.code]
    start = "res done s" if step is REVIEW else f"{step.code} from s"
    began = frame[start if start in frame.twins else "opened s"][row]
    seconds = np.nan if clock.seconds is None else clock.seconds
    stops = step in OPENING_STEPS and clock.pauses
    return Basis(_number(began), float(seconds), clock.calendar, bool(stops))


def _changed(frame: Frame, step: Step, row: int) -> Basis | None:
    """The same for an incident whose severity changed or that was reopened; None for another."""
    events = events_of(frame)
    low, high = np.searchsorted(events.incident, (row + 1, row + 2))
    if low == high:
        return None
    done = _number(frame[f"{step.code} done s"][row])
    who, at = np.array([row + 1]), np.array([done])
    count = high - low if np.isnan(done) else int(events.before(who, at)[0])
    twin = twin_of(frame, step.code)
    if count:
        clock, place = twin.chosen.clock, low + count - 1
        return Basis(
            float(clock.base_s[place]),
            float(clock.left_s[place]),
            int(clock.asked.calendar[place]),
            bool(clock.asked.pauses[place]),
        )
    opening = twin.past.before
    return Basis(
        float(frame["opened s"][row]),
        float(opening.seconds[low]),
        int(opening.calendar[low]),
        bool(opening.pauses[low] == 1),
    )


def pauses_of(frame: Frame, row: int) -> list[tuple[float, float, str]]:
    """The pauses of one incident without overlap: from and to in Excel seconds, and the reason."""
    pieces, log = pieces_of(frame), frame.histories.pauses
    low, high = np.searchsorted(pieces.incident, (row + 1, row + 2))
    return [
        (
            float(pieces.begin_s[place]),
            float(pieces.to_s[place]),
            log.texts["Reason"][pieces.code[place] - 1].lstrip("\0"),
        )
        for place in range(low, high)
        if pieces.to_s[place] > pieces.begin_s[place]
    ]


def standing_since(frame: Frame, row: int) -> float:
    """Since when an incident waits, in Excel seconds; NaN where no pause of it is open."""
    pieces = pieces_of(frame)
    open_ = np.flatnonzero((pieces.incident == row + 1) & (pieces.reach_s >= OPEN))
    return float(pieces.run_s[open_[0]]) if open_.size else float("nan")


def left_s(frame: Frame, basis: Basis, row: int, at_s: float) -> float:
    """The working seconds that a clock has left at an instant."""
    asked = Asked(np.array([row]), np.array([float(basis.calendar)]), np.array([basis.pauses]))
    reading = ClockEngine.of(frame).reading(asked, np.array([basis.start_s]), np.array([at_s]))
    return basis.seconds - float(reading[0])


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float | np.number) else float("nan")
