"""How much a count of cases says: two-sided 95 % intervals, and a verdict that waits for them.

A share of counted cases has Wilson's interval (Wilson 1927, without continuity correction), a lift
between two shares that of the logarithm of their ratio, with a half added to every count (Walter
1975). Each has its worksheet formula and its twin in the same steps.
"""

from __future__ import annotations

from math import exp, floor, log, sqrt
from typing import Final

from xlmatrix.formula import Expr, F, if_, lit
from xlmatrix.formula.expr import Operand

#: Standard errors on either side of which 95 % lie.
Z: Final = 1.959963984540054
_Z2: Final = Z * Z
MET, MISSED, ALERT, TOO_FEW = "target met", "target missed", "alert", "too few"

Interval = tuple[float, float]


def scores(share: float, cases: float, z: float) -> Interval:
    """The shares from which one of so many cases is ``z`` standard errors away, below and above."""
    spread = 1 + z * z / cases
    middle = (share + z * z / cases / 2) / spread
    half = z * sqrt(share * (1 - share) / cases + z * z / cases / cases / 4) / spread
    return middle - half, middle + half


def score_exprs(share: Expr, cases: Expr, z: float) -> tuple[Expr, Expr]:
    """The formulas of :func:`scores`."""
    spread = 1 + z * z / cases
    middle = (share + z * z / cases / 2) / spread
    half = z * F.SQRT(share * (1 - share) / cases + z * z / cases / cases / 4) / spread
    return middle - half, middle + half


def wilson(share: float, cases: float) -> Interval:
    """Wilson's 95 % interval of a share of so many cases, of which there is at least one.

    >>> low, high = wilson(0 / 20, 20)
    >>> f"{low:.3f} to {high:.3f}"
    '0.000 to 0.161'
    """
    low, high = scores(share, cases, Z)
    return (0.0 if share == 0 else low), (1.0 if share == 1 else high)


def wilson_exprs(share: Expr, cases: Expr) -> tuple[Expr, Expr]:
    """The formulas of :func:`wilson`."""
    low, high = score_exprs(share, cases, Z)
    return F.IF(share.eq(0), 0, low), F.IF(share.eq(1), 1, high)


def lift_interval(rate: float, cases: float, control: float, control_cases: float) -> Interval:
    """The 95 % interval of ``rate / control - 1``, each a share of so many cases."""
    one, other = rate * cases + 0.5, control * control_cases + 0.5
    middle = log(one / (cases + 0.5)) - log(other / (control_cases + 0.5))
    wide = Z * sqrt(1 / one - 1 / (cases + 0.5) + 1 / other - 1 / (control_cases + 0.5))
    return exp(middle - wide) - 1, exp(middle + wide) - 1


def lift_exprs(rate: Expr, cases: Expr, control: Expr, control_cases: Expr) -> tuple[Expr, Expr]:
    """The formulas of :func:`lift_interval`."""
    one, other = rate * cases + 0.5, control * control_cases + 0.5
    middle = F.LN(one / (cases + 0.5)) - F.LN(other / (control_cases + 0.5))
    inside = 1 / one - 1 / (cases + 0.5) + 1 / other - 1 / (control_cases + 0.5)
    wide = Z * F.SQRT(inside)
    return F.EXP(middle - wide) - 1, F.EXP(middle + wide) - 1


def fewest_cases(target: float, *, lower: bool) -> int | None:
    """The fewest cases that can prove a share's target, all of them good; None where none can.

    >>> fewest_cases(0.005, lower=True), fewest_cases(0.95, lower=False)
    (765, 73)
    """
    bad = target if lower else 1 - target
    return floor(_Z2 * (1 - bad) / bad) + 1 if 0 < bad <= 1 else None


def fewest_expr(target: Expr, lower: Expr, otherwise: Operand) -> Expr:
    """The formula of :func:`fewest_cases`."""
    bad = F.IF(lower, target, 1 - target)
    # Both branches are written out: a name for a part of a formula is not known everywhere.
    return F.IF(F.AND(bad > 0, bad <= 1), F.INT(_Z2 * (1 - bad) / bad) + 1, otherwise)


def a_side(share: float, difference: float) -> int | None:
    """How many cases each of two shares near ``share`` needs to be told apart by ``difference``.

    Twice 1.96 standard errors of the difference of two shares that are alike.

    >>> a_side(0.9, 0.05)
    277
    """
    spread = 2 * _Z2 * share * (1 - share)
    return -floor(-spread / (difference * difference)) if spread > 0 and difference else None


def a_side_expr(share: Expr, difference: Expr, otherwise: Operand) -> Expr:
    """The formula of :func:`a_side`."""
    spread = 2 * _Z2 * share * (1 - share)
    needed = 0 - F.INT(0 - spread / (difference * difference))
    # Excel works out both sides of AND.
    return F.IF(spread > 0, F.IF(difference.eq(0), otherwise, needed), otherwise)


def verdict(low: float, high: float, target: float, alert: float | None, *, lower: bool) -> str:
    """What an interval says of a target; a figure that is no sample is one of a single point.

    Met where the whole interval is on the right side, missed where it is wholly on the other, alert
    where it is wholly beyond that limit; else there are too few cases to say.
    """
    best, worst = (low, high) if lower else (-high, -low)
    sign = 1 if lower else -1
    if alert is not None and best > sign * alert:
        return ALERT
    if best > sign * target:
        return MISSED
    return MET if worst <= sign * target else TOO_FEW


def verdict_expr(low: Expr, high: Expr, target: Expr, alert: Expr, lower: Expr) -> Expr:
    """The formula of :func:`verdict`; an alert limit that is no number is none."""

    def judged(best: Expr, worst: Expr, sign: int) -> Expr:
        beyond = sign * best > sign * target
        met = F.IF(sign * worst <= sign * target, MET, TOO_FEW)
        alarm = F.IF(F.ISNUMBER(alert), sign * best > sign * F.N(alert), lit(False))
        return F.IF(alarm, ALERT, F.IF(beyond, MISSED, met))

    return if_(lower, judged(low, high, 1), judged(high, low, -1))
