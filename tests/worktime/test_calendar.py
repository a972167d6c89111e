"""The public face of a calendar: stamps in, stamps out, and what it refuses."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from xlmatrix.errors import HorizonError, XlmatrixError
from xlmatrix.worktime import NEVER, Calendar, WeeklyHours, Zone, parse_hours
from xlmatrix.worktime.times import seconds_array, seconds_of

BERLIN = ZoneInfo("Europe/Berlin")
H = 3600


def of_2026(*args: Any, **kwargs: Any) -> Calendar:
    return Calendar.build(*args, start=date(2026, 1, 1), end=date(2026, 12, 31), **kwargs)


@pytest.fixture(scope="module")
def office() -> Calendar:
    return of_2026(hours="Mon-Fri 09:00-12:30,13:15-17:30", zone="Europe/Berlin")


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment of January 2026 (the 5th is a Monday) in Berlin."""
    return datetime(2026, 1, day, hour, minute, second, tzinfo=BERLIN)


def test_a_deadline_that_ends_at_close_stays_at_close(office: Calendar) -> None:
    assert office.due(at(5, 16, 30), H) == at(5, 17, 30)
    assert office.due(at(5, 16, 30), H + 1) == at(6, 9, 0, 1)
    assert office.due(at(5, 11, 30), H) == at(5, 12, 30)


def test_a_start_at_close_or_outside_counts_from_the_next_opening(office: Calendar) -> None:
    assert office.due(at(5, 12, 30), 60) == at(5, 13, 16)
    assert office.due(at(9, 17, 30), 60) == at(12, 9, 1)
    assert office.due(at(10, 3), 60) == at(12, 9, 1)


def test_zero_seconds_answer_the_next_opening(office: Calendar) -> None:
    assert office.due(at(5, 10), 0) == at(5, 10)
    assert office.due(at(5, 9), 0) == at(5, 9)
    assert office.due(at(5, 12, 30), 0) == at(5, 13, 15)
    assert office.due(at(9, 20), 0) == at(12, 9)


def test_the_answer_is_in_the_zone_of_the_calendar(office: Calendar) -> None:
    due = office.due(at(5, 10).astimezone(UTC), H)
    assert due.isoformat() == "2026-01-05T11:00:00+01:00"
    assert str(due.tzinfo) == "Europe/Berlin"


def test_a_fraction_of_a_second_is_cut_off(office: Calendar) -> None:
    assert office.due(at(5, 10) + timedelta(microseconds=999_999), 60) == at(5, 10, 1)
    fine = np.array(["2026-01-05T09:00:00.999"], dtype="datetime64[ms]")
    assert office.due(fine, 60).tolist() == [datetime(2026, 1, 5, 9, 1)]


@pytest.mark.parametrize("unit", ["h", "m", "s", "ms", "us", "ns"])
def test_stamps_of_any_unit_are_understood(office: Calendar, unit: str) -> None:
    starts = np.array(["2026-01-05T09"], dtype=f"datetime64[{unit}]")
    due = office.due(starts, H)
    assert due.dtype == np.dtype("datetime64[s]")
    assert due.tolist() == [datetime(2026, 1, 5, 10)]


def test_targets_are_broadcast_against_starts(office: Calendar) -> None:
    starts = np.array(["2026-01-05T09", "2026-01-06T09", "NaT"], dtype="datetime64[s]")
    due = office.due(starts[:, None], np.array([0, H]))
    assert due.shape == (3, 2)
    assert np.isnat(due).tolist() == [[False] * 2, [False] * 2, [True] * 2]
    assert due[1, 1] == np.datetime64("2026-01-06T10")
    assert office.due(starts[:0], 5).shape == (0,)


