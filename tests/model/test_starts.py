"""Due times on two calendars, compared by a clock that ticks through every second."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.model.small import changed, findings
from xlmatrix.errors import Level
from xlmatrix.model import Duration, loads
from xlmatrix.model.checks.starts import Clock, Later, Starts
from xlmatrix.model.models import MatrixSpec

_LONG_S = 2**40


def _spec(zone: str, start: date, end: date, hours: str, other: str) -> MatrixSpec:
    text = changed(
        ("zone: Europe/Berlin", f"zone: {zone}"),
        ("{start: 2026-01-01, end: 2027-12-31}", f"{{start: {start}, end: {end}}}"),
        ("    hours: Mon-Fri 09:00-12:30,13:15-17:30\n", f'    hours: "{hours}"\n'),
        ("    holidays: {country: DE, subdivision: BE, dates: {2026-12-24: Christmas Eve}}\n", ""),
        ("    exceptions: {2026-12-31: 09:00-12:00}\n", ""),
        (
            "owners: {response: oncall, qu",
            f'  - {{id: desk, name: Desk, hours: "{other}"}}\nowners: {{response: oncall, qu',
        ),
        ("effective: 2026-01-01", f"effective: {start}"),
    )
    return loads(text).spec


class Ticks:
    """Every second of a horizon, each asked whether its wall clock is within hours."""

    def __init__(self, zone: str, start: date, end: date) -> None:
        self.info = ZoneInfo(zone)
        self.low = self._epoch(start)
        self.high = self._epoch(end + timedelta(days=1))
        self.walls = [
            datetime.fromtimestamp(self.low + minute * 60, self.info).replace(tzinfo=None)
            for minute in range((self.high - self.low) // 60)
        ]

    def _epoch(self, day: date) -> int:
        return int(datetime(day.year, day.month, day.day, tzinfo=self.info).timestamp())

    def due(self, seconds: int, days: set[int], opens: int, closes: int) -> Any:
        """Due time of a start at each second on hours in whole minutes of the day, else far off."""
        minutes = [
            w.weekday() in days and opens <= w.hour * 60 + w.minute < closes for w in self.walls
        ]
        is_open = np.repeat(np.array(minutes), 60)
        worked = np.concatenate([[0], np.cumsum(is_open)])
        # The due time is the first instant at which the sum is complete; of none, the instant
        # before the first second that is worked.
        at = np.searchsorted(worked, worked + max(seconds, 1), side="left")
        at = np.where(at == len(worked), _LONG_S, at - (seconds == 0))
        return np.where(at > self.high - self.low, _LONG_S, at + self.low)


def _agrees(
    found: Later | None, one: Any, other: Any, ticks: Ticks, *, or_equal: bool = False
) -> bool:
    known = (one < _LONG_S) & (other < _LONG_S)
    late = known & (one >= other if or_equal else one > other)
    if not late.any():
        return found is None
    first, worst = int(np.argmax(late)), int(np.max((one - other)[late]))
    stamp = datetime.fromtimestamp(ticks.low + first, ticks.info)
    opened = f"{stamp:%a %Y-%m-%d %H:%M:%S}".removesuffix(":00")
    return (
        found is not None
        and found.every == bool(late[known].all())
        and found.first is not None
        and found.first.opened == opened
        and found.worst is not None
        and found.worst.behind_s == worst
    )


@pytest.mark.parametrize("seed", range(12))
def test_the_first_and_the_worst_start_are_those_of_every_second(seed: int) -> None:
    draw = random.Random(seed)
    # A change of the clock in half of the horizons.
    start = draw.choice([date(2026, 3, 26), date(2026, 10, 23), date(2026, 6, 8)])
    end = start + timedelta(days=6)
    zone = draw.choice(["Europe/Berlin", "Europe/London"])
    names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    clocks, dues, texts = [], [], []
    ticks = Ticks(zone, start, end)
    for calendar_id in ("business", "desk"):
        last = draw.randrange(3, 7)
        opens, closes = draw.randrange(0, 600, 5), draw.randrange(700, 1440, 5)
        texts.append(
            f"Mon-{names[last]} {opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"
        )
        seconds = draw.choice([0, 60, 3600, 7201, 21_600])
        clocks.append(Clock(Duration(seconds=seconds), calendar_id))
        dues.append(ticks.due(seconds, set(range(last + 1)), opens, closes))
    starts = Starts(_spec(zone, start, end, *texts))
    for or_equal in (False, True):
        found = starts.later(*clocks, or_equal=or_equal)
        assert _agrees(found, dues[0], dues[1], ticks, or_equal=or_equal), (texts, clocks)
        around = Clock(Duration(seconds=10_800), "always")
        wall = np.arange(ticks.low, ticks.high + 1) + 10_800
        wall = np.where(wall > ticks.high, _LONG_S, wall)
        assert _agrees(starts.later(clocks[0], around, or_equal=or_equal), dues[0], wall, ticks,
                       or_equal=or_equal)  # fmt: skip
        assert _agrees(starts.later(around, clocks[0], or_equal=or_equal), wall, dues[0], ticks,
                       or_equal=or_equal)  # fmt: skip


def test_what_fails_for_some_starts_is_a_warning_that_names_the_first() -> None:
    # Nobody works on 1 January; on Friday the 2nd the desk opens at 09:00 and answers by 09:09.
    text = changed(("      first_response: 60 min", "      first_response: 9 min"))
    (found,) = [f for f in findings(text) if f.code == "order-across-sometimes"]
    assert (found.level, found.path) == (Level.WARNING, "severities[1].targets.first_response")
    assert (
        "for some starts: opened Fri 2026-01-02 08:59:01, SEV-2 is due Fri 2026-01-02 09:09"
        " and SEV-1 Fri 2026-01-02 09:09:01" in found.what
    )


def test_what_fails_for_every_start_on_two_calendars_is_an_error_that_names_one() -> None:
    text = changed(
        ("      contain: 1 h", "      contain: {within: 1 business day, calendar: business}"),
        ("      mitigate: 4 h", "      mitigate: 2 h"),
    )
    (found,) = [f for f in findings(text) if f.code == "order"]
    assert found.level is Level.ERROR
    # The working day of Friday 2 January ends at 17:30, and counts whole from before it begins.
    assert (
        "opened Thu 2026-01-01 00:00, mitigate is due Thu 2026-01-01 02:00 and contain"
        " Fri 2026-01-02 17:30" in found.what
    )


def test_two_lengths_that_mean_nothing_side_by_side_are_said_with_their_calendars() -> None:
    text = changed(
        ("resolve: {within: 24 h, pauses: true}", "resolve: 60 h 34 min"),
        ("      contain: 2 business days\n", "      contain: 3 h\n"),
        ("      resolve: 10 business days", "      resolve: 18 h 21 min"),
    )
    (found,) = [f for f in findings(text) if f.code == "order-across-sometimes"]
    assert "(18 h 21 min on Business hours)" in found.what
    assert "(60 h 34 min on Around the clock)" in found.what
    assert "is shorter than" not in found.what


def test_calendar_days_are_the_same_time_so_many_days_later() -> None:
    # From 15:00 on Saturday 28 March the next 15:00 is 23 h away, the day the clock goes forward.
    spec = loads(changed()).spec
    day, hours = Clock(Duration(days=1), None), Clock(Duration(seconds=86_400), "always")
    later = Starts(spec).later(hours, day)
    assert later is not None
    assert not later.every
    # 02:00 does not exist on the 29th; from just after it on the day is shorter.
    assert later.first is not None
    assert later.first.opened.startswith("Sat 2026-03-28 0")


def test_a_ladder_that_sleeps_while_its_target_runs_is_late_for_a_start_at_night() -> None:
    # SEV-2 is called from 09:00 on Friday 2 January; its first response now runs day and night.
    text = changed(("      first_response: 60 min",
                    "      first_response: {within: 10 h, calendar: always}"),
                   ("      acknowledge: 60 min", "      acknowledge: 5 min"))  # fmt: skip
    late = [f for f in findings(text) if f.path == "severities[1].ladder[0].after"]
    (found,) = late
    assert (found.level, found.code) == (Level.WARNING, "escalation-late")
    # Whoever reports at midnight before New Year's Day has waited since for 33 h.
    assert (
        "for some starts: opened Thu 2026-01-01 00:00, called Fri 2026-01-02 09:00,"
        " due Thu 2026-01-01 10:00" in found.what
    )


def test_a_vendor_who_sleeps_is_later_than_a_target_that_does_not() -> None:
    vendors = (
        "vendors:\n  - {name: Cloud, service: Models, support_response:"
        " {within: 2 h, calendar: business}, bounds: {classes: [REL-01]}}\n"
    )
    (found,) = [f for f in findings(changed() + vendors) if f.code == "vendor-slower"]
    assert (
        "Cloud answers within 2 h on Business hours, later than SEV-1 mitigate (4 h on Around the"
        " clock; at times: opened Thu 2026-01-01 00:00, due Thu 2026-01-01 04:00, answered by"
        " Fri 2026-01-02 11:00)" in found.what
    )
