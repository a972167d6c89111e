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
from tests.regen.stateful import BOOK, OFFICE, SECRET, Pack, element_of, part, said
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


EDITS = (_document, _guards)


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
