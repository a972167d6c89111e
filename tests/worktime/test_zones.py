"""Local and universal time against zoneinfo."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlmatrix.errors import HorizonError, XlmatrixError
from xlmatrix.worktime import NEVER, Zone
from xlmatrix.worktime.times import epoch_of

NAMES = (
    "UTC",
    "Europe/Berlin",
    "Europe/Dublin",
    "America/Chicago",
    "America/St_Johns",
    "America/Havana",
    "America/Recife",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Asia/Tehran",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Pyongyang",
    "Antarctica/Troll",
)
ZONES = {name: Zone.load(name, 1990, 2040) for name in NAMES}
BERLIN = ZONES["Europe/Berlin"]
EPOCH = datetime(1970, 1, 1)
SECOND = timedelta(seconds=1)

zones = st.sampled_from(sorted(ZONES)).map(lambda name: ZONES[name])
anywhere = st.integers(epoch_of(1990, 1, 2), epoch_of(2040, 12, 30))


@st.composite
def zone_and_second(draw: st.DrawFn) -> tuple[Zone, int]:
    """Mostly within two hours and a second of a clock change."""
    zone = draw(zones)
    if zone.utc.size == 1 or draw(st.booleans()):
        return zone, draw(anywhere)
    change = int(zone.utc[draw(st.integers(1, zone.utc.size - 1))])
    near = st.sampled_from((-7200, -3601, -3600, -1800, -1, 0, 1, 1799, 1800, 3599, 3600, 7200))
    return zone, change + draw(near) + draw(st.sampled_from((0, int(zone.offset[1]))))


def wall(utc_s: int, zone: Zone) -> int:
    shown = datetime.fromtimestamp(utc_s, zone.info).replace(tzinfo=None)
    return (shown - EPOCH) // SECOND


def typed(local_s: int, zone: Zone, fold: int = 0) -> int:
    stamp = (EPOCH + local_s * SECOND).replace(tzinfo=zone.info, fold=fold)
    return int(stamp.astimezone(UTC).timestamp())


@given(zone_and_second())
def test_an_instant_shows_the_wall_clock_that_zoneinfo_shows(given_: tuple[Zone, int]) -> None:
    zone, utc_s = given_
    assert zone.to_local(utc_s) == wall(utc_s, zone)


@given(zone_and_second())
def test_a_typed_stamp_is_the_instant_of_fold_zero(given_: tuple[Zone, int]) -> None:
    zone, local_s = given_
    assert zone.to_utc(local_s) == typed(local_s, zone)


@given(zone_and_second())
def test_a_stamp_of_the_second_hour_is_the_instant_of_fold_one(given_: tuple[Zone, int]) -> None:
    zone, local_s = given_
    assert zone.to_utc(local_s, fold=1) == typed(local_s, zone, fold=1)
    both = zone.to_utc(np.array([local_s, local_s]), fold=np.array([False, True]))
    assert both.tolist() == [typed(local_s, zone), typed(local_s, zone, fold=1)]


@given(zone_and_second())
def test_an_instant_comes_back_from_its_wall_clock_and_its_fold(
    given_: tuple[Zone, int],
) -> None:
    zone, utc_s = given_
    shown, later = zone.to_local_fold(np.array([utc_s, NEVER]))
    assert shown.tolist() == [wall(utc_s, zone), NEVER]
    assert later.tolist() == [datetime.fromtimestamp(utc_s, zone.info).fold == 1, False]
    assert zone.to_utc(shown, fold=later).tolist() == [utc_s, NEVER]


@pytest.mark.parametrize(
    ("name", "local_s", "first", "second"),
    [
        ("Europe/Berlin", (2026, 10, 25, 2, 30), (2026, 10, 25, 0, 30), (2026, 10, 25, 1, 30)),
        ("America/New_York", (2026, 11, 1, 1, 30), (2026, 11, 1, 5, 30), (2026, 11, 1, 6, 30)),
        # Half an hour, from UTC+11 to UTC+10:30.
        ("Australia/Lord_Howe", (2026, 4, 5, 1, 45), (2026, 4, 4, 14, 45), (2026, 4, 4, 15, 15)),
        # A gap: the offset before it, and that after it.
        ("Europe/Berlin", (2026, 3, 29, 2, 30), (2026, 3, 29, 1, 30), (2026, 3, 29, 0, 30)),
    ],
)
def test_both_instants_of_a_time_that_the_clock_shows_twice_or_never(
    name: str, local_s: tuple[int, ...], first: tuple[int, ...], second: tuple[int, ...]
) -> None:
    zone, stamp = Zone.load(name, 2026, 2026), epoch_of(*local_s)
    assert zone.to_utc(stamp) == epoch_of(*first)
    assert zone.to_utc(stamp, fold=1) == epoch_of(*second)


@given(zone_and_second())
def test_a_stamp_is_flagged_where_zoneinfo_has_two_answers(given_: tuple[Zone, int]) -> None:
    zone, local_s = given_
    first, second = typed(local_s, zone), typed(local_s, zone, fold=1)
    # In an overlap the second pass is later; in a gap PEP 495 makes it earlier.
    expected = 0 if first == second else 1 if second > first else 2
    assert zone.flag(local_s) == expected


@given(zone_and_second())
def test_a_boundary_is_the_first_instant_that_shows_the_time_or_later(
    given_: tuple[Zone, int],
) -> None:
    zone, local_s = given_
    at = zone.boundary(local_s)
    assert wall(at, zone) >= local_s
    # Ten minutes and a day before, in steps that meet every clock change to the second.
    before = {at - 1, at - 600, at - 1800, at - 3600, at - 86_400}
    before |= {int(change) - 1 for change in zone.utc[1:] if at - 2 * 86_400 < change <= at}
    assert all(wall(instant, zone) < local_s for instant in before)


@given(zone_and_second(), st.integers(-400, 400))
def test_a_day_later_the_clock_shows_the_same_time(given_: tuple[Zone, int], days: int) -> None:
    zone, utc_s = given_
    utc_s = min(max(utc_s, epoch_of(1992, 1, 1)), epoch_of(2038, 1, 1))
    if days == 0:
        assert zone.add_days(utc_s, 0) == utc_s
        return
    stamp = datetime.fromtimestamp(utc_s, zone.info) + timedelta(days=days)
    assert zone.add_days(utc_s, days) == int(stamp.replace(fold=0).timestamp())


@pytest.mark.parametrize("name", ["to_utc", "to_local", "boundary", "flag"])
@given(zone=zones, seconds=st.lists(anywhere, min_size=1, max_size=50))
def test_many_answers_equal_single_ones(name: str, zone: Zone, seconds: list[int]) -> None:
    method = getattr(zone, name)
    assert method(np.array(seconds)).tolist() == [method(one) for one in seconds]


def test_every_change_of_the_table_is_exact_to_the_second() -> None:
    for zone in ZONES.values():
        for change, old, new in zip(zone.utc[1:], zone.offset, zone.offset[1:], strict=False):
            assert wall(int(change) - 1, zone) == change - 1 + old
            assert wall(int(change), zone) == change + new


def test_the_day_that_samoa_skipped_has_no_length() -> None:
    apia, skipped = ZONES["Pacific/Apia"], date(2011, 12, 30)
    midnight = epoch_of(skipped.year, skipped.month, skipped.day)
    assert apia.boundary(midnight) == apia.boundary(midnight + 86_400)
    assert apia.flag(midnight + 43_200) == 2


def test_a_missing_stamp_stays_missing() -> None:
    stamps = np.array([NEVER, epoch_of(2026, 7, 1)])
    for method in (BERLIN.to_utc, BERLIN.to_local, BERLIN.boundary):
        assert method(stamps)[0] == NEVER
    assert BERLIN.add_days(stamps, 3)[0] == NEVER
    assert BERLIN.flag(stamps).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("local_s", "said"),
    [
        (epoch_of(2026, 3, 29, 2, 30), "does not occur"),
        (epoch_of(2026, 10, 25, 2, 30), "occurs twice"),
    ],
)
def test_the_strict_mode_refuses_a_stamp_without_a_single_answer(local_s: int, said: str) -> None:
    with pytest.raises(XlmatrixError, match=said):
        BERLIN.to_utc(np.array([epoch_of(2026, 5, 1), local_s]), strict=True)
    assert BERLIN.to_utc(epoch_of(2026, 5, 1), strict=True) == epoch_of(2026, 4, 30, 22)


def test_the_strict_mode_takes_a_stamp_that_says_which_hour_it_means() -> None:
    twice, never = epoch_of(2026, 10, 25, 2, 30), epoch_of(2026, 3, 29, 2, 30)
    assert BERLIN.to_utc(twice, strict=True, fold=1) == epoch_of(2026, 10, 25, 1, 30)
    with pytest.raises(XlmatrixError, match="does not occur"):
        BERLIN.to_utc(never, strict=True, fold=1)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Europe/Berln", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("The land of the rising sun/Tokyo", "Asia/Tokyo"),
        ("new york", "New_York"),
        ("La z", "La_Paz"),
        ("America/Salta", "America/Argentina/Salta"),
    ],
)
def test_an_unknown_zone_is_refused_and_a_close_one_named(name: str, hint: str) -> None:
    with pytest.raises(XlmatrixError, match=hint):
        Zone.load(name)


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../x", "Europe", "Not a zone at all"])
def test_a_name_that_is_no_zone_is_a_planned_error(name: str) -> None:
    with pytest.raises(XlmatrixError, match="no time zone"):
        Zone.load(name)


def test_a_year_outside_the_table_is_refused_not_extrapolated() -> None:
    with pytest.raises(HorizonError, match="1990 to 2040"):
        BERLIN.to_utc(epoch_of(2050, 1, 1))


@pytest.mark.parametrize(
    ("last", "first_refused"),
    [
        (epoch_of(1989, 12, 31), epoch_of(1989, 12, 31) - 1),
        (epoch_of(2041, 1, 2), epoch_of(2041, 1, 2) + 1),
    ],
)
def test_a_table_answers_for_a_day_on_either_side_of_its_years(
    last: int, first_refused: int
) -> None:
    assert BERLIN.to_utc(last) == last - 3600
    with pytest.raises(HorizonError):
        BERLIN.to_utc(first_refused)


@pytest.mark.parametrize("name", NAMES)
def test_the_instant_of_a_change_and_the_first_time_after_it_are_the_new_offsets(name: str) -> None:
    zone = ZONES[name]
    for change, first in zip(zone.utc[1:].tolist(), zone.typed_switch[1:].tolist(), strict=True):
        assert zone.to_local(change) == wall(change, zone)
        assert zone.to_utc(first) == typed(first, zone)


def test_the_first_second_of_a_doubled_hour_and_the_first_after_it_are_whole_hours_of_utc() -> None:
    twice, after = epoch_of(2026, 10, 25, 2), epoch_of(2026, 10, 25, 3)
    assert BERLIN.to_utc(twice) == epoch_of(2026, 10, 25, 0)
    assert BERLIN.to_utc(twice, fold=1) == epoch_of(2026, 10, 25, 1)
    # Two hours lie between the last second before three and three o'clock.
    assert BERLIN.boundary(after - 1) == epoch_of(2026, 10, 25, 1) - 1
    assert BERLIN.boundary(after) == epoch_of(2026, 10, 25, 2)


def test_a_zone_that_somebody_has_loaded_is_of_no_known_edition() -> None:
    assert Zone.tabulate("Europe/Berlin", BERLIN.info, 2026, 2026).edition == ""


def test_one_question_has_one_answer() -> None:
    assert isinstance(BERLIN.flag(epoch_of(2026, 1, 1)), int)
    assert BERLIN.flag(np.array([epoch_of(2026, 1, 1)])).dtype == np.int64


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Africa/Monrovia", 1971, 1973),
        ("Europe/Paris", 1910, 1912),
        ("Europe/Dublin", 1915, 1917),
        ("Asia/Singapore", 1904, 1906),
    ],
)
def test_changes_of_local_mean_times_are_exact_to_the_second(
    name: str, first: int, last: int
) -> None:
    """They came at odd seconds of UTC, as the offsets had some."""
    zone = Zone.load(name, first, last)
    changes = zone.utc[1:].tolist()
    assert any(change % 60 for change in changes)
    for change in changes:
        assert wall(change, zone) - wall(change - 1, zone) != 1


def test_the_first_change_of_a_table_is_flagged_too() -> None:
    zone = Zone.load("Europe/Berlin", 2026, 2026)
    assert zone.flag(epoch_of(2026, 3, 29, 2, 30)) == 2


def test_no_day_later_is_the_same_instant_of_an_hour_that_comes_twice() -> None:
    second = epoch_of(2026, 10, 25, 1, 30)
    assert BERLIN.add_days(second, 0) == second
    assert BERLIN.add_days(np.array([second]), 0).tolist() == [second]
