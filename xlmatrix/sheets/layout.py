"""A table of a sheet from its declaration: the columns in their order, with formulas and paints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from xlmatrix.formula import F, if_, lit, ref
from xlmatrix.formula.expr import Cell
from xlmatrix.formula.guard import guarded
from xlmatrix.sheets.plan import Table, Values
from xlmatrix.tables.column import Column
from xlmatrix.tables.flags import MARK, flag_expr, flag_steps
from xlmatrix.tables.table import Table as Declared
from xlmatrix.tables.validation import Paint

#: A column with the values that stand in it.
Filled = tuple[Column, Values]
#: Paints written for the first data cell of their column.
Paints = Callable[[Cell], tuple[Paint, ...]]


def laid_out(
    declared: Declared,
    row: int,
    column: int,
    filled: Iterable[Filled],
    *,
    number: int | None = None,
    whole: bool = False,
    paints: Mapping[str, Paints] | None = None,
    reach: int = 0,
    filtered: bool = True,
    row_height: float = 18.0,
) -> Table:
    """A declared table with its header at (``row``, ``column``), columns as declared.

    Parameters
    ----------
    filled
        The columns, in any order, and the steps on the way, which stand hidden behind the others. A
        declared column that is not among them does not stand in this workbook.
    number
        The severity, from 1, of a table of which there is one a severity.
    whole
        Whether every declared column must stand in it.
    paints
        Looks by condition, by column id.
    reach, filtered, row_height
        As in :class:`Table`.

    Raises
    ------
    ValueError
        For a column that people see and that is not declared, for a computed one without its
        formula or another with one, and for a missing one of a whole table.
    """
    read = list(filled) if declared.judges_errors else _guarded(list(filled))
    ordered = sorted(_flagged(declared, read), key=lambda one: declared.place_of(one[0].id))
    columns = [one for one, _ in ordered]
    _check(declared, columns, whole=whole)
    painting = {declared.flag: _alarm, **(paints or {})}
    if declared.verdict:
        painting[declared.flag] = _with_alarm(painting[declared.flag])
    painted = [
        one.having(paints=painting[one.id](ref(row + 1, column + offset, absolute=False)))
        if one.id in painting and not (one.id == declared.flag and one.paints)
        else one
        for offset, one in enumerate(columns)
    ]
    return Table(
        declared.name if number is None else declared.of(number),
        row,
        column,
        tuple(painted),
        tuple(values for _, values in ordered),
        reach=reach,
        filtered=filtered,
        row_height=row_height,
    )


def _alarm(cell: Cell) -> tuple[Paint, ...]:
    return (Paint(cell.filled(), "bad"),)


def _with_alarm(paints: Paints) -> Paints:
    """The paints of a verdict, and one for a flag behind it."""
    return lambda cell: (Paint(F.ISNUMBER(F.FIND(MARK, cell)), "bad"), *paints(cell))


def _flagged(declared: Declared, filled: list[Filled]) -> list[Filled]:
    """The columns with the one that flags what means nothing, where the table declares one."""
    if not declared.flag:
        return filled
    here = [column.id for column, _ in filled]
    own = next((one for one in filled if one[0].id == declared.flag), None)
    if own is None:
        own = declared[declared.flag], [""] * len(filled[0][1])
    column, values = own
    expr = flag_expr(declared, here)
    if column.expr is not None and declared.fine:
        # What the table says of a row by itself goes first, unless it says that all is well.
        fine = "|".join(("", "", *declared.fine, ""))
        quiet = F.ISNUMBER(F.FIND(lit("|") & column.expr & "|", fine))
        expr = if_(quiet, flag_expr(declared, here, column.expr), column.expr)
    elif column.expr is not None and declared.verdict:
        expr = F.TRIM(column.expr & " " & expr)
    elif column.expr is not None:
        # What the table says of a row by itself goes first.
        expr = if_(column.expr.empty(), expr, column.expr)
    others = [one for one in filled if one[0].id != declared.flag]
    steps = [(step, [""] * len(values)) for step in flag_steps(declared, here)]
    return [*others, *steps, (column.by(expr), values)]


def _guarded(filled: Sequence[Filled]) -> list[Filled]:
    """The columns with formulas that see text in the place of error values that people typed."""
    typed = frozenset(one.id for one, _ in filled if one.typed and one.expr is None)
    return [
        (one if one.expr is None else one.having(expr=guarded(one.expr, typed)), values)
        for one, values in filled
    ]


def _check(declared: Declared, columns: Sequence[Column], *, whole: bool) -> None:
    strange = [one.id for one in columns if not one.hidden and declared.get(one.id) is None]
    if strange:
        raise ValueError(f"{declared.name} does not declare {', '.join(strange)}")
    blank = [one.id for one in columns if one.computed and one.expr is None]
    if blank:
        raise ValueError(f"{declared.name} has no formula for {', '.join(blank)}")
    wanted = {one.id: declared.get(one.id) for one in columns}
    typed = [i for i, one in wanted.items() if one is not None and not one.computed]
    given = [one.id for one in columns if one.id in typed and one.expr is not None]
    if given:
        raise ValueError(f"{declared.name} does not compute {', '.join(given)}")
    missing = [column_id for column_id in declared.ids if column_id not in wanted]
    if whole and missing:
        raise ValueError(f"{declared.name}: nobody filled {', '.join(missing)}")


def paired(
    declared: Declared, values: Mapping[str, Values], made: Iterable[Column] = ()
) -> list[Filled]:
    """Columns with their cells, from cells by column id.

    ``made`` are those that a rule gave a formula, declared ones and hidden steps on the way; every
    other is as declared. Raises :class:`ValueError` for cells of a column that is neither, and for
    one that was made and has no cells.
    """
    by_rule = {one.id: one for one in made}
    empty = [column_id for column_id in by_rule if column_id not in values]
    if empty:
        raise ValueError(f"{declared.name}: nobody filled {', '.join(empty)}")
    filled: list[Filled] = []
    for column_id, cells in values.items():
        column = by_rule.get(column_id) or declared.get(column_id)
        if column is None:
            raise ValueError(f"{declared.name} does not declare {column_id}")
        filled.append((column, cells))
    return filled


def by_column(declared: Declared, rows: Iterable[Sequence[Any]]) -> list[Filled]:
    """The columns of a table from rows of values in the declared order, without its flags."""
    known = [one for one in declared.ids if one != declared.flag]
    cells = [dict(zip(known, row, strict=True)) for row in rows]
    return [(declared[column_id], [row[column_id] for row in cells]) for column_id in known]


def looks(**roles: str) -> Paints:
    """Paints by the cell's text: ``looks(bad="overdue|slower", good="done")``."""

    def paint(cell: Cell) -> tuple[Paint, ...]:
        return tuple(
            Paint(cell.eq(text), role) for role, texts in roles.items() for text in texts.split("|")
        )

    return paint
