"""The account of a deadline."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from xlmatrix.worktime import Calendar, parse_hours
from xlmatrix.worktime.ledger import explain, stamp_text
from xlmatrix.worktime.shifts import Earlier, HolidayMode

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


def stamp(text: str) -> int:
    """A wall-clock time in seconds."""
    return int(np.datetime64(text, "s").astype(np.int64))


def test_an_account_with_pauses_and_a_held_deadline_says_all_of_it() -> None:
    zone = OFFICE.zone
    start, due = (zone.to_utc(stamp(text)) for text in ("2026-04-01 09:00", "2026-04-01 16:00"))
    pauses = (
        (zone.to_utc(stamp("2026-04-01 08:00")), zone.to_utc(stamp("2026-04-01 09:30")), "vendor"),
        (zone.to_utc(stamp("2026-04-01 12:00")), zone.to_utc(stamp("2026-04-01 14:00")), ""),
        (zone.to_utc(stamp("2026-04-01 18:00")), zone.to_utc(stamp("2026-04-01 18:30")), "late"),
    )
    ledger = explain(OFFICE, start, due, 3 * 3600 + 1800, pauses=pauses, held="held until four")
    assert [(r.opened.strftime("%H:%M"), r.seconds, r.running, r.reason) for r in ledger.rows] == [
        ("09:00", 0, 0, "paused: vendor"),
        ("09:30", 9000, 9000, ""),
        ("12:00", 0, 9000, "paused"),
        ("12:30", 0, 9000, "lunch"),
        ("13:15", 0, 9000, "paused"),
        ("14:00", 3600, 12600, ""),
        ("15:00", 0, 12600, "held until four"),
    ]
    assert (ledger.rows[-1].closed, ledger.due) == (ledger.due, OFFICE.local(due))
    noted = replace(ledger, note="The clock shows this hour twice")
    assert noted.lines()[1] == "  The clock shows this hour twice"
    assert noted.to_dict() == {
        "start": "2026-04-01T09:00:00+02:00",
        "due": "2026-04-01T16:00:00+02:00",
        "seconds": 12_600,
        "zone": "Europe/Berlin",
        "note": "The clock shows this hour twice",
        "rows": [
            {
                "opened": row.opened.isoformat(),
                "closed": row.closed.isoformat(),
                "seconds": row.seconds,
                "running": row.running,
                "reason": row.reason,
            }
            for row in ledger.rows
        ],
    }
    assert "note" not in ledger.to_dict()


@pytest.mark.parametrize(
    ("hours", "reason"),
    [
        ("09:00-11:30,13:30-17:00", "lunch"),
        ("09:00-11:30,13:31-17:00", "between shifts"),
        ("09:00-11:00,11:30-17:00", "between shifts"),
        ("09:00-11:00,11:31-17:00", "lunch"),
        ("09:00-13:59,15:00-17:00", "lunch"),
        ("09:00-14:00,15:00-17:00", "between shifts"),
        ("09:00-10:45,11:31-17:00", "lunch"),
        ("09:00-14:30,15:00-17:00", "between shifts"),
        ("09:00-13:59:30,15:00-17:00", "lunch"),
        ("09:00-14:00:30,15:00-17:00", "between shifts"),
    ],
)
def test_a_break_is_lunch_by_its_length_and_its_time(hours: str, reason: str) -> None:
    calendar = Calendar.build(
        hours=f"Mon-Fri {hours}", start=date(2026, 1, 1), end=date(2026, 1, 31)
    )
    ledger = calendar.explain(datetime(2026, 1, 1, 9, tzinfo=ZoneInfo("UTC")), 6 * 3600)
    assert next(row.reason for row in ledger.rows if row.reason) == reason


def test_a_holiday_that_ends_at_midnight_or_only_cuts_a_night_is_named_where_it_took_time() -> None:
    calendar = Calendar.build(
        hours="Mon-Thu 22:00-06:00",
        holidays={date(2026, 1, 7): "Wednesday off", date(2026, 1, 9): "Friday off"},
        start=date(2026, 1, 1),
        end=date(2026, 1, 31),
    )
    ledger = calendar.explain(datetime(2026, 1, 6, 23, tzinfo=ZoneInfo("UTC")), 20 * 3600)
    assert [(row.opened.day, row.reason) for row in ledger.rows if row.reason] == [
        (7, "holiday Wednesday off"),
        (8, "between shifts"),
        (9, "holiday Friday off"),
        (13, "between shifts"),
    ]


def test_a_stamp_bears_its_offset_only_where_the_clock_is_near_a_change() -> None:
    autumn = datetime(2026, 10, 25, 2, 30, 15, tzinfo=BERLIN)
    assert stamp_text(autumn) == "Sun 2026-10-25 02:30:15 UTC+02:00"
    assert stamp_text(autumn.replace(fold=1)) == "Sun 2026-10-25 02:30:15 UTC+01:00"
    spring = datetime(2026, 3, 29, 3, 30, tzinfo=BERLIN)
    assert stamp_text(spring) == "Sun 2026-03-29 03:30 UTC+02:00"
    assert stamp_text(spring.replace(hour=4)) == "Sun 2026-03-29 04:30"
    assert stamp_text(spring.replace(hour=1)) == "Sun 2026-03-29 01:30"
    assert stamp_text(autumn.replace(hour=3)) == "Sun 2026-10-25 03:30:15"
    assert stamp_text(autumn.replace(tzinfo=None)) == "Sun 2026-10-25 02:30:15"


def test_a_pause_longer_than_what_is_left_and_one_over_lunch_are_rows_of_their_own() -> None:
    zone = OFFICE.zone
    start, due = (zone.to_utc(stamp(text)) for text in ("2026-04-01 09:00", "2026-04-01 16:30"))
    pauses = (
        (zone.to_utc(stamp("2026-04-01 10:00")), zone.to_utc(stamp("2026-04-01 12:15")), "vendor"),
        (zone.to_utc(stamp("2026-04-01 12:30")), zone.to_utc(stamp("2026-04-01 15:00")), ""),
    )
    ledger = explain(OFFICE, start, due, 2 * 3600 + 900 + 1800, pauses=pauses)
    assert [(r.opened.strftime("%H:%M"), r.seconds, r.reason) for r in ledger.rows] == [
        ("09:00", 3600, ""),
        ("10:00", 0, "paused: vendor"),
        ("12:15", 900, ""),
        ("12:30", 0, "lunch"),
        ("13:15", 0, "paused"),
        ("15:00", 5400, ""),
    ]


def test_what_is_held_over_closed_time_is_one_row() -> None:
    start, due = (
        OFFICE.zone.to_utc(stamp(text)) for text in ("2026-04-01 12:29", "2026-04-01 14:00")
    )
    one = explain(OFFICE, start, due, 1)
    assert [(row.seconds, row.running, row.reason) for row in one.rows] == [(1, 1, ""), (0, 1, "")]
    held = explain(OFFICE, start, due, 60, held="held")
    assert [(row.seconds, row.running, row.reason) for row in held.rows] == [
        (60, 60, ""),
        (0, 60, "held"),
    ]


def test_the_time_before_the_only_shift_is_no_break() -> None:
    day = Calendar.build(start=date(2026, 1, 7), end=date(2026, 1, 7))
    ledger = day.explain(datetime(2026, 1, 7, 8, tzinfo=ZoneInfo("UTC")), 0)
    assert [(row.running, row.reason) for row in ledger.rows] == [(0, "closed")]


@pytest.mark.parametrize(
    ("hours", "reason"),
    [
        ("Sun 22:00-06:00; Tue 09:00-17:00", "holiday 2026-01-05"),
        ("Sun 22:00-24:00; Tue 09:00-17:00", "closed"),
        ("Sat 22:00-06:00; Sun 20:00-24:00; Tue 09:00-17:00", "closed"),
    ],
)
def test_a_holiday_is_named_if_a_night_shift_would_have_run_into_it(
    hours: str, reason: str
) -> None:
    calendar = Calendar.build(
        hours=hours, holidays=[date(2026, 1, 5)], start=date(2026, 1, 1), end=date(2026, 1, 31)
    )
    ledger = calendar.explain(datetime(2026, 1, 4, 23, tzinfo=ZoneInfo("UTC")), 2 * 3600)
    assert [row.reason for row in ledger.rows] == ["", reason, ""]


@pytest.mark.parametrize(
    ("until", "before", "now", "reason"),
    [
        # Monday the 5th is a holiday; what was open on it, or ran into it, is that day's hours.
        (date(2026, 1, 5), "Mon-Sun 09:00-17:00", "Sun,Tue 09:00-17:00", "closed"),
        (date(2026, 1, 6), "Mon-Sun 09:00-17:00", "Sun,Tue 09:00-17:00", "holiday 2026-01-05"),
        (date(2026, 1, 4), "Sun 09:00-05:00", "Sun,Tue 09:00-17:00", "closed"),
        (date(2026, 1, 5), "Sun 09:00-05:00", "Sun,Tue 09:00-17:00", "holiday 2026-01-05"),
    ],
)
def test_a_holiday_is_judged_by_the_hours_of_its_time(
    until: date, before: str, now: str, reason: str
) -> None:
    calendar = Calendar.build(
        hours=now,
        holidays=[date(2026, 1, 5)],
        start=date(2026, 1, 1),
        end=date(2026, 1, 31),
        earlier=[Earlier(until, parse_hours(before), HolidayMode.CLIP)],
    )
    ledger = calendar.explain(datetime(2026, 1, 4, 16, tzinfo=ZoneInfo("UTC")), 9 * 3600)
    assert ledger.rows[1].reason == reason


@pytest.mark.parametrize(
    ("before", "now", "due"),
    [
        # The night shift of the 4th runs on where a holiday closes the shifts that begin on it.
        (HolidayMode.SHIFT, HolidayMode.CLIP, datetime(2026, 1, 5, 6)),
        (HolidayMode.CLIP, HolidayMode.SHIFT, datetime(2026, 1, 6, 6)),
    ],
)
def test_a_holiday_closes_what_it_closed_in_its_time(
    before: HolidayMode, now: HolidayMode, due: datetime
) -> None:
    calendar = Calendar.build(
        hours="Mon-Sun 22:00-06:00",
        holiday_mode=now,
        holidays=[date(2026, 1, 5)],
        start=date(2026, 1, 1),
        end=date(2026, 1, 31),
        earlier=[Earlier(date(2026, 1, 10), parse_hours("Mon-Sun 22:00-06:00"), before)],
    )
    opened = datetime(2026, 1, 4, 22, tzinfo=ZoneInfo("UTC"))
    assert calendar.due(opened, 8 * 3600) == due.replace(tzinfo=ZoneInfo("UTC"))
