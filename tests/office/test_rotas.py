"""Who holds a role at an instant, as other programs compute it from a workbook of random rotas."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from tests.office.compare import assert_confirmed, assert_confirmed_by_ironcalc
from tests.office.package import formula_cells
from tests.rotas import drawn
from xlmatrix.formula import ref
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.ladder.layers import edges
from xlmatrix.rules.ladder.oncall import (
    holder_at_expr,
    incident_number_expr,
    incident_numbers,
    people_at,
)
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import make_scene, plan_book
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.plan import Formula, SheetPlan
from xlmatrix.write import render

_IDS = ("INC-20261107", "A7", "no number", "12b", "2026", "x-00305", "٣", "9")
#: Turns by incident with overrides and leave; layers of several zones; all of them.
_SEEDS = (0, 23, 16)


def _instants(spec: MatrixSpec, seed: int, count: int = 60) -> np.ndarray:
    """Edges of turns and seconds beside them, and some before and after the horizon."""
    zone = make_scene(spec, IncidentLog.empty(), as_of=None, created=_now(spec)).context.zone
    low, high = edges(spec, zone)
    pick = np.random.default_rng(seed)
    hours = pick.integers(low // 1800 - 9, high // 1800 + 9, count) * 1800
    return np.asarray(hours + pick.choice([-1, 0, 0, 1], count), np.int64)


def _now(spec: MatrixSpec) -> datetime:
    return datetime.combine(spec.horizon.start, datetime.min.time()).replace(hour=16)


def _probe(spec: MatrixSpec, seed: int) -> SheetPlan:
    """A sheet that asks for the holders of each role at instants, for incidents of some IDs."""
    turns = make_scene(spec, IncidentLog.empty(), as_of=None, created=_now(spec)).context.turns
    draft, instants = Draft("Probe"), _instants(spec, seed)
    ids = [_IDS[row % len(_IDS)] for row in range(len(instants))]
    numbers = incident_numbers(ids)
    for column, role in enumerate(spec.roles):
        people = people_at(spec, turns, role.id, instants, numbers)
        for row, at_s in enumerate(instants.tolist(), start=1):
            if column == 0:
                draft.row(row, 1, [at_s + EPOCH_S, ids[row - 1]])
                number = incident_number_expr(ref(row, 2))
                draft.put(row, 3, Formula(number, int(numbers[row - 1])))
                draft.put(row, 4, 1)
                draft.put(row, 5, 2)
            for offset, header in enumerate(("Primary", "Backup")):
                place, at = ref(row, 4 + column), ref(row, 1)
                expr = holder_at_expr(spec, place, at, header, ref(row, 3))
                value = people[offset][row - 1]
                draft.put(row, 6 + 2 * column + offset, Formula(expr, value))
    return draft.plan()


@pytest.mark.office
@pytest.mark.parametrize("seed", _SEEDS)
def test_other_programs_find_the_same_holder_at_every_instant(tmp_path: Path, seed: int) -> None:
    spec = drawn(seed).spec
    now = _now(spec)
    book = plan_book(spec, IncidentLog.empty(), as_of=now, created=now)
    book = replace(book, sheets=(*book.sheets, _probe(spec, seed)))
    path = tmp_path / "rota.xlsx"
    path.write_bytes(render(book))
    assert_confirmed(path)
    sheets = ("Probe", "Rota", "On-call", "Owners")
    assert_confirmed_by_ironcalc(path, [at for at in formula_cells(path) if at[0] in sheets])
