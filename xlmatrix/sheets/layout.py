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


def complete_table(
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
    columns = _order(declared, values, {one.id: one for one in made})
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
    """The declared columns with the repeated ones in their place, and behind them the steps."""
    columns = {one.id: one for one in declared.columns}
    for known in (*values, *formulas):
        made, column = formulas.get(known), declared.get(known)
        if made is not None and (column is not None or made.hidden):
            columns[known] = made
        elif column is not None:
            columns[known] = column
        else:
            raise ValueError(f"{declared.name}: no column {known!r} is declared")
    return sorted(columns.values(), key=lambda one: declared.place_of(one.id))


def by_column(declared: Declared, rows: Iterable[Sequence[Any]]) -> dict[str, Values]:
    """Rows of values in the declared order as columns by id."""
    known = declared.ids
    cells = [dict(zip(known, row, strict=True)) for row in rows]
    return {column_id: [row[column_id] for row in cells] for column_id in known}


def looks(**roles: str) -> Paints:
    """Paints by the cell's text: ``looks(bad="overdue|slower", good="done")``."""

    def paint(cell: Cell) -> tuple[Paint, ...]:
        return tuple(
            Paint(cell.eq(text), role) for role, texts in roles.items() for text in texts.split("|")
        )

    return paint
