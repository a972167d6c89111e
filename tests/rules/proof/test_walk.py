"""The proof against a walk through the horizon, on random matrices."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from itertools import product
from random import Random

import numpy as np
import pytest

from tests.rules.proof.drawing import Drawn, drawn
from tests.rules.proof.walk import CODES, Follower, Said, Walk
from xlmatrix.model.calendars import build_calendar
from xlmatrix.rules.ladder.oncall import rotas
from xlmatrix.rules.proof.whole import RANKS, Case, Proof, prove

#: How many random matrices are walked, from which seed on, and at how many openings (0: at every
#: half minute of the horizon).
BOOKS = int(os.environ.get("XLMATRIX_PROOFS", "5"))
FIRST = int(os.environ.get("XLMATRIX_FIRST_PROOF", str(date.today().toordinal() * 100)))
OPENINGS = int(os.environ.get("XLMATRIX_PROOF_OPENINGS", "700"))


def proved(given: Drawn) -> Proof:
    """The proof of a drawn matrix."""
    spec = given.spec
    calendars = [build_calendar(spec, one.id) for one in spec.calendars]
    zone = replace(calendars[0].zone, open_ended=True)
    return prove(spec, zone, rotas(spec, zone), calendars)


def told(case: Case, instants: list[int]) -> list[Said]:
    """What the proof says of incidents opened at instants."""
    asked = np.array(instants, dtype=np.int64)
    gaps: list[set[str]] = [set() for _ in instants]
    for code in CODES:
        gap = case.gaps[code]
        row = np.searchsorted(gap.start_s, asked, side="right") - 1
        ends = np.append(gap.end_s, 0)[row]
        for place in np.flatnonzero((row >= 0) & (asked < ends)).tolist():
            gaps[place].add(code)
    names = case.ladders[0].roster.names
    who: list[list[set[str]]] = [[set() for _ in RANKS] for _ in instants]
    for rank, number in zip(RANKS, range(len(RANKS)), strict=True):
        for ladder, people in case.called(rank):
            row = np.searchsorted(ladder.starts, asked, side="right") - 1
            for one in people:
                for place, person in enumerate(one[row].tolist()):
                    if person >= 0:
                        who[place][number].add(names[person])
    return [
        Said(frozenset(gap), tuple(frozenset(one) for one in whom))
        for gap, whom in zip(gaps, who, strict=True)
    ]


def differences(seed: int) -> list[str]:
    """Where proof and walk differ, over every opening asked, class (and none) and severity."""
    given = drawn(seed)
    walk, proof, spec = Walk(given), proved(given), given.spec
    ticks = range(walk.low, walk.high)
    asked = list(ticks)
    if OPENINGS:
        asked = sorted(Random(seed).sample(asked, min(OPENINGS, len(asked))))
    found: list[str] = []
    for severity, kind in product(spec.severities, (None, *spec.classes)):
        [case] = [
            one
            for one in proof.cases
            if one.severity == severity.id and (kind.id if kind else "") in one.classes
        ]
        follower = Follower(walk, severity, kind)
        for tick, said in zip(asked, told(case, [walk.instant(t) for t in asked]), strict=True):
            if said != (walked := follower.follow(tick)):
                where = f"seed {seed} {severity.id} {kind and kind.id} {walk.local[tick]}"
                found.append(f"{where}: {said}, walked {walked}")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("place", range(BOOKS))
def test_the_proof_says_what_a_walk_through_the_horizon_finds(place: int) -> None:
    seed = FIRST + place
    print(f"XLMATRIX_FIRST_PROOF={seed}")
    assert differences(seed)[:5] == []


@pytest.mark.slow
@pytest.mark.parametrize("place", range(BOOKS))
def test_what_holds_changes_with_a_minute_or_a_second_after_it_only(place: int) -> None:
    """Data are in whole minutes: so the walk, which asks :00 and :30, has asked every second."""
    seed = FIRST + place
    proof = proved(drawn(seed))
    edges = {
        int(at) % 60
        for case in proof.cases
        for gap in case.gaps.values()
        for at in (*gap.start_s, *gap.end_s)
    }
    assert edges <= {0, 1}
