"""Pairs of copies of one workbook, each edited as a person would."""

from __future__ import annotations

import tempfile
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.regen.editions import OLD
from tests.regen.sheets import Book, Grid, Op, apply, read
from tests.regen.small import few_sheets
from xlmatrix import api
from xlmatrix.model import loads

LOG = """\
id,opened,title,class
I-1,2026-03-02 09:30,Slow answers,REL-02
I-2,2026-03-12 17:10,No answers,REL-01
"""


def original(folder: Path) -> Path:
    """A workbook with two incidents and no hidden sheets, of which copies are taken."""
    path = folder / "original.xlsx"
    path.write_bytes(_built())
    return path


@cache
def _built() -> bytes:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        few_sheets(patch)
        log, path = Path(folder) / "log.csv", Path(folder) / "original.xlsx"
        log.write_text(LOG, encoding="utf-8")
        api.build(loads(OLD), incidents=log, as_of="2026-03-16 10:30", output=path)
        return path.read_bytes()


def day(text: str) -> datetime:
    return datetime.fromisoformat(text)


def filled(grid: Grid, place: int, **columns: Any) -> list[Op]:
    """A ready row, by its place among them, with values."""
    row = grid.free[place]
    return [
        ("set", grid.sheet, row, grid.column_of(header.replace("_", " ")), value)
        for header, value in columns.items()
    ]


def put(grid: Grid, key: str, header: str, value: Any) -> Op:
    """A value in the row that begins with a key."""
    row = next(n for n, held in zip(grid.numbers, grid.rows, strict=True) if key in held.values())
    return ("set", grid.sheet, row, grid.column_of(header), value)


def emptied(grid: Grid, key: str) -> list[Op]:
    """A row deleted with the Delete key."""
    place = next(n for n, held in enumerate(grid.rows) if key in held.values())
    return [
        ("set", grid.sheet, grid.numbers[place], grid.column_of(header), None)
        for header in grid.rows[place]
    ]


def copy(source: Path, target: Path, ops: list[Op]) -> Path:
    apply(source, target, ops)
    return target


def rows(book: Book, table: str) -> list[dict[str, Any]]:
    """What stands in a table, without blanks."""
    return [
        {header: value for header, value in row.items() if value is not None}
        for row in book.tables[table].rows
    ]


__all__ = ["Book", "Op", "copy", "day", "emptied", "filled", "original", "put", "read", "rows"]
