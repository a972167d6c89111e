"""What an incident is spared: all of it, where it is not counted, or targets that nobody recorded.

A cancelled ticket, a duplicate or a test stays in the log and has neither clocks nor a place in any
figure, whatever else is typed in its row. Where nobody can tell when a target was met, that target
is named: it neither runs nor is judged, unless it has a stamp after all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.formula import BLANK, Expr, F, if_, lit, this
from xlmatrix.formula.errors import ERRORS
from xlmatrix.formula.guard import AS_TEXT, text_if_error
from xlmatrix.rules.frame import Floats, Frame, Objects
from xlmatrix.rules.incidents.steps import ALL_STEPS, RESPOND, REVIEW, Step
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.kinds import TEXT

Mask = NDArray[np.bool_]
_REASON: Final = INCIDENTS["Not counted"].id
_NAMED: Final = INCIDENTS["Not recorded"].id
#: The column that is 1 where an incident is not counted.
UNCOUNTED: Final = "uncounted"
_UNRECORDED: Final = "unrecorded"
#: By what a target may be named besides its label.
_ALSO: Final[Mapping[Step, str]] = {RESPOND: "respond", REVIEW: "review"}
#: What *Check* says of a word that names no target.
UNKNOWN_TARGET: Final = f"{INCIDENTS[_NAMED].header} names something that is no target"


def exempt_columns() -> list[Column]:
    """1 where the incident is not counted, and the targets not recorded, each between commas."""
    reason = F.TRIM(text_if_error(this(_REASON)))
    # Each name gets commas of its own, so that names side by side are found and taken out alike.
    named = F.TRIM(text_if_error(this(_NAMED)))
    names: Expr = F.LOWER(named)
    for old, new in ((" ,", ","), (", ", ","), (",", ",,")):
        names = F.SUBSTITUTE(names, old, new)
    return [
        hidden_step(UNCOUNTED, if_(reason.filled(), 1), _uncounted_twin),
        hidden_step(
            _UNRECORDED,
            if_(named.filled(), lit(",") & names & ","),
            _unrecorded_twin,
            TEXT,
        ),
    ]


def counted(expr: Expr) -> Expr:
    """A formula of the row; empty text where the incident is not counted."""
    return F.IF(this(UNCOUNTED).filled(), BLANK, expr)


def is_uncounted() -> Expr:
    """Whether the incident of the row is not counted."""
    return this(UNCOUNTED).filled()


def uncounted_rows(frame: Frame) -> Mask:
    """The twin of :func:`is_uncounted`."""
    found: Mask = ~np.isnan(frame[UNCOUNTED])
    return found


def is_unrecorded(step: Step) -> Expr:
    """Whether a target is named as not recorded, whatever its stamp says."""
    found = [F.ISNUMBER(F.FIND(f",{name},", this(_UNRECORDED))) for name in _names(step)]
    return F.OR(*found) if len(found) > 1 else found[0]


def unrecorded_rows(frame: Frame, step: Step) -> Mask:
    """The twin of :func:`is_unrecorded`."""
    wanted = [f",{name}," for name in _names(step)]
    told = frame[_UNRECORDED]
    return np.array([bool(text) and any(one in text for one in wanted) for text in told], bool)


def strangers() -> tuple[str, Expr]:
    """What *Check* says of names that are no target's, with its condition."""
    rest: Expr = this(_UNRECORDED)
    for name in _all_names():
        rest = F.SUBSTITUTE(rest, f",{name},", "")
    left = F.SUBSTITUTE(rest, ",", "").filled()
    return UNKNOWN_TARGET, if_(this(_UNRECORDED).filled(), left, lit(False))


def strangers_twin(frame: Frame) -> tuple[str, Mask]:
    """The twin of :func:`strangers`."""
    known = {*_all_names(), ""}
    odd = [not known.issuperset(text.split(",")) for text in frame[_UNRECORDED]]
    return UNKNOWN_TARGET, np.array(odd, dtype=np.bool_)


def _names(step: Step) -> list[str]:
    return [step.label.lower(), *([_ALSO[step]] if step in _ALSO else [])]


def _all_names() -> Iterator[str]:
    for step in ALL_STEPS:
        yield from _names(step)


def _uncounted_twin(frame: Frame) -> Floats:
    filled = [bool(text.strip(" ")) for text in frame.log.texts[_REASON]]
    return np.where(np.array(filled, dtype=np.bool_), 1.0, np.nan)


def _unrecorded_twin(frame: Frame) -> Objects:
    told = []
    for text in frame.log.texts[_NAMED]:
        said = AS_TEXT if text in ERRORS else text.lower()
        names = (" ".join(filter(None, one.split(" "))) for one in said.split(","))
        told.append("".join(f",{name}," for name in names) if text.strip(" ") else "")
    return np.array(told, dtype=object)
