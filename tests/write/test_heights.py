"""Rows are high enough for the texts in them."""

from __future__ import annotations

import pytest

from xlmatrix.formula import lit
from xlmatrix.sheets.plan import Cell, Formula, SheetPlan, Table
from xlmatrix.style import look
from xlmatrix.tables.column import Column
from xlmatrix.write.heights import Height, fit, lines_of, room_of

PANGRAM = "The quick brown fox jumps over the lazy dog"


def column(*texts: str | None, width: float = 22, role: str = "text.wrap") -> SheetPlan:
    table = Table("t_A", 1, 1, (Column("A", role, width),), (list(texts),), row_height=0)
    return SheetPlan("S", tables=(table,))


def test_short_texts_leave_their_rows_alone() -> None:
    assert fit(column("short", None, "")) == {}


def test_the_rows_of_a_table_have_a_least_height() -> None:
    table = Table("t_A", 1, 1, (Column("A", "input", 9),), (["a", "b"],), row_height=18)
    assert fit(SheetPlan("S", tables=(table,))) == {2: Height(18), 3: Height(18)}


def test_a_long_text_makes_its_row_higher_and_lets_a_program_fit_it_again() -> None:
    heights = fit(column("short", PANGRAM * 2))
    assert list(heights) == [3]
    assert not heights[3].fixed
    assert heights[3].points > 3 * 12


def test_a_long_result_of_a_formula_counts_as_well() -> None:
    plan = SheetPlan("S", {(4, 1): Cell(Formula(lit("x") & "y", PANGRAM), "formula.wrap")})
    assert list(fit(plan)) == [4]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        # Counted in a picture of LibreOffice with Carlito, whose letters are as wide as Calibri's.
        ("published generator default", 22, 1),
        ("PagerDuty incident response documentation", 22, 2),
        ("4 h, for information", 14, 2),
        ("only if service is limited", 24, 1),
        ("90 min then every 2 h if sustained", 24, 2),
    ],
)
def test_lines_are_those_a_program_shows(text: str, width: float, lines: int) -> None:
    assert lines_of(text, room_of(look("text.wrap"), width)) == lines


def test_a_word_longer_than_the_line_breaks_anywhere() -> None:
    assert lines_of("x" * 100, 10) >= 8
    assert lines_of("a\n\nb", 10) == 3
    assert lines_of("東京" * 10, 20) == 2


def test_a_merge_uses_its_whole_width_and_fixes_the_row() -> None:
    cells = {(1, 1): Cell(PANGRAM, "text.wrap"), (1, 2): Cell(None, "text.wrap")}
    narrow = SheetPlan("S", cells, merges=("A1:B1",), widths={1: 10, 2: 10})
    wide = SheetPlan("S", cells, merges=("A1:B1",), widths={1: 40, 2: 40})
    assert fit(narrow)[1].fixed
    assert fit(wide) == {}


def test_a_merge_of_two_rows_shares_the_need() -> None:
    cells = {(1, 1): Cell(PANGRAM * 3, "text.wrap")}
    one = fit(SheetPlan("S", cells, merges=("A1:B1",)))
    two = fit(SheetPlan("S", cells, merges=("A1:B2",)))
    assert two[1].points == two[2].points == pytest.approx(one[1].points / 2, abs=0.25)


def test_a_large_letter_needs_a_high_row() -> None:
    assert fit(SheetPlan("S", {(1, 1): Cell("Title", "title")}))[1].points > 20


def test_the_plans_own_height_wins() -> None:
    plan = SheetPlan("S", {(1, 1): Cell(PANGRAM * 9, "text.wrap")}, heights={1: 6})
    assert fit(plan) == {1: Height(6, fixed=True)}


def test_no_row_is_higher_than_excel_allows() -> None:
    assert fit(column(PANGRAM * 500))[2].points == 409
