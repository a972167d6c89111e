"""A row that the template renames keeps what users put beside its inputs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.regen.editions import NEWER, OLD
from tests.regen.keeping import spot_of
from tests.regen.sheets import apply, computed_of, read
from xlmatrix import api
from xlmatrix.model import loads

pytestmark = pytest.mark.usefixtures("few_sheets")


def test_a_renamed_role_keeps_comment_column_and_formula(tmp_path: Path) -> None:
    old, edited, new = (tmp_path / f"{name}.xlsx" for name in ("old", "edited", "new"))
    api.build(loads(OLD), as_of="2026-03-16 10:30", output=old)
    computed = computed_of(old)
    book = read(old, computed)
    roles = book.tables["tRoles"]
    row = [r["Role"] for r in roles.rows].index("Comms lead")
    number = roles.numbers[row]
    moods: list[str | None] = [None] * len(roles.rows)
    moods[row] = "calm"
    apply(old, edited, [
        ("comment", roles.sheet, number, roles.column_of("Primary"), "Ask first"),
        ("set", roles.sheet, number, roles.column_of("Duty"), '=UPPER("talks")'),
        ("add_column", roles.sheet, "tRoles", "Mood", moods),
    ])  # fmt: skip
    api.regenerate(edited, loads(NEWER), output=new)
    after = read(new, computed)
    found = after.tables["tRoles"].by_key()["communications#1"]
    assert (found["Mood"], found["Duty"]) == ("calm", '=UPPER("talks")')
    spots = [
        (spot_of(after, sheet, at, column), text) for sheet, at, column, text in after.comments
    ]
    assert (("tRoles", "communications#1", "Primary"), "Ask first") in spots
