"""The targets of one incident: when each is due, whether it was met, whether it still runs.

Exactly at the deadline is met, and instants are compared, never percentages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from xlmatrix.formula import BLANK, Expr, F, if_, lit, this
from xlmatrix.rules import names
from xlmatrix.rules.clocks import Clock, clock_columns, policy_part, worked_until
from xlmatrix.rules.column import Computed
from xlmatrix.rules.frame import Floats, Frame, Objects, to_utc
from xlmatrix.rules.instants import seconds_of, utc_of, worked
from xlmatrix.rules.names import BEYOND
from xlmatrix.rules.policy import ESCALATE

MET: Final = "met"
BREACHED: Final = "breached"
RUNNING: Final = "running"
NOT_RECORDED: Final = "not recorded"


@dataclass(frozen=True, slots=True)
class Step:
    """A target in the log: its code, label, the column that ends it, the header of its due time."""

    code: str
    label: str
    done: str
    due: str


ACKNOWLEDGE: Final = Step("ack", "Acknowledge", "Acknowledged", "Acknowledge due")
RESPOND: Final = Step("resp", "First response", "Responded", "Response due")
INTERNAL: Final = Step("int", "Internal update", "Internal update", "Internal update due")
CUSTOMER: Final = Step("cust", "Customer update", "Last update", "Customer update due")
CONTAIN: Final = Step("cont", "Contain", "Contained", "Contain due")
MITIGATE: Final = Step("mit", "Mitigate", "Mitigated", "Mitigate due")
RESOLVE: Final = Step("res", "Resolve", "Resolved", "Resolve due")
REVIEW: Final = Step("rev", "Hold review", "Reviewed", "Review due")

#: Targets that run once from the opening, and are met or breached.
OPENING_STEPS: Final = (ACKNOWLEDGE, RESPOND, CONTAIN, MITIGATE, RESOLVE)
#: Targets with a state of their own.
JUDGED_STEPS: Final = (*OPENING_STEPS, REVIEW)
#: Every target that can be the next thing due, in the order in which ties are decided.
ALL_STEPS: Final = (
    ACKNOWLEDGE,
    RESPOND,
    INTERNAL,
    CUSTOMER,
    CONTAIN,
    MITIGATE,
    RESOLVE,
    REVIEW,
)


def base_columns(calendars: int) -> list[Computed]:
    """The opening in UTC, the severity's row, and the working seconds at which clocks start."""
    utc = if_(F.ISNUMBER(this("Opened")), utc_of(seconds_of(this("Opened"))))
    row = F.IFERROR(F.MATCH(this("Severity"), names.POL_SEVERITY, 0), BLANK)
    return [
        Computed("s", utc, lambda frame: to_utc(frame.context.zone, frame["Opened"])),
        Computed("k", if_(this("Severity").empty(), BLANK, row), _policy_row),
        *(_worked_column(number) for number in range(1, calendars + 1)),
    ]


def target_columns(step: Step, calendars: int) -> list[Computed]:
    """A target that starts at the opening: its clock and the instant it was done."""
    clock = _opening_clock(step.code, step.due, calendars)
    return [*clock_columns(clock), _done_column(step)]


def state_columns() -> list[Computed]:
    """Met or breached, side by side; the review comes last, for it does not judge the incident."""
    return [_state_column(step) for step in JUDGED_STEPS]


def escalation_columns(calendars: int) -> list[Computed]:
    """When level 2 is called if nobody acknowledges."""
    return clock_columns(_opening_clock(ESCALATE, "Escalate at", calendars))


def cadence_columns(step: Step, first: str) -> list[Computed]:
    """A target that recurs from the last update sent and stops when the incident is resolved.

    ``first`` is the code of the target that runs until a first update is sent.
    """
    base = f"{step.code} b"
    sent = F.ISNUMBER(this(step.done))

    def part(name: str) -> Expr:
        repeat = policy_part(step.code)(name)
        return repeat if first == step.code else if_(sent, repeat, policy_part(first)(name))

    def parts(frame: Frame) -> list[tuple[str, np.ndarray]]:
        running, has_sent = np.isnan(frame["res d"]), ~np.isnan(frame[step.done])
        return [(first, running & ~has_sent), (step.code, running & has_sent)]

    clock = Clock(
        step.code,
        step.due,
        base,
        part,
        worked(this(base), part("C")),
        parts,
        stopped=this("res d").filled(),
    )
    return [
        Computed(
            base,
            if_(sent, utc_of(seconds_of(this(step.done))), this("s")),
            lambda frame: _sent(frame, step),
        ),
        *clock_columns(clock),
    ]


