"""What a regeneration says it did, as people read it."""

from __future__ import annotations

from datetime import datetime

import pytest

from xlmatrix import api
from xlmatrix.regen.merging.report import DATED, STAMPED, shown
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book


@pytest.mark.parametrize(
    ("value", "column", "said"),
    [
        (46342.41319444445, "Trigger", "2026-11-16 09:55"),
        (46338.375, "To", "2026-11-12 09:00"),
        (46338.0, "Opened", "2026-11-12 00:00"),
        (46338.0, "Due", "2026-11-12"),
        (46338.0, "Amount", "46338"),
        ("SEV-2", "To", "SEV-2"),
        (0.5, "Open 1", "12:00"),
    ],
)
def test_dates_and_times_are_no_serial_numbers(value: float, column: str, said: str) -> None:
    assert shown(value, column) == said


def test_every_column_of_dates_is_known_to_the_report() -> None:
    now = datetime(2026, 11, 16)
    book = plan_book(api.template("enterprise").spec, IncidentLog.empty(), as_of=now, created=now)
    columns = {
        (table.name, column.header, column.look)
        for plan in book.sheets
        for table in plan.tables
        for column in table.columns
        if column.look in ("input.stamp", "input.date")
    }
    assert len(columns) > 20
    unknown = {c for c in columns if c[1] not in (STAMPED if c[2] == "input.stamp" else DATED)}
    assert not unknown