def test_beyond_the_horizon_many_get_nat_and_one_gets_an_error(office: Calendar) -> None:
    starts = np.array(["2025-12-31T22:59:59", "2026-12-31T16", "2027-01-01T12"], "datetime64[s]")
    assert np.isnat(office.due(starts, H)).tolist() == [True, True, True]
    assert office.due(starts[1:2], H // 2).tolist() == [datetime(2026, 12, 31, 16, 30)]
    for start in starts.tolist():
        with pytest.raises(HorizonError, match="beyond the horizon"):
            office.due(start.replace(tzinfo=UTC), H)
    assert np.isnat(office.due(starts, 10**18)).all()


def test_no_opening_is_left_after_the_last_close(office: Calendar) -> None:
    with pytest.raises(HorizonError):
        office.due(datetime(2026, 12, 31, 17, 30, tzinfo=BERLIN), 0)
    late = np.array(["2026-12-31T16:30"], dtype="datetime64[s]")
    assert np.isnat(office.due(late, 0)).all()
    assert np.isnat(office.due(late, 1)).all()


def test_elapsed_time_is_signed(office: Calendar) -> None:
    assert office.elapsed(at(5, 10), at(6, 10)) == 7 * H + 45 * 60
    assert office.elapsed(at(6, 10), at(5, 10)) == -(7 * H + 45 * 60)
    assert office.elapsed(at(10, 10), at(11, 10)) == 0


def test_elapsed_time_beyond_the_horizon_has_no_number(office: Calendar) -> None:
    starts = np.array(["2026-01-05T09", "NaT", "2026-01-05T09"], dtype="datetime64[s]")
    ends = np.array(["2026-01-05T10", "2026-01-05T10", "2027-06-01"], dtype="datetime64[s]")
    assert office.elapsed(starts, ends).tolist() == [H, NEVER, NEVER]
    assert office.elapsed(at(5, 10), ends).tolist() == [H, H, NEVER]
    with pytest.raises(HorizonError):
        office.elapsed(at(5, 10), at(5, 10).replace(year=2028))


def test_a_naive_datetime_names_no_instant(office: Calendar) -> None:
    with pytest.raises(XlmatrixError, match="no time zone"):
        office.due(datetime(2026, 1, 5, 10), H)
    with pytest.raises(XlmatrixError, match="no time zone"):
        office.elapsed(at(5, 10), datetime(2026, 1, 5, 10))


@pytest.mark.parametrize("seconds", [-1, 1.5, True, "60", np.array([60, -60])])
def test_a_duration_is_whole_seconds_and_not_negative(office: Calendar, seconds: Any) -> None:
    with pytest.raises(XlmatrixError, match="duration"):
        office.due(np.array(["2026-01-05T09"], dtype="datetime64[s]"), seconds)


def test_numbers_are_not_taken_for_stamps(office: Calendar) -> None:
    with pytest.raises(XlmatrixError, match="not instants"):
        office.due(np.array([46_000.5]), H)


def test_a_horizon_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(XlmatrixError, match=r"ends .* before it starts"):
        Calendar.build(start=date(2026, 1, 2), end=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("start", "end"), [(date(1, 1, 1), date(2026, 1, 1)), (date(2026, 1, 1), date(9999, 12, 31))]
)
def test_a_year_that_is_a_slip_of_the_pen_is_refused(start: date, end: date) -> None:
    with pytest.raises(XlmatrixError, match="not within 1900 to 2199"):
        Calendar.build(start=start, end=end)


def test_a_calendar_survives_the_way_to_another_process(office: Calendar) -> None:
    there = pickle.loads(pickle.dumps(office))
    assert there.due(at(5, 16, 30), H + 1) == office.due(at(5, 16, 30), H + 1)


def test_an_unknown_holiday_mode_is_refused() -> None:
    with pytest.raises(XlmatrixError, match="Write clip or shift"):
        of_2026(holiday_mode="half")


def test_round_the_clock_is_one_interval_between_local_midnights() -> None:
    always = of_2026("24x7", "Europe/Berlin")
    assert always.intervals.start_s.size == 1
    assert always.horizon == (always.intervals.start_s[0], always.intervals.end_s[0])
    assert always.local(always.horizon[1]) == datetime(2027, 1, 1, tzinfo=BERLIN)
    assert always.total_s == 365 * 24 * H


def test_a_holiday_of_a_round_the_clock_calendar_is_as_long_as_its_date() -> None:
    changed = of_2026("24x7", "Europe/Berlin", holidays=[date(2026, 3, 29)])
    assert changed.total_s == (365 * 24 - 23) * H


@pytest.mark.parametrize(
    ("mode", "expected"), [("clip", [False, False, True]), ("shift", [True, False, False])]
)
def test_a_holiday_closes_its_date_or_drops_the_shifts_that_begin_on_it(
    mode: str, expected: list[bool]
) -> None:
    night = of_2026("Mon-Sun 22:00-06:00", "UTC", [date(2026, 1, 7)], holiday_mode=mode)

    def is_open(day: int, hour: int) -> bool:
        return bool(night.is_open(datetime(2026, 1, day, hour, tzinfo=UTC)))

    # The tail of the 6th, the head of the 7th, the tail of the 7th.
    found = [is_open(7, 3), is_open(7, 23), is_open(8, 3)]
    assert found == expected


def test_an_exception_wins_over_hours_and_holiday() -> None:
    special = of_2026(
        "Mon-Fri 09:00-17:00",
        "Europe/Berlin",
        {date(2026, 1, 6): "Epiphany"},
        exceptions={
            date(2026, 1, 5): "closed",
            date(2026, 1, 6): "10:00-11:00",
            date(2026, 1, 7): ((12 * H, 13 * H),),
            date(2026, 1, 8): "",
        },
    )
    assert special.due(at(5, 8), 0) == at(6, 10)
    assert special.due(at(5, 8), H + 1) == at(7, 12, 0, 1)
    assert special.due(at(5, 8), 2 * H + 1) == at(9, 9, 0, 1)


@pytest.mark.parametrize("value", ["10:00", ((5, 5),), ((10, 20), (15, 30))])
def test_an_exception_that_is_no_shift_is_refused_with_its_date(value: object) -> None:
    with pytest.raises(XlmatrixError) as caught:
        of_2026(exceptions={date(2026, 1, 5): value})
    assert caught.value.where == "exception 2026-01-05"


def test_a_shift_of_the_last_date_runs_to_its_end() -> None:
    night = Calendar.build(
        "Mon-Sun 22:00-06:00", "UTC", start=date(2026, 1, 1), end=date(2026, 1, 1)
    )
    assert night.horizon == (
        int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()),
        int(datetime(2026, 1, 2, 6, tzinfo=UTC).timestamp()),
    )


