"""Two copies of one workbook become one; what either person typed stands in it, or is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.regen.pairs import Book, copy, day, emptied, filled, original, put, read, rows
from xlmatrix import api
from xlmatrix.api.merging import Conflict, MergedCopies, Side
from xlmatrix.errors import FindingsError, XlmatrixError
from xlmatrix.regen.copies import book as copies_book
from xlmatrix.regen.copies import tables
from xlmatrix.regen.copies.tables import Joined
from xlmatrix.regen.merging.merge import Outcome
from xlmatrix.regen.reading.tables import Inputs

pytestmark = pytest.mark.usefixtures("few_sheets")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, few_sheets: None) -> Path:
    """The original, two copies without a conflict, and two more with some."""
    folder = tmp_path_factory.mktemp("copies")
    path = original(folder)
    book = read(path)
    log, pauses, roles = (book.tables[name] for name in ("tIncidents", "tPauses", "tRoles"))
    people = book.tables["tPeople"]
    mine = [
        *filled(log, 0, ID="I-3", Title="Wrong answers", Opened=day("2026-03-13 08:00")),
        *filled(log, 1, ID="I-4", Title="Mine alone", Opened=day("2026-03-13 09:00")),
        put(log, "I-1", "Acknowledged", day("2026-03-02 09:40")),
        *filled(pauses, 0, Incident="I-3", From=day("2026-03-13 08:30"), Note="mine"),
        *filled(pauses, 1, Incident="I-1", From=day("2026-03-02 10:00"), Note="both"),
        put(roles, "Quality", "Duty", "Reads every answer"),
        ("comment", roles.sheet, roles.numbers[0], roles.column_of("Primary"), "Ask first"),
        ("set", roles.sheet, roles.row, 30, "remember the milk"),
        ("add_column", people.sheet, "tPeople", "Pet", ["cat"]),
        ("add_sheet", "Ideas", [(1, 1, "mine")]),
        ("add_sheet", "Shared", [(1, 1, "alike")]),
    ]
    theirs = [
        *filled(log, 0, ID="I-3", Title="Leak", Opened=day("2026-03-14 11:00"), Class="REL-01"),
        put(log, "I-1", "Resolved", day("2026-03-02 15:00")),
        *filled(pauses, 0, Incident="I-3", From=day("2026-03-14 12:00"), Note="theirs"),
        *filled(pauses, 1, Incident="I-1", From=day("2026-03-02 10:00"), Note="both"),
        put(roles, "Comms lead", "Duty", "Writes to customers"),
        ("comment", roles.sheet, roles.numbers[0], roles.column_of("Primary"), "On leave"),
        ("set", roles.sheet, roles.row + 1, 30, "and the bread"),
        ("set", people.sheet, people.numbers[1], people.column_of("E-mail"), '="a@b.c"'),
        ("add_column", people.sheet, "tPeople", "Desk", [4, 5]),
        ("add_sheet", "Ideas", [(1, 1, "theirs"), (2, 1, "=Ideas!A1")]),
        ("add_sheet", "Shared", [(1, 1, "alike")]),
    ]
    copy(path, folder / "mine.xlsx", mine)
    copy(path, folder / "theirs.xlsx", theirs)
    changed = put(roles, "Quality", "Duty", "Reads some")
    copy(path, folder / "other.xlsx", [*theirs, changed, *emptied(log, "I-2")])
    late = put(log, "I-2", "Acknowledged", day("2026-03-12 17:20"))
    copy(path, folder / "late.xlsx", [*mine, late])
    return folder


@pytest.fixture(scope="module")
def done(folder: Path) -> MergedCopies:
    return api.merge(folder / "mine.xlsx", folder / "theirs.xlsx", output=folder / "merged.xlsx")


@pytest.fixture(scope="module")
def merged(folder: Path, done: MergedCopies) -> Book:
    return read(folder / "merged.xlsx")


def test_two_incidents_under_one_id_are_two(done: MergedCopies, merged: Book) -> None:
    log = {row["ID"]: row["Title"] for row in rows(merged, "tIncidents")}
    assert log["I-3"], log["I-5"] == ("Wrong answers", "Leak")
    said = [c for c in done.report.changes if (c.key, c.column) == ("I-5", "ID")]
    assert "two different incidents were called 'I-3'" in said[0].note


def test_what_speaks_of_a_renumbered_incident_follows_it(merged: Book) -> None:
    pauses = {row.get("Note"): row["Incident"] for row in rows(merged, "tPauses")}
    assert pauses == {"mine": "I-3", "both": "I-1", "theirs": "I-5"}
    assert len(rows(merged, "tPauses")) == 3


def test_one_incident_that_both_wrote_on_has_what_each_wrote(merged: Book) -> None:
    row = next(row for row in rows(merged, "tIncidents") if row["ID"] == "I-1")
    assert {"Acknowledged", "Resolved"} <= row.keys()


def test_policy_of_both_stands(merged: Book) -> None:
    duties = {row["Role"]: row.get("Duty") for row in rows(merged, "tRoles")}
    assert duties["Quality"] == "Reads every answer"
    assert duties["Comms lead"] == "Writes to customers"


def test_sheets_of_both_stand_and_one_name_is_given_once(merged: Book) -> None:
    assert {"Ideas", "Ideas (2)", "Shared"} <= set(merged.sheets)
    assert "Shared (2)" not in merged.sheets
    assert merged.cells["Ideas", 1, 1] == "mine"
    assert merged.cells["Ideas (2)", 1, 1] == "theirs"
    assert merged.cells["Ideas (2)", 2, 1] == "='Ideas (2)'!A1"


def test_notes_comments_columns_and_formulas_of_both_stand(merged: Book) -> None:
    values = set(merged.cells.values())
    assert {"remember the milk", "and the bread", '="a@b.c"'} <= values
    assert any("Ask first" in c[3] and "On leave" in c[3] for c in merged.comments)
    people = rows(merged, "tPeople")
    assert people[0]["Pet"] == "cat"
    assert [row.get("Desk") for row in people[:2]] == [4, 5]


def test_the_report_says_which_copy_a_line_comes_from(done: MergedCopies) -> None:
    lines = {(c.key, c.column): c for c in done.report.changes}
    assert lines["Quality", "Duty"].outcome is Outcome.KEPT
    assert lines["Comms lead", "Duty"].outcome is Outcome.TAKEN
    assert "theirs.xlsx" in lines["Comms lead", "Duty"].note
    assert lines["I-5", ""].note == "row added in theirs.xlsx"


def test_a_second_merge_changes_nothing(folder: Path, done: MergedCopies) -> None:
    again = folder / "again.xlsx"
    assert api.merge(folder / "merged.xlsx", folder / "theirs.xlsx", output=again).data == done.data


def test_a_third_copy_is_merged_with_the_two_and_deletes_its_row(
    folder: Path, merged: Book
) -> None:
    """It has what theirs has, another duty, and no more one incident that the base has."""
    done = api.merge(
        folder / "merged.xlsx",
        folder / "other.xlsx",
        base=folder / "original.xlsx",
        conflicts="ours",
        output=folder / "three.xlsx",
    )
    three = read(folder / "three.xlsx")
    for name in ("tPauses", "tRoles", "tPeople"):
        assert rows(three, name) == rows(merged, name)
    titles = {row["ID"]: row["Title"] for row in rows(three, "tIncidents")}
    assert titles == {
        "I-1": "Slow answers", "I-3": "Wrong answers", "I-4": "Mine alone", "I-5": "Leak"
    }  # fmt: skip
    assert {"Ideas", "Ideas (2)", "Shared"} <= set(three.sheets)
    assert "Ideas (3)" not in three.sheets
    lines = {(c.key, c.column): c for c in done.report.changes}
    assert lines["I-2", ""].note == "row deleted in the other copy, other.xlsx"
    assert lines["Quality", "Duty"].wanted == "Reads some"


def _merge(folder: Path, how: str | Callable[[Conflict], Side | None]) -> MergedCopies:
    return api.merge(
        folder / "late.xlsx",
        folder / "other.xlsx",
        base=folder / "original.xlsx",
        conflicts=how,
        dry_run=True,
    )


def test_conflicts_that_nobody_decides_are_named_each(folder: Path) -> None:
    with pytest.raises(FindingsError) as caught:
        _merge(folder, "stop")
    said = [finding.what for finding in caught.value.findings]
    assert any("Incidents · I-2: late.xlsx has" in what for what in said)
    assert any("Quality · Duty" in what and "'Reads some'" in what for what in said)
    assert len(said) == 2


def test_conflicts_are_decided_one_by_one(folder: Path) -> None:
    asked: list[str] = []

    def decide(conflict: Conflict) -> Side:
        asked.append(conflict.place)
        return Side.THEIRS if conflict.column else Side.MINE

    report = _merge(folder, decide).report
    lines = {(c.key, c.column): c for c in report.changes if c.outcome is Outcome.CONFLICT}
    assert (lines["Quality", "Duty"].after, lines["Quality", "Duty"].wanted) == (
        "Reads some",
        "Reads every answer",
    )
    assert lines["I-2", ""].note.startswith("ID I-2, Title No answers")
    assert len(asked) == len(lines) == 2


def test_diff_says_where_one_id_is_two_incidents(folder: Path) -> None:
    found = api.diff(folder / "mine.xlsx", folder / "theirs.xlsx")
    two = [one.change for one in found if one.what == "two different incidents"]
    assert [(c.key, c.before, c.after) for c in two] == [("I-3", "Wrong answers", "Leak")]
    assert not [one for one in found if one.change.key == "I-3" and one.what == "changed"]
    # What somebody went on writing in is one incident.
    assert ("I-1", "changed") in {(one.change.key, one.what) for one in found}


def test_what_the_merge_forgets_by_mistake_stops_the_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tables.joined

    def forgetful(*sides: object) -> Joined:
        found = real(*sides)  # type: ignore[arg-type]
        table = found.inputs.tables["tIncidents"]
        fewer = replace(table, rows=table.rows[:-1])
        found.inputs = Inputs({**found.inputs.tables, "tIncidents": fewer}, found.inputs.names)
        return found

    monkeypatch.setattr(copies_book, "joined", forgetful)
    with pytest.raises(XlmatrixError, match=r"the new workbook would lack this.*Leak"):
        api.merge(folder / "mine.xlsx", folder / "theirs.xlsx", output=folder / "less.xlsx")
    assert not (folder / "less.xlsx").exists()


def test_what_one_copy_renamed_or_deleted_the_other_may_speak_of(folder: Path) -> None:
    book = read(folder / "original.xlsx")
    log, roles, owners = (book.tables[name] for name in ("tIncidents", "tRoles", "tOwners1"))
    duty = put(roles, "Quality", "Duty", "Reads every answer")
    mine = [put(owners, "Comms", "Role", "Quality"), duty, *emptied(log, "I-1")]
    theirs = [
        put(roles, "Quality", "Primary", "Eve Stranger"),
        put(roles, "Quality", "Role", "Truth"),
        *filled(log, 0, ID="I-1", Title="Another", Opened=day("2026-03-13 08:00")),
    ]
    copy(folder / "original.xlsx", folder / "deleted.xlsx", mine)
    copy(folder / "original.xlsx", folder / "renamed.xlsx", theirs)
    for one, other in (("deleted", "renamed"), ("renamed", "deleted")):
        out = folder / f"{one}-first.xlsx"
        api.merge(folder / f"{one}.xlsx", folder / f"{other}.xlsx", output=out)
        merged = read(out)
        assert ("Truth", "Eve Stranger", "Reads every answer") in [
            (row["Role"], row["Primary"], row.get("Duty")) for row in rows(merged, "tRoles")
        ]
        assert "Quality" not in [row["Role"] for row in rows(merged, "tRoles")]
        held = {row["For"]: row["Role"] for row in rows(merged, "tOwners1")}
        assert (held["Quality"], held["Comms"]) == ("Truth", "Truth")
        assert [row["Title"] for row in rows(merged, "tIncidents") if row["ID"] == "I-1"] == [
            "Another"
        ]
