"""A clock so simple that it is plainly right: it walks UTC minute by minute and looks at the wall.

It shares nothing with the engine: no table, no offsets, no parsing. Hours come as numbers, the
local time of each minute from ``zoneinfo``, by the edition of its data that the engine uses too. A
shift boundary is the first instant at which the wall clock shows that time *or later*; so what
counts is the latest time the wall has shown so far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate

from xlmatrix.worktime.database import zone_info

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
Spans = Sequence[tuple[int, int]]
"""(start, end) in minutes since the local midnight of the day on which a shift begins."""


@dataclass(frozen=True)
class Case:
    """A calendar said in numbers, and its text for the engine."""

    week: tuple[Spans, ...]
    zone: str
    start: date
    end: date
    holidays: frozenset[date]
    mode: str
    exceptions: Mapping[date, Spans]


class Stepper:
    """Open or closed for every minute of a horizon, found by walking."""

    def __init__(self, case: Case) -> None:
        zone = zone_info(case.zone)
        at = datetime(case.start.year, case.start.month, case.start.day, tzinfo=UTC) - 2 * DAY
        midnight = datetime(case.start.year, case.start.month, case.start.day)
        last_midnight = datetime(case.end.year, case.end.month, case.end.day) + DAY
        spans = _wall_spans(case)
        shut = _shut_dates(case)
        wall = datetime.min
        self.low: datetime | None = None
        self.open: list[bool] = []
        passed_end = False
        stop = at + timedelta(days=(case.end - case.start).days + 6)
        while at < stop:
            wall = max(wall, at.astimezone(zone).replace(tzinfo=None))
            if wall >= midnight:
                self.low = self.low or at
                is_open = wall.date() not in shut and any(a <= wall < b for a, b in spans)
                # The horizon runs on while a shift of the last day does.
                passed_end = passed_end or wall >= last_midnight
                if passed_end and not is_open:
                    break
                self.open.append(is_open)
            at += MINUTE
        self.passed = [0, *accumulate(self.open)]

    def due(self, start: datetime, minutes: int) -> datetime | None:
        """Walk until so many open minutes have passed; None where the horizon ends first."""
        assert self.low is not None
        at, left = (start - self.low) // MINUTE, minutes
        if not 0 <= at <= len(self.open):
            return None
        while at < len(self.open):
            if self.open[at]:
                if left <= 1:
                    return self.low + (at + left) * MINUTE
                left -= 1
            at += 1
        return None

    def elapsed(self, start: datetime, end: datetime) -> int:
        """Open minutes from start to end."""
        assert self.low is not None
        first, last = ((stamp - self.low) // MINUTE for stamp in (start, end))
        return self.passed[last] - self.passed[first]


def _wall_spans(case: Case) -> list[tuple[datetime, datetime]]:
    spans = []
    day = case.start - DAY
    while day <= case.end:
        midnight = datetime(day.year, day.month, day.day)
        if day in case.exceptions:
            shifts = case.exceptions[day]
        elif case.mode == "shift" and day in case.holidays:
            shifts = ()
        else:
            shifts = case.week[day.weekday()]
        spans += [(midnight + a * MINUTE, midnight + b * MINUTE) for a, b in shifts]
        day += DAY
    return spans


def _shut_dates(case: Case) -> set[date]:
    return set() if case.mode == "shift" else set(case.holidays) - set(case.exceptions)
