"""What a regenerated workbook stores beside its formulas is what another engine computes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from tests.office.compare import assert_confirmed
from tests.regen.editions import NEWER, OLD
from tests.regen.edits import KINDS
from tests.regen.sheets import Op, apply, read
from xlmatrix import api
from xlmatrix.model import loads

EVERYDAY = (
    "a target's amount", "a target's amount with a fraction", "a target emptied",
    "a backup removed",
    "a primary who is not listed", "a role added", "a person added", "an opening", "a holiday",
    "a holiday removed", "a class's severity", "an incident", "customer note",
)  # fmt: skip

ROOT = Path(__file__).parents[2]
#: Years that people type by mistake: last century's, last year's, beyond every calendar.
SLIPS = (1905, 1990, 2024, 2031, 2062, 2095, 2199, 9998)


@pytest.mark.office
@pytest.mark.slow
def test_libreoffice_confirms_every_cell_after_everyday_edits(tmp_path: Path) -> None:
    built, edited, new = (tmp_path / f"{name}.xlsx" for name in ("built", "edited", "new"))
    api.build(loads(OLD), as_of="2026-03-30 10:30", output=built)
    book, rng = read(built), Random(11)
    apply(built, edited, [op for known in EVERYDAY for op in KINDS[known](book, rng)])
    api.regenerate(edited, loads(NEWER), output=new)
    assert assert_confirmed(new) > 1000


@pytest.mark.office
@pytest.mark.slow
def test_libreoffice_confirms_every_cell_after_slips_of_the_year(tmp_path: Path) -> None:
    used, slipped, new = (tmp_path / f"{name}.xlsx" for name in ("used", "slipped", "new"))
    api.build(
        api.template("standard"),
        incidents=ROOT / "examples" / "demo_incidents.csv",
        as_of="2026-11-16 10:30",
        output=used,
    )
    book = read(used)
    edits: list[Op] = []

    def put(table: str, row: int, **cells: object) -> None:
        grid = book.tables[table]
        for header, value in cells.items():
            column = grid.column_of(header.replace("_", " "))
            edits.append(("set", grid.sheet, grid.row + row, column, value))

    for row, year in enumerate(SLIPS, start=1):
        incident, at = f"INC-0{29 + row}", datetime(year, 3, 29, 2, 30)
        far = datetime(2026, 11, 10)
        put("tPauses", 2 * row - 1, Incident=incident, From=at, To=far if row % 2 else None)
        put("tPauses", 2 * row, Incident=incident, From=far, To=at)
        put("tChanges", row, Incident=incident, At=at, To="SEV-1")
        put("tReopened", row, Incident=incident, Reopened=at, Resolved=at)
        put("tNotices", row, Incident=incident, Obligation="gdpr-33", Trigger=at, Reported=at)
        put("tIncidents", row, Acknowledged=at, Last_update=at)
        put("tIncidents", row + 12, Resolved=at)
    # Openings far ahead have no clock; what is logged about them is flagged, whatever else it is.
    for row, year in enumerate(SLIPS[5:], start=34):
        put("tIncidents", row, Opened=datetime(year, 1, 1, 10))
    apply(used, slipped, edits)
    api.regenerate(slipped, output=new)
    assert assert_confirmed(new) > 1000
