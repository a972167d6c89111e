"""Drill records that were judged by hand, in a workbook: two engines and the flags say the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.office.compare import assert_confirmed, assert_confirmed_by_ironcalc
from tests.office.package import formula_cells
from tests.rules.drills.cases import AS_OF, MOST_DRILLS, in_a_book, spec, typed
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.sheets.plan import BookPlan, Table
from xlmatrix.write import render

SHEETS = {"Drills", "Drill results", "Drill seats", "Drill cards", "Scenarios"}


@pytest.fixture(scope="module")
def plan() -> BookPlan:
    return plan_book(
        spec(MOST_DRILLS), IncidentLog.empty(), as_of=AS_OF, created=AS_OF, typed=typed(in_a_book())
    )


@pytest.fixture(scope="module")
def book(plan: BookPlan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("drills") / "matrix.xlsx"
    path.write_bytes(render(plan))
    return path


def records(plan: BookPlan) -> Table:
    tables = (table for sheet in plan.sheets for table in sheet.tables)
    return next(table for table in tables if table.name == "tDrills")


def cells(table: Table, header: str) -> list[object]:
    return list(table.values[[column.id for column in table.columns].index(header)])


def test_every_record_says_in_its_row_what_was_worked_out_by_hand(plan: BookPlan) -> None:
    table, told = records(plan), in_a_book()
    headers = ("Record", "Result", "Missed", "Check")
    rows = zip(*(cells(table, header) for header in headers), strict=True)
    shown = {key: (result, missed, flag) for key, result, missed, flag in rows}
    assert len(told) == 30
    for key, case in told.items():
        assert shown[key][:2] == (case.told["result"], case.missed), case.told["why"]
        assert case.told.get("flag", "") in str(shown[key][2])


@pytest.mark.office
@pytest.mark.slow
def test_libreoffice_judges_every_record_alike(book: Path) -> None:
    assert assert_confirmed(book) > 1000


@pytest.mark.slow
def test_a_second_engine_judges_every_record_alike(book: Path) -> None:
    some = [cell for cell in formula_cells(book) if cell[0] in SHEETS]
    assert assert_confirmed_by_ironcalc(book, some) > 1000
