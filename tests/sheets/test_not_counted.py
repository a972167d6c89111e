"""An incident that is not counted is in no figure, list or choice of any sheet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import numpy as np
import pytest

from tests.matrices import few_spare_rows
from xlmatrix import api
from xlmatrix.model import loads
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.sheets.plan import Formula
from xlmatrix.tables.incidents import INCIDENTS

AS_OF = datetime(2026, 11, 16, 10, 30)
LOADED = loads(api.new(template="enterprise", start=date(2026, 10, 1), months=2))
#: Where the row itself stands: the log, and its order by ID.
ITS_OWN = {"Incidents", "ID line"}


@pytest.fixture(scope="module", autouse=True)
def few_ready() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        few_spare_rows(patch)
        yield


def cells(opened: datetime, resolved: datetime | None, reason: str, *, there: bool = True) -> Any:
    """Every value of a workbook with one incident that counts and one that may not, by place."""
    worst = LOADED.spec.classes[0].name
    texts = {
        "ID": ["I-1", "I-2" if there else ""],
        "Class": [worst] * (1 + there) + [""] * (not there),
        "Severity set": ["", "SEV-2" if there else ""],
        "Not counted": ["", reason],
    }
    nothing = np.datetime64("NaT")
    stamps = {
        "Opened": [datetime(2026, 11, 16, 9), opened if there else nothing],
        "Resolved": [nothing, (resolved or nothing) if there else nothing],
    }
    log = IncidentLog.of(texts, stamps)
    book = plan_book(LOADED.spec, log, as_of=AS_OF, created=AS_OF)
    found: dict[tuple[Any, ...], Any] = {}
    for sheet in book.sheets:
        for place, cell in sheet.cells.items():
            value = cell.value
            found[sheet.name, place] = value.value if isinstance(value, Formula) else value
        for table in sheet.tables:
            for column, values in zip(table.columns, table.values, strict=True):
                for row, value in enumerate(values):
                    found[table.name, column.id, row] = value
    return {
        place: value
        for place, value in found.items()
        if place[0] not in ITS_OWN and not (place[0] == INCIDENTS.name and place[-1] == 1)
    }


def differing(one: dict[Any, Any], other: dict[Any, Any]) -> set[str]:
    """The sheets and tables in which two workbooks say something else."""
    assert one.keys() == other.keys()
    return {place[0] for place, value in one.items() if not _same(value, other[place])}


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) or (one is not None and str(one) == str(other) == "nan")


#: When it opened and was resolved; and some of what it would change if it were counted.
CASES = {
    "open": (datetime(2026, 11, 13, 9), None, {"Start", "SEV-2", "Severity changes", "tCommsChoice",
                                               "tInjectionChoice", "Clock card"}),
    "closed last month": (datetime(2026, 10, 2, 9), datetime(2026, 10, 2, 10),
                          {"Start", "Severity changes", "tKpiTimes", "tKpis"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_every_other_cell_is_as_if_it_were_not_there(case: str) -> None:
    opened, resolved, told = CASES[case]
    spared = cells(opened, resolved, "Cancelled")
    assert differing(spared, cells(opened, resolved, "", there=False)) == set()
    assert told <= differing(spared, cells(opened, resolved, ""))
