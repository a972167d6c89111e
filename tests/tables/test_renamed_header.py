"""A release that shows a column under another header changes one line, and nothing is lost.

The line is changed in a copy of the package, which then builds, regenerates what this release made,
checks and recalculates.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.office.compare import assert_confirmed
from tests.patched import ROOT, patched, run_in
from tests.regen.sheets import read

PATCH = Path(__file__).with_name("renamed_header.patch")
AS_OF = "2026-11-16 10:30"
_FORMULA = "=COUNT(tIncidents[Opened])+SUM(tIncidents[[Opened]:[Title]])*0"

pytestmark = [pytest.mark.slow, pytest.mark.office]


def _run(checkout: Path, *arguments: str | Path, code: int = 0) -> str:
    return run_in(checkout, "-m", "xlmatrix", *arguments, code=code)


@pytest.fixture(scope="module")
def renaming(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package whose log shows *Opened* as *Started at*."""
    return patched(tmp_path_factory.mktemp("renaming"), PATCH)


def _built(checkout: Path, path: Path) -> Path:
    incidents = ROOT / "examples" / "demo_incidents.csv"
    _run(
        checkout, "build", "--template", "basic", "--incidents", incidents, "--as-of", AS_OF,
        "-o", path,
    )  # fmt: skip
    return path


@pytest.fixture(scope="module")
def new(renaming: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _built(renaming, tmp_path_factory.mktemp("new") / "new.xlsx")


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook of this release in which somebody worked."""
    path = _built(ROOT, tmp_path_factory.mktemp("old") / "old.xlsx")
    book = openpyxl.load_workbook(path)
    log = read(path).tables["tIncidents"]
    sheet = book[log.sheet]
    sheet.cell(log.free[0], log.column_of("ID")).value = "MINE-1"
    sheet.cell(log.free[0], log.column_of("Opened")).value = 46342.25
    own = book.create_sheet("Own")
    own["A1"] = _FORMULA
    book.save(path)
    return path


def _headers(path: Path) -> list[str]:
    return read(path).tables["tIncidents"].headers


def test_what_it_builds_shows_the_header_and_is_computed_alike(new: Path) -> None:
    assert "Started at" in _headers(new)
    assert "Opened" not in _headers(new)
    assert assert_confirmed(new) > 1000


def test_its_check_speaks_of_the_header_that_people_see(new: Path) -> None:
    log = read(new).tables["tIncidents"]
    hidden = [place for place, header in enumerate(log.headers) if header.startswith("Check")]
    sheet = openpyxl.load_workbook(new)[log.sheet]
    said = "".join(str(sheet.cell(log.row + 1, log.column + place).value) for place in hidden)
    assert "Started at is missing" in said
    assert "is before Started at" in said
    assert "Opened is" not in said


def test_it_reads_its_own_workbooks(renaming: Path, new: Path) -> None:
    told = json.loads(_run(renaming, "recalc", new, "--json"))
    assert told["incidents"] == 42
    assert told["disagreements"] == []
    _run(renaming, "check", new)


def test_it_reads_the_workbooks_of_this_release(renaming: Path, old: Path) -> None:
    told = json.loads(_run(renaming, "recalc", old, "--json", code=1))
    # openpyxl saves no values beside formulas, so all of them differ; the incidents are all there.
    assert told["incidents"] == 43
    _run(renaming, "check", old)


def test_regenerating_a_workbook_of_this_release_keeps_everything(
    renaming: Path, old: Path, tmp_path: Path
) -> None:
    path = tmp_path / "renewed.xlsx"
    _run(renaming, "regenerate", old, "-o", path)
    was, now = read(old).tables["tIncidents"], read(path).tables["tIncidents"]
    assert [row.get("Started at") for row in now.rows] == [row.get("Opened") for row in was.rows]
    assert [row["ID"] for row in now.rows] == [row["ID"] for row in was.rows]
    # What somebody wrote about the column follows it.
    own: Any = openpyxl.load_workbook(path)["Own"]["A1"].value
    assert own == _FORMULA.replace("Opened", "Started at")
    again = tmp_path / "again.xlsx"
    _run(renaming, "regenerate", path, "-o", again)
    assert read(again).tables["tIncidents"].rows == now.rows
