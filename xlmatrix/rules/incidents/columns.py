"""The computed columns of the incident log, in the order of their dependence."""

from __future__ import annotations

from typing import Final

import numpy as np

from xlmatrix.formula import BLANK, Expr, F, if_, iferror, lit, name, these, this
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules import names
from xlmatrix.rules.clocks.event_verdicts import ended_breaches
from xlmatrix.rules.frame import Floats, Frame, Objects, horizon, to_wall
from xlmatrix.rules.incidents.checks import check_columns
from xlmatrix.rules.incidents.exempt import (
    counted,
    exempt_columns,
    is_uncounted,
    uncounted_rows,
)
from xlmatrix.rules.incidents.openings import base_columns, opening_columns
from xlmatrix.rules.incidents.owners import owner_columns
from xlmatrix.rules.incidents.public_state import public_columns
from xlmatrix.rules.incidents.states import BREACHED, MET, review_column, run_columns, state_columns
from xlmatrix.rules.incidents.steps import (
    CUSTOMER,
    INTERNAL,
    NEXT_STEPS,
    OPENING_STEPS,
)
from xlmatrix.rules.incidents.targets import (
    cadence_columns,
    escalation_columns,
    review_columns,
    target_columns,
)
from xlmatrix.rules.incidents.warnings import warn_columns
from xlmatrix.rules.instants import wall_of
from xlmatrix.rules.ladder.columns import ladder_columns
from xlmatrix.rules.logs.class_severity import (
    class_severities,
    class_severity,
    class_severity_columns,
)
from xlmatrix.rules.logs.event_line import events_of, initial_severity
from xlmatrix.rules.logs.line import NONE_ROW, OPEN
from xlmatrix.rules.logs.pause_line import pieces_of, pz
from xlmatrix.rules.words import left, left_expr
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.kinds import TEXT

LATE: Final = "Breached"
SOON: Final = "Due soon"
ON_TRACK: Final = "On track"
NO_CLOCK: Final = "No clock"
CLOSED_MET: Final = "Closed – met"
CLOSED_BREACHED: Final = "Closed – breached"
#: No target was met or breached: none was promised, or nobody recorded when one was met.
CLOSED_UNJUDGED: Final = "Closed – no verdict"
STANDING: Final = "Paused"
#: Cancelled, a duplicate, a test: neither open nor closed.
NOT_COUNTED: Final = INCIDENTS["Not counted"].header
OPEN_STATUSES: Final = (LATE, SOON, ON_TRACK, STANDING, NO_CLOCK)

NEXT_LABELS: Final = name("Next_Labels")
# A sort key holds severity, next due and row: each part has room in 15 exact digits. A severity of
# 0 is one that nobody knows: it comes before all others, for it may be the worst.
KEY_SEVERITY: Final = 10**14
_KEY_INSTANT: Final = 10**5


def incident_columns(spec: MatrixSpec) -> list[Column]:
    """Every computed column of tIncidents."""
    calendars = len(spec.calendars)
    clocks = [column for step in OPENING_STEPS for column in target_columns(step, calendars)]
    return [
        hidden_step("row", F.ROW() - _header_row(), lambda frame: np.arange(1.0, len(frame) + 1)),
        _id_column(),
        *exempt_columns(),
        *opening_columns(),
        *class_severity_columns(spec),
        _severity_column(spec),
        *base_columns(calendars, versions=bool(spec.history)),
        *owner_columns(spec),
        *clocks,
        *cadence_columns(INTERNAL, INTERNAL.code),
        *cadence_columns(CUSTOMER, "cust1"),
        *review_columns(),
        paused_column(),
        *escalation_columns(calendars),
        *state_columns(),
        review_column(),
        *run_columns(),
        *_next_columns(),
        *warn_columns(),
        *public_columns(),
        _override_column(spec),
        _status_column(),
        _breaches_column(),
        *_cycle_columns(),
        *check_columns(spec),
        *ladder_columns(spec),
        _sort_column(),
    ]


def _header_row() -> Expr:
    return F.ROW(name("Incidents_Header"))


def _id_column() -> Column:
    """The ID as text: people type numbers too, here and in the logs beside."""
    return hidden_step("id text", iferror(this("ID") & ""), lambda frame: frame["ID"].copy(), TEXT)


def _severity_column(spec: MatrixSpec) -> Column:
    """The severity now: at the opening, or after the last change."""
    opening = iferror(
        if_(
            this("Severity set").filled(),
            this("Severity set") & "",
            if_(this("class row").filled(), class_severity(spec)),
        )
    )

    def twin(frame: Frame) -> Objects:
        events, severity = events_of(frame), initial_severity(frame)
        severity[events.incident[events.last] - 1] = events.severity[events.last]
        return severity

    return INCIDENTS["Severity"].by(
        F.IF(this("last event").empty(), opening, F.INDEX(name("Ev_Severity"), this("last event"))),
        twin,
    )


