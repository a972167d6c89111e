"""What people type into a ladder is read back as it was meant, and stays after a regeneration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.ladder_cells import cell_of, ladder_spec
from xlmatrix import api
from xlmatrix.errors import XlmatrixError
from xlmatrix.regen import UsedBook, read_book

pytestmark = pytest.mark.usefixtures("few_sheets")

#: Cells typed into the ladder's rows, and the step that each row then is.
_TYPED: dict[int, dict[str, object]] = {
    1: {"Role": "communications OWNER of the class", "After": 25, "Unit": "% of contain",
        "Contact": "both", "Inform": "yes"},
    2: {"Role": "All hands", "Contact": "primary", "For": "Privacy, safety", "Unit": "h"},
    3: {"Role": "Quality", "Until": "always", "Repeat": 0, "Channel": "chat"},
    4: {"Until": "resolved", "Repeat": 2, "After": 90, "Inform": "no", "Contact": "backup"},
    5: {"Level": 4, "Role": "Response owner of the class", "After": 2, "Unit": "h",
        "Contact": "backup", "Channel": "call", "Until": "acknowledged"},
}  # fmt: skip
_MEANT: list[dict[str, object]] = [
    {"owner": "communications", "after": "25 % of contain", "contact": "both", "inform": True},
    {"team": "all", "role": None, "contact": "primary", "families": ("privacy", "safety"),
     "after": "10 h"},
    {"role": "quality", "team": None, "on": "declared", "repeat": 0, "channel": "chat"},
    {"role": "quality", "on": "silence", "until": "resolved", "repeat": 2, "after": "1 h 30 min",
     "inform": False, "contact": "backup"},
    {"level": 4, "owner": "response", "after": "2 h", "contact": "backup", "channel": "call",
     "until": "acknowledged", "on": "silence", "families": (), "inform": False},
]  # fmt: skip


def _said(used: UsedBook) -> list[dict[str, Any]]:
    steps = [step.model_dump() for step in used.spec.severities[0].ladder]
    return [step | {"after": str(step["after"])} for step in steps]


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ladder")
    spec, plain = folder / "matrix.yaml", folder / "plain.xlsx"
    spec.write_text(ladder_spec(), encoding="utf-8")
    api.build(spec, as_of="2026-11-16 10:30", output=plain)
    book = openpyxl.load_workbook(plain)
    for row, cells in _TYPED.items():
        for header, value in cells.items():
            cell_of(book, "tLadder1", header, row).value = value
    cell_of(book, "tOnCallTeams", "Person 3", 1).value = "Viktor Hansen"
    for name, value in (("Repeat_After_1", 2), ("Repeat_After_Unit_1", "h")):
        sheet, cell = book.defined_names[name].value.replace("'", "").split("!")
        book[sheet][cell.replace("$", "")].value = value
    path = folder / "edited.xlsx"
    book.save(path)
    return path


def test_every_cell_of_a_ladder_is_read_as_it_was_meant(edited: Path) -> None:
    used = read_book(edited)
    for step, meant in zip(_said(used), _MEANT, strict=True):
        assert {key: step[key] for key in meant} == meant
    assert str(used.spec.severities[0].repeat_after) == "2 h"
    assert used.spec.team("all").members == ("Priya Raman", "Tom Weiss", "Viktor Hansen")


def test_a_regeneration_keeps_every_typed_step(edited: Path) -> None:
    again = edited.with_name("again.xlsx")
    api.regenerate(edited, output=again)
    before, after = read_book(edited), read_book(again)
    assert _said(after) == _said(before)
    assert after.spec.severities[0].repeat_after == before.spec.severities[0].repeat_after
    assert after.spec.teams == before.spec.teams


def test_a_team_that_the_new_spec_lacks_stays_with_who_was_typed(edited: Path) -> None:
    text = ladder_spec().replace(ladder_spec().partition("teams:\n")[2].splitlines()[0], "", 1)
    text = text.replace("teams:\n\n", "").replace("team: all", "role: quality")
    bare = edited.with_name("bare.yaml")
    bare.write_text(text, encoding="utf-8")
    new = edited.with_name("without.xlsx")
    done = api.regenerate(edited, bare, output=new)
    assert read_book(new).spec.teams == read_book(edited).spec.teams
    assert ("tOnCallTeams", "Person 3", "Viktor Hansen") in [
        (change.table, change.column, change.after) for change in done.report.changes
    ]


def test_what_was_typed_in_a_table_that_is_there_no_more_is_named(tmp_path: Path) -> None:
    raci = "raci:\n  - {phase: Respond, letters: {oncall: A/R}}\n"
    rule = "always_add:\n  - {prefix: [REL], role: quality}\n"
    with_rule, without = tmp_path / "with.yaml", tmp_path / "without.yaml"
    with_rule.write_text(ladder_spec() + raci + rule, encoding="utf-8")
    without.write_text(ladder_spec() + raci, encoding="utf-8")
    plain, used, new = (tmp_path / f"{name}.xlsx" for name in ("plain", "used", "new"))
    api.build(with_rule, as_of="2026-11-16 10:30", output=plain)
    api.regenerate(plain, without, output=new)
    book = openpyxl.load_workbook(plain)
    cell_of(book, "tAlwaysAdd", "Role", 1).value = "On-call"
    book.save(used)
    with pytest.raises(XlmatrixError, match="tAlwaysAdd on RACI"):
        api.regenerate(used, without, output=tmp_path / "lost.xlsx")
    assert not (tmp_path / "lost.xlsx").exists()
