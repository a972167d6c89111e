"""A user's own sheet after a regeneration: as it was, or refused by name; read with openpyxl."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, ColorScaleRule, FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table

from tests.office.engines import validate
from tests.office.integrity import assert_sound
from tests.regen.editions import OLD
from xlmatrix import api
from xlmatrix.model import loads

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("few_spare_rows")]

MINE = "My 'R&D' figures"
HIGH = PatternFill("solid", bgColor="FFCCCC")


def _fill(sheet: Any) -> None:
    sheet["A1"], sheet["B1"] = "Month", "Cost"
    sheet["A1"].font = Font(bold=True, color="FFFFFF", name="Cambria")
    sheet["A1"].fill = PatternFill("solid", fgColor="AA3355")
    for row in range(2, 8):
        sheet.cell(row, 1, date(2026, row, 1)).number_format = "mmm yyyy"
        sheet.cell(row, 2, row * 10.5).number_format = '#,##0.00 "EUR"'
    sheet["B9"] = "=SUM(B2:B7)"
    sheet["B9"].border = Border(top=Side("double", color="FF0000"))
    sheet["B9"].alignment = Alignment(horizontal="right", indent=2)
    sheet["D4"].fill = PatternFill("solid", fgColor="00FF00")
    sheet.row_dimensions[4].height, sheet.row_dimensions[6].hidden = 44, True
    sheet.column_dimensions["B"].width, sheet.column_dimensions["C"].hidden = 30, True
    sheet.freeze_panes, sheet.sheet_properties.tabColor = "B2", "123456"
    sheet.merge_cells("D9:E10")
    formats = sheet.conditional_formatting
    formats.add("B2:B7", CellIsRule(operator="greaterThan", formula=["40"], fill=HIGH))
    formats.add(
        "B2:B7",
        ColorScaleRule(start_type="min", start_color="FFFFFF", end_type="max", end_color="0000FF"),
    )
    formats.add("A2:A7", FormulaRule(formula=["Gone!$A$1>1"], fill=HIGH))
    chosen = DataValidation(type="list", formula1='"a,b,c"')
    chosen.add("D2:D5")
    sheet.add_data_validation(chosen)
    sheet["D12"], sheet["D13"] = "outside", "inside"
    sheet["D12"].hyperlink = "https://example.com/?a=1&b=2"
    sheet["D13"].hyperlink = Hyperlink(ref="D13", location="Incidents!A1")
    sheet["D14"].comment = Comment("look", "me")
    sheet["G1"], sheet["H1"], sheet["G2"], sheet["H2"] = "K", "V", 1, 2
    sheet.add_table(Table(displayName="tMine", ref="G1:H2"))
    sheet.page_setup.orientation, sheet.oddHeader.center.text = "portrait", "Mine"
    sheet.print_area, sheet.print_title_rows, sheet.print_title_cols = "A1:E9", "1:1", "A:A"
    sheet.defined_names["Local"] = DefinedName("Local", attr_text="'My ''R&D'' figures'!$B$9")
    sheet["D15"] = "=MyRate*2"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plain") / "matrix.xlsx"
    api.build(loads(OLD), as_of="2026-03-16 10:30", output=path)
    return path


@pytest.fixture(scope="module")
def new(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own")
    book = openpyxl.load_workbook(plain)
    _fill(book.create_sheet(MINE))
    place = MINE.replace("'", "''")
    book.defined_names["MyRate"] = DefinedName("MyRate", attr_text=f"'{place}'!$B$9")
    book.save(folder / "used.xlsx")
    api.regenerate(folder / "used.xlsx", "basic", output=folder / "new.xlsx")
    return folder / "new.xlsx"


@pytest.fixture(scope="module")
def sheet(new: Path) -> Any:
    return openpyxl.load_workbook(new)[MINE]


def test_cells_keep_font_fill_border_alignment_and_number_format(sheet: Any) -> None:
    head, total = sheet["A1"], sheet["B9"]
    assert (head.font.name, head.font.b, head.font.color.rgb[-6:]) == ("Cambria", True, "FFFFFF")
    assert head.fill.fgColor.rgb[-6:] == "AA3355"
    assert (total.border.top.style, total.alignment.horizontal) == ("double", "right")
    assert total.alignment.indent == 2
    assert (sheet["A2"].number_format, sheet["B2"].number_format) == ("mmm yyyy", '#,##0.00 "EUR"')


def test_a_painted_cell_without_a_value_stays_painted(sheet: Any) -> None:
    assert sheet["D4"].fill.fgColor.rgb[-6:] == "00FF00"


def test_heights_widths_panes_hidden_rows_and_the_tab_stay(sheet: Any) -> None:
    rows, columns = sheet.row_dimensions, sheet.column_dimensions
    assert (rows[4].height, rows[6].hidden) == (44, True)
    assert (columns["B"].width, columns["C"].hidden) == (30, True)
    assert (sheet.freeze_panes, sheet.sheet_properties.tabColor.rgb[-6:]) == ("B2", "123456")
    assert [str(area) for area in sheet.merged_cells.ranges] == ["D9:E10"]


def test_conditional_formats_and_validations_stay(sheet: Any) -> None:
    rules = {rule.type: rule for area in sheet.conditional_formatting for rule in area.rules}
    assert set(rules) == {"cellIs", "colorScale"}
    assert rules["cellIs"].dxf.fill.bgColor.rgb[-6:] == "FFCCCC"
    listed = [(v.type, v.formula1, str(v.sqref)) for v in sheet.data_validations.dataValidation]
    assert listed == [("list", '"a,b,c"', "D2:D5")]


def test_a_format_that_speaks_of_a_sheet_that_is_gone_is_listed(new: Path) -> None:
    changes = openpyxl.load_workbook(new)["Changes"]
    lines = [[cell.value for cell in row] for row in changes.iter_rows(min_row=6)]
    assert any(line[1] == "refused" and "A2:A7" in line and "Gone!$A$1>1" in line for line in lines)


def test_links_comments_tables_and_page_setup_stay(sheet: Any) -> None:
    assert sheet["D12"].hyperlink.target == "https://example.com/?a=1&b=2"
    assert sheet["D13"].hyperlink.location.replace("'", "") == "Incidents!A1"
    assert sheet["D14"].comment.text == "look"
    assert sheet.tables["tMine"].ref == "G1:H2"
    assert (sheet.page_setup.orientation, sheet.oddHeader.center.text) == ("portrait", "Mine")


def test_what_is_printed_of_it_stays_the_same(new: Path) -> None:
    sheet = openpyxl.load_workbook(new)[MINE]
    assert sheet.print_area.rpartition("!")[2] == "$A$1:$E$9"
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$1:$1", "$A:$A")


def test_a_name_of_the_sheet_alone_is_listed(plain: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(plain)
    _fill(book.create_sheet(MINE))
    book.save(tmp_path / "used.xlsx")
    report = api.regenerate(tmp_path / "used.xlsx", output=tmp_path / "new.xlsx").report
    assert ("Local", "='My ''R&D'' figures'!$B$9") in [(c.key, c.before) for c in report.changes]


def test_a_name_that_a_user_defined_stays_with_the_formula_that_uses_it(new: Path) -> None:
    book = openpyxl.load_workbook(new)
    assert book.defined_names["MyRate"].attr_text.endswith("$B$9")
    assert book[MINE]["D15"].value == "=MyRate*2"


@pytest.mark.validator
def test_the_open_xml_sdk_finds_nothing_in_the_grafted_workbook(new: Path) -> None:
    validate(new)
    assert_sound(new)


def test_regenerating_again_changes_nothing_on_the_sheet(new: Path, tmp_path: Path) -> None:
    once = api.regenerate(new, output=tmp_path / "once.xlsx").data
    twice = api.regenerate(tmp_path / "once.xlsx", output=tmp_path / "twice.xlsx").data
    assert once == twice


def test_a_name_that_speaks_of_our_cells_by_address_is_listed_as_refused(
    plain: Path, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(plain)
    book.defined_names["Mine"] = DefinedName("Mine", attr_text="Incidents!$B$12")
    book.save(tmp_path / "used.xlsx")
    done = api.regenerate(tmp_path / "used.xlsx", output=tmp_path / "new.xlsx")
    assert [(c.key, c.before) for c in done.report.changes if c.outcome == "refused"] == [
        ("Mine", "=Incidents!$B$12")
    ]
    assert "Mine" not in openpyxl.load_workbook(tmp_path / "new.xlsx").defined_names
