"""What people do to a workbook without a second thought stops no regeneration, nor vanishes."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table

from tests.regen.sheets import Book, Op, apply, read
from tools.golden import GOLDEN
from xlmatrix import api
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import loads
from xlmatrix.regen.merging.merge import Change, Outcome

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("few_sheets")]


@pytest.fixture(scope="module")
def standard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("everyday") / "standard.xlsx"
    api.build(api.template("standard"), as_of="2026-11-16 10:30", output=path)
    return path


@pytest.fixture(scope="module")
def known(standard: Path) -> Book:
    """The workbook as it was built."""
    return read(standard)


def _row(book: Book, table: str, key: str, value: object, **cells: object) -> list[Op]:
    """Cells of the row that has a value in the column ``key``."""
    grid = book.tables[table]
    at = next(n for n, row in zip(grid.numbers, grid.rows, strict=True) if row[key] == value)
    return [("set", grid.sheet, at, grid.column_of(header), v) for header, v in cells.items()]


def _cleared(book: Book, table: str, key: str, value: object) -> list[Op]:
    grid = book.tables[table]
    at = next(n for n, row in zip(grid.numbers, grid.rows, strict=True) if row[key] == value)
    row = next(row for row in grid.rows if row[key] == value)
    return [("set", grid.sheet, at, grid.column_of(header), None) for header in row]


def _half_a_step(book: Book) -> list[Op]:
    grid = book.tables["tLadder1"]
    return [("set", grid.sheet, grid.free[0], grid.column_of("After"), 5)]


@pytest.mark.parametrize(
    "edits",
    [
        {
            "tRoles": lambda book: _row(book, "tRoles", "Role", "Quality owner", Role="QA lead"),
            "tLadder1": lambda book: _row(book, "tLadder1", "Level", 2, Role="Nobody known"),
        },
        {
            "tRoles": lambda book: _cleared(book, "tRoles", "Role", "Quality owner"),
            "tLadder1": _half_a_step,
            "tMatrix": lambda book: _cleared(book, "tMatrix", "ID", "REL-01"),
        },
    ],
    ids=["a role renamed and an unknown one", "a role and a class deleted and half a step"],
)
def test_roles_and_classes_that_drills_speak_of_may_change(
    edits: dict[str, Any], standard: Path, known: Book, tmp_path: Path
) -> None:
    used, new, again = (tmp_path / f"{name}.xlsx" for name in ("used", "new", "again"))
    apply(standard, used, [op for edit in edits.values() for op in edit(known)])
    done = api.regenerate(used, output=new)
    assert {change.table for change in done.report.changes} >= edits.keys()
    said = set(api.regenerate(new, output=again).report.changes)
    assert said >= set(done.report.changes)
    assert not [change for change in said if change.outcome is not Outcome.KEPT]
    api.check(new)


def test_a_matrix_without_classes_is_refused_in_plain_words(
    standard: Path, known: Book, tmp_path: Path
) -> None:
    used = tmp_path / "used.xlsx"
    ids = [row["ID"] for row in known.tables["tMatrix"].rows]
    apply(standard, used, [op for key in ids for op in _cleared(known, "tMatrix", "ID", key)])
    with pytest.raises(XlmatrixError, match="no incident class is left"):
        api.regenerate(used, output=tmp_path / "new.xlsx")


def _with(standard: Path, path: Path, change: Any) -> Path:
    book = openpyxl.load_workbook(standard)
    change(book)
    book.save(path)
    return path


def _own_changes(book: Any) -> None:
    book.create_sheet("Changes")["A1"] = "x"


def test_a_sheet_of_yours_named_like_the_report_is_said(standard: Path, tmp_path: Path) -> None:
    used = _with(standard, tmp_path / "sheet.xlsx", _own_changes)
    with pytest.raises(XlmatrixError, match="'Changes', as the report") as caught:
        api.regenerate(used, output=tmp_path / "new.xlsx")
    assert "another name" in str(caught.value)


def test_a_table_of_yours_named_like_a_new_one_is_said(tmp_path: Path) -> None:
    basic = tmp_path / "basic.xlsx"
    api.build(api.template("basic"), as_of="2026-11-16 10:30", output=basic)

    def change(book: Any) -> None:
        sheet = book.create_sheet("Mine")
        sheet["A1"], sheet["A2"] = "a", 1
        sheet.add_table(Table(displayName="tVendors", ref="A1:A2"))
        book.defined_names["Card_Drill"] = DefinedName("Card_Drill", attr_text="Mine!$A$2")

    used = _with(basic, tmp_path / "used.xlsx", change)
    with pytest.raises(XlmatrixError, match="'tVendors' of yours on the sheet 'Mine'"):
        api.regenerate(used, api.template("standard"), output=tmp_path / "new.xlsx")
    # On the template that has no such table, nothing is in the way.
    done = api.regenerate(used, output=tmp_path / "new.xlsx")
    assert any(c.key == "Card_Drill" and c.outcome is Outcome.KEPT for c in done.report.changes)


def test_a_name_that_the_new_workbook_has_too_is_listed(tmp_path: Path) -> None:
    basic, new = tmp_path / "basic.xlsx", tmp_path / "new.xlsx"
    api.build(api.template("basic"), as_of="2026-11-16 10:30", output=basic)

    def change(book: Any) -> None:
        book.create_sheet("Mine")["A1"] = 1
        book.defined_names["Card_Drill"] = DefinedName("Card_Drill", attr_text="Mine!$A$1")

    used = _with(basic, tmp_path / "used.xlsx", change)
    done = api.regenerate(used, api.template("standard"), output=new)
    assert [c.outcome for c in done.report.changes if c.key == "Card_Drill"] == [Outcome.REFUSED]


def test_a_sheet_with_an_xml_declaration_keeps_its_looks(standard: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet = book.create_sheet("Mine")
        sheet["A1"] = "x"
        sheet["A1"].font = Font(bold=True, color="FFFF0000")

    plain = _with(standard, tmp_path / "plain.xlsx", change)
    used, new = tmp_path / "used.xlsx", tmp_path / "new.xlsx"
    # As Excel and LibreOffice write every part.
    mark = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
    with zipfile.ZipFile(plain) as given, zipfile.ZipFile(used, "w") as taken:
        for entry in given.infolist():
            data = given.read(entry)
            sheet = entry.filename.startswith("xl/worksheets/sheet")
            taken.writestr(entry, mark + data if sheet and data[:5] != b"<?xml" else data)
    api.regenerate(used, output=new)
    cell = openpyxl.load_workbook(new)["Mine"]["A1"]
    assert (cell.value, cell.font.b, cell.font.color.rgb) == ("x", True, "FFFF0000")


def _going_down(standard: Path, folder: Path, change: Any) -> tuple[list[Change], Any]:
    """The report and the workbook after going to the smaller template."""
    used, new = _with(standard, folder / "used.xlsx", change), folder / "new.xlsx"
    done = api.regenerate(used, api.template("basic"), output=new)
    return list(done.report.changes), openpyxl.load_workbook(new)


def test_a_smaller_template_drops_only_sheets_that_nobody_typed_on(
    standard: Path, tmp_path: Path
) -> None:
    changes, book = _going_down(standard, tmp_path, lambda book: None)
    assert not [change for change in changes if change.note == "sheet added by you"]
    assert not [change for change in changes if change.outcome is Outcome.REFUSED]
    assert "Vendors" not in book.sheetnames


def test_a_value_over_a_formula_keeps_its_dropped_sheet(standard: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet = book["Vendors"]
        head = next(c for row in sheet.iter_rows() for c in row if c.value == "Answer (h)")
        sheet.cell(head.row + 1, head.column).value = 777

    _, book = _going_down(standard, tmp_path, change)
    assert 777 in [cell.value for row in book["Vendors"].iter_rows() for cell in row]


def test_a_link_on_a_cell_of_ours_stays_whether_its_text_says_it_or_not(
    standard: Path, tmp_path: Path
) -> None:
    def change(book: Any) -> None:
        sheet = book["Checklist"]
        head = next(c for r in sheet.iter_rows() for c in r if c.value == "Evidence and notes")
        for row, text in enumerate(("Ticket 55", "https://example.com/same"), start=1):
            cell = sheet.cell(head.row + row, head.column, text)
            cell.hyperlink = "https://example.com/ticket/55" if row == 1 else text

    used, new, again = (tmp_path / f"{name}.xlsx" for name in ("used", "new", "again"))
    done = api.regenerate(_with(standard, used, change), output=new)
    assert not [c for c in done.report.changes if c.outcome is Outcome.REFUSED]
    sheet = openpyxl.load_workbook(new)["Checklist"]
    links = {c.value: c.hyperlink.target for row in sheet.iter_rows() for c in row
             if c.hyperlink is not None and c.hyperlink.target}  # fmt: skip
    assert links["Ticket 55"] == "https://example.com/ticket/55"
    assert links["https://example.com/same"] == "https://example.com/same"
    assert api.regenerate(new, output=again).data == done.data


def test_formulas_that_name_our_cells_by_address_are_listed_when_the_template_changes(
    tmp_path: Path,
) -> None:
    basic, new, again = (tmp_path / f"{name}.xlsx" for name in ("basic", "new", "again"))
    api.build(api.template("basic"), as_of="2026-11-16 10:30", output=basic)

    def change(book: Any) -> None:
        sheet = book.create_sheet("Mine")
        sheet["A1"], sheet["B2"] = "=Owners!B9", '="Owners!"&A1'

    used = _with(basic, tmp_path / "used.xlsx", change)
    done = api.regenerate(used, api.template("standard"), output=new)
    said = [c.key for c in done.report.changes if c.sheet == "Mine" and "by address" in c.note]
    assert said == ["A1"]
    assert openpyxl.load_workbook(new)["Mine"]["A1"].value == "='Owners'!B9"
    assert api.regenerate(new, api.template("standard"), output=again).data == done.data
    assert not [c for c in api.regenerate(used, output=again).report.changes if c.key == "A1"]


def test_formulas_that_name_our_cells_by_address_are_listed_after_another_release_too(
    tmp_path: Path,
) -> None:
    old, new = tmp_path / "old.xlsx", tmp_path / "new.xlsx"

    def change(book: Any) -> None:
        book.create_sheet("Mine")["A1"] = "=Incidents!A7"

    _with(GOLDEN / "basic-0.1.0.xlsx", old, change)
    done = api.regenerate(old, output=new)
    said = [c.key for c in done.report.changes if c.sheet == "Mine" and "by address" in c.note]
    assert said == ["A1"]


def test_a_role_that_the_template_renames_is_renamed_where_others_are_called_too(
    standard: Path, tmp_path: Path
) -> None:
    text = api.template("standard").text
    renamed = text.replace("name: Security lead", "name: Head of security").replace(
        "name: Legal and privacy", "name: Counsel"
    )
    assert renamed != text
    new = tmp_path / "new.xlsx"
    api.regenerate(standard, loads(renamed), output=new)
    book = openpyxl.load_workbook(new)
    for sheet in ("Matrix", "Obligations", "Owners"):
        shown = " ".join(str(c.value) for row in book[sheet].iter_rows() for c in row if c.value)
        assert "Security lead" not in shown, sheet
        assert "Legal and privacy" not in shown, sheet


def test_a_ladder_in_which_both_sides_moved_steps_is_not_mixed(tmp_path: Path) -> None:
    text = api.template("basic").text
    basic, used, new = (tmp_path / f"{name}.xlsx" for name in ("basic", "used", "new"))
    api.build(loads(text), as_of="2026-11-16 10:30", output=basic)
    book = read(basic)
    grid = book.tables["tLadder1"]
    steps = [[row[header] for header in grid.rows[0]] for row in grid.rows]
    # The second step is taken out, and one is added at the end: as many as before.
    mine = [*steps[:1], *steps[2:], [*steps[-1][:1], *steps[0][1:]]]
    ops: list[Op] = [
        ("set", grid.sheet, number, grid.column_of(header), value)
        for number, row in zip(grid.numbers, mine, strict=True)
        for header, value in zip(grid.rows[0], row, strict=True)
    ]
    apply(basic, used, ops)
    kept = read(used).tables["tLadder1"].rows
    other = text.replace("after: 30 min, role: executive, channel: call",
                         "after: 32 min, role: executive, channel: chat")  # fmt: skip
    assert other != text
    done = api.regenerate(used, loads(other), output=new)
    assert read(new).tables["tLadder1"].rows == kept
    said = {change.outcome for change in done.report.changes if change.table == "tLadder1"}
    assert said == {Outcome.CONFLICT}
