"""Rows of a planned table by their keys, and cells that belong to tables."""

from __future__ import annotations

from typing import Final

from xlmatrix.regen.reading.tables import blank, row_keys
from xlmatrix.regen.reading.typed import NAMELESS
from xlmatrix.sheets.inputs import column_values
from xlmatrix.sheets.plan import SheetPlan, Table

#: Stands in the report for the key of a row that has none.
NO_KEY: Final = "(no key)"


def keys_by_row(table: Table) -> dict[int, str]:
    """The key of each row that is not blank, by its place in the table."""
    typed = [n for n, column in enumerate(table.columns) if column.expr is None]
    headers = [table.columns[n].id for n in typed]
    rows = list(zip(*(column_values(table.values[n]) for n in typed), strict=True))
    filled = [n for n, row in enumerate(rows) if not blank(row)]
    keys = row_keys(table.name, headers, [rows[n] for n in filled])
    return dict(zip(filled, keys, strict=True))


def all_keys_by_row(table: Table) -> dict[int, str]:
    """The same with the blank rows, which take what stands in rows without a key in their order."""
    keys = keys_by_row(table)
    free = (row for row in range(table.height) if row not in keys)
    return keys | {row: f"{NAMELESS}{number}" for number, row in enumerate(free)}


def shown_key(key: str) -> str:
    """A row's key as the report shows it."""
    return NO_KEY if key.startswith(NAMELESS) else key


def in_table(plan: SheetPlan, spot: tuple[int, int]) -> bool:
    """Whether a (row, column) belongs to a table, or to the row that one of ours grows into."""
    row, column = spot
    return any(
        table.row <= row <= table.last_row + (not table.theirs)
        and table.column <= column < table.column + len(table.columns)
        for table in plan.tables
    )
