"""Ladders with time-outs and reopenings in the workbook, as LibreOffice recomputes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ladders import NOW, STEEP, drawn, matrix, noted
from tests.office.compare import assert_confirmed, assert_confirmed_by_ironcalc, error_cells
from tests.office.package import column_cells
from xlmatrix.sheets.book import plan_book
from xlmatrix.write import render

pytestmark = pytest.mark.office


def test_both_programs_call_whom_the_rules_call(tmp_path: Path) -> None:
    path = tmp_path / "ladders.xlsx"
    log, typed = noted(drawn(80, 9))
    spec = matrix(STEEP + "    acknowledgement_timeout: 30 min\n")
    path.write_bytes(render(plan_book(spec, log, as_of=NOW, created=NOW, typed=typed)))
    assert not error_cells(path)
    assert_confirmed(path)
    headers = ("Level now", "Call now", "Fired at", "Next call at", "Next call")
    assert_confirmed_by_ironcalc(path, column_cells(path, "tIncidents", *headers))
