"""``prove``: exit codes, one line a kind, the whole as JSON, a workbook as it is typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.rules.proof.test_kinds import SOUND
from xlmatrix import api
from xlmatrix.rules.proof.summary import SOUGHT

Run = Callable[..., Any]
ROTA = """\
on_call:
  - {role: oncall, people: [Ann, Bo, Cy], start: 2025-12-29, hours: Mon-Fri 08:00-20:00}
severities:
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "matrix.yaml"
    path.write_text(SOUND, encoding="utf-8")
    return path


def test_a_matrix_without_gap_exits_0_with_a_line_a_kind(run: Run, spec: Path) -> None:
    result = run("prove", spec)
    assert (result.exit_code, result.stderr) == (0, "")
    said = result.stdout.splitlines()
    assert said[-1] == "no gap"
    assert [line.split(maxsplit=1)[0] for line in said[1:-1]] == ["none"] * len(SOUGHT)


def test_gaps_exit_1_and_say_how_many_since_when_for_how_long(run: Run, spec: Path) -> None:
    spec.write_text(SOUND.replace("severities:\n", ROTA), encoding="utf-8")
    result = run("prove", spec)
    assert result.exit_code == 1
    [line] = [one for one in result.stdout.splitlines() if "nobody to call" in one]
    assert line.startswith("gap   nobody to call: 2 of 6 class × severity, first 2026-01-01 00:00,")
    assert "% of the time" in line


def test_what_is_no_spec_exits_2(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "matrix.yaml"
    path.write_text("title: nothing else", encoding="utf-8")
    assert run("prove", path).exit_code == 2
    assert run("prove", tmp_path / "missing.yaml").exit_code == 2


def test_json_holds_every_case_with_its_openings(run: Run, spec: Path) -> None:
    spec.write_text(SOUND.replace("severities:\n", ROTA), encoding="utf-8")
    result = run("prove", spec, "--json")
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert [kind["code"] for kind in answer["kinds"]] == [code for code, _, _ in SOUGHT]
    pairs = [(case["severity"], one) for case in answer["cases"] for one in case["classes"]]
    assert len(pairs) == len(set(pairs)) == answer["pairs"] == 2 * 3
    [case] = [c for c in answer["cases"] if c["severity"] == "SEV-1" and "no class" in c["classes"]]
    assert case["gaps"]["proof-nobody"][0] == [
        "2026-01-01T00:00:00+01:00",
        "2026-01-01T08:00:00+01:00",
    ]
    assert {tuple(one["people"]) for one in case["first"]} == {(), ("Ann",), ("Bo",), ("Cy",)}
    assert sum(one["share"] for one in case["first"]) == pytest.approx(1, abs=0.01)


def test_a_workbook_is_proved_as_it_is_typed(run: Run, spec: Path, tmp_path: Path) -> None:
    book = tmp_path / "matrix.xlsx"
    api.build(spec, output=book)
    assert run("prove", book).exit_code == 0
    opened = openpyxl.load_workbook(book)
    owners = opened["Owners"]
    for row in owners.iter_rows():
        for cell in row:
            if cell.value == "On-call" and owners.cell(cell.row, cell.column + 1).value != "Ann":
                [primary] = [c for c in row if c.value == "Ann"]
                [backup] = [c for c in row if c.value == "Bo"]
                primary.value = backup.value = None
    opened.save(book)
    result = run("prove", book)
    assert result.exit_code == 1
    assert "gap   nobody to call" in result.stdout
    found = {finding.code for finding in api.check(book)}
    assert "proof-nobody" in found
    assert not any(
        code.startswith("proof-") for code in {f.code for f in api.check(book, quick=True)}
    )


def test_coverage_shows_the_kinds_as_of_the_making(spec: Path, tmp_path: Path) -> None:
    spec.write_text(SOUND.replace("severities:\n", ROTA), encoding="utf-8")
    book = tmp_path / "matrix.xlsx"
    api.build(spec, output=book)
    sheet = openpyxl.load_workbook(book)["Coverage"]
    rows = [
        [str(cell.value) for cell in row[1:6]] for row in sheet.iter_rows(min_row=8, max_row=17)
    ]
    assert [row[0].casefold() for row in rows] == [label.casefold() for _, label, _ in SOUGHT]
    states = {row[0]: row[1:3] for row in rows}
    assert states["Nobody to call"] == ["gap", "2 of 6"]
    assert states["The worst severity never reaches the executive sponsor"] == ["none", "0 of 6"]
