"""The buttons that stamp: one cell and a line on Audit, or a sentence and nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.addin.fake import FakeBook, FakeRange
from xlmatrix.addin import actions, pane, stamps
from xlmatrix.api.passings import Named
from xlmatrix.errors import XlmatrixError
from xlmatrix.formula.render import column_letters
from xlmatrix.tables.kinds import stamp_of

NOW = "2026-11-16 10:30"


@pytest.fixture(autouse=True)
def _nobody_stamped() -> Iterator[None]:
    stamps.GIVEN.last.clear()
    yield
    stamps.GIVEN.last.clear()


def typed(book: FakeBook) -> dict[tuple[str, int, int], Any]:
    """Every cell but those of Audit."""
    return {
        (sheet.name, *place): value
        for sheet in book.sheets
        if sheet.name != "Audit"
        for place, value in sheet.cells.items()
        if value != ""
    }


@pytest.mark.parametrize("kind", ["book", "plain"])
def test_a_stamp_writes_one_cell_and_a_line_on_audit(
    kind: str, request: pytest.FixtureRequest
) -> None:
    book: FakeBook = request.getfixturevalue(kind)
    before = typed(book)
    given = stamps.stamp(book, "inc-040", "acknowledged", who="ada")
    assert given.said() == f"INC-040: Acknowledged {NOW}"
    assert len(set(typed(book).items()) ^ set(before.items())) == 1
    row = book.column("tIncidents", "ID").index("INC-040")
    assert stamp_of(book.column("tIncidents", "Acknowledged")[row]) == given.new
    stamps.stamp(book, "INC-041", "customer-update", who="ada")
    assert book.column("tStamped", "Row") == ["INC-040", "INC-041"]
    assert book.column("tStamped", "Old value")[0] is None
    assert stamp_of(book.column("tStamped", "Old value")[1]) == datetime(2026, 11, 16, 10, 23)
    assert book.column("tStamped", "Who") == ["ada", "ada"]
    assert "Audit 2" not in [sheet.name for sheet in book.sheets]


def test_a_stamp_of_the_second_passing_of_an_hour_is_named_beside_it(
    book: FakeBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = datetime(2026, 10, 25, 2, 10, fold=1)
    monkeypatch.setattr(stamps, "now_of", lambda *_: night)
    book.type("tIncidents", "Opened", 39, datetime(2026, 10, 25, 2, 40))
    before = typed(book)
    given = stamps.stamp(book, "INC-040", "acknowledged", who="ada", guarded=True)
    assert "second passing" in given.said()
    assert given.named is not None
    changed = dict(set(typed(book).items()) - set(before.items()))
    assert sorted(map(str, changed.values()))[-1] == "Acknowledged"
    assert book.column("tIncidents", "Second hour")[39] == "Acknowledged"
    assert stamp_of(book.column("tIncidents", "Acknowledged")[39]) == night
    [asked] = [json.loads(args[0]) for name, args in book.app.ran if name == stamps.GUARD]
    assert asked["named"]["old"] == ""
    [place] = [place for place, value in changed.items() if value == "Acknowledged"]
    assert asked["named"]["address"] == f"{column_letters(place[2])}{place[1]}"
    book.type("tIncidents", "Second hour", 39, "Acknowledged, Contained")
    assert stamps.stamp(book, "INC-040", "responded").named == Named(
        given.named.place, "Acknowledged, Contained", "Acknowledged, Contained, Responded"
    )


def _swap(book: FakeBook) -> None:
    """Two rows change places after they were read, as by a sort."""
    area = book.table("tIncidents").range
    cells, read = area.sheet.cells, FakeRange.options

    def moved(self: FakeRange, *args: Any, **more: Any) -> Any:
        # The log was read; what is looked at next is one column of it.
        if self.sheet is area.sheet and self.shape[1] == 1 and self.shape[0] > 1:
            first = area.row + 1
            cells[first, self.column], cells[first + 1, self.column] = (
                cells[first + 1, self.column],
                cells[first, self.column],
            )
            FakeRange.options = read  # type: ignore[method-assign]
        return read(self, *args, **more)

    FakeRange.options = moved  # type: ignore[method-assign]


def _filter(book: FakeBook) -> None:
    book.table("tIncidents").api.AutoFilter.FilterMode = True


SPOILED: dict[str, tuple[Callable[[FakeBook], Any], str]] = {
    "filled": (
        lambda b: b.type("tIncidents", "Acknowledged", 39, "soon"),
        "filled already: 'soon'",
    ),
    "deleted": (lambda b: b.type("tIncidents", "ID", 39, ""), "row may have been deleted"),
    "twice": (lambda b: b.type("tIncidents", "ID", 3, "INC-040"), "2 rows have the ID"),
    "renamed": (lambda b: b.type("tIncidents", "Acknowledged", -1, "Ack"), "no column"),
    "protected": (
        lambda b: setattr(b.sheet("Incidents").api, "ProtectContents", True),
        "sheet Incidents is protected",
    ),
    "protected audit": (
        lambda b: setattr(b.sheet("Audit").api, "ProtectContents", True),
        "sheet Audit is protected",
    ),
    "filtered": (_filter, "a filter hides rows"),
    "sorted meanwhile": (_swap, "changed while it was read"),
    "no log": (lambda b: b.drop("tIncidents"), "no table tIncidents"),
    "no stamp": (lambda b: b.sheets.remove(b.sheet("Stamp")), "not made by xlmatrix"),
}


@pytest.mark.parametrize("case", SPOILED)
def test_a_workbook_that_must_not_be_stamped_stays_as_it_is(case: str, book: FakeBook) -> None:
    spoil, says = SPOILED[case]
    spoil(book)
    before = typed(book)
    with pytest.raises(XlmatrixError, match=says):
        stamps.stamp(book, "INC-040", "acknowledged", who="ada")
    assert not book.written
    if case != "sorted meanwhile":
        assert typed(book) == before


def test_a_workbook_of_another_release_is_refused(
    book: FakeBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xlmatrix.api.stamping.__version__", "9.9")
    with pytest.raises(XlmatrixError, match=r"and this is xlmatrix 9\.9"):
        stamps.stamp(book, "INC-040", "acknowledged")
    assert not book.written


def test_two_people_who_press_at_once_make_one_stamp(lite_path: Path) -> None:
    # Each Excel has its own copy of the cells, and neither shows the other's stamp yet.
    ada, bob, other = FakeBook(lite_path), FakeBook(lite_path), FakeBook(lite_path, "other.xlsx")
    stamps.stamp(ada, "INC-040", "acknowledged", who="ada", shared=True)
    with pytest.raises(XlmatrixError, match="ada stamped this a moment ago"):
        stamps.stamp(bob, "INC-040", "acknowledged", who="bob", shared=True)
    assert not bob.written
    stamps.stamp(bob, "INC-040", "responded", who="bob", shared=True)
    stamps.stamp(other, "INC-040", "acknowledged", who="bob", shared=True)


def test_a_role_decides_who_may_stamp(monkeypatch: pytest.MonkeyPatch) -> None:
    stamps.refuse_role([])
    monkeypatch.setenv(stamps.ROLES, "duty, lead")
    stamps.refuse_role(["lead"])
    with pytest.raises(XlmatrixError, match="only duty or lead may stamp here"):
        stamps.refuse_role(["reader"])


def test_the_pane_gets_the_open_incidents_by_what_is_due_next(book: FakeBook) -> None:
    pane.show(book, who="ada")
    [(function, [data])] = book.app.ran
    shown = json.loads(data)
    assert function == "xlmatrixShow"
    assert [one["id"] for one in shown["incidents"]][:3] == ["INC-038", "INC-040", "INC-041"]
    first = shown["incidents"][1]
    assert first["called"] == "Mara Lindqvist (chat)"
    assert first["phones"]["Mara Lindqvist"] == "+49 30 23125 101"
    due = book.column("tIncidents", "Next due")[39]
    berlin = datetime(2026, 11, 16, 10, 30) - timedelta(hours=1)
    assert shown["now"] == (berlin - datetime(1970, 1, 1)).total_seconds()
    assert first["due_s"] - shown["now"] == (due - datetime(2026, 11, 16, 10, 30)).total_seconds()


def test_the_pane_is_told_what_stands_after_a_stamp(book: FakeBook) -> None:
    pane.press(book, "INC-040", "acknowledged", who="ada")
    told = [json.loads(args[0]) for function, args in book.app.ran if function == "xlmatrixSay"]
    assert told[0]["said"] == f"INC-040: Acknowledged {NOW}"
    book.app.ran.clear()
    pane.show(book, who="ada", ticket=told[0]["ticket"])
    assert json.loads(book.app.ran[0][1][0])["stands"] == f"INC-040: Acknowledged {NOW}"
    book.type("tIncidents", "Acknowledged", 39, "2026-11-16T10:29:00.000Z")
    pane.show(book, who="ada", ticket=told[0]["ticket"])
    said = json.loads(book.app.ran[1][1][0])["stands"]
    assert "and 2026-11-16 10:29 stands there: somebody else wrote" in said
    pane.press(book, "INC-040", "acknowledged", who="bob")
    refused = json.loads(book.app.ran[2][1][0])
    assert not refused["ok"]
    assert "filled already: 2026-11-16 10:29" in refused["said"]


def test_a_button_stamps_the_selected_incident_and_recalculates(book: FakeBook) -> None:
    area = book.table("tIncidents").range
    row = area.row + 1 + book.column("tIncidents", "ID").index("INC-040")
    book.selection = FakeRange(area.sheet, row, 3, row, 3)
    said = actions.run("stamp", book, "acknowledged")
    assert said.startswith(f"INC-040: Acknowledged {NOW}. Recalculated 42 incidents")
    again = actions.run("stamp", book, "acknowledged")
    assert f"Acknowledged of INC-040 is filled already: {NOW}" in again
    assert "Nothing was written" in again
    book.selection = FakeRange(area.sheet, area.row, 3, area.row, 3)
    assert "no incident is selected" in actions.run("stamp", book, "resolved")
