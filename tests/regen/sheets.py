"""Reads and edits workbooks with openpyxl, on roads of its own and not by the code under test."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import openpyxl
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.table import Table

EPOCH = datetime(1899, 12, 30)
KEYS = {"tHours": 2, "tExceptions": 2}
HOLIDAYS = ("Date", "Calendar")
PLACED = ("tLadder", "tPauses", "tChanges", "tReopened", "tOverrides")
#: The sheet and rectangle of each table.
Frames: TypeAlias = dict[str, tuple[str, str]]


def bounds(area: str) -> tuple[int, int, int, int]:
    left, top, right, bottom = range_boundaries(area)
    assert left is not None
    assert top is not None
    assert right is not None
    assert bottom is not None
    return left, top, right, bottom


def plain(value: Any) -> Any:
    """A value as a number, text or None."""
    if isinstance(value, datetime):
        # openpyxl knows that Excel's 1900 has a day too many, and moves what is before it.
        value -= timedelta(days=value < datetime(1900, 3, 1))
        return round((value - EPOCH).total_seconds() / 86400, 7)
    if isinstance(value, date):
        return float((datetime(value.year, value.month, value.day) - EPOCH).days)
    if isinstance(value, time):
        return round((value.hour * 3600 + value.minute * 60 + value.second) / 86400, 7)
    if isinstance(value, timedelta):
        return round(value.total_seconds() / 86400, 7)
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, int | float):
        return round(float(value), 7)
    if isinstance(value, str):
        # openpyxl leaves what XML has no place for as Excel writes it.
        value = re.sub("_x([0-9A-F]{4})_", lambda hit: chr(int(hit[1], 16)), value)
        return value.replace("\r\n", "\n") or None
    if isinstance(value, ArrayFormula | DataTableFormula):
        return f"={getattr(value, 'text', '') or ''} over {value.ref}"
    return value


@dataclass
class Grid:
    """One table: where it stands, and its rows as header to value; formulas are left out."""

    name: str
    sheet: str
    row: int
    column: int
    last_row: int
    headers: list[str]
    rows: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    """The sheet row of each row."""

    @property
    def ref(self) -> str:
        right = get_column_letter(self.column + len(self.headers) - 1)
        return f"{get_column_letter(self.column)}{self.row}:{right}{self.last_row}"

    def column_of(self, header: str) -> int:
        return self.column + self.headers.index(header)

    @property
    def free(self) -> list[int]:
        """Blank ready rows."""
        taken = set(self.numbers)
        return [n for n in range(self.row + 1, self.last_row + 1) if n not in taken]

    def keys(self) -> list[str]:
        if self.name.startswith(PLACED):
            return [str(n) for n, _ in enumerate(self.rows, start=1)]
        if self.name == "tHolidays":
            heads: list[str] = list(HOLIDAYS)
        else:
            heads = self.headers[: KEYS.get(self.name, 1)]
        seen: dict[str, int] = {}
        found = []
        for row in self.rows:
            key = "|".join(str(row.get(h) if row.get(h) is not None else "") for h in heads)
            key = key.strip().casefold()
            seen[key] = seen.get(key, 0) + 1
            found.append(f"{key}#{seen[key]}")
        return found

    def by_key(self) -> dict[str, dict[str, Any]]:
        return dict(zip(self.keys(), self.rows, strict=True))


@dataclass
class Book:
    """A workbook as a person sees it."""

    tables: dict[str, Grid]
    names: dict[str, Any]
    places: dict[str, tuple[str, int, int]]
    comments: list[tuple[str, int, int, str]]
    """Sheet, row, column and text."""
    sheets: list[str]
    widths: dict[tuple[str, int], float]
    hidden: set[tuple[str, int]]
    cells: dict[tuple[str, int, int], Any]


def read(
    path: Path, computed: dict[str, set[str]] | None = None, frames: Frames | None = None
) -> Book:
    """Everything visible that a test compares. ``computed`` are columns of formulas by table.

    A formula of such a column is left out, a value that somebody typed over it is not; elsewhere a
    formula is its text. ``frames`` say where tables stand in a workbook that has none: a program
    had no word for them.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path)
    if frames is not None and not any(ws.tables for ws in book.worksheets):
        for name, (sheet, ref) in frames.items():
            if sheet in book.sheetnames:
                book[sheet].add_table(Table(displayName=name, name=name, ref=ref))
    return looked_at(book, computed)