def _override_column(spec: MatrixSpec) -> Column:
    """1 where a severity other than the class's lacks a reason or an approver, 0 where not.

    Empty for an incident that is not counted, for how often that happens is a figure.
    """
    default = class_severity(spec)
    missing = F.IF(F.COUNTA(this("Override reason"), this("Approver")) < 2, 1, 0)
    differs = if_(this("Severity set").ne(default), missing)

    def twin(frame: Frame) -> Floats:
        defaults, answer = class_severities(frame), np.full(len(frame), np.nan)
        typed = np.array([text.casefold() for text in frame["Severity set"]], dtype=object)
        reasons, approvers = frame.filled("Override reason"), frame.filled("Approver")
        asked = (typed != "") & ~np.isnan(frame["class row"]) & ~uncounted_rows(frame)
        for row in np.flatnonzero(asked):
            if typed[row] != defaults[row].casefold():
                gap = not (reasons[row] and approvers[row])
                answer[row] = float(gap)
        return answer

    known = F.AND(this("Severity set").filled(), this("class row").filled())
    return hidden_step("override gap", counted(iferror(if_(known, differs))), twin)


def _next_columns() -> list[Column]:
    runs = these(f"run {NEXT_STEPS[0].code}", f"run {NEXT_STEPS[-1].code}")
    left_s = this("next s") - names.AS_OF_S
    return [
        hidden_step("next s", if_(F.COUNT(runs) > 0, F.MIN(runs)), _next_twin),
        hidden_step(
            "next no", if_(this("next s").filled(), F.MATCH(this("next s"), runs, 0)), next_number
        ),
        _by_whom_column(),
        INCIDENTS["Next step"].by(
            if_(this("next no").filled(), F.INDEX(NEXT_LABELS, this("next no"))), _next_step_twin
        ),
        INCIDENTS["Next due"].by(
            if_(this("next s").filled(), wall_of(this("next s")) / 86400),
            lambda frame: to_wall(frame.context.zone, frame["next s"]),
        ),
        INCIDENTS["Time left"].by(if_(this("next s").filled(), left_expr(left_s)), _left_twin),
    ]


def _by_whom_column() -> Column:
    """Who must do the next step; the response owner where nobody holds the step's own role."""
    owners = F.CHOOSE(this("next no"), *(this(step.owner) for step in NEXT_STEPS))
    expr = if_(this("next no").filled(), F.IF(owners.filled(), owners, this("Response owner")))

    def twin(frame: Frame) -> Objects:
        answer = np.full(len(frame), "", dtype=object)
        for number, step in enumerate(NEXT_STEPS, start=1):
            rows = np.flatnonzero(frame["next no"] == number)
            own = frame[step.owner][rows]
            answer[rows] = np.where(own != "", own, frame["Response owner"][rows])
        return answer

    return INCIDENTS["By whom"].by(expr, twin)


def _runs(frame: Frame) -> Floats:
    runs = np.array([frame[f"run {step.code}"] for step in NEXT_STEPS])
    return np.where(np.isinf(runs), np.nan, runs)


def _next_twin(frame: Frame) -> Floats:
    runs = _runs(frame)
    return np.where(np.isnan(runs).all(axis=0), np.nan, np.fmin.reduce(runs, axis=0))


def next_number(frame: Frame) -> Floats:
    """Which step is next, from 1 in the order of :data:`NEXT_STEPS`; NaN for none."""
    runs = np.where(np.isnan(_runs(frame)), np.inf, _runs(frame))
    return np.where(np.isnan(frame["next s"]), np.nan, np.argmin(runs, axis=0) + 1.0)


def _next_step_twin(frame: Frame) -> Objects:
    runs = np.where(np.isnan(_runs(frame)), np.inf, _runs(frame))
    labels = np.array([step.label for step in NEXT_STEPS], dtype=object)
    chosen: Objects = labels[np.argmin(runs, axis=0)]
    chosen[np.isnan(frame["next s"])] = ""
    return chosen


def _left_twin(frame: Frame) -> Objects:
    seconds = frame["next s"] - frame.context.as_of_s
    return np.array(["" if np.isnan(s) else left(int(s)) for s in seconds], dtype=object)


def _status_column() -> Column:
    """Breached and due soon come before paused: what still runs must not hide behind a pause."""
    states = these(f"{OPENING_STEPS[0].code} state", f"{OPENING_STEPS[-1].code} state")
    met = F.IF(F.COUNTIF(states, MET) > 0, CLOSED_MET, CLOSED_UNJUDGED)
    closed = F.IF(F.COUNTIF(states, BREACHED) > 0, CLOSED_BREACHED, met)
    calm = F.IF(
        this("Paused since").filled(),
        STANDING,
        F.IF(this("next s").empty(), NO_CLOCK, ON_TRACK),
    )
    soon = F.IF(this("warn s").empty(), calm, F.IF(this("warn s") <= names.AS_OF_S, SOON, calm))
    open_ = F.IF(this("next s").empty(), calm, F.IF(this("next s") < names.AS_OF_S, LATE, soon))
    known = if_(this("opened s").empty(), BLANK, if_(this("res done s").filled(), closed, open_))
    expr = F.IF(is_uncounted(), NOT_COUNTED, known)
    return INCIDENTS["Status"].by(expr, _status_twin)


