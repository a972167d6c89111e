"""Policy_Version: which edits it tells, and that other engines compute the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from tests.model.small import SMALL
from tests.office.engines import ironcalc_values
from xlmatrix.formula import ref
from xlmatrix.model import loads
from xlmatrix.regen.merging.overlay import as_typed
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.inputs import inputs_of
from xlmatrix.sheets.plan import BookPlan, Formula, Table
from xlmatrix.sheets.version import NAME, VERSION, versioned
from xlmatrix.tables.column import typed
from xlmatrix.tables.kinds import TEXT
from xlmatrix.write import render


def book(*columns: Sequence[Any], top: int = 3) -> BookPlan:
    """A workbook with one table of typed cells, and its version."""
    used = tuple(typed(f"Column {n}", TEXT, "input", 10) for n in range(len(columns)))
    draft = Draft("Any")
    draft.tables.append(Table("tAny", top, 2, used, tuple(columns)))
    plan = BookPlan((draft.plan(),), {}, "x", created=datetime(2026, 1, 1))
    return versioned(plan)


def version(*columns: Sequence[Any]) -> Any:
    cell = book(*columns).sheets[-1].cells[1, 2].value
    assert isinstance(cell, Formula)
    return cell.value


ODD: list[Any] = [
    "Priya Raman", None, 3, 0.375, time(13, 15), date(2026, 11, 16), datetime(2026, 11, 16, 9, 7),
    -5, 1e-9, "", "12", "Ünïcödé ß", "line one\nline two", "A" * 300, "a & b <c>", 46340.5520833333,
]  # fmt: skip


def test_another_engine_computes_the_same_of_odd_cells(tmp_path: Path) -> None:
    columns = [ODD, [*ODD[5:], *ODD[:5]], [1e300] + [2] * (len(ODD) - 1)]
    path = tmp_path / "version.xlsx"
    made = book(*columns)
    path.write_bytes(render(made))
    computed = ironcalc_values(path)
    stored = {
        (NAME, f"B{row}"): cell.value.value
        for (row, column), cell in made.sheets[-1].cells.items()
        if column == 2 and isinstance(cell.value, Formula)
    }
    assert len(stored) == 4
    assert computed == stored
    # What no program counts exactly is left out.
    assert [value == 0 for value in stored.values()].count(True) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["Tom", "Viktor"], ["Viktor", "Tom"]),
        (["Tom", "Viktor"], ["Tom", "Viktoria"]),
        (["Tom", "Viktor"], ["Ann", "Viktor"]),
        ([3, 5], [5, 3]),
        ([3, 5], [3, 5.5]),
        ([3, None], [None, 3]),
        (["3", None], [3, None]),
        ([time(9), None], [time(9, 0, 1), None]),
    ],
    ids=["swapped", "longer", "of one length", "numbers swapped", "a number", "moved",
         "a text of a number", "a second"],
)  # fmt: skip
def test_an_edit_changes_it(before: list[Any], after: list[Any]) -> None:
    assert version(before) != version(after)


def test_it_names_every_table_of_the_policy_and_no_log_and_follows_what_is_typed() -> None:
    noon = datetime(2026, 11, 16, 12)
    plan = plan_book(loads(SMALL).spec, IncidentLog.empty(), as_of=noon, created=noon, lines=False)
    inputs = inputs_of(plan)
    fed = {str(cell.value) for (_, column), cell in plan.sheets[-1].cells.items() if column == 1}
    tables = {text.partition("[")[0] for text in fed if "[" in text}
    logs = {"tIncidents", "tPauses", "tSeverityChanges", "tReopened"}
    assert set(inputs.tables) - tables <= logs | {"tChanges"}
    assert not tables & logs
    assert set(inputs.names) <= fed

    rows = inputs.tables["tHolidays"].rows
    holidays = replace(inputs.tables["tHolidays"], rows=(*rows, (*rows[0][:-1], "another")))
    merged = replace(inputs, tables={**inputs.tables, "tHolidays": holidays})
    assert shown(as_typed(plan, merged, inputs)[0]) != shown(plan)
    assert shown(as_typed(plan, inputs, inputs)[0]) == shown(plan)


def shown(plan: BookPlan) -> Any:
    """The version of a planned workbook."""
    sheet = next(sheet for sheet in plan.sheets if sheet.name == NAME)
    assert plan.names[VERSION] == ref(1, 2, NAME)
    cell = sheet.cells[1, 2].value
    assert isinstance(cell, Formula)
    return cell.value
