"""The hidden lines are written as formulas that are filled down."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.histories import AS_OF, draw, scene
from xlmatrix.formula import to_excel
from xlmatrix.formula.render import Filled
from xlmatrix.rules.logs import sorting
from xlmatrix.rules.logs.line import FIRST_ROW
from xlmatrix.sheets.book import make_scene
from xlmatrix.sheets.lines import lines_of


@pytest.mark.parametrize(
    ("count", "block", "levels"),
    [(3, 1024, 0), (400, 64, 2)],
    ids=["no merging", "two levels of merging"],
)
def test_every_formula_of_a_column_is_the_first_one_filled_down(
    count: int, block: int, levels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorting, "BLOCK", block)
    log, typed = draw(count, 1)
    made = make_scene(scene(), log, as_of=AS_OF, created=datetime(2026, 4, 10), typed=typed)
    lines = lines_of(made)
    pauses = next(line for line in lines if line.sheet == "Pause line").columns
    assert sum(h.startswith("by time") and h.endswith("place") for h in pauses) == levels
    for line in lines:
        for column in line.columns.values():
            edges = range(0, line.height, column.fill)
            places = {0, 1, 2, line.height // 2, line.height - 1}
            for first in edges:
                places |= {first, first + 1, min(first + column.fill, line.height) - 1}
            for place in sorted(places):
                down = place % column.fill
                filled = Filled(column.expr(FIRST_ROW + place - down)).text(down)
                said = f"{line.sheet} {column.header} {place}"
                assert filled == to_excel(column.expr(FIRST_ROW + place)), said
