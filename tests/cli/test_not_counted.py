"""Cancelled incidents on the command line, and workbooks from before they could be told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.cli.test_recalc import put
from tests.matrices import few_spare_rows
from xlmatrix import api
from xlmatrix.api.open_now import open_incidents
from xlmatrix.api.recalculating import recalculate
from xlmatrix.regen import read_book
from xlmatrix.regen.reading.reader import read_contents
from xlmatrix.tables.incidents import INCIDENTS

AS_OF = datetime(2026, 11, 16, 10, 30)
_RARE = {column.id for column in INCIDENTS.typed if column.rare}
_CSV = """\
id,opened,title,class,acknowledged
INC-1,2026-11-16 10:00,Leak,PRV-01,
INC-2,2026-11-16 09:00,Leak again,PRV-01,2026-11-16 09:02
INC-3,2026-11-16 10:00,From another tool,PRV-01,
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("counted") / "matrix.xlsx"
    spec, export = path.with_suffix(".yaml"), path.with_suffix(".csv")
    template = api.new(template="standard", start=date(2026, 11, 1), months=1)
    spec.write_text(template, encoding="utf-8")
    export.write_text(_CSV, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        few_spare_rows(patch)
        api.build(spec, incidents=export, as_of=AS_OF, output=path)
        typed = openpyxl.load_workbook(path)
        put(typed, "tIncidents", "Not counted", 1, "Duplicate")
        put(typed, "tIncidents", "Not recorded", 2, "Acknowledge")
        typed.save(path)
        renewed = path.with_name("renewed.xlsx")
        api.regenerate(path, spec, output=renewed)
        return renewed


def test_explain_says_why_and_shows_no_clock(run: Callable[..., Any], book: Path) -> None:
    result = run("explain", str(book), "INC-2")
    assert "Status: Not counted: Duplicate" in result.stdout
    assert "due" not in result.stdout
    found = json.loads(run("explain", str(book), "INC-2", "--json").stdout)
    assert (found["clocks"], found["ladder"]) == ([], [])


def test_explain_says_what_nobody_recorded_and_why_no_call_is_needed(
    run: Callable[..., Any], book: Path
) -> None:
    found = json.loads(run("explain", str(book), "INC-3", "--json").stdout)
    states = {clock["target"]: clock["state"] for clock in found["clocks"]}
    assert (states["Acknowledge"], states["Resolve"]) == ("not recorded", "running")
    said = {call["state"] for call in found["ladder"]}
    assert "not needed: nobody recorded the acknowledgement" in said


def test_it_is_not_stamped(run: Callable[..., Any], book: Path) -> None:
    result = run("stamp", str(book), "INC-2", "resolved", "--in-place")
    assert result.exit_code == 2
    assert "INC-2 is not counted: Duplicate" in " ".join(result.stderr.split())


def test_no_message_about_it_is_ready(book: Path) -> None:
    said = {one.verdict for one in api.messages(book, "INC-2")}
    assert said
    assert all("the incident is not counted" in one for one in said)
    assert not any("not counted" in one.verdict for one in api.messages(book, "INC-1"))


def test_a_log_from_before_these_columns_is_read_as_if_they_were_empty(book: Path) -> None:
    used, tables = read_book(book), read_contents(book).tables()
    log = tables[INCIDENTS.name]
    kept = [place for place, known in enumerate(log.headers) if known not in _RARE]
    headers = tuple(log.headers[place] for place in kept)
    rows = tuple(tuple(row[place] for place in kept) for row in log.rows)
    before = {**tables, INCIDENTS.name: replace(log, headers=headers, rows=rows)}
    assert "Not counted" in set(log.headers) - set(headers)
    now: dict[str, Any] = {"as_of": AS_OF, "now": AS_OF, "typed": used.typed}
    assert recalculate(used.spec, tables, **now).marks == ()
    # The formulas of these two knew more.
    marks = recalculate(used.spec, before, **now).marks
    assert {mark.incident for mark in marks} == {"INC-2", "INC-3"}
    shown = open_incidents(used.spec, before, as_of=AS_OF, typed=used.typed)
    assert {one.id for one in shown} == {"INC-1", "INC-2", "INC-3"}
    shown = open_incidents(used.spec, tables, as_of=AS_OF, typed=used.typed)
    assert {one.id for one in shown} == {"INC-1", "INC-3"}
