"""The shipped templates call whom they name, and name nobody and nothing that they lack."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import product

import pytest

from xlmatrix.model import QUESTIONS, Answers, MatrixSpec, apply_modifiers, loads
from xlmatrix.model.calendars import day_seconds
from xlmatrix.model.content import checklist_sections
from xlmatrix.model.duration import Duration
from xlmatrix.model.ladder import Share, Step
from xlmatrix.model.messages import comms_messages
from xlmatrix.model.models import IncidentClass
from xlmatrix.model.severity import Severity
from xlmatrix.resources import template_text

TEMPLATES = ("basic", "standard", "enterprise")
_CHOICES = {question.key: question.choices for question in QUESTIONS}
_CLASS_ID = re.compile(r"\b[A-Z]{2,4}-\d\d\b")


@cache
def spec_of(name: str, impact: str | None = None, on_call: str | None = None) -> MatrixSpec:
    answers = Answers(impact=impact, on_call=on_call)
    return loads(apply_modifiers(template_text(name), answers), name).spec


def pairs(spec: MatrixSpec) -> Iterator[tuple[IncidentClass, Severity]]:
    return product(spec.classes, spec.severities)


def seconds(spec: MatrixSpec, severity: Severity, after: Duration | Share) -> int:
    """When a call comes; a share only of a target that runs on the ladder's calendar."""
    day = day_seconds(spec.calendar(severity.calendar))
    if isinstance(after, Duration):
        return after.working_seconds(day)
    target = severity.targets.get(after.target)
    assert target is not None, (severity.id, str(after))
    assert severity.calendar_of(target) == severity.calendar, (severity.id, str(after))
    return target.within.working_seconds(day) * after.percent // 100


def applies(step: Step, kind: IncidentClass) -> bool:
    return not step.families or kind.family in step.families


def called_late(spec: MatrixSpec) -> list[tuple[str, str]]:
    """Class and severity whose response owner is not called before the first response is due."""
    found = []
    for kind, severity in pairs(spec):
        owner = spec.owners_for(kind, severity).response
        first = [
            seconds(spec, severity, step.after)
            for step in severity.ladder
            if applies(step, kind) and not step.inform and step.contact != "backup"
            if step.owner == "response" or step.role == owner
        ]
        due = severity.targets.first_response
        assert due is not None
        day = day_seconds(spec.calendar(severity.calendar))
        if min(first, default=10**9) >= due.within.working_seconds(day):
            found.append((kind.id, severity.id))
    return found


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_response_owner_is_called_first_whatever_was_answered(name: str) -> None:
    for impact, on_call in product(_CHOICES["impact"], _CHOICES["on_call"]):
        spec = spec_of(name, impact, on_call)
        assert called_late(spec) == [], (impact, on_call)
        for severity in spec.severities:
            assert severity.ladder[0].owner == "response"
            assert seconds(spec, severity, severity.ladder[0].after) == 0


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_that_calls_on_call_in_the_owners_place_is_told(name: str) -> None:
    """Each ladder once more with the role that the templates of 0.1.0 called.

    Where security owns a class of privacy, SEV-1 calls it for the family.
    """
    spoiled = template_text(name).replace("owner: response", "role: ml_oncall")
    others = {
        kind.id
        for kind in spec_of(name).classes
        if spec_of(name).owners_for(kind).response != "ml_oncall"
    }
    assert {kind for kind, _ in called_late(loads(spoiled).spec)} >= others - {"PRV-01"}


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_backup_follows_in_time_to_acknowledge_and_the_next_level_to_respond(
    name: str,
) -> None:
    spec = spec_of(name)
    for severity in spec.severities:
        (backup,) = (s for s in severity.ladder if s.owner == "response" and s.contact == "backup")
        assert severity.escalation is not None
        for step, target in (
            (backup, severity.targets.acknowledge),
            (severity.escalation, severity.targets.first_response),
        ):
            assert target is not None
            due = target.within.working_seconds(day_seconds(spec.calendar(severity.calendar)))
            assert 0 < seconds(spec, severity, step.after) < due, (severity.id, step)


