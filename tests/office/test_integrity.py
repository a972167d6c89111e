"""Each single fault put into a sound workbook must be found, and named for what it is."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.office.good import DUE, good_workbook
from tests.office.integrity import assert_sound, check
from tests.office.package import DOCUMENT

BOOK, LOG, SEV = "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"
LISTS, TABLE, TWIN = "xl/worksheets/sheet3.xml", "xl/tables/table1.xml", "xl/tables/table2.xml"
STYLES, TYPES, CHART = "xl/styles.xml", "[Content_Types].xml", "xl/charts/chart1.xml"
LOG_RELS, SEV_RELS = (f"xl/worksheets/_rels/sheet{place}.xml.rels" for place in (1, 2))
NAMES = "</definedNames>"
TWO, TEXT = "<f>'SEV-1'!B2*2</f>", '<c r="A8" t="inlineStr"><is><t>outside</t></is></c>'


def name(title: str, target: str = "Lists!$B$2") -> str:
    return f'<definedName name="{title}">{target}</definedName>{NAMES}'


def formula(text: str) -> tuple[str, str, str]:
    return SEV, TWO, f"<f>{text}</f>"


FAULTS: dict[str, tuple[str, str, str, str]] = {
    # Sheets
    "title too long": (BOOK, 'name="Log"', f'name="{"L" * 32}"', "32 characters"),
    "title with a slash": (BOOK, 'name="Log"', 'name="Lo/g"', "holds one of"),
    "title in apostrophes": (BOOK, 'name="Log"', 'name="\'Log"', "apostrophe"),
    "titles that differ by case": (BOOK, 'name="Lists"', 'name="LOG"', "2 sheets of that title"),
    "title kept by Excel": (BOOK, 'name="Lists"', 'name="History"', "keeps this title"),
    "sheet ids equal": (BOOK, 'sheetId="2"', 'sheetId="1"', "sheetId 1 stands there 2"),
    "all sheets hidden": (BOOK, 'state="visible"', 'state="hidden"', "every sheet is hidden"),
    "opens on no sheet": (BOOK, 'activeTab="0"', 'activeTab="3"', "activeTab 3 of 3"),
    "opens on a hidden sheet": (BOOK, 'activeTab="0"', 'activeTab="2"', "the hidden sheet"),
    "two views of a window": (
        SEV,
        "</sheetViews>",
        '<sheetView workbookViewId="0"/></sheetViews>',
        "2 views for one window",
    ),
    "a view of no window": (SEV, 'workbookViewId="0"', 'workbookViewId="1"', "window 1"),
    # Names
    "name like a cell": (BOOK, NAMES, name("SEV1"), "reads as a cell"),
    "name like R1C1": (BOOK, NAMES, name("R1C1"), "reads as a cell"),
    "name R": (BOOK, NAMES, name("R"), "reads as a cell"),
    "name with a digit first": (BOOK, NAMES, name("1st"), "begin with a letter"),
    "name with a space": (BOOK, NAMES, name("My target"), "begin with a letter"),
    "names that differ by case": (BOOK, NAMES, name("TARGET"), "defined 2 times"),
    "name of a table": (BOOK, NAMES, name("TLOG"), "a table has the same name"),
    "name of no sheet": (BOOK, NAMES, name("Gone", "Nowhere!$A$1"), "no sheet 'Nowhere'"),
    "name of a lost cell": (BOOK, NAMES, name("Gone", "#REF!"), "#REF!"),
    "name of nothing": (BOOK, NAMES, name("Gone", ""), "an empty formula"),
    "name with a syntax error": (BOOK, NAMES, name("Gone", "Lists!$A$1,"), "ends with an operator"),
    "local to no sheet": (BOOK, 'localSheetId="0"', 'localSheetId="9"', "sheet 9"),
    # Tables
    "table names equal": (TWIN, '"tOwners"', '"tLog"', "tables: 2 have the displayName tlog"),
    "table names differ by case": (TWIN, '"tOwners"', '"TLOG"', "2 have the displayName tlog"),
    "table ids equal": (TWIN, 'id="2" name="tOwners"', 'id="1" name="tOwners"', "the id 1"),
    "table named like a cell": (TABLE, 'displayName="tLog"', 'displayName="T1"', "reads as a cell"),
    "table named like a name": (TWIN, 'displayName="tOwners"', 'displayName="Target"', "same name"),
    "table name with a space": (TWIN, 'displayName="tOwners"', 'displayName="t O"', "must begin"),
    "header says another": (LOG, "<t>Opened</t>", "<t>Opened at</t>", "header B1 says"),
    "header is a number": (
        LOG,
        '<c r="B1" t="inlineStr"><is><t>Opened</t></is></c>',
        '<c r="B1"><v>7</v></c>',
        "header B1 is empty or no text",
    ),
    "header is empty": (
        LOG,
        '<c r="B1" t="inlineStr"><is><t>Opened</t></is></c>',
        '<c r="B1"/>',
        "header B1 is empty",
    ),
    "columns called the same": (TWIN, 'name="Hours"', 'name="owner"', "2 columns are called"),
    "column ids equal": (TWIN, 'id="2" name="Hours"', 'id="1" name="Hours"', "have the id 1"),
    "columns fewer than cells": (TWIN, "A1:B3", "A1:C3", "2 columns over 3 cells"),
    "columns miscounted": (TWIN, 'count="2"', 'count="3"', "counts 3 columns, has 2"),
    "table of a header only": (TWIN, "A1:B3", "A1:B1", "has no data row"),
    "table beyond the sheet": (TWIN, "A1:B3", "A1:B1048577", "its range is"),
    "filter outside": (TWIN, 'autoFilter ref="A1:B3"', 'autoFilter ref="A1:B4"', "its filter is"),
    "table over merged cells": (
        LISTS,
        "</sheetData>",
        '</sheetData><mergeCells count="1"><mergeCell ref="B3:C3"/></mergeCells>',
        "lies over merged cells",
    ),
    "table over the filter": (
        LISTS,
        "</sheetData>",
        '</sheetData><autoFilter ref="A1:B3"/>',
        "lies over the filter",
    ),
    "table not listed": (
        LISTS,
        '<tablePart xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
        ' r:id="rId1"/>',
        "",
        "lists the tables []",
    ),
    "calculated column of no table": (TABLE, "tLog[[#This", "tLg[[#This", "there is no table tLg"),
    "column format lost": (TWIN, 'name="Hours"', 'name="Hours" dataDxfId="2"', "dataDxfId 2"),
    # Formulas
    "formula with =": (*formula("=B2*2"), "stored without ="),
    "formula empty": (*formula(""), "an empty formula"),
    "formula too long": (*formula("1" + "+1" * 4096), "at most 8192"),
    "text too long": (*formula(f'"{"x" * 256}"'), "a text of over 255"),
    "nested too deep": (*formula("ABS(" * 65 + "1" + ")" * 65), "at most 64"),
    "bracket open": (*formula("SUM(B2"), "is never closed"),
    "bracket too many": (*formula("SUM(B2))"), "cannot be read"),
    "quote open": (*formula('"text'), "cannot be read"),
    "semicolons": (*formula("IF(B2;1;2)"), "may not separate here"),
    "operator at the end": (*formula("B2+"), "ends with an operator"),
    "operator before a comma": (*formula("SUM(B2+,1)"), "an operator before"),
    "operand twice": (*formula("(B2)(B2)"), "no operator before"),
    "too few arguments": (*formula("IF(B2)"), "IF with 1 arguments"),
    "too many arguments": (*formula("ROUND(B2,1,2)"), "ROUND with 3 arguments"),
    "sheet without quotes": (*formula("SEV1!B2"), "needs quotes"),
    "sheet that is not there": (*formula("'SEV-9'!B2"), "no sheet 'SEV-9'"),
    "another workbook": (*formula("[1]Log!B2"), "another workbook"),
    "lost cell": (*formula("B2+#REF!"), "#REF!"),
    "lost cell on a sheet": (*formula("Log!#REF!"), "#REF!"),
    "row beyond the sheet": (*formula("B1048577"), "beyond the sheet"),
    "column beyond the sheet": (*formula("XFE1"), "beyond the sheet"),
    "name unknown": (*formula("Targt*2"), "there is no name Targt"),
    "table unknown": (*formula("SUM(tLogs[Due])"), "there is no table tLogs"),
    "column unknown": (*formula("SUM(tLog[Dew])"), "tLog has no column 'Dew'"),
    "column unknown inside": (*formula("SUM(tLog[[#Data],[Dew]])"), "tLog has no column 'Dew'"),
    "item unknown": (*formula("SUM(tLog[[#Rows],[Due]])"), "no column '#Rows'"),
    "at sign": (*formula("tLog[@Due]"), "wants [#This Row]"),
    "bare bracket": (*formula("SUM([Due])"), "wants the table's name"),
    "implicit intersection": (*formula("@Target"), "@ is not for the file"),
    "this row elsewhere": (*formula("tLog[[#This Row],[Due]]"), "outside the rows of that table"),
    "newer function bare": (*formula("XLOOKUP(1,B2,B2)"), "written with _xlfn."),
    "newer function unknown": (*formula("_xlfn.XLOOKDOWN(1)"), "no such newer function"),
    "function unknown": (*formula("SUMM(B2)"), "no such function"),
    "shared with nobody": (SEV, TWO, '<f t="shared" si="4"/>', "shares formula 4"),
    "array for elsewhere": (SEV, TWO, '<f t="array" ref="D9:D10">B2</f>', "is for D9:D10"),
    # Cells
    "row twice": (SEV, '<row r="3">', '<row r="2">', "row 2: stands after row 2"),
    "rows out of order": (SEV, '<row r="9">', '<row r="1">', "row 1: stands after row 8"),
    "cell in another row": (SEV, 'r="A8"', 'r="A18"', "A18: does not belong to row 8"),
    "cell twice": (SEV, TEXT, TEXT * 2, "A8: stands after a cell"),
    "cells out of order": (SEV, 'r="A2"', 'r="C2"', "B2: stands after a cell"),
    "not a number": (SEV, "<v>3</v>", "<v>NaN</v>", "'NaN' is no number"),
    "infinite": (SEV, "<v>3</v>", "<v>inf</v>", "'inf' is no number"),
    "no value": (SEV, "<v>3</v>", "<v></v>", "'' is no number"),
    "text as number": (SEV, "<v>3</v>", "<v>three</v>", "'three' is no number"),
    "boolean of two": (SEV, "<v>1</v>", "<v>2</v>", "'2' is no boolean"),
    "error unknown": (SEV, '<c r="B2" t="n"><v>3', '<c r="B2" t="e"><v>#BAD', "no error value"),
    "no shared string": (SEV, '<c r="B2" t="n">', '<c r="B2" t="s">', "shared string 3 of 0"),
    "cell type unknown": (SEV, '<c r="B2" t="n">', '<c r="B2" t="x">', "no cell type 'x'"),
    "style unknown": (LOG, 's="2"', 's="3"', "style 3 of 3"),
    "text beyond the limit": (SEV, "<t>outside", f"<t>{'x' * 32_768}", "at most 32767"),
    "control character": (SEV, "<t>outside", "<t>out\x0bside", "not well-formed"),
    "control entity": (SEV, "<t>outside", "<t>out&#11;side", "not well-formed"),
    "merges overlap": (SEV, 'ref="E1:F2"', 'ref="C1:F2"', "merged over"),
    "merge of one cell": (SEV, 'ref="E1:F2"', 'ref="E1"', "cannot be merged"),
    "columns overlap": (LOG, 'min="1" max="1"', 'min="1" max="3"', "overlap those before"),
    "columns backwards": (LOG, 'min="3" max="3"', 'min="4" max="3"', "no such span"),
    "column too wide": (LOG, 'width="20"', 'width="256"', "at most 255"),
    "row too high": (SEV, '<row r="3">', '<row r="3" ht="500">', "at most 409"),
    "footer too long": (LOG, "Page", "Page" * 64, "oddFooter"),
    "link to no sheet": (SEV, 'location="Log!A1"', 'location="Lag!A1"', "no sheet 'Lag'"),
    "link to nowhere": (SEV, ' location="Log!A1"', "", "a link to nowhere"),
    # Validations and formats
    "list too long": (LOG, '"High,Low"', f'"{"x," * 128}"', "a list of 256"),
    "list with an open quote": (LOG, '"High,Low"', '"High,Low', "a list that is no text"),
    "prompt too long": (LOG, 'prompt="Pick"', f'prompt="{"x" * 256}"', "prompt of 256"),
    "error too long": (LOG, 'error="No"', f'error="{"x" * 256}"', "error of 256"),
    "title of error too long": (LOG, 'errorTitle="Sorry"', f'errorTitle="{"x" * 33}"', "of 33"),
    "validation syntax": (LOG, "<formula1>1<", "<formula1>SUM(1<", "is never closed"),
    "validation by no name": (LOG, "<formula1>Owner_List<", "<formula1>Owners<", "no name Owners"),
    "validation by a table": (LOG, ">Owner_List<", ">tOwners[Owner]<", "may not stand here"),
    "validation without end": (LOG, "<formula2>24</formula2>", "", "it takes 2"),
    "validation of nothing": (LOG, "<formula1>Owner_List</formula1>", "", "it takes 1"),
    "validations overlap": (LOG, 'sqref="F2:F9"', 'sqref="C200:F200"', "overlaps the validation"),
    "validation nowhere": (LOG, 'sqref="F2:F9"', 'sqref="F2:F"', "stands nowhere"),
    "validations miscounted": (
        LOG,
        'dataValidations count="3"',
        'dataValidations count="4"',
        "4 of 3",
    ),
    "format lost": (LOG, 'dxfId="1"', 'dxfId="2"', "dxfId 2 of 2"),
    "priority zero": (LOG, 'priority="2"', 'priority="0"', "priority 0"),
    "priority twice": (LOG, 'priority="2"', 'priority="1"', "priority 1 given 2 times"),
    "format syntax": (
        LOG,
        "<formula>8</formula>",
        "<formula>8*</formula>",
        "ends with an operator",
    ),
    "format by a table": (LOG, "$D2&lt;Target", "tLog[Due]&lt;1", "may not stand here"),
    "format without a formula": (LOG, "<formula>8</formula>", "", "cellIs with 0 formulas"),
    "colours miscounted": (LOG, '<color rgb="FFFF0000"/>', "", "2 points and 1 colours"),
    "icons miscounted": (LOG, "3TrafficLights1", "4TrafficLights", "4 icons and 3 points"),
    "icon at no number": (LOG, 'val="33"', 'val="a third"', "a point at 'a third'"),
    "bar miscounted": (LOG, '<dataBar><cfvo type="min"/>', "<dataBar>", "a data bar of 1"),
    "chart of no sheet": (CHART, "'SEV-1'!", "'SEV-2'!", "no sheet 'SEV-2'"),
    # Styles
    "font unknown": (STYLES, 'numFmtId="165" fontId="0"', 'numFmtId="165" fontId="1"', "fontId 1"),
    "number format unknown": (STYLES, 'xf numFmtId="165"', 'xf numFmtId="170"', "format 170"),
    "number format twice": (STYLES, 'numFmt numFmtId="165"', 'numFmt numFmtId="166"', "2 times"),
    "number format open": (STYLES, "&quot;n/a&quot;", "&quot;n/a", "an open quote"),
    "number format bracket": (STYLES, "[&gt;1]", "[&gt;1", "an open quote or bracket"),
    "number format sections": (STYLES, "0.00;", "0;0;0;0;", "over four sections"),
    "colour of six digits": (STYLES, 'rgb="FFC00000"', 'rgb="C00000"', "is no colour"),
    "first fills lost": (STYLES, 'patternType="gray125"', 'patternType="solid"', "the first two"),
    "font of no size": (STYLES, '<sz val="11"/>', '<sz val="0"/>', "a font of 0 points"),
    "styles called the same": (
        STYLES,
        "</cellStyles>",
        '<cellStyle name="normal" xfId="0"/></cellStyles>',
        "2 styles are called normal",
    ),
    # The package
    "part without a type": (
        TYPES,
        '<Default Extension="rels"',
        '<Default Extension="rel"',
        "no content type",
    ),
    "type of no part": (
        TYPES,
        "/xl/charts/chart1.xml",
        "/xl/charts/chart2.xml",
        "not in the package",
    ),
    "type of a template": (TYPES, "sheet.main+xml", "template.main+xml", "does not fit .xlsx"),
    "type of macros": (
        TYPES,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        "does not fit .xlsx",
    ),
    "type of a table": (TYPES, "spreadsheetml.table+xml", "spreadsheetml.tabel+xml", "tabel"),
    "relation to nothing": (LOG_RELS, "table1.xml", "table9.xml", "which is missing"),
    "relation lost": (LOG_RELS, 'Id="rId1"', 'Id="rId7"', "uses the relation 'rId1'"),
    "relation ids equal": (SEV_RELS, 'Id="rId2"', 'Id="rId1"', "relation rId1 twice"),
    "XML cut off": (SEV, "</worksheet>", "", "not well-formed"),
    "XML with a document type": (SEV, "<worksheet", "<!DOCTYPE w><worksheet", "not allowed"),
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Part → text of the sound workbook."""
    path = good_workbook(tmp_path_factory.mktemp("good") / "good.xlsx")
    assert_sound(path)
    with zipfile.ZipFile(path) as archive:
        return {part: archive.read(part).decode() for part in archive.namelist()}


