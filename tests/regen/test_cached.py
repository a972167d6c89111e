"""What a regenerated workbook stores beside its formulas is what another engine computes."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.office.compare import assert_confirmed
from tests.regen.editions import NEWER, OLD
from tests.regen.edits import KINDS
from tests.regen.sheets import apply, read
from xlmatrix import api
from xlmatrix.spec import loads

EVERYDAY = (
    "a target's amount", "a target's amount with a fraction", "a target emptied",
    "a backup removed",
    "a primary who is not listed", "a role added", "a person added", "an opening", "a holiday",
    "a holiday removed", "a class's severity", "an incident", "customer note",
)  # fmt: skip


@pytest.mark.office
@pytest.mark.slow
def test_libreoffice_confirms_every_cell_after_everyday_edits(tmp_path: Path) -> None:
    built, edited, new = (tmp_path / f"{name}.xlsx" for name in ("built", "edited", "new"))
    api.build(loads(OLD), as_of="2026-03-30 10:30", output=built)
    book, rng = read(built), Random(11)
    apply(built, edited, [op for known in EVERYDAY for op in KINDS[known](book, rng)])
    api.regenerate(edited, loads(NEWER), output=new)
    assert assert_confirmed(new) > 1000
