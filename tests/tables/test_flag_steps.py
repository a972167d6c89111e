"""A flag that is too long for one cell: what its hidden cells tell, and how long each is."""

from __future__ import annotations

from datetime import datetime

import pytest

from xlmatrix.formula import MOST_CHARS, to_excel
from xlmatrix.tables.controls import CONTROL_TESTS, CONTROLS, RISK_BANDS
from xlmatrix.tables.flags import MARK, flag_expr, flag_steps, flags_of, steps_of
from xlmatrix.tables.kinds import Raw
from xlmatrix.tables.table import Table

IDS = CONTROL_TESTS.ids
RUN = (datetime(2026, 11, 2) - datetime(1899, 12, 30)).days


@pytest.mark.parametrize("table", [CONTROLS, CONTROL_TESTS], ids=lambda table: table.name)
def test_no_cell_of_a_flag_in_steps_is_long(table: Table) -> None:
    steps = flag_steps(table, table.ids)
    exprs = [step.expr for step in steps] + [flag_expr(table, table.ids)]
    told = [to_excel(expr, table.name) for expr in exprs if expr is not None]
    assert len(told) == len(steps) + 1 > 1
    assert max(map(len, told)) <= MOST_CHARS < sum(map(len, told))
    # Marked once, in the column that people see.
    assert [MARK in text for text in told] == [False] * len(steps) + [True]
    assert all(f"[check {number}]" in text for number, text in enumerate(told[1:], start=1))


def test_a_table_that_asks_for_none_has_no_steps() -> None:
    assert flag_steps(RISK_BANDS, RISK_BANDS.ids) == []
    assert steps_of(RISK_BANDS, RISK_BANDS.ids, [None]) == {}


@pytest.mark.parametrize(
    ("typed", "first", "second"),
    [
        ({"Last run": "May"}, "Last run is not a date", "Last run is not a date"),
        ({"Limit": "low"}, "", "Limit is not a number from 0 to 1e+09"),
        ({"Limit": "low", "Last run": "May"}, *["Last run is not a date"] * 2),
        ({"Last run": RUN, "Cases": 0}, "", ""),
        ({}, "", ""),
    ],
    ids=["first", "later", "both", "last", "none"],
)
def test_a_step_tells_what_was_found_so_far(typed: dict[str, Raw], first: str, second: str) -> None:
    rows: list[dict[str, Raw]] = [dict.fromkeys(IDS) | {"ID": "T-1"} | typed]
    flags = flags_of(CONTROL_TESTS, IDS, rows, lambda _: [RUN + 1])
    assert steps_of(CONTROL_TESTS, IDS, flags) == {"check 1": [first], "check 2": [second]}
    assert (flags[0] is None) is (not typed)