def write(path: Path, parts: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for part, text in parts.items():
            archive.writestr(part, text)
    return path


@pytest.mark.parametrize("fault", FAULTS)
def test_a_single_fault_is_found_and_named(
    fault: str, good: dict[str, str], tmp_path: Path
) -> None:
    part, old, new, said = FAULTS[fault]
    assert old in good[part], f"the sound workbook has no {old!r} to spoil"
    found = check(write(tmp_path / "spoilt.xlsx", {**good, part: good[part].replace(old, new)}))
    assert any(said in one for one in found), found


def test_a_sound_workbook_has_no_fault(good: dict[str, str], tmp_path: Path) -> None:
    assert check(write(tmp_path / "again.xlsx", good)) == []


def test_zip_entries_that_differ_by_case_only_are_found(
    good: dict[str, str], tmp_path: Path
) -> None:
    spoilt = {**good, "xl/Styles.xml": good[STYLES]}
    assert any("2 zip entries" in one for one in check(write(tmp_path / "twice.xlsx", spoilt)))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_is_there_twice_is_found(good: dict[str, str], tmp_path: Path) -> None:
    path = write(tmp_path / "twice.xlsx", good)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(SEV, good[SEV])
    assert f"{SEV}: 2 zip entries of that name" in check(path)


def test_a_damaged_archive_is_found(good: dict[str, str], tmp_path: Path) -> None:
    path = write(tmp_path / "damaged.xlsx", good)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"INC-2", b"INC-9", 1))
    assert check(path) == [f"{LOG}: damaged (Bad CRC-32 for file {LOG!r})"]


