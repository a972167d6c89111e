"""What else a drill is judged by, beside its clocks: each is right, wrong, or not recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from xlmatrix.formula import Expr, F, if_, lit, name, place_among_texts, this
from xlmatrix.rules import names
from xlmatrix.rules.clocks.clocks import Mask
from xlmatrix.rules.drills.record import STAMPS, START, at
from xlmatrix.rules.drills.story import STOP, stories
from xlmatrix.rules.frame import Floats, Frame
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.drills import DRILLS, STOPPED
from xlmatrix.tables.kinds import NUMBER
from xlmatrix.tables.vocabulary import NO, YES

REACH: Final = 0.9
KILL_SWITCH_MIN: Final = 5
#: How many were called, and how many answered.
CONTACTS: Final = ("Contacts tried", "Contacts answered")
#: The drill's seats, counted on Drill seats by the place of the drill in the plan.
SEATED: Final = "Drill_Seated"
_KILL: Final = "Kill switch found (min)"


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is said where it is wrong, where nobody knows and where it is right; when each holds."""

    wrong_words: str
    unknown_words: str
    right_words: str
    wrong: Expr
    unknown: Expr


@dataclass(frozen=True, slots=True)
class Judged:
    """The rows in which a criterion is wrong, nobody knows, or nothing is to be said (yet)."""

    wrong: Mask
    unknown: Mask
    early: Mask | None = None

    @property
    def right(self) -> Mask:
        """The rows in which it is known to be right."""
        answer: Mask = ~self.wrong & ~self.unknown
        return answer if self.early is None else answer & ~self.early


def _yes(header: str, wrong: str, unknown: str, right: str) -> Criterion:
    cell = this(header)
    said = F.OR(cell.eq(YES), cell.eq(NO))
    return Criterion(wrong, unknown, right, cell.eq(NO), F.NOT(said))


def _stopped() -> Criterion:
    """Whether the agent was stopped in time, where the scenario says within how long."""
    limit, stopped = this(STOP), this(STOPPED)
    asked = F.ISNUMBER(limit)
    timed = F.IF(F.ISNUMBER(stopped), stopped >= 0, lit(False))
    late = F.IF(F.AND(asked, timed), stopped > limit, lit(False))
    return Criterion(
        "agent not stopped in time", "when the agent stopped", "agent stopped in time",
        late, F.AND(asked, F.NOT(timed)),
    )  # fmt: skip


def _stopped_twin(frame: Frame) -> Judged:
    limit, stopped = frame[STOP], frame[STOPPED]
    unasked, timed = np.isnan(limit), stopped >= 0
    return Judged(timed & (stopped > limit), ~unasked & ~timed, unasked)


def criteria() -> list[Criterion]:
    """Every criterion, in the order in which they are told."""
    reach, kill = this("Reach"), this(_KILL)
    called, due, owned = this("Severity called"), this("act due s"), this(at("Actions owned"))
    known = F.ISNUMBER(place_among_texts(F.T(called), names.POL_SEVERITY))
    found = F.IF(F.ISNUMBER(kill), kill >= 0, lit(False))
    passed = F.IF(F.ISNUMBER(due), due < names.AS_OF_S, lit(False))
    late = F.IF(F.AND(F.ISNUMBER(due), F.ISNUMBER(owned)), owned > due, lit(False))
    return [
        Criterion(
            "reach below 90 %", "reach", "at least 90 % reached",
            F.IF(F.ISNUMBER(reach), reach < REACH, lit(False)), F.NOT(F.ISNUMBER(reach)),
        ),
        _yes("Backup played", "no backup played", "backup", "a backup played"),
        Criterion(
            "severity called wrong", "severity called", "severity called right",
            F.IF(known, called.ne(this("Expected")), lit(False)), F.NOT(known),
        ),
        Criterion(
            "kill switch not found in 5 min", "kill switch", "kill switch found in 5 min",
            F.IF(found, kill > KILL_SWITCH_MIN, lit(False)), F.NOT(found),
        ),
        _stopped(),
        _yes("Evidence complete", "evidence incomplete", "evidence", "evidence complete"),
        _yes("One timeline", "more than one timeline", "timeline", "one timeline"),
        Criterion(
            "actions without owner", "the actions' owners", "every action had an owner in time",
            late, F.IF(F.ISNUMBER(owned), lit(False), passed),
        ),
    ]  # fmt: skip


