"""Turns: from when to when two people hold a role, and who does at an instant."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.int64]
#: Primary and backup; "" is nobody.
Pair: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Turn:
    """From ``start_s`` to ``end_s`` (epoch seconds) these two hold the role; "" is nobody.

    ``pool`` has the pair of every number where turns go by incident: an incident of number *n*
    goes to the pair at *n* modulo their count; primary and backup are the first of them. ``zone``
    is the layer's own, "" for the matrix's. ``cells`` are what the plan shows of a turn in which
    the role does not rotate and Owners says who holds it: nobody, until somebody is typed.
    """

    start_s: int
    end_s: int
    primary: str
    backup: str
    pool: tuple[Pair, ...] = ()
    zone: str = ""
    cells: Pair | None = None

    @property
    def by_name(self) -> bool:
        """Whether Owners says who holds the role."""
        return self.cells is not None

    def pair(self, number: int = 0) -> Pair:
        """Who holds the role for an incident of that number."""
        return self.pool[number % len(self.pool)] if self.pool else (self.primary, self.backup)

    def held_by(self, primary: str | None, backup: str | None) -> Turn:
        """The turn with other people, of every number; None leaves them as they are."""
        pool = tuple(
            (a if primary is None else primary, b if backup is None else backup)
            for a, b in self.pool
        )
        return replace(
            self,
            primary=self.primary if primary is None else primary,
            backup=self.backup if backup is None else backup,
            pool=pool if len(set(pool)) > 1 else (),
            cells=self.cells and (primary or self.cells[0], backup or self.cells[1]),
        )

    def same_people(self, other: Turn) -> bool:
        """Whether another turn goes on with the same people in the same place."""
        if self.by_name:
            # Whoever holds it then is live.
            return False
        return self == replace(other, start_s=self.start_s, end_s=self.end_s)


def joined(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """Turns in order, those that go on with the same people as one."""
    found: list[Turn] = []
    for turn in turns:
        if found and found[-1].end_s == turn.start_s and found[-1].same_people(turn):
            found[-1] = replace(found[-1], end_s=turn.end_s)
        else:
            found.append(turn)
    return tuple(found)


def present(primary: str, backup: str, away: frozenset[str]) -> Pair:
    """Who of two stands in for a role while some are away."""
    here = [name for name in (primary, backup) if name and name.casefold() not in away]
    if primary and primary.casefold() not in away:
        return primary, here[1] if len(here) > 1 else ""
    if not primary:
        return "", here[0] if here else ""
    return here[0] if here else "", ""


def place_at(turns: Sequence[Turn], at_s: int) -> int:
    """Which turn (from 0) holds an instant; outside the horizon, the nearest."""
    return max(bisect_right([turn.start_s for turn in turns], at_s) - 1, 0)


def who(turns: Sequence[Turn], at_s: int, number: int = 0) -> Pair:
    """Primary and backup at an instant; outside the horizon, those of its nearest turn."""
    return turns[place_at(turns, at_s)].pair(number)


def who_at(
    turns: Sequence[Turn], instants: Seconds, numbers: Seconds | None = None
) -> tuple[NDArray[Any], NDArray[Any]]:
    """:func:`who` over an int64 array of epoch seconds: two object arrays of its shape."""
    starts = np.array([turn.start_s for turn in turns], dtype=np.int64)
    rows = np.maximum(np.searchsorted(starts, instants, side="right") - 1, 0)
    primary = np.array([turn.primary for turn in turns], dtype=object)[rows]
    backup = np.array([turn.backup for turn in turns], dtype=object)[rows]
    if numbers is not None and any(turn.pool for turn in turns):
        for place in np.ndindex(rows.shape):
            pair = turns[int(rows[place])].pair(int(numbers[place]))
            primary[place], backup[place] = pair
    return primary, backup
