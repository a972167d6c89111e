"""The computed columns of the incident log, in the order of their dependence."""

from __future__ import annotations

from typing import Final

import numpy as np

from xlmatrix.formula import BLANK, Expr, F, col, if_, iferror, lit, name, these, this
from xlmatrix.rules import names
from xlmatrix.rules.checks import check_column
from xlmatrix.rules.column import Computed
from xlmatrix.rules.frame import Floats, Frame, Objects, horizon, to_wall
from xlmatrix.rules.instants import wall_of
from xlmatrix.rules.ladder import ladder_columns
from xlmatrix.rules.owners import owner_columns
from xlmatrix.rules.targets import (
    ALL_STEPS,
    BREACHED,
    CUSTOMER,
    INTERNAL,
    JUDGED_STEPS,
    OPENING_STEPS,
    base_columns,
    cadence_columns,
    escalation_columns,
    review_columns,
    run_columns,
    state_columns,
    target_columns,
)
from xlmatrix.rules.words import left, left_expr
from xlmatrix.spec.models import MatrixSpec

LATE: Final = "Breached"
SOON: Final = "Due soon"
ON_TRACK: Final = "On track"
NO_CLOCK: Final = "No clock"
CLOSED_MET: Final = "Closed – met"
CLOSED_BREACHED: Final = "Closed – breached"
OPEN_STATUSES: Final = (LATE, SOON, ON_TRACK, NO_CLOCK)

NEXT_LABELS: Final = name("Next_Labels")
# A sort key holds severity, next due and row: each part has room in 15 exact digits.
_KEY_SEVERITY: Final = 10**14
_KEY_INSTANT: Final = 10**5


def incident_columns(spec: MatrixSpec) -> list[Computed]:
    """Every computed column of tIncidents."""
    calendars = len(spec.calendars)
    clocks = [column for step in OPENING_STEPS for column in target_columns(step, calendars)]
    return [
        Computed("row", F.ROW() - _header_row(), lambda frame: np.arange(1.0, len(frame) + 1)),
        _severity_column(spec),
        *owner_columns(spec),
        *base_columns(calendars),
        *clocks,
        *cadence_columns(INTERNAL, INTERNAL.code),
        *cadence_columns(CUSTOMER, "cust1"),
        *review_columns(),
        *escalation_columns(calendars),
        *state_columns(),
        *run_columns(),
        *_next_columns(),
        _status_column(),
        _breaches_column(),
        check_column(spec),
        *ladder_columns(spec),
        _sort_column(),
    ]


def _header_row() -> Expr:
    return F.ROW(name("Incidents_Header"))


def _severity_column(spec: MatrixSpec) -> Computed:
    row = F.MATCH(this("Class"), names.LIST_CLASSES, 0)
    default = iferror(F.INDEX(col("tMatrix", "Severity"), row) & "")
    expr = if_(
        this("Severity set").filled(),
        this("Severity set"),
        if_(this("Class").filled(), default),
    )

    def twin(frame: Frame) -> Objects:
        defaults: dict[str, str] = {}
        for kind in spec.classes:
            defaults.setdefault(kind.name.casefold(), kind.severity)
        chosen = zip(frame["Severity set"], frame["Class"], strict=True)
        return np.array(
            [typed or defaults.get(kind.casefold(), "") for typed, kind in chosen], dtype=object
        )

    return Computed(
        "Severity", expr, twin, show="text", role="formula.center", width=10, hidden=False
    )


def _next_columns() -> list[Computed]:
    runs = these(f"run {ALL_STEPS[0].code}", f"run {ALL_STEPS[-1].code}")
    left_s = this("next s") - names.AS_OF_S
    return [
        Computed("next s", if_(F.COUNT(runs) > 0, F.MIN(runs)), _next_twin),
        Computed(
            "Next step",
            if_(this("next s").filled(), F.INDEX(NEXT_LABELS, F.MATCH(this("next s"), runs, 0))),
            _next_step_twin,
            show="text",
            role="formula",
            width=17,
            hidden=False,
        ),
        Computed(
            "Next due",
            if_(this("next s").filled(), wall_of(this("next s")) / 86400),
            lambda frame: to_wall(frame.context.zone, frame["next s"]),
            show="stamp",
            role="formula.stamp",
            width=16.5,
            hidden=False,
        ),
        Computed(
            "Time left",
            if_(this("next s").filled(), left_expr(left_s)),
            _left_twin,
            show="text",
            role="formula.center",
            width=17,
            hidden=False,
        ),
    ]


