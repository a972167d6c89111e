"""What so many cases show at most: one-sided upper bounds at 95 %.

None of n failed: the exact bound of the binomial distribution, ``1 - 0.05^(1/n)``. Some failed:
Wilson's score bound (Wilson 1927). By how much one share is above another: Newcombe's hybrid of two
score bounds (Newcombe 1998, method 10). Each has its formula and its twin in the same steps; those
of a formula take the shares and the scores from cells of their own.
"""

from __future__ import annotations

from math import exp, log, sqrt
from typing import Final

from xlmatrix.formula import Expr, F, lit
from xlmatrix.rules.intervals import score_exprs, scores

#: Standard errors below which 95 % lie.
Z: Final = 1.6448536269514722
_LEFT: Final = log(0.05)
EXACT, WILSON, NEWCOMBE = "exact", "Wilson", "Newcombe"


def upper(share: float, cases: float) -> float:
    """Wilson's upper bound of a share of so many cases."""
    return scores(share, cases, Z)[1]


def lower(share: float, cases: float) -> float:
    """Wilson's lower bound of a share of so many cases."""
    return scores(share, cases, Z)[0]


def upper_expr(share: Expr, cases: Expr) -> Expr:
    """The formula of :func:`upper`."""
    return score_exprs(share, cases, Z)[1]


def lower_expr(share: Expr, cases: Expr) -> Expr:
    """The formula of :func:`lower`."""
    return score_exprs(share, cases, Z)[0]


def at_most(failed: float, cases: float) -> float:
    """The largest share of failures that so many cases, at least one, do not refute.

    >>> f"{at_most(0, 60):.4f} {at_most(0, 200):.4f} {at_most(0, 1):.2f}"
    '0.0487 0.0149 0.95'
    """
    return 1 - exp(_LEFT / cases) if failed == 0 else upper(failed / cases, cases)


def at_most_expr(failed: Expr, cases: Expr, top: Expr) -> Expr:
    """The formula of :func:`at_most`, beside the upper bound of the share."""
    return F.IF(failed.eq(0), 1 - F.EXP(lit(_LEFT) / cases), top)


def worse_by_at_most(failed: float, cases: float, beside: float, others: float) -> float:
    """The most by which the share of failures may be above that of ``beside`` of ``others``.

    >>> f"{worse_by_at_most(30, 300, 27, 300):.3f}"
    '0.050'
    """
    share, other = failed / cases, beside / others
    up, down = upper(share, cases) - share, other - lower(other, others)
    return share - other + sqrt(up * up + down * down)


def worse_by_at_most_expr(share: Expr, top: Expr, other: Expr, bottom: Expr) -> Expr:
    """The formula of :func:`worse_by_at_most`: two shares, one's upper, the other's lower bound."""
    up, down = top - share, other - bottom
    return share - other + F.SQRT(up * up + down * down)