def looked_at(  # noqa: PLR0912
    book: openpyxl.Workbook, computed: dict[str, set[str]] | None = None
) -> Book:
    """The same of a workbook that is open."""
    tables: dict[str, Grid] = {}
    comments: list[tuple[str, int, int, str]] = []
    cells: dict[tuple[str, int, int], Any] = {}
    widths, hidden = {}, set()
    for ws in book.worksheets:
        for table in ws.tables.values():
            left, top, right, bottom = bounds(table.ref)
            headers = [str(ws.cell(top, c).value) for c in range(left, right + 1)]
            grid = Grid(table.name, ws.title, top, left, bottom, headers)
            skip = (computed or {}).get(table.name, set())
            last = bottom
            while (
                _typed_row(ws, last + 1, left, right)
                and last - bottom < 3
                and table.name == "tIncidents"
            ):
                last += 1
            for number in range(top + 1, last + 1):
                row = {}
                for header, c in zip(headers, range(left, right + 1), strict=True):
                    cell = ws.cell(number, c)
                    if cell.data_type == "f" and (computed is None or header in skip):
                        continue
                    if header in skip and cell.value is None:
                        continue
                    row[header] = plain(cell.value)
                if any(value is not None and not is_formula(value) for value in row.values()):
                    grid.rows.append(row)
                    grid.numbers.append(number)
            tables[table.name] = grid
        if ws.sheet_state == "visible":
            for cells_row in ws.iter_rows():
                for cell in cells_row:
                    if cell.value is not None:
                        cells[ws.title, cell.row, cell.column] = cell.value
                    if cell.comment:
                        spot = (cell.row or 0, cell.column or 0)
                        comments.append((ws.title, *spot, cell.comment.text))
            for letter, dimension in ws.column_dimensions.items():
                number = openpyxl.utils.column_index_from_string(letter)
                widths[ws.title, number] = dimension.width
                if dimension.hidden:
                    hidden |= {
                        (ws.title, n) for n in range(dimension.min or 1, (dimension.max or 0) + 1)
                    }
    names: dict[str, Any] = {}
    places: dict[str, tuple[str, int, int]] = {}
    for known, defined in book.defined_names.items():
        text = defined.attr_text or ""
        sheet, mark, area = text.rpartition("!")
        if not mark or ":" in area or "[" in area:
            continue
        sheet = sheet.strip("'").replace("''", "'")
        if sheet not in book.sheetnames:
            continue
        left, top, _, _ = bounds(area)
        cell = book[sheet].cell(top, left)
        if cell.data_type != "f":
            names[known] = plain(cell.value)
            places[known] = (sheet, top, left)
    return Book(tables, names, places, comments, book.sheetnames, widths, hidden, cells)


