"""Whom a ladder calls while nobody answers, and when: what is simulated."""

from __future__ import annotations

from collections.abc import Iterator

from xlmatrix.model.calendars import step_seconds
from xlmatrix.model.ladder import Step
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.severity import Severity
from xlmatrix.rules.ladder.calls import length_s


def silent_calls(spec: MatrixSpec, severity: Severity) -> list[tuple[float, Step]]:
    """The calls of every pass that are made because nobody answers, in order.

    Whom a ladder informs, calls for every incident or for some classes alone is not there.
    """
    return sorted(_calls(spec, severity), key=lambda call: call[0])


def _calls(spec: MatrixSpec, severity: Severity) -> Iterator[tuple[float, Step]]:
    length = length_s(spec, severity)
    for step in severity.ladder:
        after = step_seconds(spec, severity, step.after)
        answered = step.until == "acknowledged" and not step.inform
        if answered and after is not None and step.on == "silence" and not step.families:
            for turn in range(step.repeat + 1):
                yield float(after + turn * length), step


def called_first(spec: MatrixSpec, severity: Severity) -> str | None:
    """The role or team that is called first, by its id."""
    calls = silent_calls(spec, severity)
    return named(spec, severity, calls[0][1]) if calls else None


def called_name(spec: MatrixSpec, called: str) -> str:
    """The name of a role or a team by its id."""
    teams = {team.id: team.name for team in spec.teams}
    return teams[called] if called in teams else spec.role(called).name


def named(spec: MatrixSpec, severity: Severity, step: Step) -> str:
    """The id of the role or team that a step calls, where the class has no owners of its own."""
    role = spec.role_called(step, spec.owners_for(None, severity))
    return role or step.team or ""
