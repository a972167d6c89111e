"""Series of everything that people do, through five programs: nothing is lost without a line.

Every run has a seed of its own, which a failure names. ``XLMATRIX_SERIES`` of them are tried with
``XLMATRIX_FIRST_SERIES`` on in a deep run.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random, SystemRandom

import pytest

from tests.office.beside import run_beside_office
from tests.regen.edits import in_order, series
from tests.regen.more_edits import ALL
from tests.regen.sheets import Op
from tests.regen.small import few_ready_rows, no_hidden_sheets
from tests.regen.test_office_series import VERBS as OFFICE
from tests.regen.trial import (
    EDITIONS,
    Edited,
    Start,
    edited_by_openpyxl,
    edited_elsewhere,
    edited_raw,
    faults,
    started,
)
from tests.regen.writers import saved

FIRST = int(os.environ.get("XLMATRIX_FIRST_SERIES", SystemRandom().randrange(10**8)))
SERIES = int(os.environ.get("XLMATRIX_SERIES", "0"))
_BASIC = frozenset({"set", "comment", "hide", "hide_row", "width", "add_sheet", "merge", "link",
                    "define", "hide_sheet", "tab"})  # fmt: skip
#: What each program can do, as far as its script knows; None is everything.
VERBS: dict[str, frozenset[str] | None] = {
    "raw": None,
    "openpyxl": _BASIC | {"add_column", "swap", "reorder", "rename", "protect", "foreign_table"},
    "exceljs": _BASIC | {"row_height", "validation"},
    "sheetjs": _BASIC - {"tab"},
    "office": OFFICE | {"merge", "protect", "property", "hide_sheet", "tab", "row_height"},
}
#: Whose turn it is; most edits only XML can say.
TURNS = ("raw",) * 11 + ("openpyxl",) * 3 + ("exceljs", "sheetjs", "office") * 2
TRIED = [TURNS[n % len(TURNS)] for n in range(SERIES)] or ["raw", "raw", "exceljs", "sheetjs"]


@pytest.fixture(scope="module", autouse=True)
def _small() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        few_ready_rows(patch)
        no_hidden_sheets(patch)
        yield


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Start:
    return started(tmp_path_factory.mktemp("start"))


@pytest.fixture(scope="module")
def elsewhere(start: Start, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """What other programs saved, all of one program in one run of it."""
    folder = tmp_path_factory.mktemp("elsewhere")
    jobs: dict[str, list[dict[str, object]]] = {"writers": [], "office": []}
    targets = {}
    for place, program in enumerate(TRIED):
        if program in ("exceljs", "sheetjs", "office"):
            targets[place] = folder / str(place) / "edited.xlsx"
            targets[place].parent.mkdir()
            ops = _ops(start, place)[1]
            job: dict[str, object] = {
                "program": program,
                "source": str(start.path),
                "target": str(targets[place]),
                "ops": ops,
            }
            jobs["office" if program == "office" else "writers"].append(job)
    if jobs["writers"]:
        saved(jobs["writers"], folder, timeout_s=3000)
    if jobs["office"]:
        run_beside_office("tests.regen.office_edits", jobs["office"], folder)
    return targets


def _ops(start: Start, place: int) -> tuple[list[str], list[Op]]:
    rng = Random(FIRST + place)
    return series(start.base, rng, verbs=VERBS[TRIED[place]], kinds=ALL)


def test_at_least_120_kinds_of_edit_are_tried() -> None:
    assert len(ALL) >= 120


@pytest.mark.slow
@pytest.mark.parametrize("place", range(len(TRIED)), ids=lambda n: f"{TRIED[n]}-{n}")
def test_nothing_is_lost_without_a_line_and_every_line_is_true(
    start: Start, elsewhere: dict[int, Path], tmp_path: Path, place: int
) -> None:
    chosen, ops = _ops(start, place)
    edited = _edited(start, ops, elsewhere.get(place), tmp_path, TRIED[place])
    edition = sorted(EDITIONS)[(FIRST + place) % len(EDITIONS)]
    found = faults(start, edited, edition, dry=(FIRST + place) % 4 == 0)
    assert not found, f"{TRIED[place]} {FIRST + place} to {edition}: {chosen}"


def _edited(start: Start, ops: list[Op], there: Path | None, folder: Path, program: str) -> Edited:
    target = folder / "edited.xlsx"
    if there is not None:
        return edited_elsewhere(start, ops, there)
    return (edited_raw if program == "raw" else edited_by_openpyxl)(start, ops, target)


@pytest.mark.slow
def test_kinds_that_once_failed_hold(start: Start, tmp_path: Path) -> None:
    rng = Random(3)
    kinds = ("a step half typed", "the log renamed", "a class's severity")
    ops = in_order([op for known in kinds for op in ALL[known](start.base, rng)])
    edited = edited_raw(start, ops, tmp_path / "edited.xlsx")
    assert not faults(start, edited, "another tier", dry=False)
