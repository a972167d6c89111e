"""Overrides typed on On-call: what is said of each, who is called, and what comes back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from tests.model.small import changed
from tests.office.compare import assert_confirmed
from tests.office.libre import recalculate, recomputed
from tests.regen.sheets import read
from xlmatrix import api
from xlmatrix.model import loads

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("few_spare_rows")]

AS_OF = datetime(2026, 11, 16, 10, 30)
_ON_CALL = """\
on_call:
  - {role: oncall, people: [Priya Raman, Tom Weiss], start: 2026-01-05}
overrides:
  - {role: quality, from: 2026-11-16 10:00, to: 2026-11-16 12:00, backup: Ada Lund}
severities:
"""
SPEC = changed(
    ("people:\n", "people:\n  - {name: Ada Lund, email: a@example.com, phone: '1'}\n"),
    ("severities:\n", _ON_CALL),
    ("end: 2027-12-31", "end: 2026-12-31"),
)


def _at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 16, hour, minute)


#: role, primary, backup, from, to, note; and what is said of it.
ROWS: tuple[tuple[tuple[Any, ...], str], ...] = (
    (("On-call", "Ada Lund", None, _at(10), _at(11), "Swapped by phone"), "ok"),
    (("On-call", "Tom Weiss", None, _at(10, 59), _at(13), None), "Overlaps a row above"),
    (("on-call", "Nobody Known", None, _at(14), _at(15), None), "Unknown person"),
    (("Desk", "Ada Lund", None, _at(14), _at(15), None), "Unknown role"),
    (("Quality", "Ada Lund", None, _at(15), _at(14), None), "Ends before it begins"),
    (("Quality", "Ada Lund", "ada lund", _at(15), _at(16), None), "Backup is the primary"),
    (("Quality", "Ada Lund", None, _at(17), "later", None), "Not complete"),
    (("Quality", "Ada Lund", None, datetime(2029, 1, 1), datetime(2029, 1, 2), None),
     "Outside the horizon"),
    (("Quality", "Ada Lund", None, datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 6), None),
     "Clock change"),
)  # fmt: skip


@pytest.fixture(scope="module")
def renewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook regenerated after somebody typed the rows."""
    folder = tmp_path_factory.mktemp("overrides")
    (folder / "matrix.yaml").write_text(SPEC, encoding="utf-8")
    api.build(folder / "matrix.yaml", as_of=AS_OF, output=folder / "old.xlsx")
    table = read(folder / "old.xlsx").tables["tOverrides"]
    book = openpyxl.load_workbook(folder / "old.xlsx")
    for (cells, _), row in zip(ROWS, table.free, strict=False):
        for header, value in zip(
            ("Role", "Primary", "Backup", "From", "To", "Note"), cells, strict=True
        ):
            book[table.sheet].cell(row, table.column_of(header)).value = value
    book.save(folder / "used.xlsx")
    api.regenerate(folder / "used.xlsx", folder / "matrix.yaml", output=folder / "new.xlsx")
    return folder / "new.xlsx"


def _column(path: Path, table: str, header: str) -> list[Any]:
    known = read(path).tables[table]
    sheet = openpyxl.load_workbook(path, data_only=True)[known.sheet]
    rows = range(known.row + 1, known.last_row + 1)
    return [sheet.cell(row, known.column_of(header)).value for row in rows]


def test_each_row_says_whether_it_counts(renewed: Path) -> None:
    said = _column(renewed, "tOverrides", "Check")
    assert said[: len(ROWS) + 1] == ["ok", *(state for _, state in ROWS)]


def test_owners_name_whom_the_overrides_name(renewed: Path) -> None:
    assert _column(renewed, "tRoles", "On call now")[:2] == ["Ada Lund", "Tom Weiss"]
    assert _column(renewed, "tRoles", "Backup now")[1] == "Ada Lund"


@pytest.mark.office
def test_the_open_workbook_names_them_before_python_has_seen_it(renewed: Path) -> None:
    roles = read(renewed).tables["tRoles"]
    found = recomputed(renewed.with_name("used.xlsx"))
    cell = f"{get_column_letter(roles.column_of('On call now'))}{roles.row + 1}"
    assert found[roles.sheet, cell] == "Ada Lund"


@pytest.mark.office
def test_another_program_computes_the_same(renewed: Path) -> None:
    assert_confirmed(renewed)


def test_the_spec_of_the_workbook_has_those_that_a_spec_takes(renewed: Path) -> None:
    written = api.spec_of(renewed)
    spec = loads(written.text).spec
    assert next(one.note for one in spec.overrides if one.role == "oncall") == "Swapped by phone"
    assert len(spec.overrides) == 6
    said = [finding.what for finding in written.findings if "no spec takes" in finding.what]
    assert len(said) == 4


def test_shifts_of_who_left_the_directory_are_flagged_and_the_rest_works(tmp_path: Path) -> None:
    spec, built, used = (tmp_path / name for name in ("matrix.yaml", "old.xlsx", "used.xlsx"))
    spec.write_text(SPEC, encoding="utf-8")
    api.build(spec, as_of=AS_OF, output=built)
    book = openpyxl.load_workbook(built)
    people = read(built).tables["tPeople"]
    name = people.column_of("Name")
    for row in range(people.row + 1, people.last_row + 1):
        cell = book[people.sheet].cell(row, name)
        if cell.value == "Tom Weiss":
            cell.value = None
    book.save(used)
    found = api.check(used, quick=True)
    flagged = [finding for finding in found if finding.code == "shift-stranger"]
    assert len(flagged) == 1
    assert flagged[0].where.endswith("!On-call")
    said = set(_column(recalculate(used), "tShifts", "Check"))
    # Before the rotation begins nobody is on call.
    assert said == {"Nobody on call", "Not in the directory"}
