"""What outsiders are told of how an incident stands: never a verdict on the clocks.

Typed in *Public state*, else by this rule and no other: resolved once Resolved is stamped, else
monitoring once Mitigated is, else mitigating once Contained is, else investigating. *identified*
is only ever typed. Stamps from before a reopening count no more: a reopened incident starts over.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.formula import BLANK, Expr, F, if_, iferror, lit, name, place_among_texts, this
from xlmatrix.rules.frame import Floats, Frame, Objects
from xlmatrix.rules.incidents.steps import CONTAIN, MITIGATE, RESOLVE
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.kinds import NUMBER
from xlmatrix.tables.vocabulary import PUBLIC_STATES

STATES: Final = PUBLIC_STATES.words
#: Places from 1 in :data:`STATES`.
_INVESTIGATING, _IDENTIFIED, _MITIGATING, _MONITORING, _RESOLVED = range(1, len(STATES) + 1)
#: The stamp that makes each state, the last first.
_BY_STAMP: Final = ((RESOLVE, _RESOLVED), (MITIGATE, _MONITORING), (CONTAIN, _MITIGATING))
_LIST: Final = name(PUBLIC_STATES.list_name)

UNKNOWN: Final = "Public state is not in the list"
BEHIND: Final = "Public state says less than the stamps: empty it, or correct it"
UNSOLVED: Final = "Public state says resolved, and Resolved is not stamped"
FORMER: Final = "Public state says more than was stamped since the reopening"
#: What *Check* says where a typed state is not what the log says.
CONTRADICTIONS: Final = (UNKNOWN, BEHIND, UNSOLVED, FORMER)


def public_columns() -> list[Column]:
    """The state that was typed and the one by the stamps, as places; and what outsiders see."""
    by_stamps: Expr = lit(_INVESTIGATING)
    for step, place in reversed(_BY_STAMP):
        by_stamps = F.IF(this(f"{step.code} done s").filled(), place, by_stamps)
    said = this("Public state")
    typed = iferror(if_(said.empty(), BLANK, place_among_texts(said, _LIST)))
    shown = F.IF(this("public typed").filled(), this("public typed"), this("public stamped"))
    return [
        hidden_step("public typed", typed, _typed_twin, NUMBER),
        hidden_step(
            "public stamped", if_(this("opened s").empty(), BLANK, by_stamps), _stamped_twin, NUMBER
        ),
        INCIDENTS["Public now"].by(
            if_(this("public stamped").empty(), BLANK, F.INDEX(_LIST, shown)), _shown_twin
        ),
    ]


def _typed_twin(frame: Frame) -> Floats:
    places = {word: place for place, word in enumerate(STATES, start=1)}
    return np.array([float(places.get(text.casefold(), np.nan)) for text in frame["Public state"]])


def _stamped_twin(frame: Frame) -> Floats:
    answer = np.full(len(frame), float(_INVESTIGATING))
    for step, place in reversed(_BY_STAMP):
        answer[~np.isnan(frame[f"{step.code} done s"])] = place
    return np.where(np.isnan(frame["opened s"]), np.nan, answer)


def _shown_twin(frame: Frame) -> Objects:
    typed, stamped = frame["public typed"], frame["public stamped"]
    places = np.where(np.isnan(typed), stamped, typed)
    shown = ["" if np.isnan(place) else STATES[int(place) - 1] for place in places]
    return np.where(np.isnan(stamped), "", np.array(shown, dtype=object))


def contradictions() -> list[tuple[str, Expr]]:
    """What is odd about a typed public state, each with its condition."""
    typed, stamped = this("public typed"), this("public stamped")
    both = F.AND(typed.filled(), stamped.filled())
    strange = F.AND(F.NOT(F.ISBLANK(this("Public state"))), typed.empty())
    reopened = this("cycle since s") > this("opened s")
    more = F.AND(typed > stamped, typed > _IDENTIFIED)
    return [
        (UNKNOWN, strange),
        (BEHIND, if_(both, F.AND(typed < stamped), lit(False))),
        (UNSOLVED, if_(both, F.AND(F.NOT(reopened), typed.eq(_RESOLVED), more), lit(False))),
        (FORMER, if_(both, F.AND(reopened, more), lit(False))),
    ]


def contradictions_twin(frame: Frame) -> list[tuple[str, NDArray[np.bool_]]]:
    """The twin of :func:`contradictions`."""
    typed, stamped = frame["public typed"], frame["public stamped"]
    reopened = frame["cycle since s"] > frame["opened s"]
    more = (typed > stamped) & (typed > _IDENTIFIED)
    return [
        (UNKNOWN, frame.filled("Public state") & np.isnan(typed)),
        (BEHIND, typed < stamped),
        (UNSOLVED, ~reopened & (typed == _RESOLVED) & more),
        (FORMER, reopened & more),
    ]


def contradicted(check: str) -> bool:
    """Whether what *Check* says of an incident is about its public state."""
    return any(said in check for said in CONTRADICTIONS)
