"""The shipped templates pass the proof, whatever was answered, and a spoiled one does not."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path

import pytest

from xlmatrix import api
from xlmatrix.model import Answers, apply_modifiers, loads
from xlmatrix.resources import template_text
from xlmatrix.rules.proof.proving import proof_of
from xlmatrix.rules.proof.summary import findings

TEMPLATES = ("basic", "standard", "enterprise")


@pytest.mark.parametrize("name", TEMPLATES)
def test_check_only_asks_whom_a_template_obliges(name: str, tmp_path: Path) -> None:
    path = tmp_path / "matrix.yaml"
    path.write_text(template_text(name), encoding="utf-8")
    asked = [] if name == "basic" else ["scope-open"]
    assert [finding.code for finding in api.check(path, today=date(2026, 11, 16))] == asked


@pytest.mark.parametrize("name", TEMPLATES)
def test_check_finds_a_ladder_that_does_not_call_the_owner(name: str, tmp_path: Path) -> None:
    path = tmp_path / "matrix.yaml"
    text = template_text(name).replace("owner: response", "role: executive")
    path.write_text(text, encoding="utf-8")
    found = [one.code for one in api.check(path, today=date(2026, 11, 16))]
    assert found.count("proof-owner-late") == 1


@pytest.mark.parametrize("name", TEMPLATES)
def test_only_on_call_in_business_hours_leaves_a_gap(name: str) -> None:
    """Impact moves classes; who is on call only then is called at night by SEV-1, in one line."""
    impacts = ("internal", "mission-critical")
    for impact, on_call in product(impacts, ("follow-the-sun", "24x7", "business-hours")):
        answers = Answers(impact=impact, on_call=on_call)
        spec = loads(apply_modifiers(template_text(name), answers)).spec
        gaps = [one.code for one in findings(proof_of(spec), str)]
        assert gaps == (["proof-outside-hours"] if on_call == "business-hours" else []), answers
