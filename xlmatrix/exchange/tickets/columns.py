"""Columns of tickets as arrays; one that holds the same in all rows takes no memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlmatrix.exchange.late import pandas
from xlmatrix.exchange.tickets.instants import Texts


def absent(height: int, value: Any) -> NDArray[Any]:
    """A column that holds one value; it cannot be written to, see :func:`writable`."""
    dtype = object if isinstance(value, str) else value.dtype
    return np.broadcast_to(np.array([value], dtype=dtype), (height,))


def of_texts(texts: Sequence[str] | Texts) -> Texts:
    """A column of texts."""
    return np.asarray(texts, dtype=object) if len(texts) else np.zeros(0, dtype=object)


def is_absent(column: NDArray[Any]) -> bool:
    """Whether a column is one of :func:`absent`."""
    return column.strides == (0,) and not column.flags.writeable


def writable(column: NDArray[Any]) -> NDArray[Any]:
    """The column itself, or a copy of one that cannot be written to."""
    return column if column.flags.writeable else column.copy()


def one_below_another(columns: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Columns of the same field joined."""
    if all(map(is_absent, columns)) and len({column[:1].tobytes() for column in columns}) == 1:
        return np.broadcast_to(columns[0][:1], (sum(map(len, columns)),))
    return np.concatenate(columns)


def taken(column: NDArray[Any], rows: NDArray[np.intp]) -> NDArray[Any]:
    """Some rows of a column."""
    if is_absent(column):
        return np.broadcast_to(column[:1], (len(rows),)) if len(rows) else column[:0]
    return column[rows]


def first_that_says(first: Texts, other: Texts) -> Texts:
    """The first of two texts in each row, or the other where it is empty."""
    for column, instead in ((first, other), (other, first)):
        if is_absent(column) and not any(column[:1]):
            return instead
    return np.where(first != "", first, other)


def numbered(*columns: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """A number for each row, the same for rows that hold the same; and the first row of each."""
    pd = pandas()
    height = len(columns[0])
    numbers = np.zeros(height, dtype=np.intp)
    for column in columns:
        if not is_absent(column):
            codes, words = pd.factorize(column)
            numbers = pd.factorize(numbers * max(len(words), 1) + codes)[0]
    # Numbers rise as they come, so each first row raises the highest so far.
    highest = np.maximum.accumulate(numbers)
    return numbers, np.flatnonzero(np.diff(highest, prepend=-1))
