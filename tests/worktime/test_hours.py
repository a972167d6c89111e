"""The grammar of weekly hours."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from tests.worktime.stepper import Spans
from tests.worktime.strategies import week_text, weeks
from xlmatrix.errors import XlmatrixError
from xlmatrix.worktime import WeeklyHours, parse_hours
from xlmatrix.worktime.hours import parse_shifts, shifts_text

H = 3600


def test_split_shifts_and_a_short_saturday_are_read() -> None:
    hours = parse_hours("Mon-Fri 09:00-12:30,13:15-17:30; Sat 10:00-14:00")
    assert hours.days[4] == ((9 * H, 12 * H + 1800), (13 * H + 900, 17 * H + 1800))
    assert hours.days[5] == ((10 * H, 14 * H),)
    assert hours.days[6] == ()
    assert not hours.always


@pytest.mark.parametrize("text", ["24x7", "24X7", "24\u00d77", "24/7", " 24 x 7 "])
def test_round_the_clock_has_several_spellings(text: str) -> None:
    hours = parse_hours(text)
    assert hours.always
    assert hours.text() == "24x7"
    assert hours.days == (((0, 24 * H),),) * 7


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("Mon,Wed", [0, 2]),
        ("Sat-Mon", [0, 5, 6]),
        ("Fri-Tue", [0, 1, 4, 5, 6]),
        ("monday - THURSDAY", [0, 1, 2, 3]),
        ("Mon-Fri,Fri", [0, 1, 2, 3, 4]),
        ("Tue\u2013Wed, Sun", [1, 2, 6]),
        ("Thurs", [3]),
        ("Sun-Sun", [6]),
    ],
)
def test_days_are_lists_and_ranges_that_may_wrap(days: str, expected: list[int]) -> None:
    hours = parse_hours(f"{days} 09:00-17:00")
    assert [day for day in range(7) if hours.days[day]] == expected


def test_a_shift_past_midnight_ends_on_the_next_day() -> None:
    assert parse_hours("Fri 22:00-06:00").days[4] == ((22 * H, 30 * H),)
    assert parse_hours("Fri 16:00-00:00").days[4] == ((16 * H, 24 * H),)
    assert parse_hours("Fri 00:00-24:00").days[4] == ((0, 24 * H),)


def test_clauses_for_the_same_day_add_up() -> None:
    assert parse_hours("Mon 13:00-17:00; Mon 09:00-12:00").days[0] == (
        (9 * H, 12 * H),
        (13 * H, 17 * H),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Mon 09:00-09:00", "write 00:00-24:00"),
        ("Mon 24:00-06:00", "starts at 24:00"),
        ("Mon 09:00-25:00", "'25:00' is not a time of day"),
        ("Mon 09:60-10:00", "'09:60' is not a time of day"),
        ("Mon 09:00", "not a shift"),
        ("Mon 09:00-12:00-13:00", "'12:00-13:00' is not a time of day"),
        ("Moon 09:00-10:00", "'Moon' is not a weekday"),
        ("Mon-Moon 09:00-10:00", "'Moon' is not a weekday"),
        ("09:00-10:00", "not days followed by shifts"),
        ("Mon", "not days followed by shifts"),
        ("", "no working hours"),
        ("Mon closed", "no working hours"),
        ("Mon 09:00-12:00,11:00-13:00", "09:00-12:00 and 11:00-13:00 overlap"),
        ("Mon 22:00-06:00; Tue 05:00-09:00", "Mon 22:00-06:00 and Tue 05:00-09:00 overlap"),
        ("Sun 22:00-06:00; Mon 05:00-07:00", "Sun 22:00-06:00 and Mon 05:00-07:00 overlap"),
        ("Mon 09:00-17:00; Mon 16:00-18:00", "overlap"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_remedy(text: str, said: str) -> None:
    with pytest.raises(XlmatrixError, match=f"(?i){re.escape(said)}") as caught:
        parse_hours(text, where="matrix.yaml:7")
    assert caught.value.where.startswith("matrix.yaml:7")
    assert caught.value.mend


@pytest.mark.parametrize("end", [9 * H, 33 * H + 1])
def test_hours_given_in_seconds_are_checked_too(end: int) -> None:
    with pytest.raises(XlmatrixError, match="not within a day"):
        WeeklyHours(days=(((9 * H, end),), *((),) * 6))


def test_hours_without_a_text_are_refused() -> None:
    with pytest.raises(XlmatrixError, match="24 hours from a time other than midnight"):
        WeeklyHours(days=(((9 * H, 33 * H),), *((),) * 6))


@given(weeks())
def test_the_canonical_text_is_read_back_as_the_same_hours(week: tuple[Spans, ...]) -> None:
    hours = parse_hours(week_text(week))
    assert hours.days == tuple(tuple((60 * a, 60 * b) for a, b in day) for day in week)
    assert parse_hours(hours.text()) == hours
    assert parse_hours(hours.text()).text() == hours.text()


@pytest.mark.parametrize(
    ("text", "hours_a_day"),
    [
        ("Mon-Fri 09:00-17:00; Sat 10:00-14:00", 8),
        ("Mon-Tue 09:00-17:00; Wed-Thu 09:00-15:00", 8),
        ("Mon-Wed 09:00-15:00; Thu-Fri 09:00-17:00", 6),
        ("Mon-Sun 22:00-06:00", 8),
        ("24x7", 24),
    ],
)
def test_a_business_day_is_the_most_frequent_total(text: str, hours_a_day: int) -> None:
    assert parse_hours(text).day_seconds() == hours_a_day * H


def test_a_weekday_may_be_cut_short_by_a_full_stop() -> None:
    assert parse_hours("Mon.-Thurs. 09:00-17:00") == parse_hours("Mon-Thu 09:00-17:00")


def test_shifts_of_a_day_may_touch() -> None:
    assert parse_shifts("12:00-13:00, 09:00-12:00") == ((9 * H, 12 * H), (12 * H, 13 * H))


def test_closed_is_no_shift() -> None:
    assert parse_shifts("closed") == parse_shifts(" ") == ()
    assert parse_hours("Mon 09:00-17:00; Sat Closed") == parse_hours("Mon 09:00-17:00")


@pytest.mark.parametrize(
    "text",
    [
        "closed",
        "00:00-24:00",
        "09:30-12:15",
        "09:00:30-09:01:01",
        "09:00-09:01:30",
        "09:00-10:00,22:00-06:00",
    ],
)
def test_the_shifts_of_a_day_are_written_as_they_are_read(text: str) -> None:
    assert shifts_text(parse_shifts(text)) == text


def test_days_apart_are_a_list_and_days_in_a_row_a_range() -> None:
    text = "Mon,Wed-Thu,Sat 09:00-17:00; Sun 10:00-12:00"
    assert parse_hours(text).text() == text
