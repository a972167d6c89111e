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
from xlmatrix.rules.ladder.oncall import holders_at, incident_numbers, people_at, rotas
from xlmatrix.rules.ladder.turns import Turn, who, who_at
from xlmatrix.rules.proof.fairness import agreed_nights, served_s
from xlmatrix.rules.proof.load import nights_of, on_duty, rotating_duty, runs

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


def test_hours_without_a_primary_and_without_a_backup_are_told_apart() -> None:
    """In one week somebody emptied the primary in the workbook, in two others the backup."""
    spec = matrix(
        "on_call:\n  - {role: oncall, people: [Priya Raman, Ada Lund], start: 2025-12-29}\n"
    )
    calendars = [build_calendar(spec, one.id) for one in spec.calendars]
    zone = calendars[0].zone
    emptied = {
        ("tShifts", "On-call 2026-01-12 09:00", "Primary"): "",
        ("tShifts", "On-call 2026-02-02 09:00", "Backup"): "",
        ("tShifts", "On-call 2026-02-16 09:00", "Backup"): "",
    }
    turns = rotas(spec, zone, emptied)
    [oncall] = [c for c in coverage(spec, zone, turns, calendars) if c.role == "oncall"]
    begins = [
        (gap.missing, datetime.fromtimestamp(gap.start_s, ZONE).date().isoformat(), gap.hours)
        for gap in oncall.gaps
    ]
    assert begins == [
        ("primary", "2026-01-12", 168),
        ("backup", "2026-02-02", 168),
        ("backup", "2026-02-16", 168),
    ]
    assert [oncall.missing_s(what) for what in ("primary", "backup")] == [168 * 3600, 336 * 3600]


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


def rota(on_call: str, extra: str = "") -> tuple[MatrixSpec, dict[str, tuple[Turn, ...]]]:
    spec = matrix(f"on_call:\n  - {{role: oncall, {on_call}}}\n{extra}")
    return spec, rotas(spec, build_calendar(spec, "always").zone)


def asked(spec: MatrixSpec, turns: dict[str, tuple[Turn, ...]], *stamps: str) -> list[str]:
    """Who is primary of On-call at wall-clock times."""
    at = [int(datetime.fromisoformat(s).replace(tzinfo=ZONE).timestamp()) for s in stamps]
    return people_at(spec, turns, "oncall", np.array(at))[0].tolist()


_THREE = "people: [Priya Raman, Tom Weiss, Ada Lund], start: 2026-11-02"
_WORKED = "every: daily, hours: Mon-Fri 09:00-19:00"


def test_a_daily_turn_moves_on_by_worked_days() -> None:
    """Friday's person is followed on Monday by the next one, so all serve alike."""
    spec, turns = rota(f"{_THREE}, {_WORKED}")
    days = ["2026-11-05", "2026-11-06", "2026-11-09", "2026-11-10"]
    said = asked(spec, turns, *(f"{day} 12:00" for day in days))
    assert said == ["Priya Raman", "Tom Weiss", "Ada Lund", "Priya Raman"]
    hours = {person: seconds / 3600 for person, seconds in served_s(turns["oncall"]).items()}
    assert set(hours) == {"priya raman", "tom weiss", "ada lund"}
    assert max(hours.values()) - min(hours.values()) <= 10


def test_a_holiday_is_no_worked_day() -> None:
    spec, turns = rota(f"{_THREE}, every: daily, calendar: business")
    said = asked(spec, turns, "2026-12-23 12:00", "2026-12-28 12:00")
    order = ["Priya Raman", "Tom Weiss", "Ada Lund"]
    assert order.index(said[1]) == (order.index(said[0]) + 1) % 3


def test_a_handover_is_the_new_persons_from_its_very_second() -> None:
    spec, turns = rota(_THREE)
    stamps = ("2026-11-16 08:45", "2026-11-16 08:59:59", "2026-11-16 09:00", "2026-11-16 09:05")
    said = asked(spec, turns, *stamps)
    assert said == ["Tom Weiss", "Tom Weiss", "Ada Lund", "Ada Lund"]


