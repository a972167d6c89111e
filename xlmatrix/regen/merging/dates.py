"""Holidays and exceptions of the past stay as they were: each date is its own version."""

from __future__ import annotations

from datetime import date

from xlmatrix.model.calendars import holiday_dates, public_holidays
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.parts import CalendarSpec
from xlmatrix.regen.merging.before import Names


def with_dates_of(
    base: MatrixSpec, new: MatrixSpec, names: Names, until: date
) -> tuple[CalendarSpec, ...]:
    """The calendars of a new spec with the closed and excepted dates that the old one had.

    Parameters
    ----------
    until
        The first date from which the new spec's hold. Dates before the old horizon are the new
        spec's too: no incident is known from there.
    """
    old = {names.calendar(one.id): one for one in base.calendars}
    return tuple(
        _with_dates(base, old[one.id], new, one, until) if one.id in old else one
        for one in new.calendars
    )


def _with_dates(
    base: MatrixSpec, was: CalendarSpec, new: MatrixSpec, now: CalendarSpec, until: date
) -> CalendarSpec:
    since = base.horizon.start

    def past(day: date) -> bool:
        return since <= day < until

    before = holiday_dates(base, was.id, since, until)
    after = holiday_dates(new, now.id, since, until)
    holidays, exceptions = now.holidays, now.exceptions
    gone = {day: title for day, title in before.items() if past(day) and day not in after}
    come = {day for day in after if past(day) and day not in before}
    if gone or come:
        public = public_holidays(holidays, since.year, until.year)
        dates = {day: title for day, title in holidays.dates.items() if day not in come}
        worked = (set(holidays.without) - set(gone)) | (come & set(public))
        dates |= {day: title for day, title in gone.items() if day not in public}
        changes = {"dates": dict(sorted(dates.items())), "without": tuple(sorted(worked))}
        holidays = holidays.model_copy(update=changes)
    held = {day: hours for day, hours in was.exceptions.items() if past(day)}
    if held != {day: hours for day, hours in exceptions.items() if past(day)}:
        later = {day: hours for day, hours in exceptions.items() if not past(day)}
        exceptions = dict(sorted((later | held).items()))
    if holidays is now.holidays and exceptions is now.exceptions:
        return now
    return now.model_copy(update={"holidays": holidays, "exceptions": exceptions})


def dates_held(new: MatrixSpec, made: MatrixSpec) -> int:
    """How many dates of a new spec are not those of the spec that was made of it."""
    known, count = {one.id: one for one in made.calendars}, 0
    edges = (new.horizon.start, new.horizon.end)
    for one in new.calendars:
        kept = known.get(one.id, one)
        if kept != one:
            wished, held = (holiday_dates(spec, one.id, *edges) for spec in (new, made))
            days = {*one.exceptions, *kept.exceptions}
            count += len(set(wished) ^ set(held))
            count += sum(one.exceptions.get(day) != kept.exceptions.get(day) for day in days)
    return count
