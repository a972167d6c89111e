"""The account of a deadline."""

from __future__ import annotations

import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

from xlmatrix.worktime import Calendar

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Calendar.build(
    hours="Mon-Fri 09:00-12:30,13:15-17:30,19:00-20:00",
    zone="Europe/Berlin",
    holidays={date(2026, 4, 3): "Good Friday", date(2026, 4, 6): "Easter Monday"},
    start=date(2026, 1, 1),
    end=date(2026, 12, 31),
)


def test_closed_time_is_named_for_what_closed_it() -> None:
    ledger = OFFICE.explain(datetime(2026, 4, 1, 12, 0, tzinfo=BERLIN), 20 * 3600)
    reasons = [row.reason for row in ledger.rows if row.reason]
    assert reasons == [
        "lunch",
        "between shifts",
        "closed",
        "lunch",
        "between shifts",
        "holiday Good Friday, holiday Easter Monday",
        "lunch",
    ]
    assert sum(row.seconds for row in ledger.rows) == 20 * 3600


def test_a_holiday_without_a_name_is_named_by_its_date() -> None:
    calendar = Calendar.build(
        holidays=[date(2026, 1, 6)], start=date(2026, 1, 1), end=date(2026, 1, 31)
    )
    ledger = calendar.explain(datetime(2026, 1, 6, 12, tzinfo=ZoneInfo("UTC")), 60)
    assert ledger.rows[0].reason == "holiday 2026-01-06"


def test_a_holiday_on_a_day_that_is_closed_anyway_is_no_reason() -> None:
    calendar = Calendar.build(
        holidays=[date(2026, 1, 10)], start=date(2026, 1, 1), end=date(2026, 1, 31)
    )
    ledger = calendar.explain(datetime(2026, 1, 9, 17, tzinfo=ZoneInfo("UTC")), 60)
    assert ledger.rows[0].reason == "closed"


def test_the_account_is_ready_for_json_with_offsets() -> None:
    ledger = OFFICE.explain(datetime(2026, 3, 27, 19, 30, tzinfo=BERLIN), 3600)
    told = json.loads(json.dumps(ledger.to_dict()))
    assert told["due"] == "2026-03-30T09:30:00+02:00"
    assert told["rows"][0]["opened"] == "2026-03-27T19:30:00+01:00"
    assert [row["running"] for row in told["rows"]] == [1800, 1800, 3600]


def test_zero_seconds_from_closed_time_wait_for_the_opening() -> None:
    ledger = OFFICE.explain(datetime(2026, 3, 28, 12, tzinfo=BERLIN), 0)
    assert [(row.seconds, row.reason) for row in ledger.rows] == [(0, "closed")]
    assert ledger.due == datetime(2026, 3, 30, 9, tzinfo=BERLIN)
