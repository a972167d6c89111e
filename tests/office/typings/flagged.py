"""Whether what means nothing is flagged: beside its row in the sheet, and by a finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from tests.office.package import Cell, ExcelError, Value
from tests.office.typings.judge import Look
from tests.office.typings.spots import Spot
from xlmatrix.tables.catalogue import table_of
from xlmatrix.tables.flags import MARK
from xlmatrix.tables.kinds import Raw
from xlmatrix.tables.meaning import meaning_of

#: A table and what a flag says of one of its rows.
Flagged = tuple[str, str]


def means_nothing(spot: Spot, value: Value) -> bool:
    """Whether a typed value means nothing whatever the lists of the workbook hold."""
    meaning = meaning_of(spot.column)
    if meaning is None or value in (None, "") or isinstance(value, bool):
        return False
    if isinstance(value, ExcelError):
        return True
    raw: Raw = value
    return meaning.code != "typed-word" and meaning.odd(raw, lambda _: ())


def silences(
    mine: Look,
    said: Mapping[Cell, Value],
    typed: Mapping[Spot, Value],
    found: Iterable[Flagged],
) -> list[str]:
    """Rows with what means nothing of which nothing is said, and flags that only one side has."""
    shown: Counter[Flagged] = Counter()
    checks: dict[tuple[str, int], str] = {}
    for cell, (table, row, column) in mine.places.items():
        declared = table_of(table)
        if declared is not None and declared.flag == column and cell in said:
            text = str(said[cell] or "")
            checks[table, row] = "" if text in declared.fine else text
            if MARK in text:
                shown[table, text.partition(MARK)[2]] += 1
    quiet = [
        f"{'!'.join(spot.cell)} ({spot.table}[{spot.column.id}]): {value!r:.40} is not flagged"
        for spot, value in typed.items()
        if means_nothing(spot, value) and checks.get(mine.place(spot.cell)[:2]) == ""
    ]
    findings = Counter(found)
    return quiet + [
        f"{table}: the sheet flags {shown[table, what]} rows and the engine"
        f" {findings[table, what]}: {what}"
        for table, what in sorted(shown.keys() | findings.keys())
        if shown[table, what] != findings[table, what]
    ]
