"""A policy that refuses stamps of a clock change: the error names the cell, and nothing is lost."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from tests.model.small import changed
from tests.regen.sheets import apply, bounds, read
from tests.regen.small import few_sheets
from xlmatrix import api
from xlmatrix.errors import FindingsError, Level
from xlmatrix.model import loads
from xlmatrix.rules.logs.incident_log import IncidentLog

_LAX = changed()
_STRICT = changed(
    (
        'policy: {version: "1", effective: 2026-01-01}',
        'policy: {version: "1", effective: 2026-01-01, strict_dst: true}',
    ),
)
_GAP, _TWICE = datetime(2026, 3, 29, 2, 30), datetime(2026, 10, 25, 2, 30)
_TYPED = {
    "tPauses": {"Incident": "A-1", "From": _GAP},
    "tChanges": {"Incident": "A-1", "At": _TWICE, "To": "SEV-1"},
    "tReopened": {"Incident": "A-1", "Reopened": _GAP, "Resolved": _GAP},
}


def _log(opened: str) -> IncidentLog:
    return IncidentLog.of({"ID": ["A-1"]}, {"Opened": [np.datetime64(opened)]})


@pytest.fixture
def used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    few_sheets(monkeypatch)
    """A lax workbook with odd stamps in its logs."""
    return _used(tmp_path, _LAX)


def _used(tmp_path: Path, spec: str) -> Path:
    built, path = tmp_path / "built.xlsx", tmp_path / "used.xlsx"
    api.build(
        loads(spec), incidents=_log("2026-03-02 09:00"), as_of="2026-03-16 10:30", output=built
    )
    tables = read(built).tables
    edits = []
    for name, cells in _TYPED.items():
        table = tables[name]
        edits += [
            ("set", table.sheet, table.row + 1, table.column_of(header), value)
            for header, value in cells.items()
        ]
    apply(built, path, edits)
    return path


def test_build_refuses_the_stamp_of_an_incident_with_its_cell(tmp_path: Path) -> None:
    path = tmp_path / "new.xlsx"
    with pytest.raises(
        FindingsError, match=r"Incidents!J17: Opened 2026-03-29 02:30 does not exist"
    ):
        api.build(loads(_STRICT), incidents=_log("2026-03-29 02:30"), output=path)
    assert not path.exists()


def test_regenerate_refuses_every_stamp_of_the_logs_and_writes_nothing(
    run: Callable[..., Any], used: Path, tmp_path: Path
) -> None:
    spec, new, before = tmp_path / "strict.yaml", tmp_path / "new.xlsx", used.read_bytes()
    spec.write_text(_STRICT, encoding="utf-8")
    done = run("regenerate", str(used), "--template", str(spec), "-o", str(new))
    assert done.exit_code == 2
    for said in (
        "Pauses!D7: From 2026-03-29 02:30 does not exist",
        "Severity changes!D7: At 2026-10-25 02:30 occurs twice",
        "Reopened!D7: Reopened 2026-03-29 02:30 does not exist",
        "Reopened!I7: Resolved 2026-03-29 02:30 does not exist",
    ):
        assert said in done.output
    assert not new.exists()
    assert used.read_bytes() == before


@pytest.mark.slow
def test_check_lists_them_as_errors_where_the_policy_is_strict(tmp_path: Path) -> None:
    found = [one for one in api.check(_used(tmp_path, _STRICT)) if one.code == "strict-dst"]
    assert len(found) == 4
    assert all(one.level is Level.ERROR for one in found)


def test_a_lax_policy_lets_them_pass_and_a_dry_run_to_a_strict_one_lists_them(used: Path) -> None:
    assert not [one for one in api.check(used) if one.code == "strict-dst"]
    refusal = api.regenerate(used, loads(_STRICT), dry_run=True).refusal
    assert isinstance(refusal, FindingsError)
    assert [one.code for one in refusal.findings] == ["strict-dst"] * 4


def _stamp_cells(path: Path) -> list[tuple[str, int, int]]:
    """The first cell of every column, and every single cell, for a typed date and time.

    Told by the file alone: an input's style, no formula, a number format with a day and an hour.
    """
    found: dict[tuple[str, str, int], tuple[str, int, int]] = {}
    for sheet in openpyxl.load_workbook(path).worksheets:
        inside = {place: name for name, ref in sheet.tables.items() for place in _places(ref)}
        cells: list[Any] = [cell for row in sheet.iter_rows() for cell in row]
        for cell in cells:
            code = str(cell.number_format).lower()
            typed = str(cell.style).lower().startswith("input") and cell.data_type != "f"
            if typed and "yy" in code and "hh" in code:
                place = (cell.row, cell.column)
                known = (sheet.title, inside.get(place, str(place)), cell.column)
                found.setdefault(known, (sheet.title, *place))
    return list(found.values())


def _places(ref: str) -> list[tuple[int, int]]:
    left, top, right, bottom = bounds(ref)
    return [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]


@pytest.mark.slow
def test_a_strict_enterprise_workbook_finds_such_a_stamp_in_every_place_for_one(
    tmp_path: Path,
) -> None:
    text = api.template("enterprise").text.replace("strict_dst: false", "strict_dst: true")
    built, path = tmp_path / "built.xlsx", tmp_path / "used.xlsx"
    api.build(loads(text), as_of="2026-11-16 10:30", output=built)
    cells = _stamp_cells(built)
    odd = itertools.cycle((_GAP, _TWICE))
    apply(built, path, [("set", *cell, next(odd)) for cell in cells])
    found = {one.where.partition("!")[2] for one in api.check(path) if one.code == "strict-dst"}
    assert found == {f"{sheet}!{get_column_letter(x)}{y}" for sheet, y, x in cells}
    assert {sheet for sheet, _, _ in cells} >= {"Start", "Drills", "Drill results", "Obligations"}
