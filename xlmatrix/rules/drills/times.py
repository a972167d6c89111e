"""The times of a drill: the clock of each, leg by leg, and whether it was met.

A leg is the stretch in which one severity is in force. In each the clock runs anew on that
severity's target; what is done later than its limit, or than the end of the leg where that comes
first, is missed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np

from xlmatrix.formula import BLANK, Expr, F, col, if_, lit, this
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules import names
from xlmatrix.rules.clocks.clocks import Clock, Mask, clock_columns, policy_part
from xlmatrix.rules.drills.record import at
from xlmatrix.rules.drills.session import AGAIN
from xlmatrix.rules.drills.story import MOST_TURNS, ROWS
from xlmatrix.rules.frame import Floats, Frame, Objects
from xlmatrix.rules.instants import worked
from xlmatrix.rules.policy import calendar_number
from xlmatrix.tables.column import Column, computed, hidden_step
from xlmatrix.tables.drills import ACTION_DAYS, DECISION, DRILLS, MEASURED
from xlmatrix.tables.kinds import NUMBER, STAMP, TEXT

MET: Final = "met"
MISSED: Final = "missed"
NOT_RECORDED: Final = "not recorded"
#: The legs of a drill, by number; the last has no end.
LEGS: Final = tuple(range(MOST_TURNS + 1))
DAY_S: Final = 86_400


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

    def leg(self, number: int) -> str:
        """The code of its clock in a leg."""
        return f"{self.code}{number + 1}"

    def stop(self, number: int) -> str:
        """The column of the instant that stops its clock in a leg."""
        return f"{self.leg(number)} stop s" if self.safety else f"{self.code} done s"


TIMES: Final = (
    Time("ack", "TTA", "Acknowledged"),
    Time("esc", "TTE", "Level 2 reached"),
    Time("cust1", "TTFC", "Customer draft"),
    Time("dec", "TTD", "Reporting decided"),
    Time("cont", "TTC", "Contained", safety=True),
)
CONTAIN: Final = TIMES[-1]
_ESCALATE, _ACKNOWLEDGE = TIMES[1], TIMES[0]
_DECISION_PARTS: Final = {"S": "Seconds", "D": "Days", "C": "Calendar no."}


def time_columns(time: Time) -> list[Column]:
    """The clocks of one time, when it was done, the minutes taken, and whether it was met."""
    code = time.code
    return [
        *(column for number in LEGS for column in _leg(time, number)),
        hidden_step(f"{code} done s", _done_expr(time), lambda f: _done(f, time)),
        *(_stops() if time.safety else ()),
        hidden_step(f"{code} end s", _end_expr(time), lambda f: _end(f, time)),
        DRILLS[time.short].by(_minutes_expr(time), lambda f: _minutes(f, time)),
        *_lates_columns(time),
        hidden_step(f"{code} state", _state_expr(time), lambda f: _state(f, time), TEXT),
        hidden_step(f"{code} over", _over_expr(time), lambda f: _over(f, time), NUMBER),
    ]


def _everywhere(code: str) -> Any:
    return lambda frame: [(code, np.ones(len(frame), dtype=np.bool_))]


def _leg(time: Time, number: int) -> list[Column]:
    """When a leg's clock begins and is due; blank where there is no such leg."""
    row, leg = ROWS[number], time.leg(number)
    begins = f"{leg} s"

    def decision(part: str) -> Expr:
        return F.INDEX(col(DECISION.name, _DECISION_PARTS[part]), this(row))

    part = decision if time.code == "dec" else policy_part(time.code, row)
    clock = Clock(
        leg,
        computed(f"{leg} due", "formula.stamp", 16.5, STAMP, hidden=True),
        begins,
        part,
        worked(this(begins), part("C")),
        _everywhere(time.code),
        row=row,
    )
    return [
        hidden_step(begins, _begin_expr(time, number), lambda f: _begin(f, time, number)),
        *clock_columns(clock)[:2],
    ]


def _begin_expr(time: Time, number: int) -> Expr:
    """The later of the turn and the clock's own beginning, if that lies before the next turn."""
    own = this(f"{time.code} begins s")
    begin = own if number == 0 else F.MAX(own, this(_turn(number)))
    here = F.ISNUMBER(own) if number == 0 else F.AND(*map(F.ISNUMBER, (own, this(_turn(number)))))
    if number == LEGS[-1]:
        return if_(here, begin)
    ends = this(_turn(number + 1))
    return if_(here, F.IF(F.ISNUMBER(ends), if_(begin < ends, begin), begin))


def _turn(number: int) -> str:
    return f"turn {number} s"


def _begin(frame: Frame, time: Time, number: int) -> Floats:
    begin: Floats = frame[f"{time.code} begins s"]
    if number:
        begin = np.maximum(begin, frame[_turn(number)])
    if number == LEGS[-1]:
        return begin
    return np.where(begin >= frame[_turn(number + 1)], np.nan, begin)


def _done_expr(time: Time) -> Expr:
    """The stamp that ends a clock, unless it came before the inject that begins it."""
    stamp = this(at(time.stamp))
    return if_(F.ISNUMBER(stamp), if_(stamp >= this(f"{time.code} begins s"), stamp))


