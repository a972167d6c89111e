"""What becomes of the rows of a ServiceNow export."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange import Imported, read_incidents
from xlmatrix.exchange.tickets.dates import DateOrderError
from xlmatrix.model import MatrixSpec

Writer = Callable[..., Path]

HEADER = "number,opened_at,priority,category,assigned_to,resolved_at,closed_at"
EVENTS = f"{HEADER},incident_state,sys_mod_count,sys_updated_at"


def codes(imported: Imported) -> list[str]:
    return [finding.code for finding in imported.findings]


def stamp(imported: Imported, header: str, row: int = 0) -> str:
    return str(imported.log.stamps[header][row])


def test_a_row_becomes_an_incident(spec: MatrixSpec, csv_file: Writer) -> None:
    path = csv_file(
        HEADER,
        "INC1,29/2/2016 01:16,1 - Critical,Category 26,Ada Lind,29/2/2016 11:29,25/3/2016 12:00",
    )
    imported = read_incidents(path, spec)
    assert imported.tickets.tool == "servicenow"
    texts = {name: column[0] for name, column in imported.log.texts.items() if column[0]}
    assert texts.pop("Source").startswith("a ServiceNow incident list; opened: opened_at")
    assert texts == {
        "ID": "INC1",
        "Title": "Category 26",
        "Class": "Hallucination relied on",
        "Severity set": "SEV-1",
        "Owner": "Ada Lind",
    }
    assert stamp(imported, "Opened") == "2016-02-29T01:16:00"
    assert stamp(imported, "Resolved") == "2016-02-29T11:29:00"
    assert stamp(imported, "Acknowledged") == "NaT"
    assert imported.opened_range == (datetime(2016, 2, 29, 1, 16), datetime(2016, 2, 29, 1, 16))


def test_the_update_with_the_highest_number_is_the_state(
    spec: MatrixSpec, csv_file: Writer
) -> None:
    path = csv_file(
        EVENTS,
        "A,21/3/2016 08:00,3 - Moderate,Category 26,?,22/3/2016 10:00,?,Resolved,7,22/3/2016 10:00",
        "A,21/3/2016 08:00,1 - Critical,Category 26,?,?,?,New,0,21/3/2016 08:00",
        "A,21/3/2016 08:00,1 - Critical,Category 26,?,?,?,Active,3,21/3/2016 08:30",
    )
    imported = read_incidents(path, spec)
    # As it was opened; the log of changes says what became of it.
    assert imported.log.texts["Severity set"] == ["SEV-1"]
    assert imported.typed["tChanges", "1", "To"] == "SEV-2"
    assert stamp(imported, "Resolved") == "2016-03-22T10:00:00"
    assert (
        imported.tickets.total("read"),
        imported.tickets.total("incidents"),
        imported.tickets.total("superseded"),
    ) == (3, 1, 2)


def test_without_update_numbers_the_last_row_of_the_file_is_the_state(
    spec: MatrixSpec, csv_file: Writer
) -> None:
    path = csv_file(
        HEADER,
        "A,21/3/2016 08:00,1 - Critical,Category 26,?,?,?",
        "B,21/3/2016 08:00,1 - Critical,Category 26,?,?,?",
        "A,21/3/2016 08:00,3 - Moderate,Category 26,?,?,?",
    )
    imported = read_incidents(path, spec)
    assert imported.log.texts["ID"] == ["A", "B"]
    assert imported.log.texts["Severity set"] == ["SEV-2", "SEV-1"]


def test_acknowledged_is_the_update_that_left_new(spec: MatrixSpec, csv_file: Writer) -> None:
    path = csv_file(
        EVENTS,
        "A,21/3/2016 08:00,1 - Critical,Category 26,?,?,?,New,0,21/3/2016 08:00",
        "A,21/3/2016 08:00,1 - Critical,Category 26,?,?,?,New,1,21/3/2016 08:10",
        "A,21/3/2016 08:00,1 - Critical,Category 26,?,?,?,Active,2,21/3/2016 08:30",
        "A,21/3/2016 08:00,1 - Critical,Category 26,?,?,?,Active,3,21/3/2016 09:30",
    )
    imported = read_incidents(path, spec)
    assert stamp(imported, "Acknowledged") == "2016-03-21T08:30:00"
    assert "import-acknowledged" in codes(imported)


def test_last_states_alone_do_not_say_when_an_incident_was_acknowledged(
    spec: MatrixSpec, csv_file: Writer
) -> None:
    path = csv_file(
        EVENTS,
        "A,21/3/2016 08:00,1 - Critical,Category 26,?,22/3/2016 08:00,?,Closed,9,29/3/2016 08:00",
    )
    assert stamp(read_incidents(path, spec), "Acknowledged") == "NaT"


def test_closed_stands_in_where_resolved_is_empty(spec: MatrixSpec, csv_file: Writer) -> None:
    path = csv_file(HEADER, "A,21/3/2016 08:00,1 - Critical,Category 26,?,?,22/3/2016 09:00")
    imported = read_incidents(path, spec)
    assert stamp(imported, "Resolved") == "2016-03-22T09:00:00"
    assert "import-closed" in codes(imported)


def test_what_the_spec_does_not_map_is_said_once_a_value_and_counted(
    spec: MatrixSpec, csv_file: Writer
) -> None:
    path = csv_file(
        HEADER,
        "A,21/3/2016 08:00,5 - Planning,Category 99,Resolver 7,?,?",
        "B,21/3/2016 08:00,5 - Planning,Category 99,Resolver 8,?,?",
        "C,21/3/2016 08:00,5 - Planning,Category 98,Resolver 8,?,?",
    )
    imported = read_incidents(path, spec)
    assert imported.log.texts["Class"] == ["Model outage"] * 3
    # The fifth of its words is the least of the severities.
    assert imported.log.texts["Severity set"] == ["SEV-2"] * 3
    assert imported.log.texts["Owner"] == [""] * 3
    assert imported.log.texts["Notes"][0] == "Owner: Resolver 7"
    by_code = {code: codes(imported).count(code) for code in codes(imported)}
    assert by_code["import-category"] == 2
    assert by_code["import-priority"] == 1
    assert by_code["import-owner"] == 1
    first = next(f for f in imported.findings if f.code == "import-category")
    assert "2 rows" in first.what
    assert first.where == "export.csv:2"


def test_rows_that_cannot_be_used_are_listed_with_line_and_reason(
    spec: MatrixSpec, csv_file: Writer
) -> None:
    path = csv_file(
        HEADER,
        "A,21/3/2016 08:00,1 - Critical,Category 26,?,?,?",
        "B,31/2/2016 08:00,1 - Critical,Category 26,?,?,?",
        "C,?,1 - Critical,Category 26,?,?,?",
        "?,21/3/2016 08:00,1 - Critical,Category 26,?,?,?",
        "D,21/3/2016 08:00,1 - Critical,Category 26,?,?,?,?",
        "",
        '"E\nE",21/3/2016 08:00,1 - Critical,Category 26,?,?,?',
        "F,21/3/2016 25:00,1 - Critical,Category 26,?,?,?",
    )
    imported = read_incidents(path, spec)
    refused = {f.where: f.what for f in imported.findings if f.what.startswith("row not used")}
    assert refused == {
        "export.csv:3": "row not used: opened '31/2/2016 08:00' is a date that does not exist",
        "export.csv:4": "row not used: it does not say when it opened",
        "export.csv:5": "row not used: it has no id",
        "export.csv:6": "row not used: it has 8 fields, the header 7",
        "export.csv:10": "row not used: opened '21/3/2016 25:00' is a time that does not exist",
    }
    assert imported.log.texts["ID"] == ["A", "E\nE"]
    counts = (
        imported.tickets.total("incidents"),
        imported.tickets.total("refused"),
        imported.tickets.total("blank"),
    )
    assert (imported.tickets.total("read"), counts) == (8, (2, 5, 1))


def test_a_bad_resolved_date_leaves_the_cell_empty_and_says_so(
    spec: MatrixSpec, csv_file: Writer
) -> None:
    path = csv_file(HEADER, "A,21/3/2016 08:00,1 - Critical,Category 26,?,30/2/2016 08:00,?")
    imported = read_incidents(path, spec)
    assert stamp(imported, "Resolved") == "NaT"
    finding = next(f for f in imported.findings if f.code == "import-date")
    assert finding.where == "export.csv:2"
    assert "30/2/2016" in finding.what


def test_resolved_before_opened_is_kept_and_flagged(spec: MatrixSpec, csv_file: Writer) -> None:
    path = csv_file(
        HEADER, "A,21/3/2016 08:00,1 - Critical,Category 26,?,29/2/2016 08:00,29/2/2016 08:00"
    )
    imported = read_incidents(path, spec)
    assert len(imported.log) == 1
    assert "import-order" in codes(imported)


def test_stamps_the_clock_shows_twice_or_never_are_noted(
    spec: MatrixSpec, csv_file: Writer
) -> None:
    path = csv_file(
        HEADER,
        "A,27/3/2016 02:30,1 - Critical,Category 26,?,?,?",
        "B,30/10/2016 02:30,1 - Critical,Category 26,?,?,?",
        "C,30/10/2016 03:00,1 - Critical,Category 26,?,?,?",
    )
    imported = read_incidents(path, spec)
    noted = [(f.where, f.what) for f in imported.findings if f.code == "import-clock-change"]
    assert [where for where, _ in noted] == ["export.csv:2", "export.csv:3"]
    assert "does not exist" in noted[0][1]
    assert "twice" in noted[1][1]


def test_a_strict_spec_does_not_use_such_rows(spec: MatrixSpec, csv_file: Writer) -> None:
    strict = spec.model_copy(update={"policy": spec.policy.model_copy(update={"strict_dst": True})})
    path = csv_file(
        HEADER,
        "A,27/3/2016 02:30,1 - Critical,Category 26,?,?,?",
        "B,27/3/2016 03:30,1 - Critical,Category 26,?,?,?",
    )
    imported = read_incidents(path, strict)
    assert imported.log.texts["ID"] == ["B"]
    assert (
        imported.tickets.total("read"),
        imported.tickets.total("incidents"),
        imported.tickets.total("refused"),
    ) == (2, 1, 1)


def test_another_date_order_and_other_columns_come_from_the_spec(
    spec: MatrixSpec, csv_file: Writer
) -> None:
    mapping = spec.imports["servicenow"].model_copy(
        update={"date_order": "month-first", "columns": {"opened_at": "sys_created_on"}}
    )
    other = spec.model_copy(update={"imports": {"servicenow": mapping}})
    path = csv_file(
        HEADER.replace("opened_at", "sys_created_on"),
        "A,02/29/2016 08:00 PM,1 - Critical,Category 26,?,?,?",
    )
    assert stamp(read_incidents(path, other), "Opened") == "2016-02-29T20:00:00"


def dated(spec: MatrixSpec, order: str) -> MatrixSpec:
    mapping = spec.imports["servicenow"].model_copy(update={"date_order": order})
    return spec.model_copy(update={"imports": {"servicenow": mapping}})


def test_one_date_of_a_file_decides_for_all(spec: MatrixSpec, csv_file: Writer) -> None:
    path = csv_file(
        HEADER,
        "A,2/3/2016 08:00,1 - Critical,Category 26,?,?,?",
        "B,2/29/2016 08:00,1 - Critical,Category 26,?,?,?",
    )
    assert stamp(read_incidents(path, spec), "Opened") == "2016-02-03T08:00:00"


def test_dates_that_read_both_ways_stop_the_import(spec: MatrixSpec, csv_file: Writer) -> None:
    path = csv_file(HEADER, "A,2/3/2016 08:00,1 - Critical,Category 26,?,4/3/2016 08:00,?")
    with pytest.raises(DateOrderError, match="two ways") as error:
        read_incidents(path, spec)
    said = str(error.value)
    assert "02 March 2016 day-first and 03 February 2016 month-first" in said
    assert "date_order: day-first" in error.value.mend
    assert "import.servicenow" in error.value.mend
    for order, opened in (("day-first", "2016-03-02"), ("month-first", "2016-02-03")):
        assert stamp(read_incidents(path, dated(spec, order)), "Opened")[:10] == opened


def test_a_month_first_file_is_not_read_day_first(spec: MatrixSpec, csv_file: Writer) -> None:
    # Read day-first, B would silently become the 3rd of February.
    path = csv_file(
        HEADER,
        "A,2/29/2016 08:00,1 - Critical,Category 26,?,?,?",
        "B,3/2/2016 08:00,1 - Critical,Category 26,?,?,?",
    )
    with pytest.raises(XlmatrixError, match="month-first") as error:
        read_incidents(path, dated(spec, "day-first"))
    assert "date_order: month-first" in error.value.mend


def test_one_slip_does_not_turn_a_day_first_file_around(spec: MatrixSpec, csv_file: Writer) -> None:
    path = csv_file(
        HEADER,
        "A,29/2/2016 08:00,1 - Critical,Category 26,?,28/2/2016 08:00,?",
        "B,2/13/2016 08:00,1 - Critical,Category 26,?,?,?",
    )
    with pytest.raises(XlmatrixError, match="both orders"):
        read_incidents(path, spec)
    imported = read_incidents(path, dated(spec, "day-first"))
    assert imported.log.texts["ID"] == ["A"]
    refused = next(f for f in imported.findings if f.where.endswith(":3"))
    assert "date_order" in refused.mend


@pytest.mark.parametrize("column", HEADER.split(","))
def test_only_number_and_opening_are_needed(
    spec: MatrixSpec, csv_file: Writer, column: str
) -> None:
    cells = ["A", "2016-03-21 08:00", "1 - Critical", "Category 26", "Ada Lind", "", ""]
    kept = {name: cell for name, cell in zip(HEADER.split(","), cells, strict=True)
            if name != column}  # fmt: skip
    path = csv_file(",".join(kept), ",".join(kept.values()))
    if column in ("number", "opened_at"):
        with pytest.raises(XlmatrixError) as error:
            read_incidents(path, spec)
        assert {"number": "id", "opened_at": "opened"}[column] in error.value.what
        assert "priority, category" in error.value.mend
    else:
        assert len(read_incidents(path, spec).log) == 1


def test_a_hundred_thousand_rows_add_up(spec: MatrixSpec, csv_file: Writer) -> None:
    rows = [
        f"INC{i % 30_000},{1 + i % 31}/2/2016 08:{i % 60:02},1 - Critical,Category 26,?,?,?"
        for i in range(100_000)
    ]
    imported = read_incidents(csv_file(HEADER, *rows), spec)
    impossible = sum(1 for i in range(100_000) if i % 31 > 28)
    assert imported.tickets.total("refused") == impossible
    assert imported.tickets.total("read") == 100_000
    assert (
        imported.tickets.total("incidents") + imported.tickets.total("superseded") + impossible
        == 100_000
    )
    assert not np.isnat(imported.log.stamps["Opened"]).any()
