"""What is typed as a target and is no amount of time has no words either."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.matrices import few_spare_rows, matrix
from tests.office.compare import assert_confirmed_by_ironcalc
from tests.office.package import formula_cells
from xlmatrix.regen.mapping import spec_from_tables
from xlmatrix.regen.merging.overlay import overlaid
from xlmatrix.regen.reading.tables import Inputs, TableData
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.sheets.inputs import inputs_of
from xlmatrix.write import render

NOON = datetime(2026, 3, 9, 12)
#: The first cell of Within and of Unit.
SLIPS = (
    (True, "min"),
    ("30", "min"),
    (30, 4711),
    (30, "weeks"),
    (-5, "h"),
    (0.001, "min"),
    (2, "h"),
)


@pytest.mark.slow
def test_words_of_targets_are_those_of_amounts_of_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_spare_rows(monkeypatch)
    calendars = [
        {"id": name.lower(), "name": name, "hours": "Mon-Fri 09:00-17:00"}
        for name in ("Office", "Desk")
    ]
    asked = [{"acknowledge": "1 h", "first_response": "2 h", "resolve": "9 h"}] * len(SLIPS)
    spec = matrix("UTC", calendars, asked, start=date(2026, 3, 1), end=date(2026, 4, 30))
    log = IncidentLog.empty()
    offered = inputs_of(plan_book(spec, log, as_of=NOON, created=NOON, lines=False))
    tables = dict(offered.tables)
    for number, (within, unit) in enumerate(SLIPS, start=1):
        table = tables[f"tTargets{number}"]
        cells: dict[str, Any] = dict(zip(table.headers, table.rows[0], strict=True))
        first = tuple((cells | {"Within": within, "Unit": unit}).values())
        tables[f"tTargets{number}"] = replace(table, rows=(first, *table.rows[1:]))
    data = {name: TableData(name, t.headers, t.rows) for name, t in tables.items()}
    typed, _ = spec_from_tables(data, offered.names, spec)
    book = plan_book(typed, log, as_of=NOON, created=NOON)
    book, lost = overlaid(book, Inputs(tables, offered.names), offered)
    assert not lost
    path = tmp_path / "amounts.xlsx"
    path.write_bytes(render(book))
    cells_of_policy = [at for at in formula_cells(path) if at[0] in ("Policy", "Matrix")]
    assert_confirmed_by_ironcalc(path, cells_of_policy)
