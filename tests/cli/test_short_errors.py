"""No error is longer than a screen, whatever it speaks of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from xlmatrix.cli import report
from xlmatrix.errors import Finding, FindingsError, Level, XlmatrixError, listed, shortened

LONG = "x" * 1_430_000
LINES = "\n".join(f"line {number}" for number in range(90_000))
MANY = tuple(Finding(Level.ERROR, "typed-odd", LONG, "Owners!B3", LINES) for _ in range(3))
#: Of a terminal with 24 lines of 100 characters, twice.
SCREEN = 4_800


@pytest.mark.parametrize("said", [LONG, LINES, LINES + LONG], ids=["long", "lines", "both"])
def test_each_part_of_an_error_is_shortened_and_says_by_how_much(said: str) -> None:
    error = XlmatrixError(said, where=said, mend=said)
    assert len(str(error)) < SCREEN
    assert str(error).count("\n") < 60
    assert error.what.endswith(("more characters", "more lines"))


@pytest.mark.parametrize(
    "error",
    [XlmatrixError(LONG, where="a.xlsx", mend=LONG), FindingsError(MANY, where="a.xlsx")],
    ids=["one", "several"],
)
def test_a_command_that_fails_prints_a_screen_at_most(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, error: XlmatrixError
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("xlmatrix.api.checked", fail)
    done = run("check", "a.xlsx")
    assert done.exit_code == 2
    assert 0 < len(done.output) < 2 * SCREEN


def test_a_list_names_the_first_and_counts_the_rest() -> None:
    assert listed(map(str, range(1_000)), ", ", 3) == "0, 1, 2 and 997 more"
    assert listed([]) == ""
    assert shortened("short") == "short"


def test_findings_of_a_run_that_succeeds_are_shortened_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report.show_findings(MANY, report.stderr())
    assert len(capsys.readouterr().err) < 2 * SCREEN
