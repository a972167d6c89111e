"""A table of ours is found whatever it is called and however it is framed, and said to be."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.table import Table

from tests.regen.editions import OLD
from tests.regen.sheets import Book, bounds, read
from xlmatrix import api
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import loads

pytestmark = pytest.mark.usefixtures("few_sheets")

Edit = Callable[[openpyxl.Workbook], None]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    export = folder / "incidents.csv"
    export.write_text(
        "id,opened,title\nA-1,2026-03-09 09:30,Slow\nA-2,2026-03-13 17:10,None\n", encoding="utf-8"
    )
    path = folder / "matrix.xlsx"
    api.build(loads(OLD), incidents=export, as_of="2026-03-16 10:30", output=path)
    return path


def _home(book: openpyxl.Workbook, name: str) -> Any:
    return next(sheet for sheet in book.worksheets if name in sheet.tables)


def _renamed(name: str, new: str) -> Edit:
    """As Excel does it: formulas and names follow."""

    def edit(book: openpyxl.Workbook) -> None:
        table = _home(book, name).tables.pop(name)
        table.name = table.displayName = new
        _home_of(book, table).add_table(table)

    def _home_of(book: openpyxl.Workbook, table: Any) -> Any:
        first = table.tableColumns[0].name
        left, top, *_ = bounds(table.ref)
        sheets = (s for s in book.worksheets if s.cell(top, left).value == first)
        return next(sheet for sheet in sheets if table.ref not in sheet.tables)

    return edit


def _unframed(*names: str) -> Edit:
    def edit(book: openpyxl.Workbook) -> None:
        for name in names:
            del _home(book, name).tables[name]

    return edit


def _typed(book: openpyxl.Workbook, table: str, header: str, value: Any) -> None:
    """A value in the first row of a table, which may have lost its name already."""
    sheet = _home(book, table)
    left, top, right, _ = bounds(sheet.tables[table].ref)
    heads = [sheet.cell(top, column).value for column in range(left, right + 1)]
    sheet.cell(top + 1, left + heads.index(header)).value = value


def _regenerated(built: Path, folder: Path, edit: Edit) -> tuple[Book, list[str], Any]:
    book = openpyxl.load_workbook(built)
    edit(book)
    used, new, again = (folder / f"{name}.xlsx" for name in ("used", "new", "again"))
    book.save(used)
    done = api.regenerate(used, output=new)
    said = [f"{finding.where}: {finding.what}" for finding in done.findings]
    assert api.regenerate(new, output=again).data == done.data
    return read(new), said, done


def _column(book: Book, table: str, header: str) -> list[Any]:
    return [row.get(header) for row in book.tables[table].rows]


def test_a_renamed_table_is_found_and_formulas_follow(built: Path, tmp_path: Path) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        _typed(book, "tIncidents", "Notes", "Called twice")
        _renamed("tIncidents", "Log")(book)
        sheet = book.create_sheet("Mine")
        sheet["A1"] = "=COUNTA(Log[ID])"
        sheet["A2"] = '=ROWS(INDIRECT("Log[ID]"))&" in the Log"'
        sheet["A3"] = "=LOG(100)+ROWS(Log)"
        sheet["A4"] = "=ROWS(Nothing)"

    new, said, done = _regenerated(built, tmp_path, edit)
    assert "tIncidents: the table was called 'Log'; it has its name back" in said
    assert "Called twice" in _column(new, "tIncidents", "Notes")
    assert new.cells["Mine", 1, 1] == "=COUNTA(tIncidents[ID])"
    assert new.cells["Mine", 2, 1] == '=ROWS(INDIRECT("tIncidents[ID]"))&" in the Log"'
    assert new.cells["Mine", 3, 1] == "=LOG(100)+ROWS(tIncidents)"
    assert [c.note for c in done.report.changes if c.sheet != "Mine"] == [""]


def test_a_renamed_table_on_a_renamed_sheet_is_found(built: Path, tmp_path: Path) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        _typed(book, "tPeople", "Phone", "+49 30 7")
        _renamed("tPeople", "Directory")(book)
        _renamed("tRoles", "Who_does_what")(book)
        book["Owners"].title = "People"

    new, said, _ = _regenerated(built, tmp_path, edit)
    assert "+49 30 7" in _column(new, "tPeople", "Phone")
    for table, called in (("tPeople", "Directory"), ("tRoles", "Who_does_what")):
        assert f"{table}: the table was called {called!r}; it has its name back" in said


_UNFRAMED: dict[str, tuple[str, Any]] = {
    "tIncidents": ("Notes", "Called twice"),
    "tPeople": ("Phone", "+49 30 7"),
    "tTargets2": ("Within", 77),
    "tHolidays": ("Holiday", "Outing"),
    "tCalendars": ("Working day (h)", 6),
}


def test_tables_turned_into_plain_ranges_are_tables_again(built: Path, tmp_path: Path) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        for table, (header, value) in _UNFRAMED.items():
            _typed(book, table, header, value)
        _unframed(*_UNFRAMED)(book)

    new, said, done = _regenerated(built, tmp_path, edit)
    before = read(built).tables
    for table, (header, value) in _UNFRAMED.items():
        assert _column(new, table, header)[0] == value, table
        assert len(new.tables[table].rows) == len(before[table].rows), table
        wanted = f"{table}: the table had become a plain range"
        assert any(one.startswith(wanted) for one in said), table
    assert {change.outcome.value for change in done.report.changes} <= {"kept"}


def test_columns_of_a_plain_range_may_be_moved_added_and_without_a_heading(
    built: Path, tmp_path: Path
) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        sheet = book["Owners"]
        left, top, right, bottom = bounds(sheet.tables["tPeople"].ref)
        _unframed("tPeople")(book)
        rows = [[c.value for c in r] for r in sheet.iter_rows(top, bottom, left, right)]
        heads = [str(head) for head in rows[0]]
        at = heads.index("Phone")
        for offset, row in enumerate(rows):
            mine: list[Any] = ["Pet" if offset == 0 else "cat" if row[0] else None]
            gap: list[Any] = [None if offset == 0 or not row[0] else "?"]
            phone = "+49 30 7" if offset == 1 else row[at]
            moved = [row[0], phone, *gap, *row[1:at], *row[at + 1 :], *mine]
            for column, value in enumerate(moved, start=left):
                sheet.cell(top + offset, column).value = value

    new, _, done = _regenerated(built, tmp_path, edit)
    assert _column(new, "tPeople", "Phone")[0] == "+49 30 7"
    assert "cat" in _column(new, "tPeople", "Pet")
    assert "?" in {value for row in new.tables["tPeople"].rows for value in row.values()}
    assert not done.report.lost


def test_a_row_of_a_plain_range_in_which_only_a_word_of_ours_stands_belongs_to_it(
    built: Path, tmp_path: Path
) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        sheet = book["Owners"]
        left, top, right, _ = bounds(sheet.tables["tRoles"].ref)
        _unframed("tRoles")(book)
        heads = [sheet.cell(top, column).value for column in range(left, right + 1)]
        free = next(row for row in range(top + 1, top + 20) if not sheet.cell(row, left).value)
        sheet.cell(free, left + heads.index("Primary")).value = "Tom Weiss"

    new, _, done = _regenerated(built, tmp_path, edit)
    assert "Tom Weiss" in [r.get("Primary") for r in new.tables["tRoles"].rows if not r["Role"]]
    assert not done.report.lost


def test_rows_behind_a_gap_of_a_plain_range_belong_to_it_and_a_remark_does_not(
    built: Path, tmp_path: Path
) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        sheet = book["Owners"]
        left, _, _, bottom = bounds(sheet.tables["tPeople"].ref)
        _unframed("tPeople")(book)
        sheet.cell(bottom + 2, left).value, sheet.cell(bottom + 2, left + 1).value = "Eve", "e@x.eu"
        sheet.cell(bottom + 5, left).value = "Ask HR for more"
        # Our own text stands below this one, and the cell beside it is to be typed in.
        _unframed("tTargets1")(book)
        _beside(book["SEV-1"], "Executive is told after").value = "1 h"

    new, _, done = _regenerated(built, tmp_path, edit)
    names = _column(new, "tPeople", "Name")
    assert "Eve" in names
    assert "Ask HR for more" not in names
    assert "Ask HR for more" in new.cells.values()
    assert not done.report.lost
    assert "Executive_Note_1" in [change.key for change in done.report.changes]


def _beside(sheet: Any, text: str) -> Any:
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == text)
    return sheet.cell(cell.row, cell.column + 1)


def test_a_table_that_was_shrunk_keeps_its_rows_and_says_so(built: Path, tmp_path: Path) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        table = book["Owners"].tables["tPeople"]
        _, top, _, _ = bounds(table.ref)
        table.ref = re.sub(r"\d+$", str(top + 1), table.ref)

    new, said, done = _regenerated(built, tmp_path, edit)
    assert len(new.tables["tPeople"].rows) == len(read(built).tables["tPeople"].rows)
    assert any("tPeople: the table ended at row" in one for one in said)
    assert not done.report.changes


def _copied_below(book: Any) -> None:
    sheet = book["Owners"]
    left, top, right, bottom = bounds(sheet.tables["tPeople"].ref)
    _unframed("tPeople")(book)
    for row in sheet.iter_rows(top, bottom, left, right):
        for cell in row:
            sheet.cell(cell.row + 40, cell.column).value = cell.value


def _two_tables(book: Any) -> None:
    sheet = book["Owners"]
    left, top, right, bottom = bounds(sheet.tables["tPeople"].ref)
    _renamed("tPeople", "One")(book)
    for row in sheet.iter_rows(top, top + 2, left, right):
        for cell in row:
            sheet.cell(cell.row + bottom, cell.column).value = cell.value
    area = re.sub(r"\d+", lambda hit: str(int(hit[0]) + bottom), sheet.tables["One"].ref)
    letters = area.partition(":")
    last = re.sub(r"\d+", str(top + bottom + 2), letters[2])
    sheet.add_table(Table(displayName="Two", ref=f"{letters[0]}:{last}"))


@pytest.mark.parametrize("edit", [_copied_below, _two_tables])
def test_two_places_that_fit_are_named_and_not_guessed(
    built: Path, tmp_path: Path, edit: Edit
) -> None:
    book = openpyxl.load_workbook(built)
    edit(book)
    book.save(tmp_path / "used.xlsx")
    with pytest.raises(XlmatrixError, match="may both be tPeople") as caught:
        api.regenerate(tmp_path / "used.xlsx", output=tmp_path / "new.xlsx")
    assert "Table Name" in str(caught.value)
    assert len(str(caught.value)) < 500
