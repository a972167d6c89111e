"""What is a stamp: every reader of a cell says the same, and says what the workbook's formula says.

The formula is computed by IronCalc in a workbook that openpyxl wrote, so that the truth about a
cell comes from another engine.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from tests.model.small import SMALL
from tests.office import engines, libre
from tests.regen.sheets import apply, read
from xlmatrix import api
from xlmatrix.addin import cells as addin
from xlmatrix.api.recalculating import read_log as recalculated_log
from xlmatrix.formula import ref, to_excel
from xlmatrix.model import loads
from xlmatrix.regen.mapping import log_from_tables
from xlmatrix.regen.reading.tables import TableData
from xlmatrix.rules.instants import is_stamp
from xlmatrix.rules.logs.histories import PAUSES, SideLog, typed_rows
from xlmatrix.rules.logs.incident_log import STAMP_INPUTS, TEXT_INPUTS, IncidentLog
from xlmatrix.tables.kinds import STAMP, stamp_of, stamp_s, stamps_of

_EPOCH = datetime(1899, 12, 30)
_DAY = timedelta(days=1)
#: Every ten years, both ends of what is a date, and seconds that a fraction of a day rounds to.
_NUMBERS: list[Any] = [
    *((datetime(year, 7, 1, 13, 45, 59) - _EPOCH) / _DAY for year in range(1900, 2251, 10)),
    *(float((datetime(year, 1, 1) - _EPOCH).days) for year in (1890, 1900, 2199, 2200, 2250)),
    0, 1, 59, 60, 60.999999, 61, 61.0, 109_574.5, 109_575, 109_575.000012, 2_958_465, 2_958_466,
    -1, -5.5, 1e300, 46_000.5 / 86_400, 46_000 + 0.5 / 86_400, 46_000 + 86_399.5 / 86_400,
]  # fmt: skip
_OTHERS: list[Any] = ["noon", "46000.5", "2026-11-16 10:30", "#N/A", "#VALUE!", True, False]


@pytest.fixture(scope="module")
def by_formula(tmp_path_factory: pytest.TempPathFactory) -> dict[int, int | None]:
    """What the formula makes of each cell: its second since 1970, None where it is no stamp."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    values = [*_NUMBERS, *_OTHERS]
    for row, value in enumerate(values, start=1):
        cell = sheet.cell(row, 1, value)
        if isinstance(value, str):
            cell.data_type = "e" if value.startswith("#") else "s"
        sheet.cell(row, 2, "=" + to_excel(is_stamp(ref(row, 1))))
        sheet.cell(row, 3, f"=ROUND($A${row}*86400,0)")
    path = tmp_path_factory.mktemp("stamps") / "stamps.xlsx"
    book.save(path)
    known = engines.ironcalc_values(
        path, [("Sheet", f"{c}{row}") for row in range(1, len(values) + 1) for c in "BC"]
    )
    shift = (datetime(1970, 1, 1) - _EPOCH).days * 86_400
    return {
        row: int(float(str(known["Sheet", f"C{row}"]))) - shift
        if known["Sheet", f"B{row}"] is True
        else None
        for row in range(1, len(values) + 1)
    }


def _log(column: list[Any]) -> TableData:
    headers = (*TEXT_INPUTS, *STAMP_INPUTS)
    rows = tuple(
        tuple(f"I-{n}" if h == "ID" else value if h == "Opened" else None for h in headers)
        for n, value in enumerate(column)
    )
    return TableData("tIncidents", headers, rows)


def _seconds(log: IncidentLog) -> list[int | None]:
    column = log.stamps["Opened"]
    return [None if np.isnat(one) else int(one.astype(np.int64)) for one in column]


def _all_readers(column: list[Any]) -> dict[str, list[int | None]]:
    table = _log(column)
    side = SideLog.read(PAUSES, typed_rows(PAUSES, ({"From": v} for v in column)), spare=1)
    excel = (datetime(1970, 1, 1) - _EPOCH).days * 86_400
    shown = addin.stamps(column).seconds

    def since(moment: datetime | None) -> int | None:
        return None if moment is None else round((moment - datetime(1970, 1, 1)).total_seconds())

    def less(seconds: Any) -> list[int | None]:
        return [None if np.isnan(s) else int(s) - excel for s in seconds]

    return {
        "one cell": [stamp_s(value) for value in column],
        "a column": [
            None if np.isnat(one) else int(one.astype(np.int64)) for one in stamps_of(column)
        ],
        "the kind": [since(STAMP.read(value)) for value in column],
        "regenerate": _seconds(log_from_tables({"tIncidents": table})),
        "recalculate": _seconds(recalculated_log(table)[0]),
        "pauses": less(side.stamps["From"][: len(column)]),
        "notices": [since(stamp_of(value)) for value in column],
        "the add-in": less(shown),
        "the add-in, alone": [
            int(found) - excel if isinstance(found, float) else None
            for found in map(addin.stamp, column)
        ],
    }


def test_every_reader_says_what_the_formula_says(by_formula: dict[int, int | None]) -> None:
    column = [*_NUMBERS, *_OTHERS]
    truth = list(by_formula.values())
    assert {one is None for one in truth[: len(_NUMBERS)]} == {True, False}
    for reader, said in _all_readers(column).items():
        assert said == truth, reader


def test_a_column_of_numbers_alone_is_read_as_one_with_text_in_it(
    by_formula: dict[int, int | None],
) -> None:
    for reader, said in _all_readers(_NUMBERS).items():
        assert said == list(by_formula.values())[: len(_NUMBERS)], reader


@pytest.mark.parametrize("year", [1890, 1900, 1950, 1970, 2026, 2100, 2199, 2200, 2250])
def test_a_date_in_any_form_is_the_stamp_that_its_number_is(year: int) -> None:
    moment = datetime(year, 4, 9, 13, 45, 59)
    number = (moment - _EPOCH) / _DAY
    day = date(year, 4, 9)
    for said in _all_readers([moment, np.datetime64(moment), np.float64(number), number]).values():
        assert len(set(said)) == 1
    for said in _all_readers([day, (day - _EPOCH.date()).days]).values():
        assert said[0] == said[1]


@pytest.fixture(scope="module")
def long_ago(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook whose one incident was acknowledged in 1960, before it was opened."""
    folder = tmp_path_factory.mktemp("long-ago")
    built, path = folder / "built.xlsx", folder / "used.xlsx"
    log = IncidentLog.of(
        {"ID": ["A-1"], "Class": ["Outage"]}, {"Opened": [np.datetime64("2026-03-02 09:00")]}
    )
    api.build(loads(SMALL), incidents=log, as_of="2026-03-16 10:30", output=built)
    table = read(built).tables["tIncidents"]
    place = (table.sheet, table.row + 1, table.column_of("Acknowledged"))
    apply(built, path, [("set", *place, datetime(1960, 1, 1))])
    return libre.recalculate(path)


@pytest.mark.office
def test_an_acknowledgement_of_1960_is_no_disagreement(long_ago: Path) -> None:
    found = api.recalc(long_ago).found
    assert found.rows == 1
    assert [(mark.header, mark.shown, mark.engine) for mark in found.marks] == []
    sheet = openpyxl.load_workbook(long_ago, data_only=True)["Incidents"]
    said = [cell.value for row in sheet.iter_rows() for cell in row]
    assert "Acknowledged is before Opened." in said
