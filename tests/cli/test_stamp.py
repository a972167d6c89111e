"""One stamp into one empty cell of a file, and nothing else lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Protection

from xlmatrix import api
from xlmatrix.api.stamping import COLUMNS, StampGiven, stamp_answer, stamp_incident
from xlmatrix.errors import XlmatrixError
from xlmatrix.regen.reading.reader import read_contents
from xlmatrix.regen.reading.tables import TableData
from xlmatrix.sheets.inputs import plain
from xlmatrix.tables.drills import DRILLS
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.kinds import stamp_of

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 16, 10, 30)
OPENED = datetime(2026, 11, 16, 9, 52)


def log(*rows: Mapping[str, Any], **more: Any) -> dict[str, TableData]:
    """A log of incidents, each with its ID and opening unless said otherwise."""
    cells = [
        tuple(plain({"ID": f"I-{n}", "Opened": OPENED, **row}.get(column)) for column in IDS)
        for n, row in enumerate(rows, start=1)
    ]
    return {INCIDENTS.name: TableData(INCIDENTS.name, more.get("headers", IDS), tuple(cells))}


IDS = INCIDENTS.ids


def stamped(tables: Any, word: str = "acknowledged", at: datetime = NOW) -> StampGiven:
    return stamp_incident(tables, "i-1", word, at=at, now=NOW, zone="Europe/Berlin")


@pytest.mark.parametrize("word", COLUMNS)
def test_each_word_stamps_its_empty_cell_of_the_row_with_the_id(word: str) -> None:
    given = stamped(log({}, {}), word)
    assert (given.key, given.column, given.row) == ("I-1", COLUMNS[word], 0)
    assert (given.old, given.new) == (None, NOW)
    assert IDS[given.place] == given.column


BEFORE, LATER = NOW - timedelta(minutes=5), NOW + timedelta(hours=1)
REFUSED: dict[str, tuple[dict[str, TableData], dict[str, Any], str]] = {
    "filled": (log({"Acknowledged": BEFORE}), {}, "filled already: 2026-11-16 10:25"),
    "text": (log({"Acknowledged": "soon"}), {}, "filled already: 'soon'"),
    "error": (log({"Acknowledged": "#REF!"}), {}, "filled already: '#REF!'"),
    "no ids": (log({"ID": None}, {"ID": ""}), {}, "no incident of the log has an ID"),
    "twice": (log({}, {"ID": " I-1"}), {}, "2 rows have the ID"),
    "gone": (log({"ID": "I-2"}), {}, "its row may have been deleted"),
    "not opened": (log({"Opened": None}), {}, "has no opening"),
    "odd opening": (log({"Opened": "noon"}), {}, "is no date and time"),
    "early": (log({}), {"at": OPENED - timedelta(seconds=1)}, "lies before the opening"),
    "ahead": (log({}), {"at": LATER}, "has not come yet"),
    "after the end": (log({"Resolved": BEFORE}), {}, "was resolved at 2026-11-16 10:25"),
    "back": (log({"Last update": LATER}), {"word": "customer-update"}, "does not move forward"),
    "at once": (log({"Last update": NOW}), {"word": "customer-update"}, "does not move forward"),
    "odd update": (log({"Last update": "x"}), {"word": "customer-update"}, "filled already: 'x'"),
    "word": (log({}), {"word": "acknowledge"}, "Did you mean 'acknowledged'?"),
    "renamed": (
        log({}, headers=tuple("Ack" if one == "Acknowledged" else one for one in IDS)),
        {},
        "no column 'Acknowledged'",
    ),
    "no log": ({}, {}, "no table tIncidents"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_must_not_be_stamped_is_refused_in_a_sentence(case: str) -> None:
    tables, asked, says = REFUSED[case]
    with pytest.raises(XlmatrixError) as fault:
        stamped(tables, **asked)
    assert says in str(fault.value)


def test_a_message_moves_its_stamp_forward_and_keeps_what_stood_there() -> None:
    given = stamped(log({"Last update": BEFORE}), "Last update")
    assert (given.old, given.new) == (BEFORE, NOW)
    assert given.said() == "I-1: Last update 2026-11-16 10:30 (before: 2026-11-16 10:25)"


def test_an_incident_that_was_opened_again_takes_stamps_after_its_old_end() -> None:
    tables = log({"Resolved": BEFORE})
    again = ("I-1", plain(BEFORE + timedelta(minutes=1)))
    tables["tReopened"] = TableData("tReopened", ("Incident", "Reopened"), (again,))
    assert stamped(tables).new == NOW


def test_an_answer_of_a_drill_stands_in_its_record_once_it_has_begun() -> None:
    def record(**cells: Any) -> dict[str, TableData]:
        told = {"Record": "Drill 1"} | {key.replace("_", " "): at for key, at in cells.items()}
        row = tuple(plain(told.get(column)) for column in DRILLS.ids)
        return {DRILLS.name: TableData(DRILLS.name, DRILLS.ids, (row,))}

    def answer(column: str, **cells: Any) -> StampGiven:
        return stamp_answer(record(**cells), "drill 1", column, at=NOW, now=NOW)

    assert answer("Detected").column == "Detected"
    assert answer("Declared", Detected=BEFORE).new == NOW
    for column, cells, says in (
        ("Declared", {}, "has not begun"),
        ("Declared", {"Detected": LATER}, "before the drill began"),
        ("Declared", {"Detected": BEFORE, "Declared": BEFORE}, "filled already"),
        ("Declared", {"Detected": BEFORE, "Ended": BEFORE}, "ended at"),
        ("Notes", {"Detected": BEFORE}, "no stamp of a drill"),
    ):
        with pytest.raises(XlmatrixError, match=says):
            answer(column, **cells)


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small workbook with something on it that is not ours."""
    path = tmp_path_factory.mktemp("stamp") / "used.xlsx"
    export = path.with_name("export.csv")
    export.write_text(
        "id,opened,title,class,acknowledged\n"
        "I-1,2026-11-16 09:52,first,REL-01,\nI-2,2026-11-16 09:00,second,REL-02,\n"
        "I-3,2026-10-25 02:40,third,REL-01,\n",
        encoding="utf-8",
    )
    api.build(api.template("basic"), incidents=export, as_of="2026-11-16 10:30", output=path)
    book = openpyxl.load_workbook(path)
    book.create_sheet("My notes")["B2"] = "=1+1"
    book["Incidents"]["A3"] = "mine"
    book.save(path)
    return path


