"""Holidays, exceptions, leave and overrides of the past stay: each date is its own version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import TypeVar

from xlmatrix.model.calendars import holiday_dates, public_holidays
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.oncall import Leave, Override
from xlmatrix.model.parts import CalendarSpec
from xlmatrix.regen.merging.before import Names

_Dated = TypeVar("_Dated", Leave, Override)


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


def with_leave_of(base: MatrixSpec, new: MatrixSpec, until: date) -> tuple[Leave, ...]:
    """Who is away by a new spec, and before ``until`` by the old one."""
    return _held(base.leave, new.leave, until)


def with_overrides_of(
    base: MatrixSpec, used: MatrixSpec, new: MatrixSpec, names: Names, until: date
) -> tuple[Override, ...]:
    """Who stands in by a new spec, and before ``until`` by the old one.

    Parameters
    ----------
    used
        The old spec with what people typed: whose roles and people the new workbook keeps.
    """
    roles = {role.id for role in (*new.roles, *used.roles)}
    people = {person.name for person in (*new.people, *used.people)} | {None}
    was = [one.model_copy(update={"role": names.role(one.role)}) for one in base.overrides]
    known = [one for one in was if one.role in roles and {one.primary, one.backup} <= people]
    return _held(known, new.overrides, until)


def _held(was: Iterable[_Dated], now: Sequence[_Dated], until: date) -> tuple[_Dated, ...]:
    """What holds from ``until`` on by the new, before by the old; as it stands where alike."""
    edge = datetime.combine(until, time())
    both = [_with(one, ends=min(one.ends, edge)) for one in was if one.begins < edge]
    both += [_with(one, begins=max(one.begins, edge)) for one in now if one.ends > edge]
    found: list[_Dated] = []
    for one in both:
        place = next((n for n, known in enumerate(found) if _goes_on(known, one)), None)
        if place is None:
            found.append(one)
        else:
            found[place] = _with(found[place], ends=one.ends)
    if sorted(found, key=_order) == sorted(now, key=_order):
        return tuple(now)
    return tuple(sorted(found, key=_order))


def _order(one: _Dated) -> tuple[datetime, datetime, str]:
    return one.begins, one.ends, one.model_dump_json()


def _with(one: _Dated, **edges: datetime) -> _Dated:
    return one.model_copy(update=edges)


def _goes_on(one: _Dated, other: _Dated) -> bool:
    return _with(one, ends=other.ends, begins=other.begins) == other and one.ends == other.begins


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
