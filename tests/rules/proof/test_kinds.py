"""Each kind of gap in a small matrix that has it, and none where it was mended."""

from __future__ import annotations

from io import StringIO
from itertools import product
from pathlib import Path
from time import process_time
from typing import Any, get_args

import pytest
from ruamel.yaml import YAML

from xlmatrix import api
from xlmatrix.model import Answers, apply_modifiers, loads
from xlmatrix.model.parts import Impact, OnCall
from xlmatrix.resources import template_text
from xlmatrix.rules.proof.proving import proof_of
from xlmatrix.rules.proof.summary import summary
from xlmatrix.rules.proof.whole import Proof

TEMPLATES = ("basic", "standard", "enterprise")
#: A matrix without any gap.
SOUND = """\
xlmatrix: 2
title: Escalation matrix
organisation: Example AI Ltd
zone: Europe/Berlin
horizon: {start: 2026-01-01, end: 2027-12-31}
policy: {version: "1", effective: 2026-01-01}
calendars:
  - {id: always, name: Around the clock, hours: 24x7}
  - {id: business, name: Business hours, hours: "Mon-Fri 09:00-12:30,13:15-17:30"}
owners: {response: oncall, quality: quality, communications: oncall}
roles:
  - {id: oncall, name: On-call, primary: Ann, backup: Bo}
  - {id: quality, name: Quality, primary: Bo, backup: Ann}
  - {id: executive, name: Sponsor, primary: Cy, backup: Bo}
people:
  - {name: Ann, email: a@example.com, phone: "1"}
  - {name: Bo, email: b@example.com, phone: "2"}
  - {name: Cy, email: c@example.com, phone: "3"}
severities:
  - id: SEV-1
    name: Critical
    definition: Everything stands still.
    calendar: always
    targets: {acknowledge: 5 min, first_response: 10 min, resolve: 24 h}
    ladder:
      - {level: 1, after: 0 min, owner: response}
      - {level: 2, after: 5 min, role: executive, inform: true}
  - id: SEV-2
    name: Moderate
    definition: It can wait for the working day.
    calendar: business
    targets: {acknowledge: 60 min, first_response: 60 min, resolve: 10 business days}
    ladder:
      - {level: 1, after: 0 min, owner: response}
      - {level: 2, after: 30 min, role: executive}
classes:
  - {id: REL-01, name: Outage, definition: Nothing answers., severity: SEV-1}
  - id: QLT-01
    name: Hallucination
    definition: Somebody acts on an invented statement.
    severity: SEV-2
    owners: {response: quality}
"""
_TOLD = "      - {level: 2, after: 5 min, role: executive, inform: true}\n"
_FIRST = "      - {level: 1, after: 0 min, owner: response}\n"
_ROTA = """\
on_call:
  - {role: oncall, people: [Ann, Bo, Cy], start: 2025-12-29, every: weekly}
severities:
"""


def sound(*pairs: tuple[str, str]) -> str:
    text = SOUND
    for old, new in pairs:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    return text


def proved(text: str) -> Proof:
    return proof_of(loads(text).spec)


def codes(text: str) -> set[str]:
    return {one.code for one in summary(proved(text)) if one.count}


def test_a_sound_matrix_has_no_gap() -> None:
    assert codes(sound()) == set()
    assert not proved(sound()).gaps


@pytest.mark.parametrize(
    ("code", "pair"),
    [
        (
            "proof-owner-late",
            (_FIRST + _TOLD, _FIRST.replace("owner: response", "role: quality") + _TOLD),
        ),
        ("proof-late-step", ("after: 30 min,", "after: 61 min,")),
        ("proof-no-sponsor", ("executive, inform: true", "quality")),
        (
            "proof-same-person",
            (
                _TOLD,
                _TOLD + _TOLD.replace("5 min", "6 min").replace("true", "false, contact: backup"),
            ),
        ),
        ("proof-outside-hours", ('phone: "1"}', 'phone: "1", hours: Mon-Fri 09:00-17:00}')),
    ],
)
def test_one_change_brings_one_kind_of_gap(code: str, pair: tuple[str, str]) -> None:
    assert codes(sound(pair)) == {code}


