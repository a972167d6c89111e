"""The rows of a sheet, rendered column by column straight to XML.

A cell costs one formatted string: the style number, the column's letters and a computed column's
formula are known once for the whole column. Rows come in windows, so that a long log never stands
in memory as XML.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final
from xml.sax.saxutils import escape

import numpy as np

from xlmatrix.formula import could_be_formula
from xlmatrix.formula.errors import ERRORS
from xlmatrix.formula.render import ROW_MARK, Filled, column_letters
from xlmatrix.sheets.plan import Cell, Fixed, Formula, SheetPlan, Table, Values
from xlmatrix.write.formulas import filled as filled_down
from xlmatrix.write.formulas import to_excel
from xlmatrix.write.heights import Height
from xlmatrix.write.styles import Styles, header_role
from xlmatrix.write.values import (
    Encoded,
    SharedStrings,
    cached,
    check_text,
    encode,
    floats_of,
    needs_space,
    number_text,
)

_WINDOW: Final = 1024
Pieces = dict[int, list[tuple[int, str]]]


class Grid:
    """Renders the ``sheetData`` of one sheet."""

    def __init__(
        self, plan: SheetPlan, styles: Styles, shared: SharedStrings, heights: Mapping[int, Height]
    ) -> None:
        self.plan, self.styles, self.shared, self.heights = plan, styles, shared, heights
        self.formulas = {table.name: _formulas(table) for table in plan.tables}
        self.filled: dict[int, Filled] = {}

    def chunks(self) -> Iterator[str]:
        """The rows in order, each chunk up to a thousand of them."""
        loose: dict[int, list[tuple[int, int, Cell]]] = defaultdict(list)
        for (row, column), cell in self.plan.cells.items():
            loose[row // _WINDOW].append((row, column, cell))
        sized: dict[int, list[int]] = defaultdict(list)
        for row in self.heights:
            sized[row // _WINDOW].append(row)
        windows = set(loose) | set(sized)
        for table in self.plan.tables:
            windows.update(range(table.row // _WINDOW, table.last_row // _WINDOW + 1))
        for window in sorted(windows):
            pieces: Pieces = defaultdict(list)
            for row, column, cell in loose.get(window, ()):
                pieces[row].append((column, self._cell(row, column, cell)))
            for table in self.plan.tables:
                self._table(table, window * _WINDOW, pieces)
            for row in sized[window]:
                pieces.setdefault(row, [])
            yield "".join(self._row(row, pieces[row]) for row in sorted(pieces))

    def _row(self, row: int, parts: list[tuple[int, str]]) -> str:
        parts.sort()
        height = self.heights.get(row)
        size = "" if height is None else f' ht="{height.points:g}"'
        if height is not None and height.fixed:
            size += ' customHeight="1"'
        return f'<row r="{row}"{size}>{"".join(text for _, text in parts)}</row>'

    def _cell(self, row: int, column: int, cell: Cell) -> str:
        place = f"{column_letters(column)}{row}"
        if isinstance(cell.value, Formula):
            style = self.styles.number(cell.role)
            return _formula(place, style, self._text(cell.value), cached(cell.value.value))
        return self._constant(place, cell.role, cell.value)

    def _text(self, formula: Formula) -> str:
        if formula.down is None:
            return escape(to_excel(formula.expr))
        # The plan keeps every expression alive, so that its id stays its own.
        filled = self.filled.get(id(formula.expr))
        if filled is None:
            filled = self.filled[id(formula.expr)] = filled_down(formula.expr, escape)
        return filled.text(formula.down)

    def _constant(self, place: str, role: str, value: object) -> str:
        if type(value) is Formula:
            text = escape(to_excel(value.expr))
            return _formula(place, self.styles.number(role), text, cached(value.value))
        answer = encode(value)
        if isinstance(answer, str) and answer in ERRORS:
            # Text that reads as an error value is one again, so that formulas see what was typed.
            return f'<c r="{place}" s="{self.styles.number(role)}" t="e"><v>{answer}</v></c>'
        if isinstance(answer, str):
            check_text(answer, f"{self.plan.name}!{place}")
            style = self.styles.number(role, quoted=could_be_formula(answer))
            return f'<c r="{place}" s="{style}" t="s"><v>{self.shared.number(answer)}</v></c>'
        style = self.styles.number(role)
        if answer is None:
            return f'<c r="{place}" s="{style}"/>'
        return f'<c r="{place}" s="{style}"{answer[0]}><v>{answer[1]}</v></c>'

    def _table(self, table: Table, start: int, pieces: Pieces) -> None:
        """Add the rows of a table that lie in the window that begins at ``start``."""
        if start <= table.row < start + _WINDOW:
            for offset, shown in enumerate(table.headers):
                at = table.column + offset
                place = f"{column_letters(at)}{table.row}"
                role = header_role(table.columns[offset], filtered=table.filtered)
                header = self._constant(place, role, shown)
                pieces[table.row].append((at, header))
        first = max(start, table.row + 1)
        last = min(start + _WINDOW - 1, table.last_row)
        if first > last:
            return
        rows = [str(row) for row in range(first, last + 1)]
        part = slice(first - table.row - 1, last - table.row)
        columns = [
            self._column(table, offset, rows, table.values[offset][part])
            for offset in range(len(table.columns))
        ]
        for row, texts in enumerate(zip(*columns, strict=True), start=first):
            pieces[row].append((table.column, "".join(texts)))

    def _column(self, table: Table, offset: int, rows: list[str], values: Values) -> list[str]:
        column = table.columns[offset]
        letters = column_letters(table.column + offset)
        formula = self.formulas[table.name][offset]
        style = self.styles.number(column.look)
        numbers = floats_of(values) if isinstance(values, np.ndarray) else None
        if numbers is not None:
            return _numbers(letters, rows, style, numbers, formula)
        listed: Any = values.tolist() if isinstance(values, np.ndarray) else values
        if formula is None:
            return [
                self._constant(letters + row, column.look, value)
                if value is not None
                else f'<c r="{letters}{row}" s="{style}"/>'
                for row, value in zip(rows, listed, strict=True)
            ]
        return [
            _formula(letters + row, style, formula.replace(ROW_MARK, row), cached(value))
            if type(value) is not Fixed
            else self._constant(letters + row, column.look, value.value)
            for row, value in zip(rows, listed, strict=True)
        ]


def _formulas(table: Table) -> list[str | None]:
    """The formula of each column, or None for one of constants.

    Hidden columns name the cells of their row by address, which is short; the table keeps their
    formula by header, and from that a new row fills itself in.
    """
    places = {column.id: table.column + at for at, column in enumerate(table.columns)}
    return [
        None
        if column.expr is None
        else escape(to_excel(column.expr, table.name, places if column.hidden else None))
        for column in table.columns
    ]


def _formula(place: str, style: int, text: str, value: Encoded) -> str:
    space = ' xml:space="preserve"' if value[0] == ' t="str"' and needs_space(value[1]) else ""
    return f'<c r="{place}" s="{style}"{value[0]}><f>{text}</f><v{space}>{value[1]}</v></c>'


def _numbers(
    letters: str, rows: list[str], style: int, numbers: Any, formula: str | None
) -> list[str]:
    if np.isinf(numbers).any():
        raise ValueError(f"an infinite number cannot stand in a cell (column {letters})")
    head = f'" s="{style}"'
    inner = "" if formula is None else f"<f>{formula}</f>"
    empty = f"{head}/>" if formula is None else f'{head} t="str">{inner}<v></v></c>'
    cells = [
        f'<c r="{letters}{row}{head}>{inner}<v>{number_text(value)}</v></c>'
        if value == value  # noqa: PLR0124 - NaN is empty
        else f'<c r="{letters}{row}{empty}'
        for row, value in zip(rows, numbers.tolist(), strict=True)
    ]
    if ROW_MARK not in inner:
        return cells
    return [cell.replace(ROW_MARK, row) for row, cell in zip(rows, cells, strict=True)]
