"""tCalendars, tHours, tExceptions and tHolidays: when work is done."""

from __future__ import annotations

from datetime import date
from typing import Any

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.base import FIRST_YEAR, LAST_YEAR
from xlmatrix.model.calendars import CLOSED, day_seconds, public_holidays, weekly_hours
from xlmatrix.model.duration import Duration
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.parts import CalendarSpec, Holidays
from xlmatrix.regen.mapping.book import Record, Source, text
from xlmatrix.regen.mapping.lenient import changed
from xlmatrix.regen.reading.tables import Raw, number_of
from xlmatrix.rules.names import ALL_CALENDARS
from xlmatrix.sheets.hidden import MODE_LABELS
from xlmatrix.tables.hours import (
    CALENDARS,
    EXCEPTIONS,
    HOLIDAYS,
    HOURS,
)
from xlmatrix.tables.kinds import DATE, text_of
from xlmatrix.tables.meaning import bounds_of
from xlmatrix.tables.shifts import reach_of, shifts_in
from xlmatrix.worktime.hours import (
    DAY_NAMES,
    WeeklyHours,
    parse_shifts,
    shifts_text,
)


def calendars(source: Source, base: MatrixSpec) -> tuple[CalendarSpec, ...]:
    """The calendars as typed on Hours and Holidays."""
    return tuple(_calendar(source, base, calendar) for calendar in base.calendars)


def never_closes(calendar: CalendarSpec) -> bool:
    """Whether the workbook has no hours of this calendar to edit."""
    try:
        always = weekly_hours(calendar).always
    except XlmatrixError:
        return False
    empty = calendar.holidays.country is None and not calendar.holidays.dates
    return always and empty and not calendar.exceptions


def _calendar(source: Source, base: MatrixSpec, calendar: CalendarSpec) -> CalendarSpec:
    changes: dict[str, Any] = {}
    own = _of(source.records(CALENDARS.name), calendar)
    if own:
        changes |= _settings(calendar, own[0])
    if never_closes(calendar):
        return changed(calendar, **{k: v for k, v in changes.items() if k == "day"})
    weekly = source.records(HOURS.name)
    if weekly is not None:
        changes["hours"] = _hours(calendar, _of(weekly, calendar))
    exceptions = source.records(EXCEPTIONS.name)
    if exceptions is not None:
        changes["exceptions"] = _exceptions(calendar, _of(exceptions, calendar))
    holidays = source.records(HOLIDAYS.name)
    if holidays is not None:
        mode = changes.pop("mode", calendar.holidays.mode)
        changes["holidays"] = _holidays(source, base, calendar, holidays, mode)
    changes.pop("mode", None)
    return changed(calendar, **changes)


def _of(records: list[Record] | None, calendar: CalendarSpec) -> list[Record]:
    lowered = calendar.name.casefold()
    return [r for r in records or () if text_of(r.get("Calendar")).casefold() == lowered]


def _settings(calendar: CalendarSpec, record: Record) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    hours = number_of(record.get("Working day (h)"))
    low, high = bounds_of(CALENDARS["Working day (h)"])
    if hours is not None and low <= hours <= high:
        seconds = int(hours * 3600 + 0.5)
        if seconds != day_seconds(calendar):
            changes["day"] = Duration(seconds=seconds)
    by_label = {label.casefold(): mode for mode, label in MODE_LABELS.items()}
    mode = by_label.get(text_of(record.get("A holiday closes")).casefold())
    if mode is not None:
        changes["mode"] = mode
    return changes


def day_of(value: Raw) -> date | None:
    """The date of a serial number; None for anything else and for years out of range."""
    day: date | None = DATE.read(value)
    return day if day is not None and FIRST_YEAR <= day.year <= LAST_YEAR else None


def _hours(calendar: CalendarSpec, records: list[Record]) -> str:
    by_day = {text_of(r.get("Day"))[:3].casefold(): r for r in reversed(records)}
    rows = [by_day.get(name.casefold(), {}) for name in DAY_NAMES]
    reached = [reach_of(rows[day - 1]) for day in range(len(rows))]
    days = tuple(
        tuple(shifts_in(row, seconds).values()) for row, seconds in zip(rows, reached, strict=True)
    )
    # Of a calendar without any hours the sheet says so beside it.
    if not any(days) or days == weekly_hours(calendar).days:
        return calendar.hours
    return WeeklyHours(days).text()


def _exceptions(calendar: CalendarSpec, records: list[Record]) -> dict[date, str]:
    found: dict[date, str] = {}
    for record in records:
        day = day_of(record.get("Date"))
        if day is None or day in found:
            continue
        shifts = tuple(shifts_in(record).values())
        was = calendar.exceptions.get(day)
        now = shifts_text(shifts) if shifts else CLOSED
        if was is not None and _same_shifts(was, now):
            now = was
        found[day] = now
    return found if found != dict(calendar.exceptions) else dict(calendar.exceptions)


def _same_shifts(one: str, other: str) -> bool:
    try:
        return parse_shifts(one) == parse_shifts(other)
    except XlmatrixError:
        return False


def _holidays(
    source: Source, base: MatrixSpec, calendar: CalendarSpec, records: list[Record], mode: str
) -> Holidays:
    written = calendar.holidays
    start, end = base.horizon.start, base.horizon.end
    public = public_holidays(written, start.year, end.year)
    typed: dict[date, str] = {}
    for record in records:
        owner = text_of(record.get("Calendar")).casefold()
        # A date alone means all calendars.
        if owner not in ("", calendar.name.casefold(), ALL_CALENDARS.casefold()):
            continue
        day = day_of(record.get("Date"))
        if day is not None:
            typed.setdefault(day, text(record, "Holiday") or "Holiday")
    own = {day: name for day, name in typed.items() if public.get(day) != name}
    # What lies outside the dates of the workbook was not shown in it and cannot have been deleted.
    beyond = {day for day in written.without if day.year < start.year or day.year > end.year}
    without = tuple(sorted({day for day in public if day not in typed} | beyond))
    order = {day: name for day, name in written.dates.items() if own.get(day) == name}
    dates = order | {day: own[day] for day in sorted(own) if day not in order}
    return changed(written, mode=mode, dates=dates, without=without)
