"""What a regeneration says it did, as people read it."""

from __future__ import annotations

from datetime import datetime

import pytest

from xlmatrix import api
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.tables.catalogue import show


@pytest.mark.parametrize(
    ("value", "table", "column", "said"),
    [
        (46342.41319444445, "tNotices", "Trigger", "2026-11-16 09:55"),
        (46338.375, "tPauses", "To", "2026-11-12 09:00"),
        (46338.0, "tIncidents", "Opened", "2026-11-12 00:00"),
        (46338.0, "tChecklist", "Due", "2026-11-12"),
        (46338.0, "tObligations", "Amount", "46338"),
        ("SEV-2", "tChanges", "To", "SEV-2"),
        (0.5, "tHours", "Open 1", "12:00"),
        (46338.0, "tSomebodysOwn", "Opened", "46338"),
    ],
)
def test_dates_and_times_are_no_serial_numbers(
    value: float, table: str, column: str, said: str
) -> None:
    assert show(table, column, value) == said


def test_every_column_that_looks_like_a_date_is_shown_as_one() -> None:
    now = datetime(2026, 11, 16)
    book = plan_book(api.template("enterprise").spec, IncidentLog.empty(), as_of=now, created=now)
    columns = {
        (table.name, column.id, column.look)
        for plan in book.sheets
        for table in plan.tables
        for column in table.columns
        if column.look in ("input.stamp", "input.date")
    }
    assert len(columns) > 20
    for name, column_id, look in columns:
        said = show(name, column_id, 46342.41319444445)
        assert said == ("2026-11-16 09:55" if look == "input.stamp" else "2026-11-16")
