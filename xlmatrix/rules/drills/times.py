"""The times of a drill: the clock of each, and whether it was met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from xlmatrix.formula import BLANK, Expr, F, col, if_, lit, this
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules import names
from xlmatrix.rules.clocks.clocks import Clock, clock_columns, policy_part
from xlmatrix.rules.drills.record import START
from xlmatrix.rules.frame import Floats, Frame, Objects, to_utc
from xlmatrix.rules.instants import is_stamp, seconds_of, utc_of, worked
from xlmatrix.rules.policy import calendar_number
from xlmatrix.tables.column import Column, computed, hidden_step
from xlmatrix.tables.drills import ACTION_DAYS, DECISION, DRILLS, FAR_DAYS, MEASURED
from xlmatrix.tables.kinds import NUMBER, STAMP, TEXT

MET: Final = "met"
MISSED: Final = "missed"
NOT_RECORDED: Final = "not recorded"
#: Stamps that are so much later than the start of their drill are slips of the year.
FAR_S: Final = FAR_DAYS * 86400
LAST: Final = "latest s"


@dataclass(frozen=True, slots=True)
class Time:
    """A time that a drill measures: policy code, short name, and the stamp that ends it."""

    code: str
    short: str
    stamp: str
    safety: bool = False

    @property
    def label(self) -> str:
        """What is done within it."""
        return MEASURED[self.short]


TIMES: Final = (
    Time("ack", "TTA", "Acknowledged"),
    Time("esc", "TTE", "Level 2 reached"),
    Time("cust1", "TTFC", "Customer draft"),
    Time("dec", "TTD", "Reporting decided"),
    Time("cont", "TTC", "Contained", safety=True),
)


_DECISION_PARTS: Final = {"S": "Seconds", "D": "Days", "C": "Calendar no."}


def _everywhere(code: str) -> Any:
    return lambda frame: [(code, np.ones(len(frame), dtype=np.bool_))]


def _decision_part(part: str) -> Expr:
    return F.INDEX(col(DECISION.name, _DECISION_PARTS[part]), this("policy row"))


def time_columns(time: Time) -> list[Column]:
    """The clock of one time, the minutes taken, whether it was met, and by how much it was not."""
    part = _decision_part if time.code == "dec" else policy_part(time.code)
    code = time.code
    clock = Clock(
        code,
        computed(f"{time.short} due", "formula.stamp", 16.5, STAMP, hidden=True),
        "detected s",
        part,
        worked(this("detected s"), part("C")),
        _everywhere(code),
    )
    taken = (this(f"{code} done s") - this("detected s")) / 60
    return [
        *clock_columns(clock),
        hidden_step(f"{code} done s", meant_expr(time.stamp), lambda f: meant(f, time.stamp)),
        DRILLS[time.short].by(
            if_(
                F.AND(F.ISNUMBER(this(f"{code} done s")), F.ISNUMBER(this("detected s"))),
                F.ROUND(taken, 2),
            ),
            lambda f: np.round((f[f"{code} done s"] - f["detected s"]) / 60, 2),
        ),
        hidden_step(f"{code} state", _state_expr(code), lambda f: _state(f, code), TEXT),
        hidden_step(
            f"{code} over",
            if_(
                this(f"{code} state").eq(MISSED),
                (this(f"{code} done s") - this("detected s"))
                / (this(f"{code} due s") - this("detected s"))
                - 1,
            ),
            lambda f: _over(f, code),
            NUMBER,
        ),
    ]


def meant_expr(header: str) -> Expr:
    """A stamp in UTC; empty text for one that cannot be meant.

    A drill that was played faster than life has stamps after the present, and a record may be
    newer than a frozen *As of*; but no drill lasts half a year.
    """
    at = utc_of(seconds_of(this(header)))
    return if_(is_stamp(this(header)), if_(at <= _latest(header), at))


def too_late_expr(header: str) -> Expr:
    """1 for a stamp that is too late to be meant, else 0."""
    late = utc_of(seconds_of(this(header))) > _latest(header)
    return F.IF(is_stamp(this(header)), F.IF(late, 1, 0), 0)


def _latest(header: str) -> Expr:
    return names.AS_OF_S + FAR_S if header == START else this(LAST)


def last_column() -> Column:
    """Hidden: until when stamps of a record can be meant."""
    since = F.IF(F.ISNUMBER(this("detected s")), this("detected s"), names.AS_OF_S)
    return hidden_step(LAST, since + FAR_S, _last)


def _last(frame: Frame) -> Floats:
    since = frame["detected s"]
    return np.where(np.isnan(since), frame.context.as_of_s, since) + FAR_S


def meant(frame: Frame, header: str) -> Floats:
    """The twin of :func:`meant_expr`."""
    at = to_utc(frame.context.zone, frame[header])
    last = frame.context.as_of_s + FAR_S if header == START else frame[LAST]
    return np.where(at <= last, at, np.nan)


def ended_expr() -> Expr:
    """Whether a drill is over, contained or not."""
    return F.OR(this("cont done s").filled(), this("ended s").filled())


def ended(frame: Frame) -> np.ndarray:
    """The twin of :func:`ended_expr`."""
    answer: np.ndarray = ~np.isnan(frame["cont done s"]) | ~np.isnan(frame["ended s"])
    return answer


def _state_expr(code: str) -> Expr:
    late = F.IF(this(f"{code} done s") > this(f"{code} due s"), MISSED, MET)
    recorded = if_(F.ISNUMBER(this(f"{code} done s")), late, if_(ended_expr(), NOT_RECORDED))
    return if_(F.ISNUMBER(this(f"{code} due s")), recorded)


def _state(frame: Frame, code: str) -> Objects:
    due, done = frame[f"{code} due s"], frame[f"{code} done s"]
    state = np.full(len(frame), "", dtype=object)
    live = np.isfinite(due)
    state[live & np.isnan(done) & ended(frame)] = NOT_RECORDED
    state[live & (done <= due)] = MET
    state[live & (done > due)] = MISSED
    return state


def _over(frame: Frame, code: str) -> Floats:
    missed = frame[f"{code} state"] == MISSED
    answer = np.full(len(frame), np.nan)
    start, due, done = (
        frame[header][missed] for header in ("detected s", f"{code} due s", f"{code} done s")
    )
    answer[missed] = (done - start) / (due - start) - 1
    return answer


def action_columns(spec: MatrixSpec) -> list[Column]:
    """Until when every action of the debrief needs an owner, and when the last one had one."""
    assert spec.drills is not None
    number = calendar_number(spec, spec.drills.calendar)
    parts: dict[str, Expr] = {
        "S": F.INDEX(names.CAL_DAY, number) * ACTION_DAYS, "D": BLANK, "C": lit(number),
    }  # fmt: skip
    clock = Clock(
        "act",
        DRILLS["Actions due"],
        "detected s",
        parts.__getitem__,
        worked(this("detected s"), lit(number)),
        _everywhere("act"),
    )
    done = hidden_step(
        "act done s", meant_expr("Actions owned"), lambda f: meant(f, "Actions owned")
    )
    return [*clock_columns(clock), done]
