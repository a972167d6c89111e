"""The targets of one incident: when each is due, whether it was met, whether it still runs.

Exactly at the deadline is met, and instants are compared, never percentages.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from xlmatrix.formula import BLANK, Expr, F, if_, lit, name, this
from xlmatrix.rules import names
from xlmatrix.rules.clocks.changes.policies import POLICIES, policy_of
from xlmatrix.rules.clocks.clock_formulas import POLICY_NUMBER
from xlmatrix.rules.clocks.clocks import (
    Clock,
    clock_columns,
    paused_rows,
    policy_part,
    worked_until,
)
from xlmatrix.rules.clocks.engine import PAUSED
from xlmatrix.rules.column import Computed
from xlmatrix.rules.frame import Floats, Frame, Objects, to_utc
from xlmatrix.rules.incidents.steps import (
    ACKNOWLEDGE,
    ALL_STEPS,
    CONTAIN,
    CUSTOMER,
    INTERNAL,
    JUDGED_STEPS,
    MITIGATE,
    OPENING_STEPS,
    RESOLVE,
    RESPOND,
    REVIEW,
    Step,
)
from xlmatrix.rules.instants import is_stamp, seconds_of, utc_of, worked
from xlmatrix.rules.logs.event_line import events_of
from xlmatrix.rules.logs.pause_line import last_place, pieces_of, pz
from xlmatrix.rules.names import BEYOND
from xlmatrix.rules.policy import ESCALATE

MET: Final = "met"
BREACHED: Final = "breached"
RUNNING: Final = "running"
NOT_RECORDED: Final = "not recorded"


PAUSED_STATE: Final = "paused"

__all__ = [
    "ACKNOWLEDGE",
    "ALL_STEPS",
    "BREACHED",
    "CONTAIN",
    "CUSTOMER",
    "INTERNAL",
    "JUDGED_STEPS",
    "MET",
    "MITIGATE",
    "NOT_RECORDED",
    "OPENING_STEPS",
    "PAUSED_STATE",
    "RESOLVE",
    "RESPOND",
    "REVIEW",
    "RUNNING",
    "Step",
]


def opening_columns() -> list[Computed]:
    """The opening in UTC, the last event, when the present cycle and the present severity began."""
    utc = if_(is_stamp(this("Opened")), utc_of(seconds_of(this("Opened"))))
    last = last_place(this("row"), name("Ev_Key"), name("Ev_Inc"))
    since = F.IF(this("ev").empty(), this("s"), F.INDEX(name("Ev_Since"), this("ev")))
    # Events stand in order of time, and one that begins a cycle is an event too.
    changed = F.IF(this("ev").empty(), this("s"), F.INDEX(name("Ev_At"), this("ev")))
    return [
        Computed("s", utc, lambda frame: to_utc(frame.context.zone, frame["Opened"])),
        Computed("ev", if_(this("s").empty(), BLANK, last), _event_row),
        Computed("t", since, _cycle_start),
        Computed("ch", changed, _severity_start),
    ]


def base_columns(calendars: int, *, versions: bool) -> list[Computed]:
    """The severity's rows, the last pause, and the working seconds at which clocks start."""
    row = F.IFERROR(F.MATCH(this("Severity"), names.POL_SEVERITY, 0), BLANK)
    in_force = F.INDEX(name("Hist_Offset"), F.MATCH(this("Opened"), name("Hist_From"), 1))
    shifted: Expr = this("k") + in_force if versions else this("k")
    known = F.OR(this("k").empty(), this("s").empty()) if versions else this("k").empty()
    last = last_place(this("row"), pz("FromKey"), pz("Inc"))
    return [
        Computed("k", if_(this("Severity").empty(), BLANK, row), _policy_row),
        Computed("p", if_(known, BLANK, shifted), _version_row),
        Computed("pz", if_(this("s").empty(), BLANK, last), _pause_row),
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
    part = policy_part(ESCALATE)
    clock = Clock(
        ESCALATE,
        "Escalate at",
        "ch",
        part,
        F.IF(this("ev").empty(), _opening_worked(part, calendars), worked(this("ch"), part("C"))),
        lambda frame: [(ESCALATE, np.ones(len(frame), dtype=np.bool_))],
    )
    return clock_columns(clock)


def cadence_columns(step: Step, first: str) -> list[Computed]:
    """A target that recurs from the last update sent and stops when the incident is resolved.

    ``first`` is the code of the target that runs until a first update is sent.
    """
    base, known = f"{step.code} b", f"{step.code} n"
    sent = this(known).eq(1)
    at = utc_of(seconds_of(this(step.done)))

    def part(name: str) -> Expr:
        repeat = policy_part(step.code)(name)
        return repeat if first == step.code else if_(sent, repeat, policy_part(first)(name))

    def parts(frame: Frame) -> list[tuple[str, np.ndarray]]:
        running, has_sent = np.isnan(frame["res d"]), frame[known] == 1
        return [(first, running & ~has_sent), (step.code, running & has_sent)]

    clock = Clock(
        step.code,
        step.due,
        base,
        part,
        worked(this(base), part("C")),
        parts,
        stopped=this("res d").filled(),
        earliest="ch",
    )
    begins = if_(sent, at, this("t"))
    restarted = F.IF(_updates_restart(), F.MAX(begins, this("ch")), begins)
    return [
        Computed(
            known,
            F.IF(is_stamp(this(step.done)), F.IF(_of_this_cycle(at), 1, 0), 0),
            lambda frame: (~np.isnan(_in_this_cycle(frame, step))).astype(float),
        ),
        Computed(
            base,
            if_(this("s").empty(), BLANK, restarted),
            lambda frame: _sent(frame, step),
        ),
        *clock_columns(clock),
    ]


def _updates_restart() -> Expr:
    """Whether the new severity counts from its change, else its first due time is held there."""
    first, *others = (
        POLICY_NUMBER.eq(policy.number) for policy in POLICIES if policy.restarts_updates
    )
    return F.OR(first, *others) if others else first


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
    return Clock(
        code,
        header,
        "s",
        part,
        _opening_worked(part, calendars),
        lambda frame: [(code, np.ones(len(frame), dtype=np.bool_))],
        paused=F.INDEX(name(f"Pz_{code}_X"), this("pz")),
        changed=F.INDEX(name(f"Ev_{code}_S"), this("ev")),
    )


def _opening_worked(part: Callable[[str], Expr], calendars: int) -> Expr:
    if calendars == 1:
        return this("W1")
    return F.CHOOSE(part("C"), *(this(f"W{n}") for n in range(1, calendars + 1)))


def _event_row(frame: Frame) -> Floats:
    return events_of(frame).last_of(len(frame)) + 2


def _pause_row(frame: Frame) -> Floats:
    return pieces_of(frame).last_of(len(frame)) + 2


def _cycle_start(frame: Frame) -> Floats:
    events = events_of(frame)
    start: Floats = frame["s"].copy()
    start[events.incident[events.last] - 1] = events.cycle_s[events.last]
    return start


def _severity_start(frame: Frame) -> Floats:
    events = events_of(frame)
    start: Floats = frame["s"].copy()
    start[events.incident[events.last] - 1] = events.at_s[events.last]
    return start


def _version_row(frame: Frame) -> Floats:
    policy = frame.context.policy
    if not policy.versions:
        return np.asarray(frame["k"], dtype=np.float64)
    stamps = frame.log.stamps["Opened"].astype("datetime64[D]")
    days = [None if np.isnat(stamp) else stamp.item() for stamp in stamps]
    offsets = {day: policy.offset(day) for day in set(days) if day is not None}
    shift = np.array([np.nan if day is None else offsets[day] for day in days], dtype=np.float64)
    return np.asarray(frame["k"] + shift, dtype=np.float64)


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
    sent = _in_this_cycle(frame, step)
    begins = np.where(np.isnan(sent), frame["t"], sent)
    if policy_of(frame).restarts_updates:
        begins = np.fmax(begins, frame["ch"])
    return np.where(np.isnan(frame["s"]), np.nan, begins)


def _of_this_cycle(at: Expr) -> Expr:
    """Whether an instant is no earlier than the reopening that began the present cycle.

    In the first cycle what lies before the opening counts as well; it is flagged as odd.
    """
    return F.OR(this("t") <= this("s"), at >= this("t"))


def _in_this_cycle(frame: Frame, step: Step) -> Floats:
    """When a step was done; NaN for a stamp of a cycle that a reopening ended."""
    done = to_utc(frame.context.zone, frame[step.done])
    old = (frame["t"] > frame["s"]) & (done < frame["t"])
    return np.where(old, np.nan, done)


def _done_column(step: Step) -> Computed:
    stamp = this(step.done)
    at = utc_of(seconds_of(stamp))
    return Computed(
        f"{step.code} d",
        if_(is_stamp(stamp), if_(_of_this_cycle(at), at)),
        lambda frame: _in_this_cycle(frame, step),
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
    stands: Expr | None = None
    if step in OPENING_STEPS:
        waiting: Expr = lit(PAUSED_STATE)
        if _ends_with_resolution(step):
            waiting = if_(this("res d").filled(), NOT_RECORDED, PAUSED_STATE)
        stands = if_(instant.eq(PAUSED), if_(done.filled(), MET, waiting))
    return Computed(
        f"{step.code} state",
        F.IF(F.ISNUMBER(instant), judged, stands)
        if stands is not None
        else if_(F.ISNUMBER(instant), judged),
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
    if step in OPENING_STEPS:
        stands = paused_rows(frame, step.code)
        # A pause that counts began before the clock ran out, so what was done was in time.
        state[stands] = np.where(np.isnan(done[stands]), PAUSED_STATE, MET)
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

    def stands(frame: Frame) -> np.ndarray:
        rows = paused_rows(frame, step.code).copy()
        for end in ends:
            rows &= np.isnan(frame[end])
        return rows

    expr = instant if ended is None else if_(ended, BLANK, instant)
    return Computed(f"run {step.code}", expr, twin, marked=stands)
