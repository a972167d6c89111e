"""On which days drills are held: the wished weekday, moved off holidays and closed days."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from xlmatrix.model.drills import WEEKDAYS, Drills

OpenDay = Callable[[date], bool]


def drill_days(drills: Drills, start: date, open_day: OpenDay) -> list[date | None]:
    """One day in each month counted from ``start``; None where the month has no open day.

    The wished day is the ``week``-th ``weekday`` of the month (its last where there are fewer). A
    closed one gives way to the next open day of that month, else to the nearest one before.
    """
    return [
        next((day for day in _by_preference(drills, first, end) if open_day(day)), None)
        for first, end in _months(start, drills.months)
    ]


def months_later(start: date, months: int) -> date:
    """The same day so many months later, or the month's last where it has no such day."""
    years, month = divmod(start.month - 1 + months, 12)
    first = date(start.year + years, month + 1, 1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(start.day, last.day))


def _months(start: date, months: int) -> Iterator[tuple[date, date]]:
    """First day and the day after the last of each month of the plan."""
    for number in range(months):
        yield months_later(start, number), months_later(start, number + 1)


def _by_preference(drills: Drills, first: date, end: date) -> Iterator[date]:
    ahead = (WEEKDAYS.index(drills.weekday) - first.weekday()) % 7
    wished = first + timedelta(days=ahead + 7 * (drills.week - 1))
    while wished >= end:
        wished -= timedelta(days=7)
    later = (end - wished).days
    yield from (wished + timedelta(days=days) for days in range(later))
    yield from (wished - timedelta(days=days) for days in range(1, (wished - first).days + 1))
