"""Counts of cases: what they may be, and the flag of those that cannot be meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xlmatrix.formula import F, lit, this
from xlmatrix.tables.doubt import Doubt, Lists, Row
from xlmatrix.tables.kinds import number_of
from xlmatrix.tables.vocabulary import KPI_KINDS

LIFT: Final = KPI_KINDS.words[2]
SHARE: Final = KPI_KINDS.words[4]
_PARTS: Final = ("Top", "Bottom")
_SIZES: Final = ("Top cases", "Bottom cases")
_SAID: Final = "No counts of cases: no verdict"


def cases_of_share(top: float, bottom: float, population: float | None) -> float | None:
    """How many cases a share is of; None where these are no counts of them."""
    if not (top.is_integer() and bottom.is_integer() and bottom >= 1 and 0 <= top <= bottom):
        return None
    return None if population is not None and bottom > population else bottom


def cases_of_lift(rate: float, control: float, cases: float, of_control: float) -> float | None:
    """How many cases a lift between two rates is of; None where these are none."""
    counted = all(size >= 1 and size.is_integer() for size in (cases, of_control))
    return cases + of_control if counted and 0 <= rate <= 1 and 0 < control <= 1 else None


def kpi_doubts(column_ids: Sequence[str]) -> tuple[Doubt, ...]:
    """A KPI whose typed numbers cannot be counts of cases."""
    if "Cases" not in column_ids:
        return ()
    typed = F.AND(F.ISNUMBER(this("Top")), F.ISNUMBER(this("Bottom")), this("Cases").empty())
    sized = F.COUNT(*map(this, _SIZES)).eq(len(_SIZES))
    asked = F.IF(this("Kind").eq(LIFT), sized, this("Kind").eq(SHARE))
    return (Doubt("typed-number", _SAID, F.IF(typed, asked, lit(False)), _no_counts),)


def _no_counts(row: Row, _: Sequence[Row], __: Lists) -> bool:
    named = row.get("Kind")
    kind = named.casefold() if isinstance(named, str) else ""
    headers = {SHARE: _PARTS, LIFT: (*_PARTS, *_SIZES)}.get(kind, ())
    numbers = [number for header in headers if (number := number_of(row.get(header))) is not None]
    if not headers or len(numbers) < len(headers):
        return False
    if kind == SHARE:
        return cases_of_share(numbers[0], numbers[1], number_of(row.get("Population"))) is None
    return cases_of_lift(*numbers) is None
