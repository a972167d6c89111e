"""A newer export in a used workbook: new tickets and states come in, what people typed stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import from_excel
from typer.testing import CliRunner

from tests.regen.editions import NEWER, OLD
from xlmatrix import api
from xlmatrix.cli import app
from xlmatrix.errors import FindingsError, XlmatrixError
from xlmatrix.model import loads
from xlmatrix.regen.merging.sources import SOURCE, with_typed
from xlmatrix.regen.reading.book import read_book
from xlmatrix.regen.reading.tables import TableInputs
from xlmatrix.rules.logs.incident_log import ID

HEADER = "number,opened_at,short_description,priority,state,hold_reason,resolved_at,sys_updated_on"
FIRST = (
    HEADER,
    "A,2026-03-02 08:00:00,Slow,1 - Critical,In Progress,,,2026-03-02 08:10:00",
    "B,2026-03-02 09:00:00,Wrong,2 - High,On Hold,Awaiting Caller,,2026-03-02 10:00:00",
    "C,2026-03-02 10:00:00,Leak,2 - High,New,,,2026-03-02 10:00:00",
)
THEN = (
    HEADER,
    "A,2026-03-02 08:00:00,Slow answers,1 - Critical,Resolved,,2026-03-02 12:00:00,"
    "2026-03-02 12:00:00",
    "B,2026-03-02 09:00:00,Wrong,1 - Critical,In Progress,,,2026-03-02 15:00:00",
    "C,2026-03-02 10:00:00,Leak,2 - High,Canceled,,,2026-03-02 11:00:00",
    "D,2026-03-03 10:00:00,New one,2 - High,New,,,2026-03-03 10:00:00",
)
Update = Callable[..., api.Updated]


@pytest.fixture
def book(tmp_path: Path, few_sheets: None) -> Path:
    path = tmp_path / "matrix.xlsx"
    api.build(loads(OLD), incidents=export(tmp_path, FIRST), as_of="2026-03-16 10:30", output=path)
    return path


def export(folder: Path, lines: tuple[str, ...], name: str = "export.csv") -> Path:
    path = folder / name
    path.write_text("\n".join((*lines, "")), encoding="utf-8")
    return path


def type_in(path: Path, cells: Mapping[tuple[str, str], Any]) -> None:
    """Type in the log, by ID and header."""
    book = openpyxl.load_workbook(path)
    sheet = book["Incidents"]
    top, left, last = place(sheet)
    headers = {sheet.cell(top, c).value: c for c in range(left, sheet.max_column + 1)}
    rows = {sheet.cell(r, headers["ID"]).value: r for r in range(top + 1, last + 1)}
    for (id_, header), value in cells.items():
        row = rows.get(id_) or next(r for r in range(top + 1, last + 1) if r not in rows.values())
        sheet.cell(row, headers[header]).value = value
    book.save(path)


def place(sheet: Any) -> tuple[int, int, int]:
    area = sheet.tables["tIncidents"].ref
    (left, top), (_, last) = [
        (cell.column, cell.row) for cell in (sheet[area.split(":")[0]], sheet[area.split(":")[1]])
    ]
    return top, left, last


def log_of(path: Path) -> dict[str, dict[str, str]]:
    """The log as it stands: what is filled in, by ID."""
    log = read_book(path).log
    rows = {}
    for row, id_ in enumerate(log.texts["ID"]):
        if id_:
            texts = {h: column[row] for h, column in log.texts.items() if column[row]}
            stamps = {h: str(column[row]) for h, column in log.stamps.items()}
            rows[id_] = texts | {h: s for h, s in stamps.items() if s != "NaT"}
    return rows


def pauses_of(path: Path) -> list[tuple[str, str, str]]:
    """Whom each pause is of, from when to when."""
    found: dict[str, dict[str, Any]] = {}
    for (table, key, header), value in read_book(path).typed.items():
        if table == "tPauses":
            found.setdefault(key, {})[header] = value
    shown = []
    for _, one in sorted(found.items()):
        ends = [one.get(header) for header in ("From", "To")]
        shown.append((one["Incident"], *[_moment(end) for end in ends]))
    return shown


def _moment(serial: Any) -> str:
    if serial is None:
        return ""
    stamp = serial if isinstance(serial, datetime) else from_excel(serial)
    return f"{stamp:%d %H:%M}"


def test_new_tickets_and_new_states_come_in(book: Path, tmp_path: Path) -> None:
    assert pauses_of(book) == [("B", "02 11:00", "")]
    done = api.update(book, export(tmp_path, THEN), in_place=True)
    assert (done.new, done.changed) == (1, True)
    log = log_of(book)
    assert log["A"]["Title"] == "Slow answers"
    assert log["A"]["Resolved"] == "2026-03-02T13:00:00"
    assert log["C"]["Not counted"] == "Cancelled"
    assert log["D"]["Opened"] == "2026-03-03T11:00:00"
    # It waits no more: nobody knows since when, at the latest since the last update.
    assert pauses_of(book) == [("B", "02 11:00", "02 16:00")]
    assert done.backup is not None
    assert "Resolved" not in log_of(done.backup)["A"]


def test_what_people_typed_stands_and_the_report_says_where_both_changed(
    book: Path, tmp_path: Path
) -> None:
    typed = {
        ("A", "Resolved"): datetime(2026, 3, 2, 12, 30),
        ("A", "Notes"): "seen",
        ("B", "Acknowledged"): datetime(2026, 3, 2, 9, 5),
        ("mine", "ID"): "mine",
        ("mine", "Title"): "typed by hand",
    }
    type_in(book, {at: value for at, value in typed.items() if at[0] != "mine"})
    type_in(book, {("mine", "ID"): "M-1"})
    type_in(book, {("M-1", "Title"): "typed by hand"})
    done = api.update(book, export(tmp_path, THEN), in_place=True)
    log = log_of(book)
    assert log["A"]["Resolved"] == "2026-03-02T12:30:00"
    assert log["A"]["Notes"] == "seen"
    assert log["A"]["Title"] == "Slow answers"
    assert log["B"]["Acknowledged"] == "2026-03-02T09:05:00"
    assert log["M-1"]["Title"] == "typed by hand"
    conflicts = [c for c in done.report.changes if c.outcome.value == "conflict"]
    assert [(c.key, c.column) for c in conflicts] == [("A", "Resolved")]
    assert "typed here and changed there" in conflicts[0].note


@pytest.mark.parametrize("between", ["nothing", "typing", "regenerated"])
def test_the_same_export_once_more_changes_nothing(
    book: Path, tmp_path: Path, between: str
) -> None:
    type_in(book, {("A", "Resolved"): datetime(2026, 3, 2, 12, 30)})
    api.update(book, export(tmp_path, THEN), in_place=True)
    if between == "typing":
        type_in(book, {("D", "Notes"): "typed later"})
    elif between == "regenerated":
        api.regenerate(book, loads(NEWER), in_place=True)
    before = book.read_bytes()
    done = api.update(book, export(tmp_path, THEN), in_place=True)
    assert not done.changed
    assert book.read_bytes() == before
    assert done.path is None


def test_what_was_typed_before_stands_against_every_later_export(
    book: Path, tmp_path: Path
) -> None:
    type_in(book, {("A", "Title"): "As we call it"})
    api.update(book, export(tmp_path, THEN), in_place=True)
    api.regenerate(book, loads(NEWER), in_place=True)
    later = [line.replace("Slow answers", "Slow once more") for line in THEN]
    api.update(book, export(tmp_path, tuple(later)), in_place=True)
    assert log_of(book)["A"]["Title"] == "As we call it"


def test_a_deleted_row_stays_deleted_and_one_that_the_export_lost_stays(
    book: Path, tmp_path: Path
) -> None:
    workbook = openpyxl.load_workbook(book)
    sheet = workbook["Incidents"]
    top, left, last = place(sheet)
    row = next(r for r in range(top + 1, last + 1) if sheet.cell(r, left).value == "C")
    for column in range(left, sheet.max_column + 1):
        if not str(sheet.cell(row, column).value or "").startswith("="):
            sheet.cell(row, column).value = None
    workbook.save(book)
    fewer = tuple(line for line in THEN if not line.startswith(("A,", "C,")))
    api.update(book, export(tmp_path, fewer), in_place=True)
    assert set(log_of(book)) == {"A", "B", "D"}


def test_an_empty_cell_of_the_export_takes_nothing_away(book: Path, tmp_path: Path) -> None:
    bare = ("number,opened_at,state", "A,2026-03-02 08:00:00,In Progress")
    api.update(book, export(tmp_path, bare), in_place=True)
    assert log_of(book)["A"]["Title"] == "Slow"


def test_the_output_and_the_inputs_are_told_apart(book: Path, tmp_path: Path) -> None:
    newer = export(tmp_path, THEN, "newer.csv")
    for goal in (newer, book):
        before = goal.read_bytes()
        with pytest.raises(XlmatrixError):
            api.update(book, newer, output=goal)
        assert goal.read_bytes() == before
    with pytest.raises(XlmatrixError, match="say where"):
        api.update(book, newer)
    done = api.update(book, newer, dry_run=True)
    assert done.new == 1
    assert done.path is None


@pytest.mark.parametrize("between", ["nothing", "regenerated"])
def test_the_mapping_that_was_given_goes_on(tmp_path: Path, few_sheets: None, between: str) -> None:
    book = tmp_path / "mapped.xlsx"
    mapping = tmp_path / "map.yaml"
    mapping.write_text("servicenow:\n  priority: {1 - Critical: SEV-2, 2 - High: SEV-1}\n")
    first = export(tmp_path, FIRST)
    api.build(loads(OLD), incidents=first, mapping=mapping, as_of="2026-03-16 10:30", output=book)
    severities = {id_: row["Severity set"] for id_, row in log_of(book).items()}
    assert severities == {"A": "SEV-2", "B": "SEV-1", "C": "SEV-1"}
    if between == "regenerated":
        api.regenerate(book, loads(NEWER), in_place=True)
    assert not api.update(book, first, in_place=True).changed
    other = tmp_path / "other.yaml"
    other.write_text("servicenow:\n  priority: {1 - Critical: SEV-1, 2 - High: SEV-1}\n")
    api.update(book, export(tmp_path, THEN, "then.csv"), mapping=other, in_place=True)
    assert log_of(book)["A"]["Severity set"] == "SEV-1"
    again = api.update(book, export(tmp_path, THEN, "then.csv"), in_place=True)
    assert not again.changed


def test_an_export_that_says_nothing_leaves_the_workbook(book: Path, tmp_path: Path) -> None:
    before = book.read_bytes()
    bad = export(tmp_path, (HEADER, "A,yesterday,,,,,,"))
    with pytest.raises(FindingsError, match="of 1 row none"):
        api.update(book, bad, in_place=True)
    assert book.read_bytes() == before


def test_the_source_of_a_stamp_that_was_typed_says_so(book: Path, tmp_path: Path) -> None:
    assert "opened: opened_at" in log_of(book)["A"]["Source"]
    type_in(book, {("A", "Resolved"): datetime(2026, 3, 2, 12, 30)})
    done = api.update(book, export(tmp_path, THEN), in_place=True)
    source = log_of(book)["A"]["Source"]
    assert "opened: opened_at" in source
    assert source.endswith("resolved: typed")
    conflicts = [c.column for c in done.report.changes if c.outcome.value == "conflict"]
    assert conflicts == ["Resolved"]
    assert not api.update(book, export(tmp_path, THEN), in_place=True).changed
    # What the export says is taken again where nobody differs any more.
    type_in(book, {("A", "Resolved"): datetime(2026, 3, 2, 13, 0)})
    api.update(book, export(tmp_path, THEN), in_place=True)
    assert log_of(book)["A"]["Source"].endswith("resolved: resolved_at")


def test_what_was_typed_where_the_export_says_nothing_new_changes_no_source(
    book: Path, tmp_path: Path
) -> None:
    api.update(book, export(tmp_path, THEN), in_place=True)
    type_in(book, {("A", "Resolved"): datetime(2026, 3, 2, 12, 30)})
    assert not api.update(book, export(tmp_path, THEN), in_place=True).changed


def test_an_export_of_another_tool_is_said_in_one_line(book: Path, tmp_path: Path) -> None:
    plain = export(tmp_path, ("id,opened,title", "P-1,2026-03-03 09:00,Other"), "plain.csv")
    [said] = [f for f in api.update(book, plain, dry_run=True).findings if f.code == "import-tool"]
    assert said.what == "the export is of plain, and what was brought in before is of servicenow"
    same = api.update(book, export(tmp_path, THEN), dry_run=True).findings
    assert "import-tool" not in {finding.code for finding in same}
    # The table that an import wrote is of the tool whose tickets it holds.
    written = api.import_target(tmp_path / "table.csv", files=[tmp_path / "export.csv"])
    api.save_import(api.import_tickets(tmp_path / "export.csv", loads(OLD)), written)
    again = api.update(book, tmp_path / "table.csv", dry_run=True).findings
    assert "import-tool" not in {finding.code for finding in again}


def test_an_export_without_rows_is_not_one_without_news(book: Path, tmp_path: Path) -> None:
    export(tmp_path, (HEADER,), "bare.csv")
    args = ["update", str(book), str(tmp_path / "bare.csv"), "--in-place"]
    said = CliRunner().invoke(app, args)
    assert said.exit_code == 0, said.output
    assert "the export holds no rows" in said.stdout


def test_rows_whose_ids_differ_by_case_alone_each_keep_their_source() -> None:
    headers = (ID, "Resolved", SOURCE)
    rows = (("a-1", None, "a list; opened: x"), ("A-1", None, "a list; opened: y"))
    came = TableInputs(headers, (), rows)
    assert with_typed(came, came, came).rows == rows
