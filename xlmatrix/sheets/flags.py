"""What means nothing among the typed cells of a planned workbook, said beside each and counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import numpy as np

from xlmatrix.errors import Finding, Level
from xlmatrix.formula.expr import Cell, Expr, Range
from xlmatrix.rules.lint.typed import recounted, with_found
from xlmatrix.sheets.health import redrawn
from xlmatrix.sheets.inputs import blank, column_values, plain, row_keys
from xlmatrix.sheets.plan import BookPlan, Fixed, Formula, SheetPlan, Table, Values
from xlmatrix.tables.catalogue import show, table_of
from xlmatrix.tables.doubt import Lists
from xlmatrix.tables.flags import Flag, flags_of, steps_of, unflagged
from xlmatrix.tables.kinds import Raw
from xlmatrix.tables.settings import FIGURES, means, meant_instead

_MEND: Final = "Mend it, or empty it: as it stands it counts for nothing"
#: What to do about a flag that is no matter of meaning, by its code.
_MENDS: Final[Mapping[str, str]] = {
    "secret": "Change it too, and delete older copies of this workbook",
    "scope-contradicts": "Correct the answer that is wrong",
    "typed-there": "Where the later time is meant, type it on the clock of another zone",
}


@dataclass(frozen=True, slots=True)
class Flagged:
    """A flag with its place; ``key`` names the row and ``value`` is what stands in the cell."""

    sheet: str
    table: str
    key: str
    flag: Flag
    value: Raw = None

    def finding(self) -> Finding:
        """The same as a finding."""
        shown = show(self.table, self.flag.column, self.value) if self.flag.column else ""
        seen = f" ({shown})" if shown else ""
        row = f"{self.key}: " if self.key else ""
        said, path = f"{row}{self.flag.said}{seen}", f"{self.table}, {self.key}"
        mend = _MENDS.get(self.flag.code, _MEND)
        return Finding(Level.WARNING, self.flag.code, said, self.sheet, mend, path)


def marked(book: BookPlan) -> tuple[BookPlan, tuple[Flagged, ...]]:
    """The workbook with its flags as its cells stand now, and what is flagged.

    The columns of flags and the line of Health show what their formulas compute.
    """
    lists = _lists(book)
    found: list[Flagged] = []
    sheets = []
    for plan in book.sheets:
        tables = [_marked(plan, table, lists, found) for table in plan.tables]
        changed = any(new is not old for new, old in zip(tables, plan.tables, strict=True))
        sheets.append(replace(plan, tables=tuple(tables)) if changed else plan)
    found += _figures(book)
    counts = {plan.name: 0 for plan in sheets}
    for one in found:
        counts[one.sheet] += 1
    reckoned = _reckoned(sheets)
    health = tuple(with_found(recounted(line, reckoned), counts) for line in book.health)
    if health != book.health:
        sheets = [redrawn(plan, health) for plan in sheets]
    return replace(book, sheets=tuple(sheets), health=health), tuple(found)


def _reckoned(sheets: Sequence[SheetPlan]) -> dict[tuple[str, str], list[object]]:
    """The cells of the columns that follow from all rows, by table and column."""
    return {
        (table.name, column.id): list(values)
        for plan in sheets
        for table in plan.tables
        if (declared := table_of(table.name)) is not None
        for column, values in zip(table.columns, table.values, strict=True)
        if column.id in declared.reckoned
    }


def _figures(book: BookPlan) -> Iterator[Flagged]:
    """The figures with a name that mean nothing; their formulas say so below each."""
    sheets = {plan.name: plan for plan in book.sheets}
    for figure in FIGURES:
        target = book.names.get(figure.id)
        if isinstance(target, Cell) and target.sheet in sheets:
            value = _at(sheets[target.sheet], target.row, target.column)
            if not means(figure, value):
                flag = Flag("typed-number", meant_instead(figure))
                yield Flagged(target.sheet, figure.id, figure.header, flag, value)


def _marked(plan: SheetPlan, table: Table, lists: Lists, found: list[Flagged]) -> Table:
    declared = table_of(table.name)
    if declared is None or not declared.flag:
        return table
    ids = [column.id for column in table.columns]
    rows = _rows(table, ids)
    columns: dict[str, list[Any]] = {}
    for known, reckon in declared.reckoned.items():
        if known in ids:
            columns[known] = reckon(rows, lists)
            for row, cell in zip(rows, columns[known], strict=True):
                row[known] = cell
    before = columns.get(declared.flag, table.values[ids.index(declared.flag)])
    own = [unflagged(cell) for cell in before]
    quiet = (None, "", *declared.fine)
    every = flags_of(declared, ids, rows, lists)
    columns |= steps_of(declared, ids, every)
    flags = [
        # What the table says of a row by itself goes first; a verdict hides no flag.
        flag if declared.verdict or cell in quiet else None
        for flag, cell in zip(every, own, strict=True)
    ]
    found += _placed(plan, table, rows, flags)
    columns[declared.flag] = [
        _said(flag, cell, declared.fine) for flag, cell in zip(flags, own, strict=True)
    ]
    values = [
        _kept(old, columns[known]) if known in columns else old
        for known, old in zip(ids, table.values, strict=True)
    ]
    return replace(table, values=tuple(values))


def _rows(table: Table, ids: Sequence[str]) -> list[dict[str, Raw]]:
    """The cells of each row by column id, of a formula what it shows."""
    columns = [_column(values) for values in table.values]
    return [dict(zip(ids, row, strict=True)) for row in zip(*columns, strict=True)]


def _column(values: Values) -> list[Raw]:
    if isinstance(values, np.ndarray):
        return column_values(values)
    return [_shown(cell) for cell in values]


def _kept(old: Values, new: list[Any]) -> list[Any]:
    """New cells, but where somebody typed over a formula."""
    return [one if isinstance(one, Fixed) else other for one, other in zip(old, new, strict=True)]


def _said(flag: Flag | None, cell: Any, fine: Sequence[str]) -> Any:
    if flag is None:
        return cell
    return f"{cell} {flag.shown}" if cell and cell not in fine else flag.shown


def _placed(
    plan: SheetPlan, table: Table, rows: Sequence[Mapping[str, Raw]], flags: Sequence[Flag | None]
) -> Iterator[Flagged]:
    """Flags with the sheet and the row they stand in."""
    headers = [column.id for column in table.columns if column.expr is None]
    typed = [[row[header] for header in headers] for row in rows]
    filled = [n for n, row in enumerate(typed) if not blank(row)]
    keys = dict(zip(filled, row_keys(table.name, headers, [typed[n] for n in filled]), strict=True))
    for number, (row, flag) in enumerate(zip(rows, flags, strict=True)):
        if flag is not None:
            value = row.get(flag.column)
            yield Flagged(plan.name, table.name, keys.get(number, ""), flag, value)


def _shown(cell: Any) -> Raw:
    return plain(cell.value) if isinstance(cell, Fixed | Formula) else plain(cell)


def _lists(book: BookPlan) -> Lists:
    """What stands in the cells behind the names of lists."""
    sheets = {plan.name: plan for plan in book.sheets}
    columns = {
        f"{table.name}[{column.id}]": values
        for plan in book.sheets
        for table in plan.tables
        for column, values in zip(table.columns, table.values, strict=True)
    }

    @cache
    def cells(name: str) -> Sequence[Raw]:
        if name in columns:
            return _column(columns[name])
        target = book.names.get(name)
        return () if target is None else tuple(_cells(sheets, target))

    return cells


def _cells(sheets: Mapping[str, SheetPlan], target: Expr) -> Iterator[Raw]:
    if isinstance(target, Cell):
        target = Range(target, target)
    if not isinstance(target, Range) or target.first.sheet not in sheets:
        return
    plan = sheets[target.first.sheet]
    for row in range(target.first.row, target.last.row + 1):
        for column in range(target.first.column, target.last.column + 1):
            yield _at(plan, row, column)


def _at(plan: SheetPlan, row: int, column: int) -> Raw:
    cell = plan.cells.get((row, column))
    if cell is not None:
        return _shown(cell.value)
    for table in plan.tables:
        offset, place = column - table.column, row - table.row - 1
        if 0 <= offset < len(table.columns) and 0 <= place < table.height:
            return _shown(table.values[offset][place])
    return None
