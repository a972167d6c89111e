"""Durations as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlmatrix.model import Duration

DURATIONS = st.one_of(
    st.integers(0, 10 * 366 * 86_400 - 86_400 * 10).map(lambda n: Duration(seconds=n)),
    st.integers(0, 3653).map(lambda n: Duration(days=n)),
    st.integers(0, 3653).map(lambda n: Duration(business_days=n)),
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("10 min", Duration(seconds=600)),
        ("4 h", Duration(seconds=4 * 3600)),
        ("4h", Duration(seconds=4 * 3600)),
        ("1 h 30 min", Duration(seconds=5400)),
        ("1.5 hours", Duration(seconds=5400)),
        ("45 s", Duration(seconds=45)),
        ("2 business days", Duration(business_days=2)),
        ("1 Working Day", Duration(business_days=1)),
        ("3 days", Duration(days=3)),
        ("1 day", Duration(days=1)),
        ("0 min", Duration(seconds=0)),
    ],
)
def test_a_duration_is_read_as_meant(written: str, meant: Duration) -> None:
    assert Duration.parse(written) == meant


@given(DURATIONS)
def test_the_canonical_text_reads_back_unchanged(duration: Duration) -> None:
    assert Duration.parse(duration.text()) == duration


@given(DURATIONS)
def test_amount_and_unit_in_two_cells_say_the_same(duration: Duration) -> None:
    assert Duration.parse(f"{duration.amount} {duration.unit}") == duration


@pytest.mark.parametrize(
    "written",
    ["", "10", "ten minutes", "-5 min", "1 day 2 h", "5 min 5 min", "1.5 days", "1e9 h", "99999 h"],
)
def test_what_is_no_duration_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"duration|mixes|whole number|longer"):
        Duration.parse(written)


@pytest.mark.parametrize("kinds", [{}, {"seconds": 1, "days": 1}, {"seconds": -1}])
def test_a_duration_is_of_one_kind_and_not_negative(kinds: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="duration"):
        Duration(**kinds)


def test_a_business_day_is_as_long_as_the_calendar_says() -> None:
    assert Duration.parse("2 business days").working_seconds(27_900) == 55_800


def test_calendar_days_have_no_working_seconds() -> None:
    with pytest.raises(ValueError, match="local date"):
        Duration.parse("3 days").working_seconds(27_900)
