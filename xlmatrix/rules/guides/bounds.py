"""What so many cases show at most: one-sided upper bounds at 95 %.

None of n failed: the exact bound of the binomial distribution, ``1 - 0.05^(1/n)``. Some failed:
Wilson's score bound (Wilson 1927). By how much one share is above another: Newcombe's hybrid of two
score bounds (Newcombe 1998, method 10). Each has its formula and its twin in the same steps.
"""

from __future__ import annotations

from math import exp, log, sqrt
from typing import Final

from xlmatrix.formula import Expr, F, lit

#: Standard errors below which 95 % lie.
Z: Final = 1.6448536269514722
_Z2: Final = Z * Z
_LEFT: Final = log(0.05)
EXACT, WILSON, NEWCOMBE = "exact", "Wilson", "Newcombe"


def at_most(failed: float, cases: float) -> float:
    """The largest share of failures that so many cases, at least one, do not refute.

    >>> f"{at_most(0, 60):.4f} {at_most(0, 200):.4f} {at_most(0, 1):.2f}"
    '0.0487 0.0149 0.95'
    """
    return 1 - exp(_LEFT / cases) if failed == 0 else _score(failed, cases, 1)


def at_most_expr(failed: Expr, cases: Expr) -> Expr:
    """The formula of :func:`at_most`."""
    return F.IF(failed.eq(0), 1 - F.EXP(lit(_LEFT) / cases), _score_expr(failed, cases, 1))


def _score(failed: float, cases: float, sign: int) -> float:
    share = failed / cases
    half = Z * sqrt(share * (1 - share) / cases + _Z2 / cases / cases / 4)
    return (share + _Z2 / cases / 2 + sign * half) / (1 + _Z2 / cases)


def _score_expr(failed: Expr, cases: Expr, sign: int) -> Expr:
    share = failed / cases
    half = Z * F.SQRT(share * (1 - share) / cases + lit(_Z2) / cases / cases / 4)
    return (share + lit(_Z2) / cases / 2 + sign * half) / (1 + lit(_Z2) / cases)


def worse_by_at_most(failed: float, cases: float, beside: float, others: float) -> float:
    """The most by which the share of failures may be above that of ``beside`` of ``others``.

    >>> f"{worse_by_at_most(30, 300, 27, 300):.3f}"
    '0.050'
    """
    up = _score(failed, cases, 1) - failed / cases
    down = beside / others - _score(beside, others, -1)
    return failed / cases - beside / others + sqrt(up * up + down * down)


def worse_by_at_most_expr(failed: Expr, cases: Expr, beside: Expr, others: Expr) -> Expr:
    """The formula of :func:`worse_by_at_most`."""
    up = _score_expr(failed, cases, 1) - failed / cases
    down = beside / others - _score_expr(beside, others, -1)
    return failed / cases - beside / others + F.SQRT(up * up + down * down)
