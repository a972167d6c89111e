"""A title, definition or heading of ours that somebody types over stays as they typed it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.office.package import bounds
from tests.regen.editions import OLD
from xlmatrix import api
from xlmatrix.model import loads

pytestmark = pytest.mark.usefixtures("few_ready_rows")

#: A newer template: another definition, and a role more, so that all below it moves down.
NEWER = OLD.replace("definition: Stops {many_users} or more.", "definition: Stops many people.")
NEWER = NEWER.replace(
    "roles:\n",
    "roles:\n  - {id: privacy, name: Privacy, primary: Tom Weiss, backup: Priya Raman}\n",
)


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A workbook with other titles, definitions and headings, and what each cell said."""
    path = tmp_path_factory.mktemp("texts") / "used.xlsx"
    api.build(loads(OLD), as_of="2026-03-16 10:30", output=path)
    book: Any = openpyxl.load_workbook(path)
    said: dict[str, str] = {}
    for sheet in ("Start", "SEV-1", "Owners", "Hours", "Glossary"):
        if sheet not in book.sheetnames:
            continue
        texts = [
            cell
            for row in book[sheet].iter_rows(max_row=60)
            for cell in row
            if isinstance(cell.value, str) and cell.data_type == "s"
        ]
        inside = [bounds(t.ref) for t in book[sheet].tables.values()]
        for cell in texts:
            loose = not any(a <= cell.column <= c and b <= cell.row <= d for a, b, c, d in inside)
            kept = cell.hyperlink is None and len(cell.value) > 3
            if loose and kept and cell.value.startswith(TEXTS):
                said[f"{sheet}!{cell.coordinate}"] = cell.value
                cell.value = f"Mine: {cell.value}"
    book.save(path)
    return path, said


#: How the texts begin that somebody types over.
TEXTS = ("AI incident", "Escalation matrix", "Stops", "Owners", "People", "Who holds", "Working")


def test_they_stay_and_each_is_one_line(typed: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    path, said = typed
    assert len(said) > 3
    done = api.regenerate(path, loads(OLD), output=tmp_path / "new.xlsx")
    book: Any = openpyxl.load_workbook(tmp_path / "new.xlsx")
    for at, before in said.items():
        sheet, _, cell = at.partition("!")
        assert book[sheet][cell].value == f"Mine: {before}"
    lines = [(c.outcome, c.key, c.before) for c in done.report.changes]
    assert sorted(lines) == sorted(("kept", at, before) for at, before in said.items())
    again = api.regenerate(tmp_path / "new.xlsx", loads(OLD), output=tmp_path / "again.xlsx")
    assert again.data == done.data


def test_a_text_that_the_template_changed_too_is_a_conflict_and_others_move_along(
    typed: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    path, said = typed
    done = api.regenerate(path, loads(NEWER), output=tmp_path / "new.xlsx")
    book: Any = openpyxl.load_workbook(tmp_path / "new.xlsx")
    conflicts = [(c.wanted, c.after) for c in done.report.changes if c.outcome == "conflict"]
    assert [wanted for wanted, _ in conflicts] == ["Stops many people."]
    sheets = [book[name] for name in book.sheetnames if name not in ("Changes", "Stamp")]
    shown = [str(c.value) for sheet in sheets for row in sheet.iter_rows() for c in row if c.value]
    wanted = [f"Mine: {before}" for before in said.values()]
    assert Counter(text for text in shown if text in wanted) == Counter(wanted)
