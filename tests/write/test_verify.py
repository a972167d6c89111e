"""A plan at fault is refused with the place, before a byte is written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.write.sample import sample
from xlmatrix.formula import Expr, F, col, if_, lit, name, ref, span, this
from xlmatrix.sheets.plan import (
    BookPlan,
    Cell,
    Chart,
    Formula,
    Page,
    Rule,
    Series,
    SheetPlan,
    Table,
    Visibility,
)
from xlmatrix.tables.column import Column
from xlmatrix.tables.validation import Paint, Validation
from xlmatrix.write import render

ONE = Column("One", "input")


def book(*sheets: SheetPlan, **more: object) -> BookPlan:
    return replace(BookPlan(sheets or (SheetPlan("S"),), {}, "Test"), **more)  # type: ignore[arg-type]


def table(title: str = "tA", row: int = 1, at: int = 1, *columns: Column) -> Table:
    columns = columns or (ONE,)
    return Table(title, row, at, columns, tuple([1, 2] for _ in columns))


def tables(*found: Table) -> BookPlan:
    return book(SheetPlan("S", tables=found))


def cell(value: object, **more: str) -> BookPlan:
    return book(SheetPlan("S", {(1, 1): Cell(value, **more)}))  # type: ignore[arg-type]


def formula(expr: Expr) -> BookPlan:
    return cell(Formula(expr, 1))


def column(**changes: object) -> BookPlan:
    return tables(table("tA", 1, 1, replace(ONE, **changes)))  # type: ignore[arg-type]


def names(**found: Expr) -> BookPlan:
    return book(names=found)


def nested(depth: int) -> Expr:
    expr: Expr = lit(1)
    for _ in range(depth):
        expr = F.ABS(expr)
    return expr


FAULTS: dict[str, tuple[BookPlan, str]] = {
    "two sheets of one name": (book(SheetPlan("S"), SheetPlan("s")), "sheet 's' stands beside"),
    "a long sheet name": (book(SheetPlan("x" * 32)), "cannot name a sheet"),
    "an empty sheet name": (book(SheetPlan("")), "cannot name a sheet"),
    "a colon in a sheet name": (book(SheetPlan("a:b")), "cannot name a sheet"),
    "a slash in a sheet name": (book(SheetPlan("a/b")), "cannot name a sheet"),
    "a quote at the end": (book(SheetPlan("a'")), "a quote at an end"),
    "a reserved sheet name": (book(SheetPlan("History")), "keeps it"),
    "no such active sheet": (book(active=3), "active sheet"),
    "a hidden active sheet": (
        book(SheetPlan("S", visibility=Visibility.HIDDEN)),
        "active sheet S is hidden",
    ),
    "two tables of one name": (tables(table("tA"), table("ta", 9)), "'ta' stands beside 'tA'"),
    "a name like a table": (replace(tables(table("tA")), names={"TA": lit(1)}), "stands beside"),
    "a table named like a cell": (tables(table("AB12")), "cannot name"),
    "a name like a row and column": (names(R1C1=lit(1)), "cannot name"),
    "a name like a column": (names(C=lit(1)), "cannot name"),
    "a name with a space": (names(**{"a b": lit(1)}), "cannot name"),
    "a name that begins with a digit": (names(**{"1a": lit(1)}), "cannot name"),
    "a name for a relative cell": (names(a=ref(1, 1, "S", absolute=False)), "fixed references"),
    "a name without a sheet": (names(a=ref(1, 1)), "fixed references"),
    "two columns of one header": (
        tables(table("tA", 1, 1, ONE, replace(ONE, id="ONE"))),
        "column of tA 'ONE'",
    ),
    "an empty header": (column(id=" "), "a header needs"),
    "a header of two lines": (column(id="a\nb"), "line breaks"),
    "a header like an escape": (column(id="_x000A_"), "line breaks"),
    "columns of unequal height": (
        tables(Table("tA", 1, 1, (ONE, replace(ONE, id="Two")), ([1], [1, 2]))),
        "same number of rows",
    ),
    "a table without rows": (tables(Table("tA", 1, 1, (ONE,), ([],))), "at least one"),
    "too few values": (tables(Table("tA", 1, 1, (ONE,), ([1], [2]))), "columns of values"),
    "tables upon each other": (tables(table("tA"), table("tB", 2)), "tB overlaps tA"),
    "a merge in a table": (
        book(SheetPlan("S", tables=(table(),), merges=("A2:B2",))),
        "the merge A2:B2 overlaps tA",
    ),
    "merges upon each other": (book(SheetPlan("S", merges=("A1:B2", "B2:C3"))), "overlaps"),
    "a cell in a table": (
        book(SheetPlan("S", {(2, 1): Cell(1)}, tables=(table(),))),
        "S!A2 lies in tA",
    ),
    "a cell above the sheet": (book(SheetPlan("S", {(0, 1): Cell(1)})), "no cell in row 0"),
    "an unknown role": (cell(1, role="inputt"), "role 'inputt'"),
    "an unknown role of a column": (column(look="input.nothing"), "role 'input.nothing'"),
    "an unknown name": (formula(name("Nobody")), "S!A1: there is no defined name Nobody"),
    "an unknown table": (formula(F.SUM(col("tZ", "One"))), "there is no tZ[One]"),
    "an unknown column": (column(expr=F.SUM(col("tA", "Two"))), "there is no tA[Two]"),
    "an unknown column of the row": (column(expr=this("Two") + 1), "there is no [Two]"),
    "a row outside a table": (formula(this("One")), "there is no [One]"),
    "an unknown sheet": (formula(ref(1, 1, "Nowhere")), "there is no sheet Nowhere"),
    "an unknown sheet of a range": (formula(F.SUM(span(1, 1, 2, 2, "X"))), "no sheet X"),
    "an unknown name deep inside": (
        formula(if_(lit(1) > 0, F.SUM(-name("Gone") * 2), 3)),
        "defined name Gone",
    ),
    "functions too deep": (formula(nested(70)), "64 deep"),
    "a long text in a formula": (formula(lit("x" * 256)), "Excel takes 255"),
    "a control character in a formula": (formula(lit("a\x07")), "control character"),
    "a long formula": (formula(F.SUM(*[F.CONCATENATE(*["x" * 200] * 30)] * 2)), "8192"),
    "a validation of no kind": (column(validation=Validation("lists", 1.0)), "'lists'"),
    "an operator of no kind": (
        column(validation=Validation("whole", 1.0, operator="under")),
        "operator 'under'",
    ),
    "a long title": (column(validation=Validation("whole", 1.0, title="x" * 33)), "title of 33"),
    "a long message": (column(validation=Validation("whole", 1, message="x" * 226)), "message of"),
    "a long hint": (column(validation=Validation("whole", 1, hint="x" * 256)), "hint of 256"),
    "a long note": (column(note="x" * 256), "note of 256"),
    "a long list": (column(validation=Validation("list", "abc," * 70)), "Excel takes 255"),
    "a table column as a list": (
        column(validation=Validation("list", col("tA", "One"))),
        "give it a defined name",
    ),
    "a text as a number": (column(validation=Validation("whole", "ten")), "neither a defined"),
    "an unknown name as a list": (
        column(validation=Validation("list", name("Nobody"))),
        "defined name Nobody",
    ),
    "a table column in a format": (
        column(paints=(Paint(F.COUNTIF(col("tA", "One"), this("One")) > 1, "bad"),)),
        "give it a defined name",
    ),
    "another sheet in a format": (
        column(paints=(Paint(ref(1, 1, "S") > 1, "bad"),)),
        "give it a defined name",
    ),
    "an area without corners": (
        book(SheetPlan("S", rules=(Rule("A:A", paints=(Paint(lit(1) > 0, "bad"),)),))),
        "whole corners",
    ),
    "a link to nowhere": (cell("x", link="Elsewhere!A1"), "leads to no sheet"),
    "a link of another kind": (cell("x", link="file:///etc/passwd"), "leads to no sheet"),
    "a script as a link": (cell("x", link="javascript:alert(1)"), "leads to no sheet"),
    "a zoom of nothing": (book(SheetPlan("S", page=Page(zoom=5))), "zoom of 5"),
    "a chart of no kind": (
        book(SheetPlan("S", charts=(Chart("donut", "T", "A1", ()),))),
        "no kind 'donut'",
    ),
    "a chart of a number": (
        book(SheetPlan("S", charts=(Chart("bar", "T", "A1", (Series("a", lit(1)),)),))),
        "needs a range",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_plan_is_refused_and_said(fault: str) -> None:
    plan, said = FAULTS[fault]
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is looked at below
        render(plan)
    assert said in str(caught.value)


def test_every_fault_is_said_at_once() -> None:
    plan = book(SheetPlan("S", {(n, 1): Cell(n, f"role{n}") for n in range(1, 20)}))
    with pytest.raises(ValueError, match="and 7 more"):
        render(plan)


def test_a_sound_plan_passes() -> None:
    assert render(sample())
