"""What the errors of business time say, whole: what, and how to mend it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest

from xlmatrix.errors import XlmatrixError
from xlmatrix.worktime import Calendar
from xlmatrix.worktime.changed import Stretch, stretches
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
