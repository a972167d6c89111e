"""What is wrong with whom and when a ladder calls, said with its place."""

from __future__ import annotations

import pytest

from tests.model.small import changed, findings
from xlmatrix.errors import Level

_SECOND = "{level: 1, after: 5 min, role: oncall, contact: backup}"
_TEAM = "teams:\n  - {id: all, name: NAME, members: [MEMBERS]}\nseverities:\n  - id: SEV-1\n"


def _team(name: str = "All hands", members: str = "Priya Raman") -> tuple[str, str]:
    return "severities:\n  - id: SEV-1\n", _TEAM.replace("NAME", name).replace("MEMBERS", members)


@pytest.mark.parametrize(
    ("step", "path", "what", "mend"),
    [
        ("after: 50 % of internal_update, role: oncall", "after",
         "SEV-1 has no target for internal update", "Set targets.internal_update"),
        ("after: 50 % of review, role: oncall", "after",
         "review held is counted in calendar days (3 days)", "Take a target in working time"),
        ("after: 0 % of first_response, role: oncall", "after",
         "0 % is no part of a target", "a whole number from 1 to 100"),
        ("after: 150 % of first_response, role: oncall", "after",
         "150 % is no part of a target", "a whole number from 1 to 100"),
        ("after: 50 % of lunch, role: oncall", "after", "there is no target 'lunch'",
         "Write it like 50 % of first_response"),
        ("after: 5 min, owner: legal", "owner", "legal", "response"),
        ("after: 5 min, team: nobody", "team", "there is no team 'nobody'", "teams"),
        ("after: 5 min, role: oncall, team: all", "", "a step names role and team", "one of"),
        ("after: 5 min", "", "a step names nobody", "one of role, owner"),
    ],
)  # fmt: skip
def test_a_step_that_cannot_be_called_is_an_error(
    step: str, path: str, what: str, mend: str
) -> None:
    found = findings(changed((_SECOND, f"{{level: 1, {step}}}")))
    place = ".".join(filter(None, ("severities[0].ladder[1]", path)))
    [wrong] = [one for one in found if one.level is Level.ERROR and one.path == place]
    assert what in wrong.what
    assert mend in wrong.mend


def test_a_share_of_a_target_on_another_clock_is_an_error() -> None:
    text = changed(
        ("      contain: 1 h\n", "      contain: {within: 1 h, calendar: business}\n"),
        (_SECOND, "{level: 1, after: 50 % of contain, role: oncall}"),
    )
    [wrong] = [one for one in findings(text) if one.code == "share"]
    assert (wrong.level, wrong.path) == (Level.ERROR, "severities[0].ladder[1].after")
    assert "contain runs on 'business' and the ladder on 'always'" in wrong.what


@pytest.mark.parametrize(
    ("pair", "path", "what"),
    [
        (_team(name="On-call"), "teams[0].name", "'On-call' names a role already"),
        (_team(name="quality owner of the CLASS"), "teams[0].name", "the owners of a class"),
        (("name: Quality, primary", "name: Response owner of the class, primary"),
         "roles[1].name", "the owners of a class"),
    ],
)  # fmt: skip
def test_a_name_that_means_two_things_is_an_error(
    pair: tuple[str, str], path: str, what: str
) -> None:
    [wrong] = [one for one in findings(changed(pair)) if one.code == "name-clash"]
    assert (wrong.level, wrong.path) == (Level.ERROR, path)
    assert what in wrong.what


def test_a_team_without_members_is_an_error() -> None:
    found = findings(changed(_team(members="")))
    assert [(one.level, one.path) for one in found] == [(Level.ERROR, "teams[0].members")]


def test_owners_of_each_kind_are_needed_so_that_every_class_has_them() -> None:
    found = findings(changed((", communications: oncall}", "}")))
    assert (Level.ERROR, "owners.communications") in [(one.level, one.path) for one in found]


def test_a_step_for_families_that_no_class_has_is_said_to_be_never_called() -> None:
    step = "{level: 1, after: 5 min, role: oncall, families: [security]}"
    [wrong] = [one for one in findings(changed((_SECOND, step))) if one.code == "ladder-family"]
    assert (wrong.level, wrong.path) == (Level.WARNING, "severities[0].ladder[1].families")
    assert "no class is of the family security" in wrong.what
