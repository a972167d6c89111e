"""Writes tables into an open workbook: a stretch of cells a write, and none before all is sure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from math import isfinite
from typing import Any, Final

import numpy as np

from xlmatrix.addin.ground import refuse_protected
from xlmatrix.addin.placing import Placed, Written, place_tables
from xlmatrix.addin.telling import adder
from xlmatrix.rules.instants import serial
from xlmatrix.tables.kinds import text_of

__all__ = [
    "TEXT_FORMAT",
    "Written",
    "as_cell",
    "as_text",
    "refuse_protected",
    "set_format",
    "write_tables",
]

STAMP_FORMAT: Final = "yyyy-mm-dd hh:mm"
#: Cells of this format take what is set as text: ``00123`` and ``3-4`` stay what they are.
TEXT_FORMAT: Final = "@"


def write_tables(book: Any, tables: Sequence[Written]) -> dict[str, str]:
    """Put the tables where they belong; gives the title of the sheet of each by its name.

    A sheet or table that is missing is made. A sheet that holds something else stays as it is, and
    ours gets another name.

    Raises
    ------
    XlmatrixError
        Something that is not ours stands where a table has to grow, or a sheet or table cannot be
        written: nothing is written then.
    """
    placed = place_tables(book, tables)
    # A structure that is protected is noticed here, where nothing has been written yet.
    sheets = _sheets(book, placed)
    if adder(book) is not None:
        # Nobody tells there that a sheet is protected; a header written anew is refused in time.
        for one in placed:
            if one.table is not None:
                area = one.table.range
                corner = (area.row, area.column)
                cell = sheets[one.title].range(corner, corner)
                cell.value = [[cell.options(ndim=2).value[0][0]]]
    for one in placed:
        _write(sheets[one.title], one)
    return {one.written.name: one.title for one in placed}


def _sheets(book: Any, placed: Sequence[Placed]) -> dict[str, Any]:
    """The sheets of the tables by title, those that are missing added at the end."""
    found = {one.title: one.sheet for one in placed if one.sheet is not None}
    active = book.sheets.active
    for one in placed:
        if one.title not in found:
            found[one.title] = book.sheets.add(one.title, after=book.sheets[-1])
            # A new sheet comes to the front; the person stays where they were.
            active.activate()
    return found


def _write(sheet: Any, one: Placed) -> None:
    table, (first, last) = one.written, one.body
    for column, headers in one.runs if last >= first else ():
        spot = (first, last, column)
        set_format(sheet, spot, headers, table.texts, TEXT_FORMAT)
        if one.grown:
            set_format(sheet, spot, headers, table.stamps, STAMP_FORMAT)
    ids = dict(one.runs)
    for row, column, grid in one.blocks:
        head = ids.get(column, list(table.headers))
        texts = [header in table.texts for header in head]
        texts += [False] * (len(grid[0]) - len(texts))
        cells = [
            [as_text(v) if t else as_cell(v) for v, t in zip(g, texts, strict=True)] for g in grid
        ]
        if row == one.area[0]:
            # Headers are text whatever they say.
            cells[0] = list(grid[0])
        end = (row + len(grid) - 1, column + len(grid[0]) - 1)
        sheet.range((row, column), end).value = cells
    top, left, bottom, right = one.area
    whole = sheet.range((top, left), (bottom, right))
    if one.table is None:
        sheet.tables.add(source=whole, name=table.name)
    elif (whole.shape) != tuple(one.table.range.shape):
        one.table.resize(whole)


def set_format(
    sheet: Any,
    spot: tuple[int, int, int],
    headers: Sequence[str],
    chosen: Collection[str],
    number_format: str,
) -> None:
    """Format the chosen columns of a stretch of columns, neighbours by one call.

    ``spot`` is its first and its last row, and its first column.
    """
    first, last, left = spot
    begun = None
    for at, header in enumerate([*headers, ""]):
        if header in chosen and begun is None:
            begun = at
        elif header not in chosen and begun is not None:
            cells = sheet.range((first, left + begun), (last, left + at - 1))
            cells.number_format = number_format
            begun = None


def as_cell(value: Any) -> Any:
    """A value for a cell of any format: stamps as serial numbers, and text that stays text.

    An apostrophe keeps a text from turning into a formula, a number, a date or a truth value.
    """
    if value is None or (type(value) is float and isfinite(value)):
        return value
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, datetime):
        return serial(value.replace(microsecond=0))
    if isinstance(value, date):
        return serial(datetime(value.year, value.month, value.day))
    if isinstance(value, float) and not np.isfinite(value):
        return None
    if isinstance(value, str):
        return f"'{value}" if value else None
    return value


def as_text(value: Any) -> Any:
    """A value for a cell that is formatted as text."""
    if type(value) is str:
        return value or None
    if isinstance(value, np.generic):
        value = value.item()
    return text_of(value) or None