def _runs(frame: Frame) -> Floats:
    runs = np.array([frame[f"run {step.code}"] for step in ALL_STEPS])
    return np.where(np.isinf(runs), np.nan, runs)


def _next_twin(frame: Frame) -> Floats:
    runs = _runs(frame)
    return np.where(np.isnan(runs).all(axis=0), np.nan, np.fmin.reduce(runs, axis=0))


def _next_step_twin(frame: Frame) -> Objects:
    runs = np.where(np.isnan(_runs(frame)), np.inf, _runs(frame))
    labels = np.array([step.label for step in ALL_STEPS], dtype=object)
    chosen: Objects = labels[np.argmin(runs, axis=0)]
    chosen[np.isnan(frame["next s"])] = ""
    return chosen


def _left_twin(frame: Frame) -> Objects:
    seconds = frame["next s"] - frame.context.as_of_s
    return np.array(["" if np.isnan(s) else left(int(s)) for s in seconds], dtype=object)


def _status_column() -> Computed:
    states = these(f"{OPENING_STEPS[0].code} state", f"{OPENING_STEPS[-1].code} state")
    closed = if_(F.COUNTIF(states, BREACHED) > 0, CLOSED_BREACHED, CLOSED_MET)
    soon = if_(this("next s") - names.AS_OF_S <= names.SOON_S, SOON, ON_TRACK)
    running = if_(this("next s") < names.AS_OF_S, LATE, soon)
    open_ = if_(this("next s").empty(), NO_CLOCK, running)
    expr = if_(this("s").empty(), BLANK, if_(this("res d").filled(), closed, open_))
    return Computed(
        "Status", expr, _status_twin, show="text", role="formula.center", width=17, hidden=False
    )


def _status_twin(frame: Frame) -> Objects:
    next_s, as_of = frame["next s"], frame.context.as_of_s
    breached = np.any([frame[f"{step.code} state"] == BREACHED for step in OPENING_STEPS], axis=0)
    status = np.full(len(frame), NO_CLOCK, dtype=object)
    status[next_s >= as_of] = ON_TRACK
    status[(next_s >= as_of) & (next_s - as_of <= frame.context.soon_s)] = SOON
    status[next_s < as_of] = LATE
    closed = ~np.isnan(frame["res d"])
    status[closed & breached], status[closed & ~breached] = CLOSED_BREACHED, CLOSED_MET
    status[np.isnan(frame["s"])] = ""
    return status


def _breaches_column() -> Computed:
    text: Expr | None = None
    for step in JUDGED_STEPS:
        part = if_(this(f"{step.code} state").eq(BREACHED), lit(f"{step.label}, "))
        text = part if text is None else text & part
    assert text is not None
    trimmed = F.SUBSTITUTE(F.TRIM(text) & "|", ",|", "")
    expr = F.SUBSTITUTE(trimmed, "|", "")

    def twin(frame: Frame) -> Objects:
        answer = np.full(len(frame), "", dtype=object)
        for step in JUDGED_STEPS:
            for row in np.flatnonzero(frame[f"{step.code} state"] == BREACHED):
                answer[row] = f"{answer[row]}, {step.label}" if answer[row] else step.label
        return answer

    return Computed("Breaches", expr, twin, show="text", role="formula", width=24, hidden=False)


def _sort_column() -> Computed:
    """Rises with severity, then next due, then row: the order of a severity's open incidents."""
    open_ = F.AND(this("s").filled(), this("k").filled(), this("res d").empty())
    instant = if_(this("next s").filled(), this("next s") - names.HORIZON_START, 0)
    key = (
        this("k") * _KEY_SEVERITY + F.MIN(F.MAX(instant, 0), 10**9 - 1) * _KEY_INSTANT + this("row")
    )

    def twin(frame: Frame) -> Floats:
        low, _ = horizon(frame.context)
        instants = np.where(np.isnan(frame["next s"]), low, frame["next s"]) - low
        keys = (
            frame["k"] * _KEY_SEVERITY
            + np.clip(instants, 0, 10**9 - 1) * _KEY_INSTANT
            + frame["row"]
        )
        return np.where(np.isnan(frame["res d"]) & ~np.isnan(frame["s"]), keys, np.nan)

    return Computed("order", if_(open_, key), twin)
