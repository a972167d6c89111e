"""Who is on call, against somebody who walks through the hours with the zone's own clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.model.small import changed
from xlmatrix.errors import FindingsError
from xlmatrix.model import loads
from xlmatrix.model.calendars import build_calendar
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.ladder.coverage import coverage, coverage_findings
from xlmatrix.rules.ladder.layers import turns_of
from xlmatrix.rules.ladder.oncall import rotas
from xlmatrix.rules.ladder.turns import who, who_at

ZONE = ZoneInfo("Europe/Berlin")
_FOUR = """\
on_call:
  - role: oncall
    name: Day
    people: [Priya Raman, Tom Weiss, Ada Lund]
    start: 2025-12-15
    handover: "08:30"
    every: weekly
    hours: Mon-Fri 08:00-20:00
  - role: oncall
    name: Night
    people: [Bo Krag, Cy Dahl]
    start: 2026-01-02
    handover: "02:30"
    every: daily
    hours: Mon-Thu 19:00-08:00; Sat 10:00-24:00
    backup: role
"""


def matrix(on_call: str = _FOUR) -> MatrixSpec:
    people = "".join(
        f"  - {{name: {name}, email: x@example.com, phone: '1'}}\n"
        for name in ("Ada Lund", "Bo Krag", "Cy Dahl")
    )
    text = changed(
        ("people:\n", f"people:\n{people}"), ("severities:\n", f"{on_call}severities:\n")
    )
    return loads(text).spec


def handovers(start: date, at: str, step: int, until: datetime) -> list[datetime]:
    """The handovers as instants: in a gap of the clock, the moment it jumps."""
    found: list[datetime] = []
    day = start
    hour, minute = map(int, at.split(":"))
    while True:
        wall = datetime.combine(day, time(hour, minute), ZONE)
        instant = wall.astimezone(UTC)
        if instant.astimezone(ZONE).replace(tzinfo=None) != wall.replace(tzinfo=None):
            instant = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
        if instant > until:
            return found
        found.append(instant)
        day += timedelta(days=step)


def day_layer(wall: datetime) -> bool:
    return wall.weekday() < 5 and 8 <= wall.hour < 20


def night_layer(wall: datetime) -> bool:
    evening = wall.weekday() < 4 and wall.hour >= 19
    morning = wall.weekday() in (1, 2, 3, 4) and wall.hour < 8
    return evening or morning or (wall.weekday() == 5 and wall.hour >= 10)


def walk() -> list[tuple[datetime, str, str]]:
    """Every half hour of the horizon: who is primary and who is backup."""
    low = datetime(2026, 1, 1, tzinfo=ZONE).astimezone(UTC)
    high = datetime(2028, 1, 1, tzinfo=ZONE).astimezone(UTC)
    weekly = handovers(date(2025, 12, 15), "08:30", 7, high)
    # No night shift falls into the day from Sunday 02:30 on, so it has no handover.
    daily = [
        at
        for at in handovers(date(2026, 1, 2), "02:30", 1, high)
        if at.astimezone(ZONE).weekday() != 6
    ]
    days, nights = ["Priya Raman", "Tom Weiss", "Ada Lund"], ["Bo Krag", "Cy Dahl"]
    found, at, week, night = [], low, 0, 0
    while at < high:
        wall = at.astimezone(ZONE)
        while week < len(weekly) and weekly[week] <= at:
            week += 1
        while night < len(daily) and daily[night] <= at:
            night += 1
        who_now = ("", "")
        if day_layer(wall):
            who_now = (days[(week - 1) % 3], days[week % 3])
        elif night_layer(wall) and night:
            who_now = (nights[(night - 1) % 2], "Tom Weiss")
        found.append((at, *who_now))
        at += timedelta(minutes=30)
    return found


def test_every_half_hour_of_two_years_has_the_holder_that_a_walk_finds() -> None:
    spec = matrix()
    calendar = build_calendar(spec, "always")
    turns = turns_of(spec, "oncall", calendar.zone)
    steps = walk()
    seconds = np.array([int(at.timestamp()) for at, _, _ in steps])
    primary, backup = who_at(turns, seconds)
    wrong = [
        (step, p, b)
        for step, p, b in zip(steps, primary, backup, strict=True)
        if (p, b) != step[1:]
    ]
    assert not wrong[:5]
    assert all(
        who(turns, int(s)) == (p, b)
        for s, p, b in zip(seconds[::997], primary[::997], backup[::997], strict=True)
    )


def test_turns_follow_each_other_without_gap_over_the_horizon() -> None:
    spec = matrix()
    calendar = build_calendar(spec, "always")
    turns = turns_of(spec, "oncall", calendar.zone)
    assert (turns[0].start_s, turns[-1].end_s) == calendar.horizon
    assert all(a.end_s == b.start_s for a, b in pairwise(turns))


def test_a_swapped_shift_is_held_by_whom_the_workbook_names() -> None:
    spec = matrix()
    zone = build_calendar(spec, "always").zone
    key = "On-call 2026-03-30 08:30"
    turns = rotas(spec, zone, {("tShifts", key, "Primary"): "Cy Dahl"})["oncall"]
    at = int(datetime(2026, 3, 30, 12, tzinfo=ZONE).timestamp())
    assert who(turns, at)[0] == "Cy Dahl"
    assert who(turns, at - 5 * 3600)[0] != "Cy Dahl"


def test_coverage_finds_every_uncovered_hour_and_no_other() -> None:
    """Needed around the clock for SEV-1; brute force over half hours."""
    spec = matrix()
    calendars = [build_calendar(spec, one.id) for one in spec.calendars]
    zone = calendars[0].zone
    [oncall] = [c for c in coverage(spec, zone, rotas(spec, zone), calendars) if c.role == "oncall"]
    for what, place in (("primary", 1), ("backup", 2)):
        uncovered = {at for at in walk() if not at[place]}
        listed = sum(g.end_s - g.start_s for g in oncall.gaps if g.missing == what)
        assert listed == 1800 * len(uncovered)
        for at, *_ in uncovered:
            second = int(at.timestamp())
            assert any(g.start_s <= second < g.end_s for g in oncall.gaps if g.missing == what)
    assert oncall.needed_s == 1800 * len(walk())


def test_a_role_is_needed_only_while_a_severity_that_uses_it_runs() -> None:
    spec = matrix("")
    calendars = [build_calendar(spec, one.id) for one in spec.calendars]
    spec = spec.model_copy(update={"severities": spec.severities[1:], "classes": spec.classes[1:]})
    found = {c.role: c for c in coverage(spec, calendars[0].zone, {}, calendars)}
    assert found["quality"].needed_s == calendars[1].total_s
    assert not found["quality"].gaps


def test_gaps_are_warned_about_with_their_first_stretch() -> None:
    said = [finding.what for finding in coverage_findings(matrix())]
    assert len(said) == 2
    assert "1 role has no primary for some of the hours" in said[0]
    assert "first On-call from 2026-01-01 00:00 to 2026-01-01 08:00" in said[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("role: oncall\n    name: Day", "role: nobody\n    name: Day", "there is no role 'nobody'"),
        ("[Bo Krag, Cy Dahl]", "[Bo Krag, Cy]", "there is no person 'Cy'"),
        ('"08:30"', '"8.30"', "'8.30' is not a time of day"),
        ("Mon-Fri 08:00-20:00", "Mon-Fri 08:00-25:00", "25:00"),
        ("every: weekly", "every: month", "month"),
    ],
)
def test_a_faulty_rotation_is_refused_with_its_place(old: str, new: str, said: str) -> None:
    with pytest.raises(FindingsError) as caught:
        matrix(_FOUR.replace(old, new, 1))
    assert any(said in finding.what for finding in caught.value.findings)
    assert all(":" in finding.where for finding in caught.value.findings)
