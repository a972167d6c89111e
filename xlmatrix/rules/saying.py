"""What is odd about a row, in one text: as a formula and as its twin."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.formula import Expr, if_, lit

#: Said of a row in which something is typed and of which no formula takes notice.
IDLE: Final = "The row has no effect"


def said(parts: list[tuple[str, Expr]]) -> Expr:
    """What is said of each condition that holds, one after the other; a blank ends it."""
    return reduce(and_, (if_(when, lit(f"{says}. ")) for says, when in parts))


def later_than_as_of(header: str) -> str:
    """What is said of a stamp that is yet to come."""
    return f"{header} is later than As of: no effect yet"


def after_calendars(header: str) -> str:
    """What is said of a stamp in a year for which there are no working hours."""
    return f"{header} is after the calendars end"


def said_twin(parts: list[tuple[str, NDArray[np.bool_]]], height: int) -> list[str]:
    """The twin of :func:`said`, without the blank at the end."""
    answer = [""] * height
    for says, mask in parts:
        for row in np.flatnonzero(mask):
            answer[row] = f"{answer[row]} {says}.".strip()
    return answer
