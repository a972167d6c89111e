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
from xlmatrix.tables.hours import CALENDARS, EXCEPTIONS, HOLIDAYS, HOURS
from xlmatrix.tables.kinds import DATE
from xlmatrix.worktime import parse_hours
from xlmatrix.worktime.hours import (
    DAY_NAMES,
    DAY_S,
    Shift,
    Shifts,
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
        changes |= _settings(source, calendar, own[0])
    if never_closes(calendar):
        return changed(calendar, **{k: v for k, v in changes.items() if k == "day"})
    weekly = source.records(HOURS.name)
    if weekly is not None:
        changes["hours"] = _hours(source, calendar, _of(weekly, calendar))
    exceptions = source.records(EXCEPTIONS.name)
    if exceptions is not None:
        changes["exceptions"] = _exceptions(source, calendar, _of(exceptions, calendar))
    holidays = source.records(HOLIDAYS.name)
    if holidays is not None:
        mode = changes.pop("mode", calendar.holidays.mode)
        changes["holidays"] = _holidays(source, base, calendar, holidays, mode)
    changes.pop("mode", None)
    return changed(calendar, **changes)


def _of(records: list[Record] | None, calendar: CalendarSpec) -> list[Record]:
    lowered = calendar.name.casefold()
    return [r for r in records or () if text(r, "Calendar").casefold() == lowered]


def _settings(source: Source, calendar: CalendarSpec, record: Record) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    hours = number_of(record.get("Working day (h)"))
    if hours is not None and 0 < hours <= 24:
        seconds = int(hours * 3600 + 0.5)
        if seconds != day_seconds(calendar):
            changes["day"] = Duration(seconds=seconds)
    else:
        source.odd(CALENDARS.name, calendar.name, "the working day is no hours", "Type 0.01 to 24")
    by_label = {label.casefold(): mode for mode, label in MODE_LABELS.items()}
    mode = by_label.get(text(record, "A holiday closes").casefold())
    if mode is not None:
        changes["mode"] = mode
    return changes


def day_of(value: Raw) -> date | None:
    """The date of a serial number; None for anything else and for years out of range."""
    day: date | None = DATE.read(value)
    return day if day is not None and FIRST_YEAR <= day.year <= LAST_YEAR else None


def _shifts(record: Record) -> tuple[list[Shift], bool]:
    """The shifts of a row as the formulas count them, and whether all of it was understood."""
    shifts: list[Shift] = []
    whole = True
    slot = 1
    while f"Open {slot}" in record:
        opens, closes = number_of(record[f"Open {slot}"]), number_of(record.get(f"Close {slot}"))
        filled = [record[f"Open {slot}"], record.get(f"Close {slot}")]
        slot += 1
        if opens is None or closes is None:
            whole = whole and all(value in (None, "") for value in filled)
            continue
        start, end = int(opens * DAY_S + 0.5), int(closes * DAY_S + 0.5)
        end += DAY_S if end <= start else 0
        if 0 <= start < DAY_S and start < end <= start + DAY_S:
            shifts.append((start, end))
        else:
            whole = False
    return shifts, whole


def _merged(shifts: list[Shift]) -> Shifts:
    """Shifts that overlap as one."""
    joined: list[Shift] = []
    for start, end in sorted(shifts):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _hours(source: Source, calendar: CalendarSpec, records: list[Record]) -> str:
    by_day = {text(record, "Day")[:3].casefold(): record for record in reversed(records)}
    days: list[Shifts] = []
    for name in DAY_NAMES:
        shifts, whole = _shifts(by_day.get(name.casefold(), {}))
        joined = _merged(shifts)
        if not whole or len(joined) != len(shifts):
            source.odd(
                HOURS.name,
                f"{calendar.name}, {name}",
                "the times of this day do not make shifts",
                "Type open and close as 09:00, one shift after the other",
            )
        days.append(joined)
    if not any(days):
        source.odd(HOURS.name, calendar.name, "no hours are left", "Type the times of a day")
        return calendar.hours
    was = weekly_hours(calendar)
    if tuple(days) == was.days:
        return calendar.hours
    try:
        hours = WeeklyHours(tuple(days)).text()
        return hours if parse_hours(hours).days == tuple(days) else calendar.hours
    except XlmatrixError as error:
        source.odd(HOURS.name, calendar.name, error.what, error.mend)
        return calendar.hours


def _exceptions(source: Source, calendar: CalendarSpec, records: list[Record]) -> dict[date, str]:
    found: dict[date, str] = {}
    for record in records:
        day = day_of(record.get("Date"))
        if day is None:
            source.odd(EXCEPTIONS.name, calendar.name, "a row has no date", "Type it as 2026-12-24")
            continue
        shifts, _ = _shifts(record)
        was = calendar.exceptions.get(day)
        now = shifts_text(_merged(shifts)) if shifts else CLOSED
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
        owner = text(record, "Calendar").casefold()
        if owner not in (calendar.name.casefold(), ALL_CALENDARS.casefold()):
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
