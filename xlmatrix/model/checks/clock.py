"""Zones, the horizon, hours, holidays and exceptions can be computed with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.base import Path, Problem, error, warning
from xlmatrix.model.calendars import public_holidays
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.parts import CalendarSpec
from xlmatrix.worktime import Zone, parse_hours
from xlmatrix.worktime.hours import parse_shifts

# The Calendar sheet holds a row per shift; forty years of split shifts still fit in comfort.
# The look-up keys of the workbook count up to 10**9 working seconds a calendar.
_LONGEST_YEARS = 30


def check(spec: MatrixSpec) -> Iterator[Problem]:
    """What the clock cannot compute (errors) and what is odd about it (warnings)."""
    yield from _zone(("zone",), spec.zone)
    for place, person in enumerate(spec.people):
        if person.zone is not None:
            yield from _zone(("people", place, "zone"), person.zone)
    yield from _horizon(spec)
    for place, calendar in enumerate(spec.calendars):
        here: Path = ("calendars", place)
        yield from _hours(here, calendar)
        yield from _exceptions(here, calendar, spec)
        yield from _holidays(here, calendar, spec)


def _zone(path: Path, name: str) -> Iterator[Problem]:
    try:
        Zone.load(name)
    except XlmatrixError as failed:
        yield error("zone", path, failed.what, failed.mend)


def _horizon(spec: MatrixSpec) -> Iterator[Problem]:
    start, end = spec.horizon.start, spec.horizon.end
    if end < start:
        yield error(
            "horizon",
            ("horizon",),
            f"the horizon is empty: it ends on {end} and starts on {start}",
            "Write an end that is not before the start",
        )
    elif end.year - start.year > _LONGEST_YEARS:
        yield error(
            "horizon",
            ("horizon",),
            f"the horizon spans more than {_LONGEST_YEARS} years",
            "Take the years that incidents can fall in",
        )
    if not start <= spec.policy.effective <= end:
        yield warning(
            "policy-outside",
            ("policy", "effective"),
            f"the policy takes effect on {spec.policy.effective}, outside the horizon",
            "Correct the date or widen the horizon",
        )


def _hours(here: Path, calendar: CalendarSpec) -> Iterator[Problem]:
    try:
        parsed = parse_hours(calendar.hours)
    except XlmatrixError as failed:
        yield error("hours", (*here, "hours"), _with_place(failed), failed.mend)
        return
    holidays = calendar.holidays
    if parsed.always and (holidays.country is not None or holidays.dates):
        yield warning(
            "always-closed",
            (*here, "holidays"),
            f"the calendar '{calendar.id}' is open 24x7 and yet closes on holidays",
            "Remove the holidays if somebody is on call every day",
        )


def _with_place(failed: XlmatrixError) -> str:
    """What is wrong with hours, with the day it is wrong on."""
    day = failed.where.removeprefix("hours").strip()
    return f"{day}: {failed.what}" if day else failed.what


def _exceptions(here: Path, calendar: CalendarSpec, spec: MatrixSpec) -> Iterator[Problem]:
    for day, text in calendar.exceptions.items():
        path: Path = (*here, "exceptions", day.isoformat())
        try:
            parse_shifts(text)
        except XlmatrixError as failed:
            mend = "Write the day's hours like 09:00-12:00, or closed"
            yield error("hours", path, failed.what, mend)
        yield from _inside(path, day, spec)


def _inside(path: Path, day: date, spec: MatrixSpec) -> Iterator[Problem]:
    if spec.horizon.start <= spec.horizon.end and not (
        spec.horizon.start <= day <= spec.horizon.end
    ):
        yield warning(
            "outside-horizon",
            path,
            f"{day} is outside the horizon, so it changes nothing",
            "Correct the date, remove it, or widen the horizon",
        )


def _holidays(here: Path, calendar: CalendarSpec, spec: MatrixSpec) -> Iterator[Problem]:
    written = calendar.holidays
    year = spec.horizon.start.year
    try:
        public_holidays(written, year, year)
    except XlmatrixError as failed:
        key = failed.where.rpartition(".")[2]
        yield error("holidays", (*here, "holidays", key), failed.what, failed.mend)
    for day in written.dates:
        yield from _inside((*here, "holidays", "dates", day.isoformat()), day, spec)
