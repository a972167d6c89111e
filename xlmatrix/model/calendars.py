"""From a calendar as written to the one that computes: hours, holidays and exceptions."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.base import suggestion
from xlmatrix.model.duration import Duration
from xlmatrix.model.ladder import Share
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.parts import CalendarSpec, Holidays
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import is_timed
from xlmatrix.worktime import Calendar, HolidayMode, WeeklyHours, Zone, parse_hours
from xlmatrix.worktime.shifts import Earlier

#: What an exception says when nobody works that day.
CLOSED = "closed"


def weekly_hours(calendar: CalendarSpec) -> WeeklyHours:
    """The parsed weekly hours; raises a planned error where they do not parse."""
    return _parsed(calendar.hours)


@lru_cache(maxsize=256)
def _parsed(hours: str) -> WeeklyHours:
    # Every amount of business days asks how long a day is.
    return parse_hours(hours)


def day_seconds(calendar: CalendarSpec) -> int:
    """How many working seconds one business day of this calendar is."""
    if calendar.day is not None and calendar.day.seconds is not None:
        return calendar.day.seconds
    return weekly_hours(calendar).day_seconds()


#: No call comes later than three years after an incident.
LATEST_CALL_S: Final = 10**8


def step_seconds(spec: MatrixSpec, severity: Severity, after: Duration | Share) -> int | None:
    """When a call comes, in working seconds of the severity's calendar.

    None for a share of a target that the ladder's calendar cannot count (one that is not set, is in
    calendar days or runs on another calendar), and for what is beyond every ladder.
    """
    if isinstance(after, Duration):
        lasts = after.working_seconds(day_seconds(spec.calendar(severity.calendar)))
        return lasts if lasts <= LATEST_CALL_S else None
    target = severity.targets.get(after.target)
    if not is_timed(target) or target.within.days is not None:
        return None
    if severity.calendar_of(target) != severity.calendar:
        return None
    whole = target.within.working_seconds(day_seconds(spec.calendar(severity.calendar)))
    return after.of(whole)


def holiday_dates(
    spec: MatrixSpec, calendar_id: str, start: date | None = None, end: date | None = None
) -> dict[date, str]:
    """The closed dates of a calendar with their names, sorted.

    Parameters
    ----------
    start, end
        Public holidays are given for every year these touch; the horizon's where left out. Own
        dates are always included and win over a public holiday's name.

    Raises
    ------
    XlmatrixError
        For a country or subdivision that the ``holidays`` package does not know.
    """
    written = spec.calendar(calendar_id).holidays
    first, last = start or spec.horizon.start, end or spec.horizon.end
    public = public_holidays(written, first.year, last.year)
    worked = set(written.without)
    observed = {day: name for day, name in public.items() if day not in worked}
    return dict(sorted((observed | dict(written.dates)).items()))


def build_calendar(
    spec: MatrixSpec,
    calendar_id: str,
    start: date | None = None,
    end: date | None = None,
    *,
    zone: Zone | None = None,
    before: bool = False,
) -> Calendar:
    """The calendar that computes due times, over the horizon or the dates given (both included).

    ``zone`` is the spec's zone by another table than the newest. ``before`` gives the dates of
    earlier versions the hours that they had: a log asks for them, a plan of what comes does not.
    """
    written = spec.calendar(calendar_id)
    first, last = start or spec.horizon.start, end or spec.horizon.end
    return Calendar.build(
        hours=written.hours,
        zone=zone or spec.zone,
        holidays=holiday_dates(spec, calendar_id, first, last),
        start=first,
        end=last,
        holiday_mode=written.holidays.mode,
        exceptions={
            day: "" if hours.casefold() == CLOSED else hours
            for day, hours in written.exceptions.items()
        },
        earlier=_earlier(spec, written) if before else (),
    )


def _earlier(spec: MatrixSpec, calendar: CalendarSpec) -> list[Earlier]:
    """The hours of a calendar under the versions before; none where they never changed."""
    known = [version.calendars.get(calendar.id) for version in spec.history]
    if not any(known):
        return []
    ends = [*(version.effective for version in spec.history[1:]), spec.policy.effective]
    now = calendar.holidays.mode
    return [
        Earlier(
            until,
            _parsed(one.hours if one else calendar.hours),
            HolidayMode(one.mode or now if one else now),
        )
        for until, one in zip(ends, known, strict=True)
    ]


def public_holidays(written: Holidays, first_year: int, last_year: int) -> dict[date, str]:
    """Public holidays of the country and subdivision, in English where the package can."""
    if written.country is None:
        return {}
    return dict(national_holidays(written.country, written.subdivision, first_year, last_year))


def _country_suggestion(given: str, codes: list[str]) -> str:
    """The code of a country given by its name, where the package knows that name."""
    from holidays.registry import COUNTRIES

    wanted = given.strip().lower().replace(" ", "_")
    if wanted in COUNTRIES:
        return f"Write its code: {COUNTRIES[wanted][1]}"
    return suggestion(given, codes, instead="Use a two-letter country code")


@lru_cache(maxsize=64)
def national_holidays(
    country: str, subdivision: str | None, first_year: int, last_year: int
) -> tuple[tuple[date, str], ...]:
    """The public holidays of a country, sorted by date.

    Raises
    ------
    XlmatrixError
        For a country or a subdivision that has none.
    """
    import holidays  # a quarter of a second that most commands can do without

    years = range(first_year, last_year + 1)
    code = country.strip().upper()
    known = holidays.list_supported_countries(include_aliases=True)
    if code not in known:
        raise XlmatrixError(
            f"there are no public holidays for the country '{country}'",
            where="holidays.country",
            mend=_country_suggestion(country, list(holidays.list_supported_countries())),
        )
    languages = holidays.list_localized_countries().get(code, [])
    language = next((tag for tag in ("en_GB", "en_US") if tag in languages), None)
    try:
        found = holidays.country_holidays(code, subdiv=subdivision, years=years, language=language)
    except NotImplementedError as failed:
        raise XlmatrixError(
            f"the country '{code}' has no subdivision '{subdivision}'",
            where="holidays.subdivision",
            mend=suggestion(str(subdivision), list(known[code]), instead="Use one of its codes"),
        ) from failed
    return tuple(sorted((day, str(name)) for day, name in found.items()))