def review_columns() -> list[Computed]:
    """The review after the end: its clock starts when the incident is resolved."""
    part = policy_part(REVIEW.code)
    clock = Clock(
        REVIEW.code,
        REVIEW.due,
        "res d",
        part,
        worked(this("res d"), part("C")),
        lambda frame: [(REVIEW.code, np.ones(len(frame), dtype=np.bool_))],
    )
    return [*clock_columns(clock), _done_column(REVIEW)]


def run_columns() -> list[Computed]:
    """What still runs, side by side in the order of :data:`ALL_STEPS`, to choose the next from."""
    return [_run_column(step) for step in ALL_STEPS]


def _opening_clock(code: str, header: str, calendars: int) -> Clock:
    part = policy_part(code)
    start_w: Expr = this("W1")
    if calendars > 1:
        start_w = F.CHOOSE(part("C"), *(this(f"W{n}") for n in range(1, calendars + 1)))
    return Clock(
        code,
        header,
        "s",
        part,
        start_w,
        lambda frame: [(code, np.ones(len(frame), dtype=np.bool_))],
    )


def _worked_column(number: int) -> Computed:
    inside = if_(this("s") < names.HORIZON_START, BEYOND, worked(this("s"), lit(number)))
    return Computed(
        f"W{number}",
        if_(this("s").empty(), BLANK, inside),
        lambda frame: worked_until(frame.context.calendars[number - 1], frame["s"]),
    )


def _policy_row(frame: Frame) -> Floats:
    policy = frame.context.policy
    rows = {severity: policy.row(severity) for severity in set(frame["Severity"])}
    known = {severity: np.nan if row is None else row + 1.0 for severity, row in rows.items()}
    return np.array([known[severity] for severity in frame["Severity"]], dtype=np.float64)


def _sent(frame: Frame, step: Step) -> Floats:
    stamped = to_utc(frame.context.zone, frame[step.done])
    return np.where(np.isnan(stamped), frame["s"], stamped)


def _done_column(step: Step) -> Computed:
    stamp = this(step.done)
    return Computed(
        f"{step.code} d",
        if_(F.ISNUMBER(stamp), utc_of(seconds_of(stamp))),
        lambda frame: to_utc(frame.context.zone, frame[step.done]),
    )


def _ends_with_resolution(step: Step) -> bool:
    """Whether a target without a stamp of its own ends unrecorded when the incident is resolved."""
    return step not in (RESOLVE, REVIEW)


def _state_column(step: Step) -> Computed:
    instant, done = this(f"{step.code} s"), this(f"{step.code} d")
    undone = if_(instant < names.AS_OF_S, BREACHED, RUNNING)
    if _ends_with_resolution(step):
        undone = if_(this("res d").filled(), NOT_RECORDED, undone)
    judged = if_(done.filled(), if_(done > instant, BREACHED, MET), undone)
    return Computed(
        f"{step.code} state",
        if_(F.ISNUMBER(instant), judged),
        lambda frame: _state_twin(frame, step),
        show="text",
    )


def _state_twin(frame: Frame, step: Step) -> Objects:
    instant, done = frame[f"{step.code} s"], frame[f"{step.code} d"]
    state = np.full(len(frame), "", dtype=object)
    live = np.isfinite(instant)
    late = frame.context.as_of_s > instant
    undone = live & np.isnan(done)
    state[undone & late], state[undone & ~late] = BREACHED, RUNNING
    if _ends_with_resolution(step):
        state[undone & ~np.isnan(frame["res d"])] = NOT_RECORDED
    state[live & (done > instant)], state[live & (done <= instant)] = BREACHED, MET
    return state


def _run_column(step: Step) -> Computed:
    ends = [] if step in (INTERNAL, CUSTOMER) else [f"{step.code} d"]
    if _ends_with_resolution(step) and ends:
        ends.append("res d")
    instant = this(f"{step.code} s")
    ended = F.OR(*(this(end).filled() for end in ends)) if ends else None

    def twin(frame: Frame) -> Floats:
        running = np.ones(len(frame), dtype=np.bool_)
        for end in ends:
            running &= np.isnan(frame[end])
        return np.where(running, frame[f"{step.code} s"], np.nan)

    expr = instant if ended is None else if_(ended, BLANK, instant)
    return Computed(f"run {step.code}", expr, twin)
