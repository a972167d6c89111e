"""Seats over drills: two exchanged by hand, and any roles and people against König's theorem."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from xlmatrix.rules.drills.seats import Seat, Seating, seat_all


def test_a_seat_that_fits_nowhere_moves_another_to_the_other_drill() -> None:
    seating = Seating(2)
    mia_first = Seat("lead", "primary", "Mia")
    ben, mia = Seat("scribe", "primary", "Ben"), Seat("scribe", "backup", "Mia")
    seating.put(mia_first, 0)
    seating.put(ben, 1)
    # The scribe is free in the first drill alone, Mia in the second alone.
    assert seating.place(mia, [0, 1])
    assert seating[0] == [mia]
    assert sorted(seating[1], key=lambda seat: seat.role) == [mia_first, ben]


def test_nobody_is_seated_who_is_in_every_drill() -> None:
    seating = Seating(1)
    seating.put(Seat("lead", "primary", "Mia"), 0)
    assert not seating.place(Seat("scribe", "primary", "Mia"), [0])
    assert not seating.place(Seat("lead", "backup", "Ben"), [0])
    assert seating[0] == [Seat("lead", "primary", "Mia")]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5)), max_size=10, unique=True),
    st.integers(1, 2),
)
def test_with_as_many_drills_as_the_busiest_needs_everybody_plays_as_wanted(
    pairs: list[tuple[int, int]], each: int
) -> None:
    first: set[int] = set()
    seats = []
    for role, person in pairs:
        seats.append(Seat(f"r{role}", "backup" if role in first else "primary", f"p{person}"))
        first.add(role)
    load = Counter(end for seat in seats for end in (seat.role, seat.person) for _ in range(each))
    drills = max(load.values(), default=1)
    seating, short = seat_all(seats, drills, each, {})
    assert short == []
    played = [seating[drill] for drill in range(drills)]
    assert Counter(seat for drill in played for seat in drill) == Counter(seats * each)
    for drill in played:
        assert len({seat.role for seat in drill}) == len({seat.person for seat in drill})
        assert len({seat.role for seat in drill}) == len(drill)
