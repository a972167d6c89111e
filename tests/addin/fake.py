"""A workbook in memory that answers as xlwings does, for tests without Excel and without a key.

Only what the add-in uses is there; ``written`` lists every change of a cell, table or sheet, and
``log`` every cell with its old and its new value. What is set is coerced as Excel does: in a cell
that is not formatted as text, ``00123`` becomes a number and ``3-4`` a date.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl.utils import range_boundaries

from tests.addin.payload import payload

ERRORS = ("#N/A", "#VALUE!", "#REF!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_DAY = re.compile(r"(\d{1,2})[-/](\d{1,2})")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2}(:\d{2})?)?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")


class Write(NamedTuple):
    """One cell that was set: where, what stood there, what stands there now."""

    sheet: str
    row: int
    column: int
    old: Any
    new: Any


def coerced(value: Any, number_format: str) -> Any:
    """What stands in a cell after a value was set, as far as the tests need Excel's ways."""
    if value is None:
        return ""
    if number_format == "@":
        # Whether an apostrophe goes in such a cell, nobody here knows: none may be needed.
        return str(value)
    if not isinstance(value, str):
        return value
    if value.startswith("'"):
        return value[1:]
    text = value.strip()
    if text.startswith("=") and len(text) > 1:
        return f"a formula {text}"
    if _NUMBER.fullmatch(text.removesuffix("%")):
        return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    if day := _DAY.fullmatch(text):
        month, number = int(day[1]), int(day[2])
        if 1 <= month <= 12 and 1 <= number <= 28:
            return f"2026-{month:02}-{number:02}T00:00:00.000Z"
    if _ISO.fullmatch(text):
        return datetime.fromisoformat(text).isoformat(timespec="milliseconds") + "Z"
    if clock := _CLOCK.fullmatch(text):
        return (int(clock[1]) * 60 + int(clock[2])) / 1440
    return text.upper() == "TRUE" if text.upper() in {"TRUE", "FALSE"} else value


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
        sheet, book = self.sheet, self.sheet.book
        if sheet.api.ProtectContents or sheet.locked:
            raise PermissionError(f"the sheet {sheet.name} is protected")
        book.written.append((sheet.name, "values", self.row, self.column))
        for y, row in enumerate(grid, start=self.row):
            for x, cell in enumerate(row, start=self.column):
                new = coerced(cell, sheet.formats.get((y, x), "General"))
                book.log.append(Write(sheet.name, y, x, sheet.cells.get((y, x), ""), new))
                sheet.cells[y, x] = new

    @property
    def formula(self) -> Any:
        """What a person typed: a tuple of rows, or one cell's."""
        told, cells = self.sheet.formulas, self.sheet.cells
        columns = range(self.column, self.right + 1)
        grid = tuple(
            tuple(told.get((row, column), cells.get((row, column), "")) for column in columns)
            for row in range(self.row, self.bottom + 1)
        )
        return grid if self.shape != (1, 1) else grid[0][0]

    @property
    def number_format(self) -> str | None:
        """That of the cells; None where they differ."""
        found = {self.sheet.formats.get(place, "General") for place in self._places()}
        return found.pop() if len(found) == 1 else None

    @number_format.setter
    def number_format(self, text: str) -> None:
        self.sheet.book.written.append((self.sheet.name, f"format {text}", self.row, self.column))
        self.sheet.formats.update(dict.fromkeys(self._places(), text))

    def _places(self) -> list[tuple[int, int]]:
        rows, columns = range(self.row, self.bottom + 1), range(self.column, self.right + 1)
        return [(row, column) for row in rows for column in columns]


class FakeFilter:
    """The filter of a table of desktop Excel."""

    FilterMode = False


class FakeTableApi:
    """What a table of desktop Excel says of its filter."""

    def __init__(self) -> None:
        self.AutoFilter = FakeFilter()


