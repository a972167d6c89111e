"""Random rotas against a walk by the zones' own clocks, and what the rule says in words."""

from __future__ import annotations

import os

import numpy as np
import pytest

from tests.rotas import drawn, walk
from xlmatrix.model.calendars import build_calendar
from xlmatrix.rules.ladder.oncall import people_at, rotas

#: ``XLMATRIX_ROTAS=2000 XLMATRIX_FIRST_ROTA=1000`` walks through more of them.
_COUNT = int(os.environ.get("XLMATRIX_ROTAS", "60"))
_FIRST = int(os.environ.get("XLMATRIX_FIRST_ROTA", "0"))


@pytest.mark.parametrize("block", range(4))
def test_who_holds_a_role_is_whom_a_walk_through_the_hours_finds(block: int) -> None:
    for seed in range(_FIRST + block, _FIRST + _COUNT, 4):
        rota = drawn(seed)
        spec = rota.spec
        turns = rotas(spec, build_calendar(spec, "always").zone)
        steps = list(walk(rota))
        instants = np.array([int(at.timestamp()) for at, _ in steps])
        for role in ("oncall", "lead"):
            for number in (0, 7):
                numbers = np.full(len(instants), number)
                primary, backup = people_at(spec, turns, role, instants, numbers)
                said = list(zip(primary.tolist(), backup.tolist(), strict=True))
                wrong = [
                    (seed, role, number, at, found[role][number], pair)
                    for (at, found), pair in zip(steps, said, strict=True)
                    if found[role][number] != pair
                ]
                assert not wrong[:3]
