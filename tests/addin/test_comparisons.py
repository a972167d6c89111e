"""What has no answer never reads as in time, whatever comparison somebody writes beside it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from tests.addin.fake import FakeBook
from tests.addin.test_functions import BAD, Caller, serial
from tests.office.engines import ironcalc_values
from xlmatrix.addin import functions
from xlmatrix.addin.problems import SHOWN

NOW = serial(datetime(2026, 11, 16, 10, 30))
#: What people write beside an answer in column A; the time to judge at stands in Z1.
COMPARISONS = (
    '=IF(A{0}<$Z$1,"late","in time")',
    '=IF(A{0}>=$Z$1,"in time","late")',
    '=IF($Z$1>A{0},"late","in time")',
    '=IF($Z$1<=A{0},"in time","late")',
    '=IF(A{0}-$Z$1>=0,"in time","late")',
    '=IF(NOT(A{0}<$Z$1),"in time","late")',
    '=IF(MIN(A{0},$Z$1)=$Z$1,"in time","late")',
    '=IF(AND(A{0}>$Z$1,TRUE),"in time","late")',
    '=IF(A{0}="breached","late",IF(A{0}="running","in time","in time"))',
    '=IF(A{0}<>"breached","in time","late")',
)


@pytest.fixture(scope="module")
def answers(lite_path: Path) -> list[Any]:
    """Everything that the functions show for what cannot be answered."""
    offered: Any = functions
    caller = Caller(FakeBook(lite_path))
    bad = [value for value, shown, _ in BAD if shown] + ["SEV-9", 1e12, -5]
    good = (NOW, "SEV-1", "Resolve", None)
    calls = [("SLA_DUE", *good[:n], value, *good[n + 1 :]) for n in range(4) for value in bad]
    calls += [(name, value) for name in ("SLA_STATUS", "SLA_ONCALL") for value in bad]
    calls += [("SLA_ELAPSED", value, NOW) for value in bad]
    calls += [(name, value, "SEV-1") for name in ("SLA_LADDER", "SLA_NEXT") for value in bad]
    calls += [("SLA_EXPLAIN", value, 60) for value in bad]
    cells = [getattr(offered, name)(*given, caller=caller)[0][0] for name, *given in calls]
    return [cell for cell in cells if isinstance(cell, str) and cell not in WORDS]


#: Answers, for what is odd to one function is no problem to another.
WORDS = {"", "running", "breached", "met"}


def read_as(cells: list[str], folder: Path) -> dict[str, set[Any]]:
    """What each comparison makes of the cells."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["Z1"] = NOW
    for row, cell in enumerate(cells, start=1):
        sheet.cell(row, 1, cell)
        for column, formula in enumerate(COMPARISONS, start=2):
            sheet.cell(row, column, formula.format(row))
    path = folder / "comparisons.xlsx"
    book.save(path)
    found: dict[str, set[Any]] = {formula: set() for formula in COMPARISONS}
    for (_, place), value in ironcalc_values(path).items():
        found[COMPARISONS[ord(place[0]) - ord("B")]].add(str(value))
    return found


def test_no_error_ever_reads_as_in_time(answers: list[Any], tmp_path: Path) -> None:
    assert set(answers) <= SHOWN
    assert {"#N/A", "#VALUE!", "#NUM!", "#REF!", "#DIV/0!"} <= set(answers)
    for formula, shown in read_as(sorted(SHOWN), tmp_path).items():
        assert shown == SHOWN, formula


def test_a_sentence_in_their_place_would(tmp_path: Path) -> None:
    found = read_as(["not a date and time"], tmp_path)
    assert sum(shown == {"in time"} for shown in found.values()) >= 6
