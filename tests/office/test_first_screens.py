"""The first screens in other programs: as stored, and after somebody typed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.matrices import few_spare_rows
from tests.office.compare import assert_confirmed, assert_confirmed_by_ironcalc
from tests.office.libre import recomputed
from tests.office.package import bounds, formula_cells
from tests.sheets.test_first_screens import build

_SHEETS = ("Start", "Incidents", "Clock card", "SEV-1", "SEV-2")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        few_spare_rows(patch)
        return build(tmp_path_factory.mktemp("screens") / "book.xlsx")


@pytest.mark.office
def test_what_stands_first_is_what_other_programs_compute(book: Path) -> None:
    assert_confirmed(book)
    first = [cell for cell in formula_cells(book) if cell[0] in _SHEETS]
    assert_confirmed_by_ironcalc(book, first)


@pytest.mark.office
def test_what_is_resolved_leaves_the_first_screens_and_what_is_logged_comes(
    book: Path, tmp_path: Path
) -> None:
    typed = openpyxl.load_workbook(book)
    sheet: Any = typed["Incidents"]
    left, top, right, _ = bounds(sheet.tables["tIncidents"].ref)
    heads = [sheet.cell(top, column).value for column in range(left, right + 1)]

    def put(row: int, header: str, value: datetime | str) -> None:
        sheet.cell(top + row, left + heads.index(header)).value = value

    put(6, "Resolved", datetime(2026, 4, 10, 11, 59))
    put(10, "ID", "new")
    put(10, "Title", "Title of new")
    put(10, "Opened", datetime(2026, 4, 10, 11, 50))
    put(10, "Class", "Class 1")
    typed.save(tmp_path / "typed.xlsx")
    got = recomputed(tmp_path / "typed.xlsx")
    assert [got["Incidents", f"A{row}"] or "" for row in range(4, 9)] == [
        "strange",
        "new",
        "late-2",
        "soon-2",
        "",
    ]
    assert [got["Start", f"C{row}"] for row in (12, 13)] == ["Title of strange", "Title of new"]
    review = got["Incidents", sheet.cell(top + 6, left + heads.index("Review")).coordinate]
    assert review == "To hold"
