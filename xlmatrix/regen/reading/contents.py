"""A workbook as it was read: sheets, tables, named cells, comments, widths, loose cells."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from xlmatrix.package import Package
from xlmatrix.regen.reading.cells import Cells
from xlmatrix.regen.reading.tables import Raw, TableData

_CELL: Final = re.compile(r"^\$?([A-Z]{1,3})\$?(\d+)$")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table stands: sheet, header row and first column, last row.

    ``headers`` are the ids of our columns, whatever the file shows above them, and the headers of
    others.
    """

    name: str
    sheet: str
    row: int
    column: int
    last_row: int
    headers: tuple[str, ...]
    totals: bool = False
    """Whether a row of totals follows the last row."""
    style: str = ""
    """The name of its style; empty for none."""
    banded: bool = False
    filtered: bool = True
    """Whether its header has the buttons of a filter."""

    @property
    def last_column(self) -> int:
        """The sheet column of the last header."""
        return self.column + len(self.headers) - 1

    def holds(self, spot: tuple[int, int], *, below: int = 0) -> bool:
        """Whether a cell stands in it, or in so many rows right below."""
        row, column = spot
        return (
            self.row <= row <= self.last_row + below and self.column <= column <= self.last_column
        )


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a cell."""

    author: str
    text: str


@dataclass(slots=True)
class SheetPart:
    """One worksheet as read; rows and columns count from 1."""

    name: str
    part: str
    state: str = "visible"
    tables: list[Place] = field(default_factory=list)
    comments: dict[tuple[int, int], Comment] = field(default_factory=dict)
    related: frozenset[str] = frozenset()
    cells: Cells = field(default_factory=Cells)
    names: dict[str, str] = field(default_factory=dict)
    """Names of this sheet alone, print areas and titles among them, to what they stand for."""


@dataclass(slots=True)
class Contents:
    """A workbook as read."""

    package: Package
    sheets: list[SheetPart]
    names: dict[str, str]
    formats: list[str]
    extras: frozenset[str]
    broken: list[str] = field(default_factory=list)
    ours: frozenset[str] = frozenset()
    """Texts that xlmatrix wrote outside of tables: no rows of a table, though right below it."""
    from_1904: bool = False
    """Whether its days count from 1904."""
    mended: dict[str, str] = field(default_factory=dict)
    """Tables that had lost their name or their frame, and what had become of each."""
    renamed: dict[str, str] = field(default_factory=dict)
    """The names that people gave to tables of ours, to ours."""
    chart_sheets: tuple[tuple[str, str, str], ...] = ()
    """Sheets that are a chart: name, state and part."""

    @property
    def where(self) -> str:
        """The file, as errors name it."""
        return self.package.where

    def code_of(self, style: int) -> str:
        """The number format of a style number; empty for one that the workbook has not."""
        return self.formats[style] if style < len(self.formats) else ""

    def table(self, name: str) -> TableData | None:
        """A table by name, without regard to case."""
        for sheet in self.sheets:
            for place in sheet.tables:
                if place.name.casefold() == name.casefold():
                    return table_data(sheet, place, self.ours)
        return None

    def tables(self) -> dict[str, TableData]:
        """Every table by name."""
        return {
            place.name: table_data(sheet, place, self.ours)
            for sheet in self.sheets
            for place in sheet.tables
        }

    def sheet(self, name: str) -> SheetPart | None:
        """A sheet by name, without regard to case."""
        return next((s for s in self.sheets if s.name.casefold() == name.casefold()), None)

    def place_of(self, name: str) -> tuple[SheetPart, int, int] | None:
        """The sheet, row and column that a defined name begins at."""
        sheet_name, mark, area = self.names.get(name, "").lstrip("=").rpartition("!")
        place = cell_place(area.partition(":")[0])
        if not mark or place is None:
            return None
        if sheet_name.startswith("'"):
            sheet_name = sheet_name[1:-1].replace("''", "'")
        sheet = self.sheet(sheet_name)
        return None if sheet is None else (sheet, *place)

    def value_of(self, name: str) -> Raw:
        """The value of the cell that a defined name stands for."""
        place = self.place_of(name)
        return None if place is None else place[0].cells.values.get(place[1:])


def column_number(letters: str) -> int:
    """``A`` as 1, ``AB`` as 28."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def cell_place(address: str) -> tuple[int, int] | None:
    """``$B$3`` as (3, 2); None for what is no cell."""
    found = _CELL.match(address)
    return None if found is None else (int(found[2]), column_number(found[1]))


def table_data(sheet: SheetPart, place: Place, ours: frozenset[str] = frozenset()) -> TableData:
    """The rows of a table, those typed right below it included."""
    cells = sheet.cells
    columns = range(place.column, place.last_column + 1)
    last = _last_row(sheet, place, ours)
    rows: list[tuple[Raw, ...]] = []
    formulas: dict[tuple[int, int], str] = {}
    filled = {row for row, _ in cells.values} | {row for row, _ in cells.formulas}
    blank = (None,) * len(columns)
    for index, row in enumerate(range(place.row + 1, last + 1)):
        if row not in filled:
            rows.append(blank)
            continue
        rows.append(tuple(cells.values.get((row, column)) for column in columns))
        for offset, column in enumerate(columns):
            if (row, column) in cells.formulas:
                formulas[index, offset] = cells.formulas[row, column]
    return TableData(
        place.name, place.headers, tuple(rows), formulas, sheet.name, place.row, place.column
    )


def _holds(place: Place, row: int, columns: range) -> bool:
    """Whether a row of a table has cells in some columns."""
    beside = place.last_column < columns.start or place.column >= columns.stop
    return place.row <= row <= place.last_row and not beside


def _last_row(sheet: SheetPart, place: Place, ours: frozenset[str]) -> int:
    """Tables do not grow by themselves in every program: rows typed right below belong to them."""
    cells = sheet.cells
    columns = range(place.column, place.last_column + 1)
    last = place.last_row
    while not place.totals:
        spots = [(last + 1, column) for column in columns]
        typed = [cells.values[s] for s in spots if s in cells.values and s not in cells.formulas]
        if not typed or all(str(value) in ours for value in typed):
            return last
        if any(_holds(p, last + 1, columns) for p in sheet.tables if p != place):
            return last
        last += 1
    return last
