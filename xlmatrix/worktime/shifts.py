"""From weekly hours, holidays and exceptions to working intervals in UTC."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from xlmatrix.errors import XlmatrixError
from xlmatrix.worktime.hours import DAY_S, Shifts, WeeklyHours, check_shifts, parse_shifts
from xlmatrix.worktime.zones import Zone

Int64Array = NDArray[np.int64]
_DAY_ZERO = date(1970, 1, 1).toordinal()


class HolidayMode(StrEnum):
    """What a holiday closes: its 24 local hours, or the shifts that begin on it."""

    CLIP = "clip"
    SHIFT = "shift"


@dataclass(frozen=True, slots=True)
class Earlier:
    """Weekly hours, and what a holiday closed, on the dates before one."""

    until: date
    hours: WeeklyHours
    mode: HolidayMode


@dataclass(frozen=True, slots=True)
class Plan:
    """What is open when, on local dates: the input from which intervals are made.

    ``earlier`` are the hours of before, the oldest first; each holds until the next one.
    """

    hours: WeeklyHours
    start: date
    end: date
    holidays: Mapping[date, str]
    mode: HolidayMode
    exceptions: Mapping[date, Shifts]
    earlier: tuple[Earlier, ...] = ()

    def earlier_on(self, day: date) -> int | None:
        """Which of the earlier hours (from 0) a date has; None for those of now."""
        return next((n for n, one in enumerate(self.earlier) if day < one.until), None)

    def hours_on(self, day: date) -> WeeklyHours:
        """The weekly hours that a date has."""
        place = self.earlier_on(day)
        return self.hours if place is None else self.earlier[place].hours

    def mode_on(self, day: date) -> HolidayMode:
        """What a holiday on a date closes."""
        place = self.earlier_on(day)
        return self.mode if place is None else self.earlier[place].mode

    def shifts_of(self, day: date) -> Shifts:
        """The shifts that begin on a local date. An exception wins over a holiday."""
        if day in self.exceptions:
            return self.exceptions[day]
        if day in self.holidays and self.mode_on(day) is HolidayMode.SHIFT:
            return ()
        return self.hours_on(day).days[day.weekday()]

    def clipped(self) -> list[date]:
        """The local dates that are closed from 00:00 to 24:00."""
        return sorted(
            day
            for day in self.holidays
            if day not in self.exceptions and self.mode_on(day) is HolidayMode.CLIP
        )


def holiday_names(given: Iterable[date] | Mapping[date, str]) -> dict[date, str]:
    """Holidays as date → name; the name is empty where dates alone are given."""
    asked: object = given
    if not isinstance(asked, Iterable) or isinstance(asked, str):
        raise XlmatrixError(
            f"{given!r} is not a list of dates", where="holidays", mend="Give datetime.date values"
        )
    pairs = given.items() if isinstance(given, Mapping) else ((day, "") for day in given)
    return {plain_date(day, "holidays"): str(name) for day, name in pairs}


def exception_shifts(given: Mapping[date, str | Shifts] | tuple[()]) -> dict[date, Shifts]:
    """Exceptions as date → shifts, each checked by itself."""
    found: dict[date, Shifts] = {}
    for key, value in given.items() if isinstance(given, Mapping) else ():
        day = plain_date(key, "exceptions")
        where = f"exception {day}"
        if isinstance(value, str):
            found[day] = parse_shifts(value, where=where)
        else:
            found[day] = tuple(sorted((int(start), int(end)) for start, end in value))
            check_shifts(found[day], where=where)
    return found


def plain_date(value: object, where: str) -> date:
    """A date without time of day; a datetime is cut to its date."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    raise XlmatrixError(f"{value!r} is not a date", where=where, mend="Give datetime.date values")


def local_midnight(day: date) -> int:
    """Wall-clock seconds of a date's 00:00, counted as if it were UTC."""
    return (day.toordinal() - _DAY_ZERO) * DAY_S


def intervals(plan: Plan, zone: Zone) -> tuple[Int64Array, Int64Array]:
    """Start and end of every working interval, UTC epoch seconds, from the plan's first midnight.

    A shift over midnight that begins on the day before the first date is there with its tail. What
    lies before that midnight or in a closed day is left as an empty interval, or one that ends
    before it starts; the table drops them.
    """
    spans: list[tuple[int, int]] = []
    day = plan.start - timedelta(days=1)
    while day <= plan.end:
        midnight = local_midnight(day)
        spans.extend((midnight + start, midnight + end) for start, end in plan.shifts_of(day))
        day += timedelta(days=1)
    local = np.array(spans, dtype=np.int64).reshape(-1, 2)
    start, end = zone.boundary(local[:, 0]), zone.boundary(local[:, 1])
    start = np.maximum(start, zone.boundary(local_midnight(plan.start)))
    return _without_days(start, end, plan, zone)


def _without_days(
    start: Int64Array, end: Int64Array, plan: Plan, zone: Zone
) -> tuple[Int64Array, Int64Array]:
    for day in plan.clipped():
        if not plan.start <= day <= plan.end + timedelta(days=1):
            continue
        shut = zone.boundary(local_midnight(day))
        reopen = zone.boundary(local_midnight(day) + DAY_S)
        hit = (start < reopen) & (end > shut)
        if hit.any():
            # A shift that spans the whole day leaves a piece on either side.
            before = np.minimum(end[hit], shut)
            after = np.maximum(start[hit], reopen)
            start = np.concatenate([start[~hit], start[hit], after])
            end = np.concatenate([end[~hit], before, end[hit]])
    return start, end