def _status_twin(frame: Frame) -> Objects:
    next_s, as_of = frame["next s"], frame.context.as_of_s
    states = np.array([frame[f"{step.code} state"] for step in OPENING_STEPS])
    breached, kept = np.any(states == BREACHED, axis=0), np.any(states == MET, axis=0)
    status = np.full(len(frame), NO_CLOCK, dtype=object)
    status[~np.isnan(next_s)] = ON_TRACK
    status[~np.isnan(frame["Paused since"])] = STANDING
    status[(next_s >= as_of) & (frame["warn s"] <= as_of)] = SOON
    status[next_s < as_of] = LATE
    closed = ~np.isnan(frame["res done s"])
    met = np.where(kept, CLOSED_MET, CLOSED_UNJUDGED)
    status[closed] = np.where(breached, CLOSED_BREACHED, met)[closed]
    status[np.isnan(frame["opened s"])] = ""
    status[uncounted_rows(frame)] = NOT_COUNTED
    return status


def paused_column() -> Column:
    """Since when the incident waits, while a pause of it is open."""
    open_row = F.INDEX(pz("Open"), this("last pause"))
    since = wall_of(F.INDEX(pz("Run"), open_row)) / 86400

    def twin(frame: Frame) -> Floats:
        pieces, answer = pieces_of(frame), np.full(len(frame), np.nan)
        stands = np.flatnonzero(pieces.reach_s >= OPEN)[::-1]
        answer[pieces.incident[stands] - 1] = pieces.run_s[stands]
        return to_wall(frame.context.zone, answer)

    return INCIDENTS["Paused since"].by(
        if_(this("last pause").empty(), BLANK, if_(open_row < NONE_ROW, since)), twin
    )


def _cycle_columns() -> list[Column]:
    """Whether a target was breached since the last reopening, and whether one ever was."""
    before = F.IF(this("last event").empty(), 0, F.INDEX(name("Ev_Ever"), this("last event")))
    now = this("Breaches").filled()

    def ever(frame: Frame) -> Objects:
        events, count = events_of(frame), np.zeros(len(frame))
        count[events.incident[events.last] - 1] = ended_breaches(frame)[events.last]
        return _yes_no(frame, (frame["Breaches"] != "") | (count > 0))

    return [
        INCIDENTS[header].by(if_(this("opened s").filled(), F.IF(when, "yes", "no")), twin)
        for header, when, twin in (
            (
                "Breached in this cycle",
                now,
                lambda frame: _yes_no(frame, frame["Breaches"] != ""),
            ),
            ("Ever breached", F.OR(now, before > 0), ever),
        )
    ]


def _yes_no(frame: Frame, mask: np.ndarray) -> Objects:
    return np.where(np.isnan(frame["opened s"]), "", np.where(mask, "yes", "no")).astype(object)


def _breaches_column() -> Column:
    text: Expr | None = None
    for step in OPENING_STEPS:
        part = if_(this(f"{step.code} state").eq(BREACHED), lit(f"{step.label}, "))
        text = part if text is None else text & part
    assert text is not None
    trimmed = F.SUBSTITUTE(F.TRIM(text) & "|", ",|", "")
    expr = F.SUBSTITUTE(trimmed, "|", "")

    def twin(frame: Frame) -> Objects:
        answer = np.full(len(frame), "", dtype=object)
        for step in OPENING_STEPS:
            for row in np.flatnonzero(frame[f"{step.code} state"] == BREACHED):
                answer[row] = f"{answer[row]}, {step.label}" if answer[row] else step.label
        return answer

    return INCIDENTS["Breaches"].by(expr, twin)


def _sort_column() -> Column:
    """Rises with severity, then next due, then row: the order of the open incidents."""
    open_ = F.AND(this("opened s").filled(), this("res done s").empty())
    instant = if_(this("next s").filled(), this("next s") - names.HORIZON_START, 0)
    key = (
        F.N(this("severity row")) * KEY_SEVERITY
        + F.MIN(F.MAX(instant, 0), 10**9 - 1) * _KEY_INSTANT
        + this("row")
    )

    def twin(frame: Frame) -> Floats:
        low, _ = horizon(frame.context)
        instants = np.where(np.isnan(frame["next s"]), low, frame["next s"]) - low
        keys = (
            np.nan_to_num(frame["severity row"]) * KEY_SEVERITY
            + np.clip(instants, 0, 10**9 - 1) * _KEY_INSTANT
            + frame["row"]
        )
        return np.where(np.isnan(frame["res done s"]) & ~np.isnan(frame["opened s"]), keys, np.nan)

    return hidden_step("order", if_(open_, key), twin)