def test_tables_that_share_a_cell_are_found(good: dict[str, str], tmp_path: Path) -> None:
    parts = dict(good)
    parts[TABLE] = good[TABLE].replace("A1:D5", "A1:D4")
    parts[TWIN] = good[TWIN].replace("A1:B3", "D4:E6")
    # Both stand on the first sheet.
    parts[LOG_RELS] = good[LOG_RELS].replace(
        "</Relationships>",
        f'<Relationship Id="rId2" Type="{DOCUMENT}/table"'
        ' Target="/xl/tables/table2.xml"/></Relationships>',
    )
    found = check(write(tmp_path / "overlap.xlsx", parts))
    assert "tables tLog and tOwners overlap on Log" in found


def test_sheets_that_are_edited_together_are_found(good: dict[str, str], tmp_path: Path) -> None:
    view = '<sheetView tabSelected="1" workbookViewId'
    spoilt = {part: good[part].replace("<sheetView workbookViewId", view) for part in (LOG, SEV)}
    (found,) = check(write(tmp_path / "together.xlsx", {**good, **spoilt}))
    assert "sheets Log, SEV-1 are selected together" in found


def test_macros_in_a_plain_workbook_are_found(good: dict[str, str], tmp_path: Path) -> None:
    spoilt = {**good, "xl/vbaProject.bin": "x"}
    assert any("holds macros" in one for one in check(write(tmp_path / "macros.xlsx", spoilt)))


def test_an_extension_that_does_not_fit_is_found(good: dict[str, str], tmp_path: Path) -> None:
    assert any("does not fit .xlsm" in one for one in check(write(tmp_path / "a.xlsm", good)))


def test_a_calculation_chain_to_a_cell_without_formula_is_found(
    good: dict[str, str], tmp_path: Path
) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    types = good[TYPES].replace(
        "</Types>",
        '<Override PartName="/xl/calcChain.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.calcChain+xml"/></Types>',
    )
    chain = f'<calcChain xmlns="{main}"><c r="D2" i="1"/><c r="E2"/></calcChain>'
    found = check(write(tmp_path / "a.xlsx", {**good, TYPES: types, "xl/calcChain.xml": chain}))
    assert found == ["calculation chain: sheet 1 has no formula in E2"]


def test_a_file_that_is_no_archive_is_found(tmp_path: Path) -> None:
    path = tmp_path / "text.xlsx"
    path.write_text("not a workbook")
    assert check(path) == ["text.xlsx: it is not a zip archive"]


def test_the_good_formula_stands_in_both_cell_and_column(good: dict[str, str]) -> None:
    assert DUE in good[TABLE]
    assert DUE in good[LOG]