def _done(frame: Frame, time: Time) -> Floats:
    stamp = frame[at(time.stamp)]
    return np.where(stamp >= frame[f"{time.code} begins s"], stamp, np.nan)


def _stops() -> list[Column]:
    """What stops containment's clock in each leg: a worse severity opens it again."""
    time = CONTAIN
    columns: list[Column] = []
    for number in LEGS:
        opened, stopped = partial(_reopened, number=number), partial(_stop, number=number)
        columns += [
            hidden_step(f"open again {number}", _reopened_expr(number), opened, NUMBER),
            hidden_step(time.stop(number), _stop_expr(number), stopped),
        ]
    return columns


def _reopened_expr(number: int) -> Expr:
    """1 in a leg whose containment is the second one."""
    early = this(at(CONTAIN.stamp))
    if number == 0:
        # Contained before the inject that starts the clock: contained again counts.
        return F.IF(F.ISNUMBER(early), F.IF(early < this("cont begins s"), 1, 0), 0)
    turned, done = this(_turn(number)), this("cont done s")
    worse = this(ROWS[number]) < this(ROWS[number - 1])
    here = F.AND(F.ISNUMBER(turned), F.ISNUMBER(done), worse, done < turned)
    return F.MAX(this(f"open again {number - 1}"), F.IF(here, 1, 0))


def _reopened(frame: Frame, number: int) -> Floats:
    if number == 0:
        early = frame[at(CONTAIN.stamp)] < frame["cont begins s"]
        return np.asarray(early, dtype=np.float64)
    worse = frame[ROWS[number]] < frame[ROWS[number - 1]]
    here = worse & (frame["cont done s"] < frame[_turn(number)])
    before = frame[f"open again {number - 1}"]
    return np.asarray(np.maximum(before, here), dtype=np.float64)


def _stop_expr(number: int) -> Expr:
    again, begins = this(at(AGAIN)), this(f"{CONTAIN.leg(number)} s")
    second = if_(F.AND(F.ISNUMBER(again), F.ISNUMBER(begins)), if_(again >= begins, again))
    return F.IF(this(f"open again {number}").eq(1), second, this("cont done s"))


def _stop(frame: Frame, number: int) -> Floats:
    again, begins = frame[at(AGAIN)], frame[f"{CONTAIN.leg(number)} s"]
    second = np.where(again >= begins, again, np.nan)
    first: Floats = frame["cont done s"]
    return np.where(frame[f"open again {number}"] == 1, second, first)


def _end_expr(time: Time) -> Expr:
    """When a time was done for good: in the last leg there is."""
    if not time.safety:
        return this(f"{time.code} done s")
    end: Expr = this(time.stop(0))
    for number in LEGS[1:]:
        end = F.IF(F.ISNUMBER(this(f"{time.leg(number)} s")), this(time.stop(number)), end)
    return end


def _end(frame: Frame, time: Time) -> Floats:
    if not time.safety:
        done: Floats = frame[f"{time.code} done s"]
        return done
    end: Floats = frame[time.stop(0)]
    for number in LEGS[1:]:
        end = np.where(np.isnan(frame[f"{time.leg(number)} s"]), end, frame[time.stop(number)])
    return end


def _minutes_expr(time: Time) -> Expr:
    """Minutes since the beginning of the leg in which it was done."""
    end = this(f"{time.code} end s")
    begin: Expr = this(f"{time.code} begins s")
    for number in LEGS:
        start = this(f"{time.leg(number)} s")
        begin = F.IF(F.ISNUMBER(start), F.IF(start <= end, start, begin), begin)
    both = F.AND(F.ISNUMBER(end), F.ISNUMBER(this(f"{time.code} begins s")))
    return if_(both, F.ROUND((end - begin) / 60, 2))


def _minutes(frame: Frame, time: Time) -> Floats:
    end, begin = frame[f"{time.code} end s"], frame[f"{time.code} begins s"]
    for number in LEGS:
        start = frame[f"{time.leg(number)} s"]
        begin = np.where(start <= end, start, begin)
    return np.asarray(np.round((end - begin) / 60, 2), dtype=np.float64)


def _stopped(time: Time, number: int) -> Expr:
    """When a leg's clock stopped; a drill that ended without containment stopped it too."""
    stop = this(time.stop(number))
    return F.IF(F.ISNUMBER(stop), stop, this("ended s")) if time.safety else stop


def _closed(number: int, due: Expr) -> Expr:
    """Whether a turn ended the leg before its clock was due."""
    ends = this(_turn(number + 1))
    return F.IF(F.ISNUMBER(ends), due >= ends, lit(False))


def _spared(time: Time, number: int, due: Expr) -> Expr:
    """Whether a turn ended the leg, and somebody had acknowledged when level 2 was due."""
    acknowledged = this(f"{_ACKNOWLEDGE.code} done s")
    early = F.IF(F.ISNUMBER(acknowledged), acknowledged <= due, lit(False))
    return F.IF(F.ISNUMBER(this(_turn(number + 1))), early, lit(False))


