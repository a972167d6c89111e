"""Why a person is called, in words."""

from __future__ import annotations

import pytest

from tests.model.small import changed
from xlmatrix.model import loads
from xlmatrix.model.calendars import build_calendar
from xlmatrix.rules.drills.saying import turn_words
from xlmatrix.rules.ladder.oncall import rotas
from xlmatrix.rules.ladder.whom import Concern, Desk


@pytest.mark.parametrize(
    ("contact", "said"),
    [("primary", ""), ("backup", ", backup"), ("both", ", primary and backup")],
)
def test_a_call_says_whom_of_a_role_it_means(contact: str, said: str) -> None:
    spec = loads(changed()).spec
    step = spec.severities[0].ladder[0].model_copy(update={"contact": contact})
    concern = Concern(spec.owners_for(None, spec.severities[0]))
    name = spec.role("oncall").name
    assert Desk(spec, {}).reason(step, concern) == f"role {name}{said}"


def test_a_call_says_whose_people_a_rota_names() -> None:
    rota = "on_call:\n  - {role: oncall, people: [Priya Raman], start: 2026-01-05}\nseverities:\n"
    spec = loads(changed(("severities:\n", rota))).spec
    first, _, last = spec.severities[0].ladder
    concern = Concern(spec.owners_for(None, spec.severities[0]))
    desk = Desk(spec, rotas(spec, build_calendar(spec, "always").zone))
    assert desk.reason(first, concern) == "rota On-call"
    assert desk.reason(last, concern) == "role Quality"


@pytest.mark.parametrize(
    ("known", "name", "called"),
    [
        ("executive", "Board sponsor", True),
        ("board", "Executive sponsor", True),
        ("board", "Chief EXECUTIVE", True),
        ("executive_assistant", "Assistant", False),
        ("board", "Board sponsor", False),
    ],
)
def test_a_role_is_the_executive_one_by_its_id_or_its_name(
    known: str, name: str, called: bool
) -> None:
    role = f"roles:\n  - {{id: {known}, name: {name}, primary: Priya Raman}}\n"
    desk = Desk(loads(changed(("roles:\n", role))).spec, {})
    assert desk.sponsor("Exhausted", 0) == "Exhausted" + ", Priya Raman" * called


def test_a_drill_says_where_its_clocks_differ_from_those_of_the_matrix() -> None:
    assert turn_words("restart") == ""
    assert turn_words("from_open").endswith("of this matrix they run from the opening.")
    assert turn_words("proportional").endswith("keep the share of their time that is left.")
