"""When a notice is due: the safe instant, and the one that the rule's own counting allows.

The safe instant never rolls: hours are absolute, days and months keep the wall-clock time of the
trigger (a month ends on the last day where its date does not exist), the Nth business day after
the trigger's date keeps it too. Reg. (EEC, Euratom) 1182/71 Art. 3 gives more: the day of the event
does not count, the period runs to the end of its last day, (4) to the end of the next working day
where that is a Saturday, Sunday or holiday, and (5) two days or more contain two working days.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from xlmatrix.formula import Expr, F, if_, iferror, name
from xlmatrix.model.calendars import weekly_hours
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.obligations import NoticeUnit, Roll
from xlmatrix.rules import names
from xlmatrix.rules.instants import utc_of, wall_of
from xlmatrix.rules.names import BEYOND
from xlmatrix.rules.words import left
from xlmatrix.worktime import Zone

DAY_S: Final = 86_400
#: No clock counts more: it is beyond every calendar.
MOST: Final = 10**7
#: The last second of a day, counted from its midnight.
END_OF_DAY_S: Final = DAY_S - 1
WD_FIRST: Final = name("Wd_First")
WD_COUNT: Final = name("Wd_Count")
WD_OPEN: Final = name("Wd_Open")

IN_TIME: Final = "Reported in time"
REPORTED_LATE: Final = "Reported late"
OVERDUE: Final = "Overdue"
PAST_SAFE: Final = "Past the safe time"
SOON: Final = "Due soon"
RUNNING: Final = "Running"
NOT_REPORTABLE: Final = "Not to be reported"
#: What a decider says of a fact that need not be reported.
NO_REPORT: Final = "no report"


@dataclass(frozen=True, slots=True)
class Period:
    """What a notice's clock counts."""

    amount: int
    unit: NoticeUnit
    roll: Roll = "none"


@dataclass(frozen=True, slots=True)
class Dues:
    """The safe instant and the one by law, in epoch seconds; None lies beyond the horizon."""

    safe: int | None
    law: int | None


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Dates that are neither Saturday nor Sunday nor a holiday, in a range of dates."""

    holidays: Mapping[date, str]
    first: date
    last: date

    def is_working(self, day: date) -> bool:
        """Whether a date is a working day."""
        return day.weekday() < 5 and day not in self.holidays

    def after(self, day: date, count: int) -> date | None:
        """The ``count``-th working day after a date; None beyond the range."""
        while count:
            day += timedelta(days=1)
            if day > self.last:
                return None
            count -= self.is_working(day)
        return day

    def at_or_after(self, day: date) -> date | None:
        """The date itself when it is a working day, else the next one."""
        return day if self.is_working(day) else self.after(day, 1)


def notice_calendar(spec: MatrixSpec) -> str | None:
    """The calendar whose holidays count: the one chosen, else the first that ever closes."""
    if spec.obligations.calendar is not None:
        return spec.obligations.calendar
    closing = (one.id for one in spec.calendars if not weekly_hours(one).always)
    return next(closing, None)


def dues(period: Period, trigger: datetime, zone: Zone, days: WorkingDays) -> Dues:
    """The two due times of a notice, from the naive wall-clock time of its trigger.

    ``days`` must span the horizon; a trigger before it, or an answer after it, is None.
    """
    if trigger.date() < days.first:
        return Dues(None, None)
    try:
        safe = _safe(period, trigger, zone, days)
    except (OverflowError, ValueError):
        # Beyond the years that there are.
        safe = None
    if safe is None or _local(safe, zone).date() > days.last:
        return Dues(None, None)
    law = _by_law(period, trigger, safe, zone, days)
    inside = law is not None and _local(law, zone).date() <= days.last
    return Dues(safe, law if inside else None)


def _safe(period: Period, trigger: datetime, zone: Zone, days: WorkingDays) -> int | None:
    amount, day = period.amount, trigger.date()
    match period.unit:
        case "hours":
            return _instant(trigger, zone) + amount * 3600
        case "days":
            return _instant(trigger + timedelta(days=amount), zone)
        case "business days":
            nth = days.after(day, amount)
            return None if nth is None else _instant(datetime.combine(nth, trigger.time()), zone)
        case "months":
            months = day.month - 1 + amount
            year, month = day.year + months // 12, months % 12 + 1
            day = date(year, month, min(day.day, monthrange(year, month)[1]))
            return _instant(datetime.combine(day, trigger.time()), zone)
    return _instant(trigger, zone)


def _by_law(
    period: Period, trigger: datetime, safe: int, zone: Zone, days: WorkingDays
) -> int | None:
    ends = _local(safe, zone).date()
    if period.roll == "eu-1182-71" and period.unit not in ("hours", "immediately"):
        last = days.at_or_after(ends)
        if period.unit == "months" or period.amount >= 2:
            second = days.after(trigger.date(), 2)
            last = None if last is None or second is None else max(last, second)
        return None if last is None else _instant(datetime.combine(last, time(23, 59, 59)), zone)
    if period.roll == "noon" and not days.is_working(ends):
        last = days.at_or_after(ends)
        return None if last is None else _instant(datetime.combine(last, time(12)), zone)
    return safe


def state_of(due: Dues, trigger: int, reported: int | None, now: int) -> str:
    """How a notice stands; all in seconds of one clock."""
    if due.safe is None or due.law is None:
        return ""
    if reported is not None:
        return REPORTED_LATE if reported > due.law else IN_TIME
    if now > due.law:
        return OVERDUE
    if now > due.safe:
        return PAST_SAFE
    return SOON if 4 * (due.safe - now) <= due.safe - trigger else RUNNING


def time_left(due_s: float, now_s: float) -> str:
    """Time until a due instant in words."""
    return left(int(due_s - now_s))


def safe_expr(trigger: Expr, amount: Expr, unit: Expr) -> Expr:
    """The safe instant in UTC from the trigger's wall-clock seconds; an error for beyond."""
    time_of_day = F.MOD(trigger, DAY_S)
    counted = F.MATCH(_count(_day(trigger)) + amount, WD_COUNT, 0)
    nth = F.IF(amount > 0, counted, _day(trigger) - WD_FIRST + 1)
    business = utc_of((WD_FIRST + nth - 1) * DAY_S + time_of_day)
    months = utc_of(F.EDATE(_day(trigger), amount) * DAY_S + time_of_day)
    by_unit = utc_of(trigger)
    for known, instant in (
        ("months", months),
        ("business days", business),
        ("days", utc_of(trigger + amount * DAY_S)),
        ("hours", utc_of(trigger) + amount * 3600),
    ):
        by_unit = if_(unit.eq(known), instant, by_unit)
    return by_unit