def test_a_shift_begun_before_the_first_date_is_there_with_its_tail() -> None:
    night = Calendar.build(
        "Mon-Sun 22:00-06:00", "UTC", start=date(2026, 1, 1), end=date(2026, 1, 1)
    )
    assert night.intervals.start_s[0] == night.horizon[0]
    assert night.total_s == 14 * H


def test_a_calendar_that_is_closed_throughout_has_no_deadlines() -> None:
    shut = Calendar.build(holidays=[date(2026, 1, 1)], start=date(2026, 1, 1), end=date(2026, 1, 1))
    assert shut.total_s == 0
    noon = np.array(["2026-01-01T12"], dtype="datetime64[s]")
    assert np.isnat(shut.due(noon, 0)).all()
    assert shut.elapsed(noon, noon).tolist() == [0]
    assert np.asarray(shut.is_open(noon)).tolist() == [False]
    with pytest.raises(HorizonError):
        shut.due(datetime(2026, 1, 1, 12, tzinfo=UTC), 1)


def test_hours_and_zone_may_be_given_ready_made() -> None:
    hours: WeeklyHours = parse_hours("Mon-Fri 09:00-17:00")
    calendar = of_2026(hours, Zone.load("Europe/Berlin", 2025, 2027))
    assert calendar.day_seconds == 8 * H
    assert calendar.due(at(5, 16), H) == at(5, 17)


def test_open_means_from_opening_to_just_before_close(office: Calendar) -> None:
    moments = [at(5, 8, 59, 59), at(5, 9), at(5, 12, 29, 59), at(5, 12, 30), at(10, 10)]
    expected = [False, True, True, False, False]
    assert [office.is_open(moment) for moment in moments] == expected
    stamps = np.array([int(moment.timestamp()) for moment in moments])
    assert np.asarray(office.is_open(stamps)).tolist() == expected
    assert np.asarray(office.is_open(stamps.astype("datetime64[s]"))).tolist() == expected


def test_one_start_meets_many_durations(office: Calendar) -> None:
    found = np.asarray(office.due(at(5, 9), np.array([H, 2 * H])))  # type: ignore[call-overload]
    assert found.tolist() == [datetime(2026, 1, 5, 9), datetime(2026, 1, 5, 10)]


def test_nothing_asked_is_nothing_answered(office: Calendar) -> None:
    none: Any = []
    assert office.due(none, none).tolist() == []
    assert office.elapsed(none, none).tolist() == []


def test_a_duration_beyond_int64_is_beyond_the_horizon(office: Calendar) -> None:
    starts = np.array(["2026-01-05T08:00:00"], dtype="datetime64[s]")
    assert np.isnat(office.due(starts, np.array([2**64 - 1], dtype=np.uint64))).all()


@pytest.mark.parametrize("missing", [pd.NaT, pd.Timestamp("NaT")])
def test_one_missing_stamp_is_a_planned_error(office: Calendar, missing: Any) -> None:
    with pytest.raises(XlmatrixError, match="NaT is not an instant"):
        office.due(missing, H)