def _excused(time: Time, number: int) -> Expr | None:
    """Why a due time of a leg is nobody's; None in the last leg, which no turn ends."""
    if number == LEGS[-1]:
        return None
    due = this(f"{time.leg(number)} due s")
    closed = _closed(number, due)
    return F.OR(closed, _spared(time, number, due)) if time == _ESCALATE else closed


def _excused_twin(frame: Frame, time: Time, number: int) -> Mask:
    due = frame[f"{time.leg(number)} due s"]
    if number == LEGS[-1]:
        return np.zeros(len(frame), dtype=np.bool_)
    ends = frame[_turn(number + 1)]
    excused: Mask = due >= ends
    if time == _ESCALATE:
        excused |= ~np.isnan(ends) & (frame[f"{_ACKNOWLEDGE.code} done s"] <= due)
    return excused


def _late_expr(time: Time, number: int) -> Expr:
    """By which share of its time a leg's clock was overrun; blank where it was not."""
    begin, due = this(f"{time.leg(number)} s"), this(f"{time.leg(number)} due s")
    stop, excused = _stopped(time, number), _excused(time, number)
    share = (stop - begin) / (due - begin) - 1
    late = if_(F.AND(stop >= begin, stop > due), share)
    if excused is not None:
        late = F.IF(excused, BLANK, late)
    return if_(F.ISNUMBER(due), if_(F.ISNUMBER(stop), late))


def _late(frame: Frame, time: Time, number: int) -> Floats:
    begin, due = frame[f"{time.leg(number)} s"], frame[f"{time.leg(number)} due s"]
    due = np.where(np.isfinite(due), due, np.nan)
    stop = frame[time.stop(number)]
    if time.safety:
        stop = np.where(np.isnan(stop), frame["ended s"], stop)
    late = (stop >= begin) & (stop > due) & ~_excused_twin(frame, time, number)
    return np.where(late, (stop - begin) / (due - begin) - 1, np.nan)


def _lates_columns(time: Time) -> list[Column]:
    return [
        hidden_step(
            f"{time.leg(number)} over",
            _late_expr(time, number),
            partial(_late, time=time, number=number),
            NUMBER,
        )
        for number in LEGS
    ]


def _state_expr(time: Time) -> Expr:
    lates = [this(f"{time.leg(number)} over") for number in LEGS]
    end = this(f"{time.code} end s")
    met: Expr = lit(False)
    asked: Expr = lit(False)
    for number in reversed(LEGS):
        due, begin = this(f"{time.leg(number)} due s"), this(f"{time.leg(number)} s")
        excused = _excused(time, number)
        met = F.IF(F.ISNUMBER(due), F.IF(begin <= end, lit(True), met), met)
        asks = lit(True) if excused is None else F.IF(excused, asked, lit(True))
        asked = F.IF(F.ISNUMBER(due), asks, asked)
    done = if_(F.ISNUMBER(end), if_(met, MET), if_(asked, NOT_RECORDED))
    return F.IF(F.COUNT(*lates) > 0, MISSED, done)


def _state(frame: Frame, time: Time) -> Objects:
    state = np.full(len(frame), "", dtype=object)
    end = frame[f"{time.code} end s"]
    for number in LEGS:
        due, begin = frame[f"{time.leg(number)} due s"], frame[f"{time.leg(number)} s"]
        state[np.isfinite(due) & (begin <= end)] = MET
        asks = np.isfinite(due) & np.isnan(end) & ~_excused_twin(frame, time, number)
        state[asks] = NOT_RECORDED
    for number in LEGS:
        state[~np.isnan(frame[f"{time.leg(number)} over"])] = MISSED
    return state


def _over_expr(time: Time) -> Expr:
    """The share of the one leg that was overrun; blank for none, and for several."""
    lates = [this(f"{time.leg(number)} over") for number in LEGS]
    return if_(F.COUNT(*lates).eq(1), F.SUM(*lates))


def _over(frame: Frame, time: Time) -> Floats:
    lates = np.array([frame[f"{time.leg(number)} over"] for number in LEGS])
    one = (~np.isnan(lates)).sum(axis=0) == 1
    return np.where(one, np.nansum(lates, axis=0), np.nan)


def over_expr() -> Expr:
    """Whether a drill is over: contained for good, ended, or a day old."""
    old = this("detected s") + DAY_S <= names.AS_OF_S
    done = F.OR(F.ISNUMBER(this(f"{CONTAIN.code} end s")), F.ISNUMBER(this("ended s")))
    return if_(F.ISNUMBER(this("detected s")), F.OR(done, old), lit(False))


def over(frame: Frame) -> Mask:
    """The twin of :func:`over_expr`."""
    begun, old = frame["detected s"], frame.context.as_of_s >= frame["detected s"] + DAY_S
    done = ~np.isnan(frame[f"{CONTAIN.code} end s"]) | ~np.isnan(frame["ended s"])
    answer: Mask = ~np.isnan(begun) & (done | old)
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
        row=ROWS[0],
    )
    return clock_columns(clock)
