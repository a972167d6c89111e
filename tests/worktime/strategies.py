"""Random calendars for the comparison with the stepper, and their text for the engine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.worktime.stepper import Case, Spans
from xlmatrix.worktime import Calendar

WEEK = 7 * 1440
NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

# Zones with a first day shortly before one of their clock changes.
ZONES_AND_DAYS = (
    ("Europe/Berlin", date(2026, 3, 26)),
    ("Europe/Berlin", date(2026, 10, 22)),
    ("America/Chicago", date(2018, 3, 8)),
    ("America/Chicago", date(2018, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 2)),
    ("Australia/Lord_Howe", date(2026, 10, 1)),
    ("Pacific/Apia", date(2011, 12, 27)),
    ("Africa/Casablanca", date(2026, 2, 12)),
    ("Africa/Casablanca", date(2026, 3, 19)),
    ("Asia/Tehran", date(2022, 3, 19)),
    ("Asia/Tehran", date(2022, 9, 18)),
    ("America/Havana", date(2026, 3, 5)),
    ("America/Havana", date(2026, 10, 29)),
    ("Asia/Beirut", date(2026, 3, 26)),
    ("Asia/Kathmandu", date(2026, 6, 1)),
    ("UTC", date(2026, 12, 28)),
)

ORDINARY_WEEKS: tuple[tuple[Spans, ...], ...] = (
    (((540, 750), (795, 1050)),) * 5 + ((), ()),
    (((1320, 1800),),) * 5 + ((), ()),
    (((0, 1440),),) * 7,
    (((60, 150), (155, 1500)),) * 7,
    (((0, 120), (150, 360)),) * 7,
)


@st.composite
def weeks(draw: st.DrawFn) -> tuple[Spans, ...]:
    """Shifts of a week that do not overlap: every second stretch between random cuts is open."""
    cuts = sorted(draw(st.sets(st.integers(0, WEEK // 5 - 1), min_size=4, max_size=30)))
    pairs = zip(cuts[::2], [*cuts[1::2], cuts[0] + WEEK // 5], strict=False)
    days: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for start, end in ((5 * a, 5 * b) for a, b in pairs):
        day, minute = divmod(start, 1440)
        # A shift of 24 h from another time than midnight has no text.
        if end - start < 1440:
            days[day].append((minute, minute + end - start))
    if not any(days):
        days[0].append((540, 1020))
    return tuple(tuple(day) for day in days)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone, first = draw(st.sampled_from(ZONES_AND_DAYS))
    length = draw(st.integers(0, 9))
    start = first + timedelta(days=draw(st.integers(-1, 2)))
    dates = st.integers(-1, length + 1).map(lambda step: start + timedelta(days=step))
    exception = st.sampled_from(((), ((600, 840),), ((0, 1440),), ((1380, 1500),), ((120, 180),)))
    return Case(
        week=draw(st.one_of(weeks(), st.sampled_from(ORDINARY_WEEKS))),
        zone=zone,
        start=start,
        end=start + timedelta(days=length),
        holidays=draw(st.frozensets(dates, max_size=3)),
        mode=draw(st.sampled_from(("clip", "shift"))),
        exceptions=draw(st.dictionaries(dates, exception, max_size=2)),
    )


def clock(minute: int) -> str:
    minute = minute if minute <= 1440 else minute - 1440
    return f"{minute // 60:02d}:{minute % 60:02d}"


def shifts_text(spans: Spans) -> str:
    return ",".join(f"{clock(a)}-{clock(b)}" for a, b in spans)


def week_text(week: tuple[Spans, ...]) -> str:
    return "; ".join(f"{NAMES[d]} {shifts_text(s)}" for d, s in enumerate(week) if s)


def calendar_of(case: Case) -> Calendar:
    exceptions: Mapping[date, str] = {d: shifts_text(s) for d, s in case.exceptions.items()}
    return Calendar.build(
        hours=week_text(case.week),
        zone=case.zone,
        holidays=sorted(case.holidays),
        start=case.start,
        end=case.end,
        holiday_mode=case.mode,
        exceptions=exceptions,
    )
