"""A drill while it is played, minute by minute."""

from __future__ import annotations

from datetime import datetime

import pytest

from xlmatrix.rules.drills.session import Session

START = datetime(2026, 3, 10, 10, 0)
INJECTS = [(0.0, "It begins"), (5.0, "Nobody answers"), (20.0, "It spreads")]


def test_injects_come_once_and_in_their_minute() -> None:
    session = Session(START, INJECTS)
    assert [text for _, text in session.due(0)] == ["It begins"]
    assert session.due(4.9) == []
    assert [text for _, text in session.due(60)] == ["Nobody answers", "It spreads"]
    assert session.due(61) == []


def test_a_key_notes_now_and_a_minute_behind_it_notes_that_minute() -> None:
    session = Session(START, INJECTS)
    session.press("a", 3.5)
    session.press("d 4", 9)
    assert session.stamps == {
        "Detected": START,
        "Acknowledged": datetime(2026, 3, 10, 10, 3, 30),
        "Declared": datetime(2026, 3, 10, 10, 4),
    }


def test_a_time_stays_when_its_key_is_pressed_again_and_moves_when_a_minute_is_given() -> None:
    session = Session(START, INJECTS)
    session.press("a", 3)
    assert "already" in session.press("a", 8)
    session.press("A 2,5", 9)
    assert session.stamps["Acknowledged"] == datetime(2026, 3, 10, 10, 2, 30)


@pytest.mark.parametrize("line", ["z", "a now", "a -1", "a 5000", "a nan"])
def test_what_is_no_key_or_no_minute_is_answered_and_changes_nothing(line: str) -> None:
    session = Session(START, INJECTS)
    assert session.press(line, 1)
    assert session.stamps == {"Detected": START}
    assert not session.over


def test_a_drill_is_over_when_it_is_ended_or_all_is_noted_and_told() -> None:
    ended = Session(START, INJECTS)
    ended.press("q", 12)
    assert ended.over
    assert ended.record(3)["Ended"] == datetime(2026, 3, 10, 10, 12)
    full = Session(START, INJECTS)
    for key in "adlcrx":
        full.press(key, 2)
    assert not full.over
    full.due(20)
    assert full.over
