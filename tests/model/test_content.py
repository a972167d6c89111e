"""RACI, framework codes, always-add rules and scenarios: what a spec's content must keep to."""

from __future__ import annotations

import pytest

from tests.model.small import SMALL, changed, findings
from xlmatrix.model import FRAMEWORKS, MatrixSpec, loads
from xlmatrix.model.frameworks import code_lists
from xlmatrix.resources import template_text

RACI = """\
raci:
  - {phase: Contain, letters: {oncall: R, quality: A}}
drills:
  calendar: business
  scenarios:
    - id: D1
      name: Outage
      classes: [REL-01]
      severity: SEV-1
      injects:
        - {at: 0 min, text: It begins}
        - {at: 5 min, text: It goes on}
"""


def codes(text: str) -> list[str]:
    return [finding.code for finding in findings(text)]


def enterprise() -> MatrixSpec:
    return loads(template_text("enterprise")).spec


def test_a_row_with_one_accountable_role_is_fine() -> None:
    assert codes(SMALL + RACI) == []


def test_two_accountable_roles_in_a_row_are_reported_with_their_line() -> None:
    text = SMALL + RACI.replace("oncall: R, quality: A", "oncall: A/R, quality: A")
    (finding,) = findings(text)
    assert finding.code == "raci-accountable"
    assert "2 accountable roles (oncall, quality)" in finding.what


def test_a_row_without_an_accountable_or_a_responsible_role_is_reported() -> None:
    text = SMALL + RACI.replace("oncall: R, quality: A", "oncall: C")
    assert codes(text) == ["raci-accountable", "raci-responsible"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("quality: A}", "nobody: A}"),
        ("calendar: business\n  scenarios", "calendar: nights\n  scenarios"),
        ("classes: [REL-01]", "classes: [REL-99]"),
        ("severity: SEV-1\n      injects", "severity: SEV-9\n      injects"),
    ],
)
def test_a_reference_to_nothing_is_an_error(old: str, new: str) -> None:
    assert RACI.count(old) == 1
    assert "dangling" in codes(SMALL + RACI.replace(old, new))


def test_injects_out_of_order_are_refused() -> None:
    assert codes(SMALL + RACI.replace("at: 5 min", "at: 5 min").replace("at: 0", "at: 9")) == [
        "schema-value"
    ]


def test_an_unknown_code_of_a_framework_is_reported_with_the_close_one() -> None:
    old = "definition: Inference does not answer.\n"
    text = changed((old, f"{old}    mappings: {{owasp_llm: [LLM11]}}\n"))
    (finding,) = findings(text)
    assert (finding.code, "LLM1" in finding.mend) == ("unknown-code", True)


@pytest.mark.parametrize("name", ["basic", "standard", "enterprise"])
def test_every_class_of_a_template_has_all_that_a_responder_needs(name: str) -> None:
    for kind in loads(template_text(name)).spec.classes:
        assert kind.signals, kind.id
        assert kind.raise_when or kind.lower_when, kind.id
        assert len(kind.first_hour) >= 3, kind.id
        assert len(kind.evidence) >= 3, kind.id
        assert kind.source, kind.id
        assert kind.mappings.nist_ai_600_1, kind.id
        for framework, used in kind.mappings.items():
            assert set(used) <= set(code_lists()[framework].codes), (kind.id, framework)


def test_the_lists_of_codes_are_the_published_ones() -> None:
    counts = {framework: len(found.codes) for framework, found in code_lists().items()}
    assert counts["owasp_llm"] == counts["owasp_agentic"] == 10
    assert (counts["nist_ai_600_1"], counts["eu_ai_act"]) == (12, 4)
    assert set(counts) == set(FRAMEWORKS)


def test_codes_that_need_a_malicious_actor_are_starred() -> None:
    outage = enterprise().incident_class("REL-01").mappings
    assert outage.marked("owasp_llm") == ("LLM10*",)
    assert outage.marked("nist_ai_600_1") == ("12",)


def test_roles_are_added_by_the_family_of_a_class() -> None:
    spec = enterprise()
    assert spec.also_called("PRV-03") == ("security",)
    assert spec.also_called("AGT-01") == ("security",)
    assert spec.also_called("SAF-02") == ("legal",)
    assert spec.also_called("CMP-02") == ("legal",)
    assert spec.also_called("CMP-01") == ()


def test_the_scenarios_of_the_enterprise_template_exercise_all_twelve_worst_classes() -> None:
    spec = enterprise()
    assert spec.drills is not None
    worst = {kind.id for kind in spec.classes if kind.severity == "SEV-1"}
    rehearsed = {kind for scenario in spec.drills.scenarios for kind in scenario.classes}
    assert len(worst) == 12
    assert worst <= rehearsed