def test_turns_of_hours_keep_their_time_of_day_when_the_clock_changes() -> None:
    """24 to 26 October 2026: the night that has 25 hours is one turn of 13 hours."""
    _, turns = rota("people: [Priya Raman, Tom Weiss], start: 2026-10-24, every: 12 h")
    low = datetime(2026, 10, 24, 12, tzinfo=ZONE).timestamp()
    near = [turn for turn in turns["oncall"] if turn.start_s >= low][:3]
    assert [(t.end_s - t.start_s) // 3600 for t in near] == [13, 12, 12]
    walls = [datetime.fromtimestamp(turn.start_s, ZONE).hour for turn in near]
    assert walls == [21, 9, 21]


def test_a_layer_follows_the_sun_by_the_clock_of_its_own_zone() -> None:
    spec, turns = rota(f"{_THREE}, hours: Mon-Sun 09:00-17:00, zone: Asia/Tokyo, handover: '09:00'")
    said = asked(spec, turns, "2026-11-10 00:59", "2026-11-10 01:00", "2026-11-10 09:00")
    assert said == ["", "Tom Weiss", ""]


def test_incidents_go_to_one_person_after_the_other_by_the_end_of_their_id() -> None:
    spec, turns = rota(f"{_THREE}, every: incident")
    numbers = incident_numbers(["INC-7", "INC-8", "no number", "2026-00009"])
    assert numbers.tolist() == [7, 8, 0, 9]
    at = np.full(4, int(datetime(2026, 11, 16, tzinfo=ZONE).timestamp()))
    primary, backup = people_at(spec, turns, "oncall", at, numbers)
    assert primary.tolist() == ["Tom Weiss", "Ada Lund", "Priya Raman", "Priya Raman"]
    assert backup.tolist() == ["Ada Lund", "Priya Raman", "Tom Weiss", "Tom Weiss"]


def test_who_is_away_is_skipped_from_the_first_second_to_the_last() -> None:
    away = "leave:\n  - {person: Tom Weiss, from: 2026-11-10 12:00, to: 2026-11-11 12:00}\n"
    spec, turns = rota(_THREE, away)
    stamps = ("2026-11-10 11:59:59", "2026-11-10 12:00", "2026-11-11 11:59:59", "2026-11-11 12:00")
    assert asked(spec, turns, *stamps) == ["Tom Weiss", "Ada Lund", "Ada Lund", "Tom Weiss"]
    quality = holders_at(spec, turns, int(datetime(2026, 11, 11, 9, tzinfo=ZONE).timestamp()))
    assert quality.by_role["quality"] == ("Priya Raman", "")


def test_an_override_holds_its_part_of_a_shift_and_nothing_else() -> None:
    some = "overrides:\n  - {role: oncall, from: 2026-11-10 12:00, to: 2026-11-10 14:00, primary: "
    spec, turns = rota(_THREE, f"{some}Bo Krag}}\n")
    stamps = ("2026-11-10 11:59:59", "2026-11-10 12:00", "2026-11-10 13:59:59", "2026-11-10 14:00")
    assert asked(spec, turns, *stamps) == ["Tom Weiss", "Bo Krag", "Bo Krag", "Tom Weiss"]


def test_nights_in_a_row_are_counted_by_the_clock_of_the_person() -> None:
    spec, turns = rota(_THREE)
    calendars = {one.id: build_calendar(spec, one.id) for one in spec.calendars}
    zone = calendars[spec.calendars[0].id].zone
    duty = rotating_duty(spec, zone, turns, calendars)["Tom Weiss"]
    nights = nights_of(spec, zone, "Tom Weiss")
    begins, length = max(runs(on_duty(duty, nights)), key=lambda run: run[1])
    first = datetime.fromtimestamp(int(nights[begins]), ZONE).date()
    assert (first, length) == (date(2026, 11, 10), 7)
    assert agreed_nights(spec, "Tom Weiss", turns) == (7, 0)


_OVER = "overrides:\n  - {role: oncall, from: 2026-11-11"


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (f"{_OVER.replace('oncall', 'x')}, to: 2026-11-12, primary: Bo Krag}}", "no role 'x'"),
        (f"{_OVER}, to: 2026-11-12}}", "names nobody"),
        (f"{_OVER} noon, to: 2026-11-12, primary: Bo Krag}}", "a date and time is expected"),
        (f"{_OVER}, to: 2026-11-10 08:00, primary: Bo Krag}}", "not after it begins"),
        ("leave:\n  - {person: Gone, from: 2026-11-10, to: 2026-11-11}", "no person 'Gone'"),
    ],
)
def test_what_no_rota_can_use_is_refused_with_its_place(extra: str, said: str) -> None:
    with pytest.raises(FindingsError) as caught:
        rota(_THREE, f"{extra}\n")
    places = [finding.where for finding in caught.value.findings if said in finding.what]
    assert [":" in place for place in places] == [True]


def test_overrides_that_overlap_or_lie_outside_are_warned_about() -> None:
    some = "  - {role: oncall, from: 2026-11-10, to: 2026-11-11, primary: Bo Krag}\n"
    late = "  - {role: oncall, from: 2030-11-10, to: 2030-11-11, primary: Bo Krag}\n"
    people = "people:\n  - {name: Bo Krag, email: x@example.com, phone: '1'}\n"
    overrides = f"overrides:\n{some}{some}{late}severities:\n"
    loaded = loads(changed(("people:\n", people), ("severities:\n", overrides)))
    codes = [one.code for one in loaded.findings]
    assert codes.count("override-overlaps") == codes.count("outside-horizon") == 1


def test_an_override_without_effect_still_stands_in_the_way_of_those_below_it() -> None:
    """The row that overlaps is said to overlap; nothing silently takes its place."""
    rows = "".join(
        f"  - {{role: oncall, from: 2026-11-10 {a}, to: 2026-11-10 {b}, primary: Bo Krag}}\n"
        for a, b in (("10:00", "12:00"), ("11:00", "14:00"), ("13:00", "15:00"))
    )
    spec, turns = rota(_THREE, f"overrides:\n{rows}")
    stamps = ("2026-11-10 11:00", "2026-11-10 12:00", "2026-11-10 13:30")
    assert asked(spec, turns, *stamps) == ["Bo Krag", "Tom Weiss", "Tom Weiss"]
