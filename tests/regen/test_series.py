"""Random series of edits, then a regeneration: nothing that anybody typed is lost."""

from __future__ import annotations

import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from random import Random

import pytest

from tests.regen.disagreeing import conflicts, listed
from tests.regen.editions import NEWER, OLD, OTHER
from tests.regen.edits import KINDS, series
from tests.regen.keeping import lost
from tests.regen.sheets import Book, apply, computed_of, read
from xlmatrix import api
from xlmatrix.model import loads

EDITIONS = {"same": OLD, "newer": NEWER, "another tier": OTHER}
SERIES = int(os.environ.get("XLMATRIX_SERIES", "3"))
#: Whoever asks for many series has the hidden sheets in them, too.
SMALL = "few_ready_rows" if "XLMATRIX_SERIES" in os.environ else "few_sheets"
pytestmark = pytest.mark.usefixtures(SMALL)
#: Series that found a fault which has been mended since.
ONCE_FAILED = (3043, 5074, 10001, 10761)
FIRST = int(os.environ.get("XLMATRIX_FIRST_SERIES", "0"))
INCIDENTS = """\
id,opened,title,class,resolved
A-1,2026-03-09 09:30,Slow answers,{0},2026-03-10 15:00
A-2,2026-03-13 17:10,No answers,{0},
A-3,2026-03-20 08:00,Wrong answers,{0},
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    spec = loads(OLD)
    export = folder / "incidents.csv"
    export.write_text(INCIDENTS.format(spec.spec.classes[0].id), encoding="utf-8")
    path = folder / "matrix.xlsx"
    api.build(spec, incidents=export, as_of="2026-03-16 10:30", output=path)
    return path


@pytest.fixture(scope="module")
def offered(built: Path) -> tuple[Book, dict[str, set[str]]]:
    computed = computed_of(built)
    return read(built, computed), computed


def test_at_least_forty_kinds_of_edit_are_tried() -> None:
    assert len(KINDS) >= 40


@pytest.mark.slow
@pytest.mark.parametrize("number", [*range(FIRST, FIRST + SERIES), *ONCE_FAILED])
def test_no_value_that_a_user_typed_is_lost(
    built: Path, offered: tuple[Book, dict[str, set[str]]], tmp_path: Path, number: int
) -> None:
    rng = Random(number)
    base, computed = offered
    chosen, ops = series(base, rng)
    edited = tmp_path / "edited.xlsx"
    mine = apply(built, edited, ops, computed)
    check((base, mine), edited, computed, rng, f"series {number}: {chosen}")


def check(
    sides: tuple[Book, Book],
    edited: Path,
    computed: dict[str, set[str]],
    rng: Random,
    label: str,
) -> None:
    base, mine = sides
    before, folder = edited.read_bytes(), edited.parent
    edition = rng.choice(sorted(EDITIONS))
    new = folder / "new.xlsx"
    done = api.regenerate(edited, loads(EDITIONS[edition]), output=new)
    assert not lost(base, mine, read(new, computed)), f"{label} to {edition}"
    unlisted = conflicts(base, mine, _offer(edition)) - listed(done.report.changes)
    assert not unlisted, f"{label} to {edition}: conflicts that the report leaves out"
    assert edited.read_bytes() == before, "the old file was touched"
    again = folder / "again.xlsx"
    twice = api.regenerate(new, loads(EDITIONS[edition]), output=again)
    assert twice.data == done.data, f"{label} to {edition}, twice"
    shutil.rmtree(folder)


@cache
def _offer(edition: str) -> Book:
    """What an edition offers by itself, in a workbook of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "offer.xlsx"
        api.build(loads(EDITIONS[edition]), as_of="2026-03-16 10:30", output=path)
        return read(path, computed_of(path))
