"""The judge of typings: it finds a row wherever it is now, and every cell that says two things."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.table import Table, TableColumn, TableFormula

from tests.office.package import ExcelError, Package, Value, formula_cells
from tests.office.typings.flagged import silences
from tests.office.typings.judge import Fault, Look, faults
from tests.office.typings.spots import Spot, type_into
from xlmatrix.tables.drills import DECISION
from xlmatrix.tables.flags import MARK


def _book(path: Path, rows: list[tuple[Value, Value]], beside: str = "") -> Path:
    """A table of a typed and a computed column, and Health with one line."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Key", "Twice"])
    for key, _ in rows:
        sheet.append([key, "=A2*2"])
    columns = [
        TableColumn(id=1, name="Key"),
        TableColumn(id=2, name="Twice", calculatedColumnFormula=TableFormula(attr_text="A2*2")),
    ]
    sheet.add_table(Table(displayName="tOne", ref=f"A1:B{len(rows) + 1}", tableColumns=columns))
    if beside:
        sheet["D1"] = beside
    health = book.create_sheet("Health")
    health["B3"], health["C3"] = "Lines", "=1+1"
    book.save(path)
    return path


def _faults(tmp_path: Path, mine: list[tuple[Value, Value]], engine: list[tuple[Value, Value]],
            trusted: str = "one", beside: str = "") -> list[Fault]:  # fmt: skip
    books = []
    for name, rows in (("mine", mine), ("engine", engine)):
        package = Package(_book(tmp_path / f"{name}.xlsx", rows, beside))
        values = {("Sheet", f"B{n}"): value for n, (_, value) in enumerate(rows, start=2)}
        values["Sheet", "D1"] = rows[0][1]
        cells = {
            cell: type(found)(found.formula, values.get(cell, 2.0), found.kind)
            for cell, found in package.formula_cells.items()
        }
        package.__dict__["formula_cells"] = cells
        books.append(Look(package))
    said = {cell: found.value for cell, found in books[0].package.formula_cells.items()}
    return faults(books[0], {"one": said}, books[1], trusted={trusted})[0]


def test_a_row_is_found_wherever_it_stands(tmp_path: Path) -> None:
    assert not _faults(tmp_path, [("a", 1.0), (None, ""), ("b", 2.0)], [("b", 2.0), ("a", 1.0)])


@pytest.mark.parametrize("trusted", ["one", "another"])
def test_a_cell_that_says_another_thing_is_a_fault(tmp_path: Path, trusted: str) -> None:
    found = _faults(tmp_path, [("a", 1.0), ("b", 3.0)], [("b", 2.0), ("a", 1.0)], trusted)
    said = ["Sheet!B3 (tOne[Twice]): one 3.0, engine 2.0"] if trusted == "one" else []
    assert [str(fault) for fault in found] == said


@pytest.mark.parametrize(("beside", "count"), [("=INDEX(tOne[Twice],1)", 0), ("=SUM(A1)", 1)])
def test_a_cell_that_reads_a_moved_row_by_its_place_is_not_compared(
    tmp_path: Path, beside: str, count: int
) -> None:
    mine: list[tuple[Value, Value]] = [("a", 1.0), ("b", 2.0)]
    engine: list[tuple[Value, Value]] = [("b", 2.0), ("a", 1.0)]
    assert len(_faults(tmp_path, mine, engine, beside=beside)) == count
    assert not _faults(tmp_path, mine, mine, beside=beside)


def test_an_error_is_a_fault_even_where_the_engine_says_the_same(tmp_path: Path) -> None:
    error = ExcelError("#N/A")
    found = _faults(tmp_path, [("a", error)], [("a", error)])
    assert [fault.error for fault in found] == [True]


def test_what_is_typed_stands_in_its_cell_as_excel_saves_it(tmp_path: Path) -> None:
    path = _book(tmp_path / "book.xlsx", [("a", 1.0), ("b", 2.0), ("c", 3.0)])
    typed: dict[tuple[str, str], Value] = {
        ("Sheet", "A2"): ExcelError("#N/A"),
        ("Sheet", "A3"): True,
        ("Sheet", "A4"): None,
        ("Sheet", "C3"): 0.1,
    }
    type_into(Package(path), typed, tmp_path / "typed.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "typed.xlsx")["Sheet"]
    assert [sheet[ref].value for _, ref in typed] == ["#N/A", True, None, 0.1]
    assert [sheet[ref].data_type for _, ref in typed] == ["e", "b", "n", "n"]
    assert formula_cells(tmp_path / "typed.xlsx").keys() == formula_cells(path).keys()


def test_what_means_nothing_must_be_flagged_by_the_sheet_and_the_engine(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Severity", "Within", "Check"], ["SEV-1", "soon", "=1"], ["SEV-2", "", "=1"]):
        sheet.append(row)
    sheet.add_table(Table(displayName="tDecision", ref="A1:C3"))
    book.save(tmp_path / "book.xlsx")
    mine = Look(Package(tmp_path / "book.xlsx"))
    typed: dict[Spot, Value] = {Spot("tDecision", DECISION["Within"], 1, ("Sheet", "B2")): "soon"}
    flag = f"{MARK}Within is not an amount"
    found = [("tDecision", "Within is not an amount")]
    flagged: dict[tuple[str, str], Value] = {("Sheet", "C2"): flag, ("Sheet", "C3"): ""}
    quiet: dict[tuple[str, str], Value] = {("Sheet", "C2"): "", ("Sheet", "C3"): ""}
    assert silences(mine, flagged, typed, found) == []
    assert len(silences(mine, quiet, typed, [])) == 1
    assert len(silences(mine, flagged, typed, [])) == 1
    assert len(silences(mine, quiet, typed, found)) == 2
