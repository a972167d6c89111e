"""The state of a workbook comes along or is named: passwords, properties, filters, links."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property
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
from xlmatrix import api
from xlmatrix.model import loads
from xlmatrix.regen.merging.report import Report

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
ITEM = '<note xmlns="urn:example:note">of a program</note>'


@dataclass
class Run:
    data: bytes
    report: Report

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
    pack.sub(days, '<autoFilter ref="B5:E31"\\s*/>', "")
    sheet = openpyxl.load_workbook(io.BytesIO(pack.data))["Matrix"]
    hidden = [row for row in (5, 6) if sheet.cell(row, 4).value != "SEV-1"]
    pack.hide_rows("Matrix", hidden)
    # Roles go by name: the newer template puts another first. Two of the blank rows, and texts.
    pack.hide_rows("Owners", [8, 12], ' outlineLevel="2"')
    pack.hide_rows("Owners", [3, 15])


EDITS = (_document, _guards, _views)


@pytest.fixture(scope="module")
def used(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pack = Pack(plain)
    for edit in EDITS:
        edit(pack)
    return pack.save(tmp_path_factory.mktemp("used") / "used.xlsx")


@pytest.fixture(scope="module")
def again(used: Path) -> Run:
    """To the same spec."""
    target = used.with_name("again.xlsx")
    done = api.regenerate(used, output=target)
    return Run(done.data, done.report)


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
