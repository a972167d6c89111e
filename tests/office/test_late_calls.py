"""Which calls come too late: the check of a spec and the Health sheet say the same of a matrix."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.matrices import few_spare_rows, matrix
from tests.office.compare import assert_confirmed_by_ironcalc
from tests.office.libre import recomputed
from tests.office.package import formula_cells
from xlmatrix.model import MatrixSpec, check_spec
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.sheets.health import NAME
from xlmatrix.write import render

NOON = datetime(2026, 3, 9, 12)
#: (acknowledge, first response, resolve), the ladder's times, and how many steps a person who
#: reads the rule in docs/findings.md calls late; "told" are those who are only informed. The first
#: two are policies that teams publish.
CASES: tuple[tuple[tuple[str, str, str], tuple[str, ...], int], ...] = (
    (("30 min", "30 min", "90 h"), ("0 min", "20 min"), 0),
    (("30 min", "30 min", "90 h"), ("2 h", "10 h"), 2),
    (("5 min", "10 min", "24 h"), ("0 min", "5 min", "15 min", "15 min", "30 min"), 0),
    (("5 min", "10 min", "24 h"), ("5 min", "5 min", "10 min"), 2),
    (("5 min", "10 min", "24 h"), ("0 min", "601 s", "15 min"), 1),
    (("1 h", "1 h", "2 h"), ("0 min", "1 h", "119 min", "2 h", "3 h"), 2),
    (("1 h", "1 h", "2 h"), ("30 min, told", "2 h", "3 h, told"), 1),
    (("1 h", "2 h", "3 business days"), ("0 min", "90 min", "3 business days"), 1),
    (("1 h", "2 h", "3 business days"), ("59 min", "121 min", "121 min"), 2),
)


def _spec() -> MatrixSpec:
    office = {"id": "office", "name": "Office", "hours": "Mon-Fri 09:00-17:00"}
    names = ("acknowledge", "first_response", "resolve")
    targets = [dict(zip(names, given, strict=True)) for given, _, _ in CASES]
    spec = matrix("UTC", [office], targets, start=date(2026, 3, 1), end=date(2026, 4, 30))
    data: dict[str, Any] = spec.model_dump(mode="json", by_alias=True)
    for severity, (_, ladder, _) in zip(data["severities"], CASES, strict=True):
        severity["ladder"] = [
            {
                "level": 1,
                "after": at.removesuffix(", told"),
                "role": "lead",
                "inform": at.endswith("told"),
            }
            for at in ladder
        ]
    return MatrixSpec.model_validate(data)


def test_the_check_of_a_spec_counts_late_calls_as_a_person_does() -> None:
    found = [f.path for f in check_spec(_spec()) if f.code == "escalation-late"]
    counted = [sum(f"severities[{place}]." in at for at in found) for place in range(len(CASES))]
    assert counted == [late for _, _, late in CASES]


@pytest.mark.office
def test_the_health_sheet_counts_late_calls_as_a_person_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_spare_rows(monkeypatch)
    book = plan_book(_spec(), IncidentLog.empty(), as_of=NOON, created=NOON)
    path = tmp_path / "late.xlsx"
    path.write_bytes(render(book))
    health = next(sheet for sheet in book.sheets if sheet.name == NAME)
    rows = [
        row
        for (row, column), cell in health.cells.items()
        if column == 2 and "called after the breach" in str(cell.value)
    ]
    said = recomputed(path)
    wanted = [late for _, _, late in CASES]
    assert [said[NAME, f"D{row}"] for row in rows] == wanted
    assert [said[NAME, f"C{row}"] for row in rows] == ["look" if n else "ok" for n in wanted]
    stored = formula_cells(path)
    assert [stored[NAME, f"D{row}"].value for row in rows] == wanted
    # IronCalc computes no working day where a calendar is looked up by its name.
    timed = [not any("day" in at for at in ladder) for _, ladder, _ in CASES]
    cells = [(NAME, f"D{row}") for row, plain in zip(rows, timed, strict=True) if plain]
    assert assert_confirmed_by_ironcalc(path, cells) == len(CASES) - 1


@pytest.mark.office
def test_a_line_is_accepted_while_no_more_is_late_than_the_spec_accepts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_spare_rows(monkeypatch)
    reason = "Reads along"
    # SEV-2 has two late steps and SEV-4 too, SEV-5 has one; SEV-1 none.
    accept = [
        {"finding": "escalation-late", "where": "severities[1].ladder[0]", "reason": reason},
        {"finding": "escalation-late", "where": "SEV-4", "reason": reason},
        {"finding": "escalation-late", "where": "severities[4].ladder[1]", "reason": reason},
    ]
    data = _spec().model_dump(mode="json", by_alias=True) | {"accept": accept}
    book = plan_book(MatrixSpec.model_validate(data), IncidentLog.empty(), as_of=NOON, created=NOON)
    path = tmp_path / "accepted.xlsx"
    path.write_bytes(render(book))
    late = {line.sheet: line.state for line in book.health if line.code == "escalation-late"}
    assert [late[f"SEV-{n}"] for n in (1, 2, 4, 5, 6)] == [
        "ok", "look", "accepted", "accepted", "look",
    ]  # fmt: skip
    said, stored = recomputed(path), formula_cells(path)
    for cell, found in stored.items():
        if cell[0] == NAME:
            assert said[cell] == found.value, cell
    health = next(sheet for sheet in book.sheets if sheet.name == NAME)
    shown = [cell.value for (_, column), cell in health.cells.items() if column == 5]
    assert shown.count(reason) == len(accept)
