"""The finished workbook is read back: what a stage drops by mistake stops the run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table
from typer.testing import CliRunner

from tests.regen.editions import OLD
from tests.regen.sheets import apply, read
from xlmatrix import api, regen
from xlmatrix.cli import app
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import loads
from xlmatrix.regen.carrying import beside, graft, ownsheets
from xlmatrix.regen.merging import merge as merging
from xlmatrix.regen.merging import overlay
from xlmatrix.regen.merging.merge import ROW_DELETED, Change, Outcome
from xlmatrix.regen.stages import merged as stages_merged
from xlmatrix.regen.stages import reported
from xlmatrix.sheets.plan import BookPlan

pytestmark = pytest.mark.usefixtures("few_sheets")


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook in which somebody left something of every kind."""
    folder = tmp_path_factory.mktemp("used")
    path = folder / "matrix.xlsx"
    api.build(loads(OLD), as_of="2026-03-16 10:30", output=path)
    book = read(path)
    roles, people, days = (book.tables[name] for name in ("tRoles", "tPeople", "tHolidays"))
    ops = [
        ("set", roles.sheet, roles.numbers[0], roles.column_of("Duty"), "Answers the phone"),
        ("set", roles.sheet, roles.numbers[1], roles.column_of("Duty"), '=UPPER("typed")'),
        ("set", roles.sheet, roles.row, 30, "remember the milk"),
        ("set", roles.sheet, roles.row + 1, 31, "=COUNTA(tPeople[Name])"),
        ("set", days.sheet, days.numbers[0], days.column_of("Weekday"), "Someday"),
        ("comment", roles.sheet, roles.numbers[0], roles.column_of("Primary"), "Ask first"),
        ("add_column", people.sheet, "tPeople", "Pet", ["cat", "dog"]),
        ("add_sheet", "Mine", [(1, 1, "Budget"), (2, 1, 4)]),
    ]
    apply(path, folder / "used.xlsx", ops)
    _decorate(folder / "used.xlsx", roles.sheet, roles.numbers[0])
    return folder / "used.xlsx"


def _decorate(path: Path, owners: str, row: int) -> None:
    """A name, a date, a colour, a table and another title, which cells alone do not tell."""
    book: Any = openpyxl.load_workbook(path)
    book.defined_names["Budget_Cap"] = DefinedName("Budget_Cap", attr_text="Mine!$A$2")
    book["Mine"]["C1"] = date(2026, 5, 4)
    book[owners].cell(row, 2).fill = PatternFill("solid", fgColor="FF00FF")
    book[owners]["AH3"], book[owners]["AH4"] = "Colour", "red"
    book[owners].add_table(Table(displayName="Colours", ref="AH3:AH4"))
    book["SEV-1"]["B3"] = "In words of our own"
    book.save(path)


Spoil = Callable[[pytest.MonkeyPatch], None]


def _without(step: str) -> Spoil:
    def forget(patch: pytest.MonkeyPatch) -> None:
        kept = tuple(one for one in regen.carrying.STEPS if one.__name__ != step)
        assert len(kept) == len(regen.carrying.STEPS) - 1
        patch.setattr(regen.carrying, "STEPS", kept)

    return forget


