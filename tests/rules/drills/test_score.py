"""How a drill is judged: truth worked out by hand from the rule's words, in ``records.yaml``."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.rules.drills.cases import AS_OF, T0, Case, cases, in_drills, read, spec, typed
from xlmatrix.rules.drills.score import TOO_LATE
from xlmatrix.rules.frame import Frame
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import make_scene
from xlmatrix.sheets.drill_view import DrillView, drill_view


def viewed(changes: dict[tuple[str, str, str], Any], as_of: datetime = AS_OF) -> DrillView:
    view = drill_view(
        make_scene(
            spec(),
            IncidentLog.empty(),
            as_of=as_of,
            created=as_of,
            typed=typed(in_drills()) | changes,
        )
    )
    assert view is not None
    return view


@pytest.fixture(scope="module")
def frame() -> Frame:
    return viewed({}).frame


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.number}")
def test_a_record_is_judged_as_worked_out_by_hand(case: Case, frame: Frame) -> None:
    row = case.number - 1
    assert (frame["Result"][row], frame["Missed"][row]) == (case.told["result"], case.missed)
    for short, minutes in case.told.get("times", {}).items():
        assert frame[short][row] == minutes, short
    if "reach" in case.told:
        assert frame["Reach"][row] == case.told["reach"]


FAILED = next(case for case in cases() if case.told.get("missed") == ["contain"])


@pytest.mark.parametrize("told", read()["repeats"], ids=lambda told: told["repeat"])
def test_a_failed_drill_is_repeated_within_thirty_days_or_late(told: dict[str, Any]) -> None:
    changes: dict[tuple[str, str, str], Any] = {}
    if told["passed"] is not None:
        moved = datetime.fromisoformat(str(told["passed"])) - T0
        passed = {**cases()[0].values(), "Drill": FAILED.number}
        for header, value in passed.items():
            later = value + moved if isinstance(value, datetime) else value
            changes["tDrills", "Repeat 1", header] = later
    as_of = datetime.fromisoformat(str(told.get("as_of", AS_OF)))
    assert viewed(changes, as_of).frame["Repeat"][FAILED.number - 1] == told["repeat"]


def test_a_stamp_of_a_year_that_cannot_be_meant_counts_for_nothing_and_is_said() -> None:
    later = datetime(2099, 3, 10, 11, 0)
    frame = viewed(
        {
            ("tDrills", "Drill 1", "Contained"): later,
            ("tDrills", "Drill 2", "Acknowledged"): later,
            ("tDrills", "Drill 3", "Detected"): later,
        }
    ).frame
    # A day has passed, so the first is over, and nobody knows when it was contained.
    assert list(frame["Result"][:3]) == ["incomplete", "incomplete", ""]
    assert frame["Missed"][0] == f"{TOO_LATE} not recorded: contain"
    assert frame["Missed"][1] == f"{TOO_LATE} not recorded: acknowledge"
    assert frame["Missed"][2] == TOO_LATE


def test_actions_may_be_without_owner_until_five_business_days_have_passed() -> None:
    blank = {("tDrills", "Drill 1", "Actions owned"): None}
    until = datetime(2026, 3, 17, 10, 0)
    assert viewed(blank, until).frame["Result"][0] == "pass"
    assert viewed(blank, until + timedelta(minutes=1)).frame["Result"][0] == "incomplete"


def test_a_row_without_a_start_has_no_result() -> None:
    for start in (None, "soon"):
        frame = viewed({("tDrills", "Drill 1", "Detected"): start}).frame
        assert frame["Result"][0] == ""


def test_a_mild_drill_runs_on_the_working_hours_of_its_severity() -> None:
    # SEV-3 acknowledges within 60 minutes of the working day: 17:00 plus 60 min is 09:30 next day.
    number = next(case.number for case in cases() if case.told["scenario"] == "late turn")
    start, row = datetime(2026, 3, 10, 17, 0), number - 1
    changes: dict[tuple[str, str, str], Any] = {
        ("tInjects", "T02-2", "Turns to"): None,
        ("tScenarios", "T02", "Severity"): "SEV-3",
        ("tDrills", f"Drill {number}", "Detected"): start,
        ("tDrills", f"Drill {number}", "Contained"): datetime(2026, 3, 11, 12, 0),
    }
    for second, state in ((0, "met"), (1, "missed")):
        at = datetime(2026, 3, 11, 9, 30, second)
        frame = viewed(changes | {("tDrills", f"Drill {number}", "Acknowledged"): at}).frame
        assert frame["ack state"][row] == state
