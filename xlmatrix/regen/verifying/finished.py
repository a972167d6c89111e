"""A finished workbook as its reader finds it: cells by table, row key and column, or by address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from xlmatrix.package import package_of
from xlmatrix.regen.reading.book import wanted
from xlmatrix.regen.reading.contents import Contents, SheetPart
from xlmatrix.regen.reading.reader import read_contents
from xlmatrix.regen.reading.tables import Raw, TableInputs, row_keys, same
from xlmatrix.regen.reading.typed import StampTables
from xlmatrix.sheets.stamp import Stamp

Row = Mapping[str, Raw]


@dataclass(frozen=True)
class Finished:
    """What stands in a workbook that was just rendered.

    Attributes
    ----------
    rows
        The input columns of each table of the stamp: rows by folded key, values by column id.
    names
        The values of cells with a defined name.
    beyond
        What stands in tables and is no input: formulas in input cells, values over formulas and
        users' columns, by (table, folded key, folded column).
    """

    contents: Contents
    rows: Mapping[str, Mapping[str, Row]]
    names: Mapping[str, Raw]
    beyond: Mapping[tuple[str, str, str], tuple[Raw, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, data: bytes, stamp: Stamp, where: str) -> Finished:
        """Read the bytes as the next run will.

        Raises
        ------
        XlmatrixError
            When the reader refuses them.
        """
        contents = read_contents(package_of(data, where), wanted(stamp))
        contents.ours = stamp.loose
        reader = StampTables(contents, stamp, frozenset())
        rows = {}
        for name in stamp.base.tables:
            table = reader.table(name)
            rows[name] = rows_by_key(name, TableInputs(table.headers, (), table.rows))
        names = {name: contents.value_of(name) for name in stamp.base.names}
        beyond = {
            (one.table, one.key.casefold(), one.header.casefold()): (one.value, one.formula)
            for one in reader.formulated
        }
        for column in reader.added:
            for key, value in column.values.items():
                at = column.table, key.casefold(), column.header.casefold()
                beyond[at] = value, column.formulas.get(key, "")
        return cls(contents, rows, names, beyond)

    def cell(self, table: str, key: str, column: str) -> tuple[Raw, str] | None:
        """Value and formula of a cell in a table; None where there is no such cell."""
        at = table, key.casefold(), column.casefold()
        if at in self.beyond:
            return self.beyond[at]
        row = self.rows.get(table, {}).get(key.casefold())
        return None if row is None or column not in row else (row[column], "")

    def stands(self, table: str, key: str, header: str, value: Raw) -> bool:
        """Whether a cell shows a value or still a formula."""
        found = self.cell(table, key, header)
        return found is not None and (bool(found[1]) or shows(found, value))

    def stands_somewhere(self, table: str, header: str, value: Raw) -> bool:
        """Whether a user's column shows a value in any row: one without a key may have moved."""
        return any(
            (name, column) == (table, header.casefold()) and shows(cell, value)
            for (name, _, column), cell in self.beyond.items()
        )

    @cached_property
    def headers(self) -> Mapping[str, frozenset[str]]:
        """The columns of every table, users' columns too, folded."""
        return {
            place.name: frozenset(header.casefold() for header in place.headers)
            for sheet in self.contents.sheets
            for place in sheet.tables
        }

    @cached_property
    def comments(self) -> Counter[str]:
        """How often each comment stands anywhere."""
        return Counter(c.text for sheet in self.contents.sheets for c in sheet.comments.values())

    def sheet(self, name: str) -> SheetPart | None:
        """A sheet by its name."""
        return self.contents.sheet(name)

    def has_sheet(self, name: str) -> bool:
        """Whether there is a sheet of this name, be it of cells or a chart."""
        charts = {chart.casefold() for chart, *_ in self.contents.chart_sheets}
        return self.sheet(name) is not None or name.casefold() in charts

    def at(self, sheet: str, spot: tuple[int, int]) -> tuple[Raw, str] | None:
        """Value and formula of a cell by its address; None where there is no such sheet."""
        part = self.sheet(sheet)
        if part is None:
            return None
        return part.cells.values.get(spot), part.cells.formulas.get(spot, "")


def rows_by_key(name: str, table: TableInputs) -> dict[str, Row]:
    """The rows of a table by folded key."""
    keys = row_keys(name, table.headers, table.rows)
    return {
        key.casefold(): dict(zip(table.headers, row, strict=True))
        for key, row in zip(keys, table.rows, strict=True)
    }


def shows(found: tuple[Raw, str] | None, wanted: Raw) -> bool:
    """Whether a cell shows a value, or holds the formula that a text with an equals sign is."""
    if found is None:
        return wanted in (None, "")
    value, formula = found
    if isinstance(wanted, str) and wanted.startswith("=") and formula:
        return plain_formula(formula) == plain_formula(wanted)
    return same(value, wanted)


def plain_formula(formula: str) -> str:
    """A formula without what a program that writes it may change."""
    return "".join(formula.split()).lstrip("=").casefold()
