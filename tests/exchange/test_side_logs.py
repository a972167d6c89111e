"""Pauses, changes and reopenings from CSV: every row is kept, and what is odd in it is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange import read_side_log
from xlmatrix.model import MatrixSpec

Writer = Callable[..., Path]


def test_the_headers_of_the_pauses_sheet_are_read(spec: MatrixSpec, csv_file: Writer) -> None:
    path = csv_file(
        "No;FROM;To;incident;Reason;Note",
        "1;2026-03-02 10:00;2026-03-02T11:30Z;I-1;Waiting for vendor;ticket 7",
        ";;;;;",
        "2;2026-03-03;;I-2;;",
    )
    read = read_side_log(path, spec, "pauses")
    assert read.cells == {
        ("tPauses", "1", "Incident"): "I-1",
        ("tPauses", "1", "Reason"): "Waiting for vendor",
        ("tPauses", "1", "Note"): "ticket 7",
        ("tPauses", "1", "From"): datetime(2026, 3, 2, 10, 0),
        ("tPauses", "1", "To"): datetime(2026, 3, 2, 12, 30),
        ("tPauses", "2", "Incident"): "I-2",
        ("tPauses", "2", "From"): datetime(2026, 3, 3),
    }
    assert (read.rows, dict(read.incidents)) == (2, {"i-1": "I-1", "i-2": "I-2"})
    assert [finding.code for finding in read.findings] == ["import-columns"]


def test_what_cannot_be_read_is_kept_as_text_and_said(spec: MatrixSpec, csv_file: Writer) -> None:
    path = csv_file("incident,at,to", "I-1,3/4/2026 10:00,minor", "I-2,soon,SEV-9")
    read = read_side_log(path, spec, "changes")
    assert read.cells["tChanges", "1", "At"] == "3/4/2026 10:00"
    assert read.cells["tChanges", "1", "To"] == "SEV-2"
    assert read.cells["tChanges", "2", "To"] == "SEV-9"
    said = [(finding.code, finding.where) for finding in read.findings]
    assert said == [
        ("import-date", "export.csv:2"),
        ("import-date", "export.csv:3"),
        ("import-severity", "export.csv:3"),
    ]


def test_a_reopening_brings_the_stamps_of_the_ended_cycle(
    spec: MatrixSpec, csv_file: Writer
) -> None:
    path = csv_file(
        "Incident,Reopened,Acknowledged,Resolved",
        "I-1,2026-03-04 10:00,2026-03-02 10:05,2026-03-03 09:00",
    )
    cells = read_side_log(path, spec, "reopened").cells
    assert cells["tReopened", "1", "Acknowledged"] == datetime(2026, 3, 2, 10, 5)
    assert cells["tReopened", "1", "Resolved"] == datetime(2026, 3, 3, 9, 0)


@pytest.mark.parametrize(
    ("log", "header", "missing"),
    [("pauses", "incident,till", "'From'"), ("changes", "incident,at", "'To'"),
     ("reopened", "reopened,reason", "'Incident'")],
)  # fmt: skip
def test_a_missing_column_is_named(
    spec: MatrixSpec, csv_file: Writer, log: str, header: str, missing: str
) -> None:
    with pytest.raises(XlmatrixError, match="missing") as caught:
        read_side_log(csv_file(header, "I-1,2026-03-04 10:00"), spec, log)
    assert missing in str(caught.value)
    assert "import." not in str(caught.value)