@pytest.mark.parametrize("name", TEMPLATES)
def test_somebody_takes_over_before_the_resolution_is_due(name: str) -> None:
    spec = spec_of(name)
    for severity in spec.severities:
        last = [s for s in severity.ladder if s.until == "resolved" and not s.inform]
        due = severity.targets.resolve
        assert due is not None
        day = day_seconds(spec.calendar(severity.calendar))
        assert last, severity.id
        assert all(
            seconds(spec, severity, step.after) < due.within.working_seconds(day) for step in last
        )
    assert any(s.role == "executive" and not s.inform for s in spec.severities[0].ladder)


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_worst_severity_mobilises_and_no_other_wakes_anybody_unasked(name: str) -> None:
    spec = spec_of(name)
    worst, *milder = spec.severities
    declared = [step for step in worst.ladder if step.on == "declared"]
    at_once = {step.role: step.contact for step in declared if str(step.after) == "0 min"}
    deputies = "deputy" in {role.id for role in spec.roles}
    assert at_once["incident_commander"] == ("primary" if deputies else "both")
    assert ("deputy" in at_once) == deputies
    (speaker,) = (step for step in declared if step.owner == "communications")
    assert str(speaker.after) == "5 min"
    for severity in milder:
        assert [step for step in severity.ladder if step.on == "declared"] == []
    assert {rule.channel for rule in spec.always_add} <= {"chat"}


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_class_has_a_family_and_nobody_is_told_twice_over(name: str) -> None:
    """A role that is always added is not the one that answers anyway."""
    spec = spec_of(name)
    assert [kind.id for kind in spec.classes if kind.family is None] == []
    for kind in spec.classes:
        assert spec.owners_for(kind).response not in spec.also_called(kind.id), kind.id


def test_the_family_of_a_class_calls_security_and_legal_in_the_worst_severity() -> None:
    spec = spec_of("enterprise")
    worst = spec.severities[0]
    calls = {
        kind.id: {s.role for s in worst.ladder if s.families and s.role and applies(s, kind)}
        for kind in spec.classes
    }
    assert calls["PRV-01"] == {"security", "legal"}
    assert calls["SAF-02"] == {"legal"}
    assert calls["REL-01"] == {"vendor_manager"}
    assert calls["QLT-02"] == set()


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_owner_is_their_own_backup_or_command(name: str) -> None:
    """Who answers, who stands in and who leads are four people in every class."""
    spec = spec_of(name)
    leads = spec.role("incident_commander")
    for kind, severity in pairs(spec):
        answers = spec.role(spec.owners_for(kind, severity).response)
        people = {answers.primary, answers.backup, leads.primary, leads.backup}
        assert len(people) == 4, (kind.id, severity.id, people)


def roles_named() -> dict[str, set[str]]:
    """Words that mean a role, with the templates that have it.

    Names of roles, and their first words where these stand for them (Legal, FinOps).
    """
    found: dict[str, set[str]] = {}
    for name in TEMPLATES:
        for role in spec_of(name).roles:
            words = [role.name, role.name.split()[0]] if role.id != "ops_manager" else [role.name]
            for word in words:
                found.setdefault(word, set()).add(name)
    return {word: names for word, names in found.items() if word not in {"AI", "ML"}}


def texts(value: object) -> Iterator[str]:
    """Every text in a model's plain values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts(one)


def written(spec: MatrixSpec) -> Iterator[str]:
    """What the sheets of a spec say: its own texts and the shared ones that it takes."""
    yield from texts(spec.model_dump(exclude={"people", "obligations"}))
    sections = checklist_sections(spec.checklist) if spec.checklist else []
    messages = comms_messages(spec.comms) if spec.comms else []
    for row in (*sections, *messages):
        yield from texts(row.model_dump())


def named_without_being_there(name: str, lines: list[str]) -> list[str]:
    spec = spec_of(name)
    lacking = [word for word, names in roles_named().items() if name not in names]
    own = {kind.id for kind in spec.classes}
    every = {kind.id for tier in TEMPLATES for kind in spec_of(tier).classes}
    found = []
    for line in lines:
        found += [
            f"{word}: {line}"
            for word in lacking
            # A name in any case, its first word only as it is written: "Legal", not "legal".
            if re.search(rf"\b{word}\b", line, re.IGNORECASE if " " in word else 0)
        ]
        found += [f"{kind}: {line}" for kind in set(_CLASS_ID.findall(line)) & every - own]
    return found


@pytest.mark.parametrize("name", TEMPLATES)
def test_texts_name_no_role_and_no_class_that_the_tier_lacks(name: str) -> None:
    comments = [row.partition("#")[2] for row in template_text(name).splitlines()]
    assert named_without_being_there(name, [*written(spec_of(name)), *comments]) == []


def test_a_role_or_class_of_another_tier_in_a_text_is_found() -> None:
    told = named_without_being_there(
        "basic",
        ["Give FinOps a forecast", "if so, open SEC-04", "ask the vendor manager", "tell Legal"],
    )
    assert [one.partition(":")[0] for one in told] == [
        "FinOps",
        "SEC-04",
        "Vendor manager",
        "Legal",
    ]
