"""The countdown of a model that a vendor retires, at the days on which its stage changes."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from tests.office import compare, package
from tests.sheets.guides import books
from xlmatrix.write import render

STAGES: Final = {
    -1: "retired",
    0: "retired",
    1: "cut over",
    30: "cut over",
    31: "decide",
    90: "decide",
    91: "open a change",
    180: "open a change",
    181: "watch",
}


def test_a_second_engine_finds_every_stage_at_its_first_and_last_day(tmp_path: Path) -> None:
    spec = books.small("vendors")
    holder = next(vendor for vendor in spec.vendors or () if vendor.retirements)
    today = datetime(1899, 12, 30) + timedelta(days=books.TODAY)
    many = tuple(
        holder.retirements[0].model_copy(
            update={"model": f"model {days}", "retires": (today + timedelta(days=days)).date()}
        )
        for days in STAGES
    )
    vendors = (holder.model_copy(update={"retirements": many}),)
    path = tmp_path / "vendors.xlsx"
    path.write_bytes(render(books.book(spec.model_copy(update={"vendors": vendors}))))
    cells = package.column_cells(path, "tRetirements", "Stage")
    found = package.formula_cells(path)
    asked = [cell for cell in cells if cell in found]
    assert [found[cell].value for cell in asked][: len(STAGES)] == list(STAGES.values())
    compare.assert_confirmed_by_ironcalc(path, asked)
