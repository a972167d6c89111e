"""What the cells of computed columns hold, as Python computes it from a frame of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np

from xlmatrix.rules.frame import Frame, shown_cells
from xlmatrix.tables.column import Column
from xlmatrix.tables.kinds import STAMP

#: Stands in a cell whose clock stands still.
_PAUSED: Final = "Paused"


def twins_of(columns: Iterable[Column]) -> dict[str, Callable[[Frame], Any]]:
    """The twins of computed columns by id, as a frame takes them."""
    return {column.id: column.twin for column in columns if column.twin is not None}


def value_at(column: Column, frame: Frame, row: int) -> Any:
    """The cached value of one row of a computed column, as :func:`values_of` gives it."""
    if column.marked is not None and column.marked(frame)[row]:
        return _PAUSED
    found = frame[column.id]
    if found.dtype == object:
        return found[row]
    one = found[row : row + 1].astype(np.float64)
    return shown_cells(one, per_day=column.kind is STAMP)[0]


def values_of(column: Column, frame: Frame) -> list[Any]:
    """The cached values of all rows of a computed column.

    Numbers are shown as they are, those of a stamp as serial numbers; NaN is an empty text.
    """
    found = frame[column.id]
    if found.dtype == object:
        shown = list(found)
    else:
        shown = shown_cells(found.astype(np.float64), per_day=column.kind is STAMP)
    if column.marked is not None:
        for row in np.flatnonzero(column.marked(frame)):
            shown[row] = _PAUSED
    return shown
