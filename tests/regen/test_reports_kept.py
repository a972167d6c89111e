"""Notices of older releases: none loses its due time, and each goes with its obligation.

``basic-0.1.9.xlsx`` was made by the release before obligations had several clocks, from the basic
template with every obligation of that release and a notice for each, some reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.regen.sheets import bounds
from tools.golden import GOLDEN
from xlmatrix import api

pytestmark = pytest.mark.slow

OLD = GOLDEN / "notices" / "basic-0.1.9.xlsx"
BOOKS = [GOLDEN / "enterprise-0.1.0.xlsx", GOLDEN / "standard-0.1.0.xlsx"]
READ = datetime(2028, 1, 17, 9, 0)
#: What no law in force asks when this is read, so that nothing may run.
NOT_IN_FORCE = {"ai-act-26-5", "circia-incident", "circia-payment", "uk-csrb-early", "uk-csrb-full"}
Rows = list[dict[str, Any]]


def _place(book: openpyxl.Workbook, table: str) -> tuple[Worksheet, tuple[int, int, int, int]]:
    sheet = next(sheet for sheet in book.worksheets if table in sheet.tables)
    return sheet, bounds(sheet.tables[table].ref)


def _rows(path: Path, table: str) -> Rows:
    """What a table shows, by header."""
    book = openpyxl.load_workbook(path, data_only=True)
    sheet, (left, top, right, bottom) = _place(book, table)
    cells = list(sheet.iter_rows(top, bottom, left, right, values_only=True))
    return [dict(zip(map(str, cells[0]), row, strict=True)) for row in cells[1:]]


def _notices(path: Path) -> dict[str, dict[str, Any]]:
    return {row["Notice"]: row for row in _rows(path, "tNotices") if row["Obligation"]}


def _typed(
    path: Path,
    target: Path,
    notices: Sequence[Mapping[str, Any]] = (),
    obligations: Mapping[str, Mapping[str, Any]] | None = None,
) -> None:
    """Type notices from the first row on, figures of obligations, and when the book is read."""
    book = openpyxl.load_workbook(path)
    sheet, (left, top, right, bottom) = _place(book, "tNotices")
    heads = [sheet.cell(top, column).value for column in range(left, right + 1)]
    for row, notice in enumerate(notices, start=top + 1):
        for header, value in notice.items():
            sheet.cell(row, left + heads.index(header)).value = value
    sheet, (left, top, right, bottom) = _place(book, "tObligations")
    heads = [sheet.cell(top, column).value for column in range(left, right + 1)]
    for row in range(top + 1, bottom + 1):
        for header, value in (obligations or {}).get(str(sheet.cell(row, left).value), {}).items():
            sheet.cell(row, left + heads.index(header)).value = value
    name, _, cell = book.defined_names["AsOf_Input"].attr_text.rpartition("!")
    book[name.strip("'")][cell.replace("$", "")].value = READ
    book.save(target)


@pytest.fixture(scope="module")
def renewed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """The old workbook read in 2028, with figures of one of two moved obligations typed over."""
    folder = tmp_path_factory.mktemp("renewed")
    _typed(OLD, folder / "used.xlsx")
    done = api.regenerate(folder / "used.xlsx", output=folder / "new.xlsx")
    return folder / "new.xlsx", done


def test_every_notice_that_had_a_due_time_has_one(renewed: tuple[Path, Any]) -> None:
    before, after = _notices(OLD), _notices(renewed[0])
    lost = [
        before[key]["Obligation"]
        for key in before
        if before[key]["Safe due"] and not after[key]["Safe due"]
    ]
    assert len(before) > 65
    assert set(lost) <= NOT_IN_FORCE


def test_what_was_typed_in_notices_stands_there(renewed: tuple[Path, Any]) -> None:
    before, after = _notices(OLD), _notices(renewed[0])
    for header in ("Incident", "Trigger", "Decision", "Reported", "Note"):
        assert [row[header] for row in after.values()] == [row[header] for row in before.values()]


def test_a_notice_goes_with_its_obligation_whatever_its_case(renewed: tuple[Path, Any]) -> None:
    before, after = _notices(OLD), _notices(renewed[0])
    moved = [key for key in before if before[key]["Obligation"].lower() == "dora-19-inter-noon"]
    assert len(moved) == 2
    assert {after[key]["Obligation"] for key in moved} == {"dora-19-inter"}


def test_a_figure_that_was_typed_over_stays_as_a_rule_of_ones_own(
    renewed: tuple[Path, Any],
) -> None:
    path, done = renewed
    rules = {row["ID"]: row for row in _rows(path, "tObligations")}
    assert (rules["dora-19-awareness"]["Amount"], rules["gdpr-33"]["Amount"]) == (20, 60)
    assert rules["dora-19-initial"]["Amount"] == 4
    said = [change.note for change in done.report.changes if change.key == "dora-19-awareness"]
    assert any("as a rule of your own" in note for note in said)


def test_one_line_tells_of_each_obligation_that_moved(renewed: tuple[Path, Any]) -> None:
    said = [c.note for c in renewed[1].report.changes if "is part of dora-19-inter now" in c.note]
    assert said == ["dora-19-inter-noon is part of dora-19-inter now: 2 notices moved"]


def test_each_obligation_whose_figures_changed_is_named(renewed: tuple[Path, Any]) -> None:
    said = {one.about: one.what for one in renewed[1].findings if one.code == "law-data"}
    assert "'none' became 'noon'" in said["dora-19-initial"]
    assert "gdpr-33" not in said, "what was typed over is no news"


def test_a_second_run_moves_nothing(renewed: tuple[Path, Any], tmp_path: Path) -> None:
    again = api.regenerate(renewed[0], output=tmp_path / "again.xlsx")
    assert [one for one in again.findings if one.code == "law-data"] == []
    assert "taken" not in again.report.sentence()
    assert _notices(tmp_path / "again.xlsx") == _notices(renewed[0])


def test_both_rows_become_one_with_what_was_typed_beside_the_figures(tmp_path: Path) -> None:
    typed: dict[str, dict[str, Any]] = {
        "dora-19-awareness": {"Amount": 24, "Recipient": "BaFin"},
        "dora-19-initial": {"Source": "Our counsel"},
    }
    _typed(OLD, tmp_path / "used.xlsx", obligations=typed)
    done = api.regenerate(tmp_path / "used.xlsx", output=tmp_path / "new.xlsx")
    rules = {row["ID"]: row for row in _rows(tmp_path / "new.xlsx", "tObligations")}
    now = rules["dora-19-initial"]
    assert "dora-19-awareness" not in rules
    assert (now["Recipient"], now["Source"], now["Amount"]) == ("BaFin", "Our counsel", 4)
    notices = _notices(tmp_path / "new.xlsx").values()
    moved = [row for row in notices if row["Trigger is"] == "aware"]
    assert len(moved) == 2
    assert {row["Obligation"] for row in moved} == {"dora-19-initial"}
    assert all(row["Safe due"] for row in moved)
    assert any("'aware' as what the trigger is" in change.note for change in done.report.changes)
    written = api.spec_of(tmp_path / "used.xlsx").text
    assert "dora-19-initial" in written
    assert "dora-19-awareness" not in written


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_triggers_typed_in_the_oldest_workbooks_have_due_times(book: Path, tmp_path: Path) -> None:
    rules = [row["ID"] for row in _rows(book, "tObligations") if row["ID"]]
    notices = [
        {
            "Incident": "I-1",
            "Obligation": rule,
            "Trigger": datetime(2027, 12, 23 + place, 17, 45),
            "Note": f"typed {place}",
        }
        for place, rule in enumerate(rules[:8])
    ]
    _typed(book, tmp_path / "used.xlsx", notices)
    template = book.name.partition("-")[0]
    api.regenerate(tmp_path / "used.xlsx", template, output=tmp_path / "new.xlsx")
    now = _notices(tmp_path / "new.xlsx").values()
    assert [row["Note"] for row in now] == [row["Note"] for row in notices]
    assert [row["Obligation"] for row in now if not row["Safe due"]] == []


def test_an_obligation_that_the_new_template_lacks_keeps_all_its_clocks(tmp_path: Path) -> None:
    api.regenerate(OLD, "standard", output=tmp_path / "new.xlsx")
    rules = {row["ID"] for row in _rows(tmp_path / "new.xlsx", "tRules")}
    assert {"dora-19-initial", "sec-8k-105", "nis2-23-early"} <= rules
