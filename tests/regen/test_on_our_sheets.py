"""What a user puts on our sheets besides values comes along, or is refused by its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import TableColumn

from tests.office.engines import validate
from tests.office.integrity import assert_sound
from tests.office.package import bounds, letters
from tests.regen.editions import OLD
from xlmatrix import api
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import loads

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("few_spare_rows")]

HIGH = PatternFill("solid", bgColor="FFCCCC", fgColor="FF00FF")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plain") / "matrix.xlsx"
    api.build(loads(OLD), as_of="2026-03-16 10:30", output=path)
    return path


def _used(plain: Path, folder: Path, change: Callable[[Any], None]) -> Path:
    book = openpyxl.load_workbook(plain)
    change(book)
    book.save(folder / "used.xlsx")
    return folder / "used.xlsx"


def _format(book: Any) -> None:
    rule = CellIsRule(operator="greaterThan", formula=["4"], fill=HIGH)
    book["SEV-1"].conditional_formatting.add("B2:B90", rule)


def _formula_format(book: Any) -> None:
    rule = FormulaRule(formula=['LEFT($C7,3)="abc"'], fill=HIGH)
    book["Incidents"].conditional_formatting.add("B7:C90", rule)


def _validation(book: Any) -> None:
    chosen = DataValidation(type="list", formula1='"red,green"')
    chosen.add("C7:C20")
    book["Incidents"].add_data_validation(chosen)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_format, "a conditional format of yours at SEV-1!B2:B90"),
        (_formula_format, "a conditional format of yours at Incidents!B7:C90"),
        (_validation, "a validation of yours at Incidents!C7:C20"),
    ],
    ids=["format", "formula format", "validation"],
)
def test_what_cannot_stand_on_our_sheets_is_refused_by_name(
    plain: Path, tmp_path: Path, change: Callable[[Any], None], said: str
) -> None:
    used = _used(plain, tmp_path, change)
    with pytest.raises(XlmatrixError) as failed:
        api.regenerate(used, output=tmp_path / "new.xlsx")
    assert said in failed.value.what
    assert not (tmp_path / "new.xlsx").exists()


def test_what_is_refused_is_left_behind_when_told(plain: Path, tmp_path: Path) -> None:
    used = _used(plain, tmp_path, _validation)
    done = api.regenerate(used, output=tmp_path / "new.xlsx", allow_loss=["Incidents"])
    assert "a validation of yours" in str(done.report.to_dict())


def _row_of(sheet: Any, text: str) -> int:
    rows = (c.row for row in sheet.iter_rows() for c in row if c.value == text)
    return int(next(rows))


@pytest.fixture(scope="module")
def dressed(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    def change(book: Any) -> None:
        sheet = book["Owners"]
        cell = sheet.cell(_row_of(sheet, "Priya Raman"), 4)
        cell.fill, cell.font = PatternFill("solid", fgColor="FF00FF"), Font(strike=True)
        # The row stands elsewhere in the new workbook: rows go by name and not by place.
        book["Incidents"]["HZ3"], book["Incidents"]["HZ4"] = "=COUNTA(tPeople[Name])", "=B12*2"
        book["Incidents"]["HZ5"] = "typed beside"

    folder = tmp_path_factory.mktemp("dressed")
    used = _used(plain, folder, change)
    done = api.regenerate(used, "basic", output=folder / "new.xlsx")
    return folder / "new.xlsx", done.report


def test_a_painted_cell_of_our_table_stays_painted_in_its_row(dressed: tuple[Path, Any]) -> None:
    sheet = openpyxl.load_workbook(dressed[0])["Owners"]
    cells = [
        (number, cell)
        for number, row in enumerate(sheet.iter_rows(), start=1)
        for cell in row
        if cell.fill.fgColor.rgb[-6:] == "FF00FF"
    ]
    assert [(sheet.cell(number, 2).value, c.font.strike) for number, c in cells] == [
        ("On-call", True)
    ]


def test_a_formula_beside_our_tables_stays_or_is_listed(dressed: tuple[Path, Any]) -> None:
    sheet = openpyxl.load_workbook(dressed[0])["Incidents"]
    assert sheet["HZ3"].value == "=COUNTA(tPeople[Name])"
    assert sheet["HZ5"].value == "typed beside"
    refused = [c for c in dressed[1].changes if c.outcome == "refused"]
    assert [(c.key, c.before) for c in refused] == [("Incidents!HZ4", "=B12*2")]


@pytest.mark.validator
def test_the_open_xml_sdk_finds_nothing_in_it(dressed: tuple[Path, Any]) -> None:
    validate(dressed[0])
    assert_sound(dressed[0])


def test_a_formula_typed_as_input_is_one_line_of_the_report(plain: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet = book["SEV-1"]
        row = _row_of(sheet, "First response")
        cell = next(c for c in sheet[row] if c.value == 10)
        cell.value = "=2*7"

    used = _used(plain, tmp_path, change)
    changes = api.regenerate(used, dry_run=True).report.changes
    assert [(c.column, c.before, c.after) for c in changes] == [("Within", 10, "=2*7")]


def test_a_value_over_a_formula_stays_where_its_row_has_no_key(plain: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet = book["Incidents"]
        # The list of what is open stands above the log, under a header of its own.
        *_, header = (cell for row in sheet.iter_rows() for cell in row if cell.value == "Status")
        header.offset(2).value = "with the vendor"

    used = _used(plain, tmp_path, change)
    done = api.regenerate(used, output=tmp_path / "new.xlsx")
    assert [(c.key, c.column, c.after) for c in done.report.changes] == [
        ("(no key)", "Status", "with the vendor")
    ]
    assert api.regenerate(tmp_path / "new.xlsx", output=tmp_path / "again.xlsx").data == done.data
    sheet = openpyxl.load_workbook(tmp_path / "new.xlsx")["Incidents"]
    values = [cell.value for row in sheet.iter_rows() for cell in row]
    assert values.count("with the vendor") == 1


def test_what_stands_in_a_row_without_a_key_stays_side_by_side(plain: Path, tmp_path: Path) -> None:
    typed = {"Mood": "tense", "Weather": "foggy"}

    def change(book: Any) -> None:
        sheet = book["Incidents"]
        table = sheet.tables["tIncidents"]
        left, top, right, bottom = bounds(table.ref)
        for place, (header, value) in enumerate(typed.items(), start=1):
            sheet.cell(top, right + place).value = header
            sheet.cell(top + 3, right + place).value = value
            table.tableColumns.append(TableColumn(id=right + place, name=header))
        status = next(cell for cell in sheet[top] if cell.value == "Status")
        status.offset(3).value = "with the vendor"
        table.ref = f"{letters(left)}{top}:{letters(right + len(typed))}{bottom}"

    used = _used(plain, tmp_path, change)
    api.regenerate(used, output=tmp_path / "new.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "new.xlsx")["Incidents"]
    wanted = {*typed.values(), "with the vendor"}
    rows = [{cell.value for cell in row} & wanted for row in sheet.iter_rows()]
    assert [row for row in rows if row] == [wanted]