def test_arrays_that_do_not_go_together_are_a_planned_error(office: Calendar) -> None:
    starts = np.array(["2026-01-05T08:00:00"] * 2, dtype="datetime64[s]")
    with pytest.raises(XlmatrixError, match="do not go together"):
        office.due(starts, np.array([1, 2, 3]))
    with pytest.raises(XlmatrixError, match="do not go together"):
        office.elapsed(starts, starts[[0, 0, 0]])


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"hours": None}, "hours"),
        ({"hours": 24}, "hours"),
        ({"zone": None}, "time zone"),
        ({"holidays": 5}, "holidays"),
        ({"holidays": "2026-01-01"}, "holidays"),
    ],
)
def test_arguments_of_another_type_are_planned_errors(given: dict[str, Any], where: str) -> None:
    with pytest.raises(XlmatrixError) as caught:
        of_2026(**given)
    assert caught.value.where == where


def test_a_zone_may_be_a_zoneinfo() -> None:
    assert of_2026(zone=BERLIN).zone.name == "Europe/Berlin"


def test_a_calendar_prints_in_one_line(office: Calendar) -> None:
    assert repr(office) == (
        "<Calendar Europe/Berlin 2026-01-01 to 2026-12-31: 522 intervals, 2,022.8 h>"
    )


def test_open_is_asked_by_stamps_of_any_unit_and_by_epoch_seconds(office: Calendar) -> None:
    opening = seconds_of(at(5, 9))
    for unit in ("s", "ms", "ns"):
        stamps = np.array([opening - 1, opening, 0], "datetime64[s]").astype(f"datetime64[{unit}]")
        assert office.is_open(stamps).tolist() == [False, True, False]
    assert office.is_open(opening) is True
    assert office.is_open(opening - 1) is False


def test_a_calendar_that_is_closed_throughout_is_never_open() -> None:
    closed = Calendar.build(start=date(2026, 1, 3), end=date(2026, 1, 4))
    answer = closed.is_open(np.array(["2026-01-03T12:00", "NaT"], "datetime64[s]"))
    assert answer.dtype == np.bool_
    assert answer.tolist() == [False, False]


def test_no_copy_is_made_of_stamps_in_seconds() -> None:
    stamps = np.array(["2026-01-05T09:00"], "datetime64[s]")
    assert np.shares_memory(seconds_array(stamps), stamps)


def test_the_work_up_to_one_instant_is_that_of_many(office: Calendar) -> None:
    stamp = seconds_of(at(5, 10))
    worked = office.worked(stamp)
    assert [worked] == office.worked(np.array([stamp])).tolist()


@pytest.mark.parametrize("many", [False, True])
def test_a_sum_of_work_is_reached_at_close_or_else_at_the_next_opening(
    office: Calendar, many: bool
) -> None:
    close, opening = seconds_of(at(5, 12, 30)), seconds_of(at(5, 13, 15))
    asked: Any = office.worked(close)
    asked = np.array([asked]) if many else asked
    assert office.at(asked) == office.at(asked, True) == close
    assert office.at(asked, False) == opening


def test_a_holiday_before_the_first_date_leaves_those_after_it_in_force() -> None:
    holidays = [date(2025, 12, 26), date(2026, 1, 6)]
    calendar = Calendar.build(holidays=holidays, start=date(2026, 1, 5), end=date(2026, 1, 7))
    assert calendar.total_s == 2 * 8 * H


@pytest.mark.parametrize("year", [1900, 2199])
def test_the_first_and_the_last_year_that_a_calendar_may_have_are_had(year: int) -> None:
    day = date(year, 7, 1)
    assert Calendar.build("24x7", start=day, end=day).total_s == 24 * H


def test_the_zone_of_a_calendar_is_known_for_a_year_on_either_side() -> None:
    zone = Calendar.build(start=date(2026, 5, 1), end=date(2027, 5, 1)).zone
    assert (zone.first_year, zone.last_year) == (2025, 2028)


def test_a_holiday_after_the_last_date_cuts_the_last_night() -> None:
    nights = Calendar.build(
        hours="Mon-Sun 22:00-06:00",
        holidays=[date(2026, 2, 1)],
        start=date(2026, 1, 30),
        end=date(2026, 1, 31),
    )
    # From midnight to six of the 30th, a whole night, and two hours before the holiday.
    assert nights.total_s == (6 + 8 + 2) * H
