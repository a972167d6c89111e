"""The small parts of a spec: policy, scope, calendars, people, roles and who owns what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from xlmatrix.model.base import Day, Id, KeyName, Name, Strict, Text, refusal
from xlmatrix.model.duration import Duration
from xlmatrix.worktime import ChangePolicyName

Function = Literal["response", "quality", "communications"]
FUNCTIONS: tuple[Function, ...] = ("response", "quality", "communications")

Interactions = Literal["<50k", "50k-250k", "250k-1M", ">1M"]
Impact = Literal["internal", "customer-facing", "mission-critical"]
OnCall = Literal["business-hours", "follow-the-sun", "24x7"]
Review = Literal["weekly", "fortnightly", "monthly", "quarterly"]
Readiness = Literal["basic", "standard", "enterprise"]


class Horizon(Strict):
    """The local dates, both included, for which deadlines can be computed."""

    start: Day
    end: Day


class Policy(Strict):
    """Which edition of the targets this is and how the clock treats hard cases.

    ``severity_change`` says what a change of severity does to a running clock; ``strict_dst``
    refuses typed stamps that the zone's clock shows twice or never, instead of flagging them; not
    those whose row says that the second passing of a doubled hour is meant.
    """

    version: Name = "1"
    effective: Day
    severity_change: ChangePolicyName = "from_open"
    strict_dst: bool = False


class Scope(Strict):
    """The answers the matrix was made for; they stand on the Start sheet and steer some checks."""

    interactions: Interactions = "50k-250k"
    impact: Impact = "customer-facing"
    on_call: OnCall = "24x7"
    review: Review = "monthly"
    readiness: Readiness = "standard"


class Holidays(Strict):
    """Closed dates: public holidays of a country (ISO code) or part of it, and own dates.

    ``mode`` ``clip`` closes midnight to midnight; ``shift`` drops the shifts that begin that day.
    ``without`` are public holidays on which work is done.
    """

    country: Name | None = None
    subdivision: Name | None = None
    mode: Literal["clip", "shift"] = "clip"
    dates: Mapping[Day, Name] = Field(default_factory=dict)
    without: tuple[Day, ...] = ()

    @model_validator(mode="after")
    def _a_subdivision_has_a_country(self) -> Self:
        if self.subdivision is not None and self.country is None:
            raise refusal(
                f"subdivision '{self.subdivision}' stands without a country",
                "Add country, such as country: DE",
            )
        return self


class CalendarSpec(Strict):
    """Weekly working hours with holidays and exceptions.

    ``day`` is what one business day counts as; without it, the weekly hours say.
    ``exceptions`` give the hours of single dates (``09:00-12:00``) or ``closed``;
    ``renamed_from`` are ids it had before.
    """

    id: Id
    name: KeyName
    hours: Text
    day: Duration | None = None
    holidays: Holidays = Field(default_factory=Holidays)
    exceptions: Mapping[Day, Name] = Field(default_factory=dict)
    renamed_from: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _a_day_is_some_hours(self) -> Self:
        if self.day is not None and not 0 < (self.day.seconds or 0) <= 24 * 3600:
            raise refusal(
                f"a business day of {self.day} is not between 0 and 24 hours",
                "Write day in hours and minutes, such as 7 h 45 min",
            )
        return self


class Person(Strict):
    """Somebody who can be called; the name is the key and what dropdowns show.

    ``hours`` are when they may be called (weekly hours such as ``Mon-Fri 08:00-18:00``), in their
    ``zone``, else the matrix's; left out, at any hour.
    """

    name: KeyName
    title: Name | None = None
    email: Name | None = None
    phone: Name | None = None
    chat: Name | None = None
    zone: Name | None = None
    hours: Text | None = None


class Role(Strict):
    """A duty with the person who holds it and the one who takes over.

    ``renamed_from`` are ids it had before, so that workbooks in use follow.
    """

    id: Id
    name: KeyName
    duty: Text | None = None
    primary: Name
    backup: Name | None = None
    renamed_from: tuple[Id, ...] = ()


class Owners(Strict):
    """Which role answers, checks quality and speaks; what is left out is inherited."""

    response: Id | None = None
    quality: Id | None = None
    communications: Id | None = None

    def over(self, default: Owners) -> Owners:
        """These owners, with ``default`` filling what is left out."""
        return Owners(**{f: getattr(self, f) or getattr(default, f) for f in FUNCTIONS})


class DefaultOwners(Owners):
    """The owners where neither class nor severity names others: all three are needed."""

    response: Id
    quality: Id
    communications: Id
