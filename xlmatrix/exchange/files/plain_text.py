"""Blocks of plain CSV text, parsed by pandas: without quotes a row is a line.

The texts of a column come into being where somebody asks for them, those of unread columns never.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.exchange.late import pandas

if TYPE_CHECKING:
    import pandas as pd

#: A longer field is none, as :mod:`csv` has it.
_MOST_IN_FIELD: Final = 128 * 1024
_LOOKED_AT: Final = 1_000


class TextColumn(Sequence[str]):
    """A column of texts."""

    __slots__ = ("_cells", "_series")

    def __init__(self, series: pd.Series[Any]) -> None:
        self._series = series
        self._cells: list[str] | None = None

    @property
    def cells(self) -> list[str]:
        """The texts."""
        if self._cells is None:
            self._cells = self._series.tolist()
        return self._cells

    def __len__(self) -> int:
        return len(self._series)

    def __iter__(self) -> Iterator[str]:
        return iter(self.cells)

    def __getitem__(self, row: Any) -> Any:
        return self.cells[row]

    def few(self) -> tuple[NDArray[np.intp], list[str]] | None:
        """Of each row the number of its text, and the texts; None where most have their own."""
        if len(set(self._series.iloc[:_LOOKED_AT].tolist())) > _LOOKED_AT // 2:
            return None
        codes, texts = pandas().factorize(self._series)
        return (codes, texts.tolist()) if len(texts) <= len(codes) // 2 else None

    def signs(self, lengths: Sequence[int]) -> NDArray[np.bytes_] | None:
        """The texts as bytes, where all but the empty ones have one of these lengths."""
        arrow = getattr(self._series.array, "__arrow_array__", None)
        if arrow is None:
            return None
        try:
            held = arrow()
        except ImportError:
            # Where pyarrow is not installed pandas holds texts of Python's.
            return None
        held = held.combine_chunks() if hasattr(held, "combine_chunks") else held
        _, offsets, data = held.buffers()
        if str(held.type) != "large_string" or data is None:
            return None
        begins = np.frombuffer(offsets, np.int64)[held.offset : held.offset + len(held) + 1]
        size = np.diff(begins)
        filled = size > 0
        (*some,) = np.unique(size[filled])
        if len(some) != 1 or some[0] not in lengths:
            return None
        answer = np.zeros(len(held), dtype=f"S{some[0]}")
        count = int(filled.sum())
        answer[filled] = np.frombuffer(data, answer.dtype, count, int(begins[0]))
        return answer


def columns_of(block: bytes, delimiter: str, width: int, encoding: str) -> list[TextColumn] | None:
    """The columns of some whole lines; None where not all of them are plain."""
    if b'"' in block or (b"\r" in block and block.count(b"\r") != block.count(b"\r\n")):
        return None
    # A line that is longer than a field may be spans one of these stretches.
    half = _MOST_IN_FIELD // 2
    stretches = range(0, len(block) - half + 1, half)
    if any(block.find(b"\n", start, start + half) < 0 for start in stretches):
        return None
    # A first row of letters keeps every column a text.
    first = delimiter.join("x" * width) + "\n"
    pd = pandas()
    try:
        found = pd.read_csv(
            BytesIO(first.encode() + block),
            sep=delimiter,
            header=None,
            na_filter=False,
            skip_blank_lines=False,
            quoting=3,
            encoding=encoding,
            low_memory=False,
        )
    except ValueError:
        return None
    if len(found) != block.count(b"\n") + 1 or found.shape[1] != width:
        return None
    return [TextColumn(found[at].iloc[1:]) for at in range(width)]
