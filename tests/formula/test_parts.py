"""What is joined one by one goes into several cells when it grows long."""

from __future__ import annotations

from functools import reduce
from operator import and_

from xlmatrix.formula import MOST_CHARS, in_parts, lit, this, to_excel
from xlmatrix.formula.parts import PART_CHARS


def test_nothing_has_no_parts() -> None:
    assert in_parts([], lit) == []


def test_what_fits_stays_one_part_in_its_order() -> None:
    assert in_parts(["a", "b", "c"], lit) == [["a", "b", "c"]]


def test_no_part_of_many_is_longer_than_a_formula_may_be() -> None:
    items = [f"{number} {'x' * (number % 200)}" for number in range(300)]
    parts = in_parts(items, lit)
    assert [item for part in parts for item in part] == items
    for part in parts:
        assert len(to_excel(reduce(and_, map(lit, part)))) <= PART_CHARS < MOST_CHARS


def test_cells_of_the_own_row_are_measured_as_the_table_writes_them() -> None:
    table = "tATableWithAVeryLongName"
    parts = in_parts(["Opened"] * 100, this, table)
    assert len(parts) > 1
    assert all(len(to_excel(reduce(and_, map(this, part)), table)) <= PART_CHARS for part in parts)


def test_one_that_is_too_long_by_itself_stands_alone() -> None:
    long = lit("x" * 200) & "y" * 200
    for _ in range(4):
        long = long & long
    assert [len(part) for part in in_parts([lit("a"), long, lit("b")], lambda item: item)] == [
        1, 1, 1,
    ]  # fmt: skip
