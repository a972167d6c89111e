"""The injection plan for several incidents at once, against answers worked by hand."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from tests.sheets.guides import books
from tests.sheets.guides.books import TODAY
from xlmatrix.model.content import InjectionContent, content
from xlmatrix.sheets.guides import guide_sheets
from xlmatrix.sheets.plan import SheetPlan

_HOUR = 1 / 24
#: INC-042 opened today at 10:21, INC-036 on the 3rd at 14:22; INC-024 was resolved on Thursday, 6
#: August at 17:09, with SEV-2. Now is 10:30.
TYPED: books.Typed = {
    ("tInjectionChoice", "Incident", "Choice"): "INC-042",
    ("tInjectionChoice", "Incident", "Came by"): "retrieved CONTENT",
    ("tInjectionChoice", "Incident", "Took hold in"): "Agent",
    ("tInjectionChoice", "Incident 2", "Choice"): "inc-024",
    ("tInjectionChoice", "Incident 2", "Came by"): "User input",
    ("tInjectionChoice", "Incident 3", "Choice"): "INC-036",
    ("tInjectionChoice", "Incident 3", "Came by"): "By pigeon",
    ("tInjectionChoice", "Incident 3", "Took hold in"): "Memory",
    ("tInjectionCuts", "CU-01", "Came by"): None,
    ("tInjectionCuts", "CU-02", "Took hold in"): None,
    ("tInjection", "IN-2", "Done at"): TODAY + 10.5 * _HOUR,
    ("tInjection", "IN-2", "Done at 3"): TODAY + 10.5 * _HOUR,
    ("tInjectionEvidence", "EV-1", "Kept (days)"): 1,
    ("tInjectionEvidence", "EV-2", "Kept (days)"): 12,
    ("tInjectionEvidence", "EV-3", "Secured at"): TODAY + 10.4 * _HOUR,
    ("tInjectionEvidence", "EV-4", "Secured at"): TODAY + 1,
    ("tInjectionChain", "HO-1", "From"): "Support agent",
    ("tInjectionChain", "HO-1", "To"): "Billing agent",
    ("tInjectionChain", "HO-2", "From"): "Billing agent",
    ("tInjectionChain", "HO-2", "To"): "Mail",
    ("tInjectionChain", "HO-2", "Cut at"): TODAY + 10.45 * _HOUR,
    ("tInjectionChain", "HO-3", "From"): "Mail",
}


@pytest.fixture(scope="module")
def plans() -> list[SheetPlan]:
    spec = books.only("injection")
    return [drawn.plan for drawn, _ in guide_sheets(books.scene(spec, TYPED, books.demo()))]


def _column(plans: list[SheetPlan], table: str, header: str) -> dict[str, Any]:
    return {str(key): row[header] for key, row in books.rows(plans, table).items()}


def test_each_incident_runs_from_its_own_opening(plans: list[SheetPlan]) -> None:
    minute = _HOUR / 60
    first, third = (_column(plans, "tInjection", f"Due{slot}")["IN-2"] for slot in ("", " 3"))
    assert first == pytest.approx(TODAY + 10 * _HOUR + 36 * minute, abs=1e-9)
    assert third == pytest.approx(TODAY - 13 + 14 * _HOUR + 37 * minute, abs=1e-9)
    told = [_column(plans, "tInjection", f"State{slot}")["IN-2"] for slot in ("", " 2", " 3")]
    assert told == ["kept", "overdue", "late"]


def test_the_review_is_due_as_its_severity_says(plans: list[SheetPlan]) -> None:
    due = [_column(plans, "tInjection", f"Due{slot}")["IN-8"] for slot in ("", " 2", " 3")]
    # Five business days after Thursday, 6 August, 17:09; the others are not at their end.
    august_13 = TODAY - 95
    assert due == ["", pytest.approx(august_13 + 17 * _HOUR + 9 * _HOUR / 60, abs=1e-9), ""]


def test_a_time_that_is_typed_goes_before_the_severity() -> None:
    typed = {
        **TYPED,
        ("tInjection", "IN-8", "Within"): 2,
    }
    scene = books.scene(books.only("injection"), typed, books.demo())
    plans = [drawn.plan for drawn, _ in guide_sheets(scene)]
    due = _column(plans, "tInjection", "Due")["IN-8"]
    # Two business days, as the unit beside has it: from Monday to Wednesday.
    assert due == pytest.approx(TODAY + 2 + 10.35 * _HOUR, abs=1e-9)


def test_the_first_cut_follows_the_way_in_and_the_architecture(plans: list[SheetPlan]) -> None:
    cut = _column(plans, "tInjectionChoice", "First cut")
    assert cut["Incident"].startswith("Cut the ways out")
    assert (cut["Incident 2"], cut["Incident 3"]) == ("", "")


def test_half_a_way_in_is_no_case(plans: list[SheetPlan]) -> None:
    cases = _column(plans, "tInjectionCuts", "Case")
    assert [cases[f"CU-0{n}"] for n in range(1, 4)] == ["", "", "User input, Retrieval"]


def test_every_way_in_has_a_first_cut_of_its_own_in_every_architecture() -> None:
    cuts = content("injection", InjectionContent).cuts
    ways = ("User input", "Retrieved content", "Agent configuration")
    held = ("Model", "Memory", "Retrieval", "Agent")
    assert {(cut.vector, cut.architecture) for cut in cuts} == set(product(ways, held))
    assert len({cut.cut for cut in cuts}) == len(cuts) == 12


def test_evidence_that_nobody_secured_has_a_last_day(plans: list[SheetPlan]) -> None:
    first, third = (_column(plans, "tInjectionEvidence", f"State{slot}") for slot in ("", " 3"))
    # A day from 10:21 is 23 h 51 min from now; twelve days from the 3rd ended yesterday.
    assert [first[f"EV-{n}"] for n in range(1, 5)] == ["save now", "to save", "secured", "to save"]
    assert [third[f"EV-{n}"] for n in range(1, 5)] == [
        "may be gone",
        "may be gone",
        *["to save"] * 2,
    ]


def test_what_is_secured_tomorrow_is_flagged() -> None:
    book = books.book(books.only("injection"), TYPED, books.demo())
    flags = _column(list(book.sheets), "tInjectionEvidence", "Check")
    flagged = {key: said for key, said in flags.items() if said}
    assert flagged == {"EV-4": "⚠ Secured at is in the future: not secured yet"}


def test_a_hop_is_open_until_it_is_cut(plans: list[SheetPlan]) -> None:
    hops = _column(plans, "tInjectionChain", "State")
    assert [hops[f"HO-{n}"] for n in range(1, 5)] == ["open", "cut", "", ""]


def test_the_worst_open_incidents_are_offered_in_their_order() -> None:
    scene = books.scene(books.only("injection"), None, books.demo())
    plans = [drawn.plan for drawn, _ in guide_sheets(scene)]
    offered = _column(plans, "tInjectionChoice", "Choice")
    assert offered["Incident"] == "INC-042"
    assert len(set(offered.values()) - {None}) == sum(one is not None for one in offered.values())
