"""How a drill is judged: its clocks, what else must be right, and what nobody recorded.

``docs/drills.md`` has the rule in words. Unknown is not false: a drill fails on what is known to be
wrong, and is *incomplete* where its verdict hangs on what is not recorded, or where its stamps or
its scenario are no ground for one. The rules are proposed; no standard sets them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any, Final

import numpy as np

from xlmatrix.formula import Expr, F, col, if_, iferror, lit, this
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules import names
from xlmatrix.rules.cells import text_in
from xlmatrix.rules.clocks.clocks import Mask
from xlmatrix.rules.column import twins_of
from xlmatrix.rules.drills.criteria import (
    criteria,
    criteria_twin,
    order_column,
    reach_column,
    seats_column,
)
from xlmatrix.rules.drills.record import (
    NUMBERS,
    STAMPS,
    START,
    TEXTS,
    Decision,
    at_columns,
    decisions,
    drill_policy,
    last_column,
    meant,
    meant_expr,
    number_of,
    too_late_expr,
)
from xlmatrix.rules.drills.story import NO_STORY, Story, stories, story_columns
from xlmatrix.rules.drills.times import (
    MISSED,
    NOT_RECORDED,
    TIMES,
    action_columns,
    over,
    over_expr,
    time_columns,
)
from xlmatrix.rules.frame import Context, Floats, Frame, Objects
from xlmatrix.rules.instants import EPOCH_S, wall_seconds
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.drills import DRILL_PLAN, DRILLS
from xlmatrix.tables.kinds import NUMBER, TEXT, stamps_of

PASS: Final = "pass"
CONDITIONAL: Final = "conditional"
FAIL: Final = "fail"
INCOMPLETE: Final = "incomplete"
RUNNING: Final = "running"
#: How the repetition of a failed drill stands.
REPEATED, REPEATED_LATE, REPEAT_DUE, OVERDUE = "repeated", "repeated late", "due", "overdue"

#: Said of a record before what was missed.
TOO_LATE: Final = "A stamp is half a year after the rest: no effect."
#: Said before what is not recorded, and of stamps that are no ground for a verdict.
UNRECORDED: Final = "not recorded: "
DISORDER: Final = "stamps out of order"
NEAR: Final = 0.25
REPEAT_DAYS: Final = 30


def records_frame(
    context: Context,
    columns: Mapping[str, Sequence[Any]],
    told: Mapping[int, Story],
    decided: Mapping[str, Decision] | None = None,
) -> Frame:
    """The records of drills, ready to be judged.

    Parameters
    ----------
    columns
        Every header of :data:`INPUTS` with one value a record, as typed.
    told
        Number of the drill to the story of its scenario.
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
        frame.done[header] = np.array([number_of(one) for one in columns[header]], dtype=float)
    for header in TEXTS:
        texts = [text_in(value) for value in columns[header]]
        frame.done[header] = np.array(texts, dtype=object)
    numbers = [int(n) if float(n).is_integer() else -1 for n in frame.done["Drill"]]
    frame.done["story"] = [told.get(number, NO_STORY) for number in numbers]
    frame.done["plan row"] = np.array(
        [list(told).index(n) + 1.0 if n in told else np.nan for n in numbers], dtype=float
    )
    return frame


def record_columns(spec: MatrixSpec) -> list[Column]:
    """Every computed column of tDrills, in the order of their dependence."""
    row = F.MATCH(F.N(this("Drill")), col(DRILL_PLAN.name, "Drill"), 0)
    return [
        hidden_step(
            "plan row",
            if_(F.ISNUMBER(this("Drill")), iferror(row)),
            lambda f: f.done["plan row"],
            NUMBER,
        ),
        DRILLS["Scenario"].by(_planned("Scenario"), _texts(lambda s: s.name)),
        hidden_step("detected s", meant_expr(START), lambda f: meant(f, START)),
        last_column(),
        hidden_step("ended s", meant_expr("Ended"), lambda f: meant(f, "Ended")),
        *at_columns(),
        hidden_step("too late", _too_late_expr(), _too_late, NUMBER),
        order_column(),
        *story_columns(),
        DRILLS["Expected"].by(_expected_expr(), _expected),
        *(column for time in TIMES for column in time_columns(time)),
        *action_columns(spec),
        seats_column(),
        reach_column(),
        hidden_step("ground", _ground_expr(), _ground, TEXT),
        hidden_step("wrong", _wrong_expr(), _wrong, NUMBER),
        hidden_step("near", _near_expr(), _near, NUMBER),
        hidden_step("unknown", _unknown_expr(), _unknown, NUMBER),
        hidden_step(
            "wrong words",
            _words_expr(_parts("wrong")),
            lambda f: _words(f, _parts_twin(f, "wrong")),
            TEXT,
        ),
        hidden_step(
            "unknown words",
            _words_expr(_parts("unknown")),
            lambda f: _words(f, _parts_twin(f, "unknown")),
            TEXT,
        ),
        DRILLS["Result"].by(_result_expr(), _result),
        DRILLS["Missed"].by(_missed_expr(), _missed),
        DRILLS["Repeat by"].by(
            if_(this("Result").eq(FAIL), F.INT(this(START)) + REPEAT_DAYS), _repeat_by
        ),
        DRILLS["Repeat"].by(_repeat_expr(), _repeat),
    ]


