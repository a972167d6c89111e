"""A button writes only cells that were empty or ours, else it refuses before its first write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.addin.fake import FakeBook, FakeSheet
from xlmatrix import api
from xlmatrix.addin import actions
from xlmatrix.routes.dress import lite_book

LOG = (
    "id,opened,title,class,severity\n"
    "00123,2026-11-13 16:30,Provider is down,REL-01,\n"
    "3-4,2026-11-13 09:30,12E5,,SEV-2\n"
    "INC-3,2026-11-14 10:00,1/2,,\n"
)
EXPORT = "id,opened,title\n" + "".join(
    f"{name},2026-11-15 09:00,{title}\n"
    for name, title in [("00124", "007"), ("5-6", "1/3"), ("12E6", "=1+1"), ("TRUE", "'quoted")]
    + [(f"NEW-{number}", "new") for number in range(40)]
)
#: What each action writes, by table.
WRITES = {
    "recalculate": ("tRecalculated", "tAudit", "tParity"),
    "validate": ("tFindings",),
    "import_incidents": ("tIncidents",),
}
SHEETS = {"recalculate": ("Recalculated", "Audit"), "validate": ("Validation",)}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with three incidents, and the sheets that a recalculation writes."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "log.csv").write_text(LOG, encoding="utf-8")
    (folder / "export.csv").write_text(EXPORT, encoding="utf-8")
    path = folder / "small.xlsx"
    api.build(
        api.template("basic"),
        incidents=folder / "log.csv",
        as_of="2026-11-16 10:30",
        output=path,
        dress=lite_book(),
    )
    return path


def incident(book: FakeBook, row: int, **cells: Any) -> None:
    """Type an incident in a ready row of the log."""
    for header, value in cells.items():
        book.type("tIncidents", header, row, value)


def faulty(book: FakeBook) -> None:
    """Something for each button to write more of than before."""
    incident(book, 3, ID="INC-4", Opened="2026-11-15T08:00:00.000Z", Title="new")
    book.type("tIncidents", "Status", 1, "nonsense")
    book.type("tIncidents", "Mark", 2, "nonsense")
    for row in (0, 1, 2):
        book.type("tTargets1", "Within", row, "soon")


def below(book: FakeBook, table: str) -> None:
    area = book.table(table).range
    book.put(area.sheet.name, area.bottom + 1, area.column, "a note of mine")


def beside(book: FakeBook, table: str) -> None:
    area = book.table(table).range
    for row in (area.row, area.row + 1, area.bottom):
        book.put(area.sheet.name, row, area.right + 1, "a note of mine")


def column(book: FakeBook, table: str) -> None:
    area = book.table(table).range
    for row in range(area.row, area.bottom + 6):
        # Excel moves what stands in the way; here nothing may.
        assert area.sheet.cells.get((row, area.right + 1), "") == ""
    count = area.bottom - area.row
    book.table(table).widen("Mine", [f"mine {number}" for number in range(count)])


def in_the_table(book: FakeBook, table: str) -> None:
    """A note right below a table becomes its next row."""
    found = book.table(table)
    area = found.range
    book.put(area.sheet.name, area.bottom + 1, area.column, "a note of mine")
    found.range = area.sheet.range((area.row, area.column), (area.bottom + 1, area.right))


def totals(book: FakeBook, table: str) -> None:
    book.table(table).total("Total")


def filtered(book: FakeBook, table: str) -> None:
    book.table(table).api.AutoFilter.FilterMode = True


def protected(book: FakeBook, table: str) -> None:
    book.table(table).sheet.api.ProtectContents = True


def renamed(book: FakeBook, table: str) -> None:
    book.type(table, {"tIncidents": "Title"}.get(table, "Engine"), -1, "Another")


def headless(book: FakeBook, table: str) -> None:
    book.table(table).show_headers = False


@dataclass(frozen=True)
class Case:
    """What somebody did to a table; the words of the refusal, "" where the action does its work."""

    does: Callable[[FakeBook, str], None]
    refused: str
    tables: tuple[str, ...]


ALL = ("tRecalculated", "tAudit", "tParity", "tFindings", "tIncidents")
CASES = {
    "a note below": Case(below, "did not write", ALL),
    "a note that became a row": Case(in_the_table, "did not write", ("tRecalculated", "tParity")),
    "a note that became the last row of the audit": Case(in_the_table, "", ("tAudit",)),
    "a note beside": Case(beside, "", ("tAudit", "tParity", "tFindings", "tIncidents")),
    "a column of one's own": Case(column, "", ("tAudit", "tParity", "tFindings", "tRecalculated")),
    "a row of totals": Case(totals, "row of totals", ALL),
    "a filter": Case(filtered, "filter hides rows", ALL),
    "a protected sheet": Case(protected, "is protected", ALL),
    "a renamed header": Case(renamed, "", ("tAudit",)),
    "a renamed header of the log": Case(renamed, "no column 'Title'", ("tIncidents",)),
    "no header row": Case(headless, "header row", ("tRecalculated", "tAudit", "tFindings")),
}


def press(action: str, book: FakeBook, small: Path) -> str:
    given = [str(small.with_name("export.csv"))] if action == "import_incidents" else []
    return actions.run(action, book, *given)


def ours_now(book: FakeBook, action: str) -> set[tuple[str, int, int]]:
    """The cells that the action may write over: its tables as it left them."""
    places = {(write.sheet, write.row, write.column) for write in book.log}
    for table in WRITES[action] if action != "import_incidents" else ():
        if any(known.name == table for sheet in book.sheets for known in sheet.tables):
            area = book.table(table).range
            places |= {
                (area.sheet.name, row, at)
                for row in range(area.row, area.bottom + 1)
                for at in range(area.column, area.right + 1)
            }
    return places


def assert_only_ours(
    book: FakeBook, before: dict[tuple[str, int, int], Any], ours: set[tuple[str, int, int]]
) -> None:
    """Every written cell was empty or ours, and whatever else somebody typed stands there still."""
    for write in book.log:
        assert write.old == "" or write[:3] in ours, write
    after = book.cells()
    lost = {place: cell for place, cell in before.items() if after.get(place) != cell}
    assert not lost.keys() - ours


TABLE = [
    (action, name, table)
    for action, tables in WRITES.items()
    for name, case in CASES.items()
    for table in tables
    if table in case.tables
]


@pytest.mark.parametrize(("action", "name", "table"), TABLE)
def test_only_cells_that_are_empty_or_ours_are_written(
    action: str, name: str, table: str, small: Path
) -> None:
    book, case = FakeBook(small), CASES[name]
    if action != "import_incidents":
        press(action, book, small)
    ours = ours_now(book, action)
    faulty(book)
    case.does(book, table)
    typed = {place for place, cell in book.cells().items() if "mine" in str(cell)}
    before, sheets = book.cells(), len(book.sheets)
    book.log.clear()
    book.written.clear()
    said = press(action, book, small)
    assert "fault in xlmatrix" not in said
    assert_only_ours(book, before, ours - typed)
    if case.refused:
        assert case.refused in said
        assert "Nothing was written" in said
        assert (book.written, len(book.sheets)) == ([], sheets)
    else:
        assert "Nothing was written" not in said, said
        assert book.log


@pytest.mark.parametrize("action", SHEETS)
@pytest.mark.parametrize("letters", [str, str.upper])
def test_a_sheet_of_somebodys_own_is_left_alone(
    action: str, letters: Callable[[str], str], small: Path
) -> None:
    book = FakeBook(small)
    for name in SHEETS[action]:
        for sheet in [sheet for sheet in book.sheets if sheet.name == name]:
            book.sheets.remove(sheet)
        book.sheets.append(FakeSheet(book, letters(name), [["mine"], ["", "also mine"]]))
    before = book.cells()
    said = press(action, book, small)
    assert "Nothing was written" not in said
    assert_only_ours(book, before, set())
    added = [sheet for sheet, kind, *_ in book.written if kind == "sheet"]
    assert added == [f"{name} 2" for name in SHEETS[action]]
    # The next time the same sheets are used.
    press(action, book, small)
    assert [sheet for sheet, kind, *_ in book.written if kind == "sheet"] == added


def test_a_blank_sheet_of_that_name_is_used(small: Path) -> None:
    book = FakeBook(small)
    book.sheets.append(FakeSheet(book, "Validation", [[""]]))
    press("validate", book, small)
    assert {sheet for sheet, *_ in book.written} == {"Validation"}


@pytest.mark.parametrize("action", SHEETS)
def test_no_sheet_is_added_to_a_protected_structure_and_nothing_half_written(
    action: str, small: Path
) -> None:
    book = FakeBook(small)
    for sheet in [sheet for sheet in book.sheets if sheet.name in SHEETS[action][-1:]]:
        book.sheets.remove(sheet)
    book.api.ProtectStructure = True
    said = press(action, book, small)
    assert "structure of the workbook is protected" in said
    assert not book.written


def marked(small: Path) -> FakeBook:
    """A workbook in which somebody wrote beside each row of the results."""
    book = FakeBook(small)
    area = book.table("tRecalculated").range
    ids = [row[0] for row in area.options(ndim=2).value[1:]]
    book.table("tRecalculated").widen("Mine", [f"about {name}" for name in ids])
    return book


def beside_ids(book: FakeBook) -> dict[str, str]:
    pairs = zip(
        book.column("tRecalculated", "ID"), book.column("tRecalculated", "Mine"), strict=True
    )
    return {str(name): text for name, text in pairs if text}


def test_what_somebody_wrote_beside_an_incident_stays_beside_it(small: Path) -> None:
    book = marked(small)
    # The log is sorted another way, an incident is gone, and one is new.
    ids = ["INC-3", "INC-9", "00123", None]
    for row, name in enumerate(ids):
        book.type("tIncidents", "ID", row, name or "")
    incident(book, 3, Title="", Opened="")
    assert "Recalculated 3 incidents" in press("recalculate", book, small)
    assert beside_ids(book) == {name: f"about {name}" for name in ("00123", "3-4", "INC-3")}
    assert set(book.column("tRecalculated", "ID")) == {"00123", "3-4", "INC-3", "INC-9"}
    gone = book.column("tRecalculated", "ID").index("3-4")
    assert book.column("tRecalculated", "Disagrees")[gone] == "no longer in the log"
    assert not book.column("tRecalculated", "Status")[gone]
    # And it stays so, until nobody's text stands there any more.
    press("recalculate", book, small)
    assert beside_ids(book) == {name: f"about {name}" for name in ("00123", "3-4", "INC-3")}
    book.type("tRecalculated", "Mine", gone, "")
    press("recalculate", book, small)
    assert "3-4" not in book.column("tRecalculated", "ID")


def test_a_column_of_ones_own_between_ours_is_never_written(small: Path) -> None:
    book = FakeBook(small)
    table = book.table("tRecalculated")
    area = table.range
    moved = {}
    for (row, at), cell in area.sheet.cells.items():
        moved[row, at + (row >= area.row and at >= 3)] = cell
    area.sheet.cells.clear()
    area.sheet.cells.update(moved)
    for row, text in enumerate(["Mine", "=[@ID]", "b", "c"], start=area.row):
        area.sheet.cells[row, 3] = text
    table.range = area.sheet.range((area.row, 1), (area.bottom, area.right + 1))
    faulty(book)
    press("recalculate", book, small)
    assert book.column("tRecalculated", "Mine")[:3] == ["=[@ID]", "b", "c"]
    assert book.column("tRecalculated", "ID") == ["00123", "3-4", "INC-3", "INC-4"]
    assert not [write for write in book.log if (write.sheet, write.column) == ("Recalculated", 3)]


@pytest.mark.parametrize(("first", "second"), [("INC-3", "INC-3"), ("", "")])
def test_incidents_that_cannot_be_told_apart_are_refused_where_somebody_wrote_beside_them(
    first: str, second: str, small: Path
) -> None:
    # Without a user's text beside them they are recalculated like any others.
    book = FakeBook(small)
    for row, name in enumerate([first, second]):
        book.type("tIncidents", "ID", row, name)
        book.type("tIncidents", "Opened", row, "2026-11-14T10:00:00.000Z")
    assert "Recalculated 3 incidents" in press("recalculate", book, small)
    area = book.table("tRecalculated").range
    book.table("tRecalculated").widen("Mine", ["a", "", "c"])
    book.log.clear()
    said = press("recalculate", book, small)
    assert f"Recalculated!A{area.row + 1}" in said
    assert "an ID of its own" in said
    assert not book.log


@pytest.mark.parametrize("action", ["recalculate", "import_incidents"])
def test_a_row_deleted_between_reading_and_writing_stops_the_action(
    action: str, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = FakeBook(small)
    where = "actions.recomputed" if action == "recalculate" else "importing.read_incidents"
    place = f"xlmatrix.addin.{where}"
    real = pytest.importorskip(place.rpartition(".")[0]).__dict__[place.rpartition(".")[2]]

    def slow(*given: Any, **more: Any) -> Any:
        book.sheet("Incidents").delete_row(book.table("tIncidents").range.row + 1)
        return real(*given, **more)

    monkeypatch.setattr(place, slow)
    assert "the log was changed while it was read" in press(action, book, small)
    assert not book.written


def test_an_incident_without_an_id_stops_an_import(small: Path) -> None:
    book = FakeBook(small)
    book.type("tIncidents", "ID", 1, "")
    said = press("import_incidents", book, small)
    assert "one incident of the log without an ID" in said
    assert not book.written


def test_a_formula_that_shows_nothing_is_not_written_over(small: Path) -> None:
    book = FakeBook(small)
    area = book.table("tIncidents").range
    headers = area.options(ndim=2).value[0]
    spot = area.row + 5, area.column + headers.index("Title")
    area.sheet.formulas[spot] = '=IF(1=2,"x","")'
    said = press("import_incidents", book, small)
    assert f"{spot[0]} stands something that xlmatrix did not write" in said
    assert not book.written


def test_texts_that_look_like_numbers_and_dates_stay_texts(small: Path) -> None:
    book = FakeBook(small)
    press("import_incidents", book, small)
    assert book.column("tIncidents", "ID")[3:7] == ["00124", "5-6", "12E6", "TRUE"]
    assert book.column("tIncidents", "Title")[3:7] == ["007", "1/3", "=1+1", "'quoted"]
    press("recalculate", book, small)
    assert book.column("tRecalculated", "ID")[:7] == [
        *("00123", "3-4", "INC-3"),
        *("00124", "5-6", "12E6", "TRUE"),
    ]
    # Again, and nothing has changed for it.
    assert "0 changed" in press("recalculate", book, small)


def test_numeric_ids_of_old_workbooks_are_the_same_incidents(small: Path) -> None:
    book = marked(small)
    book.type("tIncidents", "ID", 0, 4711.0)
    book.type("tRecalculated", "ID", 0, 4711.0)
    export = small.with_name("numbers.csv")
    export.write_text(
        "id,opened\n4711,2026-11-14 10:00\n04711,2026-11-14 10:00\n", encoding="utf-8"
    )
    said = actions.run("import_incidents", book, str(export))
    assert "Imported 1 incident; 1 was in the log already" in said
    press("recalculate", book, small)
    assert beside_ids(book)["4711"] == "about 00123"
