"""The finished file: the same bytes each time, and everything of the plan in it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree

from tests.office.compare import differences
from tests.office.engines import sheets_by_reader, validate
from tests.office.integrity import assert_sound
from tests.write.sample import DAY, sample
from xlmatrix.formula import F, col, lit, name, these, this
from xlmatrix.sheets.plan import (
    BookPlan,
    Cell,
    Chart,
    Formula,
    Series,
    SheetPlan,
    Table,
    Visibility,
)
from xlmatrix.tables.column import Column
from xlmatrix.tables.validation import Paint
from xlmatrix.tables.validation import Validation as Allowed
from xlmatrix.write import render

LOG = "Log 'of' all"


@pytest.fixture(scope="module")
def data() -> bytes:
    return render(sample())


@pytest.fixture(scope="module")
def path(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("book") / "sample.xlsx"
    target.write_bytes(data)
    return target


@pytest.fixture(scope="module")
def made(path: Path) -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield openpyxl.load_workbook(path)


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def test_two_renders_are_equal_byte_by_byte(data: bytes) -> None:
    assert render(sample()) == data


def test_another_process_with_another_hash_seed_renders_the_same(data: bytes) -> None:
    script = (
        "import sys; from tests.write.sample import sample; from xlmatrix.write import render;"
        "sys.stdout.buffer.write(render(sample()))"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo"},
        cwd=root,
        capture_output=True,
        check=True,
    )
    assert done.stdout == data


def test_rendering_changes_nothing_in_openpyxl(data: bytes) -> None:
    from openpyxl.styles import Font

    assert Font.__elements__[0] == "name"


def test_the_date_of_creation_is_the_plans(data: bytes) -> None:
    book = replace(sample(), created=DAY)
    core = part(render(book), "docProps/core.xml")
    assert core.count("2026-03-02T09:30:15Z") == 2
    assert part(data, "docProps/core.xml") != core


def test_progress_names_each_sheet_once() -> None:
    said: list[str] = []
    render(sample(), said.append)
    assert said == ["Start", LOG, "Lists", "Calc", "Stamp"]


def test_no_part_stands_twice_and_no_calculation_chain_is_there(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
    assert len(names) == len(set(names))
    assert names[0] == "[Content_Types].xml"
    assert not [name for name in names if "calcChain" in name]


def test_the_book_asks_to_be_computed_when_opened(made: Any) -> None:
    assert made.calculation.fullCalcOnLoad


def test_properties_and_sheets_are_the_plans(made: Any) -> None:
    assert (made.properties.title, made.properties.creator) == (
        "A matrix & its workbook",
        "Example <AG>",
    )
    assert [sheet.sheet_state for sheet in made] == [
        "visible", "visible", "visible", "hidden", "veryHidden",
    ]  # fmt: skip
    assert made.active.title == "Start"
    assert [sheet.sheet_view.tabSelected for sheet in made] == [True] + [False] * 4


def test_names_stand_for_their_expressions(made: Any) -> None:
    assert {key: value.attr_text for key, value in made.defined_names.items()} == {
        "People": "tPeople[Name]",
        "Answer": "Calc!$A$1",
    }


def test_a_table_has_its_columns_formulas_and_filter(made: Any) -> None:
    table = made[LOG].tables["tLog"]
    assert table.ref == table.autoFilter.ref == "A5:E9"
    assert [c.name for c in table.tableColumns] == [cell.value for cell in made[LOG][5]]
    assert table.tableColumns[4].calculatedColumnFormula.attr_text == "ROW()"
    assert table.tableStyleInfo.showRowStripes
    assert made["Lists"].tables["tPeople"].autoFilter is None


def test_validation_and_formats_reach_past_the_table(made: Any) -> None:
    sheet = made[LOG]
    areas = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert areas["C6:C500"].formula1 == "People"
    assert (areas["C6:C500"].error, areas["C6:C500"].prompt) == (
        "Choose a person of the list",
        "A name",
    )
    assert areas["A5"].prompt == "Wall-clock time of the matrix"
    ((area, (rule,)),) = sheet.conditional_formatting._cf_rules.items()
    assert str(area.sqref) == "D6:D500"
    assert rule.formula == ['AND(D6<>"",B6>45)']
    assert rule.dxf.fill.bgColor.rgb == "00FEF0D3"


def test_a_short_list_is_written_out_and_a_warning_stays_a_warning(made: Any) -> None:
    areas = {str(rule.sqref): rule for rule in made["Start"].data_validations.dataValidation}
    assert areas["B12"].formula1 == '"TRUE,FALSE"'
    assert areas["B12"].errorStyle == "warning"
    assert (areas["B10"].formula1, areas["B10"].formula2) == ("0", "99")


def test_links_lead_where_they_say(made: Any) -> None:
    sheet = made["Start"]
    assert sheet["A4"].hyperlink.location == "'Log ''of'' all'!A5"
    assert sheet["A5"].hyperlink.target == "https://example.org/a%20b?x=1&y=2"
    assert sheet["A6"].hyperlink.target == "mailto:team@example.org"


def test_pages_print_as_planned(made: Any) -> None:
    sheet = made["Start"]
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A3", "$1:$2")
    assert sheet.print_area == "'Start'!$A$1:$H$40"
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert made["Lists"].page_setup.orientation == "portrait"
    assert sheet.oddFooter.right.text == "Page &P of &N"
    assert "&&" in part(render(sample()), "xl/worksheets/sheet1.xml").replace("&amp;", "&")


def test_protection_has_no_password_and_leaves_reading_comfortable(made: Any) -> None:
    guard = made["Lists"].protection
    assert guard.sheet
    assert guard.password is None
    barred = (guard.formatColumns, guard.formatRows, guard.sort, guard.autoFilter)
    assert not any(barred)
    assert not made[LOG].protection.sheet


def test_columns_are_as_wide_as_planned_and_hidden_ones_are(made: Any) -> None:
    dimensions = made[LOG].column_dimensions
    assert dimensions["A"].width == pytest.approx(17.71)
    assert dimensions["E"].hidden
    assert not dimensions["A"].hidden


def test_rows_of_merged_wrapped_text_are_high_enough(made: Any) -> None:
    heights = made["Start"].row_dimensions
    # 336 characters in some 90 characters of width: four lines of 10 points at least.
    assert 4 * 12 <= heights[2].height <= 7 * 13
    assert heights[1].height > 20
    assert heights[3].height == 6
    assert heights[4].height is None


def test_styles_stand_in_the_gallery(made: Any) -> None:
    assert {"Input", "Computed", "Table header"} <= set(made.named_styles)
    assert made["Start"]["B10"].style == "Input"
    assert made["Start"]["D7"].style == "Computed"
    assert not made["Start"]["B10"].protection.locked
    assert made["Start"]["B7"].number_format == "yyyy-mm-dd hh:mm"


def test_charts_carry_alternative_texts_axes_and_colours(data: bytes) -> None:
    drawing = etree.fromstring(part(data, "xl/drawings/drawing1.xml").encode())
    found = [item.get("descr") for item in drawing.iter("{*}cNvPr")]
    assert found == ['Load of "each" person & more'] * 4
    for number, shown in ((1, 2), (2, 2), (3, 2), (4, 0)):
        chart = etree.fromstring(part(data, f"xl/charts/chart{number}.xml").encode())
        assert [item.get("val") for item in chart.iter("{*}delete")] == ["0"] * shown
        assert list(chart.iter("{*}srgbClr"))
        assert {item.get("val") for item in chart.iter("{*}smooth")} <= {"0"}


def test_stored_values_are_there_for_readers_that_compute_nothing(path: Path) -> None:
    sheet = openpyxl.load_workbook(path, data_only=True)["Start"]
    assert [sheet.cell(row, 4).value for row in range(7, 14)] == [
        14, "lit & <le>", None, "#N/A", True, DAY.replace(day=3), 90,
    ]  # fmt: skip


def test_formats_over_a_row_use_plain_references() -> None:
    columns = (
        Column("A", "input"),
        Column("B", "input", validation=Allowed("custom", this("B") > this("A"))),
        Column("C", "input", paints=(Paint(F.SUM(these("A", "B")) > name("N"), "bad"),)),
    )
    plan = SheetPlan("S", tables=(Table("t_A", 3, 2, columns, ([1], [2], [3])),))
    xml = part(render(BookPlan((plan,), {"N": lit(1)}, "T")), "xl/worksheets/sheet1.xml")
    assert "<formula>SUM(B4:C4)&gt;N</formula>" in xml
    assert "<formula1>C4&gt;B4</formula1>" in xml


def test_a_book_has_no_custom_part() -> None:
    plan = BookPlan((SheetPlan("S", {(1, 1): Cell(Formula(lit(1) + 1, 2))}),), {}, "T")
    with zipfile.ZipFile(io.BytesIO(render(plan))) as archive:
        assert not [name for name in archive.namelist() if name.startswith("customXml")]


def test_the_row_of_tabs_begins_with_a_sheet_that_can_be_seen() -> None:
    hidden = SheetPlan("Hidden", visibility=Visibility.HIDDEN)
    data = render(BookPlan((hidden, SheetPlan("Seen")), {}, "T", active=1))
    made = openpyxl.load_workbook(io.BytesIO(data))
    assert (made.views[0].firstSheet, made.views[0].activeTab) == (1, 1)


def test_an_empty_sheet_is_a_sheet() -> None:
    data = render(BookPlan((SheetPlan("S"),), {}, "T"))
    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames == ["S"]


def test_a_chart_may_name_a_table_column(data: bytes) -> None:
    assert "<f>Lists!$B$2:$B$4</f>" in part(data, "xl/charts/chart1.xml")
    assert col("tPeople", "Load") == sample().sheets[2].charts[0].series[0].values


@pytest.mark.validator
def test_the_open_xml_sdk_finds_no_error(path: Path) -> None:
    validate(path)


def test_nothing_in_it_makes_excel_repair_it(path: Path) -> None:
    assert_sound(path)


def test_other_readers_open_it_without_a_complaint(path: Path) -> None:
    titles = [plan.name for plan in sample().sheets]
    assert sheets_by_reader(path) == {
        "openpyxl": titles, "calamine": titles, "ironcalc": titles,
    }  # fmt: skip


@pytest.mark.office
def test_libreoffice_computes_every_stored_value_again(path: Path) -> None:
    assert differences(path) == []


def test_control_characters_in_titles_and_hints_break_nothing() -> None:
    bad = "a\x07b\x1f"
    plan = SheetPlan(
        "S",
        tables=(
            Table(
                "t_A",
                1,
                1,
                (
                    Column(
                        "A",
                        "input",
                        validation=Allowed("whole", 1.0, title=bad, message=bad, hint=bad),
                        note=bad,
                    ),
                ),
                ([1],),
            ),
        ),
        charts=(Chart("bar", bad, "C1", (Series(bad, col("t_A", "A")),), alt_text=bad),),
    )
    data = render(BookPlan((plan,), {}, bad, bad, bad))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            etree.fromstring(archive.read(name))
