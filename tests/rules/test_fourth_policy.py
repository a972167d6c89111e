"""A further policy for changes of severity is three files, and everything that names them follows.

The patch adds *anew*, which counts as restart does: so its deadlines must be those of restart.
"""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.office.compare import assert_confirmed
from tests.patched import patched, run_in, touched
from tests.regen.sheets import read

PATCH = Path(__file__).with_name("fourth_policy.patch")
_BUILD = """
import sys
from xlmatrix import api
from xlmatrix.model import loads
from xlmatrix.resources import template_path
name, target = sys.argv[1:]
text = template_path("basic").read_text(encoding="utf-8")
spec = loads(text.replace("severity_change: from_open", f"severity_change: {name}"))
api.build(
    spec, incidents="log.csv", logs={"changes": "changes.csv"}, as_of="2026-11-16 10:30",
    output=target,
)
"""
_LOG = "id,opened,title,class\nA-1,2026-11-13 09:00,Slow,REL-02\n"
_CHANGES = "incident,at,to\nA-1,2026-11-13 11:00,SEV-1\n"

pytestmark = [pytest.mark.slow, pytest.mark.office]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A workbook of each of the two policies, by name."""
    checkout = patched(tmp_path_factory.mktemp("policy"), PATCH)
    (checkout / "log.csv").write_text(_LOG, encoding="utf-8")
    (checkout / "changes.csv").write_text(_CHANGES, encoding="utf-8")
    made = {name: checkout / f"{name}.xlsx" for name in ("restart", "anew")}
    for name, path in made.items():
        run_in(checkout, "-c", _BUILD, name, path)
    return made


def _dues(path: Path) -> dict[str, object]:
    log = read(path).tables["tIncidents"]
    sheet = openpyxl.load_workbook(path, data_only=True)[log.sheet]
    shown = [header for header in log.headers if header.endswith(" due")]
    return {header: sheet.cell(log.row + 1, log.column_of(header)).value for header in shown}


def test_a_policy_touches_three_files() -> None:
    assert len(touched(PATCH)) == 3


def test_its_deadlines_are_those_that_it_says(books: dict[str, Path]) -> None:
    dues = _dues(books["anew"])
    assert dues["Resolve due"]
    assert dues == _dues(books["restart"])


def test_sheets_and_dropdown_name_it(books: dict[str, Path]) -> None:
    book = openpyxl.load_workbook(books["anew"], data_only=True)
    compared = {cell.value for row in book["Policy compare"].iter_rows() for cell in row}
    assert {"Response due: anew", "Resolve due: anew"} <= compared
    assert "anew" in {cell.value for row in book["Lists"].iter_rows() for cell in row}


def test_libreoffice_confirms_every_formula(books: dict[str, Path]) -> None:
    assert_confirmed(books["anew"])
