"""What other programs write, and people do, is read as it is meant, or refused in words."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import TableStyleInfo

from tests.regen.editions import OLD
from tests.regen.packages import (
    by_openpyxl,
    packed,
    part_of_sheet,
    parts_of,
    with_cell,
    with_part,
)
from tests.regen.sheets import bounds
from xlmatrix import api
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import loads
from xlmatrix.regen import read_book
from xlmatrix.regen.reading.book import UsedBook
from xlmatrix.sheets.stamp import seal_of

pytestmark = pytest.mark.usefixtures("few_sheets")

INCIDENTS = """\
id,opened,title,class,resolved
A-1,2026-03-09 09:30,Slow answers,{0},2026-03-10 15:00
A-2,2026-03-13 17:10,No answers,{0},
A-3,2026-03-20 08:00,Wrong answers,{0},
"""
OPENED = 46090.395833333336


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("good")
    spec = loads(OLD)
    (folder / "incidents.csv").write_text(INCIDENTS.format(spec.spec.classes[0].id))
    path = folder / "matrix.xlsx"
    api.build(spec, incidents=folder / "incidents.csv", as_of="2026-03-16 10:30", output=path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def untouched(good: bytes, tmp_path_factory: pytest.TempPathFactory) -> UsedBook:
    return _read(good, tmp_path_factory.mktemp("untouched"))


def _read(data: bytes, folder: Path) -> UsedBook:
    path = folder / "matrix.xlsx"
    path.write_bytes(data)
    return read_book(path)


def _place(good: bytes, table: str, header: str, row: int = 1) -> tuple[str, str]:
    """The sheet and address of a cell, by openpyxl."""
    book = openpyxl.load_workbook(io.BytesIO(good))
    sheet = next(ws for ws in book if table in ws.tables)
    left, top, _, _ = bounds(sheet.tables[table].ref)
    headers = [column.name for column in sheet.tables[table].tableColumns]
    return sheet.title, sheet.cell(top + row, left + headers.index(header)).coordinate


def _first(used: UsedBook) -> dict[str, Any]:
    return used.inputs.tables["tIncidents"].records()[0]


CELLS: dict[str, tuple[str, Any]] = {
    "inline": ('<c r="{at}" t="inlineStr"><is><t>Hello</t></is></c>', "Hello"),
    "inline in runs": (
        '<c r="{at}" t="inlineStr"><is><r><t>He</t></r><r><rPr><b/></rPr><t>llo</t></r></is></c>',
        "Hello",
    ),
    "inline with its reading": (
        '<c r="{at}" t="inlineStr"><is><t>東京</t>'
        '<rPh sb="0" eb="2"><t>トウキョウ</t></rPh></is></c>',
        "東京",
    ),
    "text without formula": ('<c r="{at}" t="str"><v>Hello</v></c>', "Hello"),
    "escaped line end": ('<c r="{at}" t="str"><v>a_x000D__x000A_b</v></c>', "a\nb"),
    "an escape that was typed": ('<c r="{at}" t="str"><v>_x005F_x0041_</v></c>', "_x0041_"),
    "two halves of a character": ('<c r="{at}" t="str"><v>_xD83D__xDE00_</v></c>', "😀"),
    "half a character": ('<c r="{at}" t="str"><v>_xD83D_</v></c>', "_xD83D_"),
    "spaces": (
        '<c r="{at}" t="inlineStr"><is><t xml:space="preserve">  two  </t></is></c>',
        "  two  ",
    ),
    "a truth value": ('<c r="{at}" t="b"><v>1</v></c>', True),
    "an error": ('<c r="{at}" t="e"><v>#N/A</v></c>', "#N/A"),
    "a small number": ('<c r="{at}"><v>1E-3</v></c>', 0.001),
    "no number": ('<c r="{at}"><v>NaN</v></c>', "NaN"),
    "a number without end": ('<c r="{at}"><v>1E999</v></c>', "1E999"),
    "a date in words": ('<c r="{at}" t="d"><v>2026-03-09T09:30:00</v></c>', OPENED),
    "a time in words": ('<c r="{at}" t="d"><v>12:00:00</v></c>', 0.5),
    "a long text": (f'<c r="{{at}}" t="str"><v>{"x" * 32_767}</v></c>', "x" * 32_767),
}


@pytest.mark.parametrize("kind", sorted(CELLS))
def test_a_cell_is_read_however_it_is_written(good: bytes, tmp_path: Path, kind: str) -> None:
    xml, meant = CELLS[kind]
    sheet, at = _place(good, "tIncidents", "Title")
    edited = with_cell(good, sheet, at, xml.replace("{at}", at))
    found = _first(_read(edited, tmp_path))["Title"]
    assert found == meant
    assert type(found) is type(meant)


def test_every_odd_cell_stands_in_the_new_workbook(good: bytes, tmp_path: Path) -> None:
    """Half a character and numbers without end too: nothing ends the writing."""
    kinds = ["half a character", "no number", "a number without end"]
    edited = good
    for row, kind in enumerate(kinds, start=1):
        sheet, at = _place(good, "tIncidents", "Title", row)
        edited = with_cell(edited, sheet, at, CELLS[kind][0].replace("{at}", at))
    (tmp_path / "matrix.xlsx").write_bytes(edited)
    api.regenerate(tmp_path / "matrix.xlsx", output=tmp_path / "new.xlsx")
    rows = read_book(tmp_path / "new.xlsx").inputs.tables["tIncidents"].records()
    assert [row["Title"] for row in rows] == [CELLS[kind][1] for kind in kinds]


def _without_addresses(xml: bytes) -> bytes:
    """Rows and cells by their order alone, with an empty one where one was left out."""

    def row(hit: re.Match[str]) -> str:
        cells = re.findall(r'<c r="([A-Z]+)\d+"((?:[^>]*/>|.*?</c>))', hit[3], re.DOTALL)
        at, out = 1, []
        for letters, rest in cells:
            number = openpyxl.utils.column_index_from_string(letters)
            out += ["<c/>"] * (number - at) + [f"<c{rest}"]
            at = number + 1
        gap = "<row/>" * (int(hit[1]) - row.last - 1)  # type: ignore[attr-defined]
        row.last = int(hit[1])  # type: ignore[attr-defined]
        return f"{gap}<row>{''.join(out)}</row>"

    row.last = 0  # type: ignore[attr-defined]
    return re.sub(r'<row r="(\d+)"([^>]*)>(.*?)</row>', row, xml.decode(), flags=re.DOTALL).encode()


def _without_row_numbers(xml: bytes) -> bytes:
    return re.sub(rb'<row r="\d+"', b"<row", xml)


def _backwards(xml: bytes) -> bytes:
    rows = re.findall(rb"<row .*?</row>|<row [^>]*/>", xml, re.DOTALL)
    head, _, rest = xml.partition(b"<sheetData>")
    return head + b"<sheetData>" + b"".join(rows[::-1]) + rest[rest.index(b"</sheetData>") :]


@pytest.mark.parametrize("change", [_without_addresses, _without_row_numbers, _backwards])
def test_rows_and_cells_are_found_without_order_and_address(
    good: bytes, untouched: UsedBook, tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    edited = with_part(good, part_of_sheet(good, "Incidents"), change)
    assert edited != good
    assert _read(edited, tmp_path).inputs == untouched.inputs


def test_a_text_that_no_table_holds_is_damage_and_no_empty_cell(
    good: bytes, tmp_path: Path
) -> None:
    sheet, at = _place(good, "tIncidents", "Title")
    edited = with_cell(good, sheet, at, f'<c r="{at}" t="s"><v>999999</v></c>')
    with pytest.raises(XlmatrixError, match="damaged"):
        _read(edited, tmp_path)


def test_a_workbook_that_counts_from_1904_is_refused_in_one_line_and_rescued_as_shown(
    good: bytes, tmp_path: Path
) -> None:
    edited = with_part(
        good,
        "xl/workbook.xml",
        lambda xml: re.sub(rb"<workbookPr\b", b'<workbookPr date1904="1"', xml),
    )
    assert b"date1904" in parts_of(edited)["xl/workbook.xml"]
    sheet, at = _place(good, "tIncidents", "Opened")
    style = re.search(
        rf'<c r="{at}" s="(\d+)"'.encode(), parts_of(good)[part_of_sheet(good, sheet)]
    )
    assert style
    number = style[1].decode()
    shown = f'<c r="{at}" s="{number}"><v>{OPENED - 1462!r}</v></c>'
    written = f'<c r="{at}" s="{number}" t="d"><v>2026-03-09T09:30:00</v></c>'
    for cell in (shown, written):
        with pytest.raises(XlmatrixError, match="1904") as caught:
            _read(with_cell(edited, sheet, at, cell), tmp_path)
        assert "clear 'Use 1904 date system'" in caught.value.mend
        assert "\n" not in str(caught.value)
        rescued = openpyxl.load_workbook(api.rescue(tmp_path / "matrix.xlsx"))
        assert rescued[sheet][at].value == datetime(2026, 3, 9, 9, 30)


def test_formulas_filled_down_stay_those_of_their_rows(good: bytes, tmp_path: Path) -> None:
    """Excel writes such formulas once, and in the other cells the number of the group."""

    def mine(book: openpyxl.Workbook) -> None:
        sheet = book.create_sheet("Mine")
        for row in range(1, 4):
            sheet.cell(row, 1).value = row
            sheet.cell(row, 2).value = "x"

    edited = by_openpyxl(good, mine)
    cells = [
        '<c r="B1"><f t="shared" ref="B1:B3" si="0">A1*2+$A$1</f><v>3</v></c>',
        '<c r="B2"><f t="shared" si="0"/><v>5</v></c>',
        '<c r="B3"><f t="shared" si="0"/><v>7</v></c>',
    ]
    for row, cell in enumerate(cells, start=1):
        edited = with_cell(edited, "Mine", f"B{row}", cell)
    new = tmp_path / "new.xlsx"
    (tmp_path / "matrix.xlsx").write_bytes(edited)
    api.regenerate(tmp_path / "matrix.xlsx", output=new)
    sheet = openpyxl.load_workbook(new)["Mine"]
    assert [sheet.cell(row, 2).value for row in (1, 2, 3)] == [
        "=A1*2+$A$1", "=A2*2+$A$1", "=A3*2+$A$1",
    ]  # fmt: skip


def test_a_formula_over_arrays_becomes_its_value_and_is_listed(good: bytes, tmp_path: Path) -> None:
    def mine(book: openpyxl.Workbook) -> None:
        sheet = book.create_sheet("Mine")
        sheet["A1"], sheet["A2"] = 3, 4
        sheet["B1"] = ArrayFormula("B1", "=SUM(A1:A2*A1:A2)")

    edited = by_openpyxl(good, mine)
    part = part_of_sheet(edited, "Mine")
    edited = with_part(edited, part, lambda xml: re.sub(rb"<v\s*/>|<v></v>", b"<v>25</v>", xml))
    (tmp_path / "matrix.xlsx").write_bytes(edited)
    done = api.regenerate(tmp_path / "matrix.xlsx", output=tmp_path / "new.xlsx")
    assert openpyxl.load_workbook(tmp_path / "new.xlsx")["Mine"]["B1"].value == 25
    assert [c.before for c in done.report.changes if c.outcome == "refused"] == [
        "{=SUM(A1:A2*A1:A2)}"
    ]


def _totals(book: openpyxl.Workbook) -> None:
    sheet = book["Owners"]
    table = sheet.tables["tPeople"]
    left, _, _, bottom = bounds(table.ref)
    sheet.cell(bottom + 1, left).value = "Total"
    table.ref = re.sub(r"\d+$", str(bottom + 1), table.ref)
    table.totalsRowCount = 1


def _drawn_over_everything(book: openpyxl.Workbook) -> None:
    table = book["Incidents"].tables["tIncidents"]
    table.ref = re.sub(r"\d+$", "1048576", table.ref)


def _filtered(book: openpyxl.Workbook) -> None:
    sheet = book["Incidents"]
    table = sheet.tables["tIncidents"]
    _, top, _, _ = bounds(table.ref)
    sheet.row_dimensions[top + 1].hidden = True
    table.autoFilter.add_filter_column(0, ["A-2"])


def _restyled(book: openpyxl.Workbook) -> None:
    for sheet in book:
        for table in sheet.tables.values():
            table.tableStyleInfo = TableStyleInfo("TableStyleDark3", showRowStripes=True)


def _moved_to(sheet: str, row: int, column: int) -> Callable[[openpyxl.Workbook], None]:
    """The directory cut and pasted elsewhere, as Excel does with the whole of a table."""

    def change(book: openpyxl.Workbook) -> None:
        old = book["Owners"]
        target = book[sheet] if sheet in book.sheetnames else book.create_sheet(sheet)
        table = old.tables["tPeople"]
        left, top, right, bottom = bounds(table.ref)
        for r in range(top, bottom + 1):
            for c in range(left, right + 1):
                cell = target.cell(row + r - top, column + c - left)
                cell.value, old.cell(r, c).value = old.cell(r, c).value, None
        del old.tables["tPeople"]
        first = target.cell(row, column).coordinate
        last = target.cell(row + bottom - top, column + right - left).coordinate
        table.ref = f"{first}:{last}"
        target.add_table(table)

    return change


def _quoted(book: openpyxl.Workbook) -> None:
    book["Owners"].title = "Who's who! (2026)"
    book["SEV-1"].title = "It's bad"
    for known in book.defined_names.values():
        text = known.attr_text or ""
        text = re.sub(r"^'?Owners'?!", "'Who''s who! (2026)'!", text)
        known.attr_text = re.sub(r"^'?SEV-1'?!", "'It''s bad'!", text)


def _renamed_headers(book: openpyxl.Workbook) -> None:
    sheet = book["Incidents"]
    table = sheet.tables["tIncidents"]
    left, top, _, _ = bounds(table.ref)
    for column in table.tableColumns:
        if column.name in ("ID", "Title", "Notes"):
            number = left + [c.name for c in table.tableColumns].index(column.name)
            column.name = f"Our {column.name}"
            sheet.cell(top, number).value = column.name


SCENES: dict[str, Callable[[openpyxl.Workbook], None]] = {
    "a totals row": _totals,
    "a table over a million rows": _drawn_over_everything,
    "a filter and hidden rows": _filtered,
    "other table styles": _restyled,
    "a table on another sheet": _moved_to("Elsewhere", 4, 2),
    "a table in another corner": _moved_to("Owners", 60, 5),
    "quotes in sheets' names": _quoted,
    "renamed headers": _renamed_headers,
}


@pytest.mark.parametrize("scene", sorted(SCENES))
def test_what_changes_no_value_is_no_change(
    good: bytes, untouched: UsedBook, tmp_path: Path, scene: str
) -> None:
    used = _read(by_openpyxl(good, SCENES[scene]), tmp_path)
    # openpyxl writes other last digits of a date.
    assert seal_of(used.inputs) == seal_of(untouched.inputs)
    done = api.regenerate(tmp_path / "matrix.xlsx", dry_run=True)
    assert not [c for c in done.report.changes if c.outcome not in ("refused", "kept")]


def test_a_table_of_ours_on_a_sheet_of_yours_has_its_place_back(
    good: bytes, tmp_path: Path
) -> None:
    def change(book: openpyxl.Workbook) -> None:
        _moved_to("Elsewhere", 4, 2)(book)
        book["Elsewhere"]["A1"] = "mine"
        book["Elsewhere"]["C5"] = "typed there"

    old, new = tmp_path / "matrix.xlsx", tmp_path / "new.xlsx"
    old.write_bytes(by_openpyxl(good, change))
    done = api.regenerate(old, output=new)
    said = [c for c in done.report.changes if c.sheet == "Elsewhere" and c.table == "tPeople"]
    assert [(c.outcome, c.before) for c in said] == [("refused", "B4")]
    book = openpyxl.load_workbook(new)
    mine, people = book["Elsewhere"], book["Owners"].tables["tPeople"]
    assert [cell.value for row in mine for cell in row if cell.value is not None] == ["mine"]
    left, top, _, _ = bounds(people.ref)
    assert book["Owners"].cell(top + 1, left + 1).value == "typed there"


def test_a_table_without_its_header_row_keeps_its_first_row(
    good: bytes, untouched: UsedBook, tmp_path: Path
) -> None:
    parts = parts_of(good)
    (name,) = [n for n, xml in parts.items() if b'displayName="tIncidents"' in xml]
    xml = parts[name].decode()
    first, _, last = re.findall(r'ref="([^"]+)"', xml)[0].partition(":")
    lower = re.sub(r"\d+", lambda hit: str(int(hit[0]) + 1), first)
    xml = re.sub(r"<autoFilter.*?</autoFilter>|<autoFilter[^>]*/>", "", xml, flags=re.DOTALL)
    xml = re.sub(r' headerRowCount="1"', "", xml).replace(
        "<table ", '<table headerRowCount="0" ', 1
    )
    xml = xml.replace(f'ref="{first}:{last}"', f'ref="{lower}:{last}"')
    assert _read(packed(parts | {name: xml.encode()}), tmp_path).inputs == untouched.inputs


def test_a_sheet_that_is_a_chart_comes_along(good: bytes, tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        made = openpyxl.chart.BarChart()
        made.add_data(openpyxl.chart.Reference(range_string="Incidents!A7:A9"))
        book.create_chartsheet("My chart").add_chart(made)

    (tmp_path / "matrix.xlsx").write_bytes(by_openpyxl(good, change))
    api.regenerate(tmp_path / "matrix.xlsx", output=tmp_path / "new.xlsx")
    assert openpyxl.load_workbook(tmp_path / "new.xlsx").sheetnames[-1] == "My chart"


def _streamed(data: bytes) -> bytes:
    """An archive made for a pipe: sizes stand behind the parts."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    out = Pipe()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts_of(data).items():
            archive.writestr(name, part)
    return out.getvalue()


