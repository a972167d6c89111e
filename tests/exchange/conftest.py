from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from xlmatrix.model import MatrixSpec, loads

SPEC = """\
xlmatrix: 1
title: Test matrix
organisation: Example
zone: Europe/Berlin
horizon: {start: 2026-01-01, end: 2026-12-31}
policy: {effective: 2026-01-01}
calendars:
  - {id: always, name: Always, hours: 24x7}
owners: {response: oncall, quality: oncall, communications: oncall}
roles:
  - {id: oncall, name: On-call, primary: Ada Lind, backup: Bo Marsh}
people:
  - {name: Ada Lind, email: ada@example.com, phone: "+49 30 5550101"}
  - {name: Bo Marsh, email: bo@example.com, phone: "+49 30 5550102"}
severities:
  - {id: SEV-1, name: Critical, definition: Worst, calendar: always,
     targets: {acknowledge: 5 min, first_response: 10 min, resolve: 4 h}}
  - {id: SEV-2, name: Minor, definition: Less, calendar: always,
     targets: {acknowledge: 10 min, first_response: 20 min, resolve: 8 h}}
classes:
  - {id: REL-01, name: Model outage, definition: Down, severity: SEV-1}
  - {id: QLT-01, name: Hallucination relied on, definition: False, severity: SEV-2}
import:
  servicenow:
    priority: {1 - Critical: SEV-1, 3 - Moderate: SEV-2}
    category: {Category 26: QLT-01}
    default_class: REL-01
"""


@pytest.fixture(scope="session")
def spec() -> MatrixSpec:
    return loads(SPEC).spec


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[..., Path]:
    """Write a CSV from lines (or bytes as they are) and give its path."""

    def write(*lines: str, name: str = "export.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes("\n".join([*lines, ""]).encode(encoding))
        return path

    return write