class FakeTable:
    show_headers = True
    show_totals = False

    def __init__(self, sheet: FakeSheet, name: str, area: FakeRange) -> None:
        self.sheet, self.name, self.range = sheet, name, area
        self.api = FakeTableApi()

    @property
    def totals_row_range(self) -> FakeRange | None:
        """The last row, where it shows totals."""
        area = self.range
        last = FakeRange(self.sheet, area.bottom, area.column, area.bottom, area.right)
        return last if self.show_totals else None

    def total(self, label: str) -> None:
        """Show a row of totals below the table, as a person would."""
        area = self.range
        self.range = FakeRange(self.sheet, area.row, area.column, area.bottom + 1, area.right)
        self.show_totals = True
        self.sheet.cells[area.bottom + 1, area.column] = label

    def widen(self, header: str, cells: list[Any]) -> None:
        """Add a column of one's own at the right, as a person would."""
        area = self.range
        for row, cell in enumerate([header, *cells], start=area.row):
            self.sheet.cells[row, area.right + 1] = cell
        self.range = FakeRange(self.sheet, area.row, area.column, area.bottom, area.right + 1)

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
    locked = False
    """Whether Excel refuses to write, where nobody tells it before."""

    def __init__(self, book: FakeBook, name: str, values: list[list[Any]]) -> None:
        self.book, self.name, self.api = book, name, FakeApi()
        self.cells = {
            (y, x): cell
            for y, row in enumerate(values, start=1)
            for x, cell in enumerate(row, start=1)
        }
        self.formats: dict[tuple[int, int], str] = {}
        self.formulas: dict[tuple[int, int], str] = {}
        """Formulas that people typed; what they show stands in the cells."""
        self.tables = FakeTables(self)

    def delete_row(self, row: int) -> None:
        """Delete a row as a person would: what stands below moves up, tables get shorter."""
        for cells in (self.cells, self.formats, self.formulas):
            moved = {(y - (y > row), x): held for (y, x), held in cells.items() if y != row}
            cells.clear()
            cells.update(moved)
        for table in self.tables:
            area = table.range
            table.range = FakeRange(
                self,
                area.row - (area.row > row),
                area.column,
                area.bottom - (area.bottom >= row),
                area.right,
            )

    def range(self, first: tuple[int, int], last: tuple[int, int]) -> FakeRange:
        return FakeRange(self, *first, *last)

    @property
    def used_range(self) -> FakeRange:
        bottom = max((y for y, _ in self.cells), default=1)
        return FakeRange(self, 1, 1, bottom, max((x for _, x in self.cells), default=1))

    def activate(self) -> None:
        """The person stays where they were."""


class FakeSheets(list[FakeSheet]):
    book: FakeBook

    @property
    def active(self) -> FakeSheet:
        return self[0]

    def add(self, name: str, after: FakeSheet) -> FakeSheet:
        assert after is self[-1]
        if self.book.api.ProtectStructure:
            raise PermissionError("the workbook is protected")
        if name.casefold() in {sheet.name.casefold() for sheet in self} or len(name) > 31:
            raise ValueError(f"no sheet can be named {name}")
        self.book.written.append((name, "sheet", 0, 0))
        self.append(FakeSheet(self.book, name, [[""]]))
        return self[-1]


class FakeName:
    def __init__(self, name: str, area: FakeRange) -> None:
        self.name, self.refers_to_range = name, area


class FakeApp:
    def __init__(self) -> None:
        self.said: list[str] = []
        self.calculated = 0
        self.ran: list[tuple[str, tuple[Any, ...]]] = []

    def macro(self, name: str) -> Callable[..., None]:
        """A function of the page, which notes that it was called."""
        return lambda *args: self.ran.append((name, args))

    def calculate(self) -> None:
        self.calculated += 1

    def alert(self, prompt: str, title: str = "", mode: str = "") -> None:
        self.said.append(prompt)


class FakeBookApi:
    """What the workbook of desktop Excel says about protection."""

    ProtectStructure = False


class FakeNames(list[FakeName]):
    """The names of a workbook, which are asked for by place or by name."""

    def __getitem__(self, wanted: Any) -> Any:
        if isinstance(wanted, str):
            return next(name for name in self if name.name == wanted)
        return super().__getitem__(wanted)


class FakeBook:
    """A workbook as read from a file with its cached values."""

    def __init__(self, path: Path, name: str = "") -> None:
        data = payload(path)
        self.name = self.fullname = name or path.name
        self.app = FakeApp()
        self.api = FakeBookApi()
        self.written: list[tuple[str, str, int, int]] = []
        self.log: list[Write] = []
        self.selection: FakeRange | None = None
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
        self.names = FakeNames(
            FakeName(entry["name"], self._area(entry["sheet_index"], entry["address"]))
            for entry in data["names"]
        )

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

    def cells(self) -> dict[tuple[str, int, int], Any]:
        """Every cell that holds something, by sheet, row and column."""
        return {
            (sheet.name, *place): held
            for sheet in self.sheets
            for place, held in sheet.cells.items()
            if held != ""
        }

    def put(self, sheet: str, row: int, column: int, value: Any) -> None:
        """Write one cell as a person would."""
        self.sheet(sheet).cells[row, column] = value

    def type(self, table: str, header: str, row: int, value: Any) -> None:
        """Write one cell of a table as a person would; ``row`` counts from 0, -1 is the header."""
        area = self.table(table).range
        place = area.options(ndim=2).value[0].index(header)
        area.sheet.cells[area.row + 1 + row, area.column + place] = value
