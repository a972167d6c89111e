"""Who plays which role in which drill: an edge colouring of the graph of roles and people.

A seat is a role held by its primary or by its backup. In one drill a person sits once and a role is
held once, and every seat is wanted ``each`` times. Roles and people are the two sides of a
bipartite graph, a seat is an edge and a drill a colour; by König's theorem (1916) the colours
suffice exactly when no role and no person has more edges than there are drills. So a seat is left
out only where nobody could have found a place for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Contact = Literal["primary", "backup"]


@dataclass(frozen=True, slots=True)
class Seat:
    """A role held by one of its two people; ``role`` is its id."""

    role: str
    contact: Contact
    person: str


@dataclass(frozen=True, slots=True)
class Unseated:
    """A seat that falls short: how often it was wanted and found a place, and why not more."""

    seat: Seat
    wanted: int
    given: int
    why: str


class Seating:
    """Seats by drill; ``place`` puts a seat into a drill, moving others where that is needed."""

    def __init__(self, drills: int) -> None:
        self.drills = drills
        self._at: dict[tuple[str, str], dict[int, Seat]] = {}

    def __getitem__(self, drill: int) -> list[Seat]:
        """The seats of a drill (from 0)."""
        return [
            held[drill] for (side, _), held in self._at.items() if side == "role" and drill in held
        ]

    def has(self, side: Literal["role", "person"], key: str, drill: int) -> bool:
        """Whether a role or a person already takes part in a drill."""
        return drill in self._at.get((side, key.casefold()), {})

    def put(self, seat: Seat, drill: int) -> None:
        """Seat somebody where both role and person are free."""
        for node in _ends(seat):
            held = self._at.setdefault(node, {})
            assert drill not in held, "a role and a person take part once in a drill"
            held[drill] = seat

    def place(self, seat: Seat, wishes: Sequence[int]) -> bool:
        """Seat somebody in the first wished drill that fits, else by moving others.

        False when the role or the person takes part in every drill already.
        """
        role, person = _ends(seat)
        of_role = [d for d in wishes if d not in self._at.get(role, {})]
        of_person = [d for d in wishes if d not in self._at.get(person, {})]
        if not of_role or not of_person:
            return False
        both = [drill for drill in of_role if drill in of_person]
        drill = both[0] if both else of_role[0]
        if not both:
            self._swap(person, drill, of_person[0])
        self.put(seat, drill)
        return True

    def _swap(self, node: tuple[str, str], taken: int, free: int) -> None:
        """Free ``taken`` at a node: exchange two drills along the path that starts there.

        The path alternates between the two drills; it cannot end at the role of the new seat,
        which is free in ``taken``, because the graph is bipartite.
        """
        path: list[Seat] = []
        here, drill = node, taken
        while (seat := self._at.get(here, {}).get(drill)) is not None:
            path.append(seat)
            first, second = _ends(seat)
            here = second if here == first else first
            drill = free if drill == taken else taken
        for number, seat in enumerate(path):
            for end in _ends(seat):
                if self._at[end].get(taken if number % 2 == 0 else free) is seat:
                    del self._at[end][taken if number % 2 == 0 else free]
        for number, seat in enumerate(path):
            for end in _ends(seat):
                self._at[end][free if number % 2 == 0 else taken] = seat


def _ends(seat: Seat) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("role", seat.role.casefold()), ("person", seat.person.casefold())


def seat_all(
    seats: Sequence[Seat], drills: int, each: int, relevant: Mapping[str, Sequence[int]]
) -> tuple[Seating, list[Unseated]]:
    """Every seat ``each`` times, preferably in the drills that its role is ``relevant`` in.

    Wanted copies that no plan could hold are left out, the last ones first, and named.
    """
    wanted, short = _possible(seats, drills, each)
    seating = Seating(drills)
    load: Counter[int] = Counter()
    for turn in range(each):
        for seat in seats:
            if wanted[seat] <= turn:
                continue
            liked = set(relevant.get(seat.role, ()))
            wishes = sorted(range(drills), key=lambda d: (d not in liked, load[d], d))
            placed = seating.place(seat, wishes)
            assert placed, "enough drills for every role and person, by König's theorem"
            load = Counter({drill: len(seating[drill]) for drill in range(drills)})
    return seating, short


def _possible(
    seats: Sequence[Seat], drills: int, each: int
) -> tuple[dict[Seat, int], list[Unseated]]:
    """How often each seat can be held at all, and the seats that fall short."""
    room: Counter[tuple[str, str]] = Counter()
    wanted = dict.fromkeys(seats, 0)
    for _ in range(each):
        for seat in seats:
            if all(room[end] < drills for end in _ends(seat)):
                wanted[seat] += 1
                room.update(_ends(seat))
    short = []
    for seat in seats:
        if wanted[seat] < each:
            role, _ = _ends(seat)
            busy = "the role" if room[role] >= drills else seat.person
            why = f"{busy} already takes part in all {drills} drills"
            short.append(Unseated(seat, each, wanted[seat], why))
    return wanted, short
