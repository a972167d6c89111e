"""What people type in the logs that nobody can mean: sheet, check and regenerate say the same."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.histories import AS_OF, NEVER, scene
from tests.office.libre import recomputed
from tests.office.package import formula_cells
from tests.regen.sheets import apply, read
from xlmatrix import api
from xlmatrix.errors import Finding
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.below import SAYS

_HOUR = timedelta(hours=1)
_CODES = {"log-odd", "below-table"}


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A workbook with slips in its logs, and regenerated from it."""
    folder = tmp_path_factory.mktemp("said")
    built, edited, new = (folder / f"{name}.xlsx" for name in ("built", "edited", "new"))
    log = IncidentLog.of(
        {"ID": ["A-1"], "Class": ["Class 1"]}, {"Opened": [np.datetime64(AS_OF - _HOUR)]}
    )
    api.build(scene(), incidents=log, as_of=AS_OF, output=built)
    book = read(built)
    edits: list[tuple[Any, ...]] = []
    free = {name: list(table.free) for name, table in book.tables.items()}

    def put(name: str, below: int = 0, **cells: Any) -> None:
        table = book.tables[name]
        row = max(free[name]) + below if below else free[name].pop(0)
        for header, value in cells.items():
            edits.append(("set", table.sheet, row, table.column_of(header), value))

    put("tIncidents", ID="A-2", Opened="2026-04-10 09:00", Class="Class 1")
    put("tIncidents", ID="A-3", Opened=AS_OF - _HOUR, Resolved=AS_OF - _HOUR)
    put("tPauses", Incident="A-1", From=NEVER)
    put("tPauses", Note="no more")
    put("tPauses", below=9, Incident="A-1", From=AS_OF - _HOUR)
    put("tChanges", below=5, Incident="A-1", To="SEV-1")
    apply(built, edited, edits)
    api.regenerate(edited, output=new)
    return edited, new


def _said(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return sorted((f.code, f.where.partition("!")[2], f.what) for f in findings if f.code in _CODES)


def test_check_and_regenerate_say_the_same_of_the_logs(typed: tuple[Path, Path]) -> None:
    edited, new = typed
    said = _said(tuple(api.check(edited, quick=True)))
    assert said == [
        ("below-table", "Pauses", "Cells typed below a log, whose table did not grow (4)"),
        (
            "log-odd",
            "Incidents",
            "Incidents: rows with an odd entry (2), the first: A-2: "
            "Opened is not a date and time. The row has no effect",
        ),
        (
            "log-odd",
            "Pauses",
            "Pauses: rows with an odd entry (2), the first: row 1: From is later than As of: "
            "no effect yet. From is after the calendars end. The row has no effect",
        ),
    ]
    assert _said(api.regenerate(new, dry_run=True).findings) == said


def test_the_new_workbook_says_so_before_anybody_opens_it(typed: tuple[Path, Path]) -> None:
    cells = {(sheet, at): found.value for (sheet, at), found in formula_cells(typed[1]).items()}
    assert cells["Pauses", "B4"] == cells["Severity changes", "B4"] == SAYS
    assert cells["Reopened", "B4"] == ""


@pytest.mark.office
def test_libreoffice_counts_what_stands_below(typed: tuple[Path, Path]) -> None:
    stored = formula_cells(typed[1])
    computed = recomputed(typed[1])
    for sheet, at in (("Pauses", "B4"), ("Severity changes", "B4"), ("Reopened", "B4")):
        assert str(computed[sheet, at] or "") == stored[sheet, at].value
    sums = {cell: f.value for cell, f in stored.items() if cell[0] == "Health"}
    wrong = {c: (v, computed[c]) for c, v in sums.items() if str(computed[c]) != str(v)}
    assert {c: w for c, w in wrong.items() if not _alike(*w)} == {}


def _alike(one: Any, other: Any) -> bool:
    return isinstance(one, int | float) and float(one) == float(other or 0)
