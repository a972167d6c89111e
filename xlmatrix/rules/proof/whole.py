"""The proof as a whole: every case with its gaps, and who is called first, second and last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from xlmatrix.model.calendars import build_calendar
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.ladder.layers import edges
from xlmatrix.rules.ladder.turns import Turn
from xlmatrix.rules.proof.fairness import RotaGap, rota_gaps
from xlmatrix.rules.proof.kinds import KINDS
from xlmatrix.rules.proof.ladders import Ladder, ladder_of
from xlmatrix.rules.proof.load import Load, loads_of
from xlmatrix.rules.proof.people import NOBODY, People, Roster
from xlmatrix.rules.proof.pieces import Mask, Seconds
from xlmatrix.rules.proof.schedule import Call, Schedule, cases_of
from xlmatrix.worktime import Calendar, Zone

Rank = Literal["first", "second", "last"]
RANKS: Final[tuple[Rank, ...]] = ("first", "second", "last")


@dataclass(frozen=True, slots=True)
class Stretches:
    """Openings, in epoch seconds: from each start to before its end, in order, none touching."""

    start_s: Seconds
    end_s: Seconds

    @classmethod
    def of(cls, ladder: Ladder, chosen: Mask) -> Stretches:
        """The pieces of a ladder that are chosen, joined where they touch."""
        edge = np.flatnonzero(np.diff(np.concatenate([[False], chosen, [False]]).astype(np.int8)))
        return cls(ladder.starts[edge[::2]], ladder.ends[edge[1::2] - 1])

    @property
    def total_s(self) -> int:
        """How long they are together."""
        return int((self.end_s - self.start_s).sum())

    def __bool__(self) -> bool:
        return bool(self.start_s.size)


@dataclass(frozen=True, slots=True)
class Called:
    """People who are called first, second or last, for a share of the openings."""

    people: tuple[str, ...]
    first_s: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Case:
    """One severity and the classes for which its ladder does the same; "" is for no class.

    ``ladders`` are those of the incidents' numbers, more than one where turns go by incident: a gap
    is one that incidents of at least one number meet.
    """

    ladders: tuple[Ladder, ...]
    schedule: Schedule
    classes: tuple[str, ...]
    gaps: Mapping[str, Stretches]

    @property
    def severity(self) -> str:
        """The id of the severity."""
        return self.ladders[0].severity.id

    def who(self, rank: Rank) -> list[Called]:
        """Everybody who is ever called first, second or last, those of the longest time first."""
        found: dict[tuple[str, ...], tuple[int, int]] = {}
        for ladder, people in self.called(rank):
            _add_sets(found, ladder, people, self._known(rank))
        listed = [
            Called(names, first, seconds // len(self.ladders))
            for names, (first, seconds) in found.items()
        ]
        return sorted(listed, key=lambda one: (-one.seconds, one.people))

    def who_at(self, rank: Rank, opening_s: int) -> tuple[str, ...]:
        """Who is called first, second or last for an incident opened at an instant."""
        found: list[int] = []
        for ladder, people in self.called(rank):
            row = int(np.searchsorted(ladder.starts, opening_s, side="right")) - 1
            found += [int(one[row]) for one in people]
        return _names(self.ladders[0], found)

    def owner_at(self, opening_s: int) -> str:
        """Who holds the response role when an incident opened at an instant begins its ladder."""
        ladder = self.ladders[0]
        at = np.array([ladder.calendar.due_s(opening_s, 0)])
        held = ladder.roster.holders(self.schedule.response, "primary", at, ladder.number)
        return "".join(_names(ladder, [int(held[0])]))

    def called(self, rank: Rank) -> list[tuple[Ladder, list[People]]]:
        """Whom the first, second or last call asks, an array a person, in every piece."""
        call = self._call(rank)
        if call is None:
            return []
        known = self._known(rank)
        return [
            (ladder, [np.where(known, one, NOBODY) for one in ladder.asked(call)])
            for ladder in self.ladders
        ]

    def _call(self, rank: Rank) -> Call | None:
        asking = [call for call in self.schedule.calls if call.asks]
        place = {"first": 0, "second": 1, "last": len(asking) - 1}[rank]
        return asking[place] if 0 <= place < len(asking) else None

    def _known(self, rank: Rank) -> Mask:
        """The pieces whose call lies within the horizon."""
        call, ladder = self._call(rank), self.ladders[0]
        if call is None:
            return np.zeros(ladder.starts.shape, dtype=np.bool_)
        return ladder.known(call.seconds)


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proved about a matrix over its horizon, ``low_s`` to ``high_s`` in epoch seconds."""

    spec: MatrixSpec
    zone: Zone
    low_s: int
    high_s: int
    cases: tuple[Case, ...]
    rotas: tuple[RotaGap, ...]
    loads: tuple[Load, ...]

    @property
    def total(self) -> int:
        """How many pairs of a class (or none) and a severity there are."""
        return sum(len(case.classes) for case in self.cases)

    @property
    def gaps(self) -> bool:
        """Whether there is any gap."""
        return bool(self.rotas) or any(any(case.gaps.values()) for case in self.cases)

    def concerned(self, code: str) -> list[Case]:
        """The cases with a kind of gap."""
        return [case for case in self.cases if case.gaps[code]]


