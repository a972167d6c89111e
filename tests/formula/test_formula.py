"""Formulas are rendered as Excel reads them, and only from functions that every engine has."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl.formula import Tokenizer

from xlmatrix.formula import Expr, F, col, if_, iferror, lit, name, ref, span, these, this, to_excel
from xlmatrix.formula.functions import REGISTRY, call
from xlmatrix.formula.render import ROW_MARK

SOURCES = Path(__file__).parents[2] / "xlmatrix"


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (lit(1) - (lit(2) - 3), "1-(2-3)"),
        ((lit(1) - 2) - 3, "1-2-3"),
        (lit(1) + lit(2) * 3, "1+2*3"),
        ((lit(1) + 2) * 3, "(1+2)*3"),
        (lit(6) / (lit(2) * 3), "6/(2*3)"),
        (-(lit(1) + 2), "-(1+2)"),
        (2 - lit(1), "2-1"),
        ((lit(1) + 1) & " min", '1+1&" min"'),
        ((lit("a") & "b").eq("ab"), '"a"&"b"="ab"'),
        (lit("a") & lit(1).eq(2), '"a"&(1=2)'),
        (lit('say "hi"'), '"say ""hi"""'),
        (lit(True), "TRUE"),
        (lit(2.0), "2"),
        (lit(0.5), "0.5"),
        (ref(3, 28), "$AB$3"),
        (ref(3, 28, "My sheet"), "'My sheet'!$AB$3"),
        (ref(3, 1, "SEV-1"), "'SEV-1'!$A$3"),
        (ref(3, 1, "Ann's"), "'Ann''s'!$A$3"),
        (ref(3, 1, absolute=False), "A3"),
        (span(1, 1, 9, 2, "Tz"), "Tz!$A$1:$B$9"),
        (name("AsOf"), "AsOf"),
        (col("tRoles", "Role"), "tRoles[Role]"),
        (col("t", "a [b] #1"), "t[a '[b'] '#1]"),
        (iferror(F.MATCH(1, col("t", "x"), 0)), 'IFERROR(MATCH(1,t[x],0),"")'),
        (if_(lit(1).eq(1), "y"), 'IF(1=1,"y","")'),
        (F.INDEX(name("A"), None, 2), "INDEX(A,,2)"),
    ],
)
def test_an_expression_is_written_as_excel_reads_it(expr: object, text: str) -> None:
    assert to_excel(expr) == text  # type: ignore[arg-type]
    assert not [
        token
        for token in Tokenizer("=" + text).items
        if token.type == token.OPERAND and not token.value
    ]


def test_a_cell_of_the_own_row_names_its_table() -> None:
    assert to_excel(this("Opened") * 86400, "tLog") == "tLog[[#This Row],[Opened]]*86400"
    assert to_excel(F.MIN(these("a", "c")), "tLog") == "MIN(tLog[[#This Row],[a]:[c]])"


def test_a_cell_of_the_own_row_may_be_named_by_its_address() -> None:
    places = {"a": 1, "b": 2, "c": 28}
    assert to_excel(this("c") + 1, "tLog", places) == f"$AB{ROW_MARK}+1"
    assert to_excel(F.SUM(these("a", "b")), "tLog", places) == f"SUM($A{ROW_MARK}:$B{ROW_MARK})"


def test_a_cell_of_the_own_row_needs_a_table() -> None:
    with pytest.raises(ValueError, match="needs a table row"):
        to_excel(this("Opened"))


@pytest.mark.parametrize(
    "function", ["LET", "XLOOKUP", "FILTER", "INDIRECT", "OFFSET", "TODAY", "TEXT"]
)
def test_functions_that_not_every_engine_computes_alike_are_refused(function: str) -> None:
    assert function not in REGISTRY
    with pytest.raises(LookupError):
        call(function, 1)
    with pytest.raises(AttributeError):
        getattr(F, function)


def test_a_wrong_number_of_arguments_is_refused() -> None:
    with pytest.raises(TypeError, match="2 to 3"):
        F.INDEX(1)
    with pytest.raises(TypeError, match="0 to 0"):
        F.NOW(1)


def test_what_excel_could_not_load_is_refused() -> None:
    with pytest.raises(ValueError, match="255"):
        to_excel(lit("x" * 256))
    long: Expr = lit("x" * 255)
    for _ in range(40):
        long = long & lit("x" * 255)
    with pytest.raises(ValueError, match="8192"):
        to_excel(long)


def test_only_the_as_of_cell_asks_for_the_present() -> None:
    asking = [path.name for path in SOURCES.rglob("*.py") if "F.NOW(" in path.read_text("utf-8")]
    assert asking == ["start.py"]
