"""Formulas of ours are known for ours wherever a table or another release has put them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from xlmatrix.regen.carrying.ourformulas import is_helper, is_one_of_several
from xlmatrix.sheets.stamp import SheetBase

LIST = {(row, 3): f'IF($P${row}<>"",INDEX(tIncidents[Title],$P${row}),"")' for row in (34, 35)}


def sheet(formulas: dict[tuple[int, int], str], last: int) -> Any:
    """A sheet whose table ends in a row."""
    table = SimpleNamespace(name="tLadder1", last_row=last)
    return SimpleNamespace(tables=[table], cells=SimpleNamespace(formulas=formulas))


@pytest.mark.parametrize(
    ("spot", "more", "last", "ours"),
    [
        ((34, 3), {}, 30, True),
        ((35, 3), {}, 30, True),
        # Where no table grew, the cells of the sheet are told by their places.
        ((34, 3), {}, 20, False),
        ((40, 3), {(40, 3): "SUM(B1:B9)"}, 30, False),
        # What somebody typed below the list speaks of another row.
        ((36, 3), {(36, 3): LIST[34, 3]}, 30, False),
        ((50, 3), {}, 30, False),
    ],
)
def test_a_row_of_a_list_says_what_the_next_one_says(
    spot: tuple[int, int], more: dict[tuple[int, int], str], last: int, ours: bool
) -> None:
    assert is_one_of_several(sheet({**LIST, **more}, last), spot, sheet({}, 20)) is ours


@pytest.mark.parametrize(
    ("spot", "style", "ours"),
    [
        ((1, 23), 53, True),
        # Typed into a column that we hid: plain, or painted.
        ((1, 23), 0, False),
        ((1, 23), 60, False),
        # In the look of a helper, where nothing of ours was hidden.
        ((1, 30), 53, False),
    ],
)
def test_a_helper_is_told_by_its_hidden_column_and_its_look(
    spot: tuple[int, int], style: int, ours: bool
) -> None:
    part: Any = SimpleNamespace(cells=SimpleNamespace(styles={spot: style}))
    assert is_helper(part, spot, SheetBase(hidden=(23,)), frozenset({53})) is ours
