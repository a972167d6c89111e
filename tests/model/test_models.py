"""Looking things up in a spec, and writing it out again."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.model.small import SMALL, changed, line
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import TARGETS, Duration, MatrixSpec, dump, loads
from xlmatrix.model.loader import Loaded


@pytest.fixture(name="spec")
def _spec() -> MatrixSpec:
    return loads(SMALL).spec


def test_a_class_names_its_owners_before_its_severity_and_the_default() -> None:
    text = changed(
        ("    calendar: always\n    targets", "    owners: {response: quality, communications:"
         " quality}\n    calendar: always\n    targets"),
        ("    severity: SEV-1\n", "    severity: SEV-1\n    owners: {response: oncall}\n"),
    )  # fmt: skip
    owners = loads(text).spec.owners_for("REL-01")
    assert owners.response == "oncall"  # the class's own
    assert owners.communications == "quality"  # the severity's
    assert owners.quality == "quality"  # the default


def test_owners_follow_the_severity_an_incident_is_raised_to(spec: MatrixSpec) -> None:
    assert spec.owners_for("QLT-01", "SEV-1").response == "quality"
    assert spec.owners_for(None, "SEV-1") == spec.owners


def test_a_target_runs_on_its_own_calendar_or_its_severitys(spec: MatrixSpec) -> None:
    severity = spec.severity("SEV-2")
    calendars = {name: severity.calendar_of(target) for name, target in severity.targets.items()}
    assert set(calendars.values()) == {"business"}
    assert list(calendars) == [name for name in TARGETS if name in calendars]


def test_escalation_is_the_first_step_above_level_one(spec: MatrixSpec) -> None:
    step = spec.severity("SEV-1").escalation
    assert step is not None
    assert step.after == Duration.parse("15 min")


def test_a_look_up_of_an_unknown_id_says_which_are_known(spec: MatrixSpec) -> None:
    with pytest.raises(XlmatrixError, match="Did you mean 'SEV-1'"):
        spec.severity("SEV1")
    with pytest.raises(XlmatrixError, match="no person 'Nobody'"):
        spec.person("Nobody")


def test_many_users_follows_from_the_interactions() -> None:
    for band, words in [("<50k", "100 users"), ('">1M"', "0.2 % of monthly interactions")]:
        spec = loads(changed(("interactions: 250k-1M", f"interactions: {band}"))).spec
        assert spec.severity("SEV-1").definition == f"Stops {words} or more."


def test_a_dumped_spec_loads_to_an_equal_one(spec: MatrixSpec) -> None:
    assert loads(dump(spec)).spec == spec


def test_texts_that_look_like_something_else_survive_a_dump() -> None:
    for text in ["null", "~", "2026-01-01", "007", "true", "- a", "a: b", "'x'", "=1+1", "ä 漢 #"]:
        spec = loads(SMALL).spec.model_copy(update={"title": text})
        assert loads(dump(spec)).spec.title == text


def test_a_spec_is_frozen(spec: MatrixSpec) -> None:
    with pytest.raises(ValidationError):
        spec.title = "other"  # type: ignore[misc]


def test_loading_gives_text_and_places() -> None:
    loaded = loads(SMALL, "here.yaml")
    assert isinstance(loaded, Loaded)
    assert loaded.where(("severities", 0, "targets", "resolve")) == (
        line("resolve: {within: 24 h", SMALL).replace("matrix", "here")
    )
