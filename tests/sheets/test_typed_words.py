"""No formula looks for a typed text as a pattern or an order: ``a*`` is a name like any other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import pytest

from xlmatrix import api
from xlmatrix.formula import (
    Expr,
    F,
    Name,
    col,
    criterion,
    exact,
    is_among,
    lit,
    place_of,
    this,
    to_excel,
)  # fmt: skip
from xlmatrix.formula.expr import Binary, Call, Cell, ColumnCells, Negated, This
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.sheets.plan import BookPlan, Formula, Value
from xlmatrix.tables.column import Column as Declared

#: Function to the places of the texts that it looks for, from 0.
_CRITERIA = {"COUNTIF": 1, "SUMIF": 1, "COUNTIFS": 1, "SUMIFS": 2, "AVERAGEIFS": 2}
_NUMBERS = ("number", "stamp")
_PASSED_ON = {"IFERROR": (0, 1), "IF": (1, 2), "INDEX": (0,), "T": (0,), "TRIM": (0,)}


@dataclass(frozen=True)
class Book:
    """The columns of all tables by (table, id), and what defined names and cells hold."""

    plan: BookPlan
    columns: Mapping[tuple[str, str], Declared]
    cells: Mapping[tuple[str, int, int], Value | Formula]
    inputs: frozenset[tuple[str, int, int]]

    @classmethod
    def of(cls, plan: BookPlan) -> Book:
        columns = {
            (table.name, column.id): column
            for sheet in plan.sheets
            for table in sheet.tables
            for column in table.columns
        }
        cells = {(s.name, *at): cell for s in plan.sheets for at, cell in s.cells.items()}
        typed = frozenset(at for at, cell in cells.items() if cell.role.startswith("input"))
        return cls(plan, columns, {at: cell.value for at, cell in cells.items()}, typed)

    def formulas(self) -> Iterator[tuple[str, str, str, Expr]]:
        """Where, sheet, table and expression of each formula; one a column of a table."""
        for sheet in self.plan.sheets:
            for table in sheet.tables:
                for column in table.columns:
                    if column.expr is not None:
                        place = f"{table.name}[{column.id}]"
                        yield place, sheet.name, table.name, column.expr
            for at, cell in sheet.cells.items():
                if isinstance(cell.value, Formula):
                    yield f"{sheet.name}!{at}", sheet.name, "", cell.value.expr

    def typed(
        self, expr: Expr, sheet: str, table: str, seen: frozenset[Expr] = frozenset()
    ) -> bool:
        """Whether what people typed can be the text that an expression gives."""
        if expr in seen or _is_exact(expr):
            return False
        seen |= {expr}
        match expr:
            case This(header) | ColumnCells(_, header):
                owner = expr.table if isinstance(expr, ColumnCells) else table
                column = self.columns.get((owner, header))
                if column is None or column.expr is None:
                    # Numbers are asked for as numbers; formulas test them before.
                    return column is not None and column.typed and column.kind.id not in _NUMBERS
                return self.typed(column.expr, sheet, owner, seen)
            case Cell(row, place, other):
                at = (other or sheet, row, place)
                value = self.cells.get(at)
                if isinstance(value, Formula):
                    return self.typed(value.expr, at[0], "", seen)
                return at in self.inputs
            case Name(text):
                target = self.plan.names.get(text)
                return isinstance(target, Cell) and self.typed(target, sheet, "", seen)
            case Binary("&", left, right):
                return any(self.typed(part, sheet, table, seen) for part in (left, right))
            case Call(function, arguments):
                places = _PASSED_ON.get(function, ())
                parts = [arguments[n] for n in places if n < len(arguments)]
                return any(
                    part is not None and self.typed(part, sheet, table, seen) for part in parts
                )
        return False

    def loose(self) -> list[str]:
        """Where a typed text is looked for as it is."""
        found = []
        for where, sheet, table, expr in self.formulas():
            for wanted in _wanted(expr):
                if self.typed(_without_test(wanted), sheet, table):
                    found.append(f"{where}: {to_excel(wanted, table or 'tTable')}")
        return found


def _is_exact(expr: Expr) -> bool:
    return (
        isinstance(expr, Call)
        and expr.function == "SUBSTITUTE"
        and isinstance(expr.arguments[0], Expr)
        and expr == exact(_innermost(expr))
    )


def _innermost(expr: Expr, depth: int = 3) -> Expr:
    if depth and isinstance(expr, Call) and isinstance(expr.arguments[0], Expr):
        return _innermost(expr.arguments[0], depth - 1)
    return expr


def _without_test(expr: Expr) -> Expr:
    """What is looked for when it is text."""
    if isinstance(expr, Call) and expr.function == "IF":
        asked, then, _ = expr.arguments
        if isinstance(asked, Call) and asked.function == "ISTEXT" and then is not None:
            return then
    return expr


def _wanted(expr: Expr) -> Iterator[Expr]:
    """What exact look-ups and criteria of a formula look for."""
    match expr:
        case Binary(_, left, right):
            yield from _wanted(left)
            yield from _wanted(right)
        case Negated(operand):
            yield from _wanted(operand)
        case Call("IF", (Call("ISTEXT", (text,)), Expr() as then, Expr() as otherwise)):
            # What is no text is looked for as it is.
            yield from _wanted(then)
            yield from (wanted for wanted in _wanted(otherwise) if wanted != text)
        case Call(function, arguments):
            if function == "MATCH" and arguments[2:] == (lit(0),) and arguments[0] is not None:
                yield arguments[0]
            elif function in _CRITERIA:
                first = _CRITERIA[function]
                step = 2 if function.endswith("S") else len(arguments)
                yield from (part for part in arguments[first::step] if part is not None)
            for part in arguments:
                if part is not None:
                    yield from _wanted(part)


@pytest.fixture(scope="module")
def book() -> Book:
    """A workbook with every sheet."""
    noon = datetime(2026, 11, 16, 12)
    spec = api.template("enterprise").spec
    return Book.of(plan_book(spec, IncidentLog.empty(), as_of=noon, created=noon, lines=False))


def test_no_typed_text_is_looked_for_as_a_pattern(book: Book) -> None:
    loose = book.loose()
    assert not loose, "\n".join(loose)


@pytest.mark.parametrize(
    ("expr", "loose"),
    [
        (F.MATCH(this("Primary"), Name("List_People"), 0), True),
        (F.MATCH(this("Primary") & "", Name("List_People"), 0), True),
        (F.COUNTIF(Name("List_People"), this("Primary")), True),
        (F.SUMIFS(col("tRoles", "Role"), col("tRoles", "Role"), this("Role")), True),
        (place_of(this("Primary"), Name("List_People")), False),
        (is_among(this("Primary"), Name("List_People")), False),
        (F.COUNTIF(Name("List_People"), criterion(this("Primary"))), False),
        (F.MATCH(this("Primary"), Name("List_People"), 1), False),
    ],
)
def test_a_text_that_would_be_a_pattern_is_found(book: Book, expr: Expr, loose: bool) -> None:
    found = [
        wanted for wanted in _wanted(expr) if book.typed(_without_test(wanted), "Owners", "tRoles")
    ]
    assert bool(found) is loose


@pytest.mark.parametrize(
    ("text", "asked"),
    [("Ada", "Ada"), ("a*", "=a~*"), ("<5", "=<5"), ("=x", "==x"), ("who?", "=who~?")],
)
def test_a_fixed_text_is_a_criterion_of_its_own_letters(text: str, asked: str) -> None:
    assert criterion(text) == lit(asked)
