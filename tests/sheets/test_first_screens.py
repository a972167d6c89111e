"""What stands first on a sheet: who, what and when of the open incidents, and nothing else."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from tests.matrices import matrix, write_book
from tests.office.package import bounds
from xlmatrix import api
from xlmatrix.rules.logs.incident_log import IncidentLog

AS_OF = datetime(2026, 4, 10, 12)
_ALWAYS = [{"id": "always", "name": "Around the clock", "hours": "24x7"}]
_TARGETS = [
    {"acknowledge": "10 min", "first_response": "10 min", "resolve": "2 h", "review": "1 days"},
    {"acknowledge": "1 h", "first_response": "1 h", "resolve": "8 h", "review": "1 days"},
]
#: ID, class, opened, resolved, reviewed; on 10 April at noon.
_ROWS = (
    ("old", "Class 1", "2026-03-01 09:00", "2026-03-01 10:00", None),
    ("late-2", "Class 2", "2026-04-10 09:00", None, None),
    ("soon-2", "Class 2", "2026-04-10 11:30", None, None),
    ("held", "Class 2", "2026-04-01 09:00", "2026-04-01 10:00", "2026-04-02 10:00"),
    ("strange", "No such class", "2026-04-10 11:00", None, None),
    ("late-1", "Class 1", "2026-04-10 11:45", None, None),
    ("held late", "Class 2", "2026-04-01 09:00", "2026-04-01 10:00", "2026-04-02 10:01"),
    ("to hold", "Class 2", "2026-04-10 09:00", "2026-04-10 11:00", None),
    ("missed", "Class 1", "2026-03-01 09:00", "2026-03-01 12:00", "2026-03-01 13:00"),
)
#: The worst first: nobody knows how bad the first is, and it has no clock.
_OPEN = ["strange", "late-1", "late-2", "soon-2"]


def _log(rows: tuple[tuple[str | None, ...], ...] = _ROWS) -> IncidentLog:
    ids, kinds, opened, resolved, reviewed = zip(*rows, strict=True)
    at = [datetime.fromisoformat(str(stamp)) for stamp in opened]
    ended, held = (
        [None if stamp is None else datetime.fromisoformat(str(stamp)) for stamp in stamps]
        for stamps in (resolved, reviewed)
    )
    # Everybody answered at once where the incident is over.
    done = [None if end is None else begin for begin, end in zip(at, ended, strict=True)]
    return IncidentLog.of(
        {"ID": list(ids), "Title": [f"Title of {i}" for i in ids], "Class": list(kinds)},
        {
            "Opened": at,
            "Acknowledged": done,
            "Responded": done,
            "Resolved": ended,
            "Reviewed": held,
        },
    )


def build(path: Path, log: IncidentLog | None = None) -> Path:
    """A small workbook with these incidents."""
    spec = matrix("Europe/Berlin", _ALWAYS, _TARGETS)
    return write_book(spec, _log() if log is None else log, AS_OF, path)


def _book(path: Path) -> Any:
    return openpyxl.load_workbook(path, data_only=True)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return _book(build(tmp_path_factory.mktemp("screens") / "book.xlsx"))


def _block(sheet: Any, first: str) -> list[dict[str, Any]]:
    """The filled rows below the header that begins with ``first``."""
    top = next(c for row in sheet.iter_rows() for c in row if c.value == first)
    heads = {c.column: c.value for c in sheet[top.row] if c.value and c.column >= top.column}
    found: list[dict[str, Any]] = []
    for row in range(top.row + 1, top.row + 11):
        if not sheet.cell(row, top.column).value:
            break
        found.append({head: sheet.cell(row, column).value for column, head in heads.items()})
    return found


def _logged(book: Any) -> dict[str, dict[str, Any]]:
    sheet = book["Incidents"]
    left, top, right, bottom = bounds(sheet.tables["tIncidents"].ref)
    heads = [sheet.cell(top, column).value for column in range(left, right + 1)]
    rows = sheet.iter_rows(min_row=top + 1, max_row=bottom, max_col=right, values_only=True)
    return {row[0]: dict(zip(heads, row, strict=True)) for row in rows if row[0]}


def test_the_incidents_begin_with_what_is_open_the_worst_first(book: Any) -> None:
    block = _block(book["Incidents"], "ID")
    assert [row["ID"] for row in block] == _OPEN
    assert [row["Next due"] for row in block] == [
        None,
        datetime(2026, 4, 10, 11, 55),
        datetime(2026, 4, 10, 10),
        datetime(2026, 4, 10, 12, 30),
    ]
    assert [row["Time left"] for row in block] == [
        None,
        "late 0 h 05 min",
        "late 2 h 00 min",
        "0 h 30 min",
    ]
    assert {row["By whom"] for row in block[1:]} == {"Ada"}


def test_the_log_below_keeps_the_order_in_which_it_was_typed(book: Any) -> None:
    assert list(_logged(book)) == [row[0] for row in _ROWS]


def test_a_mark_beside_the_id_says_that_a_row_is_odd(book: Any) -> None:
    marks = {row["ID"]: row["Mark"] for row in _block(book["Incidents"], "ID")}
    assert marks == {"strange": "⚠", "late-1": None, "late-2": None, "soon-2": None}
    assert {known for known, row in _logged(book).items() if row["Mark"]} == {"strange"}


def test_start_names_every_open_incident_by_its_title(book: Any) -> None:
    block = _block(book["Start"], "Incident")
    assert [row["Title"] for row in block] == [f"Title of {known}" for known in _OPEN]


def test_what_does_not_fit_on_start_is_counted(tmp_path: Path) -> None:
    rows = tuple((f"I-{n}", "Class 2", f"2026-04-10 0{n % 10}:00", None, None) for n in range(13))
    book = _book(build(tmp_path / "many.xlsx", _log(rows)))
    assert len(_block(book["Start"], "Incident")) == 10
    for name in ("Start", "Incidents"):
        said = [str(c.value) for row in book[name].iter_rows(max_row=40) for c in row]
        assert any(text.startswith("and 3 more: ") for text in said), name


def test_a_quiet_log_says_that_nothing_is_open(tmp_path: Path) -> None:
    book = _book(build(tmp_path / "quiet.xlsx", _log(_ROWS[:1])))
    for name in ("Start", "Incidents", "SEV-1"):
        said = [c.value for row in book[name].iter_rows() for c in row]
        assert "No incident is open" in said, name


def test_the_clock_card_begins_with_the_most_urgent_open_incident(tmp_path: Path) -> None:
    rows = tuple(row for row in _ROWS if row[0] != "strange")
    card = _book(build(tmp_path / "card.xlsx", _log(rows)))["Clock card"]
    said = {c.value: card.cell(c.row, c.column + 1).value for row in card.iter_rows() for c in row}
    assert (said["ID"], said["Title"], said["Time left"]) == (
        "late-1",
        "Title of late-1",
        "late 0 h 05 min",
    )


def test_an_incident_and_its_review_have_a_status_each(book: Any) -> None:
    log = _logged(book)
    assert {known: (row["Status"], row["Review"]) for known, row in log.items()} == {
        "old": ("Closed – met", "Overdue"),
        "held": ("Closed – met", "Held"),
        "held late": ("Closed – met", "Held late"),
        "to hold": ("Closed – met", "To hold"),
        "missed": ("Closed – breached", "Held"),
        "late-1": ("Breached", None),
        "late-2": ("Breached", None),
        "soon-2": ("On track", None),
        "strange": ("No clock", None),
    }


def test_no_closed_incident_is_shown_as_late_for_its_review(book: Any) -> None:
    closed = [row for row in _logged(book).values() if row["Status"].startswith("Closed")]
    assert len(closed) == 5
    assert not any(row["Next step"] or row["Next due"] or row["Time left"] for row in closed)
    breaches = {row["ID"]: (row["Breaches"], row["Ever breached"]) for row in closed}
    assert breaches.pop("missed") == ("Resolve", "yes")
    assert set(breaches.values()) == {(None, "no")}


def test_a_severity_begins_with_its_owners_and_its_ladder(book: Any) -> None:
    sheet = book["SEV-1"]
    rows = {c.value: c.row for c in sheet["B"] if c.value}
    order = ("Owners", "Escalation ladder", "Open now", "Targets")
    assert [rows[title] for title in order] == sorted(rows[title] for title in order)
    assert rows["Owners"] <= 6


#: A window of 1366 x 768 at 100 %: LibreOffice with its side bar shows 1,268 pixels of cells, 7.8 a
#: character, and 586 pixels of height, 96 an inch.
_CHARACTERS, _POINTS = 1268 / 7.8, 586 * 72 / 96


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("demo") / "demo.xlsx"
    api.build(api.template("standard"), as_of="2026-11-16 10:30", output=path)
    return openpyxl.load_workbook(path)


def _width(sheet: Any, last: int) -> float:
    columns = (sheet.column_dimensions[get_column_letter(n)] for n in range(1, last + 1))
    return sum(column.width for column in columns if not column.hidden)


def test_who_what_and_when_stand_in_the_first_screen(demo: Any) -> None:
    sheet = demo["Incidents"]
    heads = [c.value for c in sheet[3]]
    wanted = ("ID", "Mark", "Title", "Status", "Next step", "Next due", "Time left", "By whom")
    assert _width(sheet, max(map(heads.index, wanted)) + 1) <= _CHARACTERS
    assert sheet.sheet_view.zoomScale in (None, 100)
    heights = [sheet.row_dimensions[row].height or 15 for row in range(1, 14)]
    assert sum(heights) <= _POINTS


def test_what_stays_in_sight_leaves_room_for_the_rest(demo: Any) -> None:
    pane = demo["Incidents"].sheet_view.pane
    assert _width(demo["Incidents"], int(pane.xSplit)) <= 0.15 * _CHARACTERS


def test_the_header_that_stays_in_sight_is_that_of_the_log(demo: Any) -> None:
    sheet = demo["Incidents"]
    top = bounds(sheet.tables["tIncidents"].ref)[1]
    above = [c.value for c in sheet[3] if isinstance(c.value, str)]
    assert above == [c.value for c in sheet[top]][: len(above)]
    assert sheet.sheet_view.pane.ySplit == 3


def test_every_promise_of_the_matrix_stands_in_the_first_screen(demo: Any) -> None:
    sheet = demo["Matrix"]
    top = bounds(sheet.tables["tMatrix"].ref)[1]
    heads = [c.value for c in sheet[top]]
    last = max(map(heads.index, ("First response", "Customer update", "Comms owner")))
    assert _width(sheet, last + 1) <= _CHARACTERS


def test_the_arrows_of_a_filter_stand_below_the_header_not_over_it(demo: Any) -> None:
    for sheet in demo.worksheets:
        for table in sheet.tables.values():
            if table.autoFilter is None or sheet.sheet_state != "visible":
                continue
            left, top, right, _ = bounds(table.ref)
            for cell in (sheet.cell(top, column) for column in range(left, right + 1)):
                if sheet.column_dimensions[cell.column_letter].hidden:
                    continue
                assert cell.alignment.vertical == "top", (sheet.title, cell.value)
                room = sheet.column_dimensions[cell.column_letter].width
                # Letters are narrower than the digits that widths are counted in.
                size = 0.85 * len(cell.value)
                lines = math.ceil(size / room)
                # A line of 10 points takes 13, an arrow 13; beside a short header it has room.
                both = 13 * lines + (0 if size + 6 <= room else 13)
                assert (sheet.row_dimensions[top].height or 15) >= both, (sheet.title, cell.value)
