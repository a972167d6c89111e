"""Targets that run around the clock where nobody is on call at night, counted by hand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tests.model.small import SMALL
from tests.office.engines import ironcalc_values
from xlmatrix.formula.render import column_letters
from xlmatrix.model import loads
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.sheets.plan import Formula
from xlmatrix.write import render

NOW = datetime(2026, 6, 1, 12, 0)


# Six targets of the first severity; the second has four, and a review on business days.
@pytest.mark.parametrize(("calendar", "count"), [("business", 6), ("always", 10)])
def test_every_target_around_the_clock_is_counted_once(
    calendar: str, count: int, tmp_path: Path
) -> None:
    text = SMALL.replace("on_call: 24x7", "on_call: business-hours")
    text = text.replace("    calendar: business\n", f"    calendar: {calendar}\n")
    plan = plan_book(loads(text).spec, IncidentLog.empty(), as_of=NOW, created=NOW)
    (cells,) = (sheet.cells for sheet in plan.sheets if sheet.name == "Coverage")
    (at,) = (at for at, cell in cells.items() if cell.value == "Targets without on-call")
    told = cells[at[0], at[1] + 1].value
    assert isinstance(told, Formula)
    assert told.value == count
    path = tmp_path / "book.xlsx"
    path.write_bytes(render(plan))
    place = ("Coverage", f"{column_letters(at[1] + 1)}{at[0]}")
    assert ironcalc_values(path, [place]) == {place: count}
