"""A list of ours is known for ours wherever a table above it has pushed it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from xlmatrix.regen.carrying.ourformulas import is_one_of_several

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
