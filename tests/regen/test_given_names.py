"""A role or a calendar that somebody renames: columns and cells that go by it follow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.regen.editions import NEWER, OLD
from tests.regen.sheets import apply, read
from xlmatrix import api
from xlmatrix.model import loads

pytestmark = pytest.mark.usefixtures("few_sheets")

RACI = """\
raci:
  - {phase: Respond, letters: {oncall: A/R, quality: C, comms: I}}
  - {phase: Review, letters: {oncall: C, quality: A/R}}
always_add:
  - {prefix: [REL], role: quality}
"""
SPEC, NEWER_SPEC = OLD + RACI, NEWER + RACI


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("given") / "built.xlsx"
    api.build(loads(SPEC), as_of="2026-03-16 10:30", output=path)
    return path


def _edited(path: Path, target: Path, *edits: tuple[str, str, str, Any]) -> None:
    """Type a value into (table, row by its first cell, column)."""
    book, ops = read(path), []
    for name, first, header, value in edits:
        table = book.tables[name]
        at = [row[table.headers[0]] for row in table.rows].index(first)
        ops.append(("set", table.sheet, table.numbers[at], table.column_of(header), value))
    apply(path, target, ops)


def _renewed(path: Path, spec: str = SPEC) -> tuple[Any, Any]:
    """The new workbook as read, and the run; a second run must change no byte."""
    new = path.with_name(f"{path.stem}-new.xlsx")
    done = api.regenerate(path, loads(spec), output=new)
    again = api.regenerate(new, loads(spec), output=path.with_name("again.xlsx"), overwrite=True)
    assert again.data == done.data
    return read(new), done


@pytest.mark.parametrize("spec", [SPEC, NEWER_SPEC], ids=["same template", "newer template"])
def test_the_column_of_a_renamed_role_keeps_its_letters_under_the_new_name(
    built: Path, tmp_path: Path, spec: str
) -> None:
    used = tmp_path / "used.xlsx"
    _edited(
        built,
        used,
        ("tRoles", "Quality", "Role", "Quality desk"),
        ("tRaci", "Respond", "Quality", "R"),
    )
    book, done = _renewed(used, spec)
    raci = {row["Phase"]: row for row in book.tables["tRaci"].rows}
    assert (raci["Respond"]["Quality desk"], raci["Review"]["Quality desk"]) == ("R", "A/R")
    assert "Quality" not in book.tables["tRaci"].headers
    assert [row["Role"] for row in book.tables["tLadder1"].rows][-1] == "Quality desk"
    assert {row["Role"] for row in book.tables["tAlwaysAdd"].rows} == {"Quality desk"}
    lines = {(c.table, c.before, c.after) for c in done.report.changes if c.outcome == "kept"}
    assert lines == {("tRoles", "Quality", "Quality desk"), ("tRaci", "C", "R")}
    # Who holds it changes as well, with another name: it is the row that stood there.
    twice = tmp_path / "twice.xlsx"
    _edited(
        used.with_name("used-new.xlsx"),
        twice,
        ("tRoles", "Quality desk", "Primary", "Priya Raman"),
        ("tRoles", "Quality desk", "Role", "Quality guild"),
    )
    book, _ = _renewed(twice, spec)
    raci = {row["Phase"]: row for row in book.tables["tRaci"].rows}
    assert raci["Respond"]["Quality guild"] == "R"


def test_the_column_of_a_deleted_role_stays_with_what_was_typed(
    built: Path, tmp_path: Path
) -> None:
    used = tmp_path / "used.xlsx"
    edits = [("tRoles", "Quality", header, None) for header in ("Primary", "Backup", "Role")]
    _edited(built, used, ("tRaci", "Respond", "Quality", "R"), *edits)
    book, done = _renewed(used)
    raci = {row["Phase"]: row for row in book.tables["tRaci"].rows}
    assert (raci["Respond"]["Quality"], raci["Review"]["Quality"]) == ("R", "A/R")
    assert any(c.note.startswith("row deleted by you") for c in done.report.changes)


def test_a_renamed_calendar_keeps_its_hours_and_its_mentions(built: Path, tmp_path: Path) -> None:
    used = tmp_path / "used.xlsx"
    _edited(built, used, ("tCalendars", "Business hours", "Calendar", "Office"))
    book, _ = _renewed(used)
    assert {row["Calendar"] for row in book.tables["tHours"].rows} == {"Office"}
    assert "Office" in {row["Calendar"] for row in book.tables["tTargets2"].rows}
    assert "#N/A" not in book.cells.values()


def test_a_spec_written_back_has_the_name(built: Path, tmp_path: Path) -> None:
    used = tmp_path / "used.xlsx"
    _edited(built, used, ("tRoles", "Quality", "Role", "Quality desk"))
    _renewed(used)
    text = api.spec_of(used.with_name("used-new.xlsx")).text
    assert "{id: quality, name: Quality desk" in text
