"""Stamps that lie ahead of *As of* are flagged, as a second engine computes it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from tests.model.small import SMALL
from tests.office.engines import ironcalc_values
from tests.office.package import column_cells
from xlmatrix.model import loads
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.write import render

NOW = datetime(2026, 12, 28, 10, 0)


def test_an_opening_and_a_later_stamp_of_tomorrow_are_flagged(tmp_path: Path) -> None:
    ahead, before = NOW + timedelta(days=1), NOW - timedelta(minutes=5)
    log = IncidentLog.of(
        {"ID": ["I-1", "I-2", "I-3"], "Title": ["t"] * 3, "Severity set": ["SEV-2"] * 3},
        {
            "Opened": np.array([before, ahead, before], dtype="datetime64[s]"),
            "Acknowledged": np.array(["NaT", "NaT", ahead], dtype="datetime64[s]"),
        },
    )
    plan = plan_book(loads(SMALL).spec, log, as_of=NOW, created=NOW)
    path = tmp_path / "book.xlsx"
    path.write_bytes(render(plan))
    asked = column_cells(path, "tIncidents", "Check")[:3]
    found = ironcalc_values(path, asked)
    good, opened, acknowledged = (str(found[cell] or "") for cell in asked)
    assert "As of" not in good
    assert "Opened is later than As of" in opened
    assert "Acknowledged is later than As of" in acknowledged
    assert "Opened" not in acknowledged
