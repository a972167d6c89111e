"""How a drill is judged: times against the targets of its severity, and what else must be right.

Times run on the calendars of the targets, from detection (T0). A drill passes when every target was
met, at least nine of ten contacts answered, a backup took part, the severity was called right, the
kill switch was found within five minutes, the evidence is whole, there is one timeline, and every
action has an owner within five business days. One miss of a target other than containment, by at
most a quarter, is a conditional pass. Everything else fails and is repeated within 30 days. The
rules are proposed; no standard sets them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any, Final

import numpy as np

from xlmatrix.formula import BLANK, Expr, F, col, if_, lit, place_among_texts, this
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules import names
from xlmatrix.rules.cells import number_in, text_in
from xlmatrix.rules.column import twins_of
from xlmatrix.rules.drills.record import (
    NUMBERS,
    STAMPS,
    START,
    TEXTS,
    Decision,
    decisions,
    drill_policy,
    number_of,
)
from xlmatrix.rules.drills.times import (
    MISSED,
    NOT_RECORDED,
    TIMES,
    action_columns,
    ended,
    ended_expr,
    last_column,
    meant,
    meant_expr,
    time_columns,
    too_late_expr,
)
from xlmatrix.rules.frame import Context, Floats, Frame, Objects
from xlmatrix.rules.instants import EPOCH_S, wall_seconds
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.drills import DRILL_PLAN, DRILLS
from xlmatrix.tables.kinds import NUMBER, stamps_of
from xlmatrix.tables.vocabulary import YES

PASS: Final = "pass"
CONDITIONAL: Final = "conditional"
FAIL: Final = "fail"
RUNNING: Final = "running"
#: How the repetition of a failed drill stands.
REPEATED, REPEAT_DUE, OVERDUE = "repeated", "due", "overdue"

#: Said of a record before what was missed.
TOO_LATE: Final = "A stamp is half a year after the rest: no effect."
REACH: Final = 0.9
KILL_SWITCH_MIN: Final = 5
NEAR: Final = 0.25
REPEAT_DAYS: Final = 30
#: How many were called, and how many answered.
_CONTACTS: Final = ("Contacts tried", "Contacts answered")


def records_frame(
    context: Context,
    columns: Mapping[str, Sequence[Any]],
    expected: Mapping[int, tuple[str, str]],
    decided: Mapping[str, Decision] | None = None,
) -> Frame:
    """The records of drills, ready to be judged.

    Parameters
    ----------
    columns
        Every header of :data:`INPUTS` with one value a record, as typed.
    expected
        Number of the drill to its scenario's name and the severity it must be called.
    decided
        The decision's clock by severity; the spec's where left out.
    """
    height = len(columns["Drill"])
    blank = IncidentLog.of({"ID": [""] * height}, {})
    spec = context.spec
    policy = drill_policy(spec, context.policy, decided or decisions(spec))
    judged = replace(context, policy=policy)
    twins = twins_of(record_columns(context.spec))
    frame = Frame(judged, blank, twins)
    for header in STAMPS:
        frame.done[header] = wall_seconds(stamps_of(columns[header]))
    for header in NUMBERS:
        number = number_in if header in _CONTACTS else number_of
        frame.done[header] = np.array([number(value) for value in columns[header]], dtype=float)
    for header in TEXTS:
        texts = [text_in(value) for value in columns[header]]
        frame.done[header] = np.array(texts, dtype=object)
    numbers = [int(n) if float(n).is_integer() else -1 for n in frame.done["Drill"]]
    found = [expected.get(number, ("", "")) for number in numbers]
    frame.done["Scenario"] = np.array([name for name, _ in found], dtype=object)
    frame.done["Expected"] = np.array([severity for _, severity in found], dtype=object)
    return frame


def record_columns(spec: MatrixSpec) -> list[Column]:
    """Every computed column of tDrills, in the order of their dependence."""
    return [
        _looked_up("Scenario", "Scenario"),
        _looked_up("Expected", "Severity"),
        hidden_step("detected s", meant_expr(START), lambda f: meant(f, START)),
        last_column(),
        hidden_step("ended s", meant_expr("Ended"), lambda f: meant(f, "Ended")),
        hidden_step("too late", _too_late_expr(), _too_late, NUMBER),
        # The row of the policy's current version, by which every drill is judged.
        hidden_step("policy row", _row_expr(), _row_twin),
        *(column for time in TIMES for column in time_columns(time)),
        *action_columns(spec),
        DRILLS["Reach"].by(
            if_(
                F.N(this(_CONTACTS[0])) > 0,
                F.N(this(_CONTACTS[1])) / this(_CONTACTS[0]),
            ),
            _reach,
        ),
        hidden_step("fails", _fails_expr(), _fails, NUMBER),
        hidden_step("near misses", _near_expr(), _near, NUMBER),
        DRILLS["Result"].by(_result_expr(), _result),
        DRILLS["Missed"].by(_missed_expr(), _missed),
        DRILLS["Repeat by"].by(
            if_(this("Result").eq(FAIL), F.INT(this(START)) + REPEAT_DAYS), _repeat_by
        ),
        DRILLS["Repeat"].by(_repeat_expr(), _repeat),
    ]


def _looked_up(header: str, column: str) -> Column:
    row = F.MATCH(F.N(this("Drill")), col(DRILL_PLAN.name, "Drill"), 0)
    expr = if_(
        F.ISNUMBER(this("Drill")), F.IFERROR(F.INDEX(col(DRILL_PLAN.name, column), row) & "", BLANK)
    )
    return DRILLS[header].by(expr, lambda f: f.done[header])


def _too_late_expr() -> Expr:
    """How many stamps of a record are too late to be meant."""
    return reduce(add, map(too_late_expr, STAMPS), lit(0))


def _too_late(frame: Frame) -> Floats:
    later = [~np.isnan(frame[h]) & np.isnan(meant(frame, h)) for h in STAMPS]
    return np.asarray(np.sum(later, axis=0), dtype=np.float64)


def _row_expr() -> Expr:
    row = F.IFERROR(place_among_texts(this("Expected"), names.POL_SEVERITY), BLANK)
    return if_(this("Expected").empty(), BLANK, row)


def _row_twin(frame: Frame) -> Floats:
    rows = [frame.context.policy.row(text) if text else None for text in frame["Expected"]]
    return np.array([np.nan if row is None else row + 1.0 for row in rows], dtype=float)


def _reach(frame: Frame) -> Floats:
    tried, answered = (frame[header] for header in _CONTACTS)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = answered / tried
    return np.where(tried > 0, share, np.nan)


def _criteria() -> list[tuple[str, Expr]]:
    """What else must hold, as the words for its failure and the condition of the failure."""
    actions = if_(
        F.ISNUMBER(this("act due s")),
        F.IF(
            F.ISNUMBER(this("act done s")),
            this("act done s") > this("act due s"),
            this("act due s") < names.AS_OF_S,
        ),
        lit(False),
    )
    found = this("Kill switch found (min)")
    return [
        ("reach below 90 %", if_(F.ISNUMBER(this("Reach")), this("Reach") < REACH, lit(True))),
        ("no backup played", this("Backup played").ne(YES)),
        ("severity called wrong", this("Severity called").ne(this("Expected"))),
        (
            "kill switch not found in 5 min",
            if_(F.ISNUMBER(found), found > KILL_SWITCH_MIN, lit(True)),
        ),
        ("evidence incomplete", this("Evidence complete").ne(YES)),
        ("more than one timeline", this("One timeline").ne(YES)),
        ("actions without owner", actions),
    ]


def _criteria_twin(frame: Frame) -> list[tuple[str, np.ndarray]]:
    def is_yes(header: str) -> np.ndarray:
        return np.array([text.casefold() == YES for text in frame[header]], dtype=bool)

    called = zip(frame["Severity called"], frame["Expected"], strict=True)
    right = np.array([a.casefold() == b.casefold() for a, b in called], dtype=bool)
    owned, due = frame["act done s"], frame["act due s"]
    late = np.where(np.isnan(owned), frame.context.as_of_s, owned) > due
    return [
        ("reach below 90 %", ~(frame["Reach"] >= REACH)),
        ("no backup played", ~is_yes("Backup played")),
        ("severity called wrong", ~right),
        ("kill switch not found in 5 min", ~(frame["Kill switch found (min)"] <= KILL_SWITCH_MIN)),
        ("evidence incomplete", ~is_yes("Evidence complete")),
        ("more than one timeline", ~is_yes("One timeline")),
        ("actions without owner", np.isfinite(due) & late),
    ]


def _is_bad(code: str) -> Expr:
    state = this(f"{code} state")
    return F.OR(state.eq(MISSED), state.eq(NOT_RECORDED))


def _bad(frame: Frame, code: str) -> np.ndarray:
    state = frame[f"{code} state"]
    answer: np.ndarray = (state == MISSED) | (state == NOT_RECORDED)
    return answer


def _judged() -> Expr:
    return F.AND(F.ISNUMBER(this("detected s")), this("policy row").filled(), ended_expr())


def _judged_twin(frame: Frame) -> np.ndarray:
    answer: np.ndarray = (
        ~np.isnan(frame["detected s"]) & ~np.isnan(frame["policy row"]) & ended(frame)
    )
    return answer


def _sum(conditions: Sequence[Expr]) -> Expr:
    total = F.IF(conditions[0], 1, 0) + 0
    for condition in conditions[1:]:
        total = total + F.IF(condition, 1, 0)
    return total


def _fails_expr() -> Expr:
    conditions = [_is_bad(time.code) for time in TIMES] + [when for _, when in _criteria()]
    return if_(_judged(), _sum(conditions))


def _fails(frame: Frame) -> Floats:
    masks = [_bad(frame, time.code) for time in TIMES]
    masks += [mask for _, mask in _criteria_twin(frame)]
    return np.where(_judged_twin(frame), np.sum(masks, axis=0), np.nan)


def _near_expr() -> Expr:
    conditions = [
        if_(F.ISNUMBER(this(f"{time.code} over")), this(f"{time.code} over") <= NEAR, lit(False))
        for time in TIMES
        if not time.safety
    ]
    return if_(_judged(), _sum(conditions))


def _near(frame: Frame) -> Floats:
    masks = [frame[f"{time.code} over"] <= NEAR for time in TIMES if not time.safety]
    return np.where(_judged_twin(frame), np.sum(masks, axis=0), np.nan)


def _result_expr() -> Expr:
    one_near = F.AND(this("fails").eq(1), this("near misses").eq(1))
    verdict = F.IF(this("fails").eq(0), PASS, F.IF(one_near, CONDITIONAL, FAIL))
    begun = if_(F.ISNUMBER(this("detected s")), RUNNING)
    return if_(this("fails").filled(), verdict, begun)


def _result(frame: Frame) -> Objects:
    fails, near = frame["fails"], frame["near misses"]
    answer = np.full(len(frame), "", dtype=object)
    answer[~np.isnan(frame["detected s"])] = RUNNING
    answer[~np.isnan(fails)] = FAIL
    answer[(fails == 1) & (near == 1)] = CONDITIONAL
    answer[fails == 0] = PASS
    return answer


def _missed_expr() -> Expr:
    parts = [(time.label, _is_bad(time.code)) for time in TIMES] + _criteria()
    text: Expr = if_(parts[0][1], lit(f"{parts[0][0]}, "))
    for words, when in parts[1:]:
        text = text & if_(when, lit(f"{words}, "))
    trimmed = F.SUBSTITUTE(F.TRIM(text) & "|", ",|", "")
    missed = if_(this("fails").filled(), F.SUBSTITUTE(trimmed, "|", ""))
    return F.TRIM(if_(this("too late") > 0, lit(f"{TOO_LATE} ")) & missed)


def _missed(frame: Frame) -> Objects:
    parts = [(time.label, _bad(frame, time.code)) for time in TIMES] + _criteria_twin(frame)
    judged = _judged_twin(frame)
    answer = np.full(len(frame), "", dtype=object)
    for row in np.flatnonzero(judged):
        answer[row] = ", ".join(words for words, mask in parts if mask[row])
    for row in np.flatnonzero(frame["too late"] > 0):
        answer[row] = f"{TOO_LATE} {answer[row]}".strip()
    return answer


def _repeat_by(frame: Frame) -> Floats:
    days = np.floor(frame[START] / 86400) + REPEAT_DAYS
    return np.where(frame["Result"] == FAIL, days, np.nan)


def _repeat_expr() -> Expr:
    # Numbers as text keep fifteen digits: enough to tell one drill from the next.
    later = (
        col(DRILLS.name, "Drill"),
        F.N(this("Drill")),
        col(DRILLS.name, START),
        lit(">") & this(START),
    )
    again: Expr = lit(0)
    for result in (PASS, CONDITIONAL):
        again = again + F.COUNTIFS(*later, col(DRILLS.name, "Result"), result)
    open_ = F.IF(this("Repeat by") + 1 <= names.AS_OF, OVERDUE, REPEAT_DUE)
    return if_(this("Repeat by").filled(), F.IF(again > 0, REPEATED, open_))


def _repeat(frame: Frame) -> Objects:
    answer = np.full(len(frame), "", dtype=object)
    as_of = (frame.context.as_of - datetime(1970, 1, 1)).total_seconds() + EPOCH_S
    good = (frame["Result"] == PASS) | (frame["Result"] == CONDITIONAL)
    for row in np.flatnonzero(frame["Result"] == FAIL):
        same = (frame["Drill"] == frame["Drill"][row]) & (frame[START] > frame[START][row])
        late = as_of >= (frame["Repeat by"][row] + 1) * 86400
        answer[row] = REPEATED if (same & good).any() else OVERDUE if late else REPEAT_DUE
    return answer
