"""Intervals and numbers of cases, against what statsmodels computed: see record.py."""

from __future__ import annotations

import csv
from math import ceil
from pathlib import Path

import pytest

from xlmatrix.rules.intervals import (
    ALERT,
    MET,
    MISSED,
    TOO_FEW,
    a_side,
    fewest_cases,
    lift_interval,
    verdict,
    wilson,
)

#: Two libraries round in another order.
CLOSE = 1e-12


def recorded(name: str) -> list[tuple[float, ...]]:
    with (Path(__file__).parent / f"{name}.csv").open(encoding="utf-8") as file:
        return [tuple(map(float, row)) for row in list(csv.reader(file))[1:]]


def test_a_share_has_the_interval_that_statsmodels_gives() -> None:
    for hits, cases, low, high in recorded("wilson"):
        assert wilson(hits / cases, cases) == pytest.approx((low, high), abs=CLOSE), (hits, cases)


def test_the_fewest_cases_are_those_that_a_search_with_statsmodels_finds() -> None:
    for bad, cases in recorded("fewest"):
        assert fewest_cases(bad, lower=True) == cases
        assert fewest_cases(1 - bad, lower=False) == cases


def test_two_shares_need_as_many_cases_a_side_as_statsmodels_says() -> None:
    assert [a_side(p, d) for p, d, _ in recorded("a_side")] == [
        ceil(cases) for *_, cases in recorded("a_side")
    ]
    assert a_side(0.9, 0.05) == 277


def test_a_lift_has_the_interval_that_statsmodels_gives() -> None:
    for hits, cases, control, controls, low, high in recorded("lift"):
        found = lift_interval(hits / cases, cases, control / controls, controls)
        assert found == pytest.approx((low - 1, high - 1), abs=1e-9)


@pytest.mark.parametrize(
    ("hits", "cases", "target", "alert", "lower", "said"),
    [
        (19, 20, 0.95, None, False, TOO_FEW),  # 76 to 99 %
        (0, 20, 0.005, None, True, TOO_FEW),  # 0 to 16.1 %
        (0, 764, 0.005, None, True, TOO_FEW),
        (0, 765, 0.005, None, True, MET),
        (72, 72, 0.95, None, False, TOO_FEW),
        (73, 73, 0.95, None, False, MET),
        (93, 100, 0.95, 0.9, False, TOO_FEW),  # 86 to 97 %
        (80, 100, 0.95, 0.7, False, MISSED),  # 71 to 87 %
        (80, 100, 0.95, 0.9, False, ALERT),
        (2, 100, 0.005, None, True, MISSED),  # from 0.55 %
    ],
)
def test_a_share_is_judged_by_its_whole_interval(
    hits: int, cases: int, target: float, alert: float | None, lower: bool, said: str
) -> None:
    assert verdict(*wilson(hits / cases, cases), target, alert, lower=lower) == said


def test_nothing_is_proved_of_never_and_always() -> None:
    assert (fewest_cases(0, lower=True), fewest_cases(1, lower=False)) == (None, None)
    assert a_side(1, 0.05) is None
