"""A drill while it is played, minute by minute."""

from __future__ import annotations

from datetime import datetime

import pytest

from xlmatrix.rules.drills.session import AGAIN, Session

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


@pytest.mark.parametrize("line", ["a -1", "x -0.5", "q -1", "d 1440.5", "q 1441", "a inf", "q nan"])
def test_a_minute_outside_a_drill_is_refused_in_words(line: str) -> None:
    session = Session(START, INJECTS)
    assert session.press(line, 30) == "A drill lasts from minute 0 to minute 1440."
    assert session.record(1) == {"Drill": 1, "Detected": START}


def test_the_edges_of_a_drill_are_minutes_of_it() -> None:
    session = Session(START, INJECTS)
    session.press("a 0", 30)
    session.press("x 1440", 30)
    assert session.stamps["Acknowledged"] == START
    assert session.stamps["Contained"] == datetime(2026, 3, 11, 10, 0)


def test_an_end_before_something_that_was_noted_is_refused_and_the_drill_goes_on() -> None:
    session = Session(START, INJECTS)
    session.press("c 30", 31)
    assert (
        session.press("q 29", 31) == "Customer draft stands after minute 29; end the drill later."
    )
    assert not session.over
    assert "Ended" not in session.record(1)
    # In the same minute it is no contradiction.
    assert session.press("q 30", 31) == "The drill has ended at minute 30."
    assert session.over


def test_what_contains_it_after_it_turned_worse_is_contained_again() -> None:
    session = Session(START, INJECTS, worse=(20.0,))
    session.press("x 10", 11)
    assert "Contained again at minute 40" in session.press("x", 40)
    assert "already" in session.press("x", 41)
    assert session.stamps["Contained"] == datetime(2026, 3, 10, 10, 10)
    # A first containment after the turn is the only one, and one before it is corrected as such.
    late = Session(START, INJECTS, worse=(20.0,))
    late.press("x", 25)
    assert AGAIN not in late.stamps
    session.press("x 12", 42)
    assert session.stamps["Contained"] == datetime(2026, 3, 10, 10, 12)


def test_a_drill_that_turned_worse_is_over_when_it_is_contained_again() -> None:
    session = Session(START, INJECTS, worse=(20.0,))
    session.due(60)
    for key in "adlcrx":
        session.press(f"{key} 10", 11)
    assert not session.over
    session.press("x 40", 41)
    assert session.over
