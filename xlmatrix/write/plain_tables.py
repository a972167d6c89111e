"""A workbook of tables and nothing else: no formulas, no names, one table a sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from openpyxl.cell import Cell
from openpyxl.styles import Font
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from xlmatrix.errors import XlmatrixError
from xlmatrix.formula import could_be_formula
from xlmatrix.formula.render import column_letters
from xlmatrix.sheets.draft import area
from xlmatrix.write.habits import as_excel_writes
from xlmatrix.write.package import add_shared_parts, pack, parts_of, sheet_shell
from xlmatrix.write.values import SharedStrings, check_text, encode, floats_of, number_text

#: Rows of a sheet, below its header.
MOST_ROWS: Final = 1_048_575
#: Stamps are in UTC, and say so.
STAMP_FORMAT: Final = 'yyyy\\-mm\\-dd"T"hh:mm:ss"Z"'
Column: TypeAlias = list[Any] | NDArray[Any]
_AT_ONCE: Final = 1024
_WIDE_CHARS: Final = 20
_NEVER: Final = datetime(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class PlainTable:
    """One sheet: its title, headers, and columns of texts, numbers or ``datetime64[s]`` in UTC."""

    title: str
    headers: tuple[str, ...]
    columns: tuple[Column, ...]

    def __len__(self) -> int:
        return len(self.columns[0])


@dataclass(frozen=True, slots=True)
class _Looks:
    """The numbers of the cell formats: of headers, stamps, texts that could be formulas."""

    header: int
    stamp: int
    quoted: int


def plain_tables(tables: Sequence[PlainTable], *, where: str) -> bytes:
    """The bytes of a workbook with a sheet a table; those of equal tables are equal.

    Raises
    ------
    XlmatrixError
        More rows than a sheet holds; ``where`` is what it is to be called.
    """
    for table in tables:
        if len(table) > MOST_ROWS:
            raise XlmatrixError(
                f"{len(table):,} rows; a sheet holds {MOST_ROWS:,} below its header",
                where=where,
                mend="Write a CSV or a Parquet file",
            )
    made = Workbook()
    sheets = [made.active, *(made.create_sheet() for _ in tables[1:])]
    looks = None
    for sheet, table in zip(sheets, tables, strict=True):
        assert isinstance(sheet, Worksheet)
        looks = _furnish(sheet, table)
    assert looks is not None
    properties = made.properties
    properties.creator = properties.lastModifiedBy = "xlmatrix"
    # Equal tables are equal bytes: the hour of the day stands nowhere.
    properties.created = properties.modified = _NEVER
    parts = as_excel_writes(parts_of(made))
    add_shared_parts(parts)
    rows = [_Rows(table, looks) for table in tables]
    shared = SharedStrings()
    streams = {
        name: _stream(parts[name], one, shared)
        for number, one in enumerate(rows, start=1)
        for name in [f"xl/worksheets/sheet{number}.xml"]
    }
    return pack(parts, streams, shared.xml)


def _furnish(sheet: Worksheet, table: PlainTable) -> _Looks:
    """A sheet but for its rows; gives the formats, which are those of every sheet."""
    sheet.title = table.title
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = area(1, 1, len(table) + 1, len(table.headers))
    for number in range(1, len(table.headers) + 1):
        sheet.column_dimensions[column_letters(number)].width = _WIDE_CHARS
    header, stamp, quoted = (Cell(sheet, row=1, column=at) for at in (1, 2, 3))
    header.font = Font(bold=True)
    stamp.number_format = STAMP_FORMAT
    quoted.quotePrefix = True
    return _Looks(header.style_id, stamp.style_id, quoted.style_id)


def _stream(part: bytes, rows: _Rows, shared: SharedStrings) -> Any:
    def chunks() -> Iterator[str]:
        table = rows.table
        before, after = sheet_shell(part, area(1, 1, len(table) + 1, len(table.headers)))
        yield before
        yield from rows.chunks(shared)
        yield after

    return chunks


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a table as XML."""

    table: PlainTable
    looks: _Looks

    def chunks(self, shared: SharedStrings) -> Iterator[str]:
        """The header, then the rows, some at once."""
        head = [
            self._text(f"{column_letters(at)}1", header, shared, self.looks.header)
            for at, header in enumerate(self.table.headers, start=1)
        ]
        yield f'<row r="1">{"".join(head)}</row>'
        for first in range(0, len(self.table), _AT_ONCE):
            columns = [
                self._column(column_letters(at), first, column, shared)
                for at, column in enumerate(self.table.columns, start=1)
            ]
            yield "".join(
                f'<row r="{row}">{"".join(cells)}</row>'
                for row, cells in enumerate(zip(*columns, strict=True), start=first + 2)
            )

    def _column(self, letters: str, first: int, column: Column, shared: SharedStrings) -> list[str]:
        part = column[first : first + _AT_ONCE]
        if isinstance(part, np.ndarray) and (numbers := floats_of(part)) is not None:
            look = self.looks.stamp if part.dtype.kind == "M" else 0
            cell = f'<c r="{letters}%d" s="{look}"><v>%s</v></c>'
            return [
                "" if np.isnan(one) else cell % (row, number_text(one))
                for row, one in enumerate(numbers.tolist(), start=first + 2)
            ]
        return [
            self._text(f"{letters}{row}", one, shared)
            for row, one in enumerate(part, start=first + 2)
        ]

    def _text(self, place: str, value: Any, shared: SharedStrings, look: int = 0) -> str:
        text = encode(value)
        if not text:
            return ""
        if not isinstance(text, str):
            return f'<c r="{place}"{text[0]}><v>{text[1]}</v></c>'
        check_text(text, f"{self.table.title}!{place}")
        look = self.looks.quoted if could_be_formula(text) else look
        return f'<c r="{place}" s="{look}" t="s"><v>{shared.number(text)}</v></c>'
