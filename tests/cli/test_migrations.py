"""A template renames a severity, a class and a column: a used workbook follows, nothing is lost."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.regen import sheets
from tests.regen.editions import OLD
from tests.regen.small import few_sheets, used_book

pytestmark = pytest.mark.slow

BEFORE = (
    OLD
    + """\
obligations: {decider: quality, calendar: business, rules: [gdpr-33]}
drills:
  calendar: business
  start: 2026-03-02
  months: 2
  decision: {SEV-1: 4 h}
  scenarios:
    - id: D01
      name: Wrong answers
      classes: [QLT-01, REL-01]
      severity: SEV-2
      opens: SEV-1
      injects: [{at: 0 min, text: Somebody complains}]
"""
)
AFTER = (
    BEFORE.replace("SEV-1", "SEV-0")
    .replace("QLT-01", "QLT-09")
    .replace("  - id: SEV-0\n", "  - id: SEV-0\n    renamed_from: [SEV-1]\n")
    .replace("  - id: QLT-09\n", "  - id: QLT-09\n    renamed_from: [QLT-01]\n")
    .replace("name: Hallucination", "name: Invented answer")
)
OPENED = datetime(2026, 3, 16, 9)
TYPED: list[tuple[str, int, dict[str, Any]]] = [
    ("tIncidents", 1, {"ID": "INC-1", "Opened": OPENED, "Class": "Hallucination",
                       "Severity set": "SEV-1", "Notes": "one"}),
    ("tPauses", 1, {"Incident": "INC-1", "From": OPENED, "To": datetime(2026, 3, 16, 10),
                    "Reason": "customer"}),
    ("tChanges", 1, {"Incident": "INC-1", "At": OPENED, "To": "SEV-1"}),
    ("tDrills", 1, {"Severity called": "SEV-1", "Notes": "went well"}),
    ("tNotices", 1, {"Incident": "INC-1", "Obligation": "gdpr-33", "Decision": "report"}),
    ("tTargets1", 1, {"Within": 7}),
]  # fmt: skip


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return used_book(BEFORE, TYPED, tmp_path_factory.mktemp("used"), "2026-03-16 10:30")


@pytest.fixture(scope="module")
def renewed(used: Path, tmp_path_factory: pytest.TempPathFactory) -> sheets.Book:
    from typer.testing import CliRunner

    from xlmatrix.cli.app import app

    folder = tmp_path_factory.mktemp("renewed")
    (folder / "after.yaml").write_text(AFTER, encoding="utf-8")
    given = ["regenerate", str(used), "-t", str(folder / "after.yaml")]
    with pytest.MonkeyPatch.context() as patch:
        few_sheets(patch)
        done = CliRunner().invoke(app, [*given, "-o", str(folder / "new.xlsx")])
    assert done.exit_code == 0, done.output
    return sheets.read(folder / "new.xlsx")


def _first(book: sheets.Book, table: str) -> dict[str, Any]:
    return book.tables[table].rows[0]


def test_a_renamed_severity_is_renamed_in_the_log_and_the_changes(renewed: sheets.Book) -> None:
    assert _first(renewed, "tIncidents")["Severity set"] == "SEV-0"
    assert _first(renewed, "tChanges")["To"] == "SEV-0"


def test_its_sheet_takes_the_new_name_and_keeps_what_was_typed_there(renewed: sheets.Book) -> None:
    assert "SEV-0" in renewed.sheets
    assert "SEV-1" not in renewed.sheets
    assert _first(renewed, "tTargets1")["Within"] == 7


def test_a_renamed_class_is_renamed_in_the_log(renewed: sheets.Book) -> None:
    row = _first(renewed, "tIncidents")
    assert (row["ID"], row["Class"], row["Notes"]) == ("INC-1", "Invented answer", "one")
    assert "QLT-01" not in [row["ID"] for row in renewed.tables["tMatrix"].rows]


def test_pauses_notices_and_drill_results_stay_as_they_were(renewed: sheets.Book) -> None:
    pause, notice = _first(renewed, "tPauses"), _first(renewed, "tNotices")
    assert (pause["Incident"], pause["Reason"]) == ("INC-1", "customer")
    assert (notice["Obligation"], notice["Decision"]) == ("gdpr-33", "report")
    assert _first(renewed, "tDrills")["Notes"] == "went well"


def test_severities_and_classes_of_drills_follow(renewed: sheets.Book) -> None:
    scenario = _first(renewed, "tScenarios")
    assert _first(renewed, "tDrills")["Severity called"] == "SEV-0"
    assert (scenario["Opens as"], scenario["Classes"]) == ("SEV-0", "QLT-09; REL-01")
    assert _first(renewed, "tDecision")["Severity"] == "SEV-0"
