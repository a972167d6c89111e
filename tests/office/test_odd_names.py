"""People, roles, classes, calendars with names that programs could read as orders or patterns."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest
from pydantic import BaseModel

from tests.matrices import few_spare_rows, matrix, write_book
from tests.office.compare import assert_confirmed_by_ironcalc
from tests.office.package import formula_cells
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.logs.incident_log import IncidentLog

#: The plain name stands first, where a pattern would find it.
_NAMES = {
    "Ada": "Bob", "Bo": "B*", "Cy": "<5",
    "On call": "Lead ?", "lead": "lead",
    "Class 1": "Chat down", "Class 2": "Chat*", "Class 3": "=x",
    "Office": "Shop", "Desk": "S*", "Night": "=1+1",
}  # fmt: skip
_SHEETS = (
    "Owners",
    "Matrix",
    "SEV-1",
    "SEV-2",
    "Incidents",
    "Ladder",
    "Calendar",
    "Week",
    "Health",
)


def odd_matrix() -> MatrixSpec:
    calendars = [
        {
            "id": name.lower(),
            "name": name,
            "hours": "Mon-Fri 09:00-17:00",
            "holidays": {"dates": closed},
        }
        for name, closed in (
            ("Office", {date(2026, 3, 9): "Founders' day"}),
            ("Desk", {date(2026, 3, 10): "Fair"}),
            ("Night", {}),
        )
    ]
    targets = [{"acknowledge": "1 h", "first_response": "2 h", "resolve": "9 h"}] * 3
    spec = matrix("UTC", calendars, targets, start=date(2026, 3, 1), end=date(2026, 4, 30))
    # A spec refuses wildcards in names; people type them into the workbook all the same.
    return spec.model_copy(
        update={
            part: tuple(one.model_copy(update=_new_words(one)) for one in getattr(spec, part))
            for part in ("people", "roles", "classes", "calendars")
        }
    )


def _new_words(one: BaseModel) -> dict[str, str]:
    words = {
        field: getattr(one, field) for field in ("name", "primary", "backup") if hasattr(one, field)
    }
    return {field: _NAMES[word] for field, word in words.items() if word in _NAMES}


@pytest.mark.slow
def test_names_that_could_be_patterns_or_orders_are_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_spare_rows(monkeypatch)
    opened = np.datetime64("2026-03-09T08:30:00")
    log = IncidentLog.of(
        {"ID": ["A", "B", "C", "D"], "Class": ["Chat*", "=x", "Chat d*", "Chat down"]},
        {"Opened": [opened] * 4},
    )
    book = write_book(odd_matrix(), log, datetime(2026, 3, 9, 10), tmp_path / "odd.xlsx")
    cells = formula_cells(book)
    said = [cell.value for (sheet, _), cell in cells.items() if sheet == "Owners"]
    assert "Not in the directory" not in said
    assert "Name is used twice" not in said
    assert_confirmed_by_ironcalc(book, [at for at in cells if at[0] in _SHEETS])
