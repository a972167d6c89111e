"""The shipped templates and what the answers change in them."""

from __future__ import annotations

from difflib import unified_diff

import pytest

from xlmatrix.errors import XlmatrixError
from xlmatrix.model import QUESTIONS, Answers, MatrixSpec, apply_modifiers, dump, loads
from xlmatrix.resources import template_names, template_text

TEMPLATES = ("basic", "standard", "enterprise")


def severities(spec: MatrixSpec) -> dict[str, str]:
    return {kind.id: kind.severity for kind in spec.classes}


def lines_changed(before: str, after: str) -> list[str]:
    diff = unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [row[1:] for row in diff if row[0] == "+" and not row.startswith("+++")]


def test_each_readiness_tier_has_its_template() -> None:
    assert set(TEMPLATES) <= set(template_names())
    readiness = next(question for question in QUESTIONS if question.key == "readiness")
    assert readiness.choices == TEMPLATES


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_loads_without_any_finding(name: str) -> None:
    loaded = loads(template_text(name), name)
    assert [str(finding) for finding in loaded.findings] == []
    assert loaded.spec.scope.readiness == name


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_survives_a_dump(name: str) -> None:
    spec = loads(template_text(name)).spec
    assert loads(dump(spec)).spec == spec


def test_the_tiers_hold_six_about_a_dozen_and_all_classes() -> None:
    classes = {name: severities(loads(template_text(name)).spec) for name in TEMPLATES}
    assert {name: len(found) for name, found in classes.items()} == {
        "basic": 6,
        "standard": 13,
        "enterprise": 29,
    }
    assert set(classes["basic"]) < set(classes["standard"]) < set(classes["enterprise"])
    assert sum(level == "SEV-1" for level in classes["enterprise"].values()) == 12


def test_the_standard_targets_are_the_recommended_ones() -> None:
    spec = loads(template_text("standard")).spec
    told = {
        severity.id: [str(target.within) for _, target in severity.targets.items()]
        for severity in spec.severities
    }
    assert told == {
        "SEV-1": ["5 min", "10 min", "20 min", "30 min", "30 min", "1 h", "4 h", "24 h", "3 days"],
        "SEV-2": ["15 min", "20 min", "1 h", "1 h 30 min", "2 h", "4 h", "24 h", "72 h",
                  "5 business days"],
        "SEV-3": ["1 h", "1 h", "1 business day", "2 business days", "5 business days",
                  "10 business days", "31 days"],
    }  # fmt: skip
    # The next level is called while the first response can still be saved.
    assert {
        str(severity.escalation and severity.escalation.after) for severity in spec.severities
    } == {"80 % of first_response"}


def test_only_resolve_pauses() -> None:
    for name in TEMPLATES:
        for severity in loads(template_text(name)).spec.severities:
            assert [n for n, t in severity.targets.items() if t.pauses] == ["resolve"]


def test_no_answers_change_nothing() -> None:
    text = template_text("standard")
    assert apply_modifiers(text, Answers()) == text


def test_internal_use_moves_reliability_quality_and_cost_one_level_down() -> None:
    text = template_text("enterprise")
    before = severities(loads(text).spec)
    after = severities(loads(apply_modifiers(text, Answers(impact="internal"))).spec)
    lower = {"SEV-1": "SEV-2", "SEV-2": "SEV-3", "SEV-3": "SEV-3"}
    for key, level in before.items():
        moves = key.startswith(("REL-", "QLT-", "CST-"))
        assert after[key] == (lower[level] if moves else level)


def test_mission_critical_use_moves_reliability_and_quality_one_level_up() -> None:
    text = template_text("enterprise")
    before = severities(loads(text).spec)
    after = severities(loads(apply_modifiers(text, Answers(impact="mission-critical"))).spec)
    higher = {"SEV-1": "SEV-1", "SEV-2": "SEV-1", "SEV-3": "SEV-2"}
    for key, level in before.items():
        moves = key.startswith(("REL-", "QLT-"))
        assert after[key] == (higher[level] if moves else level)


@pytest.mark.parametrize("name", TEMPLATES)
def test_answers_change_their_lines_and_keep_every_comment(name: str) -> None:
    text = template_text(name)
    answers = Answers(
        interactions=">1M",
        impact="internal",
        on_call="business-hours",
        review="weekly",
        title="Ours: the # matrix",
        organisation="Ours",
        zone="Europe/Paris",
        country="FR",
    )
    changed = apply_modifiers(text, answers)
    comments = [row[row.index("#") :] for row in text.splitlines() if "#" in row]
    assert all(comment in changed for comment in comments)
    assert len(changed.splitlines()) == len(text.splitlines())
    spec = loads(changed).spec
    assert (spec.title, spec.organisation, spec.zone) == (
        "Ours: the # matrix",
        "Ours",
        "Europe/Paris",
    )
    assert (spec.scope.interactions, spec.scope.impact) == (">1M", "internal")
    assert (spec.scope.on_call, spec.scope.review) == ("business-hours", "weekly")
    assert spec.calendar("business").holidays.country == "FR"
    assert "0.2 % of monthly interactions" in spec.severity("SEV-1").definition
    moved = [row for row in lines_changed(text, changed) if "severity:" in row]
    assert moved
    assert all(row.endswith("# one level lower: internal use only") for row in moved)


def test_business_hours_on_call_makes_red_gaps_of_targets_around_the_clock() -> None:
    text = apply_modifiers(template_text("standard"), Answers(on_call="business-hours"))
    found = [finding for finding in loads(text).findings if finding.code == "on-call-gap"]
    assert [finding.path for finding in found] == ["severities[0]"]
    assert "SEV-1, SEV-2 run around the clock" in found[0].what


def test_a_changed_template_is_not_changed_for_another_impact() -> None:
    text = apply_modifiers(template_text("basic"), Answers(impact="internal"))
    assert apply_modifiers(text, Answers(impact="internal")) == text
    with pytest.raises(XlmatrixError, match="already changed"):
        apply_modifiers(text, Answers(impact="mission-critical"))


def test_an_answer_that_is_no_choice_is_a_planned_error() -> None:
    with pytest.raises(XlmatrixError, match="Did you mean 'internal'"):
        Answers(impact="intern")


def test_a_template_without_the_place_for_an_answer_is_a_planned_error() -> None:
    with pytest.raises(XlmatrixError, match=r"no scope\.review"):
        apply_modifiers("xlmatrix: 1\nscope: {impact: internal}\n", Answers(review="weekly"))
