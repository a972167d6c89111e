"""Whom a drill expects to be called because nobody answers, and when."""

from __future__ import annotations

from tests.model.small import changed
from xlmatrix.model import loads
from xlmatrix.rules.drills.called import silent_calls


def test_a_call_that_repeats_is_made_once_in_each_pass() -> None:
    once = "{level: 1, after: 0 min, role: oncall}\n      - {level: 1, after: 5 min"
    again = "{level: 1, after: 0 min, role: oncall, repeat: 2}\n      - {level: 1, after: 5 min"
    spec = loads(changed((once, again))).spec
    # A pass is fifteen minutes, and the ten that the last call is waited for.
    assert [(at, step.contact) for at, step in silent_calls(spec, spec.severities[0])] == [
        (0.0, "primary"), (300.0, "backup"), (1500.0, "primary"), (3000.0, "primary"),
    ]  # fmt: skip
