"""Every sheet that a workbook gets by any route is known by its title, so no severity takes it."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.regen.small import few_ready_rows
from xlmatrix import api
from xlmatrix.model import MatrixSpec
from xlmatrix.routes.dress import lite_book, macro_book
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.style.titles import Title, is_reserved

_SOURCES = Path(api.__file__).parents[1]
_NOW = datetime(2026, 11, 16, 10, 30)
#: A constant that names a sheet, in the rooms that draw one.
_NAMED = re.compile(r"^(?:NAME|\w*SHEET)(?:: Final)? = \"(?P<title>[^\"]+)\"$", re.M)


def _strangers(sheets: list[str], spec: MatrixSpec) -> set[str]:
    return set(sheets) - {severity.id for severity in spec.severities} - {str(t) for t in Title}


@pytest.mark.parametrize("name", api.templates())
def test_every_sheet_of_a_template_is_a_known_one(name: str) -> None:
    spec = api.template(name).spec
    book = plan_book(spec, IncidentLog.empty(), as_of=_NOW, created=_NOW)
    assert not _strangers([plan.name for plan in book.sheets], spec)


@pytest.mark.slow
@pytest.mark.parametrize("route", ["macros", "lite"])
def test_every_sheet_of_a_route_is_a_known_one(
    tmp_path: Path, route: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The hidden lines are those of every template, which the test before has seen.
    few_ready_rows(monkeypatch)
    spec = api.template("basic").spec
    dress = macro_book() if route == "macros" else lite_book()
    path = api.build(
        spec,
        as_of="2026-11-16 10:30",
        output=tmp_path / ("matrix.xlsm" if route == "macros" else "matrix.xlsx"),
        dress=dress,
    ).path
    assert path is not None
    api.recalc(path, output=tmp_path / f"again{path.suffix}")
    sheets = load_workbook(tmp_path / f"again{path.suffix}", read_only=True).sheetnames
    assert {"Recalculated", "Audit"} <= set(sheets)
    assert not _strangers(sheets, spec)


def test_every_constant_that_names_a_sheet_is_a_known_one() -> None:
    found = {
        hit["title"]
        for room in ("sheets", "rules", "regen", "routes", "addin")
        for path in (_SOURCES / room).rglob("*.py")
        for hit in _NAMED.finditer(path.read_text(encoding="utf-8"))
    }
    assert found >= {"Incidents", "Owners", "Event line"}
    assert found <= {str(title) for title in Title}


def test_a_severity_is_no_sheet_of_ours_and_none_of_excels() -> None:
    assert all(is_reserved(title) for title in ("History", "start", "CHANGES", "Xlmatrix"))
    assert not is_reserved("SEV-1")
