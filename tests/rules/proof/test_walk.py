"""The proof against a walk through the horizon, on random matrices."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from itertools import product
from random import Random

import pytest

from tests.rules.proof.drawing import Drawn, drawn
from tests.rules.proof.walk import CODES, Walk, follow, plan
from xlmatrix.model.calendars import build_calendar
from xlmatrix.rules.ladder.oncall import rotas
from xlmatrix.rules.proof.whole import RANKS, Proof, prove

#: How many random matrices are walked, from which seed on, and whether each of their half minutes.
BOOKS = int(os.environ.get("XLMATRIX_PROOFS", "5"))
FIRST = int(os.environ.get("XLMATRIX_FIRST_PROOF", str(date.today().toordinal() * 100)))
WHOLE = "XLMATRIX_PROOFS" in os.environ
SOME = 700


def proved(given: Drawn) -> Proof:
    """The proof of a drawn matrix."""
    spec = given.spec
    calendars = [build_calendar(spec, one.id) for one in spec.calendars]
    zone = replace(calendars[0].zone, open_ended=True)
    return prove(spec, zone, rotas(spec, zone), calendars)


def differences(seed: int) -> list[str]:
    """Where proof and walk differ, over every opening asked, class (and none) and severity."""
    given = drawn(seed)
    walk, proof, spec = Walk(given), proved(given), given.spec
    ticks = range(walk.low, walk.high)
    asked = list(ticks) if WHOLE else sorted(Random(seed).sample(ticks, min(SOME, len(ticks))))
    found: list[str] = []
    for severity, kind in product(spec.severities, (None, *spec.classes)):
        [case] = [
            one
            for one in proof.cases
            if one.severity == severity.id and (kind.id if kind else "") in one.classes
        ]
        ladder = plan(spec, severity, kind)
        for tick in asked:
            said, at = follow(walk, severity, ladder, tick), walk.instant(tick)
            gaps = frozenset(code for code in CODES if case.has(code, at))
            who = tuple(tuple(sorted(case.who_at(rank, at))) for rank in RANKS)
            if gaps != said.gaps or who != tuple(tuple(sorted(one)) for one in said.who):
                found.append(
                    f"seed {seed} {severity.id} {kind and kind.id} {walk.local[tick]}:"
                    f" {sorted(gaps)} {who}, walked {sorted(said.gaps)} {said.who}"
                )
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(FIRST, FIRST + BOOKS))
def test_the_proof_says_what_a_walk_through_the_horizon_finds(seed: int) -> None:
    print(f"XLMATRIX_FIRST_PROOF={seed}")
    assert differences(seed)[:5] == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(FIRST, FIRST + BOOKS))
def test_what_holds_changes_with_a_minute_or_a_second_after_it_only(seed: int) -> None:
    """Data are in whole minutes: so the walk, which asks :00 and :30, has asked every second."""
    proof = proved(drawn(seed))
    edges = {
        int(at) % 60
        for case in proof.cases
        for gap in case.gaps.values()
        for at in (*gap.start_s, *gap.end_s)
    }
    assert edges <= {0, 1}