def test_nobody_is_called_where_no_layer_is_on_duty() -> None:
    rota = _ROTA.replace("every: weekly", "hours: Mon-Fri 08:00-20:00")
    found = proved(sound(("severities:\n", rota)))
    [nobody] = [one for one in summary(found) if one.code == "proof-nobody"]
    # New Year's Day 2026 is a Thursday: from midnight until eight nobody is there.
    assert nobody.first_s == found.low_s
    assert nobody.share == pytest.approx(1 - 60 / 168, abs=0.01)


def test_a_ladder_without_a_sponsor_ends_with_nobody() -> None:
    text = SOUND.replace("executive", "chief")
    assert codes(text) == {"proof-exhausted", "proof-no-sponsor"}


@pytest.mark.parametrize(
    ("code", "rota"),
    [
        ("proof-nights", _ROTA.replace("every: weekly", "every: weekly, limits: {nights: 6}")),
        ("proof-never-serves", _ROTA.replace("2025-12-29", "2027-12-20")),
        ("proof-uneven", _ROTA.replace("[Ann, Bo, Cy]", "[Ann, Bo, Ann, Cy, Ann]")),
    ],
)  # fmt: skip
def test_a_rotation_that_is_not_fair_is_named(code: str, rota: str) -> None:
    found = proved(sound(("severities:\n", rota)))
    assert code in {gap.code for gap in found.rotas}


def test_a_fair_rotation_is_not_named() -> None:
    assert proved(sound(("severities:\n", _ROTA))).rotas == ()


def test_everybody_of_a_weekly_rotation_has_a_third_of_the_hours_and_seven_nights() -> None:
    loads = [one for one in proved(sound(("severities:\n", _ROTA))).loads if one.rotates]
    assert {one.person for one in loads} == {"Ann", "Bo", "Cy"}
    for load in loads:
        assert load.hours == pytest.approx(56, abs=1)
        # A week of the calendar begins on Monday, a turn nine hours later.
        assert (load.most_nights, load.in_a_row) == (6, 7)


def _mutated(name: str, change: str) -> str:
    """A template whose ladders call the response owner too late, or another in their place."""
    yaml = YAML()
    data: dict[str, Any] = yaml.load(template_text(name))
    for severity in data["severities"]:
        if change == "late":
            severity["ladder"] = [
                {"level": 1, "after": "1 business day", "owner": "response"},
            ]
        else:
            severity["ladder"] = [{"level": 1, "after": "0 min", "role": "executive"}]
    data["xlmatrix"] = 2
    text = StringIO()
    yaml.dump(data, text)
    return text.getvalue()


@pytest.mark.parametrize("change", ["late", "another"])
@pytest.mark.parametrize("name", TEMPLATES)
def test_check_finds_a_template_that_no_longer_calls_the_owner(
    name: str, change: str, tmp_path: Path
) -> None:
    path = tmp_path / "matrix.yaml"
    path.write_text(_mutated(name, change), encoding="utf-8")
    assert "proof-owner-late" in {finding.code for finding in api.check(path)}
    assert not any(finding.code.startswith("proof-") for finding in api.check(path, quick=True))


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_has_a_gap_whatever_the_answers(name: str) -> None:
    """Where on-call is for business hours, people are called outside of theirs: that is said."""
    for impact, on_call in product(get_args(Impact), get_args(OnCall)):
        answers = Answers(impact=impact, on_call=on_call)
        found = codes(apply_modifiers(template_text(name), answers))
        assert found == ({"proof-outside-hours"} if on_call == "business-hours" else set()), answers


def test_business_hours_give_one_line_a_kind(tmp_path: Path) -> None:
    path = tmp_path / "matrix.yaml"
    path.write_text(api.new(Answers(on_call="business-hours")), encoding="utf-8")
    found = [one.code for one in api.check(path)]
    assert "proof-outside-hours" in found
    assert all(found.count(code) == 1 for code in found if code != "coverage-gap")
    assert found.count("coverage-gap") <= 2


def test_two_years_of_the_enterprise_template_take_under_five_seconds() -> None:
    spec = loads(template_text("enterprise")).spec
    start = process_time()
    found = summary(proof_of(spec))
    assert process_time() - start < 5
    assert {one.total for one in found if one.unit != "people"} == {3 * 30}
