"""The published cases about ladders and obligations: Python, and the workbook in two programs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conformance.cases import Published, cases_of, duration_s
from tests.office import engines
from tests.office.libre import recomputed
from tests.office.package import column_cells
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.logs.histories import REOPENED, typed_rows
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.rules.reporting.counting import Authority, WorkingDays, rolled, run
from xlmatrix.sheets.book import make_scene, plan_book
from xlmatrix.worktime import Zone
from xlmatrix.write import render

LADDERS, NOTICES = cases_of("ladder"), cases_of("notice")
_AS_OF = datetime(2026, 11, 18, 12, 0)
_PEOPLE = ("Ada", "Cy", "Eve")


def matrix() -> MatrixSpec:
    """One severity a ladder, one obligation a notice; a person "" holds a role without anybody."""
    holidays = {day: "Holiday" for case in NOTICES for day in case.data.get("holidays", [])}
    spec: dict[str, Any] = {
        "xlmatrix": 1,
        "title": "Published cases",
        "organisation": "Test",
        "zone": "Europe/Berlin",
        "horizon": {"start": "2026-01-01", "end": "2027-02-28"},
        "policy": {"effective": "2026-01-01"},
        "calendars": [
            {"id": "always", "name": "Always", "hours": "24x7"},
            {
                "id": "office",
                "name": "Office",
                "hours": "Mon-Fri 09:00-17:00",
                "holidays": {"dates": holidays},
            },
        ],
        "owners": {"response": "Ada", "quality": "Ada", "communications": "Ada"},
        "roles": [
            *({"id": name, "name": name, "primary": name} for name in _PEOPLE),
            {"id": "nobody", "name": "nobody", "primary": "Ada"},
        ],
        "people": [{"name": name} for name in _PEOPLE],
        "obligations": {
            "rules": [
                {
                    "id": case.id,
                    "regime": "Published",
                    "trigger": case.title,
                    "recipient": "Somebody",
                    **{
                        key: case.data[key]
                        for key in ("amount", "unit", "roll")
                        if key in case.data
                    },
                }
                for case in NOTICES
            ]
        },
        "severities": [
            {
                "id": f"S{number}",
                "name": f"Ladder {number}",
                "definition": "For a test",
                "calendar": "always",
                "targets": {"acknowledge": "1 min", "first_response": "1 min", "resolve": "9 h"},
                "ladder": [
                    {
                        **{key: step[key] for key in step if key != "person"},
                        "role": step["person"] or "nobody",
                    }
                    for step in case.data["steps"]
                ],
                "acknowledgement_timeout": case.data.get("timeout"),
            }
            for number, case in _ladders().values()
        ],
        "classes": [{"id": "A", "name": "A", "definition": "A", "severity": "S1"}],
    }
    built = MatrixSpec.model_validate(spec)
    # A spec asks for a primary; a workbook's cell can be empty.
    roles = [r.model_copy(update={"primary": ""}) if r.id == "nobody" else r for r in built.roles]
    return built.model_copy(update={"roles": tuple(roles)})


def _ladders() -> dict[str, tuple[int, Published]]:
    """Every ladder once, for a matrix has few severities: its number and a case that has it."""
    found: dict[str, tuple[int, Published]] = {}
    for case in LADDERS:
        found.setdefault(_ladder(case), (len(found) + 1, case))
    return found


def _ladder(case: Published) -> str:
    return f"{case.data['steps']} {case.data.get('timeout')}"


def log() -> IncidentLog:
    now = np.datetime64(_AS_OF, "s")
    opened = [now - np.timedelta64(duration_s(case.data["elapsed"]), "s") for case in LADDERS]

    def later(field: str) -> list[np.datetime64]:
        return [
            start + np.timedelta64(duration_s(case.data[field]), "s")
            if field in case.data
            else np.datetime64("NaT", "s")
            for start, case in zip(opened, LADDERS, strict=True)
        ]

    return IncidentLog.of(
        {
            "ID": [case.id for case in LADDERS],
            "Severity set": [f"S{_ladders()[_ladder(case)][0]}" for case in LADDERS],
        },
        {
            "Opened": np.array(opened),
            "Acknowledged": np.array(later("acknowledged")),
            "Responded": np.array(later("responded")),
        },
    )


def typed() -> dict[tuple[str, str, str], Any]:
    reopened = [
        {
            "Incident": case.id,
            "Reopened": _AS_OF
            + timedelta(seconds=duration_s(case.data["reopened"]) - case.seconds("elapsed")),
        }
        for case in LADDERS
        if "reopened" in case.data
    ]
    notices = {
        ("tNotices", f"N{number:02}", column): value
        for number, case in enumerate(NOTICES, start=1)
        for column, value in (
            ("Obligation", case.id),
            ("Trigger", datetime.fromisoformat(case.data["trigger"])),
        )
    }
    return {**notices, **typed_rows(REOPENED, reopened)}


def called(text: str) -> str:
    """The person in ``Ada (page)``; "" for nobody and for the end of the ladder."""
    return text.partition(" (")[0] if " (" in text else ""


@pytest.mark.parametrize("case", LADDERS, ids=lambda case: f"{case.id} {case.title}")
def test_a_published_ladder_calls_whom_it_says(case: Published) -> None:
    frame = make_scene(matrix(), log(), as_of=_AS_OF, created=_AS_OF, typed=typed()).frame
    row = [one.id for one in LADDERS].index(case.id)
    found = {"level": frame["Level now"][row], "person": called(frame["Call now"][row])}
    assert found == case.data["expected"]


@pytest.mark.parametrize("case", NOTICES, ids=lambda case: f"{case.id} {case.title}")
def test_a_published_period_ends_when_it_says(case: Published) -> None:
    zone = Zone.load(case.data["zone"], 2025, 2028)
    closed = {date.fromisoformat(day): "Holiday" for day in case.data.get("holidays", [])}
    days = WorkingDays(closed, date(2026, 1, 1), date(2027, 2, 28))
    authority = Authority(zone, days)
    start = authority.instant(datetime.fromisoformat(case.data["trigger"]))
    found = run(start, case.data["amount"], case.data["unit"], "clock", authority)
    law = rolled(found, case.data.get("roll", "none"), authority)
    expected = {name: case.moment_s(text) for name, text in case.data["expected"].items()}
    assert {"safe": found.safe, "law": law} == expected


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("published") / "published.xlsx"
    plan = plan_book(matrix(), log(), as_of=_AS_OF, created=_AS_OF, typed=typed())
    path.write_bytes(render(plan))
    return path


@pytest.mark.office
@pytest.mark.parametrize("engine", ["LibreOffice", "IronCalc"])
def test_the_workbook_answers_as_published(book: Path, engine: str) -> None:
    columns = [column_cells(book, "tIncidents", name) for name in ("Level now", "Call now")]
    ladder = [cell for column in columns for cell in column]
    notices = column_cells(book, "tNotices", "Safe due", "Due by law")
    if engine == "LibreOffice":
        values: Mapping[Any, Any] = recomputed(book)
    else:
        values = engines.ironcalc_values(book, [*ladder, *notices])
    rows = sorted({_row(ref) for _, ref in ladder})
    for case, row in zip(LADDERS, rows, strict=False):
        level, call = (values[cell] for cell in ladder if _row(cell[1]) == row)
        assert {"level": str(level), "person": called(str(call))} == case.data["expected"], case.id
    rows = sorted({_row(ref) for _, ref in notices})
    for case, row in zip(NOTICES, rows, strict=False):
        safe, law = (values[cell] for cell in notices if _row(cell[1]) == row)
        expected = [datetime.fromisoformat(t) for t in case.data["expected"].values()]
        assert [_stamp(safe), _stamp(law)] == expected, case.id


def _row(ref: str) -> int:
    return int(ref.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def _stamp(serial: float) -> datetime:
    return datetime(1899, 12, 30) + timedelta(seconds=round(serial * 86_400))
