"""Writes tables into an open workbook: one write a table, nothing before all checks have passed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import numpy as np

from xlmatrix.errors import XlmatrixError
from xlmatrix.formula import could_be_formula
from xlmatrix.rules.instants import serial

STAMP_FORMAT: Final = "yyyy-mm-dd hh:mm"


@dataclass(frozen=True, slots=True)
class Written:
    """A table as it shall stand on a sheet; ``row`` and ``column`` are of its first header."""

    name: str
    sheet: str
    row: int
    column: int
    headers: Sequence[str]
    rows: Sequence[Sequence[Any]]
    stamps: frozenset[str] = frozenset()


def write_tables(book: Any, tables: Sequence[Written]) -> None:
    """Put the tables where they belong; a sheet or table that is missing is made.

    Raises
    ------
    XlmatrixError
        For a protected sheet, or a table of that name on another sheet: nothing is written then.
    """
    sheets = {sheet.name: sheet for sheet in book.sheets}
    for table in tables:
        if table.sheet in sheets:
            refuse_protected(sheets[table.sheet])
    active = book.sheets.active
    for table in tables:
        if table.sheet not in sheets:
            sheets[table.sheet] = book.sheets.add(table.sheet, after=book.sheets[-1])
            # A new sheet comes to the front; the person stays where they were.
            active.activate()
        _write(sheets[table.sheet], table)


def refuse_protected(sheet: Any) -> None:
    """Say in time that a sheet is protected; only desktop Excel on Windows tells before."""
    if getattr(sheet.api, "ProtectContents", False) is True:
        raise XlmatrixError(
            f"the sheet {sheet.name} is protected",
            where=sheet.name,
            mend="Unprotect it (Review, Unprotect Sheet), then try again",
        )


def _write(sheet: Any, table: Written) -> None:
    known = next((t for t in sheet.tables if t.name == table.name), None)
    top, left, width = table.row, table.column, len(table.headers)
    old_height = old_width = 0
    if known is not None:
        area = known.range
        top, left = area.row, area.column
        old_height, old_width = area.shape
    rows = [list(table.headers), *([as_cell(value) for value in row] for row in table.rows)]
    if len(rows) == 1:
        rows.append([None] * width)
    height = len(rows)
    # What the last run left below is blanked by the same write.
    span = max(width, old_width)
    grid = [row + [None] * (span - width) for row in rows]
    grid += [[None] * span for _ in range(old_height - height)]
    sheet.range((top, left), (top + len(grid) - 1, left + span - 1)).value = grid
    whole = sheet.range((top, left), (top + height - 1, left + width - 1))
    if known is None:
        sheet.tables.add(source=whole, name=table.name)
    elif (height, width) != (old_height, old_width):
        known.resize(whole)
    if known is None or height > old_height or width > old_width:
        for first, last in _runs(table):
            corner = (top + 1, left + first)
            cells = sheet.range(corner, (top + height - 1, left + last))
            cells.number_format = STAMP_FORMAT


def _runs(table: Written) -> list[tuple[int, int]]:
    """Stretches of neighbouring columns that hold stamps, so that few calls format them."""
    runs: list[tuple[int, int]] = []
    for place, header in enumerate(table.headers):
        if header in table.stamps:
            if runs and runs[-1][1] == place - 1:
                runs[-1] = (runs[-1][0], place)
            else:
                runs.append((place, place))
    return runs


def as_cell(value: Any) -> Any:
    """A value as a cell takes it: stamps as serial numbers, text that never becomes a formula."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, datetime):
        return serial(value.replace(microsecond=0))
    if isinstance(value, date):
        return serial(datetime(value.year, value.month, value.day))
    if isinstance(value, float) and not np.isfinite(value):
        return None
    if isinstance(value, str):
        return f"'{value}" if could_be_formula(value) else value or None
    return value
