"""A workbook in memory that answers as xlwings does, for tests without Excel and without a key.

Only what the add-in uses is there; ``written`` lists every change of a cell, table or sheet.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl.utils import range_boundaries

from tests.addin.payload import payload

ERRORS = ("#N/A", "#VALUE!", "#REF!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!")


class Options:
    def __init__(self, area: FakeRange, ndim: int | None, err_to_str: bool) -> None:
        self.area, self.ndim, self.err_to_str = area, ndim, err_to_str

    @property
    def value(self) -> Any:
        grid = [[self._cell(c) for c in row] for row in self.area.grid()]
        if self.ndim == 2 or self.area.shape != (1, 1):
            return grid
        return grid[0][0]

    def _cell(self, value: Any) -> Any:
        if isinstance(value, str):
            if value == "":
                return None
            if len(value) == 24 and value.endswith("Z") and value[10] == "T":
                return datetime.fromisoformat(value[:-1])
            if value in ERRORS and not self.err_to_str:
                return None
        return value


class FakeRange:
    def __init__(self, sheet: FakeSheet, top: int, left: int, bottom: int, right: int) -> None:
        self.sheet, self.row, self.column = sheet, top, left
        self.bottom, self.right = bottom, right

    @property
    def shape(self) -> tuple[int, int]:
        return self.bottom - self.row + 1, self.right - self.column + 1

    def grid(self) -> list[list[Any]]:
        cells = self.sheet.cells
        return [
            [cells.get((row, column), "") for column in range(self.column, self.right + 1)]
            for row in range(self.row, self.bottom + 1)
        ]

    def options(self, ndim: int | None = None, err_to_str: bool = False) -> Options:
        return Options(self, ndim, err_to_str)

    @property
    def value(self) -> Any:
        return self.options().value

    @value.setter
    def value(self, grid: list[list[Any]]) -> None:
        assert (len(grid), len(grid[0])) == self.shape
        self.sheet.book.written.append((self.sheet.name, "values", self.row, self.column))
        for y, row in enumerate(grid):
            for x, cell in enumerate(row):
                text = cell[1:] if isinstance(cell, str) and cell.startswith("'") else cell
                self.sheet.cells[self.row + y, self.column + x] = "" if text is None else text

    @property
    def number_format(self) -> str:
        raise NotImplementedError

    @number_format.setter
    def number_format(self, text: str) -> None:
        self.sheet.book.written.append((self.sheet.name, f"format {text}", self.row, self.column))


class FakeTable:
    def __init__(self, sheet: FakeSheet, name: str, area: FakeRange) -> None:
        self.sheet, self.name, self.range = sheet, name, area

    def resize(self, area: FakeRange) -> None:
        self.sheet.book.written.append((self.sheet.name, f"resize {self.name}", area.bottom, 0))
        self.range = area


class FakeTables(list[FakeTable]):
    def __init__(self, sheet: FakeSheet) -> None:
        super().__init__()
        self.sheet = sheet

    def add(self, source: FakeRange, name: str) -> FakeTable:
        self.sheet.book.written.append((self.sheet.name, f"table {name}", source.row, 0))
        self.append(FakeTable(self.sheet, name, source))
        return self[-1]


class FakeApi:
    """What the sheet of desktop Excel says about protection."""

    ProtectContents = False


class FakeSheet:
    def __init__(self, book: FakeBook, name: str, values: list[list[Any]]) -> None:
        self.book, self.name, self.api = book, name, FakeApi()
        self.cells = {
            (y, x): cell
            for y, row in enumerate(values, start=1)
            for x, cell in enumerate(row, start=1)
        }
        self.tables = FakeTables(self)

    def range(self, first: tuple[int, int], last: tuple[int, int]) -> FakeRange:
        return FakeRange(self, *first, *last)

    @property
    def used_range(self) -> FakeRange:
        return FakeRange(self, 1, 1, max(y for y, _ in self.cells), max(x for _, x in self.cells))

    def activate(self) -> None:
        """The person stays where they were."""


class FakeSheets(list[FakeSheet]):
    book: FakeBook

    @property
    def active(self) -> FakeSheet:
        return self[0]

    def add(self, name: str, after: FakeSheet) -> FakeSheet:
        assert after is self[-1]
        self.book.written.append((name, "sheet", 0, 0))
        self.append(FakeSheet(self.book, name, [[""]]))
        return self[-1]


class FakeName:
    def __init__(self, name: str, area: FakeRange) -> None:
        self.name, self.refers_to_range = name, area


class FakeApp:
    def __init__(self) -> None:
        self.said: list[str] = []

    def alert(self, prompt: str, title: str = "", mode: str = "") -> None:
        self.said.append(prompt)


class FakeBook:
    """A workbook as read from a file with its cached values."""

    def __init__(self, path: Path, name: str = "") -> None:
        data = payload(path)
        self.name = self.fullname = name or path.name
        self.app = FakeApp()
        self.written: list[tuple[str, str, int, int]] = []
        self.sheets = FakeSheets()
        self.sheets.book = self
        for entry in data["sheets"]:
            sheet = FakeSheet(self, entry["name"], entry["values"])
            self.sheets.append(sheet)
            for table in entry["tables"]:
                left, top, right, bottom = (
                    int(edge or 0) for edge in range_boundaries(table["range_address"])
                )
                area = FakeRange(sheet, top, left, bottom, right)
                sheet.tables.append(FakeTable(sheet, table["name"], area))
        self.names = [
            FakeName(entry["name"], self._area(entry["sheet_index"], entry["address"]))
            for entry in data["names"]
        ]

    def _area(self, sheet: int, address: str) -> FakeRange:
        left, top, right, bottom = (int(edge or 0) for edge in range_boundaries(address))
        return FakeRange(self.sheets[sheet], top, left, bottom, right)

    def sheet(self, name: str) -> FakeSheet:
        return next(sheet for sheet in self.sheets if sheet.name == name)

    def table(self, name: str) -> FakeTable:
        return next(t for sheet in self.sheets for t in sheet.tables if t.name == name)

    def drop(self, name: str) -> None:
        """Delete a table as a person would."""
        table = self.table(name)
        table.sheet.tables.remove(table)

    def column(self, table: str, header: str) -> list[Any]:
        """What stands under a header."""
        grid = self.table(table).range.options(ndim=2).value
        place = grid[0].index(header)
        return [row[place] for row in grid[1:]]

    def type(self, table: str, header: str, row: int, value: Any) -> None:
        """Write one cell of a table as a person would; ``row`` counts from 0, -1 is the header."""
        area = self.table(table).range
        place = area.options(ndim=2).value[0].index(header)
        area.sheet.cells[area.row + 1 + row, area.column + place] = value