def is_formula(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("=")


def _typed_row(ws: Any, row: int, left: int, right: int) -> bool:
    cells = [ws.cell(row, c) for c in range(left, right + 1)]
    return any(c.value is not None and c.data_type != "f" for c in cells)


def computed_of(path: Path) -> dict[str, set[str]]:
    """Columns of each table in which the first row holds a formula."""
    book = openpyxl.load_workbook(path)
    found: dict[str, set[str]] = {}
    for ws in book.worksheets:
        for table in ws.tables.values():
            found[table.name] = {
                column.name for column in table.tableColumns if column.calculatedColumnFormula
            }
    return found


Op = tuple[Any, ...]


def apply(  # noqa: PLR0912, PLR0915
    path: Path, target: Path, ops: list[Op], computed: dict[str, set[str]] | None = None
) -> Book:
    """Do what a person would do, with openpyxl. An op is a verb and its arguments.

    Gives what then stands in the workbook, which saves a test to open it again.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path)
    for verb, *args in ops:
        if verb == "set":
            sheet, row, column, value = args
            cell = book[sheet].cell(row, column)
            cell.value = value
        elif verb == "comment":
            sheet, row, column, text = args
            book[sheet].cell(row, column).comment = Comment(text, "Somebody")
        elif verb == "width":
            sheet, column, chars = args
            book[sheet].column_dimensions[get_column_letter(column)].width = chars
        elif verb == "hide":
            sheet, column = args
            book[sheet].column_dimensions[get_column_letter(column)].hidden = True
        elif verb == "add_sheet":
            name, cells, *more = args
            ws = book.create_sheet(name, *more[:1])
            if len(more) == 2 and more[1]:
                ws.sheet_state = more[1]
            for row, column, value in cells:
                ws.cell(row, column).value = value
        elif verb == "rename":
            book[args[0]].title = args[1]
            _repoint(book, args[0], args[1])
        elif verb == "reorder":
            book.move_sheet(args[0], args[1])
        elif verb == "add_column":
            sheet, table, header, values = args
            _add_column(book[sheet], table, header, values)
        elif verb == "swap":
            sheet, table, one, other = args
            _swap(book[sheet], table, one, other)
        elif verb == "hide_row":
            sheet, row = args
            book[sheet].row_dimensions[row].hidden = True
        elif verb == "merge":
            book[args[0]].merge_cells(args[1])
        elif verb == "link":
            sheet, row, column, place, *_ = args
            cell = book[sheet].cell(row, column)
            value = cell.value
            cell.hyperlink = place
            cell.value = value
        elif verb == "protect":
            book[args[0]].protection.set_password("secret")
        elif verb == "define":
            name, text, *home = args
            names = book[home[0]].defined_names if home else book.defined_names
            names[name] = DefinedName(name, attr_text=text)
        elif verb == "foreign_table":
            sheet, name, row, column, lines = args
            for down, line in enumerate(lines):
                for across, value in enumerate(line):
                    book[sheet].cell(row + down, column + across).value = value
            last = f"{get_column_letter(column + len(lines[0]) - 1)}{row + len(lines) - 1}"
            area = f"{get_column_letter(column)}{row}:{last}"
            book[sheet].add_table(Table(displayName=name, ref=area))
        elif verb == "tab":
            book[args[0]].sheet_properties.tabColor = args[1]
        elif verb == "hide_sheet":
            book[args[0]].sheet_state = args[1]
        else:
            raise AssertionError(verb)
    book.save(target)
    return looked_at(book, computed)


def _repoint(book: Any, old: str, new: str) -> None:
    """openpyxl leaves names and formulas that mention a renamed sheet as they were."""
    for defined in book.defined_names.values():
        for mention in (f"'{old}'!", f"{old}!"):
            defined.attr_text = (defined.attr_text or "").replace(mention, f"'{new}'!")


def _add_column(ws: Any, table: str, header: str, values: list[Any]) -> None:
    from openpyxl.worksheet.table import TableColumn

    found = ws.tables[table]
    left, top, right, bottom = bounds(found.ref)
    ws.cell(top, right + 1).value = header
    for offset, value in enumerate(values[: bottom - top], start=1):
        ws.cell(top + offset, right + 1).value = value
    found.ref = f"{get_column_letter(left)}{top}:{get_column_letter(right + 1)}{bottom}"
    if found.autoFilter is not None:
        found.autoFilter.ref = found.ref
    number = max(column.id for column in found.tableColumns) + 1
    found.tableColumns.append(TableColumn(id=number, name=header))


def _swap(ws: Any, table: str, one: str, other: str) -> None:
    found = ws.tables[table]
    left, top, _, bottom = bounds(found.ref)
    heads = [column.name for column in found.tableColumns]
    a, b = heads.index(one), heads.index(other)
    found.tableColumns[a].name, found.tableColumns[b].name = other, one
    for row in range(top, bottom + 1):
        first, second = ws.cell(row, left + a), ws.cell(row, left + b)
        first.value, second.value = second.value, first.value