def _stored(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts_of(data).items():
            archive.writestr(name, part)
    return out.getvalue()


def _with_company(data: bytes) -> bytes:
    strange = {
        "../../etc/x": b"?",
        "a/" * 500 + "b": b"?",
        "xl/worksheets/": b"",
        "__MACOSX/._x": b"?",
    }
    return packed(parts_of(data) | strange)


@pytest.mark.parametrize(
    "change",
    [_streamed, _stored, _with_company, lambda d: d + b"\0" * 64],
    ids=lambda c: c.__name__,
)
def test_an_archive_of_another_make_is_the_same_workbook(
    good: bytes, untouched: UsedBook, tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    assert _read(change(good), tmp_path).inputs == untouched.inputs


def _names_and_formulas(book: openpyxl.Workbook) -> None:
    mine = book.create_sheet("Mine")
    mine["A1"], mine["B1"], mine["B2"] = 3, "=Rate*A1", "=Spot*2"
    book.defined_names["Rate"] = DefinedName("Rate", attr_text="Mine!$A$1")
    book.defined_names["Spot"] = DefinedName("Spot", attr_text="Owners!$A$1")
    book["Incidents"]["FA1"] = "=COUNTA(tIncidents[ID])"
    book["Incidents"]["FA2"] = "=FA1*2"


@pytest.mark.slow
def test_names_and_formulas_beside_the_tables_are_kept_or_listed(
    good: bytes, tmp_path: Path
) -> None:
    edited = by_openpyxl(good, _names_and_formulas)
    edited = with_cell(edited, "Mine", "B2", '<c r="B2"><f>Spot*2</f><v>4</v></c>')
    (tmp_path / "matrix.xlsx").write_bytes(edited)
    done = api.regenerate(tmp_path / "matrix.xlsx", output=tmp_path / "new.xlsx")
    book = openpyxl.load_workbook(tmp_path / "new.xlsx")
    assert book.defined_names["Rate"].attr_text == "Mine!$A$1"
    assert "Spot" not in book.defined_names
    assert [book["Mine"]["B1"].value, book["Mine"]["B2"].value] == ["=Rate*A1", 4]
    assert book["Incidents"]["FA1"].value == "=COUNTA(tIncidents[ID])"
    refused = {(c.sheet, c.key) for c in done.report.changes if c.outcome == "refused"}
    assert refused == {("", "Spot"), ("Mine", "B2"), ("Incidents", "Incidents!FA2")}
    again = api.regenerate(tmp_path / "new.xlsx", output=tmp_path / "again.xlsx")
    assert again.data == done.data


def test_a_chart_beside_our_tables_hangs_where_it_hung(good: bytes, tmp_path: Path) -> None:
    def chart(book: openpyxl.Workbook) -> None:
        made = openpyxl.chart.BarChart()
        made.add_data(openpyxl.chart.Reference(range_string="Owners!A7:A9"))
        made.anchor = "Z3"
        book["Owners"].add_chart(made)

    (tmp_path / "matrix.xlsx").write_bytes(by_openpyxl(good, chart))
    report = api.regenerate(tmp_path / "matrix.xlsx", output=tmp_path / "new.xlsx").report
    (made,) = openpyxl.load_workbook(tmp_path / "new.xlsx")["Owners"]._charts  # type: ignore[attr-defined]
    corner = made.anchor._from
    assert (corner.row, corner.col) == (2, 25)
    assert [(c.outcome, c.key, c.note) for c in report.changes] == [
        ("kept", "Z3", "a chart of yours")
    ]


@pytest.mark.slow
def test_what_stood_beside_the_tables_of_a_dropped_sheet_is_listed(tmp_path: Path) -> None:
    """The smaller template has no such sheet, and nothing was typed into its tables."""
    path = tmp_path / "matrix.xlsx"
    api.build(api.template("standard"), as_of="2026-03-16 10:30", output=path)

    def change(book: openpyxl.Workbook) -> None:
        book["Triage"]["B60"].comment = Comment("Ask the lawyer", "Somebody")
        book["Triage"]["ZA1"] = "remember the milk"

    path.write_bytes(by_openpyxl(path.read_bytes(), change))
    done = api.regenerate(path, "basic", dry_run=True)
    assert done.report.lost == {
        "comment Triage!B60": ("the comment on Triage!B60: Ask the lawyer",),
        "Triage!ZA1": ("what was typed at Triage!ZA1: remember the milk",),
    }
