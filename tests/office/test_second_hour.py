"""Stamps of both passings of a doubled hour, as two other programs recompute the workbook."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.matrices import few_spare_rows
from tests.office.compare import assert_confirmed, assert_confirmed_by_ironcalc, error_cells
from tests.office.package import column_cells, formula_cells
from tests.rules.test_second_hour import (
    CHANGES_OF_CLOCKS,
    MINUTE,
    as_of,
    drawn,
    seconds,
    spec_of,
    typed_as,
)
from xlmatrix.sheets.book import plan_book
from xlmatrix.write import render

pytestmark = pytest.mark.office


@pytest.mark.parametrize("zone", CHANGES_OF_CLOCKS)
def test_both_passings_are_recomputed_to_the_second(
    zone: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_spare_rows(monkeypatch)
    log, typed, _ = drawn(zone, 24, 7)
    odd = ["Open", "Opened, Opened", "opened , resolved", "Internal update", "7", ","]
    log.texts["Second hour"][: len(odd)] = odd  # type: ignore[index]
    typed["tPauses", "3", "Second hour"] = "from,TO"
    typed["tReopened", "1", "Second hour"] = "Reopened, At"
    now = as_of(zone)
    path = tmp_path / "book.xlsx"
    path.write_bytes(render(plan_book(spec_of(zone), log, as_of=now, created=now, typed=typed)))
    assert error_cells(path) == []
    assert_confirmed(path)
    # By then some stamps are of the second passing, and so is the present.
    within = typed_as(zone, CHANGES_OF_CLOCKS[zone] + 20 * MINUTE)[0]
    book = plan_book(spec_of(zone), log, as_of=within, created=within, typed=typed)
    path.write_bytes(render(book))
    assert_confirmed(path)
    tz = formula_cells(path)["Tz", "I2"]
    assert tz.value == seconds(CHANGES_OF_CLOCKS[zone] + 20 * MINUTE)
    assert_confirmed_by_ironcalc(path, [("Tz", "I2"), ("Tz", "I4")])
    headers = ("opened s", "ack done s", "res done s", "res due s", "Check", "Status")
    assert_confirmed_by_ironcalc(path, column_cells(path, "tIncidents", *headers))
