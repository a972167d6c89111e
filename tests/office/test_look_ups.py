"""A text is looked for among texts and a number among numbers, whatever they look like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pytest

from tests.office.engines import ironcalc_values
from tests.office.libre import recomputed
from tests.office.package import Cell, Value
from xlmatrix.formula import F, is_among, place_of, ref, span, to_excel
from xlmatrix.tables.meaning import place_in

pytestmark = [pytest.mark.office, pytest.mark.slow]

Program = Callable[[Path], Mapping[Cell, Value]]
LIST: tuple[str | float, ...] = (5, "Ada", "7", 2.5, "a*", 46342, "ab")
WANTED: tuple[str | float | None, ...] = (
    "5", 5, "7", 7, "ada", "2.5", 2.5, "a*", "A?", "46342", "2026-11-16", None, " Ada",
)  # fmt: skip


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is wanted in A, the list in B, formulas of a cell alone and of it as text behind."""
    path = tmp_path_factory.mktemp("look_ups") / "book.xlsx"
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row, value in enumerate(LIST, start=1):
        sheet.cell(row, 2, value)
    listed = span(1, 2, len(LIST), 2)
    for row, wanted in enumerate(WANTED, start=1):
        sheet.cell(row, 1, wanted)
        cell = ref(row, 1)
        asked = (
            F.IFERROR(place_of(cell, listed), 0),
            is_among(cell, listed),
            F.IFERROR(place_of(cell & "", listed), 0),
            is_among(cell & "", listed),
        )
        for column, expr in enumerate(asked, start=3):
            sheet.cell(row, column, "=" + to_excel(expr, ""))
    workbook.save(path)
    return path


@pytest.mark.parametrize("program", [recomputed, ironcalc_values])
def test_a_cell_is_found_as_python_finds_it(book: Path, program: Program) -> None:
    said = program(book)
    for row, wanted in enumerate(WANTED, start=1):
        alone = place_in(wanted, LIST) or 0
        as_text = place_in("" if wanted is None else str(wanted), LIST) or 0
        expected = [alone, alone > 0, as_text, as_text > 0]
        assert [said["Sheet", f"{column}{row}"] for column in "CDEF"] == expected, wanted