def _planned(column: str) -> Expr:
    cell = F.INDEX(col(DRILL_PLAN.name, column), this("plan row"))
    return if_(F.ISNUMBER(this("plan row")), iferror(cell & ""))


def _texts(part: Any) -> Any:
    return lambda frame: np.array([part(story) for story in stories(frame)], dtype=object)


def _expected_expr() -> Expr:
    """The severity in force when the drill ended; before it begins, the one it is to end in."""
    row = this("last row")
    force = if_(F.ISNUMBER(row), iferror(F.INDEX(names.POL_SEVERITY, row) & ""))
    return F.IF(F.ISNUMBER(this("detected s")), force, _planned("Severity"))


def _expected(frame: Frame) -> Objects:
    known = frame.context.policy.severities
    begun = zip(stories(frame), frame["last row"], frame["detected s"], strict=True)
    return np.array(
        [
            story.severity if np.isnan(at) else "" if np.isnan(row) else known[int(row) - 1]
            for story, row, at in begun
        ],
        dtype=object,
    )


def _too_late_expr() -> Expr:
    """How many stamps of a record are too late to be meant."""
    return reduce(add, map(too_late_expr, STAMPS), lit(0))


def _too_late(frame: Frame) -> Floats:
    later = [~np.isnan(frame[h]) & np.isnan(meant(frame, h)) for h in STAMPS]
    return np.asarray(np.sum(later, axis=0), dtype=np.float64)


def _ground_expr() -> Expr:
    """Why there is no ground for a verdict; "" where there is."""
    return F.IF(this("out of order") > 0, DISORDER, this("fault"))


def _ground(frame: Frame) -> Objects:
    return np.where(frame["out of order"] > 0, DISORDER, frame["fault"]).astype(object)


#: The state of a clock that is counted, by the part of a criterion that is.
_STATES: Final = {"wrong": MISSED, "unknown": NOT_RECORDED}


def _parts(part: str) -> list[tuple[str, Expr]]:
    """What is wrong, or what is not recorded, as its words and the condition."""
    clocks = [(time.label, this(f"{time.code} state").eq(_STATES[part])) for time in TIMES]
    return clocks + [(getattr(one, f"{part}_words"), getattr(one, part)) for one in criteria()]


Told = list[tuple[str, Mask]]


def _parts_twin(frame: Frame, part: str) -> Told:
    clocks = [(time.label, frame[f"{time.code} state"] == _STATES[part]) for time in TIMES]
    both = zip(criteria(), criteria_twin(frame), strict=True)
    return clocks + [(getattr(one, f"{part}_words"), getattr(judged, part)) for one, judged in both]


def _sum(conditions: Sequence[Expr]) -> Expr:
    return reduce(add, (F.IF(condition, 1, 0) for condition in conditions), lit(0))


def _counted(frame: Frame, masks: Sequence[Mask]) -> Floats:
    return np.where(over(frame), np.sum(masks, axis=0), np.nan)


def _wrong_expr() -> Expr:
    return if_(over_expr(), _sum([when for _, when in _parts("wrong")]))


def _wrong(frame: Frame) -> Floats:
    return _counted(frame, [mask for _, mask in _parts_twin(frame, "wrong")])


def _unknown_expr() -> Expr:
    return if_(this("wrong").filled(), _sum([when for _, when in _parts("unknown")]))


def _unknown(frame: Frame) -> Floats:
    return _counted(frame, [mask for _, mask in _parts_twin(frame, "unknown")])


def _near_expr() -> Expr:
    """How many clocks were missed by so little that one of them is conditional."""
    shares = [this(f"{time.code} over") for time in TIMES if not time.safety]
    near = [F.IF(F.ISNUMBER(share), share <= NEAR, lit(False)) for share in shares]
    return if_(this("wrong").filled(), _sum(near))


def _near(frame: Frame) -> Floats:
    return _counted(
        frame, [frame[f"{time.code} over"] <= NEAR for time in TIMES if not time.safety]
    )


