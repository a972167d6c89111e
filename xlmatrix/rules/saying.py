"""What is odd about a row, in one text: as a formula and as its twin."""

from __future__ import annotations

from functools import reduce
from operator import and_

import numpy as np
from numpy.typing import NDArray

from xlmatrix.formula import Expr, if_, lit


def said(parts: list[tuple[str, Expr]]) -> Expr:
    """What is said of each condition that holds, one after the other; a blank ends it."""
    return reduce(and_, (if_(when, lit(f"{says}. ")) for says, when in parts))


def said_twin(parts: list[tuple[str, NDArray[np.bool_]]], height: int) -> list[str]:
    """The twin of :func:`said`, without the blank at the end."""
    answer = [""] * height
    for says, mask in parts:
        for row in np.flatnonzero(mask):
            answer[row] = f"{answer[row]} {says}.".strip()
    return answer
