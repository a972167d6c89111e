"""From :class:`Expr` to the text that stands in the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, ClassVar, Final, NoReturn, TypeAlias

from xlmatrix.formula.expr import (
    Binary,
    Call,
    Cell,
    ColumnCells,
    Expr,
    Literal,
    Name,
    Negated,
    Range,
    This,
    ThisSpan,
    Verbatim,
)

MAX_FORMULA_CHARS: Final = 8192
MAX_TEXT_LITERAL_CHARS: Final = 255
# Excel binds tighter from left to right: comparison, &, + -, * /.
_PRECEDENCE: Final = {
    "=": 1, "<>": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4,
}  # fmt: skip
_UNARY: Final = 6
_ATOM: Final = 9
_PLAIN_SHEET: Final = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
_CELL_LIKE: Final = re.compile(r"^([A-Za-z]{1,3}\d+|[Rr]\d*[Cc]?\d*|[Cc]\d*)$")


# Stands around row numbers that move when a formula is filled down; no text may hold it.
_FILL_MARK: Final = "\x01"
_MOST_ROWS: Final = 1_048_576

#: From table and column to the header that the file shows.
Headers: TypeAlias = Callable[[str, str], str]
#: Stands for the row number in a formula rendered with ``row_cells``.
ROW_MARK: Final = "\0"


def _as_named(table: str, column: str) -> str:
    return column


def to_excel(
    expr: Expr,
    table: str = "",
    row_cells: Mapping[str, int] | None = None,
    headers: Headers = _as_named,
) -> str:
    """The formula without its leading ``=``.

    Parameters
    ----------
    expr
        What to write.
    table
        The table the formula stands in; needed when it refers to cells of its own row.
    row_cells
        Column to sheet column. Cells of the own row are then written ``$AB`` and
        :data:`ROW_MARK` instead of ``table[[#This Row],[header]]``: a fifth of the length, for the
        steps on the way that fill most of a long log.
    headers
        From table and column to what stands above the column in the file.

    Raises
    ------
    ValueError
        When Excel could not load the text: too long, a text literal over 255 characters, or a
        row reference outside a table.
    """
    text = _Renderer(table, row_cells, headers).text(expr)
    if len(text) > MAX_FORMULA_CHARS:
        raise ValueError(f"a formula of {len(text)} characters; Excel takes {MAX_FORMULA_CHARS}")
    return text


class Filled:
    """A formula written once and filled down: relative references move with the row.

    >>> from xlmatrix.formula import ref
    >>> Filled(ref(4, 1, absolute=False) + ref(1, 2)).text(3)
    'A7+$B$1'
    """

    __slots__ = ("_pieces", "_rows")

    def __init__(
        self, expr: Expr, *, finish: Callable[[str], str] = str, headers: Headers = _as_named
    ) -> None:
        """``finish`` is applied to the text between the row numbers, such as XML escapes."""
        parts = _Filling("", None, headers).text(expr).split(_FILL_MARK)
        # Text and row numbers take turns, and text comes first and last.
        self._pieces = [finish(part) for part in parts]
        self._rows = [int(row) for row in parts[1::2]]
        if len(self.text(_MOST_ROWS)) > MAX_FORMULA_CHARS:
            raise ValueError(f"a formula that grows longer than the {MAX_FORMULA_CHARS} of Excel")

    def text(self, down: int) -> str:
        """The formula ``down`` rows below the one it was written for."""
        pieces = self._pieces.copy()
        pieces[1::2] = [str(row + down) for row in self._rows]
        return "".join(pieces)


@cache
def column_letters(column: int) -> str:
    """Column number (1 is A) as letters."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@cache
def quoted_sheet(sheet: str) -> str:
    """A sheet's name as a reference needs it, with quotes where they are due."""
    if _PLAIN_SHEET.match(sheet) and not _CELL_LIKE.match(sheet):
        return sheet
    return "'" + sheet.replace("'", "''") + "'"


@cache
def escaped(header: str) -> str:
    """A column header with the characters escaped that structured references reserve."""
    return re.sub(r"(['\[\]#@])", r"'\1", header)


class _Writers(dict[type[Expr], Callable[[Any, Any], tuple[str, int]]]):
    """Who writes a part of a formula, by its type: its text and how tightly it holds together."""

    def __missing__(self, kind: type) -> NoReturn:
        raise TypeError(f"cannot write a {kind.__name__} into a formula")


class _Renderer:
    writers: ClassVar[_Writers]

    def __init__(self, table: str, row_cells: Mapping[str, int] | None, headers: Headers) -> None:
        self.table = table
        self.row_cells = row_cells
        self.headers = headers

    # By type and not by pattern: a workbook renders half a million parts.
    def text(self, expr: Expr) -> str:
        return self.writers[type(expr)](self, expr)[0]

    def _binary(self, expr: Binary) -> tuple[str, int]:
        writers, rank = self.writers, _PRECEDENCE[expr.operator]
        left, tight = writers[type(expr.left)](self, expr.left)
        if tight < rank:
            left = f"({left})"
        right, tight = writers[type(expr.right)](self, expr.right)
        # Equal rank on the right keeps its brackets: a-(b-c) is not a-b-c.
        if tight <= rank:
            right = f"({right})"
        return left + expr.operator + right, rank

    def _call(self, expr: Call) -> tuple[str, int]:
        writers = self.writers
        inner = [
            "" if part is None else writers[type(part)](self, part)[0] for part in expr.arguments
        ]
        return f"{expr.function}({','.join(inner)})", _ATOM

    def _own(self, expr: This) -> tuple[str, int]:
        return self._this(expr.header), _ATOM

    def _column(self, expr: ColumnCells) -> tuple[str, int]:
        return f"{expr.table}[{self._header(expr.table, expr.header)}]", _ATOM

    def _span(self, expr: ThisSpan) -> tuple[str, int]:
        if self.row_cells is not None:
            return f"{self._this(expr.first)}:{self._this(expr.last)}", _ATOM
        table = self._table(expr.first)
        ends = f"[{self._header(table, expr.first)}]:[{self._header(table, expr.last)}]"
        return f"{table}[[#This Row],{ends}]", _ATOM

    def _negated(self, expr: Negated) -> tuple[str, int]:
        text, tight = self.writers[type(expr.operand)](self, expr.operand)
        return (f"-{text}" if tight >= _UNARY else f"-({text})"), _UNARY

    def _this(self, header: str) -> str:
        if self.row_cells is not None:
            return f"${column_letters(self.row_cells[header])}{ROW_MARK}"
        table = self._table(header)
        return f"{table}[[#This Row],[{self._header(table, header)}]]"

    def _header(self, table: str, column: str) -> str:
        return escaped(self.headers(table, column))

    def _table(self, header: str) -> str:
        if not self.table:
            raise ValueError(f"[{header}] needs a table row, and there is none here")
        return self.table


_Renderer.writers = _Writers(
    {
        Cell: lambda _, expr: (_cell(expr), _ATOM),
        Literal: lambda _, expr: (_literal(expr.value), _ATOM),
        Name: lambda _, expr: (expr.text, _ATOM),
        Range: lambda _, expr: (f"{_cell(expr.first)}:{_cell(expr.last)}", _ATOM),
        Verbatim: lambda _, expr: (expr.text, 0),
        Binary: _Renderer._binary,
        Call: _Renderer._call,
        This: _Renderer._own,
        ColumnCells: _Renderer._column,
        ThisSpan: _Renderer._span,
        Negated: _Renderer._negated,
    }
)


class _Filling(_Renderer):
    """Marks the row numbers that move when a formula is filled down."""

    def _moving(self, expr: Cell) -> tuple[str, int]:
        if expr.absolute:
            return _cell(expr), _ATOM
        sheet = f"{quoted_sheet(expr.sheet)}!" if expr.sheet else ""
        row = f"{_FILL_MARK}{expr.row}{_FILL_MARK}"
        return f"{sheet}{column_letters(expr.column)}{row}", _ATOM

    def _fixed(self, expr: Range) -> tuple[str, int]:
        if not (expr.first.absolute and expr.last.absolute):
            raise ValueError("a rectangle that moves cannot be filled down")
        return f"{_cell(expr.first)}:{_cell(expr.last)}", _ATOM


_Filling.writers = _Writers({**_Renderer.writers, Cell: _Filling._moving, Range: _Filling._fixed})


def _literal(value: bool | float | str) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        if len(value) > MAX_TEXT_LITERAL_CHARS:
            raise ValueError(f"a text of {len(value)} characters in a formula; Excel takes 255")
        return '"' + value.replace('"', '""') + '"'
    if isinstance(value, int):
        return str(value)
    return repr(int(value)) if value.is_integer() else repr(value)


def _cell(cell: Cell) -> str:
    mark = "$" if cell.absolute else ""
    place = f"{mark}{column_letters(cell.column)}{mark}{cell.row}"
    return f"{quoted_sheet(cell.sheet)}!{place}" if cell.sheet else place
