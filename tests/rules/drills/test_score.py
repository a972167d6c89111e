"""How a drill is judged: truth worked out by hand from the rules, minute by minute."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from xlmatrix.model import build_calendar, loads
from xlmatrix.resources import template_text
from xlmatrix.rules.drills.record import INPUTS
from xlmatrix.rules.drills.score import TOO_LATE, records_frame
from xlmatrix.rules.frame import Context, Frame
from xlmatrix.rules.policy import compile_policy

SPEC = loads(template_text("enterprise")).spec
CALENDARS = [build_calendar(SPEC, calendar.id) for calendar in SPEC.calendars]
# A Tuesday; the business calendar is open from 09:00 to 17:30.
T0 = datetime(2026, 3, 10, 10, 0)
AS_OF = datetime(2026, 11, 16, 10, 30)
EXPECTED = {1: ("Provider outage", "SEV-1"), 2: ("Drift", "SEV-3")}


def minutes(count: float | None) -> datetime | None:
    return None if count is None else T0 + timedelta(minutes=count)


def good(**changes: Any) -> dict[str, Any]:
    """A record in which everything is exactly at its limit."""
    record: dict[str, Any] = dict.fromkeys(INPUTS)
    record |= {
        "Drill": 1,
        "Detected": T0,
        "Acknowledged": minutes(5),
        "Declared": minutes(6),
        "Level 2 reached": minutes(8),
        "Customer draft": minutes(30),
        "Reporting decided": minutes(240),
        "Contained": minutes(60),
        "Severity called": "sev-1",
        "Contacts tried": 10,
        "Contacts answered": 9,
        "Backup played": "Yes",
        "Kill switch found (min)": 5,
        "Evidence complete": "yes",
        "One timeline": "yes",
        "Actions owned": datetime(2026, 3, 17, 10, 0),
    }
    return record | {key.replace("_", " "): value for key, value in changes.items()}


def judged(*records: dict[str, Any], as_of: datetime = AS_OF) -> Frame:
    context = Context(SPEC, compile_policy(SPEC), CALENDARS, as_of, 0)
    columns = {header: [record[header] for record in records] for header in INPUTS}
    return records_frame(context, columns, EXPECTED)


def result(record: dict[str, Any], **more: Any) -> str:
    return str(judged(record, **more)["Result"][0])


def test_everything_exactly_at_its_limit_passes() -> None:
    frame = judged(good())
    assert (frame["Result"][0], frame["Missed"][0]) == ("pass", "")
    assert [frame[short][0] for short in ("TTA", "TTE", "TTFC", "TTD", "TTC")] == [
        5, 8, 30, 240, 60,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "limit", "words"),
    [
        ("Acknowledged", 5, "acknowledge"),
        ("Level 2 reached", 8, "escalate to level 2"),
        ("Customer draft", 30, "first customer draft"),
        ("Reporting decided", 240, "decide what to report"),
    ],
)
def test_one_target_missed_by_up_to_a_quarter_is_conditional_and_by_more_fails(
    header: str, limit: float, words: str
) -> None:
    assert result(good(**{header: minutes(limit * 1.25)})) == "conditional"
    beyond = minutes(limit * 1.25)
    assert beyond is not None
    failed = judged(good(**{header: beyond + timedelta(seconds=1)}))
    assert (failed["Result"][0], failed["Missed"][0]) == ("fail", words)


def test_containment_is_about_safety_and_never_conditional() -> None:
    assert result(good(Contained=minutes(61))) == "fail"


def test_two_small_misses_fail() -> None:
    assert result(good(Acknowledged=minutes(6), Customer_draft=minutes(31))) == "fail"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"Contacts_answered": 8}, "reach below 90 %"),
        ({"Contacts_tried": None}, "reach below 90 %"),
        ({"Backup_played": "no"}, "no backup played"),
        ({"Severity_called": "SEV-2"}, "severity called wrong"),
        ({"Kill_switch_found_(min)": 6}, "kill switch not found in 5 min"),
        ({"Kill_switch_found_(min)": None}, "kill switch not found in 5 min"),
        ({"Evidence_complete": None}, "evidence incomplete"),
        ({"One_timeline": "no"}, "more than one timeline"),
        ({"Actions_owned": datetime(2026, 3, 17, 10, 1)}, "actions without owner"),
        ({"Actions_owned": None}, "actions without owner"),
    ],
)
def test_anything_else_that_is_wrong_fails(changes: dict[str, Any], words: str) -> None:
    frame = judged(good(**changes))
    assert (frame["Result"][0], frame["Missed"][0]) == ("fail", words)


def test_actions_may_still_be_without_owner_until_five_business_days_have_passed() -> None:
    record = good(Actions_owned=None)
    assert result(record, as_of=datetime(2026, 3, 17, 10, 0)) == "pass"
    assert result(record, as_of=datetime(2026, 3, 17, 10, 1)) == "fail"


def test_a_stamp_of_a_year_that_cannot_be_meant_counts_for_nothing_and_is_said() -> None:
    later = datetime(2099, 3, 10, 11, 0)
    frame = judged(good(Contained=later), good(Acknowledged=later), good(Detected=later))
    assert list(frame["Result"]) == ["running", "fail", ""]
    assert list(frame["Missed"]) == [TOO_LATE, f"{TOO_LATE} acknowledge", TOO_LATE]


def test_a_drill_is_judged_only_when_it_is_contained_or_ended() -> None:
    assert result(good(Contained=None)) == "running"
    frame = judged(good(Contained=None, Ended=minutes(90)))
    assert (frame["Result"][0], frame["Missed"][0]) == ("fail", "contain")


def test_a_row_without_a_start_has_no_result() -> None:
    assert result(good(Detected=None)) == ""
    assert result(good(Detected="soon")) == ""


def test_a_milder_drill_runs_on_the_working_hours_of_its_severity() -> None:
    # SEV-3 acknowledges within 60 minutes of the working day: 17:00 plus 60 min is 09:30 next day.
    start = datetime(2026, 3, 10, 17, 0)
    late = good(
        Drill=2, Detected=start, Severity_called="SEV-3", Contained=datetime(2026, 3, 11, 12, 0)
    )
    met = judged(late | {"Acknowledged": datetime(2026, 3, 11, 9, 30)})
    missed = judged(late | {"Acknowledged": datetime(2026, 3, 11, 9, 30, 1)})
    assert "acknowledge" not in met["Missed"][0]
    assert "acknowledge" in missed["Missed"][0]


def test_a_failed_drill_is_repeated_within_thirty_days() -> None:
    failed = good(Contained=minutes(90))
    again = good(Detected=datetime(2026, 4, 1, 10, 0)) | {
        header: at + timedelta(days=22)
        for header, at in good().items()
        if isinstance(at, datetime) and header != "Detected"
    }
    frame = judged(failed, again)
    assert list(frame["Result"]) == ["fail", "pass"]
    # Day 46,121 is 2026-04-09, thirty days after the drill.
    assert frame["Repeat by"][0] == 46_121
    assert list(frame["Repeat"]) == ["repeated", ""]
    due, overdue = (
        judged(failed, as_of=as_of)["Repeat"][0]
        for as_of in (datetime(2026, 4, 9, 23, 59), datetime(2026, 4, 10, 0, 0))
    )
    assert (due, overdue) == ("due", "overdue")
