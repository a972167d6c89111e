"""Zones and holidays of the authorities of a matrix, by the numbers that formulas know them by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from xlmatrix.model.calendars import holiday_dates, national_holidays, weekly_hours
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.obligations import MEMBER, WEEKENDS, law
from xlmatrix.rules.reporting.counting import Authority, WorkingDays
from xlmatrix.rules.reporting.rows import RuleRow, trimmed
from xlmatrix.rules.zones import zones_in_use
from xlmatrix.worktime import Zone

#: The calendar of the matrix's own obligations.
MATRIX: Final = "matrix"
#: Numbers of the calendars that every matrix has, from 1.
MATRIX_NO, WEEKENDS_NO, MEMBER_NO = 1, 2, 3
#: Of the member states' clocks it shows the earliest date, so that no month ends later on it.
WESTERNMOST: Final = "Europe/Lisbon"
#: How many years before and after the horizon the clocks of authorities know.
_BEFORE, _AFTER = 1, 2


@dataclass(frozen=True)
class Authorities:
    """What the clocks of a matrix's authorities count with.

    ``zones`` are all of the workbook, numbered from 1; ``calendars`` the names of the holidays,
    numbered likewise, ``closed`` what closes each. ``members`` are the zones of the member states
    by code. ``first`` and ``last`` are the dates between which reports can be computed.
    """

    zones: tuple[Zone, ...]
    calendars: tuple[str, ...]
    closed: tuple[Mapping[date, str], ...]
    members: Mapping[str, str]
    first: date
    last: date

    def zone_number(self, name: str, member: str) -> int:
        """The number of a zone by its cell; the matrix's for a blank and for what is none.

        That of a member state that is not known is the westernmost one.
        """
        wanted = (self.member_zone(member) or WESTERNMOST) if trimmed(name) == MEMBER else name
        known = [zone.name.casefold() for zone in self.zones]
        return known.index(wanted.casefold()) + 1 if wanted.casefold() in known else 1

    def member_zone(self, member: str) -> str:
        """The zone of a member state by its code; "" for what is none."""
        known = {code.casefold(): zone for code, zone in self.members.items()}
        return known.get(member.strip().casefold(), "")

    def calendar_number(self, name: str) -> int:
        """The number of a calendar by its cell; that of the matrix for a blank or what is none."""
        known = [one.casefold() for one in self.calendars]
        wanted = name.casefold()
        return known.index(wanted) + 1 if wanted in known else MATRIX_NO

    def certain(self, number: int) -> bool:
        """Whether whoever counts is known to keep the holidays of a calendar."""
        if number in (MATRIX_NO, WEEKENDS_NO):
            return True
        known = law().calendars.get(self.calendars[number - 1])
        return known is not None and known.certain

    def days(self, number: int, member: str) -> WorkingDays:
        """The working days of a calendar by its number."""
        closed = self.closed[number - 1]
        if number == MEMBER_NO:
            known = {code.casefold(): code for code in self.members}
            code = known.get(member.strip().casefold())
            closed = national(code, self.first.year, self.last.year) if code else {}
        return WorkingDays(closed, self.first, self.last, self.certain(number))

    def of(self, rule: RuleRow, member: str) -> Authority:
        """The authority of a rule; ``member`` is the matrix's member state."""
        zone = self.zones[self.zone_number(rule.zone, member) - 1]
        days = self.days(self.calendar_number(rule.calendar), member)
        follows = MEMBER in (trimmed(rule.zone), trimmed(rule.calendar))
        return Authority(zone, days, not follows or bool(self.member_zone(member)))


def authorities(spec: MatrixSpec, earliest: date | None = None) -> Authorities:
    """The authorities of a matrix; ``earliest`` is the first date that somebody typed."""
    start = min(spec.horizon.start, earliest or spec.horizon.start)
    first = date(start.year - _BEFORE, 1, 1)
    last = date(min(spec.horizon.end.year + _AFTER, 2199), 12, 31)
    rules = spec.obligations.resolved()
    named = {rule.calendar for rule in rules} - {None, MATRIX, WEEKENDS}
    others = sorted(one for one in named if one in law().calendars)
    has_member = MEMBER in named or bool(others) or any(rule.zone == MEMBER for rule in rules)
    calendars = [MATRIX, WEEKENDS, *([MEMBER] if has_member else []), *others]
    closed: list[Mapping[date, str]] = [_matrix_holidays(spec), {}, *([{}] if has_member else [])]
    closed += [national(law().calendars[one].country, first.year, last.year) for one in others]
    zones = tuple(replace(zone, open_ended=True) for zone in zones_in_use(spec))
    return Authorities(zones, tuple(calendars), tuple(closed), law().members, first, last)


def notice_calendar(spec: MatrixSpec) -> str | None:
    """The calendar whose holidays count: the one chosen, else the first that ever closes."""
    if spec.obligations.calendar is not None:
        return spec.obligations.calendar
    closing = (one.id for one in spec.calendars if not weekly_hours(one).always)
    return next(closing, None)


def _matrix_holidays(spec: MatrixSpec) -> Mapping[date, str]:
    chosen = notice_calendar(spec)
    return holiday_dates(spec, chosen) if chosen else {}


def national(country: str, first_year: int, last_year: int) -> Mapping[date, str]:
    """The holidays of a whole country, without those of its regions."""
    return dict(national_holidays(country, None, first_year, last_year))
