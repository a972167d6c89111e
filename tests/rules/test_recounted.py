"""A line of Health that counts a word, after the column in which it stands was computed anew."""

from __future__ import annotations

import pytest

from xlmatrix.formula import Expr, F, col
from xlmatrix.rules.lint.health_check import FIX, HealthCheck
from xlmatrix.rules.lint.typed import recounted


def _line(count: Expr) -> HealthCheck:
    return HealthCheck("Shifts", count, 3, FIX, "Mend it", "On-call", code="shift-stranger")


@pytest.mark.parametrize("known", [0, 2, 3])
def test_a_line_has_as_many_as_the_column_says_the_word(known: int) -> None:
    line = _line(F.COUNTIF(col("tShifts", "Check"), "Not known"))
    cells = ["NOT KNOWN", "not known", "Not known"][:known]
    columns = {("tShifts", "Check"): [*cells, "Not known yet", "", 1.0]}
    assert recounted(line, columns).found == known
    assert recounted(line, {("tShifts", "Primary"): cells}) is line


def test_a_line_that_counts_anything_else_stays() -> None:
    line = _line(F.COUNTIF(col("tShifts", "Check"), "Not known") + 0)
    assert recounted(line, {("tShifts", "Check"): []}) is line
