"""A ladder repeats as often as its sheet has rows for, and says so where a cell asks for more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ladders import LADDER, NOW, STEEP, drawn, matrix, noted
from tests.matrices import few_spare_rows
from tests.model.small import changed
from tests.office import libre
from tests.office.compare import same
from tests.office.package import column_cells, formula_cells
from tests.regen.sheets import apply, computed_of, read
from xlmatrix import api
from xlmatrix.model import loads
from xlmatrix.model.models import MatrixSpec
from xlmatrix.sheets.book import plan_book
from xlmatrix.sheets.severity_ladder import too_often
from xlmatrix.write import render

_STEP = 3
_SHOWN = ("Level now", "Call now", "Fired at", "Next call at", "Next call")


def _book(spec: MatrixSpec, path: Path) -> Path:
    log, typed = noted(drawn(60))
    with pytest.MonkeyPatch.context() as patch:
        few_spare_rows(patch)
        book = plan_book(spec, log, as_of=NOW, created=NOW, typed=typed)
    path.write_bytes(render(book))
    return path


def _asking(path: Path, copy: Path, repeat: float) -> Path:
    """A copy in which a step of SEV-2 asks for so many more passes."""
    ladder = read(path, computed_of(path)).tables["tLadder2"]
    at = ladder.numbers[_STEP - 1], ladder.column_of("Repeat")
    apply(path, copy, [("set", ladder.sheet, *at, repeat)])
    return copy


def _repeating(repeat: int) -> MatrixSpec:
    old = "role: quality, channel: call, repeat: "
    new = f"{old}{repeat}"
    old += "1"
    assert old in STEEP
    return matrix(STEEP.replace(old, new))


@pytest.mark.office
def test_more_repeats_than_there_are_count_as_the_most_there_is(tmp_path: Path) -> None:
    most = _book(_repeating(2), tmp_path / "most.xlsx")
    asked = _asking(_book(matrix(), tmp_path / "book.xlsx"), tmp_path / "asked.xlsx", 50)
    computed = formula_cells(libre.recalculate(asked))
    cells = formula_cells(most)
    for cell in column_cells(most, "tIncidents", *_SHOWN):
        assert same(cells[cell].value, computed[cell].value, cells[cell].kind), cell
    said = [computed[cell].value for cell in column_cells(most, "tLadder2", "Check")]
    assert [text for text in said if text] == [too_often(2)]
    assert said[_STEP - 1]


@pytest.mark.slow
def test_the_engine_reads_no_more_repeats_than_the_sheet_makes(tmp_path: Path) -> None:
    built = tmp_path / "book.xlsx"
    api.build(loads(changed((LADDER, STEEP))), as_of="2026-12-30 11:00", output=built)
    for typed, read_as in ((50, 2), (2.9, 2), (1, 1), (-3, 0)):
        copy = _asking(built, tmp_path / f"{typed}.xlsx", typed)
        spec = loads(api.spec_of(copy).text).spec
        assert spec.severities[1].ladder[_STEP - 1].repeat == read_as, typed


def test_the_cell_refuses_more_than_there_are(tmp_path: Path) -> None:
    book = plan_book(_repeating(5), noted([])[0], as_of=NOW, created=NOW)
    for sheet, most in (("SEV-1", 2), ("SEV-2", 5)):
        plan = next(plan for plan in book.sheets if plan.name == sheet)
        table = next(table for table in plan.tables if table.name.startswith("tLadder"))
        repeat = table.columns[[one.header for one in table.columns].index("Repeat")]
        assert repeat.validation is not None
        assert (repeat.validation.kind, repeat.validation.first, repeat.validation.second) == (
            "whole", 0, most,
        )  # fmt: skip