def _no_overlay(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(overlay, "overlaid", lambda book, merged, offered: (_emptied(book), []))


def _emptied(book: BookPlan) -> BookPlan:
    """A plan in which a typed value is not."""

    def of(table: Any) -> Any:
        values = [
            [None if value == "Answers the phone" else value for value in column]
            for column in table.values
        ]
        return replace(table, values=tuple(values))

    return replace(
        book,
        sheets=tuple(replace(plan, tables=tuple(map(of, plan.tables))) for plan in book.sheets),
    )


def _line_of_nothing(patch: pytest.MonkeyPatch) -> None:
    """The report speaks of a change that nobody made."""
    line = Change(Outcome.KEPT, "tRoles", "Quality", "Duty", after="Sings")
    patch.setattr(reported, "_orphans", lambda ground: [line])


def _plain_looks(patch: pytest.MonkeyPatch) -> None:
    """Users' sheets come without the formats of their cells."""
    real = graft.grafted
    patch.setattr(graft, "grafted", lambda new, old, _, *more: real(new, old, (), *more))
    patch.setattr(ownsheets, "cell_role", lambda *_: "text")


def _no_colours(patch: pytest.MonkeyPatch) -> None:
    real = graft.grafted

    def colourless(new: bytes, old: Any, grafts: Any, _: Any, *more: Any) -> bytes:
        return real(new, old, grafts, {}, *more)

    patch.setattr(graft, "grafted", colourless)


def _row_lost(patch: pytest.MonkeyPatch) -> None:
    """The merge forgets the last row that somebody may have typed."""
    real = merging.merge

    def short(*sides: Any) -> Any:
        merged = real(*sides)
        tables = dict(merged.inputs.tables)
        roles = tables["tRoles"]
        tables["tRoles"] = replace(roles, rows=roles.rows[1:])
        return replace(merged, inputs=replace(merged.inputs, tables=tables))

    patch.setattr(stages_merged, "merge", short)


def _row_back(patch: pytest.MonkeyPatch) -> None:
    """The report says that a row was deleted, and it is there."""
    line = Change(Outcome.KEPT, "tRoles", "Quality", "", note=f"{ROW_DELETED}")
    patch.setattr(reported, "_orphans", lambda ground: [line])


def _without_text(patch: pytest.MonkeyPatch) -> None:
    """What was typed over a title is taken for it and left out."""
    patch.setattr(beside, "typed_beside", lambda *_: iter(()))


FAULTS = {
    "names": (_without("adopt_names"), "the name Budget_Cap"),
    "tables": (_without("seat_guests"), "the table Colours"),
    "dates": (_plain_looks, "Mine!C1: a date"),
    "colours": (_no_colours, "the colours that it was given"),
    "a row": (_row_lost, "Ask first|Answers the phone"),
    "a row that is back": (_row_back, "the report says kept of .*Quality: row deleted"),
    "texts": (_without_text, "In words of our own"),
    "notes and comments": (_without("keep_beside"), r"remember the milk.*Ask first|Ask first"),
    "formulas beside": (_without("keep_loose_formulas"), r"Owners!AE\d+: =COUNTA"),
    "formulas as inputs": (_without("keep_formulas"), "Someday"),
    "columns": (_without("add_columns"), "Pet.*cat"),
    "sheets": (_without("add_sheets"), "Mine!A1: Budget"),
    "typed cells": (_no_overlay, "the report says kept of .*Duty: Answers the phone"),
    "a line": (_line_of_nothing, "the report says kept of .*Quality.*: Sings"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_a_stage_drops_is_an_error_and_nothing_is_replaced(
    used: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    spoil, said = FAULTS[fault]
    spoil(monkeypatch)
    before = used.read_bytes()
    with pytest.raises(XlmatrixError, match=said):
        api.regenerate(used, loads(OLD), output=tmp_path / "new.xlsx")
    assert not list(tmp_path.iterdir())
    assert used.read_bytes() == before


def _lost(patch: pytest.MonkeyPatch) -> None:
    """A comment has no place in the new workbook."""
    patch.setattr("xlmatrix.regen.carrying.moved.Moved.spot", lambda *_: None)


@pytest.mark.parametrize("spoil", [_lost, _no_overlay], ids=["a loss", "a fault"])
def test_a_dry_run_ends_with_the_code_and_the_words_of_the_run(
    used: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Spoil
) -> None:
    spoil(monkeypatch)
    ends = []
    for goal in (["--dry-run"], ["-o", str(tmp_path / "new.xlsx")]):
        done = CliRunner().invoke(app, ["regenerate", str(used), *goal])
        ends.append((done.exit_code, done.stderr))
    assert ends[0] == ends[1]
    assert ends[0][0] == 2
    assert not list(tmp_path.iterdir())


def test_without_a_fault_the_same_workbook_passes(used: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.xlsx"
    done = api.regenerate(used, loads(OLD), output=new)
    assert api.regenerate(new, loads(OLD), output=tmp_path / "again.xlsx").data == done.data
