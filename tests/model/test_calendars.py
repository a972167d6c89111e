"""From a calendar as written to one that computes."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.model.small import SMALL, changed
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import build_calendar, day_seconds, holiday_dates, loads

BERLIN = ZoneInfo("Europe/Berlin")


def test_public_and_own_holidays_are_named_and_sorted() -> None:
    dates = holiday_dates(loads(SMALL).spec, "business")
    assert list(dates) == sorted(dates)
    assert dates[date(2026, 12, 24)] == "Christmas Eve"
    # Women's Day is a holiday in Berlin and not in most of Germany.
    assert date(2026, 3, 8) in dates
    assert date(2027, 5, 6) in dates  # Ascension Day


def test_holidays_cover_every_year_asked_for() -> None:
    spec = loads(SMALL).spec
    dates = holiday_dates(spec, "business", date(2015, 6, 1), date(2017, 2, 1))
    assert {day.year for day in dates} == {2015, 2016, 2017, 2026}


def test_a_calendar_without_holidays_has_none() -> None:
    assert holiday_dates(loads(SMALL).spec, "always") == {}


def test_the_built_calendar_knows_lunch_holidays_and_exceptions() -> None:
    calendar = build_calendar(loads(SMALL).spec, "business")
    # Wed 23 Dec 16:30, 1 h left; 24 own holiday, 25 and 26 public, 27 Sunday; then 28 Dec.
    start = datetime(2026, 12, 23, 16, 30, tzinfo=BERLIN)
    assert calendar.due(start, 2 * 3600) == datetime(2026, 12, 28, 10, 0, tzinfo=BERLIN)
    # 31 Dec is open from 9 to 12 by exception; 1 Jan is closed, 2 and 3 are the weekend.
    start = datetime(2026, 12, 31, 11, 30, tzinfo=BERLIN)
    assert calendar.due(start, 3600) == datetime(2027, 1, 4, 9, 30, tzinfo=BERLIN)


def test_an_exception_can_close_a_day() -> None:
    spec = loads(changed(("2026-12-31: 09:00-12:00", "2026-12-31: closed"))).spec
    start = datetime(2026, 12, 30, 17, 0, tzinfo=BERLIN)
    due = build_calendar(spec, "business").due(start, 3600)
    assert due == datetime(2027, 1, 4, 9, 30, tzinfo=BERLIN)


def test_a_business_day_is_what_the_hours_say_unless_given() -> None:
    assert day_seconds(loads(SMALL).spec.calendar("business")) == 7 * 3600 + 45 * 60
    given = loads(changed(("    hours: Mon-Fri", "    day: 8 h\n    hours: Mon-Fri")))
    assert day_seconds(given.spec.calendar("business")) == 8 * 3600
    assert day_seconds(given.spec.calendar("always")) == 24 * 3600


def test_an_unknown_calendar_is_a_planned_error_with_a_suggestion() -> None:
    with pytest.raises(XlmatrixError, match="Did you mean 'business'"):
        build_calendar(loads(SMALL).spec, "busines")
