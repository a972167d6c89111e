"""What was noted by table and row key of the old workbook, under the names that the new one has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from xlmatrix.regen.merging.migrate import by_number
from xlmatrix.regen.reading.book import UsedBook
from xlmatrix.regen.reading.tables import Inputs, Raw, row_keys
from xlmatrix.regen.reading.typed import Addition, Formulated


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """Users' columns and formulas under new names; ``keys`` maps (old table, old key) to new keys.

    A template that renames a role renames its row, and what belongs to the row goes with it.
    """

    added: list[Addition]
    formulated: list[Formulated]
    keys: Mapping[tuple[str, str], str]


def rekeyed(
    used: UsedBook,
    mine: Inputs,
    severity_ids: Sequence[str],
    moved_rows: Mapping[tuple[str, str], str],
) -> Rekeyed:
    """Follow what a user added through the words of the new spec.

    Parameters
    ----------
    mine
        The inputs of ``used`` in the new words, in the same order of tables and rows.
    severity_ids
        Severities of the new workbook, by whose place their tables are numbered.
    moved_rows
        Rows that became part of others, which have their keys, by table and old key.
    """
    tables: dict[str, str] = {}
    keys: dict[tuple[str, str], str] = dict(moved_rows)
    pairs = zip(used.inputs.tables.items(), mine.tables.items(), strict=True)
    for (old, was), (new, now) in pairs:
        tables[old] = by_number(new, list(severity_ids))
        before = row_keys(old, was.headers, was.rows)
        after = row_keys(new, now.headers, now.rows)
        keys |= {(old, a): b for a, b in zip(before, after, strict=True) if a != b}

    def moved(table: str, values: Mapping[str, Raw]) -> dict[str, Raw]:
        return {keys.get((table, key), key): value for key, value in values.items()}

    added = [
        replace(
            column,
            table=tables.get(column.table, column.table),
            values=moved(column.table, column.values),
            formulas={keys.get((column.table, k), k): f for k, f in column.formulas.items()},
        )
        for column in used.added
    ]
    formulated = [
        replace(
            cell,
            table=tables.get(cell.table, cell.table),
            key=keys.get((cell.table, cell.key), cell.key),
        )
        for cell in used.formulated
    ]
    return Rekeyed(added, formulated, keys)
