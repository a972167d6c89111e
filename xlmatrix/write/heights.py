"""Row heights, estimated from the texts, since not every program fits rows when it opens a file.

LibreOffice fits none, and nobody fits merged cells. An estimate is written as a height that the
program may fit again once someone edits the row; only heights of the plan and of merged cells are
fixed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np

from xlmatrix.sheets.plan import Cell, Formula, SheetPlan, Table, Values
from xlmatrix.style import Align, Look, look
from xlmatrix.write.areas import bounds
from xlmatrix.write.styles import DEFAULT_POINTS, header_role

DEFAULT_WIDTH: Final = 8.43
# A row of the default height holds one line of the default font.
DEFAULT_HEIGHT: Final = 15.0
MAX_HEIGHT: Final = 409.0
_LEADING: Final = 1.3
_PADDING: Final = 1.0
# Programs differ by a few pixels, and a line too many does less harm than one that is cut off.
_SAFETY: Final = 0.97
_BOLD: Final = 1.03
# Widths of Calibri's letters in thousandths of its size; a digit is the unit of column widths.
_DIGIT: Final = 507
_OTHER_LETTER: Final = 600
_WIDE_LETTER: Final = 1000
_LETTERS: Final = {
    letter: width
    for width, letters in (
        (226, " "), (229, "il'|"), (239, "j"), (252, "I.,"), (268, ":;"), (306, "-()[]f!"),
        (335, "t/J"), (349, "r"), (391, "sz"), (420, "cL"), (440, "vxyk?"), (459, "FSZ"),
        (479, "agTYE"), (500, "e+="), (507, "0123456789"), (525, "bdhnopquKPX"), (545, "BCRV"),
        (579, "A"), (625, "DGHU"), (662, "NOQ"), (715, "w&%"), (799, "m"), (870, "MW@"),
    )
    for letter in letters
}  # fmt: skip
# The arrow of a filter: how wide, and how much of its row's height.
_FILTER_BUTTON_CHARS: Final = 3.0
_FILTER_BUTTON_POINTS: Final = 14.0


@dataclass(frozen=True, slots=True)
class Height:
    """A row's height in points; ``fixed`` keeps programs from fitting it again."""

    points: float
    fixed: bool = False


def fit(plan: SheetPlan) -> dict[int, Height]:
    """Heights by row: those of the plan, and those that texts need where one line is not enough."""
    widths = column_widths(plan)
    merged = dict(_merged(plan, widths))
    inside = {place for area in plan.merges for place in _places(area)}
    needs: dict[int, float] = dict(merged)
    for (row, column), cell in plan.cells.items():
        if (row, column) not in inside:
            own = needed(_shown(cell), look(cell.role), widths.get(column, DEFAULT_WIDTH))
            needs[row] = max(needs.get(row, 0.0), own)
    for table in plan.tables:
        for row, points in _table(table, widths):
            needs[row] = max(needs.get(row, 0.0), points)
    heights = {
        row: Height(_rounded(points), fixed=row in merged)
        for row, points in needs.items()
        if points > DEFAULT_HEIGHT + 0.5
    }
    return heights | {row: Height(_rounded(points), True) for row, points in plan.heights.items()}


def column_widths(plan: SheetPlan) -> Mapping[int, float]:
    """Widths in characters by column: the plan's own, else those of table columns."""
    widths = dict(plan.widths)
    for table in plan.tables:
        for offset, column in enumerate(table.columns):
            widths.setdefault(table.column + offset, column.width)
    return widths


def needed(value: object, wish: Look, width: float) -> float:
    """The height in points that a value takes in a column of ``width`` characters."""
    lines = lines_of(value, room_of(wish, width)) if isinstance(value, str) and wish.wrap else 1
    return lines * wish.size * _LEADING + _PADDING


def room_of(wish: Look, width: float) -> float:
    """How many digits of a look stand on one line."""
    digits = (width - wish.indent) * DEFAULT_POINTS / wish.size * _SAFETY
    return max(1.0, digits / _BOLD if wish.bold else digits)


def lines_of(text: str, room: float) -> int:
    """How many lines a text takes when it breaks between words."""
    lines = 0
    for part in text.split("\n"):
        lines += 1
        used = 0.0
        for word in part.split(" "):
            size = _digits(word)
            if used and used + _digits(" ") + size > room:
                lines += 1
                used = 0.0
            used += size + (_digits(" ") if used else 0)
            # A word longer than the line is broken anywhere.
            while used > room:
                lines += 1
                used -= room
    return lines


def _merged(plan: SheetPlan, widths: Mapping[int, float]) -> Iterator[tuple[int, float]]:
    """What the text of each merge needs from each of its rows."""
    answer: dict[int, float] = {}
    for area in plan.merges:
        left, top, right, bottom = bounds(area)
        cell = plan.cells.get((top, left))
        if cell is None:
            continue
        width = sum(widths.get(column, DEFAULT_WIDTH) for column in range(left, right + 1))
        each = needed(_shown(cell), look(cell.role), width) / (bottom - top + 1)
        if each > DEFAULT_HEIGHT + 0.5:
            for row in range(top, bottom + 1):
                answer[row] = max(answer.get(row, 0.0), each)
    yield from answer.items()


def _places(area: str) -> Iterator[tuple[int, int]]:
    left, top, right, bottom = bounds(area)
    return ((y, x) for y in range(top, bottom + 1) for x in range(left, right + 1))


def _table(table: Table, widths: Mapping[int, float]) -> Iterator[tuple[int, float]]:
    if table.row_height:
        yield from ((row, table.row_height) for row in range(table.row + 1, table.last_row + 1))
    for offset, column in enumerate(table.columns):
        if column.hidden:
            continue
        width = widths.get(table.column + offset, DEFAULT_WIDTH)
        yield table.row, _header(table, offset, width)
        wish = look(column.look)
        if wish.wrap:
            yield from _column(table.values[offset], wish, width, table.row + 1)


def _header(table: Table, offset: int, width: float) -> float:
    """What a header needs; the arrow of a filter stands below it, or beside where there is room."""
    head = look(header_role(table.columns[offset], filtered=table.filtered))
    text = table.headers[offset]
    points = needed(text, head, width)
    # Beside a centred text the arrow takes room on both sides.
    sides = 2 if head.align is Align.CENTER else 1
    beside = max(1.0, width - sides * _FILTER_BUTTON_CHARS)
    if not table.filtered or lines_of(text, room_of(head, beside)) == 1:
        return points
    return points + _FILTER_BUTTON_POINTS


def _column(values: Values, wish: Look, width: float, first: int) -> Iterator[tuple[int, float]]:
    if isinstance(values, np.ndarray) and values.dtype.kind not in "OUS":
        return
    room = room_of(wish, width)
    listed: Any = values.tolist() if isinstance(values, np.ndarray) else values
    for row, value in enumerate(listed, start=first):
        # Wide letters take two columns, so only a text of half the room surely fits.
        if isinstance(value, str) and (len(value) * 2 > room or "\n" in value):
            yield row, needed(value, wish, width)


def _shown(cell: Cell) -> object:
    return cell.value.value if isinstance(cell.value, Formula) else cell.value


@lru_cache(maxsize=4096)
def _digits(word: str) -> float:
    """How wide a word is, in digits."""
    return sum(_LETTERS.get(letter) or _rare(letter) for letter in word) / _DIGIT


def _rare(letter: str) -> int:
    return _WIDE_LETTER if unicodedata.east_asian_width(letter) in "WF" else _OTHER_LETTER


def _rounded(points: float) -> float:
    return min(MAX_HEIGHT, round(points * 4) / 4)