def _words_expr(parts: Sequence[tuple[str, Expr]]) -> Expr:
    """The words of what holds, with commas between; "" before a drill is over."""
    text = reduce(lambda a, b: a & b, (if_(when, lit(f"{words}, ")) for words, when in parts))
    trimmed = F.SUBSTITUTE(F.SUBSTITUTE(F.TRIM(text) & "|", ",|", ""), "|", "")
    return if_(this("wrong").filled(), trimmed)


def _words(frame: Frame, parts: Told) -> Objects:
    answer = np.full(len(frame), "", dtype=object)
    for row in np.flatnonzero(~np.isnan(frame["wrong"])):
        answer[row] = ", ".join(words for words, mask in parts if mask[row])
    return answer


def _result_expr() -> Expr:
    wrong, near, unknown = this("wrong"), this("near"), this("unknown")
    fails = F.OR(wrong > 1, F.AND(wrong.eq(1), near.eq(0)))
    sure = F.IF(wrong.eq(0), PASS, CONDITIONAL)
    told = F.IF(fails, FAIL, F.IF(unknown > 0, INCOMPLETE, sure))
    verdict = F.IF(this("ground").filled(), INCOMPLETE, told)
    return if_(wrong.filled(), verdict, if_(F.ISNUMBER(this("detected s")), RUNNING))


def _result(frame: Frame) -> Objects:
    wrong, near, unknown = frame["wrong"], frame["near"], frame["unknown"]
    answer = np.full(len(frame), "", dtype=object)
    answer[~np.isnan(frame["detected s"])] = RUNNING
    answer[wrong == 0] = PASS
    answer[wrong == 1] = CONDITIONAL
    answer[unknown > 0] = INCOMPLETE
    answer[(wrong > 1) | ((wrong == 1) & (near == 0))] = FAIL
    answer[~np.isnan(wrong) & (frame["ground"] != "")] = INCOMPLETE
    return answer


def _missed_expr() -> Expr:
    """What is wrong and what is not recorded; else why there is no ground for a verdict."""
    wrong, unknown = this("wrong words"), this("unknown words")
    between = if_(F.AND(wrong.filled(), unknown.filled()), lit("; "))
    told = wrong & between & if_(unknown.filled(), lit(UNRECORDED) & unknown)
    late = if_(this("too late") > 0, lit(f"{TOO_LATE} "))
    begun = F.AND(F.ISNUMBER(this("detected s")), this("ground").filled())
    return F.TRIM(late & F.IF(begun, this("ground"), told))


def _missed(frame: Frame) -> Objects:
    answer = np.full(len(frame), "", dtype=object)
    for row in range(len(frame)):
        wrong, unknown = frame["wrong words"][row], frame["unknown words"][row]
        told = [wrong] if wrong else []
        told += [UNRECORDED + unknown] if unknown else []
        begun = not np.isnan(frame["detected s"][row])
        said = frame["ground"][row] if begun and frame["ground"][row] else "; ".join(told)
        answer[row] = f"{TOO_LATE} {said}".strip() if frame["too late"][row] > 0 else said
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
    in_time = (col(DRILLS.name, START), lit("<") & (this("Repeat by") + 1))
    again, soon = (_good(*later), _good(*later, *in_time))
    open_ = F.IF(this("Repeat by") + 1 <= names.AS_OF, OVERDUE, REPEAT_DUE)
    done = F.IF(soon > 0, REPEATED, F.IF(again > 0, REPEATED_LATE, open_))
    return if_(this("Repeat by").filled(), done)


def _good(*repeats: Any) -> Expr:
    """How many repetitions passed, conditionally or not."""
    result = col(DRILLS.name, "Result")
    return F.COUNTIFS(*repeats, result, PASS) + F.COUNTIFS(*repeats, result, CONDITIONAL)


def _repeat(frame: Frame) -> Objects:
    answer = np.full(len(frame), "", dtype=object)
    as_of = (frame.context.as_of - datetime(1970, 1, 1)).total_seconds() + EPOCH_S
    good = (frame["Result"] == PASS) | (frame["Result"] == CONDITIONAL)
    for row in np.flatnonzero(frame["Result"] == FAIL):
        same = (frame["Drill"] == frame["Drill"][row]) & (frame[START] > frame[START][row])
        last = (frame["Repeat by"][row] + 1) * 86400
        passed = frame[START][same & good]
        if len(passed):
            answer[row] = REPEATED if (passed < last).any() else REPEATED_LATE
        else:
            answer[row] = OVERDUE if as_of >= last else REPEAT_DUE
    return answer