def typed_cells(path: Path) -> dict[tuple[str, str, str], Any]:
    """Every typed cell of a workbook, and the cells of sheets that are not ours."""
    from xlmatrix.regen import read_book

    book = read_book(path)
    cells = {
        (name, str(key), column): value
        for name, table in book.inputs.tables.items()
        for key, row in enumerate(table.rows)
        for column, value in zip(table.headers, row, strict=True)
        if value not in (None, "")
    }
    own = {
        (sheet.name, str(spot), ""): sheet.cells.formulas.get(spot, value)
        for sheet in book.own_sheets
        for spot, value in sheet.cells.values.items()
    }
    loose = next(sheet for sheet in book.contents.sheets if sheet.name == "Incidents")
    return cells | own | {("Incidents", "A3", ""): loose.cells.values.get((3, 1))}


def test_the_command_writes_one_cell_and_a_line_and_the_clocks_agree(
    run: Callable[..., Any], used: Path, tmp_path: Path
) -> None:
    book = Path(shutil.copy(used, tmp_path / "book.xlsx"))
    result = run("stamp", book, "i-1", "acknowledged", "--at", "2026-11-16 10:05", "--in-place")
    assert result.exit_code == 0, result.output
    assert "I-1: Acknowledged 2026-11-16 10:05" in result.stdout
    assert (tmp_path / "book.backup-1.xlsx").read_bytes() == used.read_bytes()
    before, after = typed_cells(used), typed_cells(book)
    [(place, value)] = set(after.items()) - set(before.items())
    assert set(before.items()) <= set(after.items())
    assert (place[0], place[2]) == ("tIncidents", "Acknowledged")
    assert stamp_of(value) == datetime(2026, 11, 16, 10, 5)
    audit = read_contents(book).table("tStamped")
    assert audit is not None
    [(_, row, column, old, new, who, engine)] = audit.rows
    assert (row, column, old, new) == ("I-1", "Acknowledged", None, value)
    assert who
    assert str(engine).startswith("xlmatrix ")
    assert api.recalc(book).found.marks == ()
    # The line stays when the workbook is made anew.
    api.regenerate(book, api.template("basic"), output=tmp_path / "new.xlsx")
    kept = read_contents(tmp_path / "new.xlsx").table("tStamped")
    assert kept is not None
    assert kept.rows == audit.rows


def lock(path: Path) -> None:
    path.with_name(f"~${path.name}").write_text("ada", encoding="utf-8")


def lock_in_libreoffice(path: Path) -> None:
    path.with_name(f".~lock.{path.name}#").write_text("ada", encoding="utf-8")


