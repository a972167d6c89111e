"""What people mistype in the logs: flagged beside the cell, kept as typed, and no formula breaks.

Everything is typed by openpyxl into the blank rows of a finished workbook, as a person would, and
LibreOffice computes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pytest
from openpyxl.utils import get_column_letter

from tests.histories import AS_OF, scene
from tests.office.libre import recomputed
from tests.office.package import Cell, ExcelError, Value
from tests.regen.sheets import Book, apply, read
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.incidents.exempt import UNKNOWN_TARGET
from xlmatrix.rules.logs.histories import CHANGES, PAUSES, REOPENED
from xlmatrix.rules.logs.incident_log import STAMP_INPUTS, IncidentLog
from xlmatrix.rules.second_hour import MISNAMED, SECOND_HOUR
from xlmatrix.sheets import book as sheets_book
from xlmatrix.sheets.book import plan_book
from xlmatrix.tables.flags import MARK
from xlmatrix.tables.severities import RUNS_ON
from xlmatrix.write import render

pytestmark = [pytest.mark.office, pytest.mark.slow]

OPENED = datetime(2026, 4, 9, 9)
LATER = datetime(2026, 4, 9, 11)
GAP = datetime(2026, 3, 29, 2, 30)
#: What is no date and time: text, a number as text, and numbers that no calendar has.
NO_STAMPS = ("noon", "46000.5", 1e300, -5, 12.5, True, "#N/A")


@dataclass(frozen=True)
class Typed:
    """A row as typed, and what must stand in its Check ("" for nothing at all)."""

    table: str
    cells: dict[str, Any]
    said: str


def _incidents() -> Iterator[Typed]:
    known = {"Title": "Typed", "Class": "Class 2"}
    for header in STAMP_INPUTS:
        for number, value in enumerate(NO_STAMPS):
            cells = {**known, "ID": f"{header} {number}", "Opened": OPENED, header: value}
            yield Typed("tIncidents", cells, f"{header} is not a date and time.")
    fine = {**known, "Opened": OPENED}
    yield Typed(
        "tIncidents",
        {**fine, "ID": "I-1", "Acknowledged": datetime(2026, 4, 9, 8)},
        "Acknowledged is before Opened.",
    )
    yield Typed("tIncidents", {**fine, "ID": "I-2", "Opened": GAP}, "Clock change at Opened")
    yield Typed("tIncidents", {**fine, "ID": "I-3", "Responded": GAP}, "Clock change at a later")
    yield Typed("tIncidents", {**fine, "ID": "i-1"}, "ID is used above.")
    yield Typed("tIncidents", {**fine, "ID": "I-1 "}, "ID has needless spaces.")
    yield Typed("tIncidents", {**fine, "ID": 4711}, "")
    yield Typed("tIncidents", {**fine, "ID": 4711}, "ID is used above.")
    yield Typed("tIncidents", {**fine, "ID": "4711"}, "ID is used above.")
    yield Typed("tPauses", {"Incident": 4711, "From": LATER}, "")
    yield Typed("tPauses", {"Incident": "4711", "From": LATER}, "")
    yield Typed("tIncidents", {"ID": "I-9"}, "Opened is missing.")
    yield Typed("tIncidents", {**fine, "ID": "I-11", "Owner": "Nobody"}, "Owner is not in the")
    # Ada is on call and Bo stands in: whoever owns an incident alone is told until it is answered.
    yield Typed("tIncidents", {**fine, "ID": "I-12", "Owner": "Ada"}, "")
    alone = {**fine, "ID": "I-13", "Owner": "bo"}
    yield Typed("tIncidents", alone, "The owner is the backup too: nobody stands in.")
    yield Typed("tIncidents", {**alone, "ID": "I-14", "Acknowledged": LATER}, "")
    yield Typed("tIncidents", {**alone, "ID": "I-15", "Resolved": LATER}, "")
    yield Typed("tIncidents", {**fine, "ID": "#N/A"}, "A cell holds an error value.")
    for header, said in (
        ("Class", "Class is not in the matrix."),
        ("Severity set", "Severity is not in the matrix."),
        ("Owner", "Owner is not in the directory."),
    ):
        for number, value in enumerate((1e300, -5, True, "unknown")):
            cells = {**fine, "ID": f"{header} {number}", header: value}
            yield Typed("tIncidents", cells, said)
        cells = {**fine, "ID": f"{header} error", header: "#N/A"}
        yield Typed("tIncidents", cells, "A cell holds an error value.")
    for number, value in enumerate((" ", "Cancelled", "#N/A", True, 1e300)):
        flagged = "A cell holds an error value." if value == "#N/A" else ""
        row = {**fine, "ID": f"Not counted {number}", "Not counted": value, "Resolved": "noon"}
        yield Typed("tIncidents", row, "not a date and time" if value == " " else flagged)
        row = {**fine, "ID": f"Not recorded {number}", "Not recorded": value}
        yield Typed("tIncidents", row, "" if value == " " else UNKNOWN_TARGET)
    for header in ("Title", "Override reason", "Approver", "Notes"):
        for number, value in enumerate(("#N/A", True, 1e300)):
            said = "A cell holds an error value." if value == "#N/A" else ""
            yield Typed("tIncidents", {**fine, "ID": f"{header} {number}", header: value}, said)


def _logs() -> Iterator[Typed]:
    good: dict[str, dict[str, Any]] = {
        "tPauses": {"Incident": "A-1", "From": LATER},
        "tChanges": {"Incident": "A-1", "At": LATER, "To": "SEV-1"},
        "tReopened": {"Incident": "A-2", "Reopened": LATER},
    }
    for kind in (PAUSES, CHANGES, REOPENED):
        row = good[kind.table]
        for header in kind.stamps:
            for value in NO_STAMPS:
                yield Typed(kind.table, {**row, header: value}, f"{header} is not a date and time.")
            yield Typed(kind.table, {**row, header: GAP}, "Clock change")
        for value in ("nobody", "#N/A", True, -5, 1e300):
            yield Typed(kind.table, {**row, "Incident": value}, "Incident is not in the log.")
        for header in kind.texts[1:]:
            for value in ("#N/A", True, 1e300):
                said = {"To": "Severity is not in the matrix.", SECOND_HOUR: MISNAMED}.get(
                    header, ""
                )
                yield Typed(kind.table, {**row, header: value}, said)
    pause = good["tPauses"]
    yield Typed("tPauses", {**pause, "From": LATER, "To": OPENED}, "Ends before it begins.")
    yield Typed("tPauses", {**pause, "From": datetime(2026, 4, 1)}, "Begins before the incident")
    yield Typed(
        "tPauses",
        {**pause, "Incident": "A-3", "From": datetime(2026, 4, 10)},
        "Begins after the incident was resolved.",
    )
    yield Typed("tPauses", {"Incident": "a-1", "From": LATER, "To": LATER}, "")
    yield Typed("tChanges", {**good["tChanges"], "To": "SEV-9"}, "Severity is not in the matrix.")


def _notices() -> Iterator[Typed]:
    row = {"Incident": "A-1", "Obligation": "test-72h", "Trigger": LATER}
    for header in ("Trigger", "Reported"):
        for value in NO_STAMPS:
            yield Typed("tNotices", {**row, header: value}, f"{header} is not a date and time")
        yield Typed("tNotices", {**row, header: GAP}, "Clock change")
    yield Typed("tNotices", {**row, "Incident": "nobody"}, "Incident is not in the log.")
    for value in ("#N/A", True, 1e300):
        yield Typed("tNotices", {**row, "Incident": value}, "Incident is not in the log.")
        yield Typed("tNotices", {**row, "Obligation": value}, "Obligation is not in the list")
        yield Typed("tNotices", {**row, "Decision": value}, "Decision is not in the list")


ROWS = [
    *_incidents(),
    *_logs(),
    *_notices(),
    Typed("tPeople", {"Name": "Ada", "Phone": "2"}, "Name is used twice"),
]


def _spec() -> MatrixSpec:
    tree = scene().model_dump(by_alias=True)
    tree["obligations"] = {
        "rules": [
            {
                "id": "test-72h",
                "regime": "Test",
                "trigger": "A fact",
                "recipient": "Somebody",
                "amount": 72,
                "unit": "hours",
            }
        ]
    }
    return MatrixSpec.model_validate(tree)


def _edits(book: Book) -> list[tuple[Any, ...]]:
    """Each row into the next blank row of its table."""
    edits = []
    for typed, row in _places(book):
        table = book.tables[typed.table]
        edits += [
            ("set", table.sheet, row, table.column_of(header), value)
            for header, value in typed.cells.items()
        ]
    return edits


def _places(book: Book) -> Iterator[tuple[Typed, int]]:
    """Each row with the sheet row that it is typed into."""
    blank = {name: table.free for name, table in book.tables.items()}
    # A notice has its key from the start.
    blank["tNotices"] = list(book.tables["tNotices"].numbers)
    for typed in ROWS:
        yield typed, blank[typed.table].pop(0)


Computed = tuple[Book, Mapping[Cell, Value]]
"""The workbook before anything was typed, and what LibreOffice computes afterwards."""
RUN_ON = {"Internal update", "First customer update", "Next customer update", "Review held"}


def _paused_everywhere(book: Book) -> list[tuple[Any, ...]]:
    """Every target of SEV-1 pauses, and the first is in calendar days."""
    table = book.tables["tTargets1"]
    pauses = table.column_of("Pauses")
    edits = [("set", table.sheet, row, pauses, "yes") for row in table.numbers]
    return [*edits, ("set", table.sheet, table.numbers[0], table.column_of("Unit"), "days")]


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> Computed:
    folder = tmp_path_factory.mktemp("bad")
    built, edited = folder / "built.xlsx", folder / "edited.xlsx"
    counts = {table: sum(row.table == table for row in ROWS) for table in {r.table for r in ROWS}}
    log = IncidentLog.of(
        {"ID": ["A-1", "A-2", "A-3"], "Class": ["Class 1", "Class 2", "Class 3"]},
        {
            "Opened": [np.datetime64(OPENED)] * 3,
            "Resolved": ["NaT", "NaT", np.datetime64("2026-04-09T12:00")],
        },
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xlmatrix.sheets.reporting.typed.READY_NOTICES", counts["tNotices"])
        patch.setattr(sheets_book, "SPARE_INCIDENTS", counts["tIncidents"])
        spare = tuple(counts[kind.table] for kind in (PAUSES, CHANGES, REOPENED))
        patch.setattr(sheets_book, "SPARE", spare)
        plan = plan_book(_spec(), log, as_of=AS_OF, created=AS_OF)
        built.write_bytes(render(plan))
    blank = read(built)
    apply(built, edited, [*_edits(blank), *_paused_everywhere(blank)])
    return blank, recomputed(edited)


def test_a_pause_flag_that_means_nothing_is_flagged(
    computed: Computed,
) -> None:
    cells = computed[1]
    table = computed[0].tables["tTargets1"]
    letter = get_column_letter(table.column_of("Check"))
    said = {
        row["Target"]: str(cells[table.sheet, f"{letter}{number}"] or "")
        for row, number in zip(table.rows, table.numbers, strict=True)
    }
    flagged = {target for target, text in said.items() if text == MARK + RUNS_ON}
    assert flagged == RUN_ON | {"Acknowledge"}


def test_no_formula_becomes_an_error(computed: Computed) -> None:
    book, cells = computed
    typed = {
        (book.tables[one.table].sheet, f"{get_column_letter(column)}{row}")
        for one, row in _places(book)
        for column in map(book.tables[one.table].column_of, one.cells)
    }
    # LibreOffice takes a typed error value for a formula.
    found = {
        cell: value
        for cell, value in cells.items()
        if isinstance(value, ExcelError) and cell not in typed
    }
    assert found == {}


def test_every_slip_is_flagged_beside_its_cell(computed: Computed) -> None:
    book, cells = computed
    missing = []
    for typed, row in _places(book):
        table = book.tables[typed.table]
        letter = get_column_letter(table.column_of("Check"))
        found = cells.get((table.sheet, f"{letter}{row}"))
        said = str(found or "")
        if typed.said not in said or (not typed.said and said):
            missing.append(
                f"{table.sheet}!{letter}{row} {typed.cells}: {said!r}, not {typed.said!r}"
            )
    assert missing == []
