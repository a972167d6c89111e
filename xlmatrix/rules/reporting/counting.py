"""One clock: from the instant of its moment to the safe one and the one by law, in a zone.

The safe instant never rolls and skips no holiday that the authority is not known to keep: hours are
absolute; days, weeks and months keep the wall-clock time of the moment in the authority's zone (a
month ends on the last day where its date does not exist); business days count after its date. A
cut-off hour makes it earlier, never later.

Reg. (EEC, Euratom) 1182/71 Art. 3 gives more: the day of the event does not count, the period runs
to the end of its last day, (4) to the end of the next working day where that is a Saturday, Sunday
or holiday, and (5) two days or more contain two working days. Art. 5(4) of Del. Reg. (EU) 2025/301
gives until noon of the next working day.

Instants are epoch seconds. :data:`BEYOND` stands for one that the calendar does not hold.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from xlmatrix.worktime import Zone

DAY_S: Final = 86_400
#: The last second of a day, counted from its midnight.
END_OF_DAY_S: Final = DAY_S - 1
#: No clock counts more: it is beyond every calendar.
MOST: Final = 10**7
#: Later than every instant of a calendar.
BEYOND: Final = 10**12
#: A cut-off hour.
_HOUR: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
#: Units whose end the law counts in days.
IN_DAYS: Final = frozenset({"days", "weeks", "months", "business days"})


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Dates that are neither Saturday nor Sunday nor a holiday, in a range of dates.

    ``certain`` says that whoever counts is known to keep the holidays.
    """

    holidays: Mapping[date, str]
    first: date
    last: date
    certain: bool = True

    def is_working(self, day: date) -> bool:
        """Whether a date is a working day."""
        return day.weekday() < 5 and day not in self.holidays

    def after(self, day: date, count: int) -> date | None:
        """The ``count``-th working day after a date; None beyond the range."""
        if not self.first <= day <= self.last:
            return None
        while count:
            if day >= self.last:
                return None
            day += timedelta(days=1)
            count -= self.is_working(day)
        return day

    def at_or_after(self, day: date) -> date | None:
        """The date itself when it is a working day, else the next one."""
        return day if self.is_working(day) else self.after(day, 1)

    def safe(self) -> WorkingDays:
        """The working days of whoever keeps no holiday that is not certain."""
        return self if self.certain else WorkingDays({}, self.first, self.last)


@dataclass(frozen=True, slots=True)
class Authority:
    """Whose clock counts: zone and working days.

    ``declared`` says that it is known whose they are; else nothing counts beyond the safe time.
    """

    zone: Zone
    days: WorkingDays
    declared: bool = True

    def wall(self, instant: int) -> datetime:
        """What the authority's clock shows."""
        return datetime(1970, 1, 1) + timedelta(seconds=int(self.zone.to_local(instant)))

    def instant(self, wall: datetime) -> int:
        """A time of the authority's clock as an instant: the earlier one in an overlap."""
        return int(self.zone.to_utc(int((wall - datetime(1970, 1, 1)).total_seconds())))

    def holds(self, instant: int) -> bool:
        """Whether the calendar holds the date of an instant."""
        return self.days.first <= self.wall(instant).date() <= self.days.last

    def at(self, day: date | None, moment: time) -> int:
        """A time of a day; beyond without a day."""
        return BEYOND if day is None else self.instant(datetime.combine(day, moment))


@dataclass(frozen=True, slots=True)
class Run:
    """How one clock runs: its start, the safe instant, and the one by law before it rolls.

    ``raw`` and ``raw_law`` are the same before cut-off hours and ends of days, ``end`` and
    ``end_law`` also where the calendar does not hold them.
    """

    start: int
    safe: int
    law: int
    unit: str
    amount: int
    raw: int
    raw_law: int
    end: int
    end_law: int


def cut_off(ends: str) -> time | None:
    """The cut-off hour that ``ends`` says; None for ``clock``, ``day`` and what is no hour."""
    return time.fromisoformat(ends) if _HOUR.fullmatch(ends) else None


def run(start: int, amount: int, unit: str, ends: str, authority: Authority) -> Run:
    """One clock from its start."""
    law: int | None = None
    try:
        safe = _safe(start, amount, unit, authority, authority.days.safe())
        if unit == "business days":
            law = _safe(start, amount, unit, authority, authority.days)
    except (OverflowError, ValueError):
        # Beyond the years that there are.
        safe = BEYOND
    ends_at = (safe, safe if law is None else law)
    safe, law = (_held(start, one, authority) for one in ends_at)
    raw = (safe, law)
    hour = cut_off(ends)
    if unit in IN_DAYS and (ends == "day" or hour is not None):
        if hour is not None:
            safe = _no_later(safe, hour, authority)
        if law < BEYOND:
            law = authority.at(authority.wall(law).date(), hour or time(23, 59, 59))
    return Run(start, safe, law, unit, amount, *raw, *ends_at)


def _held(start: int, instant: int, authority: Authority) -> int:
    """An instant, beyond where the calendar does not hold its date or that of its start."""
    held = instant < BEYOND and authority.holds(start) and authority.holds(instant)
    return instant if held else BEYOND


def _safe(start: int, amount: int, unit: str, authority: Authority, days: WorkingDays) -> int:
    if unit == "immediately":
        return start
    if unit == "hours":
        return start + amount * 3600
    wall = authority.wall(start)
    if unit == "business days":
        return authority.at(days.after(wall.date(), amount), wall.time())
    if unit == "months":
        months = wall.month - 1 + amount
        year, month = wall.year + months // 12, months % 12 + 1
        day = date(year, month, min(wall.day, monthrange(year, month)[1]))
        return authority.at(day, wall.time())
    if unit in ("days", "weeks"):
        return authority.instant(wall + timedelta(days=amount * (7 if unit == "weeks" else 1)))
    return start


def _no_later(safe: int, hour: time, authority: Authority) -> int:
    if safe >= BEYOND:
        return safe
    return min(safe, authority.at(authority.wall(safe).date(), hour))


def rolled(run: Run, roll: str, authority: Authority) -> int:
    """The instant by law of the clock that is due, rolled once."""
    if run.law >= BEYOND or roll == "none":
        return run.law
    days, day = authority.days, authority.wall(run.law).date()
    if roll == "eu-1182-71" and run.unit in IN_DAYS:
        last = days.at_or_after(day)
        if run.unit in ("weeks", "months") or run.amount >= 2:
            second = days.after(authority.wall(run.start).date(), 2)
            last = None if last is None or second is None else max(last, second)
        return authority.at(last, time(23, 59, 59))
    if days.is_working(day):
        return run.law
    if roll == "noon":
        return authority.at(days.at_or_after(day), time(12))
    if roll == "next-working-day":
        return authority.at(days.at_or_after(day), authority.wall(run.law).time())
    return run.law


def end_of_year(instant: int, authority: Authority, *, typed: bool = False) -> int:
    """The last second of the authority's calendar year that an instant falls into.

    ``typed`` says that somebody wrote the end of the year itself: one in January is that of the
    year before.
    """
    wall = authority.wall(instant)
    year = wall.year - (typed and wall.month == 1)
    return authority.instant(datetime(year, 12, 31, 23, 59, 59))