def prove(
    spec: MatrixSpec,
    zone: Zone,
    turns: Mapping[str, Sequence[Turn]],
    calendars: Sequence[Calendar] = (),
) -> Proof:
    """Prove a matrix: every class (and none), severity and instant of its horizon.

    Parameters
    ----------
    zone
        The matrix's zone, open-ended: a deadline in calendar days may leave the horizon.
    turns
        Who holds the roles that rotate, swaps and overrides included.
    calendars
        Those of the spec in its order, where they are built already.
    """
    built = list(calendars) or [build_calendar(spec, one.id) for one in spec.calendars]
    known = {one.id: calendar for one, calendar in zip(spec.calendars, built, strict=True)}
    roster = Roster(spec, turns)
    low, high = edges(spec, zone)
    cases: list[Case] = []
    for number, severity in enumerate(spec.severities):
        schedules = cases_of(spec, severity)
        ladder = ladder_of(roster, number, schedules, known, (low, high), zone)
        ladders = tuple(ladder.numbered(variant) for variant in range(roster.variants))
        cases += [_case(ladders, schedule, classes) for schedule, classes in schedules.items()]
    return Proof(
        spec, zone, low, high, tuple(cases),
        tuple(rota_gaps(spec, zone, turns, known)),
        tuple(loads_of(spec, zone, turns, known)),
    )  # fmt: skip


def _case(ladders: tuple[Ladder, ...], schedule: Schedule, classes: tuple[str, ...]) -> Case:
    gaps = {}
    for kind in KINDS:
        masks = [kind.look(ladder, schedule) for ladder in ladders]
        gaps[kind.code] = Stretches.of(ladders[0], np.logical_or.reduce(masks))
    return Case(ladders, schedule, classes, gaps)


def _names(ladder: Ladder, numbers: Sequence[int]) -> tuple[str, ...]:
    return tuple(ladder.roster.names[one] for one in dict.fromkeys(numbers) if one != NOBODY)


def _add_sets(
    found: dict[tuple[str, ...], tuple[int, int]],
    ladder: Ladder,
    people: list[People],
    known: Mask,
) -> None:
    """Add how long each set of people is called, and since when, where that is known."""
    columns = np.stack([*people, known])
    edge = np.flatnonzero(np.any(columns[:, 1:] != columns[:, :-1], axis=0)) + 1
    begin = np.concatenate([[0], edge])
    end = np.concatenate([edge, [columns.shape[1]]]) - 1
    for row, last in zip(begin.tolist(), end.tolist(), strict=True):
        if not known[row]:
            continue
        names = _names(ladder, columns[:-1, row].tolist())
        start, lasted = int(ladder.starts[row]), int(ladder.ends[last] - ladder.starts[row])
        first, seconds = found.get(names, (start, 0))
        found[names] = (min(first, start), seconds + lasted)
