"""Cells that people type in, read so that an error value in one goes no further.

To Python an error value is text: it is filled, no number and no word of a list. A formula sees the
same through these guards.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from typing import Final

from xlmatrix.formula.expr import Binary, Call, Expr, Literal, Name, Negated, This, lit
from xlmatrix.formula.functions import F

#: What an error value in their argument does no harm.
_UNHURT: Final = ("ISNUMBER", "ISTEXT", "ISERROR", "IFERROR", "COUNT")
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
    places of a named column. Where a cell has been seen to hold a number, or text, it is left.
    """
    if isinstance(expr, This):
        return text_if_error(expr) if expr.header in typed else expr
    if isinstance(expr, Binary):
        left, right = (guarded(side, typed) for side in (expr.left, expr.right))
        return replace(expr, left=left, right=right)
    if isinstance(expr, Negated):
        return replace(expr, operand=guarded(expr.operand, typed))
    return _guarded_call(expr, typed) if isinstance(expr, Call) else expr


def _guarded_call(expr: Call, typed: Set[str]) -> Expr:
    seen = _seen(expr)
    told = tuple(
        one if one is None or (expr.function in _UNHURT and isinstance(one, This))
        or (expr.function == "MATCH" and place == 0 and _is_exact(one))
        else guarded(one, typed - seen if place == 1 else typed)
        for place, one in enumerate(expr.arguments)
    )  # fmt: skip
    expr = replace(expr, arguments=told)
    if expr.arguments and isinstance(expr.arguments[0], Name):
        if expr.function == "N":
            return F.IFERROR(expr, 0)
        if expr.function == "INDEX" and isinstance(expr.arguments[1], Literal):
            return text_if_error(expr)
    return expr


def _is_exact(expr: Expr) -> bool:
    """Whether that is a cell made ready for a look-up, which finds no error value either way."""
    if isinstance(expr, Binary):
        return expr.operator == "&" and _is_exact(expr.left) and isinstance(expr.right, Literal)
    if not isinstance(expr, Call):
        return isinstance(expr, This)
    if expr.function == "SUBSTITUTE":
        return expr.arguments[0] is not None and _is_exact(expr.arguments[0])
    seen = _seen(expr)
    return bool(seen) and expr.arguments[2] == This(*seen)


def _seen(expr: Call) -> Set[str]:
    """The column whose cell holds no error value where the ``IF`` takes its first answer."""
    when = expr.arguments[0] if expr.function == "IF" else None
    if isinstance(when, Call) and when.function in ("ISNUMBER", "ISTEXT"):
        cell = when.arguments[0]
        if isinstance(cell, This):
            return {cell.header}
    # A condition that holds by its first answer alone.
    if isinstance(when, Call) and when.function == "IF" and when.arguments[-1] == lit(False):
        return _seen(when)
    return frozenset()
