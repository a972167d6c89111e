"""The brief and the checklist on paper: what is in them, and that every form can be read again."""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import docx
import pytest

from tests.regen.small import few_sheets
from tests.sheets.guides import books
from xlmatrix import api
from xlmatrix.errors import Finding, Level, XlmatrixError
from xlmatrix.papers import (
    Document,
    Grid,
    Section,
    Text,
    checklist_csv,
    checklist_document,
    compose,
    to_docx,
    to_html,
    to_markdown,
    to_pdf,
)
from xlmatrix.resources import template_path
from xlmatrix.style import palette

GAP = Finding(Level.WARNING, "x", "nobody <b>answers</b> at night", "here", "Add a shift")


@cache
def document() -> Document:
    return compose(books.scene(books.template(), None, books.demo()), [GAP])


def test_what_is_accepted_is_no_gap_and_stands_with_its_reason() -> None:
    taken = replace(GAP, accepted="The night is for a queue")
    shown = to_markdown(compose(books.scene(books.template(), None, books.demo()), [], [taken]))
    gaps = shown.partition("## Open gaps")[2].partition("\n## ")[0]
    assert "finds no gap that is not accepted" in gaps
    assert "Accepted: The night is for a queue" in gaps
    assert "Add a shift" not in gaps
    assert "open gap" not in shown.partition("## Decisions needed")[2]


class Outline(HTMLParser):
    """What a screen reader goes by."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "col"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def count(self, tag: str) -> int:
        return sum(known == tag for known, _ in self.tags)


def test_the_brief_holds_what_managers_need() -> None:
    assert [section.title for section in document().sections] == [
        "What this is for",
        "The matrix at a glance",
        "Who is called, and who is who",
        "Open gaps",
        "Next drills",
        "Reporting duties",
        "Decisions needed",
    ]
    text = to_markdown(document())
    for kind in books.template().classes:
        assert f"{kind.id} {kind.name}" in text
    assert "7 incidents are open" in text


def test_the_page_needs_nothing_from_the_network() -> None:
    page = to_html(document())
    assert not re.search(r"(?:src|href|url|@import)\s*[=(]", page)
    assert "<script" not in page


def test_the_page_can_be_read_aloud() -> None:
    outline = Outline(to_html(document()))
    assert outline.open == []
    assert ("html", {"lang": "en"}) in outline.tags
    assert outline.count("h1") == 1
    assert outline.count("h2") == len(document().sections)
    assert outline.count("caption") == outline.count("table") > 5
    headers = [attrs.get("scope") for tag, attrs in outline.tags if tag == "th"]
    assert set(headers) == {"col", "row"}


def test_what_people_typed_cannot_become_markup() -> None:
    assert "&lt;b&gt;answers&lt;/b&gt;" in to_html(document())
    assert r"\<b\>answers" in to_markdown(document())


def test_a_bar_in_a_cell_does_not_break_a_markdown_table() -> None:
    grid = Grid("c", ("a", "b"), (("x | y\nz", "1"),))
    odd = Document("t", "s", "o", books.AS_OF, "UTC", (Section("S", (grid, Text("# no"))),))
    text = to_markdown(odd)
    assert r"| x \| y z | 1 |" in text
    assert "\n\\# no" in text


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        (palette.ink, palette.paper),
        (palette.muted, palette.paper),
        (palette.brand, palette.paper),
        (palette.paper, palette.brand),
        (palette.ink, palette.brand_soft),
    ],
)
def test_every_text_of_the_page_stands_out(ink: str, ground: str) -> None:
    light, dark = sorted((_luminance(ink), _luminance(ground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_word_has_headings_and_header_rows_that_repeat() -> None:
    word = docx.Document(io.BytesIO(to_docx(document())))
    headings = [p.text for p in word.paragraphs if p.style and p.style.name == "Heading 1"]
    assert headings == [section.title for section in document().sections]
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in word.tables)
    assert word.core_properties.title == document().title


def test_word_tells_nothing_of_the_clock_of_the_computer() -> None:
    with zipfile.ZipFile(io.BytesIO(to_docx(document()))) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert parts.namelist()[0] == "[Content_Types].xml"
    assert to_docx(document()) == to_docx(document())


@pytest.mark.office
@pytest.mark.slow
def test_the_brief_takes_two_to_four_pages() -> None:
    try:
        pdf = to_pdf(document())
    except XlmatrixError as error:
        pytest.skip(str(error))
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) <= 4


def test_a_pdf_without_libreoffice_is_a_planned_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(XlmatrixError, match="needs LibreOffice"):
        to_pdf(document())


def test_the_checklist_on_paper_has_the_states_of_the_sheet() -> None:
    scene = books.scene(books.only("checklist"), books.TYPED)
    lines = list(csv.DictReader(io.StringIO(checklist_csv(scene))))
    states = {line["ID"]: line["State"] for line in lines}
    assert states["CL-01"] == "done"
    assert states["CL-02"] == "overdue"
    assert states["OW-05"] == "renew"
    assert {line["ID"]: line["Due"] for line in lines}["CL-02"] == "2026-11-15"
    text = to_markdown(checklist_document(scene))
    assert "☑ done" in text
    assert len(lines) == 30


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\n=1+1", "＝1+1", "＠SUM(1)", " =1+1"])
def test_typed_text_cannot_start_a_formula_in_the_csv(text: str) -> None:
    typed = {("tChecklist", "CL-01", "Evidence and notes"): text}
    lines = csv.DictReader(io.StringIO(checklist_csv(books.scene(books.only("checklist"), typed))))
    assert next(iter(lines))["Evidence and notes"] == f"'{text}"


def test_an_ending_that_no_form_has_is_a_planned_error(tmp_path: Path) -> None:
    spec = template_path("basic")
    with pytest.raises(XlmatrixError, match=r"\.html"):
        api.brief(spec, output=tmp_path / "brief.xyz")
    (tmp_path / "brief.md").touch()
    with pytest.raises(XlmatrixError, match="exists already"):
        api.brief(spec, output=tmp_path / "brief.md", overwrite=False)
    assert (tmp_path / "brief.md").read_bytes() == b""


@pytest.mark.slow
def test_what_was_typed_into_a_workbook_reaches_the_paper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import openpyxl

    few_sheets(monkeypatch)

    book, used = tmp_path / "book.xlsx", tmp_path / "used.xlsx"
    api.build(template_path("basic"), output=book, as_of="2026-11-16 10:30")
    excel = openpyxl.load_workbook(book)
    sheet = excel["Checklist"]
    header = next(row for row in sheet.iter_rows() if row[1].value == "ID")
    column = {cell.value: int(cell.column or 0) for cell in header}
    first = next(r[1].row for r in sheet.iter_rows(min_row=header[0].row) if r[1].value == "CL-01")
    sheet.cell(first, column["Status"], "done")
    excel.save(used)
    found = csv.DictReader(io.StringIO(api.checklist(used, format="csv").data.decode("utf-8-sig")))
    assert next(iter(found))["State"] == "done"
    new = tmp_path / "new.xlsx"
    api.regenerate(used, output=new)
    assert openpyxl.load_workbook(new)["Checklist"].cell(first, column["Status"]).value == "done"
