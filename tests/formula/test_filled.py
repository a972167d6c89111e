"""A formula that is written once and filled down."""

from __future__ import annotations

import doctest
import io
import zipfile
from datetime import datetime

import openpyxl
import pytest

from xlmatrix.formula import Expr, F, ref, render, span, to_excel
from xlmatrix.formula.render import Filled
from xlmatrix.sheets.plan import BookPlan, Cell, Formula, SheetPlan
from xlmatrix.write import render as write


def formula(row: int) -> Expr:
    """The same thought in each row: what stands above, beside, and in a fixed place."""
    above, beside = ref(row - 1, 3, absolute=False), ref(row, 28, "Other sheet", absolute=False)
    return F.IF(above.eq("A1 & $B$2"), beside + ref(1, 1), F.SUM(span(1, 1, 4, 2)))


@pytest.mark.parametrize("down", [0, 1, 7, 995, 99_990])
def test_a_formula_filled_down_is_the_formula_of_that_row(down: int) -> None:
    assert Filled(formula(5)).text(down) == to_excel(formula(5 + down))


def test_a_rectangle_that_moves_is_refused() -> None:
    moving = span(1, 1, 2, 2)
    part = type(moving)(ref(1, 1, absolute=False), ref(2, 2, absolute=False))
    with pytest.raises(ValueError, match="filled down"):
        Filled(F.SUM(part))


def test_cells_that_share_an_expression_hold_the_formula_of_their_own_row() -> None:
    shared = ref(1, 1, absolute=False) & "<&>"
    cells = {(row, 2): Cell(Formula(shared, "<&>", row - 1), "helper") for row in range(1, 2100)}
    plan = BookPlan((SheetPlan("One", cells),), {}, "Filled", created=datetime(2026, 1, 1))
    data = write(plan)
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
    sheet = openpyxl.load_workbook(io.BytesIO(data))["One"]
    assert [sheet.cell(row, 2).value for row in (1, 2, 2099)] == [
        '=A1&"<&>"',
        '=A2&"<&>"',
        '=A2099&"<&>"',
    ]


def test_the_examples_of_the_renderer_hold() -> None:
    assert doctest.testmod(render).failed == 0
