"""Amounts of time that nobody can have meant: longer than the calendars of the workbook."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from xlmatrix.formula import F, lit, name, this
from xlmatrix.tables.doubt import Doubt, Lists, Row
from xlmatrix.tables.kinds import number_of, text_of

_FIRST, _LAST = "Horizon_Start_S", "Horizon_End_S"
_DAY_S: Final = 86_400
#: The least that a unit lasts; a business day has a date of its own, whatever its hours.
_LASTS: Final[dict[str, int]] = {
    "s": 1,
    "min": 60,
    "h": 3600,
    "hours": 3600,
    "days": _DAY_S,
    "business days": _DAY_S,
    "weeks": 7 * _DAY_S,
    "months": 28 * _DAY_S,
}


#: The units of reports.
NOTICE_UNITS: Final = ("hours", "days", "business days", "weeks", "months")


def too_long(amount_id: str, unit_id: str, units: Collection[str] = _LASTS) -> Doubt:
    """An amount that lasts longer than the calendars; ``units`` are those that may stand there."""
    amount, unit = this(amount_id), this(unit_id)
    factor = lit(0)
    lasts = {unit: seconds for unit, seconds in _LASTS.items() if unit in units}
    for known, seconds in reversed(lasts.items()):
        factor = F.IF(unit.eq(known), seconds, factor)
    when = F.AND(F.ISNUMBER(amount), F.N(amount) * factor > name(_LAST) - name(_FIRST))

    def holds(row: Row, _: Sequence[Row], lists: Lists) -> bool:
        number = number_of(row.get(amount_id))
        length = lasts.get(text_of(row.get(unit_id)).casefold(), 0)
        first, last = (number_of(next(iter(lists(known)), None)) for known in (_FIRST, _LAST))
        if number is None or first is None or last is None:
            return False
        return number * length > last - first

    return Doubt("typed-amount", f"{amount_id} is longer than the calendars", when, holds)
