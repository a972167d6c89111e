"""On-call: rotations and their layers, dated overrides, and who is away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    model_validator,
)

from xlmatrix.model.base import FIRST_YEAR, LAST_YEAR, Day, Id, Name, Strict, Text, refusal

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\Z")


def _time_of_day(value: str) -> str:
    if not _CLOCK.match(value):
        raise refusal(f"'{value}' is not a time of day", "Write it like 09:00")
    return value


#: A time of day, such as ``09:00``.
TimeOfDay = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=4), AfterValidator(_time_of_day)
]

_STAMP = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T](\d{1,2}):(\d\d)(?::(\d\d))?)?\Z")
_STAMP_MEND: Final = "Write it like 2026-12-24 09:00"


def _read_stamp(value: object, *, last: bool = False) -> datetime:
    """A wall-clock time; of a date alone its first midnight, or with ``last`` the one behind it."""
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(microsecond=0)
    match = _STAMP.match(str(value).strip()) if isinstance(value, str | date) else None
    if match is None:
        raise refusal("a date and time is expected here", _STAMP_MEND, "stamp")
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
        stamp = datetime(year, month, day, hour, minute, second)
    except ValueError as failed:
        raise refusal(f"the time {match[0]} does not exist", "Correct it", "stamp") from failed
    if not FIRST_YEAR <= stamp.year <= LAST_YEAR:
        said = f"the year {stamp.year} is out of range"
        raise refusal(said, f"Use {FIRST_YEAR} to {LAST_YEAR}", "stamp")
    return stamp + timedelta(days=1) if last and match[4] is None else stamp


def _stamp_text(value: datetime) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S}".removesuffix(":00")


_WRITTEN = PlainSerializer(_stamp_text, return_type=str, when_used="json")
#: From when: a wall-clock time of the matrix's zone; a date alone is its first midnight.
FromStamp: TypeAlias = Annotated[datetime, BeforeValidator(_read_stamp), _WRITTEN]
#: Until when, itself excluded; a date alone is in it as a whole.
ToStamp: TypeAlias = Annotated[
    datetime, BeforeValidator(lambda value: _read_stamp(value, last=True)), _WRITTEN
]

Unit = Literal["hours", "days", "weeks", "incident"]
_UNITS: Final[dict[str, Unit]] = {"h": "hours", "d": "days", "w": "weeks"}
_EVERY = re.compile(r"(\d{1,4})\s*(h|hours?|days?|weeks?)\Z", re.IGNORECASE)
_WORDS: Final[dict[str, tuple[Unit, int]]] = {
    "daily": ("days", 1),
    "weekly": ("weeks", 1),
    "incident": ("incident", 1),
}
_EVERY_MEND: Final = "Write daily, weekly, incident, or a number such as 12 h, 3 days, 2 weeks"


@dataclass(frozen=True, slots=True)
class Every:
    """How long a turn is: so many hours, days or weeks; or one incident.

    >>> Every.parse("12 h"), str(Every.parse("1 week")), str(Every.parse("3 days"))
    (Every(unit='hours', count=12), 'weekly', '3 days')
    """

    unit: Unit
    count: int = 1

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``text``; raises ``ValueError`` with a message that says what is wrong."""
        said = text.strip()
        if said.casefold() in _WORDS:
            return cls(*_WORDS[said.casefold()])
        match = _EVERY.match(said)
        if match is None:
            raise ValueError(f"'{said[:40]}' is no length of a turn")
        if not int(match[1]):
            raise ValueError("a turn has some length")
        return cls(_UNITS[match[2][0].lower()], int(match[1]))

    @property
    def step_s(self) -> int:
        """Seconds of the wall clock between two handovers; 0 for turns by incident."""
        return (
            self.count * {"hours": 3600, "days": 86_400, "weeks": 604_800, "incident": 0}[self.unit]
        )

    @property
    def nights(self) -> int:
        """How many nights a turn has; 0 for turns by incident."""
        return -(-self.step_s // 86_400)

    def __str__(self) -> str:
        for word, (unit, count) in _WORDS.items():
            if (self.unit, self.count) == (unit, count):
                return word
        return f"{self.count} {'h' if self.unit == 'hours' else self.unit}"


def _read_every(value: object) -> Every:
    if isinstance(value, Every):
        return value
    try:
        return Every.parse(str(value))
    except ValueError as failed:
        raise refusal(str(failed), _EVERY_MEND, "every") from failed


class Limits(Strict):
    """What a rotation asks of people at most: nights in a row (the length of a turn by default)."""

    nights: Annotated[int, Field(ge=1, le=366)] | None = None


class Rotation(Strict):
    """People who hold one role by turns; several rotations of one role are its layers.

    The first person of ``people`` begins at ``handover`` on ``start``; after every so many hours,
    days or weeks of the wall clock the next one takes over. Where a layer has ``hours`` (weekly
    hours such as ``Mon-Fri 08:00-16:00``) or a ``calendar``, it is on duty then, and turns of days
    move on by days that are worked: a day, from handover to handover, in which the layer is never
    on duty has no handover. ``every: incident`` gives each incident to the next person, by the
    number at the end of its ID. Where layers overlap, the one listed first holds the role.

    ``handover``, ``start`` and ``hours`` are in ``zone``, the matrix's where there is none.
    ``backup`` is the person whose turn comes next, or the backup of the role.
    """

    role: Id
    name: Name | None = None
    people: tuple[Name, ...] = Field(min_length=1)
    start: Day
    handover: TimeOfDay = "09:00"
    every: Annotated[Every, PlainValidator(_read_every), PlainSerializer(str, return_type=str)] = (
        Every("weeks")
    )
    hours: Text | None = None
    calendar: Id | None = None
    zone: Name | None = None
    backup: Literal["next", "role"] = "next"
    limits: Limits = Field(default_factory=Limits)

    @property
    def handover_s(self) -> int:
        """The time of day of a handover, in seconds after midnight."""
        hours, minutes = self.handover.split(":")
        return int(hours) * 3600 + int(minutes) * 60

    @property
    def by_incident(self) -> bool:
        """Whether each incident goes to the next person."""
        return self.every.unit == "incident"

    @property
    def most_nights(self) -> int | None:
        """How many nights in a row are agreed; None where turns go by incident and nothing is."""
        return self.limits.nights or self.every.nights or None


_FROM_TO: Final = ConfigDict(validate_by_name=True, validate_by_alias=True)


class Override(Strict):
    """Other people hold a role for some time: part of a shift or longer, rotating role or not.

    From ``from`` (included) to ``to`` (not included), wall-clock times of the matrix's zone. What
    is left out of ``primary`` and ``backup`` stays as it was.
    """

    model_config = _FROM_TO

    role: Id
    begins: FromStamp = Field(alias="from")
    ends: ToStamp = Field(alias="to")
    primary: Name | None = None
    backup: Name | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _somebody_for_some_time(self) -> Self:
        if self.primary is None and self.backup is None:
            raise refusal("an override names nobody", "Add primary or backup")
        _refuse_backwards("an override", self.begins, self.ends)
        return self


class Leave(Strict):
    """Somebody is away from ``from`` (included) to ``to`` (not included): rotas skip them.

    Wall-clock times of the matrix's zone. A role that they hold by name goes to its backup.
    """

    model_config = _FROM_TO

    person: Name
    begins: FromStamp = Field(alias="from")
    ends: ToStamp = Field(alias="to")
    note: Text | None = None

    @model_validator(mode="after")
    def _for_some_time(self) -> Self:
        _refuse_backwards("a leave", self.begins, self.ends)
        return self


def _refuse_backwards(what: str, begins: datetime, ends: datetime) -> None:
    if ends <= begins:
        said = f"{what} ends on {_stamp_text(ends)}, not after it begins on {_stamp_text(begins)}"
        raise refusal(said, "Correct from or to")


def wall_seconds(stamp: datetime) -> int:
    """A wall-clock time in seconds since 1970, counted as if it were UTC."""
    return int((stamp - datetime.combine(date(1970, 1, 1), time())).total_seconds())
