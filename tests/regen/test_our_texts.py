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

pytestmark = pytest.mark.usefixtures("few_sheets")

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


def test_a_text_that_somebody_emptied_stays_empty(tmp_path: Path) -> None:
    path, new, again = (tmp_path / f"{name}.xlsx" for name in ("used", "new", "again"))
    api.build(loads(OLD), as_of="2026-03-16 10:30", output=path)
    book: Any = openpyxl.load_workbook(path)
    definition = next(c for row in book["SEV-1"]["A1:H20"] for c in row if "Stops" in str(c.value))
    at = definition.coordinate
    gone = {"Owners!B2": book["Owners"]["B2"].value, f"SEV-1!{at}": definition.value}
    assert all(gone.values())
    book["Owners"]["B2"].value = definition.value = None
    book.save(path)
    done = api.regenerate(path, loads(OLD), output=new)
    lines = {c.key: (c.outcome, c.before, c.after) for c in done.report.changes}
    assert lines == {key: ("kept", text, None) for key, text in gone.items()}
    assert api.regenerate(new, loads(OLD), output=again).data == done.data
    # Two rows down, and where the template says something new.
    done = api.regenerate(new, loads(NEWER), output=again)
    assert [(c.outcome, c.wanted) for c in done.report.changes if c.before in gone.values()] == [
        ("conflict", "Stops many people."), ("kept", None),
    ]  # fmt: skip
    book = openpyxl.load_workbook(again)
    assert book["Owners"]["B2"].value is None
    assert book["SEV-1"][at].value is None


def test_a_value_over_a_formula_of_ours_stands_in_a_note_and_the_formula_is_back(
    tmp_path: Path,
) -> None:
    path, new, again = (tmp_path / f"{name}.xlsx" for name in ("used", "new", "again"))
    api.build(loads(OLD), as_of="2026-03-16 10:30", output=path)
    book: Any = openpyxl.load_workbook(path)
    inside = [bounds(table.ref) for table in book["SEV-1"].tables.values()]
    formulas = {
        cell.coordinate: cell.value
        for row in book["SEV-1"].iter_rows(max_row=60)
        for cell in row
        if cell.data_type == "f"
        and not any(a <= cell.column <= c and b <= cell.row <= d for a, b, c, d in inside)
    }
    over = dict(zip(list(formulas)[:4], (42, "ask Tom", 17.5, "see note"), strict=True))
    for at, value in over.items():
        book["SEV-1"][at].value = value
    book.save(path)
    done = api.regenerate(path, loads(OLD), output=new)
    lines = {c.key: (c.outcome, c.before) for c in done.report.changes}
    assert lines == {f"SEV-1!{at}": ("refused", value) for at, value in over.items()}
    sheet: Any = openpyxl.load_workbook(new)["SEV-1"]
    for at, value in over.items():
        assert sheet[at].value == formulas[at]
        assert sheet[at].comment.text == f"Typed over the formula of this cell: {value}"
    assert api.regenerate(new, loads(OLD), output=again).data == done.data
