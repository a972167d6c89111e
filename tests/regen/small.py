"""Small sheets are quick sheets: what the rest holds is proven elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.matrices import few_spare_rows
from tests.regen import sheets
from xlmatrix import api
from xlmatrix.model import loads


def few_ready_rows(patch: pytest.MonkeyPatch) -> None:
    """Leave out spare rows, and the hidden helpers of clocks that nobody computes here."""
    few_spare_rows(patch)
    patch.setattr("xlmatrix.sheets.book.line_sheets", lambda scene: [])
    patch.setattr("xlmatrix.write.rendering.verify", lambda book: None)


def no_hidden_sheets(patch: pytest.MonkeyPatch) -> None:
    """Leave out the sheets that only formulas read; nobody types there, nor computes them here."""
    patch.setattr("xlmatrix.sheets.book._hidden_sheets", lambda scene, lines: [])


def few_sheets(patch: pytest.MonkeyPatch) -> None:
    """Both."""
    few_ready_rows(patch)
    no_hidden_sheets(patch)


def used_book(
    spec: str, rows: Iterable[tuple[str, int, Mapping[str, Any]]], folder: Path, as_of: str
) -> Path:
    """A small workbook in which somebody typed: table, row below its header, cells by column."""
    with pytest.MonkeyPatch.context() as patch:
        few_sheets(patch)
        api.build(loads(spec), as_of=as_of, output=folder / "built.xlsx")
    known = sheets.read(folder / "built.xlsx")
    book = openpyxl.load_workbook(folder / "built.xlsx")
    for table, row, cells in rows:
        grid = known.tables[table]
        for header, value in cells.items():
            book[grid.sheet].cell(grid.row + row, grid.column_of(header)).value = value
    book.save(folder / "used.xlsx")
    return folder / "used.xlsx"
