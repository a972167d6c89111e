"""Durations as people write them: ``10 min``, ``1 h 30 min``, ``2 business days``, ``3 days``.

Three kinds are kept apart because they are measured differently: seconds of the calendar's clock,
business days (each as long as the calendar says one day is), and calendar days (the same wall-clock
time so many days later, whatever the clock did in between).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

Kind = Literal["seconds", "days", "business days"]
Unit = Literal["s", "min", "h", "days", "business days"]

#: Units offered in a workbook's unit column, in the order they are shown.
UNITS: tuple[Unit, ...] = ("s", "min", "h", "days", "business days")

#: Seconds of the units that a clock counts.
UNIT_SECONDS: dict[str, int] = {"s": 1, "min": 60, "h": 3600}
# Ten years: far beyond any service level, and small enough that no sum of two leaves 32 bits.
_LONGEST_DAYS = 3653
_MEND = "Write it like 10 min, 4 h, 1 h 30 min, 2 business days or 3 days"

_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+(?:\s+days?)?)\s*")
_WORDS: dict[str, Unit] = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "min"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("d", "day", "days", "calendar day", "calendar days"), "days"),
    **dict.fromkeys(
        ("bd", "business day", "business days", "working day", "working days"), "business days"
    ),
}


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time of exactly one kind.

    Parameters
    ----------
    seconds
        Seconds of the clock it is measured on (working seconds on a business calendar).
    days
        Calendar days: the same wall-clock time that many days later.
    business_days
        Business days; how long one is, the calendar says.

    >>> Duration.parse("90 min").text()
    '1 h 30 min'
    >>> Duration.parse("2 business days").working_seconds(day_seconds=27900)
    55800
    >>> Duration.parse("1 h 30 min").amount, Duration.parse("1 h 30 min").unit
    (90, 'min')
    """

    seconds: int | None = None
    days: int | None = None
    business_days: int | None = None

    def __post_init__(self) -> None:
        given = [n for n in (self.seconds, self.days, self.business_days) if n is not None]
        if len(given) != 1:
            raise ValueError("a duration is of exactly one kind: seconds, days or business days")
        if given[0] < 0:
            raise ValueError("a duration is not negative")

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read ``text``; raises ``ValueError`` with a message that says how to write one."""
        amounts: dict[Unit, Decimal] = {}
        rest = text.strip().lower()
        while rest:
            match = _PART.match(rest)
            unit = _WORDS.get(" ".join(match[2].split())) if match else None
            if match is None or unit is None or unit in amounts:
                raise ValueError(f"{_short(text)} is not a duration")
            amounts[unit] = Decimal(match[1])
            rest = rest[match.end() :]
        if not amounts:
            raise ValueError("an empty text is not a duration")
        return cls._of(amounts, text)

    @classmethod
    def _of(cls, amounts: dict[Unit, Decimal], text: str) -> Duration:
        clock = sum(
            (n * UNIT_SECONDS[u] for u, n in amounts.items() if u in UNIT_SECONDS), Decimal(0)
        )
        whole = [u for u in amounts if u not in UNIT_SECONDS]
        if whole and len(amounts) > 1:
            raise ValueError(f"{_short(text)} mixes days with another unit; use one of them")
        count = amounts[whole[0]] if whole else clock
        if count != int(count):
            raise ValueError(f"{_short(text)} is not a whole number of {whole or ['seconds']}")
        if count > _LONGEST_DAYS * (1 if whole else 86400):
            raise ValueError(f"{_short(text)} is longer than ten years")
        if not whole:
            return cls(seconds=int(count))
        return cls(days=int(count)) if whole[0] == "days" else cls(business_days=int(count))

    @property
    def kind(self) -> Kind:
        """Which of the three it is."""
        if self.seconds is not None:
            return "seconds"
        return "days" if self.days is not None else "business days"

    @property
    def unit(self) -> Unit:
        """The largest unit that gives a whole amount: what a workbook's unit cell shows."""
        if self.seconds is None:
            return "days" if self.days is not None else "business days"
        if self.seconds and self.seconds % 3600 == 0:
            return "h"
        return "min" if self.seconds % 60 == 0 else "s"

    @property
    def amount(self) -> int:
        """The number that goes with :attr:`unit`."""
        return self.count // UNIT_SECONDS.get(self.unit, 1)

    @property
    def count(self) -> int:
        """Seconds, days or business days: the number of its kind."""
        return (self.seconds or 0) + (self.days or 0) + (self.business_days or 0)

    @property
    def is_zero(self) -> bool:
        """Whether it is no time at all."""
        return self.count == 0

    def working_seconds(self, day_seconds: int) -> int:
        """Seconds on the calendar's own clock.

        Parameters
        ----------
        day_seconds
            How long one business day of that calendar is.

        Raises
        ------
        ValueError
            For calendar days, which are counted on the wall clock and have no fixed length: add
            :attr:`days` to the local date instead.
        """
        if self.seconds is not None:
            return self.seconds
        if self.business_days is not None:
            return self.business_days * day_seconds
        raise ValueError("calendar days are added to the local date, not counted in seconds")

    def text(self) -> str:
        """The canonical spelling; ``Duration.parse`` reads it back unchanged."""
        if self.seconds is None:
            one = self.unit.removesuffix("s") if self.amount == 1 else self.unit
            return f"{self.amount} {one}"
        hours, left = divmod(self.seconds, 3600)
        minutes, seconds = divmod(left, 60)
        parts = [(hours, "h"), (minutes, "min"), (seconds, "s")]
        return " ".join(f"{n} {unit}" for n, unit in parts if n) or "0 min"

    def __str__(self) -> str:
        return self.text()

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Any], _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            read_duration,
            serialization=core_schema.plain_serializer_function_ser_schema(
                Duration.text, when_used="always"
            ),
        )


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")


def read_duration(value: object) -> Duration:
    """A duration from text; what is none is refused with the way to write one."""
    if isinstance(value, Duration):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("duration", "a duration is expected here", {"mend": _MEND})
    try:
        return Duration.parse(value)
    except ValueError as error:
        bare = value.strip().isdigit()
        what = f"{_short(value)} has no unit" if bare else str(error)
        raise PydanticCustomError("duration", "{what}", {"what": what, "mend": _MEND}) from error
