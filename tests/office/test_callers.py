"""Whom random ladders call, as other programs compute it from the workbook."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.callers import watch
from tests.calling import COLUMNS, answered, in_walls, moments, noted, spec_of, stories, world
from tests.matrices import few_spare_rows
from tests.office.compare import assert_confirmed, assert_confirmed_by_ironcalc, error_cells
from tests.office.libre import recomputed
from tests.office.package import column_cells, formula_cells
from xlmatrix.rules.names import BEYOND
from xlmatrix.sheets.book import plan_book
from xlmatrix.write import render

pytestmark = pytest.mark.office

#: Time-outs, families, teams, what is always added, and a role that nobody backs up.
_SEEDS = (0, 39)


def _cells(path: Path) -> dict[str, list[Any]]:
    """The visible columns of the log as LibreOffice computes them, times as seconds."""
    values = recomputed(path)
    found = {
        column: [values[c] for c in column_cells(path, "tIncidents", column)] for column in COLUMNS
    }
    for column in ("Fired at", "Next call at"):
        found[column] = [v * 86400 if isinstance(v, float) else v for v in found[column]]
    return found


@pytest.mark.parametrize("seed", _SEEDS)
def test_other_programs_call_whom_somebody_with_a_watch_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    few_spare_rows(monkeypatch)
    known, told = world(seed), stories(world(seed), seed, 24)
    now = moments(known, seed, 1)[0]
    log, typed = noted(known, told, now)
    wall: datetime = known.wall(now)
    path = tmp_path / "callers.xlsx"
    path.write_bytes(render(plan_book(spec_of(known), log, as_of=wall, created=wall, typed=typed)))
    assert not error_cells(path)
    assert_confirmed(path)
    sheets = ("Incidents", "Ladder")
    assert_confirmed_by_ironcalc(path, [at for at in formula_cells(path) if at[0] in sheets])
    cells = _cells(path)
    for row, story in enumerate(story for story in told if story.opened <= now):
        said, found = in_walls(known, watch(known, story, now)), answered(cells, row)
        if cells["Next call at"][row] == BEYOND and said.next_at is None:
            continue
        assert found == said, story
