"""What means nothing in the tables of vendors, drills, obligations and guides is flagged alike."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.office.compare import compare
from tests.office.engines import ironcalc_values
from tests.office.libre import recomputed
from tests.office.package import Cell, ExcelError, Value, formula_cells
from tests.regen.meanings import Books, Typing, books_of
from xlmatrix.tables.flags import MARK

pytestmark = pytest.mark.slow

AT = datetime(2026, 11, 16, 9, 30)
#: A time that the clock of Berlin never shows.
GAP = datetime(2027, 3, 28, 2, 30)
#: Table, which of its rows (blank ones behind the others), cells, and the code of what is flagged.
TYPED: tuple[Typing, ...] = (
    ("tVendors", 0, {"Answers within": "soon"}, "typed-amount"),
    ("tVendors", 1, {"Answers within": 1e6, "Unit": "h"}, "typed-amount"),
    ("tVendors", -1, {"Service": "Nobody's"}, "typed-half"),
    ("tVendorBounds", 0, {"Class": "Unheard of"}, "typed-word"),
    ("tVendorBounds", 1, {"Bound": "#N/A"}, "typed-error"),
    ("tVendorBounds", -1, {"Bound": "Half"}, "typed-half"),
    ("tRetirements", -1, {"Notice": "N-1", "Retires": "March"}, "typed-date"),
    ("tVendorSettings", 0, {"Value": "long"}, "typed-number"),
    ("tDrillPlan", 0, {"Planned": "soon"}, "typed-stamp"),
    ("tDrillPlan", 1, {"Scenario": "Unheard of"}, "typed-word"),
    ("tDecision", 0, {"Unit": "hours"}, "typed-word"),
    ("tDecision", 1, {"Within": 1e6, "Unit": "h"}, "typed-amount"),
    ("tSeats", 0, {"Drill 1": "X"}, "typed-word"),
    ("tDrills", 0, {"Detected": datetime(2027, 12, 4, 9)}, "typed-stamp"),
    ("tDrills", 1, {"Contacts tried": -5}, "typed-number"),
    ("tScenarios", 0, {"Off hours": "maybe"}, "typed-word"),
    ("tInjects", 0, {"At (min)": "late"}, "typed-number"),
    ("tNotices", 0, {"Note": "Half"}, "typed-half"),
    ("tNotices", 1, {"Obligation": "gdpr-33", "Decided by": "Who left"}, "typed-word"),
    ("tNotices", 2, {"Obligation": "gdpr-33", "Zone": "Mars"}, "typed-word"),
    ("tIncidents", -1, {"ID": "I-1", "Title": "One", "Opened": datetime(2026, 11, 16, 9)}, ""),
    ("tScope", 0, {"Answer": "Atlantis"}, "typed-word"),
    ("tScope", 1, {"Answer": "not known"}, ""),
    ("tScope", 2, {"Answer": "None"}, ""),
    ("tScope", 4, {"Answer": "yes"}, "scope-contradicts"),
    ("tMoments", 0, {"What": "aware"}, "typed-half"),
    ("tMoments", 1, {"Incident": "I-1"}, "typed-half"),
    ("tMoments", 2, {"Incident": "I-1", "What": "aware"}, "typed-half"),
    ("tMoments", 3, {"Incident": "I-9", "What": "aware", "When": AT}, "typed-word"),
    ("tMoments", 4, {"Incident": "I-1", "What": "unheard of", "When": AT}, "typed-word"),
    ("tMoments", 5, {"Incident": "I-1", "What": "people-risk", "Answer": "maybe"}, "typed-word"),
    ("tMoments", 6, {"Incident": "I-1", "What": "aware", "When": GAP}, "typed-there"),
    ("tMoments", 7, {"Incident": "I-1", "What": "aware", "When": AT, "Zone": "Mars"}, "typed-word"),
    ("tMoments", 8, {"Incident": "I-1", "What": "aware", "When": GAP, "Zone": "Europe/Athens"}, ""),
    ("tMoments", 9, {"Incident": "I-1", "What": "people-risk", "Answer": "HIGH"}, ""),
    ("tRules", 0, {"Applies if": "gdpr"}, "typed-half"),
    ("tRules", 1, {"Applies if": "gpdr = both"}, "typed-word"),
    ("tRules", 3, {"Reportable if": "gdpr = both; dora = none; nis2 = none"}, "typed-word"),
    ("tRules", 4, {"Reportable if": "gdpr = both; dora = none;"}, ""),
    ("tRules", 9, {"Ends": "25:00"}, "typed-time"),
    ("tRules", 10, {"Ends": "09:30"}, ""),
    ("tRules", 5, {"Zone": "Mars"}, "typed-word"),
    ("tRules", -1, {"Zone": "Europe/Berlin"}, "typed-half"),
    ("tRules", -2, {"ID": "nobody's"}, "typed-word"),
    ("tObligations", 0, {"Unit": "hour"}, "typed-word"),
    ("tObligations", 1, {"Amount": 1e6, "Unit": "hours"}, "typed-amount"),
    ("tObligations", -1, {"Regime": "Half"}, "typed-half"),
    ("tControls", 0, {"Likelihood": 7}, "typed-number"),
    ("tControls", 1, {"Evidence on": datetime(2026, 11, 17)}, "typed-date"),
    ("tControls", 2, {"Effectiveness": 0.75}, "typed-ground"),
    ("tControlTests", 0, {"Last run": datetime(2026, 12, 1), "Cases": 30}, "typed-date"),
    ("tControlTests", 1, {"Last run": datetime(2026, 11, 1), "Cases": 0}, "typed-ground"),
    ("tControlTests", 2, {"Unit": "weeks"}, "typed-word"),
    ("tRiskBands", 0, {"From": "high"}, "typed-number"),
    ("tWorkloads", 0, {"At least": 5}, "typed-share"),
    ("tAuditQuestions", 0, {"Due": "soon"}, "typed-date"),
    ("tBudget", 0, {"Value": "#N/A"}, "typed-number"),
    ("tStages", 0, {"Fixed cap": "none"}, "typed-number"),
    ("tCosts", 0, {"Tokens in": "many"}, "typed-number"),
    ("tKpis", 0, {"Kind": "guess"}, "typed-word"),
    ("tScorecard", 0, {"Score": "good"}, "typed-number"),
    ("tChangeRegister", 0, {"Stage": "soon"}, "typed-word"),
    ("tGates", 0, {"Accountable": "Nobody"}, "typed-word"),
    ("tTeams", 0, {"Trained": 90}, "typed-share"),
    ("tMeetings", 0, {"Last held": "May"}, "typed-date"),
    ("tChecklist", 0, {"Status": "almost"}, "typed-word"),
    ("tMessages", 0, {"Subject": "#N/A"}, "typed-error"),
    ("tInjection", 0, {"Unit": "hours"}, "typed-word"),
    ("tInjectionCuts", 0, {"Came by": "By pigeon"}, "typed-word"),
    ("tInjectionEvidence", 0, {"Secured at": datetime(2026, 11, 17)}, "typed-stamp"),
    ("tInjectionChain", 0, {"Cut at": "soon"}, "typed-stamp"),
    ("tInjectionLayers", 0, {"Tested on": "May"}, "typed-date"),
)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    return books_of(tmp_path_factory.mktemp("beside"), "enterprise", TYPED, {})


@pytest.fixture(scope="module")
def shown(books: Books) -> dict[Cell, Value]:
    """What LibreOffice shows of the workbook as typed."""
    return dict(recomputed(books.edited))


def test_check_and_regenerate_say_the_same(books: Books) -> None:
    assert books.checked == sorted(code for *_, code in TYPED if code)
    assert books.said == books.checked


@pytest.mark.office
def test_the_sheet_flags_as_many_and_counts_them_on_health(
    books: Books, shown: dict[Cell, Value]
) -> None:
    beside = [at for at, value in shown.items() if isinstance(value, str) and MARK in value]
    assert len(beside) == len(books.checked)
    assert [1 for at, value in shown.items() if at[0] == "Health" and value == len(beside)]


@pytest.mark.office
def test_no_formula_shows_an_error(books: Books, shown: dict[Cell, Value]) -> None:
    assert [at for at in formula_cells(books.new) if isinstance(shown.get(at), ExcelError)] == []


def test_ironcalc_computes_what_python_stored(books: Books) -> None:
    cells = formula_cells(books.new)
    assert compare(cells, ironcalc_values(books.new, cells)) == []
