"""Rules of one's own with all that a reporting clock may ask, from spec to workbook and back."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.regen.sheets import read
from xlmatrix import api
from xlmatrix.model import loads
from xlmatrix.model.obligations import Obligation

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("few_ready_rows")]

#: The form of releases before: an amount, a unit and a roll after a trigger.
FLAT = """
obligations:
  - id: club-notice
    regime: Club rules
    trigger: A vote
    recipient: The board
    amount: 3
    unit: business days
    roll: noon
    effective: 2026-02-01
    status: In force since May; effective 2026-02-01
  - gdpr-33
  - dora-19-awareness
"""
RICH = """
obligations:
  scope: {gdpr: both, eu-member: FR}
  facts:
    - {id: big, asks: Is it big?, answers: [small, big, huge]}
  moments:
    - {id: rung, says: The bell was rung}
  rules:
    - id: club-notice
      regime: Club rules
      trigger: A vote
      recipient: The board
      after: rung
      amount: 3
      unit: business days
      take: latest
      clocks:
        - {mode: instead, after: "filing: gdpr-33", amount: 2, unit: weeks, when: {big: [huge]}}
        - {after: "end of year: rung", amount: 1, unit: months, lapses: resolved}
      until: resolved
      ends: "17:30"
      roll: next-working-day
      roll_if: {big: [big, huge]}
      zone: member state
      calendar: weekends
      applies_to: {gdpr: [both, controller]}
      when: {big: [big, huge], personal-data: ["yes"]}
      group: Club
      force: enacted
      effective: 2026-02-01
      until_date: 2030-01-01
      read: 2026-01-15
      posture_date: 2027-01-01
      stale_after: 90
      inference: true
      asks: Was the bell rung?
      will_miss: Call the president
    - gdpr-33
"""


def _built(folder: Path, obligations: str) -> tuple[Any, Path]:
    loaded = loads(api.new(template="basic", start=date(2026, 1, 1), months=2) + obligations)
    path = folder / "book.xlsx"
    api.build(loaded, as_of="2026-01-16 10:30", output=path)
    return loaded, path


def _typed(path: Path, target: Path, cells: list[tuple[str, int, str, Any]]) -> None:
    tables = read(path).tables
    book = openpyxl.load_workbook(path)
    for name, row, header, value in cells:
        table = tables[name]
        at = table.numbers[row], table.column_of(header)
        book[table.sheet].cell(*at).value = value
    book.save(target)


def test_a_rule_with_everything_comes_back_as_it_was(tmp_path: Path) -> None:
    loaded, path = _built(tmp_path, RICH)
    assert api.spec_of(path).text == loaded.text
    changes = [
        ("tRules", 0, "Inference", None),
        ("tRules", 0, "Holidays", "matrix"),
        ("tRules", 0, "Amount 2", 4),
        ("tRules", 1, "Reportable if", "big = small"),
        ("tScope", 0, "Answer", "None"),
    ]
    _typed(path, tmp_path / "used.xlsx", changes)
    now = loads(api.spec_of(tmp_path / "used.xlsx").text).spec.obligations
    was = loaded.spec.obligations
    club, published = now.rules
    assert isinstance(club, Obligation)
    clock = was.rules[0].clocks[0].model_copy(update={"amount": 4})
    changed = {"inference": False, "calendar": "matrix", "clocks": (clock, was.rules[0].clocks[1])}
    assert club == was.rules[0].model_copy(update=changed)
    assert isinstance(published, Obligation), "a published rule that was changed is written out"
    assert published.when == {"big": ("small",)}
    assert published.applies_to == {"gdpr": ("controller", "both")}
    assert "none" in now.scope.values()


def test_a_condition_that_no_spec_takes_is_named_and_left(tmp_path: Path) -> None:
    loaded, path = _built(tmp_path, RICH)
    _typed(path, tmp_path / "used.xlsx", [("tRules", 0, "Applies if", "gdpr; both")])
    written = api.spec_of(tmp_path / "used.xlsx")
    assert loads(written.text).spec.obligations == loaded.spec.obligations
    assert [f.path for f in written.findings if f.code == "typed-odd"] == ["tRules, club-notice"]


def test_a_spec_of_the_old_form_counts_as_it_did(tmp_path: Path) -> None:
    loaded, path = _built(tmp_path, FLAT)
    assert {"obligation-moved"} <= {finding.code for finding in loaded.findings}
    assert api.spec_of(path).text == loaded.text
    cells = [
        ("tNotices", 0, "Incident", "I-1"),
        ("tNotices", 0, "Obligation", "club-notice"),
        ("tNotices", 0, "Trigger", datetime(2026, 2, 6, 15, 0)),
        ("tNotices", 1, "Obligation", "DORA-19-awareness"),
        ("tNotices", 1, "Trigger", datetime(2026, 2, 6, 15, 0)),
    ]
    _typed(path, tmp_path / "used.xlsx", cells)
    api.regenerate(tmp_path / "used.xlsx", output=tmp_path / "new.xlsx")
    book = openpyxl.load_workbook(tmp_path / "new.xlsx", data_only=True)
    grid = read(tmp_path / "new.xlsx").tables["tNotices"]
    sheet = book[grid.sheet]

    def shown(row: int, header: str) -> Any:
        return sheet.cell(grid.numbers[row], grid.column_of(header)).value

    # Three working days after a Friday afternoon, at the same hour.
    assert shown(0, "Safe due") == datetime(2026, 2, 11, 15, 0)
    assert (shown(1, "Obligation"), shown(1, "Trigger is")) == ("dora-19-initial", "aware")
    assert shown(1, "Safe due") is not None


def test_a_template_that_answers_nothing_takes_no_answer_away(tmp_path: Path) -> None:
    text = api.new(
        template="standard", start=date(2026, 1, 1), months=2,
        scope={"gdpr": "both", "eu-member": "FR"},
    )  # fmt: skip
    api.build(loads(text), as_of="2026-01-16 10:30", output=tmp_path / "book.xlsx")
    done = api.regenerate(tmp_path / "book.xlsx", "standard", output=tmp_path / "new.xlsx")
    answers = {
        row["Fact"]: row.get("Answer") for row in read(tmp_path / "new.xlsx").tables["tScope"].rows
    }
    assert (answers["gdpr"], answers["eu-member"]) == ("both", "FR")
    assert [change for change in done.report.changes if change.table == "tScope"] == []
