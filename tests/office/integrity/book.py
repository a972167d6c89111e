"""One workbook as the checks see it: its sheets, tables and names, each parsed once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.office.integrity.formulas import Formulas, TableRows
from tests.office.package import NS, Package, bounds

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class TablePart:
    """One table and the sheet it stands on."""

    sheet: str
    part: str
    root: Any

    @property
    def name(self) -> str:
        """The name formulas use."""
        return str(self.root.get("displayName") or "")

    @property
    def columns(self) -> list[str]:
        """Column names as the table part has them."""
        found = self.root.iterfind("m:tableColumns/m:tableColumn", NS)
        return [column.get("name") or "" for column in found]


class Book(Package):
    """A package with what several checks need."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.workbook = self.xml(self.workbook_part)

    @cached_property
    def roots(self) -> dict[str, Any]:
        """Sheet title → its parsed worksheet."""
        return {title: self.xml(part) for title, part in self.sheets.items()}

    @cached_property
    def table_parts(self) -> list[TablePart]:
        """Every table, by sheet."""
        return [
            TablePart(title, target, self.xml(target))
            for title, part in self.sheets.items()
            for kind, target in self.relations(part).values()
            if kind == "table"
        ]

    @cached_property
    def defined_names(self) -> list[Any]:
        """The ``<definedName>`` elements."""
        return list(self.workbook.iterfind("m:definedNames/m:definedName", NS))

    @cached_property
    def formulas(self) -> Formulas:
        """The judge of formula texts, who knows what this workbook holds."""
        return Formulas(
            sheets=frozenset(title.lower() for title in self.sheets),
            names=frozenset((name.get("name") or "").lower() for name in self.defined_names),
            tables={table.name.lower(): rows for table, rows in self._table_rows()},
        )

    def _table_rows(self) -> Iterator[tuple[TablePart, TableRows]]:
        for table in self.table_parts:
            box = box_of(table.root.get("ref") or "")
            if box is not None:
                columns = frozenset(name.lower() for name in table.columns)
                first = box[1] + int(table.root.get("headerRowCount", "1"))
                last = box[3] - int(table.root.get("totalsRowCount", "0"))
                yield table, TableRows(table.sheet, columns, first, last)


def box_of(ref: str) -> Box | None:
    """The bounds of a range that lies within a sheet; ``None`` for anything else."""
    try:
        box = bounds(ref)
    except ValueError:
        return None
    left, top, right, bottom = box
    within = 1 <= left <= right <= MAX_COLUMN and 1 <= top <= bottom <= MAX_ROW
    return box if within else None


def overlap(one: Box, other: Box) -> bool:
    """Whether two ranges share a cell."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
