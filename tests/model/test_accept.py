"""What a spec accepts with a reason is open no more, and cannot be written in vain."""

from __future__ import annotations

import pytest

from tests.model.small import SMALL, changed, findings
from xlmatrix.errors import Level
from xlmatrix.model import dump, loads

#: The second call of SEV-2 comes a minute after the first response is due.
LATE = ("after: 30 min", "after: 61 min")


def _with(entry: str, text: str = SMALL) -> str:
    return f"{text}accept:\n  - {entry}\n"


@pytest.mark.parametrize(
    "where",
    ["", "where: SEV-2, ", "where: moderate, ", "where: 'severities[1].ladder', ",
     "where: 'severities[1].ladder[1]', ", "where: 'severities[1].ladder[1].after', "],
)  # fmt: skip
def test_a_finding_is_accepted_everywhere_or_at_its_place(where: str) -> None:
    text = _with(f"{{finding: escalation-late, {where}reason: Nobody is up at night}}",
                 changed(LATE))  # fmt: skip
    loaded = loads(text)
    assert loaded.findings == ()
    (taken,) = loaded.accepted
    assert (taken.code, taken.accepted) == ("escalation-late", "Nobody is up at night")


@pytest.mark.parametrize(
    "where", ["SEV-1", "severities[1].ladder[2]", "severities[1].targets", "severities[10]"]
)
def test_an_entry_for_another_place_takes_nothing_and_says_so(where: str) -> None:
    text = _with(f"{{finding: escalation-late, where: '{where}', reason: Why}}", changed(LATE))
    loaded = loads(text)
    assert [f.code for f in loaded.findings] == ["escalation-late", "accept-unused"]
    assert loaded.findings[1].path == "accept[0]"
    assert loaded.accepted == ()


@pytest.mark.parametrize(
    ("code", "finding", "said"),
    [
        ("escalaton-late", "accept-unknown", "Did you mean 'escalation-late'?"),
        ("order", "accept-refused", "an error stops a build"),
        ("schema-missing", "accept-refused", "an error stops a build"),
        ("import-owner", "accept-refused", "not about the matrix"),
        ("accept-unused", "accept-refused", "not about the matrix"),
    ],
)
def test_an_entry_that_nobody_may_write_is_an_error(code: str, finding: str, said: str) -> None:
    (found,) = findings(_with(f"{{finding: {code}, reason: Why}}"))
    assert (found.level, found.code, found.path) == (Level.ERROR, finding, "accept[0].finding")
    assert said in str(found)


def test_a_reason_is_needed() -> None:
    (found,) = findings(_with("{finding: escalation-late}"))
    assert (found.code, found.path) == ("schema-missing", "accept[0].reason")


def test_what_is_accepted_is_written_with_the_spec() -> None:
    spec = loads(_with("{finding: escalation-late, reason: Why}", changed(LATE))).spec
    again = loads(dump(spec))
    assert again.spec.accept == spec.accept
    assert again.findings == ()
