"""The controls review: what a test shows, what a claim counts, in the plan and in two engines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.office import compare, package
from tests.sheets.guides import books
from tests.sheets.guides.books import TODAY
from xlmatrix.model.content import ControlsContent, content
from xlmatrix.rules.guides import bounds
from xlmatrix.sheets.plan import BookPlan
from xlmatrix.write import render

CASES: dict[str, Any] = YAML(typ="safe").load(Path(__file__).with_name("control_cases.yaml"))
_RUNS: dict[str, dict[str, Any]] = {
    "passed": {"Last run": -1, "Cases": 60, "Failed": 0},
    "attacked": {"Last run": -1, "Cases": 60, "Failed": 0, "By an adversary": "Yes"},
    "failed": {"Last run": -1, "Cases": 60, "Failed": 1},
    "outdated": {"Last run": -9, "Cases": 60, "Failed": 0, "Every (days)": 7},
}
_DATES = ("Last run", "Run again by")


def _cell(header: str, value: Any) -> Any:
    return value + TODAY if header in _DATES and value != "" else value


def _typed() -> books.Typed:
    """Every case as rows of one workbook: tests under T-1 ..., controls under K-1 ..."""
    typed: books.Typed = {}
    for number, case in enumerate(CASES["tests"], start=1):
        cells: dict[str, Any] = {"Control": "CT-13", **case["typed"]}
        for header, value in cells.items():
            typed["tControlTests", f"T-{number}", header] = _cell(header, value)
    for number, case in enumerate(CASES["controls"], start=1):
        control = f"K-{number}"
        claimed: dict[str, Any] = {
            "Control": case["say"],
            "Likelihood": case.get("likelihood", 4),
            "Impact": 5,
            "Valid (days)": 7,
        }
        claimed["Effectiveness"] = case.get("claim")
        if "evidence" in case:
            claimed["Evidence on"] = TODAY + case["evidence"]
        typed |= {("tControls", control, header): value for header, value in claimed.items()}
        for place, result in enumerate(case["tests"], start=1):
            for header, value in [("Control", control), *_RUNS[result].items()]:
                typed["tControlTests", f"{control}.{place}", header] = _cell(header, value)
    return typed


@pytest.fixture(scope="module")
def book() -> BookPlan:
    return books.book(books.small("controls"), _typed())


def _rows(book: BookPlan, table: str) -> dict[Any, dict[str, Any]]:
    """The rows by their key, by the ids of their columns."""
    found = books.table(list(book.sheets), table)
    ids = [column.id for column in found.columns]
    lines = [dict(zip(ids, line, strict=True)) for line in zip(*found.values, strict=True)]
    return {line[ids[0]]: line for line in lines if line[ids[0]]}


@pytest.mark.parametrize(
    ("table", "key", "case"),
    [
        *(("tControlTests", f"T-{n}", case) for n, case in enumerate(CASES["tests"], start=1)),
        *(("tControls", f"K-{n}", case) for n, case in enumerate(CASES["controls"], start=1)),
    ],
    ids=lambda part: part["say"] if isinstance(part, dict) else "",
)
def test_a_case_worked_by_hand(book: BookPlan, table: str, key: str, case: dict[str, Any]) -> None:
    found = _rows(book, table)[key]
    for header, wanted in case["wants"].items():
        value = _cell(header, wanted)
        told = value if isinstance(value, str) else pytest.approx(value, abs=1e-6)
        assert found[header] == told, header


def test_the_worst_risk_that_is_open_has_the_first_rank(book: BookPlan) -> None:
    rows = _rows(book, "tControls")
    assert rows["CT-03"]["Rank"] == 1
    assert sorted(row["Rank"] for row in rows.values()) == [*range(1, len(rows) + 1)]
    ranked = sorted(rows.values(), key=lambda row: row["Rank"])
    left = [row["Residual"] for row in ranked]
    assert left == sorted(left, reverse=True)


def test_what_is_closed_has_no_rank_unless_it_is_yet_to_be_closed() -> None:
    typed: books.Typed = {("tControls", "CT-03", "Closed on"): TODAY}
    later: books.Typed = {("tControls", "CT-03", "Closed on"): TODAY + 1}
    told = [_rows(books.book(books.small("controls"), t), "tControls") for t in (typed, later)]
    assert [rows["CT-03"]["Rank"] for rows in told] == ["", 1]
    assert [rows["CT-05"]["Rank"] for rows in told] == [1, 2]
    assert told[1]["CT-03"]["Check"] == "⚠ Closed on is in the future: not closed yet"


def test_every_control_has_a_risk_of_its_own_and_a_test_with_a_bound() -> None:
    shared = content("controls", ControlsContent)
    assert len({control.risk for control in shared.controls}) == len(shared.controls)
    assert all(control.tests for control in shared.controls)
    inherent = {control.likelihood * control.impact for control in shared.controls}
    assert len(inherent) >= len(shared.controls) / 2
    by_id = {control.id: control for control in shared.controls}
    channels = by_id["CT-03"].tests
    assert [test.cases for test in channels] == [60] * len({test.channel for test in channels})
    assert by_id["CT-09"].tests[0].cases == 200
    assert (by_id["CT-06"].tests[0].limit, by_id["CT-06"].tests[0].unit) == (5, "min")
    assert (by_id["CT-14"].tests[0].limit, by_id["CT-14"].tests[0].unit) == (1, "points")


def test_no_bound_is_below_what_was_seen_and_more_cases_show_more() -> None:
    for cases in (1, 2, 7, 60, 1000):
        shares = [bounds.at_most(failed, cases) for failed in range(min(cases, 40) + 1)]
        assert shares == sorted(shares)
        assert all(share >= k / cases - 1e-12 for k, share in enumerate(shares))
    assert bounds.at_most(0, 60) < bounds.at_most(0, 59)


@pytest.mark.office
@pytest.mark.slow
def test_two_engines_agree_on_every_case(book: BookPlan, tmp_path: Path) -> None:
    path = tmp_path / "cases.xlsx"
    path.write_bytes(render(book))
    compare.assert_confirmed(path)
    mine = [c for c in package.formula_cells(path) if c[0] in ("Controls review", "Control tests")]
    assert compare.assert_confirmed_by_ironcalc(path, mine) > 800
