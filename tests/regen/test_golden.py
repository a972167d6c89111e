"""Workbooks of every release come to the templates of this one with all that was typed in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.office.package import column_cells, formula_cells
from tests.regen.raw import apply_raw
from tests.regen.sheets import read
from tools.golden import GOLDEN, TYPED
from xlmatrix import api

BOOKS = sorted(GOLDEN.glob("*.xlsx"))
#: A formula that somebody typed in a column that holds helpers of ours, hidden.
AMONG_HELPERS = ("SEV-1", 300, 13, "=ROWS(tRoles[Role])")


def test_there_is_a_golden_workbook() -> None:
    assert BOOKS


@pytest.mark.slow
@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.name)
def test_a_workbook_of_an_older_release_keeps_what_was_typed(book: Path, tmp_path: Path) -> None:
    template = book.name.partition("-")[0]
    apply_raw(book, tmp_path / "used.xlsx", [("set", *AMONG_HELPERS)])
    done = api.regenerate(tmp_path / "used.xlsx", template, output=tmp_path / "new.xlsx")
    new = read(tmp_path / "new.xlsx")
    for table, _, header, value in TYPED:
        column = [row.get(header) for row in new.tables[table].rows]
        wanted = float(value) if isinstance(value, int | float) else value
        assert wanted in column, f"{table} {header}"
    assert done.report.counts()["kept"] >= len({table for table, *_ in TYPED})
    typed = [
        (one.sheet, one.after)
        for one in done.report.changes
        if one.note == "typed beside the tables" and str(one.after).startswith("=")
    ]
    assert typed == [(AMONG_HELPERS[0], AMONG_HELPERS[-1])], "helpers of ours are none of theirs"
    if "tShifts" in new.tables:
        # The first shifts of the old horizon are cut anew, and those that nobody touched go.
        cells = formula_cells(tmp_path / "new.xlsx")
        hours = [
            cells[at].value for at in column_cells(tmp_path / "new.xlsx", "tShifts", "no backup h")
        ]
        assert hours
        assert all(isinstance(value, int | float) for value in hours)
