"""``deadline``: published and hand-computed answers, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

import xlmatrix
from xlmatrix.errors import XlmatrixError

OFFICE = "Mon-Fri 09:00-17:00"


@pytest.mark.parametrize(
    ("start", "duration", "options", "due"),
    [
        # Friday 17:00 and eight hours of nine to five end on Monday at five, not at nine.
        ("2026-11-13 17:00", "8 h", [], "2026-11-16T17:00:00+01:00"),
        ("2026-11-13 16:30", "4 h", [], "2026-11-16T12:30:00+01:00"),
        ("2026-12-23 16:00", "2 business days", ["--holiday", "2026-12-25"],
         "2026-12-28T16:00:00+01:00"),
        # Three days on the wall clock, across the night that has 25 hours.
        ("2026-10-23 12:00", "3 days", [], "2026-10-26T12:00:00+01:00"),
        # The second pass through an hour that comes twice is named by its offset.
        ("2026-10-25T02:30+01:00", "1 h", ["--hours", "24x7"], "2026-10-25T03:30:00+01:00"),
        ("2026-10-25T02:30", "1 h", ["--hours", "24x7"], "2026-10-25T02:30:00+01:00"),
        ("2026-11-13 09:00", "500 business days", [], "2028-10-12T17:00:00+02:00"),
    ],
)  # fmt: skip
def test_due(
    run: Callable[..., object], start: str, duration: str, options: list[str], due: str
) -> None:
    base = ["deadline", start, duration, "--zone", "Europe/Berlin", "--hours", OFFICE]
    result = run(*base, *options, "--json")
    answer = json.loads(result.stdout)  # type: ignore[attr-defined]
    assert answer["due"] == due
    assert sum(row["seconds"] for row in answer["rows"]) == answer["seconds"]


def test_the_ledger_is_printed(run: Callable[..., object]) -> None:
    result = run("deadline", "2026-11-13 16:30", "4 h", "--hours", OFFICE)
    lines = result.stdout.splitlines()  # type: ignore[attr-defined]
    assert lines[0].startswith("4:00:00 of working time from Fri 2026-11-13 16:30")
    assert lines[-1] == "due Mon 2026-11-16 12:30 (UTC)"


@pytest.mark.parametrize(
    "args",
    [
        ["yesterday", "4 h"],
        ["2026-02-30 10:00", "4 h"],
        ["0001-01-01 10:00", "4 h"],
        ["2026-01-01 10:00", "four hours"],
        ["--", "2026-01-01 10:00", "-4 h"],
        ["2026-01-01 10:00", "4 h", "--hours", "Mon-Fri 25:00-26:00"],
        ["2026-01-01 10:00", "4 h", "--hours", ""],
        ["2026-01-01 10:00", "4 h", "--zone", "Europe/Berln"],
        ["2026-01-01 10:00", "4 h", "--zone", "../etc/passwd"],
        ["2026-01-01 10:00", "4 h", "--holiday", "2026-02-30"],
        ["2026-01-01 10:00", "4 h", "--holiday-mode", "skip"],
        ["2099-12-31 10:00", "3650 business days", "--hours", "Mon 09:00-09:01"],
        ["2026-01-01 10:00", "9999999999999999 h"],
    ],
)
def test_what_cannot_be_computed_exits_2(run: Callable[..., object], args: list[str]) -> None:
    result = run("deadline", *args)
    assert result.exit_code == 2, result.output  # type: ignore[attr-defined]
    assert "Traceback" not in result.output  # type: ignore[attr-defined]
    assert "error: " in result.stderr  # type: ignore[attr-defined]


def test_the_library_gives_the_same_ledger() -> None:
    start = datetime(2026, 12, 23, 16, tzinfo=UTC)
    ledger = xlmatrix.deadline(
        start, 2 * 3600, hours=OFFICE, holidays={date(2026, 12, 24): "Office party"}
    )
    assert ledger.due.isoformat() == "2026-12-25T10:00:00+00:00"
    assert any("Office party" in row.reason for row in ledger.rows)


def test_a_year_that_is_out_of_reach_is_refused() -> None:
    with pytest.raises(XlmatrixError, match="year"):
        xlmatrix.deadline(datetime(1900, 1, 1), "4 h")


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("2026-10-25 02:30", "twice: taken as the earlier, Sun 2026-10-25 02:30 UTC+02:00"),
        ("2026-03-29 02:30", "the clock never shows 2026-03-29 02:30: taken as Sun 2026-03-29 03"),
    ],
)
def test_a_start_that_the_clock_shows_twice_or_never_is_told_with_its_offset(
    run: Callable[..., object], start: str, said: str
) -> None:
    result = run("deadline", start, "2 h", "--zone", "Europe/Berlin")
    lines = result.stdout.splitlines()  # type: ignore[attr-defined]
    assert said in lines[1]
    assert "UTC+02:00 (Europe/Berlin)" in lines[0]


def test_a_deadline_in_the_second_pass_of_an_hour_bears_its_offset(
    run: Callable[..., object],
) -> None:
    result = run("deadline", "2026-10-25 01:30", "2 h", "--zone", "Europe/Berlin")
    lines = result.stdout.splitlines()  # type: ignore[attr-defined]
    assert lines[0].endswith("from Sun 2026-10-25 01:30 (Europe/Berlin)")
    assert lines[-1] == "due Sun 2026-10-25 02:30 UTC+01:00 (Europe/Berlin)"
