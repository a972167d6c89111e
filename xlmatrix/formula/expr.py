"""The parts of a formula: literals, references, operators and calls.

An :class:`Expr` is plain data. ``+ - * / & < <= > >=`` build larger ones; equality is spelled
``.eq()`` and ``.ne()`` so that ``==`` keeps comparing the Python objects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, TypeVar, Union, dataclass_transform

Scalar: TypeAlias = bool | int | float | str
Operand: TypeAlias = Union["Expr", bool, int, float, str]
_Kind = TypeVar("_Kind")


@dataclass_transform(frozen_default=True)
def quick(kind: type[_Kind]) -> type[_Kind]:
    """A frozen dataclass whose objects are made in a third of the time.

    The type checker sees to it that nobody changes one; a workbook makes half a million of them,
    and to refuse it while the program runs takes longer than all else about them.
    """
    return dataclass(slots=True, unsafe_hash=True)(kind)


class Expr:
    """Base of every part of a formula."""

    __slots__ = ()

    def __add__(self, other: Operand) -> Expr:
        return Binary("+", self, lit(other))

    def __radd__(self, other: Scalar) -> Expr:
        return Binary("+", lit(other), self)

    def __sub__(self, other: Operand) -> Expr:
        return Binary("-", self, lit(other))

    def __rsub__(self, other: Scalar) -> Expr:
        return Binary("-", lit(other), self)

    def __mul__(self, other: Operand) -> Expr:
        return Binary("*", self, lit(other))

    def __rmul__(self, other: Scalar) -> Expr:
        return Binary("*", lit(other), self)

    def __truediv__(self, other: Operand) -> Expr:
        return Binary("/", self, lit(other))

    def __rtruediv__(self, other: Scalar) -> Expr:
        return Binary("/", lit(other), self)

    def __and__(self, other: Operand) -> Expr:
        """Text concatenation, Excel's ``&``."""
        return Binary("&", self, lit(other))

    def __rand__(self, other: Scalar) -> Expr:
        return Binary("&", lit(other), self)

    def __lt__(self, other: Operand) -> Expr:
        return Binary("<", self, lit(other))

    def __le__(self, other: Operand) -> Expr:
        return Binary("<=", self, lit(other))

    def __gt__(self, other: Operand) -> Expr:
        return Binary(">", self, lit(other))

    def __ge__(self, other: Operand) -> Expr:
        return Binary(">=", self, lit(other))

    def __neg__(self) -> Expr:
        return Negated(self)

    def eq(self, other: Operand) -> Expr:
        """Excel's ``=`` comparison (text is compared without case)."""
        return Binary("=", self, lit(other))

    def ne(self, other: Operand) -> Expr:
        """Excel's ``<>`` comparison."""
        return Binary("<>", self, lit(other))

    def empty(self) -> Expr:
        """True for a blank cell and for empty text."""
        return self.eq("")

    def filled(self) -> Expr:
        """True when the cell holds anything but blank or empty text."""
        return self.ne("")


@quick
class Literal(Expr):
    """A number, text or truth value written into the formula."""

    value: Scalar


@quick
class Name(Expr):
    """A workbook-wide defined name."""

    text: str


@quick
class ColumnCells(Expr):
    """The data cells of one table column: ``tPeople[Name]``.

    ``header`` is the column's id, which a workbook may show under another header.
    """

    table: str
    header: str


@quick
class This(Expr):
    """One column in the row of the formula; the table is known where the formula is rendered."""

    header: str


@quick
class ThisSpan(Expr):
    """Neighbouring columns in the row of the formula, from ``first`` to ``last``."""

    first: str
    last: str


@quick
class Cell(Expr):
    """One cell by zero-free coordinates (A1 is row 1, column 1), on another sheet if ``sheet``."""

    row: int
    column: int
    sheet: str = ""
    absolute: bool = True


@quick
class Range(Expr):
    """A rectangle of cells, both ends included."""

    first: Cell
    last: Cell


@quick
class Binary(Expr):
    """Two operands and an operator."""

    operator: str
    left: Expr
    right: Expr


@quick
class Negated(Expr):
    """Unary minus."""

    operand: Expr


@quick
class Call(Expr):
    """A function of the registry with its arguments; ``None`` is an argument left out."""

    function: str
    arguments: tuple[Expr | None, ...]


@quick
class Verbatim(Expr):
    """A formula that a user typed, as its text; never built by a rule."""

    text: str


def lit(value: Operand) -> Expr:
    """An operand as an expression; an expression stays what it is."""
    return value if isinstance(value, Expr) else Literal(value)


def name(text: str) -> Name:
    """A defined name."""
    return Name(text)


def col(table: str, header: str) -> ColumnCells:
    """A table column."""
    return ColumnCells(table, header)


def this(header: str) -> This:
    """The cell of ``header`` in the formula's own table row."""
    return This(header)


def these(first: str, last: str) -> ThisSpan:
    """The cells from ``first`` to ``last`` in the formula's own table row."""
    return ThisSpan(first, last)


def ref(row: int, column: int, sheet: str = "", *, absolute: bool = True) -> Cell:
    """One cell; ``ref(2, 3)`` is ``$C$2``."""
    return Cell(row, column, sheet, absolute)


def span(row: int, column: int, last_row: int, last_column: int, sheet: str = "") -> Range:
    """A rectangle of cells by its corners, absolute."""
    return Range(Cell(row, column, sheet), Cell(last_row, last_column))


BLANK = Literal("")
