"""What the errors of business time say, whole: what, and how to mend it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from xlmatrix.errors import XlmatrixError
from xlmatrix.worktime import Calendar, Changes, Pauses, WeeklyHours, parse_hours
from xlmatrix.worktime.changed import Stretch, stretches
from xlmatrix.worktime.hours import parse_shifts
from xlmatrix.worktime.severity import due_after_changes
from xlmatrix.worktime.shifts import plain_date
from xlmatrix.worktime.times import NEVER, durations, seconds_array, seconds_of
from xlmatrix.worktime.zones import Zone, offset_text


def _mend(error: pytest.ExceptionInfo[XlmatrixError]) -> str | None:
    return error.value.mend


def test_errors_say_how_to_mend_them() -> None:
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    with pytest.raises(XlmatrixError) as overlap:
        Calendar.build(hours="Mon 09:00-12:00,11:00-14:00", start=first, end=last)
    assert _mend(overlap) == "End the first one before the second begins"
    with pytest.raises(XlmatrixError) as beyond:
        Calendar.build(start=first, end=last).explain(datetime(2028, 1, 3, 10, tzinfo=UTC), 60)
    assert _mend(beyond) == "Correct the date, or build the calendar over more years"


@pytest.mark.parametrize(
    ("stamp", "why"),
    [("2026-10-25 02:30", "occurs twice"), ("2026-03-29 02:30", "does not occur")],
)
def test_the_strict_mode_says_what_is_odd(stamp: str, why: str) -> None:
    zone = Zone.load("Europe/Berlin")
    seconds = int((datetime.fromisoformat(stamp) - datetime(1970, 1, 1)).total_seconds())
    with pytest.raises(XlmatrixError) as odd:
        zone.to_utc(seconds, strict=True)
    assert why in odd.value.what
    assert stamp in odd.value.what.replace("T", " ")
    assert _mend(odd) == "Type a time outside the changed hour, or leave the strict mode"


def test_offsets_have_seconds_where_they_had_some() -> None:
    assert offset_text(-17_762) == "UTC-04:56:02"
    assert offset_text(19_800) == "UTC+05:30"


def _zone(table: dict[int, int]) -> Zone:
    """A zone by the offset that begins at each instant."""
    berlin = Zone.load("Europe/Berlin", 2026, 2026)
    utc, offset = (np.array(list(part), np.int64) for part in (table, table.values()))
    return replace(berlin, utc=utc, offset=offset)


def test_where_clocks_differ_is_told_between_the_two_instants_and_in_whole_stretches() -> None:
    was = _zone({-(10**9): 3600, 300: 7200})
    # The middle change of the new edition is none for the difference.
    now = _zone({-(10**9): 3600, 100: 7200, 200: 7200, 400: 3600})
    assert stretches(was, now, 50, 450) == (
        Stretch(100, 300, 3600, 7200),
        Stretch(400, 450, 7200, 3600),
    )
    assert stretches(was, now, 120, 300) == (Stretch(120, 300, 3600, 7200),)
    assert stretches(was, now, 300, 400) == ()
    assert str(Stretch(0, 60, 3600, 7200)).startswith("UTC+02:00, not UTC+01:00, from 1970-01-01")


FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
WEEK = Calendar.build(zone="Europe/Berlin", start=FIRST, end=LAST)
EXAMPLE = "Write for example 'Mon-Fri 09:00-12:30,13:15-17:30; Sat 10:00-14:00' or '24x7'"


def _row(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def _one_shift(start: int, end: int) -> WeeklyHours:
    return WeeklyHours(days=(((start, end),), *((),) * 6))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            lambda: WEEK.due(datetime(2026, 12, 31, 12, tzinfo=UTC), 10**6),
            "calendar Europe/Berlin: 1000000 working seconds after 2026-12-31T12:00:00+00:00 is "
            "beyond the horizon of 2026-01-01 00:00 to 2027-01-01 00:00. "
            "Correct the date, or build the calendar over more years.",
        ),
        (
            lambda: WEEK.elapsed(
                datetime(2028, 1, 3, tzinfo=UTC), datetime(2026, 1, 3, tzinfo=UTC)
            ),
            "calendar Europe/Berlin: 2028-01-03T00:00:00+00:00 is "
            "beyond the horizon of 2026-01-01 00:00 to 2027-01-01 00:00. "
            "Correct the date, or build the calendar over more years.",
        ),
        (
            lambda: WEEK.due(np.zeros(2, "datetime64[s]"), _row(1, 2, 3)),
            "calendar: arrays of shape (2,) and (3,) do not go together. "
            "Give one value for all, or as many as there are starts.",
        ),
        (
            lambda: Calendar.build(start=LAST, end=FIRST),
            "calendar: the horizon ends (2026-01-01) before it starts (2026-12-31). "
            "Give an end on or after the start.",
        ),
        (
            lambda: Calendar.build(start=FIRST, end=date(2206, 1, 1)),
            "calendar: the horizon from 2026-01-01 to 2206-01-01 is not within 1900 to 2199. "
            "Correct the year.",
        ),
        (
            lambda: Calendar.build(start=FIRST, end=LAST, holiday_mode="off"),
            "holiday_mode: 'off' is not a holiday mode. Write clip or shift.",
        ),
        (
            lambda: Calendar.build(start=FIRST, end=LAST, holidays="2026-01-06"),  # type: ignore[arg-type]
            "holidays: '2026-01-06' is not a list of dates. Give datetime.date values.",
        ),
        (
            lambda: Calendar.build(start=FIRST, end=LAST, holidays=[5]),  # type: ignore[list-item]
            "holidays: 5 is not a date. Give datetime.date values.",
        ),
        (
            lambda: Calendar.build(start=5, end=LAST),  # type: ignore[arg-type]
            "start: 5 is not a date. Give datetime.date values.",
        ),
        (
            lambda: Calendar.build(start=FIRST, end=5),  # type: ignore[arg-type]
            "end: 5 is not a date. Give datetime.date values.",
        ),
        (
            lambda: Calendar.build(start=FIRST, end=LAST, exceptions={5: ""}),  # type: ignore[dict-item]
            "exceptions: 5 is not a date. Give datetime.date values.",
        ),
        (lambda: plain_date(5, "start"), "start: 5 is not a date. Give datetime.date values."),
        (
            lambda: WeeklyHours(days=((),) * 6),
            "hours: 6 days were given. Give seven days.",
        ),
        (
            lambda: _one_shift(86_400, 90_000),
            "hours Mon: the shift of seconds 86400 to 90000 is not within a day of its start. "
            "Start within 0..86399 and end after the start, at most 86400 later.",
        ),
        (
            lambda: parse_shifts("9-17"),
            "hours: '9' is not a time of day. Write HH:MM from 00:00 to 24:00.",
        ),
        (
            lambda: _one_shift(3600, 90_000),
            "hours Mon: a shift lasts 24 hours from a time other than midnight. "
            "Split it at midnight.",
        ),
        (
            lambda: _one_shift(-1, 60),
            "hours Mon: the shift of seconds -1 to 60 is not within a day of its start. "
            "Start within 0..86399 and end after the start, at most 86400 later.",
        ),
        (
            lambda: parse_hours(5),  # type: ignore[arg-type]
            "hours: 5 is not text. Write for example 'Mon-Fri 09:00-17:00'.",
        ),
        (
            lambda: parse_hours("", where="row 2"),
            f"row 2: no working hours were given. {EXAMPLE}.",
        ),
        (lambda: parse_hours("Mon"), f"hours: 'Mon' is not days followed by shifts. {EXAMPLE}."),
        (
            lambda: parse_hours("Mon 22:00-06:00; Tue 05:00-09:00", where="row 2"),
            "row 2 hours Mon: the shifts Mon 22:00-06:00 and Tue 05:00-09:00 overlap. "
            "End the first one before the second begins.",
        ),
        (
            lambda: parse_hours("Sun 22:00-06:00; Mon 05:00-09:00"),
            "hours: the shifts Sun 22:00-06:00 and Mon 05:00-09:00 overlap. "
            "End the first one before the second begins.",
        ),
        (
            lambda: parse_hours("Moon 09:00-10:00"),
            "hours: 'Moon' is not a weekday. Write Mon, Tue, Wed, Thu, Fri, Sat or Sun.",
        ),
        (
            lambda: parse_hours("Mon 09:00"),
            "hours: '09:00' is not a shift. Write for example 09:00-17:30.",
        ),
        (
            lambda: parse_hours("Mon 24:00-06:00"),
            "hours: the shift '24:00-06:00' starts at 24:00. Write 00:00 of the next day.",
        ),
        (
            lambda: parse_hours("Mon 09:00-09:00"),
            "hours: the shift '09:00-09:00' starts and ends at the same time. "
            "Write 00:00-24:00 for a whole day, or leave the shift out.",
        ),
        (
            lambda: parse_hours("Mon 09:00-24:01"),
            "hours: '24:01' is not a time of day. Write HH:MM from 00:00 to 24:00.",
        ),
        (
            lambda: seconds_of(pd.NaT),  # type: ignore[arg-type]
            "datetime: NaT is not an instant. Give an array where some are missing.",
        ),
        (
            lambda: seconds_of(datetime(2026, 1, 1)),
            "datetime: the time 2026-01-01T00:00:00 has no time zone. "
            "Give an aware datetime, for example with tzinfo=ZoneInfo('Europe/Berlin').",
        ),
        (
            lambda: seconds_array([1, 2]),
            "datetime64 array: stamps of type int64 are not instants. "
            "Give one aware datetime or a numpy datetime64 array in UTC.",
        ),
        (
            lambda: durations(1.5),
            "seconds: a duration of type float64 is not whole seconds. "
            "Give int seconds, for example 4 * 3600.",
        ),
        (
            lambda: durations([5, -1]),
            "seconds: a duration of -1 s is negative. Give zero or more working seconds.",
        ),
        (
            lambda: Pauses.of(_row(0, 0), _row(1, NEVER), _row(2, 3), incidents=1),
            "pause 1: the pause has no beginning. Correct its row.",
        ),
        (
            lambda: Pauses.of(_row(0, 1), _row(1, 2), _row(2, 3), incidents=1),
            "pause 1: the pause belongs to no incident. Correct its row.",
        ),
        (
            lambda: Pauses.of(_row(0), _row(5), _row(4), incidents=1),
            "pause 0: the pause ends before it begins. Correct its row.",
        ),
        (
            lambda: Changes.of(_row(0, 0), _row(1, NEVER), _row(2, 3), incidents=1),
            "severity change 1: the change has no instant. Correct its row.",
        ),
        (
            lambda: Changes.of(_row(1), _row(1), _row(2), incidents=1),
            "severity change 0: the change belongs to no incident. Correct its row.",
        ),
        (
            lambda: Changes.of(_row(0), _row(1), _row(0), incidents=1),
            "severity change 0: the change has no target. Correct its row.",
        ),
        (
            lambda: due_after_changes(
                WEEK, _row(0), _row(1), Changes.of(_row(), _row(), _row(), incidents=1), policy="no"
            ),
            "severity change: 'no' is not a policy. Write from_open, restart or proportional.",
        ),
        (
            lambda: Zone.load("Nowhere at all"),
            "time zone: there is no time zone 'Nowhere at all'. "
            "Write a name such as Europe/Berlin.",
        ),
        (
            lambda: Zone.load("Sidney"),
            "time zone: there is no time zone 'Sidney'. Write Australia/Sydney.",
        ),
        (
            lambda: Zone.load("GMT+13"),
            "time zone: there is no time zone 'GMT+13'. "
            "Write GMT+0 or GMT or Etc/GMT+3 or Etc/GMT+1.",
        ),
        (
            lambda: Zone.load("Europe/Berln"),
            "time zone: there is no time zone 'Europe/Berln'. "
            "Write Europe/Berlin or Europe/Dublin or Europe/Belfast.",
        ),
        (
            lambda: Zone.load("Europe/Berlin").to_utc(
                _row(0, 1_774_751_400, 1_774_751_401), strict=True
            ),
            "Europe/Berlin: the local time 2026-03-29T02:30:00 does not occur when the clocks "
            "change. Type a time outside the changed hour, or leave the strict mode.",
        ),
        (
            lambda: Zone.load("Europe/Berlin").to_utc(1_792_895_400, strict=True),
            "Europe/Berlin: the local time 2026-10-25T02:30:00 occurs twice when the clocks "
            "change. Type a time outside the changed hour, or leave the strict mode.",
        ),
        (
            lambda: Zone.load("Europe/Berlin", 2026, 2026).to_utc(0),
            "Europe/Berlin: 1970-01-01T00:00:00 is outside the zone's table of 2026 to 2026. "
            "Correct the date, or load the zone for more years.",
        ),
    ],
)
def test_an_error_is_a_whole_sentence_with_its_place(asked: Callable[[], Any], said: str) -> None:
    with pytest.raises(XlmatrixError) as error:
        asked()
    assert str(error.value) == said


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="Windows takes its zone from elsewhere")
def test_a_stretch_is_told_in_utc_wherever_the_machine_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert str(Stretch(0, 60, 0, 3600)).endswith("1970-01-01 00:00 to 1970-01-01 00:01 UTC")
    finally:
        monkeypatch.undo()
        time.tzset()
