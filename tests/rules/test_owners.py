"""Who is called and who acts for the owners of an incident's class, by hand and in IronCalc."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from tests.ladders import LADDER
from tests.model.small import changed
from tests.office.engines import ironcalc_values
from tests.office.package import column_cells
from xlmatrix.model import loads
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import make_scene, plan_book
from xlmatrix.write import render

NOW = datetime(2026, 12, 28, 10, 0)
_OWNERS = """\
    ladder:
      - {level: 1, after: 0 min, owner: response}
      - {level: 2, after: 30 min, owner: quality, contact: both}
"""
SPEC = loads(changed((LADDER, _OWNERS), ("communications: oncall", "communications: quality"))).spec


def test_a_step_calls_the_owner_of_the_class_or_who_is_typed() -> None:
    rows = (
        ("Outage", "", 5, "Priya Raman (page)"),
        ("Hallucination", "", 5, "Tom Weiss (page)"),
        ("Hallucination", "Ada", 5, "Ada (page)"),
        ("Hallucination", "Ada", 30, "Tom Weiss, Priya Raman (page)"),
    )
    log = IncidentLog.of(
        {
            "ID": [f"I-{n}" for n in range(len(rows))],
            "Severity set": ["SEV-2"] * len(rows),
            "Class": [kind for kind, *_ in rows],
            "Owner": [owner for _, owner, *_ in rows],
        },
        {
            "Opened": np.array(
                [NOW - timedelta(minutes=minutes) for _, _, minutes, _ in rows],
                dtype="datetime64[s]",
            )
        },
    )
    frame = make_scene(SPEC, log, as_of=NOW, created=NOW).frame
    assert [*frame["Call now"][: len(rows)]] == [called for *_, called in rows]
    owners = ["Priya Raman", "Tom Weiss", "Ada", "Ada"]
    assert [*frame["Response owner"][: len(rows)]] == owners


def test_the_response_owner_acts_where_nobody_holds_the_role_of_a_step(tmp_path: Path) -> None:
    roles = tuple(
        role.model_copy(update={"primary": "", "backup": None}) if role.id == "quality" else role
        for role in SPEC.roles
    )
    at = np.array([NOW - timedelta(minutes=5)], dtype="datetime64[s]")
    log = IncidentLog.of(
        {"ID": ["I-1"], "Severity set": ["SEV-1"], "Class": ["Outage"]},
        {"Opened": at, "Acknowledged": at, "Responded": at},
    )
    spec = SPEC.model_copy(update={"roles": roles})
    path = tmp_path / "book.xlsx"
    path.write_bytes(render(plan_book(spec, log, as_of=NOW, created=NOW)))
    headers = ("Next step", "Comms owner", "By whom")
    asked = [column_cells(path, "tIncidents", header)[0] for header in headers]
    found = ironcalc_values(path, asked)
    assert [found[cell] or "" for cell in asked] == ["Customer update", "", "Priya Raman"]
