"""Series of edits that LibreOffice itself makes and saves; nothing that anybody typed is lost."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path
from random import Random

import pytest

from tests.office.beside import run_beside_office
from tests.regen.disagreeing import conflicts, listed
from tests.regen.editions import NEWER, OLD, OTHER
from tests.regen.edits import KINDS, series
from tests.regen.keeping import lost
from tests.regen.sheets import Book, Op, computed_of, read
from tests.regen.small import few_ready_rows
from xlmatrix import api
from xlmatrix.model import loads

EDITIONS = (OLD, NEWER, OTHER)
SERIES = int(os.environ.get("XLMATRIX_OFFICE_SERIES", "2"))
FIRST = int(os.environ.get("XLMATRIX_FIRST_OFFICE_SERIES", "5000"))
VERBS = frozenset(
    {"set", "comment", "hide", "hide_row", "width", "add_sheet", "add_column", "swap", "reorder",
     "rename"}
)  # fmt: skip


def _moved_rows(book: Book, rng: Random) -> list[Op]:
    """A row inserted in a table, and one above it."""
    grid = book.tables[rng.choice(["tIncidents", "tPeople", "tHolidays"])]
    return [("insert_row", grid.sheet, grid.numbers[-1]), ("insert_row", grid.sheet, grid.row - 1)]


@pytest.mark.office
@pytest.mark.slow
def test_no_value_typed_in_libreoffice_is_lost(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        few_ready_rows(patch)
        _series(tmp_path)


@cache
def _offer(edition: int) -> Book:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "offer.xlsx"
        api.build(loads(EDITIONS[edition]), as_of="2026-03-16 10:30", output=path)
        return read(path, computed_of(path))


def _series(tmp_path: Path) -> None:
    spec = loads(OLD)
    export = tmp_path / "incidents.csv"
    rows = [f"A-{n},2026-03-{9 + n:02} 09:30,Title {n},{spec.spec.classes[0].id}" for n in range(3)]
    export.write_text("\n".join(["id,opened,title,class", *rows]) + "\n", encoding="utf-8")
    built = tmp_path / "matrix.xlsx"
    api.build(spec, incidents=export, as_of="2026-03-16 10:30", output=built)
    computed = computed_of(built)
    base = read(built, computed)
    tried = [k for k, kind in KINDS.items() if {op[0] for op in kind(base, Random(0))} <= VERBS]
    assert len(tried) >= 40
    jobs: list[dict[str, object]] = []
    labels = []
    for number in range(FIRST, FIRST + SERIES):
        rng = Random(number)
        chosen, ops = series(base, rng, verbs=VERBS)
        # Late, for the other ops speak of the rows as they were.
        late = [op for op in ops if op[0] == "rename"]
        ops = [*(op for op in ops if op not in late), *_moved_rows(base, rng), *late]
        target = tmp_path / f"edited{number}.xlsx"
        jobs.append({"source": str(built), "target": str(target), "ops": ops})
        labels.append((number, chosen, target))
    run_beside_office("tests.regen.office_edits", jobs, tmp_path)
    for number, chosen, target in labels:
        mine = read(target, computed)
        new, again = tmp_path / f"new{number}.xlsx", tmp_path / f"again{number}.xlsx"
        edition = loads(EDITIONS[number % 3])
        done = api.regenerate(target, edition, output=new)
        assert not lost(base, mine, read(new, computed)), f"series {number}: {chosen}"
        unlisted = conflicts(base, mine, _offer(number % 3)) - listed(done.report.changes)
        assert not unlisted, f"series {number}: {chosen}"
        assert api.regenerate(new, edition, output=again).data == done.data, f"{number}: {chosen}"
