"""Workbooks with incidents of an export in them, judged by every program at hand."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import xlmatrix
from tests.office import compare, engines
from tests.office.integrity import assert_sound
from tests.office.package import column_cells, formula_cells

ROOT = Path(__file__).parents[2]
_AS_OF = datetime(2026, 5, 20, 10, 30)
_INCIDENTS = 40
_HEADERS = [
    "number",
    "incident_state",
    "sys_mod_count",
    "opened_at",
    "sys_updated_at",
    "priority",
    "category",
    "assigned_to",
    "resolved_at",
    "closed_at",
]


def _day_first(stamp: datetime) -> str:
    return f"{stamp:%d/%m/%Y %H:%M}"


def _export(path: Path, incidents: int = _INCIDENTS) -> Path:
    """An invented export in ServiceNow's form: several rows an incident, the last is its state."""
    random = np.random.default_rng(11)
    priorities = ("1 - Critical", "2 - High", "3 - Moderate", "4 - Low", "?")
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, _HEADERS, restval="?")
        out.writeheader()
        for number in range(incidents):
            opened = datetime(2026, 1, 2) + timedelta(minutes=int(random.integers(0, 190_000)))
            moments = np.sort(random.integers(1, 20_000, 3)).tolist()
            taken, solved, closed = (opened + timedelta(minutes=int(m)) for m in moments)
            ends = random.random() < 0.8
            states = [("New", opened), ("Active", taken), ("Closed", closed)][: 3 if ends else 2]
            done = {"resolved_at": _day_first(solved), "closed_at": _day_first(closed)}
            for count, (state, at) in enumerate(states):
                out.writerow(
                    {
                        "number": f"INC{number:07}",
                        "incident_state": state,
                        "sys_mod_count": count,
                        "opened_at": _day_first(opened),
                        "sys_updated_at": _day_first(at),
                        "priority": priorities[number % 5],
                        "category": f"Category {number % 7}",
                        "assigned_to": f"Resolver {number % 9}",
                        **(done if ends else {}),
                    }
                )
    return path


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("import")
    export, path = _export(folder / "export.csv"), folder / "imported.xlsx"
    built = xlmatrix.build(
        xlmatrix.template("standard"), incidents=export, as_of=_AS_OF, output=path
    )
    assert built.imported is not None
    assert len(built.imported.log) == _INCIDENTS
    return path


@pytest.mark.office
def test_libreoffice_confirms_a_workbook_with_an_imported_log(book: Path) -> None:
    assert compare.assert_confirmed(book) > _INCIDENTS * 50
    assert compare.error_cells(book) == []


@pytest.mark.office
def test_every_imported_incident_has_its_deadlines(book: Path) -> None:
    cells = formula_cells(book)
    for header in ("Acknowledge due", "Response due", "Resolve due"):
        due = [cells[cell].value for cell in column_cells(book, "tIncidents", header)[:_INCIDENTS]]
        assert all(isinstance(value, float) for value in due), header


@pytest.mark.validator
def test_an_imported_log_makes_a_valid_package_that_other_readers_open(book: Path) -> None:
    engines.validate(book)
    assert_sound(book)
    readers = engines.sheets_by_reader(book)
    assert len(readers) == 3
    assert all("Incidents" in sheets for sheets in readers.values())


@pytest.mark.office
def test_libreoffice_confirms_logs_beside_the_incidents_however_odd(tmp_path: Path) -> None:
    written = {
        "pauses": "incident,from,to,reason\n"
        "INC-036,2026-11-13 15:00,,Waiting for customer\n"
        "inc-039,2026-11-16 04:10,2026-11-16 07:30,Waiting for vendor\n"
        "INC-036,2099-01-01 10:00,,Far\nNOPE,2026-11-01,2026-11-02,\nINC-037,3/4/2026,,=1+1\n",
        "changes": "incident,at,to,approver\nINC-037,2026-11-11 10:20,SEV-3,Mara Lindqvist\n"
        "INC-036,2026-11-05 10:00,Nope,\n",
        "reopened": "incident,reopened,resolved\nINC-030,2026-09-17 15:00,2026-09-17 14:00\n"
        "INC-034,tomorrow,yesterday\n",
    }
    logs = {name: tmp_path / f"{name}.csv" for name in written}
    for name, path in logs.items():
        path.write_text(written[name], encoding="utf-8")
    path = tmp_path / "logs.xlsx"
    built = xlmatrix.build(
        xlmatrix.template("basic"),
        incidents=ROOT / "examples" / "demo_incidents.csv",
        logs=logs,
        as_of=datetime(2026, 11, 16, 10, 30),
        output=path,
    )
    assert built.logs == {"pauses": 5, "changes": 2, "reopened": 2}
    codes = {finding.code for finding in built.findings}
    assert {"import-date", "import-incident", "import-severity"} <= codes
    cells = formula_cells(path)
    checks = [cells[cell].value for cell in column_cells(path, "tPauses", "Check")[:5]]
    # A date far ahead is a date all the same; it has not come, and there are no calendars for it.
    far = "From is later than As of: no effect yet. From is after the calendars end."
    assert checks == [
        "",
        "",
        f"{far} The row has no effect.",
        "Incident is not in the log. The row has no effect.",
        "From is not a date and time. The row has no effect.",
    ]
    compare.assert_confirmed(path)
