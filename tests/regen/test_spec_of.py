"""What people change in Excel comes back into the spec: the workbook built from it shows it again.

Cells are written and read with openpyxl, by table, row and column.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.regen import sheets
from xlmatrix import api
from xlmatrix.model import loads

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("few_ready_rows")]

AS_OF = "2026-11-16 10:30"
Row = tuple[str, ...]


@dataclass(frozen=True)
class Edit:
    """One cell: the row is told by what stands in its first column, or two for hours and dates."""

    table: str
    row: Row
    header: str
    value: Any

    def __str__(self) -> str:
        return f"{self.table} {self.header}"


EDITS = [
    Edit("tMatrix", ("QLT-02",), "Severity", "SEV-3"),
    Edit("tMatrix", ("PRV-01",), "Response role", "Security lead"),
    Edit("tMatrix", ("CST-01",), "Customer window", "within a day"),
    Edit("tTargets1", ("Acknowledge",), "Within", 7),
    Edit("tTargets3", ("First response",), "Calendar", "Around the clock"),
    Edit("tTargets3", ("Resolve",), "Pauses", "no"),
    Edit("tLadder1", ("8",), "After", 6),
    Edit("tLadder2", ("1",), "Channel", "chat"),
    Edit("tOwners2", ("Quality",), "Role", "Security lead"),
    Edit("tRoles", ("ML on-call",), "Backup", "Mara Lindqvist"),
    Edit("tPeople", ("Tom Weiss",), "Phone", "+49 30 999"),
    Edit("tCalendars", ("Business hours",), "Working day (h)", 7),
    Edit("tHours", ("Business hours", "Fri"), "Close 2", 16 / 24),
    Edit("tHolidays", ("2026-12-24", "All calendars"), "Holiday", "Half the world"),
    Edit("tRaci", ("Investigate",), "FinOps lead", "I"),
    Edit("tRaci", ("Monthly drill",), "Source", "agreed in May"),
    Edit("tRaci", ("Detect and triage",), "FinOps lead", None),
    Edit("tAlwaysAdd", ("REL",), "Role", "Legal and privacy"),
    Edit("tObligations", ("gdpr-33",), "Amount", 48),
    Edit("tObligations", ("gdpr-34",), "Decider", "Security lead"),
    Edit("tObligations", ("contract-example",), "Recipient", "The customer's desk"),
    Edit("tObligations", ("nis2-23-early",), "Binds", "us; look when SEC-01"),
    Edit("tObligations", ("ai-act-73-2",), "Status", "checked by counsel"),
    Edit("tObligations", ("insurer-example",), "Verify with counsel", "no"),
    Edit("tRules", ("nis2-23-notice",), "Applies if", "nis2 = essential"),
    Edit("tRules", ("nis2-23-early",), "Zone", "Europe/Rome"),
    Edit("tRules", ("nis2-23-final",), "Amount 2", 2),
    Edit("tRules", ("contract-example",), "Ends", "17:30"),
    Edit("tRules", ("insurer-example",), "In force from", date(2026, 2, 1)),
    Edit("tScope", ("nis2",), "Answer", "important"),
    Edit("tDecision", ("SEV-1",), "Within", 3),
    Edit("tScenarios", ("D01",), "Name", "Rehearsed name"),
    Edit("tScenarios", ("D02",), "Off hours", "yes"),
    Edit("tScenarios", ("D06",), "Stop within (min)", 4),
    Edit("tInjects", ("D01-2",), "Inject", "The pager is silent"),
    Edit("tInjects", ("D03-2",), "At (min)", 5),
    Edit("tVendors", ("Azure OpenAI",), "Answers within", 2),
    Edit("tVendors", ("OpenAI",), "Fallback", "A model of our own"),
    Edit("tVendors", ("Fireworks AI",), "Last tested", date(2026, 11, 12)),
    Edit("tVendors", ("Amazon Web Services",), "Calendar", "Business hours"),
    Edit("tVendors", ("OpenAI",), "Standing", "published"),
    Edit(
        "tRetirements",
        ("OpenAI · example-model-2025 (invented)",),
        "Retires",
        date(2027, 4, 2),
    ),
    Edit("tMessages", ("@first",), "Subject", "We are on it"),
    Edit("", ("Change_Policy",), "", "restart"),
    Edit("", ("Executive_Note_1",), "", "at once"),
    Edit("", ("Customer_Note_2",), "", "every time"),
    Edit("", ("Ladder_Calendar_3",), "", "Around the clock"),
]
#: Its label is made of the class, the vendor and the target, so it changes with them.
BOUND = Edit("tVendorBounds", ("CST-01 · Fireworks AI · mitigate",), "Target", "Resolve")


@cache
def _read(path: Path) -> sheets.Book:
    """A workbook that no test changes."""
    return sheets.read(path)


def _row_of(grid: sheets.Grid, wanted: Row) -> int:
    """The sheet row of a table's row; ``@first`` for the first one, a place for a ladder's."""
    if wanted == ("@first",):
        return grid.numbers[0]
    if grid.name.startswith("tLadder"):
        return grid.numbers[int(wanted[0]) - 1]
    for number, row in zip(grid.numbers, grid.rows, strict=True):
        shown = [_text(row.get(header)) for header in _key_headers(grid)]
        if shown == list(wanted):
            return number
    raise AssertionError(f"{grid.name} has no row {wanted}")


def _key_headers(grid: sheets.Grid) -> list[str]:
    if grid.name in ("tHolidays", "tExceptions"):
        return ["Date", "Calendar"]
    return grid.headers[: 2 if grid.name == "tHours" else 1]


def _text(value: Any) -> str:
    if isinstance(value, float) and value > 40_000:
        return date.fromordinal(date(1899, 12, 30).toordinal() + int(value)).isoformat()
    return str(value)


def _shown(book: sheets.Book, edit: Edit) -> Any:
    if not edit.table:
        return book.names[edit.row[0]]
    grid = book.tables[edit.table]
    return grid.rows[grid.numbers.index(_row_of(grid, edit.row))].get(edit.header)


def _edited(path: Path, target: Path, edits: list[Edit]) -> None:
    known = _read(path)
    book = openpyxl.load_workbook(path)
    for edit in edits:
        if edit.table:
            grid = known.tables[edit.table]
            place = grid.sheet, _row_of(grid, edit.row), grid.column_of(edit.header)
        else:
            place = known.places[edit.row[0]]
        book[place[0]].cell(*place[1:]).value = edit.value
    book.save(target)


@dataclass(frozen=True)
class Trip:
    """A workbook after the edits, the spec made of it, and the workbook built from that."""

    edited: Path
    written: Any
    again: sheets.Book


def _round_trip(built: Path, folder: Path, edits: list[Edit]) -> Trip:
    edited, again = folder / "edited.xlsx", folder / "again.xlsx"
    _edited(built, edited, edits)
    written = api.spec_of(edited)
    api.build(loads(written.text, source="written"), as_of=AS_OF, output=again)
    return Trip(edited, written, sheets.read(again))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("spec_of") / "enterprise.xlsx"
    api.build(api.template("enterprise"), as_of=AS_OF, output=path)
    return path


@pytest.fixture(scope="module")
def trip(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Trip:
    return _round_trip(built, tmp_path_factory.mktemp("trip"), [*EDITS, BOUND])


@pytest.mark.parametrize("edit", EDITS, ids=str)
def test_a_changed_cell_comes_back_from_the_spec(trip: Trip, edit: Edit) -> None:
    wanted = sheets.plain(edit.value)
    assert _shown(trip.again, edit) == (
        pytest.approx(wanted) if isinstance(wanted, float) else wanted
    )


def test_what_a_vendor_bounds_comes_back_though_the_row_gets_another_label(trip: Trip) -> None:
    bounds = [
        (row["Vendor"], row["Class"], row["Target"])
        for row in trip.again.tables["tVendorBounds"].rows
        if row.get("Vendor") == "Fireworks AI"
    ]
    assert [(vendor, target) for vendor, _, target in bounds] == [("Fireworks AI", "Resolve")]


def test_nothing_is_left_behind_of_cells_that_a_spec_holds(trip: Trip) -> None:
    # Targets and answers that were put on another calendar come too late for some starts.
    late = {"order", "order-sometimes", "vendor-slower"}
    others = [f for f in trip.written.findings if f.code not in late]
    # A drill of the plan names its scenario as it was called before, and a text of the first hour
    # the time in which was decided what is reported.
    assert {(f.code, f.path.partition(",")[0]) for f in others} == {
        ("typed-word", "tDrillPlan"),
        ("text-figure", "severities[0].first_hour[6]"),
    }


def test_every_comment_of_the_yaml_stays(trip: Trip) -> None:
    before, after = (
        [line.partition("#")[2].strip() for line in text.splitlines() if "# " in line]
        for text in (api.template("enterprise").text, trip.written.text)
    )
    assert [comment for comment in before if comment not in after] == []


def test_what_nobody_touched_stays_as_it_was_written(built: Path) -> None:
    assert api.spec_of(built).text == api.template("enterprise").text


def _rows_typed(path: Path, target: Path) -> None:
    """Rows as people add and delete them, and records beside them."""
    known = _read(path)
    book = openpyxl.load_workbook(path)

    def put(table: str, row: int, **cells: Any) -> None:
        grid = known.tables[table]
        for header, value in cells.items():
            book[grid.sheet].cell(row, grid.column_of(header.replace("_", " "))).value = value

    def clear(table: str, row: Row) -> None:
        grid = known.tables[table]
        at = _row_of(grid, row)
        for header in grid.rows[grid.numbers.index(at)]:
            book[grid.sheet].cell(at, grid.column_of(header)).value = None

    own = known.tables["tObligations"]
    rule = {"ID": "own-1", "Regime": "Club", "Recipient": "The board", "Amount": 3, "Unit": "days"}
    put("tObligations", own.free[0], **rule, Starts_with="A vote")
    put("tScenarios", _row_of(known.tables["tScenarios"], ("X01",)), Name="Ours", Classes="qlt-02",
        Severity="SEV-2", Format="tabletop")  # fmt: skip
    first = _row_of(known.tables["tInjects"], ("X01-1",))
    put("tInjects", first, **{"At (min)": 4, "Inject": "Second"})
    put("tInjects", first + 1, **{"At (min)": 0, "Inject": "First"})
    put("tVendors", _row_of(known.tables["tVendors"], ("OpenAI",)), Vendor="Closed AI")
    clear("tRaci", ("Monthly drill",))
    gone = known.tables["tChecklist"].rows[0]["ID"]
    clear("tChecklist", (gone,))
    put("tChecklist", known.tables["tChecklist"].numbers[1], Owner="Tom Weiss", Status="done")
    put("tIncidents", known.tables["tIncidents"].row + 1, ID="INC-1", Title="One",
        Opened=datetime(2026, 11, 16, 9))  # fmt: skip
    book.create_sheet("My figures")["A1"] = 1
    book.save(target)


@pytest.fixture(scope="module")
def grown(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Trip:
    folder = tmp_path_factory.mktemp("grown")
    edited, again = folder / "edited.xlsx", folder / "again.xlsx"
    _rows_typed(built, edited)
    written = api.spec_of(edited)
    api.build(loads(written.text, source="written"), as_of=AS_OF, output=again)
    return Trip(edited, written, sheets.read(again))


def test_an_obligation_of_ones_own_comes_back(grown: Trip) -> None:
    rows = {row["ID"]: row for row in grown.again.tables["tObligations"].rows}
    assert (rows["own-1"]["Amount"], rows["own-1"]["Recipient"]) == (3, "The board")


def test_a_scenario_of_ones_own_comes_back_with_its_injects_in_order(grown: Trip) -> None:
    rows = {row["ID"]: row for row in grown.again.tables["tScenarios"].rows}
    injects = [r["Inject"] for r in grown.again.tables["tInjects"].rows if r["Scenario"] == "X01"]
    assert (rows["X01"]["Name"], rows["X01"]["Classes"]) == ("Ours", "QLT-02")
    assert [text for text in injects if text] == ["First", "Second"]


def test_a_renamed_vendor_keeps_what_it_bounds_and_retires(grown: Trip) -> None:
    tables = grown.again.tables
    bounds = [r for r in tables["tVendorBounds"].rows if r.get("Vendor") == "Closed AI"]
    notices = [r["Notice"] for r in tables["tRetirements"].rows]
    assert len(bounds) == 3
    assert notices == ["Closed AI · example-model-2025 (invented)"]


def test_deleted_phases_and_steps_stay_deleted(built: Path, grown: Trip) -> None:
    phases = [row["Phase"] for row in grown.again.tables["tRaci"].rows]
    steps = [row["ID"] for row in grown.again.tables["tChecklist"].rows]
    before = [row["ID"] for row in _read(built).tables["tChecklist"].rows]
    assert "Monthly drill" not in phases
    assert steps == before[1:]


def test_records_are_named_as_staying_in_the_workbook(grown: Trip) -> None:
    notes = {f.where: f.what for f in grown.written.findings if f.code == "stays-in-workbook"}
    assert set(notes) >= {"Incidents", "Checklist", "My figures"}
    assert notes["Incidents"].startswith("1 row: a spec does not hold this")
    assert notes["Checklist"].startswith("2 cells")
    assert notes["My figures"].startswith("sheet of your own")


def test_what_no_spec_takes_is_listed_and_left_as_it_was(built: Path, tmp_path: Path) -> None:
    edits = [
        Edit("tObligations", ("gdpr-33",), "Amount", "soon"),
        Edit("tVendors", ("OpenAI",), "Answers within", "quickly"),
        Edit("tDecision", ("SEV-1",), "Within", "soon"),
        Edit("tRaci", ("Investigate",), "FinOps lead", "X"),
        Edit("tTargets3", ("Contain",), "Within", None),
    ]
    _edited(built, tmp_path / "edited.xlsx", edits)
    written = api.spec_of(tmp_path / "edited.xlsx")
    tables = {f.path.partition(",")[0] for f in written.findings if f.code == "typed-odd"}
    assert tables == {"tObligations", "tVendors", "tDecision", "tRaci"}
    assert loads(written.text, source="written").spec.obligations == (
        api.template("enterprise").spec.obligations
    )
