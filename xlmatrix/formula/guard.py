"""Cells that people type in, read so that an error value in one goes no further.

To Python an error value is text: it is filled, no number and no word of a list. A formula sees the
same through these guards.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import replace
from typing import Final

from xlmatrix.formula.expr import Binary, Call, Expr, Literal, Name, Negated, This, lit
from xlmatrix.formula.functions import F

#: What an error value in their argument does no harm.
_UNHURT: Final = ("ISNUMBER", "ISTEXT", "ISERROR", "IFERROR", "COUNT")
ERRORS: Final = frozenset({"#N/A", "#VALUE!", "#REF!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})
#: The criterion of every number that a cell can hold.
ANY_NUMBER: Final = "<9.9E+307"
#: What a formula sees of a cell with any error value.
AS_TEXT: Final = "(error)"


def text_if_error(cell: Expr) -> Expr:
    """The cell, or text where it holds an error value."""
    return F.IF(F.ISERROR(cell), lit(AS_TEXT), cell)


def sum_of(cells: Expr) -> Expr:
    """The sum of the numbers among typed cells."""
    return F.SUMIF(cells, ANY_NUMBER)


def guarded(expr: Expr, typed: Set[str]) -> Expr:
    """The formula of a row with text for error values in the cells that people type in.

    Those are its own row's in the columns ``typed``, figures by their name in ``N``, and fixed
    places of a named column.
    """

    def change(part: Expr) -> Expr:
        if isinstance(part, This) and part.header in typed:
            return text_if_error(part)
        if isinstance(part, Call) and part.arguments and isinstance(part.arguments[0], Name):
            if part.function == "N":
                return F.IFERROR(part, 0)
            if part.function == "INDEX" and isinstance(part.arguments[1], Literal):
                return text_if_error(part)
        return part

    return _mapped(expr, change)


def _mapped(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The expression with each part changed, the inner ones first."""
    if isinstance(expr, Binary):
        left, right = (_mapped(side, change) for side in (expr.left, expr.right))
        return change(replace(expr, left=left, right=right))
    if isinstance(expr, Negated):
        return change(replace(expr, operand=_mapped(expr.operand, change)))
    if isinstance(expr, Call):
        told = tuple(
            one if one is None or (expr.function in _UNHURT and isinstance(one, This))
            else _mapped(one, change)
            for one in expr.arguments
        )  # fmt: skip
        return change(replace(expr, arguments=told))
    return change(expr)