def criteria_twin(frame: Frame) -> list[Judged]:
    """The twin of :func:`criteria`."""

    def answer(header: str) -> Judged:
        said = [text.casefold() for text in frame[header]]
        wrong = np.array([text == NO for text in said], dtype=np.bool_)
        unknown = np.array([text not in (YES, NO) for text in said], dtype=np.bool_)
        return Judged(wrong, unknown)

    reach, kill = frame["Reach"], frame[_KILL]
    policy = frame.context.policy
    known = np.array([policy.row(text) is not None for text in frame["Severity called"]])
    called = zip(frame["Severity called"], frame["Expected"], strict=True)
    other = np.array([a.casefold() != b.casefold() for a, b in called], dtype=np.bool_)
    due, owned = frame["act due s"], frame[at("Actions owned")]
    due = np.where(np.isfinite(due), due, np.nan)
    found = kill >= 0
    return [
        Judged(reach < REACH, np.isnan(reach)),
        answer("Backup played"),
        Judged(known & other, ~known),
        Judged(found & (kill > KILL_SWITCH_MIN), ~found),
        _stopped_twin(frame),
        answer("Evidence complete"),
        answer("One timeline"),
        Judged(owned > due, np.isnan(owned) & (due < frame.context.as_of_s), np.isnan(owned)),
    ]


def seats_column() -> Column:
    """How many seats the drill has."""
    place = F.IFERROR(F.INDEX(name(SEATED), this("plan row")), 0)
    expr = if_(F.ISNUMBER(this("plan row")), place)
    return DRILLS["Seats"].by(expr, _seats)


def _seats(frame: Frame) -> Floats:
    return np.array([np.nan if s.seats is None else s.seats for s in stories(frame)], dtype=float)


def reach_column() -> Column:
    """Contacts that answered, of those tried or of the seats, whichever is more."""
    tried, answered = (this(header) for header in CONTACTS)
    both = F.AND(F.ISNUMBER(tried), F.ISNUMBER(answered))
    sound = F.AND(tried > 0, answered >= 0, answered <= tried)
    share = answered / F.MAX(tried, F.N(this("Seats")))
    return DRILLS["Reach"].by(if_(both, if_(sound, share)), _reach)


def _reach(frame: Frame) -> Floats:
    tried, answered = (frame[header] for header in CONTACTS)
    seats = np.nan_to_num(frame["Seats"])
    sound = (tried > 0) & (answered >= 0) & (answered <= tried)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = answered / np.maximum(tried, seats)
    return np.where(sound, share, np.nan)


def order_column() -> Column:
    """How many stamps of a record lie before its start or after its end."""
    return hidden_step("out of order", _order_expr(), _order, NUMBER)


def _ordered() -> Sequence[str]:
    return [header for header in STAMPS if header not in (START, "Actions owned")]


def _order_expr() -> Expr:
    total: Expr = lit(0)
    began, ended = this("detected s"), this("ended s")
    for header in _ordered():
        stamp = this(at(header))
        early = F.IF(F.ISNUMBER(began), F.IF(stamp < began, 1, 0), 0)
        late = F.IF(F.ISNUMBER(ended), F.IF(stamp > ended, 1, 0), 0)
        total = total + F.IF(F.ISNUMBER(stamp), F.MAX(early, late), 0)
    return total


def _order(frame: Frame) -> Floats:
    wrong = [
        (stamp < frame["detected s"]) | (stamp > frame["ended s"])
        for stamp in (frame[at(header)] for header in _ordered())
    ]
    return np.asarray(np.sum(wrong, axis=0), dtype=np.float64)
