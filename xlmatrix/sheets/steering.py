"""The two figures on Lists that steer colours: what each means, and what is said of others."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, F, lit, name
from xlmatrix.rules.logs.histories import WARN_NAME
from xlmatrix.sheets.plan import Formula, Value
from xlmatrix.tables.column import Column, typed
from xlmatrix.tables.flags import MARK
from xlmatrix.tables.kinds import NUMBER, number_of
from xlmatrix.tables.meaning import bounds_of
from xlmatrix.tables.validation import Validation

SOON_NAME: Final = "Soon_Min"
#: Amber this long before something is due, unless a number is typed.
SOON_S: Final = 30 * 60
_YEAR_MIN: Final = 525_600
SOON: Final = typed(
    SOON_NAME,
    NUMBER,
    "input.int",
    validation=Validation("decimal", 0, _YEAR_MIN),
    heading="Due soon (min)",
)
WARN: Final = typed(
    WARN_NAME, NUMBER, "input.int", validation=Validation("decimal", 1, 100), heading="Due soon (%)"
)


def soon_s(minutes: object) -> int:
    """The seconds that a typed number of minutes means; what is none means half an hour."""
    return int(float(minutes) * 60 + 0.5) if _means(SOON, minutes) else SOON_S  # type: ignore[arg-type]


def soon_expr() -> Expr:
    """The formula of :func:`soon_s`."""
    return F.IF(_means_expr(SOON), F.ROUND(name(SOON_NAME) * 60, 0), SOON_S)


def said_below(column: Column, value: Value, said: str, instead: str) -> Formula:
    """What stands below a figure: ``said``, or that it means nothing and what counts instead."""
    low, high = bounds_of(column)
    odd = f"{MARK}Not a number from {low:g} to {high:,.0f}: {instead} counts"
    expr = F.IF(_means_expr(column), lit(said), lit(odd))
    return Formula(expr, said if _means(column, value) else odd)


def _means(column: Column, value: object) -> bool:
    low, high = bounds_of(column)
    number = number_of(value)
    return number is not None and low <= number <= high


def _means_expr(column: Column) -> Expr:
    low, high = bounds_of(column)
    cell = name(column.id)
    return F.IF(F.ISNUMBER(cell), F.AND(cell >= low, cell <= high), lit(False))
