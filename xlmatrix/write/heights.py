"""Row heights where no program fits them by itself: merged cells are left out of that."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from typing import Final

from xlmatrix.sheets.plan import Cell, Formula, SheetPlan
from xlmatrix.style import Look, look
from xlmatrix.write.areas import bounds
from xlmatrix.write.styles import DEFAULT_POINTS

DEFAULT_WIDTH: Final = 8.43
DEFAULT_HEIGHT: Final = 15.0
MAX_HEIGHT: Final = 409.0
_LEADING: Final = 1.28
_PADDING: Final = 3.0
# Words do not break, so lines end early; bold letters are wider.
_FILLED: Final = 0.97
_BOLD: Final = 0.92


def fit(plan: SheetPlan) -> dict[int, float]:
    """Heights in points by row: those of the plan, and those that merged cells need.

    Every other row is left to the program that opens the file: it fits wrapped text by itself,
    with its own fonts, better than an estimate.
    """
    widths = column_widths(plan)
    answer: dict[int, float] = {}
    merged: set[tuple[int, int]] = set()
    for area in plan.merges:
        left, top, right, bottom = bounds(area)
        merged.update((y, x) for y in range(top, bottom + 1) for x in range(left, right + 1))
        cell = plan.cells.get((top, left))
        if cell is None:
            continue
        width = sum(widths.get(column, DEFAULT_WIDTH) for column in range(left, right + 1))
        each = needed(cell, width) / (bottom - top + 1)
        for row in range(top, bottom + 1):
            if each > DEFAULT_HEIGHT:
                answer[row] = max(answer.get(row, 0.0), each)
    for (row, column), cell in plan.cells.items():
        if row in answer and (row, column) not in merged:
            own = needed(cell, widths.get(column, DEFAULT_WIDTH))
            answer[row] = max(answer[row], own)
    return {
        row: min(MAX_HEIGHT, round(points * 4) / 4)
        for row, points in (answer | dict(plan.heights)).items()
    }


def column_widths(plan: SheetPlan) -> Mapping[int, float]:
    """Widths in characters by column: the plan's own, else those of table columns."""
    widths = dict(plan.widths)
    for table in plan.tables:
        for offset, column in enumerate(table.columns):
            widths.setdefault(table.column + offset, column.width)
    return widths


def needed(cell: Cell, width: float) -> float:
    """The height in points that a cell's text takes in a column of ``width`` characters."""
    wish = look(cell.role)
    value = cell.value.value if isinstance(cell.value, Formula) else cell.value
    lines = _lines(value, width, wish) if isinstance(value, str) and wish.wrap else 1
    return lines * wish.size * _LEADING + _PADDING


def _lines(text: str, width: float, wish: Look) -> int:
    room = (width - wish.indent) * DEFAULT_POINTS / wish.size * _FILLED
    room = max(1.0, room * (_BOLD if wish.bold else 1.0))
    return sum(max(1, math.ceil(_columns(part) / room)) for part in text.split("\n"))


def _columns(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
