"""A table of a sheet from its declaration: the columns in their order, with formulas and paints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from xlmatrix.formula import ref
from xlmatrix.formula.expr import Cell
from xlmatrix.sheets.plan import Table, Values
from xlmatrix.tables.column import Column
from xlmatrix.tables.table import Table as Declared
from xlmatrix.tables.validation import Paint

#: Paints written for the first data cell of their column.
Paints = Callable[[Cell], tuple[Paint, ...]]


def laid_out(
    declared: Declared,
    row: int,
    column: int,
    values: Mapping[str, Values],
    made: Iterable[Column] = (),
    paints: Mapping[str, Paints] | None = None,
    *,
    filtered: bool = False,
) -> Table:
    """A declared table with its header at (``row``, ``column``).

    Parameters
    ----------
    values
        The cells of every column by its id.
    made
        The columns that a rule gave a formula: declared ones, and hidden steps on the way, which
        need no declaration and stand behind the others.
    paints
        Looks by condition, by column id.

    Raises
    ------
    ValueError
        For a declared column without cells or without its formula, and for cells or a formula of a
        column that is not declared.
    """
    formulas = {one.id: one for one in made}
    columns = [formulas.get(one.id, one) for one in _order(declared, values, formulas)]
    for one in columns:
        if one.id not in values:
            raise ValueError(f"{declared.name}: nobody filled the column {one.id!r}")
        wanted = declared.get(one.id)
        if (one.expr is not None) != (wanted is None or wanted.computed):
            said = "is computed and has no formula" if one.expr is None else "is not computed"
            raise ValueError(f"{declared.name}: the column {one.id!r} {said}")
    painted = [
        one.having(paints=paints[one.id](ref(row + 1, column + offset, absolute=False)))
        if paints and one.id in paints
        else one
        for offset, one in enumerate(columns)
    ]
    cells = tuple(values[one.id] for one in columns)
    return Table(declared.name, row, column, tuple(painted), cells, filtered=filtered)


def _order(
    declared: Declared, values: Mapping[str, Values], formulas: Mapping[str, Column]
) -> list[Column]:
    known = {one.id for one in declared.columns}
    steps = [one for one in formulas.values() if one.hidden and one.id not in known]
    besides = known.union(one.id for one in steps)
    others = [one for one in dict.fromkeys((*values, *formulas)) if one not in besides]
    for one in others:
        if declared.get(one) is None:
            raise ValueError(f"{declared.name}: no column {one!r} is declared")
    return [*declared.standing(others), *steps]


def by_column(declared: Declared, rows: Iterable[Sequence[Any]]) -> dict[str, Values]:
    """Rows of values in the declared order as columns by id."""
    known = [one.id for one in declared.columns]
    cells = [dict(zip(known, row, strict=True)) for row in rows]
    return {column_id: [row[column_id] for row in cells] for column_id in known}


def looks(**roles: str) -> Paints:
    """Paints by the cell's text: ``looks(bad="overdue|slower", good="done")``."""

    def paint(cell: Cell) -> tuple[Paint, ...]:
        return tuple(
            Paint(cell.eq(text), role) for role, texts in roles.items() for text in texts.split("|")
        )

    return paint
