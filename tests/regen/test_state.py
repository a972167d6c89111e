"""The state of a workbook comes along or is named: passwords, properties, filters, links."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from inspect import isabstract
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.regen.editions import NEWER, OLD
from tests.regen.stateful import (
    BOOK,
    OFFICE,
    SECRET,
    Pack,
    element_of,
    hidden_rows,
    part,
    said,
    table_of,
)
from xlmatrix import api, regen
from xlmatrix.model import loads
from xlmatrix.package import Package, package_of
from xlmatrix.regen.carrying.state import settling
from xlmatrix.regen.carrying.state.census import counted
from xlmatrix.regen.carrying.state.fates import BOOK as BOOK_FATES
from xlmatrix.regen.carrying.state.fates import SHEET as SHEET_FATES
from xlmatrix.regen.carrying.state.fates import TABLE as TABLE_FATES
from xlmatrix.regen.carrying.state.fates import Fate
from xlmatrix.regen.carrying.state.settling import settled
from xlmatrix.regen.carrying.state.stay import OfSheet, Stay
from xlmatrix.regen.merging.report import Report
from xlmatrix.regen.reading.frames import Frame, Frames
from xlmatrix.regen.reading.outline import outline
from xlmatrix.regen.reading.reader import Wanted, fill
from xlmatrix.regen.reading.shared import shared_strings

pytestmark = pytest.mark.usefixtures("few_ready_rows")

CUSTOM = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" '
    'name="MSIP_Label_0a1b_Enabled"><vt:lpwstr>true</vt:lpwstr></property>'
    '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="3" name="Room" '
    'linkTarget="No_Such_Name"><vt:lpwstr>4.12</vt:lpwstr></property></Properties>'
)
LABELS = '<clbl:labelList xmlns:clbl="http://schemas.microsoft.com/office/2020/mipLabelMetadata"/>'
LINK = f"{OFFICE}/relationships/hyperlink"
ITEM = '<note xmlns="urn:example:note">of a program</note>'


@dataclass
class Run:
    data: bytes
    report: Report
    before: bytes = b""
    """The workbook before state was put into it."""
    standing: Sequence[Stay] = ()

    @cached_property
    def book(self) -> openpyxl.Workbook:
        return openpyxl.load_workbook(io.BytesIO(self.data))

    def notes(self, sheet: str = "") -> list[str]:
        return [f"{c.key}: {c.note}" for c in self.report.changes if c.sheet == sheet]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plain") / "matrix.xlsx"
    api.build(loads(OLD), as_of="2026-03-16 10:30", output=path)
    return path


def _document(pack: Pack) -> None:
    """What people say of the document as a whole."""
    core = pack.text("docProps/core.xml")
    more = (
        '<dc:description xmlns:dc="http://purl.org/dc/elements/1.1/">For the &amp; audit'
        "</dc:description><cp:keywords>ai; incidents</cp:keywords>"
        "<cp:category>Internal</cp:category>"
    )
    core = core.replace("</cp:coreProperties>", f"{more}</cp:coreProperties>")
    pack.put("docProps/core.xml", core)
    pack.sub("docProps/core.xml", ">[^<]*</dc:title>", ">Our own matrix</dc:title>")
    pack.sub("docProps/app.xml", "</Properties>", "<Manager>Tom Weiss</Manager></Properties>")
    kind, office = "application/vnd.openxmlformats-officedocument", f"{OFFICE}/relationships"
    microsoft = "http://schemas.microsoft.com/office/2020/02/relationships"
    pack.part(
        "docProps/custom.xml",
        CUSTOM,
        f"{kind}.custom-properties+xml",
        f"{office}/custom-properties",
    )
    pack.part(
        "docMetadata/LabelInfo.xml",
        LABELS,
        "application/vnd.ms-office.classificationlabels+xml",
        f"{microsoft}/classificationlabels",
    )
    item = "customXml/item1.xml"
    pack.part(item, ITEM, "application/xml", f"{office}/customXml", BOOK)
    props = "customXml/itemProps1.xml"
    pack.part(props, "<p/>", f"{kind}.customXmlProperties+xml", f"{office}/customXmlProps", item)


def _guards(pack: Pack) -> None:
    secret = " ".join(f"workbook{one[0].upper()}{one[1:]}" for one in SECRET.split())
    guard = f'<workbookProtection lockStructure="1" {secret}/>'
    pack.sub(BOOK, "<workbookProtection/>", guard)
    pack.sub(BOOK, "<workbookPr", '<fileSharing readOnlyRecommended="1"/><workbookPr')
    guard = f'<sheetProtection {SECRET} sheet="1" objects="1" scenarios="1" sort="0"/>'
    pack.element("Owners", "sheetProtection", guard)
    pack.element("Matrix", "sheetProtection", "")
    pack.element("Hours", "sheetPr", '<sheetPr><tabColor theme="5" tint="-0.25"/></sheetPr>')
    pack.sub(
        BOOK, '(?<=name="Health" )sheetId="(\\d+)" state="visible"', 'sheetId="99" state="hidden"'
    )


def _views(pack: Pack) -> None:
    """A log that is filtered and sorted, and rows that somebody hid or grouped."""
    table, days = pack.table("tMatrix"), pack.table("tHolidays")
    pack.sub(
        table,
        '<autoFilter ref="([^"]+)"\\s*/>',
        '<autoFilter ref="B4:S6"><filterColumn colId="2"><filters><filter val="SEV-1"/></filters>'
        '</filterColumn></autoFilter><sortState ref="B5:S6" caseSensitive="1">'
        '<sortCondition descending="1" ref="C5:C6"/></sortState>',
    )
    pack.sub(days, r'<autoFilter ref="[^"]+"\s*/>', "")
    sheet = openpyxl.load_workbook(io.BytesIO(pack.data))["Matrix"]
    hidden = [row for row in (5, 6) if sheet.cell(row, 4).value != "SEV-1"]
    pack.hide_rows("Matrix", hidden)
    # Roles go by name: the newer template puts another first. Two of the blank rows, and texts.
    pack.hide_rows("Owners", [8, 12], ' outlineLevel="2"')
    pack.hide_rows("Owners", [3, 15])


def _links_and_merges(pack: Pack) -> None:
    """Links on a role and on notes, to addresses and places; notes over cells merged for them."""
    owners, rels = pack.sheet("Owners"), "xl/worksheets/_rels/{}.rels"
    name = owners.rpartition("/")[2]
    outside = pack.relate(rels.format(name), LINK, "https://example.com/a?b=1&c=2", "External")
    mail = pack.relate(rels.format(name), LINK, "mailto:tom@example.com", "External")
    space = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    known = element_of(pack.data, "Owners", "hyperlinks").removesuffix("</hyperlinks>")
    pack.element(
        "Owners",
        "hyperlinks",
        f'{known}<hyperlink ref="C8" {space} r:id="{outside}" tooltip="The &quot;book&quot;"/>'
        f'<hyperlink ref="E19" {space} r:id="{mail}"/>'
        '<hyperlink ref="K4" location="\'SEV-1\'!B3" display="there"/>'
        '<hyperlink ref="K5" location="Nowhere!B3"/></hyperlinks>',
    )
    for row, text in ((4, "see there"), (5, "see nowhere")):
        pack.cell("Owners", row, "K", text)
    merged = '<mergeCell ref="K4:M4"/><mergeCell ref="C8:D8"/>'
    pack.element("Owners", "mergeCells", f'<mergeCells count="2">{merged}</mergeCells>')


def _sums(pack: Pack) -> None:
    """A row of totals below the directory."""
    table = pack.table("tPeople")
    pack.sub(table, 'ref="B17:J27"', 'ref="B17:J28" totalsRowCount="1"')
    pack.sub(table, 'name="Name"', 'name="Name" totalsRowLabel="All &amp; sundry"')
    pack.sub(table, 'name="E-mail"', 'name="E-mail" totalsRowFunction="count"')
    pack.sub(table, 'name="Chat"/>', 'name="Chat" totalsRowFunction="custom"><totalsRowFormula>'
             "COUNTA(tPeople[Phone])*2</totalsRowFormula></tableColumn>")  # fmt: skip
    pack.cell("Owners", 28, "B", "All & sundry")
    pack.cell("Owners", 28, "E", 2, "SUBTOTAL(103,tPeople[E-mail])")
    pack.cell("Owners", 28, "F", 4, "COUNTA(tPeople[Phone])*2")


def _deletions(pack: Pack) -> None:
    """Columns of two tables: one alone in its column of the sheet, one above another.

    What stands right of it moves to the left, as Excel has it.
    """
    for sheet, name, letters, header in (
        ("Holidays", "tHolidays", "E", "Weekday"),
        ("Owners", "tRoles", "H", "Check"),
    ):
        table, part = pack.table(name), pack.sheet(sheet)
        text = pack.text(table)
        first, top, end, last = re.findall(r' ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"', text)[0]
        left = f"{first}{top}:{chr(ord(end) - 1)}{last}"
        text = text.replace(f'ref="{first}{top}:{end}{last}"', f'ref="{left}"')
        text = re.sub(rf'<tableColumn [^>]*name="{header}"(?:/>|.*?</tableColumn>)', "", text)
        count = int(re.findall(r'<tableColumns count="(\d+)"', text)[0])
        text = text.replace(f's count="{count}"', f's count="{count - 1}"')
        pack.put(table, text)
        for row in range(int(top), int(last) + 1):
            pack.sub(part, rf'<c r="{letters}{row}"(?:[^>]*/>|.*?</c>)', "")
            for moved in range(ord(letters) + 1, ord(end) + 1):
                pack.sub(part, f'<c r="{chr(moved)}{row}"', f'<c r="{chr(moved - 1)}{row}"')


def _looks_around(pack: Pack) -> None:
    """Views, groups of columns, the style of a table, settings; and what nobody looks after."""
    hours, book = pack.sheet("Hours"), pack.text(BOOK)
    pack.sub(hours, "<sheetView ", '<sheetView showFormulas="1" rightToLeft="1" ')
    pack.sub(hours, 'zoomScale="100"', 'zoomScale="85"')
    pack.sub(hours, "</cols>", '<col min="30" max="31" width="9.14" outlineLevel="1"/></cols>')
    pack.sub(pack.table("tHours"), 'name="TableStyleLight1"', 'name="TableStyleMedium9"')
    pack.put(
        BOOK, book.replace("<workbookPr/>", '<workbookPr filterPrivacy="1" updateLinks="never"/>')
    )
    pack.sub(BOOK, "<calcPr ", '<calcPr calcMode="manual" ')
    pack.sub(BOOK, "</workbook>", "<novelty/></workbook>")
    pack.element(
        "Hours", "rowBreaks", '<rowBreaks count="1"><brk id="9" max="16383" man="1"/></rowBreaks>'
    )
    pack.element("Hours", "autoFilter", '<autoFilter ref="AA1:AB9"/>')
    guard = '<protectedRange name="Mine" sqref="B7:C8 AA1" algorithmName="SHA-1"/>'
    pack.element("Hours", "protectedRanges", f"<protectedRanges>{guard}</protectedRanges>")
    pack.sub(
        hours,
        "</worksheet>",
        '<extLst><ext uri="{0-1}"><a/></ext></extLst><oddity of="2"/></worksheet>',
    )
    pack.sub(pack.table("tHours"), "<table ", '<table comment="Ask Tom" ')
    pack.sub(BOOK, r"'Holidays'!\$5:\$5", "'Holidays'!$1:$5")


EDITS = (_document, _guards, _views, _links_and_merges, _sums, _deletions, _looks_around)


@pytest.fixture(scope="module")
def used(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pack = Pack(plain)
    for edit in EDITS:
        edit(pack)
    return pack.save(tmp_path_factory.mktemp("used") / "used.xlsx")


@pytest.fixture(scope="module")
def again(used: Path) -> Run:
    """To the same spec."""
    seen: list[tuple[bytes, Sequence[Stay]]] = []

    def watched(data: bytes, old: Package, standing: Sequence[Stay]) -> bytes:
        seen.append((data, standing))
        return settled(data, old, standing)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settling, "settled", watched)
        done = api.regenerate(used, output=used.with_name("again.xlsx"))
    return Run(done.data, done.report, *seen[0])


@pytest.fixture(scope="module")
def newer(used: Path) -> Run:
    """To a newer spec, by which rows and tables move."""
    done = api.regenerate(used, loads(NEWER), output=used.with_name("newer.xlsx"))
    return Run(done.data, done.report)


@pytest.fixture(params=["again", "newer"], scope="module")
def run(request: pytest.FixtureRequest) -> Run:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Run)
    return found


def test_a_second_run_gives_the_same_bytes(again: Run, used: Path) -> None:
    target = used.with_name("second.xlsx")
    assert api.regenerate(used.with_name("again.xlsx"), output=target).data == again.data


# --- the document -------------------------------------------------------------------------------


def test_document_properties_stay(run: Run) -> None:
    found = run.book.properties
    assert (found.title, found.description) == ("Our own matrix", "For the & audit")
    assert (found.keywords, found.category) == ("ai; incidents", "Internal")
    assert ">Tom Weiss</Manager>" in part(run.data, "docProps/app.xml")


def test_custom_properties_and_labels_stay(run: Run) -> None:
    book: Any = run.book
    custom = {one.name: one.value for one in book.custom_doc_props}
    assert custom == {"MSIP_Label_0a1b_Enabled": "true", "Room": "4.12"}
    assert part(run.data, "docMetadata/LabelInfo.xml") == LABELS
    assert part(run.data, "customXml/item1.xml") == ITEM
    assert "itemProps1" in part(run.data, "customXml/_rels/item1.xml.rels")
    (note,) = [note for note in run.notes() if note.startswith("Room")]
    assert "followed a name that is gone" in note


# --- protection ---------------------------------------------------------------------------------


def test_passwords_stay_as_hashes(run: Run) -> None:
    book = part(run.data, BOOK)
    assert 'lockStructure="1"' in book
    assert 'workbookHashValue="kKPBSeyqrPSL4rCnJyUP2Q=="' in book
    assert book.index("<fileSharing") < book.index("<workbookPr")
    owners = said(element_of(run.data, "Owners", "sheetProtection"))
    assert owners["hashValue"] == "kKPBSeyqrPSL4rCnJyUP2Q=="
    assert owners["sort"] == "0"


def test_a_sheet_without_its_protection_stays_without(run: Run) -> None:
    assert element_of(run.data, "Matrix", "sheetProtection") == ""
    assert 'sheet="1"' in element_of(run.data, "Week", "sheetProtection")


def test_a_hidden_tab_stays_hidden_and_a_coloured_one_coloured(run: Run) -> None:
    assert run.book["Health"].sheet_state == "hidden"
    assert run.book["Start"].sheet_state == "visible"
    assert 'theme="5"' in element_of(run.data, "Hours", "tabColor")


# --- filters and hidden rows --------------------------------------------------------------------


def test_a_filter_keeps_its_criteria_its_order_and_the_rows_it_hides(run: Run) -> None:
    table = table_of(run.data, "tMatrix")
    assert 'colId="2"' in table
    assert '<filter val="SEV-1"/>' in table
    assert 'descending="1"' in table
    assert table.index("</autoFilter>") < table.index("<sortState") < table.index("<tableColumns")
    sheet = run.book["Matrix"]
    # What the template adds is seen until somebody filters anew.
    assert {sheet.cell(row, 2).value for row in hidden_rows(run.data, "Matrix")} == {"QLT-01"}


def test_a_table_whose_buttons_were_taken_off_has_none(run: Run) -> None:
    assert "<autoFilter" not in table_of(run.data, "tHolidays")
    assert "<autoFilter" in table_of(run.data, "tIncidents")


def test_hidden_rows_are_hidden_by_what_stands_in_them(run: Run) -> None:
    sheet = run.book["Owners"]
    rows = hidden_rows(run.data, "Owners")
    assert [sheet.cell(row, 2).value for row in rows] == [
        *("← Start", "Quality", None),
        "Directory",
    ]
    assert 'outlineLevelRow="2"' in element_of(run.data, "Owners", "sheetFormatPr")


# --- links and merged cells ---------------------------------------------------------------------


def _find(sheet: Any, text: object) -> Any:
    return next(cell for row in sheet.iter_rows() for cell in row if cell.value == text)


def test_links_stay_on_the_cells_that_they_were_put_on(run: Run) -> None:
    sheet = run.book["Owners"]
    duty, mail = _find(sheet, "Quality").offset(0, 1), _find(sheet, "tom@example.com")
    assert duty.hyperlink.target == "https://example.com/a?b=1&c=2"
    assert duty.hyperlink.tooltip == 'The "book"'
    assert mail.hyperlink.target == "mailto:tom@example.com"
    place = _find(sheet, "see there").hyperlink
    assert (place.location, place.display) == ("'SEV-1'!B3", "there")
    assert _find(sheet, "← Start").hyperlink.location == "Start!A1"


def test_a_link_to_what_is_gone_is_named(run: Run) -> None:
    assert _find(run.book["Owners"], "see nowhere").hyperlink is None
    (note,) = [note for note in run.notes("Owners") if "Nowhere" in note]
    assert note.startswith("K5: the link of this cell led to Nowhere, which is gone")


def test_cells_merged_for_a_note_stay_merged_and_others_are_named(run: Run) -> None:
    areas = {str(area) for area in run.book["Owners"].merged_cells.ranges}
    assert areas == {"K4:M4"}
    assert [n for n in run.notes("Owners") if n.startswith("C8:D8: cells that you merged")]


def test_a_row_of_totals_stays_below_its_table(run: Run) -> None:
    table, sheet = table_of(run.data, "tPeople"), run.book["Owners"]
    made = sheet.tables["tPeople"]
    assert made.totalsRowCount == 1
    assert 'totalsRowFunction="count"' in table
    assert "<totalsRowFormula>COUNTA(tPeople[Phone])*2</totalsRowFormula>" in table
    row = int(re.findall(r"\d+", made.ref)[-1])
    assert [sheet.cell(row, column).value for column in (2, 3, 5, 6)] == [
        "All & sundry", None, "=SUBTOTAL(103,tPeople[E-mail])", "=COUNTA(tPeople[Phone])*2"
    ]  # fmt: skip
    assert not [note for note in run.notes("Owners") if "sundry" in note]


# --- columns that people deleted ------------------------------------------------------------------


def test_a_deleted_column_comes_back_hidden_where_it_stands_alone_and_is_named(run: Run) -> None:
    hidden = {sheet.title: sheet.column_dimensions for sheet in run.book.worksheets}
    assert hidden["Holidays"]["E"].hidden
    assert not hidden["Owners"]["H"].hidden
    notes = [(c.table, c.column, c.note) for c in run.report.changes if "you deleted" in c.note]
    said = "you deleted this column, and the workbook needs it: it is back"
    assert notes == [("tHolidays", "Weekday", f"{said}, hidden"), ("tRoles", "Check", said)]


def test_a_text_typed_over_a_stamp_stays_and_is_named(plain: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("id,opened,title,class\nA-1,2026-03-14 10:00,x,\n", encoding="utf-8")
    path = tmp_path / "matrix.xlsx"
    api.build(loads(OLD), incidents=log, as_of="2026-03-16 10:30", output=path)
    book = openpyxl.load_workbook(path)
    opened = _find(book["Incidents"], datetime(2026, 3, 14, 10))
    opened.value = "2026-03-14 10:00"
    book.save(path)
    done = api.regenerate(path, output=tmp_path / "new.xlsx")
    (line,) = [c for c in done.report.changes if c.table == "tIncidents"]
    assert (line.column, line.after, line.outcome) == ("Opened", "2026-03-14 10:00", "kept")
    made = Run(done.data, done.report).book["Incidents"]
    assert made[opened.coordinate].value == "2026-03-14 10:00"


# --- what nobody looks after ----------------------------------------------------------------------


def test_views_groups_styles_and_settings_stay(run: Run) -> None:
    view = said(element_of(run.data, "Hours", "sheetView"))
    assert (view["showFormulas"], view["rightToLeft"], view["zoomScale"]) == ("1", "1", "85")
    assert 'outlineLevel="1"' in element_of(run.data, "Hours", "cols")
    assert 'outlineLevelCol="1"' in element_of(run.data, "Hours", "sheetFormatPr")
    assert 'name="TableStyleMedium9"' in table_of(run.data, "tHours")
    settings = said(re.findall("<workbookPr[^>]*>", part(run.data, BOOK))[0])
    assert (settings["filterPrivacy"], settings["updateLinks"]) == ("1", "never")


def test_ranges_that_some_may_edit_stay_where_their_cells_are(run: Run) -> None:
    element = element_of(run.data, "Hours", "protectedRange")
    assert said(element)["algorithmName"] == "SHA-1"
    assert said(element)["sqref"] == "B7:C8 AA1"


def test_what_nobody_looks_after_is_named(run: Run) -> None:
    none, unknown = "the new workbook has none of it", "this release does not know it"
    wanted = {
        f"page breaks: is left out: {none}",
        f"a filter of plain cells: is left out: {none}",
        f"tHours: a remark about the table: is left out: {none}",
        f"oddity: is left out: {unknown}",
        f"extLst/ext@{{0-1}}: is left out: {unknown}",
    }
    assert {note for note in run.notes("Hours") if "is left out" in note} == wanted
    book = {note for note in run.notes() if "is left out" in note}
    by_hand = "computing by hand: the new workbook computes by itself"
    assert book == {f"{by_hand}: is left out: {none}", f"novelty: is left out: {unknown}"}


#: The children of a sheet, a workbook and a table in the standard (ECMA-376, part 1, 18.2 to 18.5).
STANDARD = {
    "sheet": """sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr
        sheetProtection protectedRanges scenarios autoFilter sortState dataConsolidate
        customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks
        printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties
        cellWatches ignoredErrors smartTags drawing drawingHF legacyDrawing legacyDrawingHF picture
        oleObjects controls webPublishItems tableParts extLst""",
    "book": """fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups
        externalReferences definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr
        smartTagTypes webPublishing fileRecoveryPr webPublishObjects extLst""",
    "table": "autoFilter sortState tableColumns tableStyleInfo extLst",
}


@pytest.mark.parametrize("kind", ["sheet", "book", "table"])
def test_every_element_of_the_standard_has_a_fate(kind: str) -> None:
    fates = {"sheet": SHEET_FATES, "book": BOOK_FATES, "table": TABLE_FATES}[kind]
    assert set(STANDARD[kind].split()) <= fates.keys()


def test_every_kind_that_looks_after_something_is_a_module() -> None:
    folder = Path(regen.__file__).parent
    known = {path.stem for path in folder.rglob("*.py")}
    words = {fate.words for fates in (SHEET_FATES, BOOK_FATES, TABLE_FATES)
             for fate in fates.values() if fate.verdict == "carried"}  # fmt: skip
    plain = {"filters": "tablefilters", "settings": "views", "tablestyles": "views"}
    names = {plain.get(word, word) for one in words for word in one.split(" and ")}
    beyond = {"freight", "cells", "sheets", "reading, which refuses it"}
    assert names - beyond - {"tables"} <= known


@pytest.mark.parametrize("fates", [SHEET_FATES, BOOK_FATES], ids=["sheet", "book"])
def test_everything_that_has_to_be_named_is_named(fates: dict[str, Fate]) -> None:
    for path, fate in fates.items():
        if fate.verdict != "named":
            continue
        *outer, last = path.split("/")
        name, _, attribute = last.partition("@")
        said = f' {"uri" if name == "ext" else attribute}="{attribute if name == "ext" else 7}"'
        text = f"<{name}{said if attribute else ''}/>"
        for element in reversed(outer):
            text = f"<{element}>{text}</{element}>"
        root = (outer or [name])[0]
        found = [key for key, _ in counted(Frame("<root>", ((root, text),)), fates)]
        assert found == [fate.words], path


def test_whatever_is_not_put_in_is_missed(again: Run) -> None:
    """Each thing that stays is found in the finished workbook, and in none that lacks it."""
    kinds = {type(stay).__name__ for stay in again.standing}
    every = [*Stay.__subclasses__(), *OfSheet.__subclasses__()]
    assert kinds == {kind.__name__ for kind in every if not isabstract(kind)}
    without, there = (
        Frames(outline(package_of(data, "here"))) for data in (again.before, again.data)
    )
    fill(there.contents, shared_strings(there.package), Wanted({}, lambda _: True, lambda _: None))
    assert [stay.what for stay in again.standing if stay.stands(without)] == []
    assert [stay.what for stay in again.standing if not stay.stands(there)] == []
