"""The targets of one incident: when each is due, and when it was done.

How they stand is in :mod:`xlmatrix.rules.incidents.states`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from xlmatrix.formula import BLANK, Expr, F, if_, name, this
from xlmatrix.rules import names
from xlmatrix.rules.clocks.changes.policies import POLICIES, policy_of
from xlmatrix.rules.clocks.clock_formulas import POLICY_NUMBER, pick
from xlmatrix.rules.clocks.clocks import (
    Clock,
    clock_columns,
    policy_part,
)
from xlmatrix.rules.frame import Floats, Frame
from xlmatrix.rules.incidents.exempt import counted, is_uncounted, uncounted_rows
from xlmatrix.rules.incidents.steps import (
    REVIEW,
    Step,
)
from xlmatrix.rules.instants import is_stamp, worked
from xlmatrix.rules.policy import ESCALATE
from xlmatrix.rules.second_hour import utc_typed
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.incidents import INCIDENTS


def target_columns(step: Step, calendars: int) -> list[Column]:
    """A target that starts at the opening: its clock and the instant it was done."""
    clock = _opening_clock(step, calendars)
    return [*clock_columns(clock), _done_column(step)]


def escalation_columns(calendars: int) -> list[Column]:
    """When level 2 is called if nobody acknowledges."""
    part = policy_part(ESCALATE)
    clock = Clock(
        ESCALATE,
        INCIDENTS["Escalate at"],
        "severity since s",
        part,
        F.IF(
            this("last event").empty(),
            _opening_worked(part, calendars),
            worked(this("severity since s"), part(names.PART_CALENDAR)),
        ),
        lambda frame: [(ESCALATE, np.ones(len(frame), dtype=np.bool_))],
    )
    return clock_columns(clock)


def cadence_columns(step: Step, first: str) -> list[Column]:
    """A target that recurs from the last update sent and stops when the incident is resolved.

    ``first`` is the code of the target that runs until a first update is sent.
    """
    base, known = f"{step.code} from s", f"{step.code} sent"
    at = utc_typed(step.done)
    begins = if_(this(known).eq(1), at, this("cycle since s"))
    restarted = F.IF(_updates_restart(), F.MAX(begins, this("severity since s")), begins)
    sent = F.IF(is_stamp(this(step.done)), F.IF(_of_this_cycle(at), 1, 0), 0)
    return [
        hidden_step(
            known,
            F.IF(is_uncounted(), 0, sent),
            lambda frame: (~np.isnan(_in_this_cycle(frame, step))).astype(float),
        ),
        hidden_step(
            base, if_(this("opened s").empty(), BLANK, restarted), lambda frame: _sent(frame, step)
        ),
        *clock_columns(_cadence_clock(step, first, base, known)),
    ]


def _cadence_clock(step: Step, first: str, base: str, known: str) -> Clock:
    """``base`` has the start, ``known`` is 1 once an update was sent."""

    def part(name: str) -> Expr:
        repeat = policy_part(step.code)(name)
        if first == step.code:
            return repeat
        return if_(this(known).eq(1), repeat, policy_part(first)(name))

    def parts(frame: Frame) -> list[tuple[str, np.ndarray]]:
        running, has_sent = np.isnan(frame["res done s"]), frame[known] == 1
        return [(first, running & ~has_sent), (step.code, running & has_sent)]

    return Clock(
        step.code,
        INCIDENTS[step.due],
        base,
        part,
        worked(this(base), part(names.PART_CALENDAR)),
        parts,
        stopped=this("res done s").filled(),
        earliest="severity since s",
    )


def _updates_restart() -> Expr:
    """Whether the new severity counts from its change, else its first due time is held there."""
    first, *others = (
        POLICY_NUMBER.eq(policy.number) for policy in POLICIES if policy.restarts_updates
    )
    return F.OR(first, *others) if others else first


def review_columns() -> list[Column]:
    """The review after the end: its clock starts when the incident is resolved."""
    part = policy_part(REVIEW.code)
    clock = Clock(
        REVIEW.code,
        INCIDENTS[REVIEW.due],
        "res done s",
        part,
        worked(this("res done s"), part(names.PART_CALENDAR)),
        lambda frame: [(REVIEW.code, np.ones(len(frame), dtype=np.bool_))],
    )
    return [*clock_columns(clock), _done_column(REVIEW)]


def _opening_clock(step: Step, calendars: int) -> Clock:
    code, part = step.code, policy_part(step.code)
    return Clock(
        code,
        INCIDENTS[step.due],
        "opened s",
        part,
        _opening_worked(part, calendars),
        lambda frame: [(code, np.ones(len(frame), dtype=np.bool_))],
        paused=F.INDEX(name(f"Pz_{code}_X"), this("last pause")),
        changed=F.INDEX(name(f"Ev_{code}_S"), this("last event")),
    )


def _opening_worked(part: Callable[[str], Expr], calendars: int) -> Expr:
    def worked_at_opening(number: int) -> Expr:
        return this(f"worked at opening {number}")

    return pick(part(names.PART_CALENDAR), calendars, worked_at_opening)


def _sent(frame: Frame, step: Step) -> Floats:
    sent = _in_this_cycle(frame, step)
    begins = np.where(np.isnan(sent), frame["cycle since s"], sent)
    if policy_of(frame).restarts_updates:
        begins = np.fmax(begins, frame["severity since s"])
    return np.where(np.isnan(frame["opened s"]), np.nan, begins)


def _of_this_cycle(at: Expr) -> Expr:
    """Whether an instant has come, and is no earlier than the reopening of the present cycle.

    In the first cycle what lies before the opening counts as well; it is flagged as odd.
    """
    cycle = this("cycle since s")
    return F.AND(at <= names.AS_OF_S, F.OR(cycle <= this("opened s"), at >= cycle))


def _in_this_cycle(frame: Frame, step: Step) -> Floats:
    """When a step was done; NaN for a stamp yet to come or of a cycle that a reopening ended."""
    done = frame.utc(step.done)
    old = (frame["cycle since s"] > frame["opened s"]) & (done < frame["cycle since s"])
    none = old | (done > frame.context.as_of_s) | uncounted_rows(frame)
    return np.where(none, np.nan, done)


def _done_column(step: Step) -> Column:
    at = utc_typed(step.done)
    return hidden_step(
        f"{step.code} done s",
        counted(if_(is_stamp(this(step.done)), if_(_of_this_cycle(at), at))),
        lambda frame: _in_this_cycle(frame, step),
    )
