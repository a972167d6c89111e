"""What a second build would wipe: whatever people put into a workbook since it was made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment

from tests.regen.editions import NEWER, OLD
from tests.regen.packages import by_openpyxl
from xlmatrix import api
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import loads
from xlmatrix.regen import read_book
from xlmatrix.regen.standing import what_people_typed

pytestmark = pytest.mark.usefixtures("few_sheets")
Edit = Callable[[openpyxl.Workbook], None]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("built") / "matrix.xlsx"
    return api.build(loads(OLD), as_of="2026-03-16 10:30", output=path).data


def standing(data: bytes, folder: Path) -> str:
    path = folder / "standing.xlsx"
    path.write_bytes(data)
    return what_people_typed(path)


def first_cell(book: Any, sheet: str, table: str) -> tuple[Any, int, int]:
    """A sheet with the first row and column below a table's header."""
    found = book[sheet]
    header = found[found.tables[table].ref.split(":")[0]]
    return found, header.row + 1, header.column


def an_incident(book: Any) -> None:
    sheet, row, column = first_cell(book, "Incidents", "tIncidents")
    sheet.cell(row, column, "I-1")


def a_person(book: Any) -> None:
    sheet, row, column = first_cell(book, "Owners", "tPeople")
    sheet.cell(row, column, "Somebody Else")


def the_time(book: Any) -> None:
    sheet, _, cell = book.defined_names["AsOf_Input"].attr_text.rpartition("!")
    book[sheet.strip("'")][cell.replace("$", "")] = None


def a_comment(book: Any) -> None:
    sheet, row, column = first_cell(book, "Incidents", "tIncidents")
    sheet.cell(row, column).comment = Comment("Ask Tom", "Priya")


def a_sheet(book: Any) -> None:
    book.create_sheet("Mine")["A1"] = "a note"


def a_note_beside(book: Any) -> None:
    book["Matrix"]["AZ40"] = "a note"


def a_value_over_a_formula(book: Any) -> None:
    sheet, row, _ = first_cell(book, "Incidents", "tIncidents")
    headers = [cell.value for cell in sheet[row - 1]]
    sheet.cell(row, headers.index("Resolve due") + 1, "tomorrow")


EDITS = [an_incident, a_person, the_time, a_comment, a_sheet, a_note_beside, a_value_over_a_formula]


@pytest.mark.parametrize("edit", EDITS)
def test_whatever_people_put_in_is_missed(built: bytes, tmp_path: Path, edit: Edit) -> None:
    assert standing(by_openpyxl(built, edit), tmp_path)


def test_a_workbook_as_it_was_made_is_not_missed(built: bytes, tmp_path: Path) -> None:
    assert not standing(built, tmp_path)


def test_a_workbook_that_was_opened_and_saved_without_typing_is_not_missed(
    built: bytes, tmp_path: Path
) -> None:
    assert not standing(by_openpyxl(built, lambda _: None), tmp_path)


def test_what_was_typed_before_a_regeneration_is_missed_after_it(
    built: bytes, tmp_path: Path
) -> None:
    book = tmp_path / "used.xlsx"
    book.write_bytes(by_openpyxl(built, an_incident))
    api.regenerate(book, loads(NEWER), in_place=True)
    assert what_people_typed(book)


def test_an_earlier_edition_of_the_same_workbook_may_go(built: bytes, tmp_path: Path) -> None:
    book, new = tmp_path / "used.xlsx", tmp_path / "new.xlsx"
    book.write_bytes(by_openpyxl(built, an_incident))
    first = api.regenerate(book, loads(OLD), output=new)
    again = api.regenerate(book, loads(NEWER), output=new)
    assert again.backup is None
    assert new.read_bytes() == again.data != first.data


@pytest.mark.parametrize(
    "edit", [a_person, a_sheet, a_value_over_a_formula, a_comment, a_note_beside]
)
def test_what_was_typed_into_an_earlier_edition_is_missed(
    built: bytes, tmp_path: Path, edit: Edit
) -> None:
    book, new = tmp_path / "used.xlsx", tmp_path / "new.xlsx"
    book.write_bytes(by_openpyxl(built, an_incident))
    data = api.regenerate(book, loads(NEWER), output=new).data
    new.write_bytes(by_openpyxl(data, edit))
    with pytest.raises(XlmatrixError, match="people typed in this workbook"):
        api.regenerate(book, loads(NEWER), output=new)


def test_what_the_workbook_has_of_its_own_is_missed_only_where_more_was_typed(
    built: bytes, tmp_path: Path
) -> None:
    def own(book: Any) -> None:
        for edit in (a_sheet, a_comment, a_note_beside):
            edit(book)

    def more(book: Any) -> None:
        book["Mine"]["A2"] = "another note"

    book, new = tmp_path / "used.xlsx", tmp_path / "new.xlsx"
    book.write_bytes(by_openpyxl(built, own))
    data = api.regenerate(book, loads(NEWER), output=new).data
    api.regenerate(book, loads(NEWER), output=new)
    new.write_bytes(by_openpyxl(data, more))
    with pytest.raises(XlmatrixError, match=r"sheets of their own"):
        api.regenerate(book, loads(NEWER), output=new)


def test_an_edition_of_another_workbook_is_missed(built: bytes, tmp_path: Path) -> None:
    mine, theirs = tmp_path / "mine.xlsx", tmp_path / "theirs.xlsx"
    mine.write_bytes(built)
    theirs.write_bytes(by_openpyxl(built, an_incident))
    new = tmp_path / "new.xlsx"
    api.regenerate(theirs, loads(NEWER), output=new)
    assert what_people_typed(new, read_book(mine))