def protect(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    for row in book["Incidents"].iter_rows():
        for cell in row:
            cell.protection = Protection(locked=True)
    book["Incidents"].protection.enable()
    book.save(path)


def another_release(path: Path) -> None:
    """The release of the stamp stands in the code alone: see the test."""


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lock, "is open in another program"),
        (lock_in_libreoffice, "is open in another program"),
        (protect, "is protected"),
        (another_release, "made this workbook, and this is xlmatrix 9.9"),
    ],
)
def test_a_file_that_must_not_be_written_is_refused_and_stays(
    spoil: Callable[[Path], None],
    says: str,
    run: Callable[..., Any],
    used: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    book = Path(shutil.copy(used, tmp_path / "book.xlsx"))
    spoil(book)
    if spoil is another_release:
        monkeypatch.setattr("xlmatrix.api.stamping.__version__", "9.9")
    before = book.read_bytes()
    result = run("stamp", book, "I-1", "acknowledged", "--in-place")
    assert result.exit_code == 2
    assert says in " ".join(result.output.split())
    assert book.read_bytes() == before
    assert not list(tmp_path.glob("*backup*"))


#: 02:10 of the night in which Berlin's clocks are put back: an hour apart.
FIRST, SECOND = (datetime(2026, 10, 25, 2, 10, fold=fold) for fold in (0, 1))
NIGHT = {"Opened": datetime(2026, 10, 25, 2, 40)}


def at_night(tables: Any, at: datetime, word: str = "acknowledged") -> StampGiven:
    return stamp_incident(tables, "I-1", word, at=at, now=at, zone="Europe/Berlin")


def test_a_stamp_of_the_second_passing_names_itself_beside() -> None:
    given = at_night(log({**NIGHT, "Second hour": "Resolved"}), SECOND)
    assert given.named is not None
    assert IDS[given.named.place] == "Second hour"
    assert (given.named.old, given.named.new) == ("Resolved", "Resolved, Acknowledged")
    assert "second passing of that hour (Second hour)" in given.said()
    assert stamped(log({})).named is None


def test_a_stamp_that_moves_to_another_hour_is_no_longer_named() -> None:
    moving = {**NIGHT, "Last update": SECOND, "Second hour": "last update, Contained"}
    given = at_night(log(moving), datetime(2026, 10, 25, 3, 5), "customer-update")
    assert given.named is not None
    assert given.named.new == "Contained"
    again = at_night(log(moving), SECOND.replace(minute=20), "customer-update")
    assert again.named is None


def test_the_order_of_stamps_is_that_of_their_instants() -> None:
    # 02:10 the second time is half an hour after 02:40 the first time, and before it the other way.
    assert at_night(log(NIGHT), SECOND).new == SECOND
    with pytest.raises(XlmatrixError, match="before the opening"):
        at_night(log({**NIGHT, "Second hour": "Opened"}), SECOND)
    ended = {"Opened": datetime(2026, 10, 25, 1), "Resolved": datetime(2026, 10, 25, 2, 30)}
    with pytest.raises(XlmatrixError, match="was resolved at 2026-10-25 02:30"):
        at_night(log(ended), SECOND)
    assert at_night(log(ended), FIRST).named is None
    assert at_night(log({**ended, "Second hour": "Resolved"}), SECOND).named is not None


def test_a_column_of_the_second_hour_that_is_gone_is_missed_only_when_needed() -> None:
    headers = tuple("Again" if one == "Second hour" else one for one in IDS)
    assert at_night(log({"Opened": datetime(2026, 10, 24)}, headers=headers), FIRST).named is None
    with pytest.raises(XlmatrixError, match="no column 'Second hour'"):
        at_night(log({"Opened": datetime(2026, 10, 24)}, headers=headers), SECOND)


def test_the_command_writes_the_name_of_a_stamp_of_the_second_passing(
    run: Callable[..., Any], used: Path, tmp_path: Path
) -> None:
    book = tmp_path / "book.xlsx"
    result = run("stamp", used, "I-3", "acknowledged", "--at", "2026-10-25T02:10+01:00", "-o", book)
    assert result.exit_code == 0, result.output
    assert "the second passing of that hour" in " ".join(result.stdout.split())
    new = set(typed_cells(book).items()) - set(typed_cells(used).items())
    assert {(place[2], value) for place, value in new if value == "Acknowledged"} == {
        ("Second hour", "Acknowledged")
    }
    [done] = [one["done"] for one in api.explain(book, "I-3").to_dict()["clocks"] if one["done"]]
    assert done == "2026-10-25T02:10:00+01:00"
