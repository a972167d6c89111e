"""The two figures on Lists that steer colours: what each means, and what is said of others."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, F, lit, name
from xlmatrix.sheets.plan import Formula, Value
from xlmatrix.tables.column import Column
from xlmatrix.tables.flags import MARK
from xlmatrix.tables.settings import SOON, means, means_expr, meant_instead

SOON_NAME: Final = SOON.id
#: Amber this long before something is due, unless a number is typed.
SOON_S: Final = 30 * 60


def soon_s(minutes: object) -> int:
    """The seconds that a typed number of minutes means; what is none means half an hour."""
    return int(float(minutes) * 60 + 0.5) if means(SOON, minutes) else SOON_S  # type: ignore[arg-type]


def soon_expr() -> Expr:
    """The formula of :func:`soon_s`."""
    return F.IF(means_expr(SOON), F.ROUND(name(SOON_NAME) * 60, 0), SOON_S)


def said_below(column: Column, value: Value, said: str) -> Formula:
    """What stands below a figure: ``said``, or that it means nothing and what counts instead."""
    odd = MARK + meant_instead(column)
    expr = F.IF(means_expr(column), lit(said), lit(odd))
    return Formula(expr, said if means(column, value) else odd)
