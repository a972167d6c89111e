"""Formulas as the file has them: columns, which formulas know by id, under their headers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from xlmatrix.formula import Expr
from xlmatrix.formula import to_excel as rendered
from xlmatrix.formula.render import Filled
from xlmatrix.tables.catalogue import header_of


def to_excel(expr: Expr, table: str = "", row_cells: Mapping[str, int] | None = None) -> str:
    """As :func:`xlmatrix.formula.to_excel`, with the headers that the sheets show."""
    return rendered(expr, table, row_cells, header_of)


def filled(expr: Any, finish: Callable[[str], str]) -> Filled:
    """A formula that is written once and filled down, with the headers that the sheets show."""
    return Filled(expr, finish=finish, headers=header_of)
