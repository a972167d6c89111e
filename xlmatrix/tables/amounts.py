"""What a number and the unit beside it mean: durations as people type them."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import Final

from xlmatrix.model.duration import UNITS, Duration, Unit

_SECONDS: Final = {"s": 1, "min": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class TypedDuration(Duration):
    """A duration as somebody typed it: 120 min stays 120 min, and 1.5 h stays 1.5 h."""

    typed_amount: float = 0
    typed_unit: Unit = "min"

    @property
    def amount(self) -> int:
        """The number that was typed."""
        return self.typed_amount  # type: ignore[return-value]

    @property
    def unit(self) -> Unit:
        """The unit that was typed."""
        return self.typed_unit

    @property
    def is_zero(self) -> bool:
        """Never: half a business day is none in whole ones, and still some time."""
        return self.typed_amount <= 0

    def working_seconds(self, day_seconds: int) -> int:
        """Seconds on the calendar's clock, rounded as the workbook does."""
        if self.typed_unit == "business days":
            return floor(self.typed_amount * day_seconds + 0.5)
        # No zero-argument super() in a dataclass with slots.
        return Duration.working_seconds(self, day_seconds)


def typed_duration(amount: float | None, unit: object) -> Duration | None:
    """What an amount and a unit, in any case, mean to the formulas; None for nothing."""
    known = next((one for one in UNITS if one == str(unit).casefold()), None)
    if amount is None or amount <= 0 or known is None:
        return None
    unit = known
    if unit in _SECONDS:
        seconds = floor(amount * _SECONDS[str(unit)] + 0.5)
        if amount * _SECONDS[str(unit)] < 1:
            return None
        plain = Duration(seconds=seconds)
    elif unit == "days" and amount < 1:
        return None
    elif unit == "days":
        plain = Duration(days=int(amount))
    else:
        plain = Duration(business_days=int(amount))
    if plain.amount == amount and plain.unit == unit:
        return plain
    number = int(amount) if float(amount).is_integer() else amount
    return TypedDuration(
        plain.seconds, plain.days, plain.business_days, typed_amount=number, typed_unit=unit
    )
