"""Base, mine and theirs: each case of the merge by itself."""

from __future__ import annotations

from xlmatrix.regen.merging.merge import Change, Merged, Outcome, merge
from xlmatrix.regen.merging.report import ordered
from xlmatrix.sheets.inputs import Inputs, TableInputs
from xlmatrix.tables.kinds import Raw

HEADERS = ("Role", "Primary")


def _of(*rows: tuple[Raw, ...], table: str = "tRoles") -> Inputs:
    return Inputs({table: TableInputs(HEADERS, (), rows)})


def _merge(
    base: Inputs, mine: Inputs, theirs: Inputs
) -> tuple[tuple[tuple[Raw, ...], ...], Merged]:
    merged = merge(base, mine, theirs)
    (table,) = merged.inputs.tables.values()
    return table.rows, merged


def _outcomes(merged: Merged) -> list[tuple[Outcome, str, str]]:
    return [(change.outcome, change.key, change.column) for change in merged.changes]


def test_what_nobody_touched_is_no_news() -> None:
    rows, merged = _merge(_of(("A", "x")), _of(("A", "x")), _of(("A", "x")))
    assert rows == (("A", "x"),)
    assert not merged.changes


def test_a_users_change_stays() -> None:
    rows, merged = _merge(_of(("A", "x")), _of(("A", "y")), _of(("A", "x")))
    assert rows == (("A", "y"),)
    assert merged.changes == (
        Change(Outcome.KEPT, "tRoles", "A", "Primary", before="x", after="y"),
    )


def test_a_templates_change_is_taken() -> None:
    rows, merged = _merge(_of(("A", "x")), _of(("A", "x")), _of(("A", "z")))
    assert rows == (("A", "z"),)
    assert _outcomes(merged) == [(Outcome.TAKEN, "A", "Primary")]


def test_where_both_changed_the_user_wins_and_the_wish_is_listed() -> None:
    rows, merged = _merge(_of(("A", "x")), _of(("A", "y")), _of(("A", "z")))
    assert rows == (("A", "y"),)
    (change,) = merged.changes
    assert (change.outcome, change.wanted) == (Outcome.CONFLICT, "z")


def test_the_same_change_on_both_sides_is_no_conflict() -> None:
    rows, merged = _merge(_of(("A", "x")), _of(("A", "y")), _of(("A", "y")))
    assert rows == (("A", "y"),)
    assert not merged.changes


def test_a_deleted_row_stays_deleted() -> None:
    both = _of(("A", "x"), ("B", "x"))
    rows, merged = _merge(both, _of(("A", "x")), both)
    assert rows == (("A", "x"),)
    assert _outcomes(merged) == [(Outcome.KEPT, "B", "")]


def test_a_row_that_the_template_dropped_stays() -> None:
    both = _of(("A", "x"), ("B", "x"))
    rows, merged = _merge(both, both, _of(("A", "x")))
    assert rows == (("A", "x"), ("B", "x"))
    assert _outcomes(merged) == [(Outcome.ORPHAN, "B", "")]


def test_rows_of_both_are_added() -> None:
    rows, _ = _merge(_of(), _of(("Mine", "x")), _of(("Theirs", "y")))
    assert set(rows) == {("Mine", "x"), ("Theirs", "y")}


def test_sorting_is_the_users() -> None:
    rows, merged = _merge(
        _of(("A", "x"), ("B", "y")), _of(("B", "y"), ("A", "x")), _of(("A", "x"), ("B", "y"))
    )
    assert rows == (("B", "y"), ("A", "x"))
    assert not merged.changes


def test_a_ladder_with_another_step_is_kept_whole() -> None:
    base, mine, theirs = (
        _of(*rows, table="tLadder@SEV-1")
        for rows in ([("1", "a")], [("1", "a"), ("2", "b")], [("1", "c")])
    )
    rows, merged = _merge(base, mine, theirs)
    assert rows == (("1", "a"), ("2", "b"))
    assert {change.outcome for change in merged.changes} == {Outcome.CONFLICT}


def test_the_last_digits_of_a_number_are_no_change() -> None:
    rows, merged = _merge(
        _of(("A", 46_100.4375)), _of(("A", 46_100.43750000001)), _of(("A", 46_100.4375))
    )
    assert rows == (("A", 46_100.4375),)
    assert not merged.changes


def test_the_order_of_a_report_does_not_depend_on_what_else_is_in_it() -> None:
    kept = [Change(Outcome.KEPT, table, "a", "") for table in ("tRoles", "tPeople", "tHours")]
    taken = Change(Outcome.TAKEN, "tPeople", "a", "")
    assert [c for c in ordered([taken, *kept]) if c != taken] == list(ordered(kept))
