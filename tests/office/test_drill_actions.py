"""Drill actions: what is open stands on the card of the next drill, in every engine."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.office.compare import assert_confirmed_by_ironcalc
from tests.office.package import formula_cells
from tests.rules.drills.cases import AS_OF, spec
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.sheets.drill_actions import NAME
from xlmatrix.write import render


def row(number: int, **cells: Any) -> dict[tuple[str, str, str], Any]:
    return {
        ("tImprovements", str(number), header.replace("_", " ")): value
        for header, value in cells.items()
    }


MARA = "Mara Lindqvist"
_FIRST = {"Found in": 1, "Owner": MARA}
TYPED = (
    row(1, **_FIRST, Observation="No number to call", Action="Print it", Due=date(2026, 12, 1))
    | row(2, **_FIRST, Observation="A cold fallback", Action="Keep it warm", Due=date(2026, 11, 15))
    | row(3, **_FIRST, Observation="Two timelines", Action="One scribe", Due=datetime(2026, 11, 16))
    | row(3, Verified_in=3)
    | row(5, Found_in=2, Observation="No owner yet", Action="Find one")
    | row(6, Found_in=2, Observation="Verified by itself", Verified_in=2)
)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan = plan_book(spec(3), IncidentLog.empty(), as_of=AS_OF, created=AS_OF, typed=TYPED)
    path = tmp_path_factory.mktemp("actions") / "matrix.xlsx"
    path.write_bytes(render(plan))
    return path


@pytest.mark.slow
def test_an_open_action_stands_on_the_card_until_a_later_drill_verified_it(book: Path) -> None:
    found = {
        cell: one.value
        for (sheet, cell), one in formula_cells(book).items()
        if sheet in (NAME, "Drill cards")
    }
    shown = list(found.values())
    # Due on 15 November is late on the 16th; due on the 16th and verified is done.
    assert [shown.count(state) for state in ("open", "overdue", "verified")] == [2, 1, 2]
    assert {"Print it", "Keep it warm", "Find one"} <= set(shown)
    assert "One scribe" not in shown
    flags = [one for one in shown if isinstance(one, str) and one.startswith("⚠")]
    assert flags == ["⚠ the action has no owner", "⚠ verified in the drill that found it"]


@pytest.mark.slow
def test_a_second_engine_says_the_same_of_actions_and_cards(book: Path) -> None:
    some = [cell for cell in formula_cells(book) if cell[0] in (NAME, "Drill cards", "Scenarios")]
    assert assert_confirmed_by_ironcalc(book, some) > 100
