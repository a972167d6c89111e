"""Rules and texts of classes: what leaves no case, contradicts, or says another time."""

from __future__ import annotations

from typing import Final

import pytest

from xlmatrix.model import QUESTIONS, Answers, MatrixSpec, apply_modifiers, loads
from xlmatrix.model.base import Problem
from xlmatrix.model.checks import classes, figures
from xlmatrix.resources import template_text

TEMPLATES: Final = ("basic", "standard", "enterprise")
#: Rules to raise and to lower a class of SEV-2, and the code that they must give, by hand.
RULES: Final[tuple[tuple[list[str], list[str], str], ...]] = (
    # One condition and its contrary: every case is raised or lowered.
    (["To SEV-1 when a core flow is affected"], ["To SEV-3 when no core flow is affected"],
     "severity-never"),
    (["To SEV-1 when any attempt was not blocked"], ["To SEV-3 when all attempts were blocked"],
     "severity-never"),
    (["To SEV-1 when the fallback fails"], ["To SEV-3 while the fallback holds"],
     "severity-never"),
    (["To SEV-1 when money is lost or data is seen"], ["To SEV-3 when no data was seen"],
     "severity-never"),
    # Something lies between.
    (["To SEV-1 when users cannot finish a core flow"], ["To SEV-3 when no core flow is affected"],
     ""),
    (["To SEV-1 when it spreads"], ["To SEV-3 when it is a draft"], ""),
    # One case, two severities.
    (["To SEV-1 when money is lost"], ["To SEV-3 when money was lost"], "rules-contradict"),
    # The wrong way; to its own severity is only idle.
    (["To SEV-3 when it spreads"], [], "rules-contradict"),
    ([], ["To SEV-1 when it is a draft"], "rules-contradict"),
    (["To SEV-2 when it spreads"], ["To SEV-2 when it is a draft"], ""),
    ([], ["Never lowered", "To SEV-3 when it is a draft"], "rules-contradict"),
    ([], ["Never lowered"], ""),
    # Sentences that name no severity of the matrix are only read by people.
    (["When the commander says so", "To SEV-9 when no core flow is affected"],
     ["To SEV-3 when a core flow is affected"], ""),
)  # fmt: skip
#: Steps of the first hour in a class of SEV-1, whose targets are those of the standard template.
STEPS: Final = (
    ("Post the first public update within 5 minutes of opening the call", True),
    ("Post the first public update within 30 minutes", False),
    ("Send a customer update every 20 min", True),
    ("Send a customer update every 30 min", False),
    ("Acknowledge the page within 300 seconds", False),
    ("Contain within 2 hours; a review follows within 3 days", True),
    ("Contain within 60 min; a review follows within 72 hours", False),
    ("Let legal start; the decision is due within 8 h", True),
    ("Let legal start; the decision is due within 4 h", False),
    # A figure that is about something else, and one without a word that a target has.
    ("Search the last 7 days for the same pattern", False),
    ("Test the fallback within 10 minutes", False),
)


@pytest.fixture(scope="module")
def standard() -> MatrixSpec:
    """The standard template, loaded once."""
    return loads(template_text("standard")).spec


def found(spec: MatrixSpec, **changes: object) -> list[Problem]:
    kind = spec.incident_class("QLT-02").model_copy(update=changes)
    small = spec.model_copy(update={"classes": (kind,)})
    return [*classes.check(small), *figures.check(small)]


@pytest.mark.parametrize(("up", "down", "code"), RULES, ids=range(len(RULES)))
def test_rules_are_compared_by_what_they_say(
    standard: MatrixSpec, up: list[str], down: list[str], code: str
) -> None:
    problems = found(standard, severity="SEV-2", raise_when=tuple(up), lower_when=tuple(down))
    assert {one.code for one in problems} == ({code} if code else set())


@pytest.mark.parametrize(("step", "differs"), STEPS, ids=range(len(STEPS)))
def test_a_step_says_the_time_of_its_target(standard: MatrixSpec, step: str, differs: bool) -> None:
    problems = found(standard, severity="SEV-1", raise_when=(), lower_when=(), first_hour=(step,))
    assert [one.code for one in problems] == ["text-figure"] * differs


def test_a_finding_names_class_and_both_rules(standard: MatrixSpec) -> None:
    up, down, _ = RULES[0]
    (problem,) = found(standard, raise_when=tuple(up), lower_when=tuple(down))
    assert problem.path == ("classes", 0, "lower_when", 0)
    assert all(text in problem.what for text in ("QLT-02 is never SEV-2", *up, *down))


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_class_of_a_template_contradicts_whatever_was_answered(name: str) -> None:
    impacts = next(one.choices for one in QUESTIONS if one.key == "impact")
    for impact in impacts:
        spec = loads(apply_modifiers(template_text(name), Answers(impact=impact)), name).spec
        assert [*classes.check(spec), *figures.check(spec)] == [], impact
