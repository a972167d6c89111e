"""A CSV of spend by hour: windows, gaps, refunds, clock changes, and lines that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from xlmatrix.errors import FindingsError, XlmatrixError
from xlmatrix.exchange.spend import Spend, read_spend

BERLIN = "Europe/Berlin"
Read = Callable[..., Spend]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def reads(rows: Mapping[datetime, float] | str, zone: str = BERLIN) -> Spend:
        path = tmp_path / "spend.csv"
        if not isinstance(rows, str):
            lines = [f"{hour:%Y-%m-%d %H:%M},{amount}" for hour, amount in rows.items()]
            rows = "\n".join(["hour,amount", *lines])
        path.write_text(rows, encoding="utf-8")
        return read_spend(path, zone)

    return reads


def by_hour(first: datetime, count: int, amount: float = 10) -> dict[datetime, float]:
    return {first + timedelta(hours=place): amount for place in range(count)}


def test_windows_end_with_the_last_row_and_the_short_ones_are_that_row(read: Read) -> None:
    rows = by_hour(datetime(2026, 11, 1), 100) | {datetime(2026, 11, 5, 3): 70.5}
    found = read(rows)
    assert found.until == datetime(2026, 11, 5, 4)
    assert dict(found.windows) == {5: 70.5, 30: 70.5, 60: 70.5, 360: 120.5, 4320: 780.5}
    assert (found.month, found.today) == (1060.5, 100.5)


def test_several_rows_of_an_hour_are_added_up(read: Read) -> None:
    text = "Hour;Cost;Currency\n2026-11-01 00:00;1.5;eur\n2026-11-01 00:00;2;EUR\n"
    found = read(text)
    assert (found.month, found.currency, found.rows) == (3.5, "EUR", 2)


def test_an_hour_without_a_row_is_not_nothing(read: Read) -> None:
    rows = by_hour(datetime(2026, 11, 1), 100)
    del rows[datetime(2026, 11, 4, 20)]
    found = read(rows)
    assert (found.windows[60], found.windows[360], found.windows[4320]) == (10, 60, None)
    assert (found.month, found.today) == (None, 40)
    assert found.notes == (
        "1 hour has no row, the first 2026-11-04 20:00: windows with one are not measured",
    )


def test_a_month_that_the_file_does_not_begin_is_not_measured(read: Read) -> None:
    found = read(by_hour(datetime(2026, 11, 3), 80))
    assert (found.month, found.windows[4320], found.today) == (None, 720, 80)
    assert found.notes == ("The first row is after the 1st: Spent this month stays as typed",)


def test_the_last_hour_of_a_month_ends_it(read: Read) -> None:
    found = read(by_hour(datetime(2026, 10, 1), 745))
    assert (found.until, found.month) == (datetime(2026, 11, 1, 1), 10)
    whole = read(by_hour(datetime(2026, 10, 1), 744))
    assert (whole.until, whole.month) == (datetime(2026, 11, 1), 7440)


def test_what_came_back_is_no_spend_of_a_window(read: Read) -> None:
    rows = by_hour(datetime(2026, 11, 1), 10) | {datetime(2026, 11, 1, 9): -25.0}
    found = read(rows)
    assert (found.windows[60], found.windows[360], found.month) == (0, 50, 65)
    assert "25.00 came back in 1 hour" in found.notes[0]


def test_an_hour_that_the_clock_skips_is_no_gap(read: Read) -> None:
    rows = by_hour(datetime(2026, 3, 29), 10)
    del rows[datetime(2026, 3, 29, 2)]
    found = read(rows)
    assert (found.windows[360], found.today) == (60, 90)
    assert not any("no row" in note for note in found.notes)


def test_an_hour_that_the_clock_shows_twice_is_said(read: Read) -> None:
    found = read(by_hour(datetime(2026, 10, 25), 6))
    assert any("2026-10-25 02:00 twice" in note for note in found.notes)


def test_hours_with_an_offset_are_those_of_the_matrix(read: Read) -> None:
    found = read("hour,amount\n2026-11-01T22:00Z,5\n")
    assert found.until == datetime(2026, 11, 2)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("2026-11-01 00:30,5", "is on no full hour"),
        ("2026-11-01 00:00,", "the row has no amount"),
        ("2026-11-01 00:00,n/a", "the row has no amount"),
        (",5", "the row has no hour"),
        ("soon,5", "is not a date and time"),
        ('2026-11-01 00:00,"1,234.56"', "is no amount"),
        ("2026-11-01 00:00,inf", "is no amount"),
        ("2026-11-01 00:00,$5", "is no amount"),
        ("2026-11-01 00:00", "the row has no amount"),
        ("2026-11-01 02:00,1,234.56", "it has 3 fields, the header 2"),
    ],
)
def test_a_row_that_cannot_be_read_ends_the_reading(read: Read, row: str, says: str) -> None:
    with pytest.raises(FindingsError, match=says) as caught:
        read(f"hour,amount\n2026-11-01 01:00,5\n{row}\n")
    assert caught.value.where == "spend.csv:3"


def test_every_line_at_fault_is_said_and_mixed_currencies_too(read: Read) -> None:
    text = (
        "hour,amount,currency\n2026-11-01 00:00,1,EUR\n2026-11-01 01:00,x,EUR\n"
        "2026-11-01 02:00,1,USD\n"
    )
    with pytest.raises(FindingsError) as caught:
        read(text)
    codes = [(one.code, one.where) for one in caught.value.findings]
    assert codes == [("import-spend", "spend.csv:3"), ("import-currency", "spend.csv:4")]


@pytest.mark.parametrize("text", ["hour,amount\n", "when,much\n1,2\n", ""])
def test_a_file_without_rows_or_columns_is_refused(read: Read, text: str) -> None:
    with pytest.raises(XlmatrixError):
        read(text)
