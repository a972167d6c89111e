"""Triage, RACI and drills as people leave them: typed right, typed wrong, at the limits."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.office.compare import assert_confirmed, assert_confirmed_by_ironcalc
from tests.office.package import formula_cells
from xlmatrix.model import loads
from xlmatrix.resources import template_text
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.write import render

AS_OF = datetime(2026, 11, 16, 10, 30)
SHEETS = {
    "Triage", "Classes", "RACI", "Drills", "Drill seats", "Drill results", "Drill cards",
    "Drill players",
}  # fmt: skip
Typed = dict[tuple[str, str, str], Any]


def held(key: str, start: datetime, **changes: Any) -> Typed:
    """A record that passes, with changes: minutes for times, else values; None is empty."""
    minutes: dict[str, Any] = {
        "Acknowledged": 4,
        "Declared": 6,
        "Level 2 reached": 7,
        "Customer draft": 25,
        "Reporting decided": 200,
        "Contained": 50,
    }
    values: dict[str, Any] = {
        "Severity called": "SEV-1",
        "Contacts tried": 10,
        "Contacts answered": 9,
        "Backup played": "Yes",
        "Kill switch found (min)": 5,
        "Evidence complete": "yes",
        "One timeline": "yes",
        "Actions owned": start + timedelta(days=2),
    }
    for header, value in changes.items():
        name = header.replace("_", " ")
        (minutes if name in minutes else values)[name] = value
    stamps = {
        name: None if at is None else start + timedelta(minutes=at) for name, at in minutes.items()
    }
    record = {"Detected": start, **stamps, **values}
    return {("tDrills", key, header): value for header, value in record.items()}


def torture() -> Typed:
    """What people type, the wrong things too."""
    typed = (
        held("Drill 1", datetime(2026, 3, 10, 10))
        | held("Drill 2", datetime(2026, 4, 14, 10), Acknowledged=6)
        | held("Drill 3", datetime(2026, 5, 12, 10), Acknowledged=7)
        | held("Drill 4", datetime(2026, 6, 9, 10), Contained=61)
        | held("Drill 5", datetime(2026, 7, 14, 10), Actions_owned=None)
        | held("Drill 6", datetime(2026, 8, 11, 10), Customer_draft=None)
        # Every time exactly at its limit, and a drill on the night the clocks change.
        | held("Drill 7", datetime(2026, 10, 6, 10), Acknowledged=5, Contained=60)
        | held("Repeat 1", datetime(2026, 10, 25, 2, 30), Drill=4)
        | held("Repeat 2", datetime(2026, 11, 2, 10), Drill=99)
        | held("Repeat 3", datetime(2026, 11, 3, 10), Drill=3, Contacts_tried="x")
    )
    typed |= {
        ("tDrills", "Drill 8", "Detected"): datetime(2026, 11, 16, 10),
        ("tDrills", "Drill 8", "Acknowledged"): "soon",
        ("tDrills", "Drill 9", "Detected"): datetime(2025, 1, 1, 10),
        ("tDrills", "Drill 9", "Contained"): datetime(2025, 1, 1, 11),
        ("tDrillPlan", "1", "Planned"): datetime(2026, 12, 25, 10),
        ("tDrillPlan", "2", "Planned"): datetime(2027, 1, 12, 19),
        ("tDrillPlan", "3", "Planned"): datetime(2028, 1, 12, 19),
        ("tDrillPlan", "4", "Planned"): "later",
        ("tDrillPlan", "5", "Planned"): 46300.5,
        ("tDrillPlan", "6", "Scenario"): "no such scenario",
        ("tDrillPlan", "7", "Scenario"): "provider OUTAGE",
        ("tScenarios", "D09", "Severity"): "SEV-3",
        ("tScenarios", "X01", "Name"): "Our own",
        ("tScenarios", "X01", "Classes"): "REL-01; IP-01",
        ("tSeats", "Incident commander", "Drill 1"): "b",
        ("tSeats", "FinOps lead", "Drill 5"): None,
        ("tInjects", "D01-1", "At (min)"): None,
        ("tInjects", "D01-2", "At (min)"): 7.5,
        ("tDecision", "SEV-2", "Unit"): "days",
        ("tDecision", "SEV-3", "Within"): None,
        ("", "Card_Drill", ""): 9,
        ("", "Players_Drill", ""): 77,
        ("tTriage", "1", "Incident"): "inc-1",
        ("tTriage", "1", "Harm"): 1,
        ("tTriage", "2", "Incident"): "INC-2",
        ("tTriage", "2", "Money"): 3,
        ("tTriage", "3", "Incident"): "INC-2",
        ("tTriage", "3", "Death, health or infrastructure"): "YES",
        ("tTriage", "4", "Harm"): 0,
        ("tTriage", "5", "Harm"): "x",
        ("tTriage", "6", "Harm"): 9,
        ("tTriage", "6", "Data"): 2.5,
        ("tRaci", "Investigate", "Incident commander"): "I",
        ("tRaci", "Monthly drill", "Legal and privacy"): "a",
    }
    return typed


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    spec = loads(template_text("enterprise")).spec
    log = IncidentLog.of(
        {"ID": ["INC-1", "INC-2"], "Class": [spec.classes[0].name, spec.classes[1].name]},
        {"Opened": [datetime(2026, 11, 16, 9), datetime(2026, 11, 16, 9, 30)]},
    )
    plan = plan_book(spec, log, as_of=AS_OF, created=AS_OF, typed=torture())
    path = tmp_path_factory.mktemp("content") / "matrix.xlsx"
    path.write_bytes(render(plan))
    return path


@pytest.mark.office
@pytest.mark.slow
def test_libreoffice_confirms_what_people_typed_into_drills_and_triage(book: Path) -> None:
    assert assert_confirmed(book) > 1000


@pytest.mark.slow
def test_a_second_engine_confirms_the_sheets_of_drills_and_triage(book: Path) -> None:
    cells = [cell for cell in formula_cells(book) if cell[0] in SHEETS]
    assert assert_confirmed_by_ironcalc(book, cells) > 1000


def values(book: Path, sheet: str) -> list[Any]:
    return [cell.value for (name, _), cell in formula_cells(book).items() if name == sheet]


def test_the_sheets_say_what_was_typed(book: Path) -> None:
    drills = values(book, "Drills")
    assert {"closed day", "outside hours", "beyond calendar"} <= set(drills)
    results = values(book, "Drill results")
    assert {"pass", "conditional", "fail", "running", "overdue"} <= set(results)
    assert {"primary too seldom", "not rehearsed"} <= set(values(book, "Drill seats"))
    assert {"Nobody accountable", "Two accountable"} <= set(values(book, "RACI"))
    triage = values(book, "Triage")
    assert "chosen is milder" in triage
    assert "Cache across tenants" in values(book, "Drill cards")