def inside_expr(instant: Expr, trigger: Expr) -> Expr:
    """An instant that the horizon holds together with its trigger, else the words for beyond.

    An error stands for an instant beyond the calendar; so the long formula stands here but twice.
    """
    outside = F.OR(utc_of(trigger) < names.HORIZON_START, instant >= names.HORIZON_END)
    return iferror(if_(outside, BEYOND, instant), BEYOND)


def law_expr(safe: Expr, trigger: Expr, amount: Expr, unit: Expr, roll: Expr) -> Expr:
    """The instant the rule allows, from the safe one; an error for beyond."""
    last_day = _day(wall_of(safe))
    rolled = WD_FIRST - 1 + F.MATCH(_count(last_day - 1) + 1, WD_COUNT, 0)
    second = WD_FIRST - 1 + F.MATCH(_count(_day(trigger)) + 2, WD_COUNT, 0)
    several = F.OR(unit.eq("months"), amount >= 2)
    by_1182 = F.MAX(rolled, if_(several, second, 0)) * DAY_S + END_OF_DAY_S
    works = F.INDEX(WD_OPEN, last_day - WD_FIRST + 1).eq(1)
    by_noon = if_(works, safe, utc_of(rolled * DAY_S + DAY_S // 2))
    in_days = F.AND(unit.ne("hours"), unit.ne("immediately"))
    eu = if_(F.AND(roll.eq("eu-1182-71"), in_days), utc_of(by_1182), safe)
    return if_(roll.eq("noon"), by_noon, eu)


def _day(wall_s: Expr) -> Expr:
    return F.INT(wall_s / DAY_S)


def _count(day: Expr) -> Expr:
    """Working days up to a date, from the first row of the hidden sheet."""
    return F.INDEX(WD_COUNT, day - WD_FIRST + 1)


def _instant(wall: datetime, zone: Zone) -> int:
    """A wall-clock time as an instant: the earlier one in an overlap."""
    return zone.to_utc(int((wall - datetime(1970, 1, 1)).total_seconds()))


def _local(instant: int, zone: Zone) -> datetime:
    return datetime(1970, 1, 1) + timedelta(seconds=zone.to_local(instant))
