"""A cell's text and number are those of Excel's ``& ""`` and ``N``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from xlmatrix.rules.cells import RowCells, text_in
from xlmatrix.rules.instants import rounded


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("Ada", "Ada"),
        (True, "TRUE"),
        (False, "FALSE"),
        (4711.0, "4711"),
        (0.1 + 0.2, "0.3"),
        (1.5, "1.5"),
        (date(2026, 3, 1), "46082"),
        (datetime(2026, 3, 1, 12), "46082.5"),
    ],
)
def test_a_cell_as_text(cell: Any, text: str) -> None:
    assert text_in(cell) == text
    assert RowCells(A=cell).text("A") == text.casefold()


@pytest.mark.parametrize(
    ("cell", "number"),
    [(None, 0), ("7", 0), (True, 1), (False, 0), (7, 7), (date(2026, 3, 1), 46082)],
)
def test_a_cell_as_n_counts_it(cell: Any, number: float) -> None:
    assert RowCells(A=cell).counted("A") == number


def test_a_number_too_large_to_have_digits_is_rounded_to_itself() -> None:
    assert rounded(1.8e308, 6) == 1.8e308
    assert rounded(-2.5) == -3
    assert rounded(0.0000025, 6) == 0.000003
