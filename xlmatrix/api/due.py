"""When one target is due, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from xlmatrix.api.stamps import given_stamp, instant
from xlmatrix.errors import HorizonError, XlmatrixError
from xlmatrix.model import Duration
from xlmatrix.worktime import Calendar, HolidayMode, Ledger, Zone, parse_hours
from xlmatrix.worktime.ledger import stamp_text
from xlmatrix.worktime.times import epoch_of

# Horizons tried, in days, until a deadline falls inside: most do in the first.
_SPANS: Final = (60, 800, 8_000)


def deadline(
    start: datetime | str,
    duration: str | int,
    *,
    hours: str = "24x7",
    zone: str = "UTC",
    holidays: Iterable[date] | Mapping[date, str] = (),
    holiday_mode: HolidayMode | str = HolidayMode.CLIP,
) -> Ledger:
    """When a target is due, and the account of it.

    Parameters
    ----------
    start
        Naive (wall clock in ``zone``), aware, or text such as ``2026-11-13 16:30``, with an offset
        if another zone is meant; ``now`` is this second.
    duration
        As in a spec (``4 h``, ``2 business days``, ``3 days`` on the wall clock) or
        working seconds.
    hours, zone, holidays, holiday_mode
        The calendar, as in :meth:`xlmatrix.worktime.Calendar.build`.

    Examples
    --------
    >>> ledger = deadline("2026-11-13 16:30", "4 h", hours="Mon-Fri 09:00-17:00",
    ...                   zone="Europe/Berlin")
    >>> ledger.due.isoformat()
    '2026-11-16T12:30:00+01:00'
    """
    known = Zone.load(zone)
    opened = instant(start, zone)
    length = _duration(duration)
    if length.days is not None:
        opened_s = int(opened.timestamp())
        seconds, hours, holidays = known.add_days(opened_s, length.days) - opened_s, "24x7", ()
    else:
        seconds = length.working_seconds(parse_hours(hours).day_seconds())
    first = opened.date() - timedelta(days=2)

    def calendar(days: int) -> Calendar:
        return Calendar.build(
            hours=hours,
            zone=zone,
            holidays=holidays if isinstance(holidays, Mapping) else list(holidays),
            start=first,
            end=_later(first, days),
            holiday_mode=holiday_mode,
        )

    found = _explained(calendar, opened, seconds, where=f"{duration} on {hours}")
    return replace(found, note=_note(given_stamp(start, zone), found.start, known))


def _note(given: datetime, start: datetime, zone: Zone) -> str:
    """How a start without an offset was taken, where the clock shows it twice or never."""
    if given.tzinfo is not None:
        return ""
    wall = epoch_of(given.year, given.month, given.day, given.hour, given.minute) + given.second
    match zone.flag(wall):
        case 0:
            return ""
        case 1:
            later = start.replace(fold=1)
            return (
                f"the clock shows {given:%Y-%m-%d %H:%M} twice: taken as the earlier, "
                f"{stamp_text(start)}; the later is {later.isoformat(timespec='minutes')}"
            )
        case _:
            shown = stamp_text(start)
            return f"the clock never shows {given:%Y-%m-%d %H:%M}: taken as {shown}"


def _explained(
    calendar: Callable[[int], Calendar], opened: datetime, seconds: int, *, where: str
) -> Ledger:
    """The account on the shortest of the calendars, by their days, that reaches the deadline."""
    for span in _SPANS:
        try:
            return calendar(span + seconds // 86_400).explain(opened, seconds)
        except HorizonError:
            continue
    raise XlmatrixError(
        "the deadline lies too far ahead to be computed",
        where=where,
        mend="Give a shorter duration or longer hours",
    )


def _duration(given: str | int) -> Duration:
    try:
        return Duration(seconds=given) if isinstance(given, int) else Duration.parse(given)
    except ValueError as error:
        raise XlmatrixError(
            str(error),
            where="duration",
            mend="Write it as 10 min, 4 h, 1 h 30 min, 2 business days or 3 days",
        ) from None


def _later(day: date, days: int) -> date:
    return min(day + timedelta(days=min(days, 60_000)), date(2100, 12, 31))
