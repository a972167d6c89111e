"""Excel's serial numbers, as Excel shows them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from xlmatrix.worktime.serials import day_serial, is_date, moment_of, serial_of
from xlmatrix.worktime.zones import now_in


@pytest.mark.parametrize(
    ("moment", "serial"),
    [
        (datetime(1900, 3, 1), 61),
        (datetime(1970, 1, 1), 25_569),
        (datetime(2026, 1, 1, 18), 46_023.75),
        (datetime(2200, 1, 1), 109_575),
    ],
)
def test_a_moment_has_the_serial_number_that_excel_gives_it(
    moment: datetime, serial: float
) -> None:
    assert serial_of(moment) == serial
    assert moment_of(serial) == moment
    assert day_serial(moment.date()) == int(serial)


def test_parts_of_a_second_are_cut_off_and_half_a_second_is_rounded_up() -> None:
    noon = datetime(2026, 1, 1, 12)
    assert serial_of(noon + timedelta(seconds=0.9)) == serial_of(noon)
    assert moment_of(1 + 0.5 / 86_400) == datetime(1899, 12, 31, 0, 0, 1)
    assert moment_of(1 + 0.49 / 86_400) == datetime(1899, 12, 31)


def test_a_serial_number_is_a_date_from_march_1900_to_new_year_2200() -> None:
    first, last = day_serial(date(1900, 3, 1)), day_serial(date(2200, 1, 1))
    asked = (first - 0.1, first, last, last + 0.1)
    assert [is_date(serial) for serial in asked] == [False, True, True, False]


def test_now_is_a_naive_whole_second_of_its_zone() -> None:
    auckland, honolulu = now_in("Pacific/Auckland"), now_in("Pacific/Honolulu")
    assert auckland.tzinfo is None
    assert auckland.microsecond == 0
    # They are 22 or 23 hours apart, as the season is.
    assert timedelta(hours=22) <= auckland - honolulu < timedelta(hours=24, minutes=1)
