"""The small books that every engine computes whole."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from tests.office.programs import ROOT
from xlmatrix import api
from xlmatrix.model import loads
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.parts import Horizon
from xlmatrix.rules.logs.incident_log import IncidentLog

AS_OF = datetime(2026, 11, 16, 10, 30)
_AUTUMN = Horizon(start=date(2026, 10, 1), end=date(2026, 11, 30))
#: From here on the demo's incidents are kept: a reopening, a pause and both changes are among them.
_SINCE = "2026-10-01"

_ODD_HOURS = """\
xlmatrix: 1
title: Odd hours
organisation: Test
zone: Europe/Berlin
horizon: {start: 2026-10-12, end: 2026-11-30}
policy: {effective: 2026-01-01}
calendars:
  - id: night
    name: Nights and lunch breaks
    hours: "Mon-Thu 07:10-11:45,12:20-16:05; Fri 22:00-04:00; Sat 23:30-02:45"
    holidays: {country: DE, dates: {2026-11-11: Carnival}}
  - {id: always, name: Around the clock, hours: 24x7}
owners: {response: oncall, quality: lead, communications: lead}
roles:
  - {id: oncall, name: On-call, primary: Ada, backup: Bo}
  - {id: lead, name: Lead, primary: Bo, backup: Cy}
people:
  - {name: Ada, email: a@example.com, phone: "1"}
  - {name: Bo, email: b@example.com, phone: "2"}
  - {name: Cy, email: c@example.com, phone: "3"}
severities:
  - id: SEV-1
    name: Critical
    definition: Bad
    calendar: always
    targets:
      acknowledge: 7 min
      first_response: 21 min
      contain: {within: 95 min, calendar: night, pauses: true}
      resolve: 1 days
    ladder:
      - {level: 1, after: 0 min, role: oncall, channel: page}
      - {level: 2, after: 13 min, role: lead, repeat: 2}
  - id: SEV-2
    name: Moderate
    definition: Can wait
    calendar: night
    targets: {acknowledge: 1 h 5 min, first_response: 2 h, resolve: 2 business days}
    ladder:
      - {level: 1, after: 0 min, role: oncall}
      - {level: 2, after: 3 h, role: lead, until: resolved}
classes:
  - {id: A-1, name: Outage, definition: Down, severity: SEV-1}
  - {id: B-1, name: Slip, definition: Wrong, severity: SEV-2, owners: {response: lead}}
"""


def basic(folder: Path) -> Path:
    """The basic template over two months, with a blank log."""
    return _build(
        api.template("basic").spec.model_copy(update={"horizon": _AUTUMN}), folder, "basic"
    )


def standard(folder: Path) -> Path:
    """The standard template over two months, with the demo's incidents of those months."""
    logs = {name: _cut(folder, name) for name in ("incidents", "pauses", "changes", "reopened")}
    spec = api.template("standard").spec.model_copy(update={"horizon": _AUTUMN})
    return _build(spec, folder, "standard", incidents=logs.pop("incidents"), logs=logs)


def odd_hours(folder: Path) -> Path:
    """Two calendars with night shifts over a clock change, and incidents at their edges."""
    opened = [
        "2026-10-24T01:59:59", "2026-10-25T02:30", "2026-10-30T22:00", "2026-11-01T02:45",
        "2026-11-10T16:05", "2026-11-11T09:00", "2026-11-16T07:10", "2026-11-16T10:29:59",
        "2026-11-29T12:00", "NaT",
    ]  # fmt: skip
    count = len(opened)
    nothing = ["NaT"] * count
    resolved = [*nothing]
    resolved[2], resolved[4] = "2026-11-02T07:10:01", "2026-11-12T11:45"
    log = IncidentLog.of(
        {
            "ID": [f"I-{number}" for number in range(1, count + 1)],
            "Class": ["Outage", "Slip"] * (count // 2),
            "Severity set": ["", "", "SEV-1", *[""] * (count - 3)],
        },
        {
            "Opened": np.array(opened, "datetime64[s]"),
            "Acknowledged": np.array(["2026-10-24T02:07", *nothing[1:]], "datetime64[s]"),
            "Resolved": np.array(resolved, "datetime64[s]"),
        },
    )
    return _build(loads(_ODD_HOURS).spec, folder, "odd-hours", incidents=log)


BOOKS: Mapping[str, Callable[[Path], Path]] = {
    "basic": basic,
    "standard": standard,
    "odd-hours": odd_hours,
}


def _build(spec: MatrixSpec, folder: Path, name: str, **logs: Any) -> Path:
    path = folder / f"{name}.xlsx"
    api.build(spec, as_of=AS_OF, output=path, **logs)
    return path


def _cut(folder: Path, name: str) -> Path:
    """The rows of a demo log that speak of incidents opened within the book's months."""
    kept = {row["id"] for row in _demo("incidents") if row["opened"] >= _SINCE}
    rows = [row for row in _demo(name) if row.get("id", row.get("incident")) in kept]
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def _demo(name: str) -> list[dict[str, str]]:
    with (ROOT / "examples" / f"demo_{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
