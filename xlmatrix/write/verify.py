"""Faults of a plan, found before anything is written: Excel would repair or refuse the file.

Everything here is a fault of a sheet's code, never of a user, so it ends in a ``ValueError`` that
lists every fault with its place. Each part of the plan is looked at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from xlmatrix.formula.expr import (
    Binary,
    Call,
    ColumnCells,
    Expr,
    Literal,
    Name,
    Negated,
    Range,
    This,
    ThisSpan,
    Verbatim,
)
from xlmatrix.formula.expr import Cell as CellReference
from xlmatrix.formula.render import column_letters
from xlmatrix.package.plain import FORBIDDEN_IN_XML
from xlmatrix.sheets.plan import BookPlan, Formula, SheetPlan, Table, Visibility
from xlmatrix.style import look
from xlmatrix.style.titles import EXCELS_OWN
from xlmatrix.tables.validation import Paint, Validation
from xlmatrix.write.areas import bounds, overlaps
from xlmatrix.write.charts import KINDS as CHART_KINDS
from xlmatrix.write.skeleton import EXTERNAL, internal_target

MAX_ROWS: Final = 1_048_576
MAX_COLUMNS: Final = 16_384
_MAX_DEPTH: Final = 64
_SHEET_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NAME: Final = re.compile(r"^[A-Za-z_][A-Za-z0-9_.]{0,254}$")
# A1, R1C1 and their halves: Excel reads them as cells.
_CELL_LIKE: Final = re.compile(r"^([A-Z]{1,3}\d+|R\d*(C\d*)?|C\d*)$", re.IGNORECASE)
# The table part and the header cell escape these differently, and both must read the same.
_NO_HEADER: Final = re.compile(r"[\x00-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_VALIDATION_KINDS: Final = frozenset(
    {"list", "decimal", "whole", "date", "time", "textLength", "custom"}
)
_OPERATORS: Final = frozenset(
    {
        "between", "notBetween", "equal", "notEqual", "lessThan", "lessThanOrEqual",
        "greaterThan", "greaterThanOrEqual",
    }
)  # fmt: skip
_SHOWN_FAULTS: Final = 12


def verify(book: BookPlan) -> None:
    """Refuse a plan that cannot become a sound workbook.

    Raises
    ------
    ValueError
        With every fault and its place, one a line.
    """
    faults = list(_Verifier(book).faults())
    if faults:
        more = len(faults) - _SHOWN_FAULTS
        tail = [f"... and {more} more"] if more > 0 else []
        raise ValueError("the plan is at fault:\n" + "\n".join(faults[:_SHOWN_FAULTS] + tail))


class _Verifier:
    def __init__(self, book: BookPlan) -> None:
        self.book = book
        self.sheets = {plan.name for plan in book.sheets}
        self.names = {name.casefold() for name in book.names}
        self.filled: set[int] = set()
        self.roles: set[str] = set()
        self.tables = {
            table.name: {column.id for column in table.columns}
            for plan in book.sheets
            for table in plan.tables
        }

    def faults(self) -> Iterator[str]:
        yield from self._book()
        yield from self._names()
        for plan in self.book.sheets:
            yield from self._sheet(plan)

    def _book(self) -> Iterator[str]:
        book = self.book
        if not 0 <= book.active < len(book.sheets):
            yield f"the active sheet {book.active} does not exist"
        elif book.sheets[book.active].visibility is not Visibility.VISIBLE:
            yield f"the active sheet {book.sheets[book.active].name} is hidden"
        yield from _twice([plan.name for plan in book.sheets], "sheet")
        for plan in book.sheets:
            if not 1 <= len(plan.name) <= 31 or _SHEET_FORBIDDEN.search(plan.name):
                yield f"{plan.name!r} cannot name a sheet: 1 to 31 characters, none of []:*?/\\"
            if plan.name.startswith("'") or plan.name.endswith("'"):
                yield f"{plan.name!r} cannot name a sheet: a quote at an end"
            if plan.name.casefold() == EXCELS_OWN:
                yield f"{plan.name!r} cannot name a sheet: Excel keeps it for itself"

    def _names(self) -> Iterator[str]:
        tables = [table.name for plan in self.book.sheets for table in plan.tables]
        yield from _twice([*tables, *self.book.names], "table or defined name")
        for name in [*tables, *self.book.names]:
            if not _NAME.match(name) or _CELL_LIKE.match(name):
                yield f"{name!r} cannot name a table or an expression"
        for name, expr in self.book.names.items():
            yield from self._expr(expr, f"the name {name}", None, absolute=True)

    def _sheet(self, plan: SheetPlan) -> Iterator[str]:
        place = plan.name
        for table in plan.tables:
            yield from self._table(table, f"{place}, {table.name}")
        yield from overlaps(plan)
        for (row, column), cell in plan.cells.items():
            if not (1 <= row <= MAX_ROWS and 1 <= column <= MAX_COLUMNS):
                yield f"{place}: no cell in row {row}, column {column}"
            value = cell.value
            fresh = isinstance(value, Formula) and self._unseen(value)
            # Most cells of a book have a known role, and a formula that another cell has, too.
            if not fresh and not cell.link and cell.role in self.roles:
                continue
            at = f"{place}!{column_letters(column)}{row}"
            if cell.role not in self.roles:
                faults = list(_role(cell.role, at))
                yield from faults
                if not faults:
                    self.roles.add(cell.role)
            if fresh and isinstance(value, Formula):
                yield from self._expr(value.expr, at, None)
            if cell.link and not EXTERNAL.match(cell.link):
                yield from _refusal(lambda link=cell.link: internal_target(link, self.book), at)
        for rule in plan.rules:
            at = f"{place}!{rule.area}"
            yield from _refusal(lambda area=rule.area: bounds(area), at)
            yield from self._conditions(rule.validation, rule.paints, at, None)
        yield from self._page_and_charts(plan)

    def _unseen(self, formula: Formula) -> bool:
        """Whether nobody looked at it; one look is enough for all cells that share a formula."""
        if formula.down is None:
            return True
        if id(formula.expr) in self.filled:
            return False
        self.filled.add(id(formula.expr))
        return True

    def _page_and_charts(self, plan: SheetPlan) -> Iterator[str]:
        if not 10 <= plan.page.zoom <= 400:
            yield f"{plan.name}: a zoom of {plan.page.zoom}; Excel takes 10 to 400"
        for chart in plan.charts:
            at = f"{plan.name}, chart {chart.title!r}"
            if chart.kind not in CHART_KINDS:
                yield f"{at}: no kind {chart.kind!r}"
            for series in chart.series:
                yield from self._expr(series.values, at, None)
                if series.categories is not None:
                    yield from self._expr(series.categories, at, None)

    def _table(self, table: Table, place: str) -> Iterator[str]:
        yield from _twice(list(table.headers), f"column of {table.name}")
        if len(table.columns) != len(table.values):
            yield f"{place}: {len(table.columns)} columns, {len(table.values)} columns of values"
            return
        if {len(values) for values in table.values} != {table.height} or table.height < 1:
            yield f"{place}: every column needs the same number of rows, at least one"
        if table.row < 1 or table.column < 1 or max(table.last_row, table.reach) > MAX_ROWS:
            yield f"{place}: lies outside the sheet"
        for header, column in zip(table.headers, table.columns, strict=True):
            at = f"{place}[{header}]"
            if not header.strip() or len(header) > 255:
                yield f"{at}: a header needs 1 to 255 characters"
            if _NO_HEADER.search(header):
                yield f"{at}: a header holds no line breaks, control characters or _xHHHH_"
            if len(column.note) > 255:
                yield f"{at}: a note of {len(column.note)} characters; Excel takes 255"
            yield from _role(column.look, at)
            if column.expr is not None:
                yield from self._expr(column.expr, at, table.name)
            yield from self._conditions(column.validation, column.paints, at, table.name)

    def _conditions(
        self,
        validation: Validation | None,
        paints: tuple[Paint, ...],
        place: str,
        table: str | None,
    ) -> Iterator[str]:
        if validation:
            yield from _validation(validation, place)
            for part in (validation.first, validation.second):
                if isinstance(part, Expr):
                    yield from self._expr(part, place, table)
        for paint in paints:
            yield from _role(paint.role, place)
            yield from self._expr(paint.when, place, table)

    def _expr(
        self, expr: Expr, place: str, table: str | None, *, absolute: bool = False
    ) -> Iterator[str]:
        """Everything an expression refers to exists. ``table`` is the one it stands in."""
        queue: list[tuple[Expr, int]] = [(expr, 0)]
        push = queue.append
        while queue:
            part, depth = queue.pop()
            # By type and not by pattern, the frequent first: a workbook has half a million parts.
            if isinstance(part, Call):
                if depth == _MAX_DEPTH:
                    yield f"{place}: functions more than {_MAX_DEPTH} deep"
                    return
                for inner in part.arguments:
                    if inner is not None:
                        push((inner, depth + 1))
            elif isinstance(part, Literal):
                if isinstance(part.value, str) and FORBIDDEN_IN_XML.search(part.value):
                    yield f"{place}: a formula holds a control character"
            elif isinstance(part, CellReference) and not part.sheet and not absolute:
                if not (1 <= part.row <= MAX_ROWS and 1 <= part.column <= MAX_COLUMNS):
                    yield f"{place}: no cell in row {part.row}, column {part.column}"
            elif isinstance(part, Binary):
                push((part.left, depth))
                push((part.right, depth))
            elif isinstance(part, Negated):
                push((part.operand, depth))
            elif isinstance(part, Range):
                first, last = part.first, part.last
                push((first, depth))
                push((CellReference(last.row, last.column, first.sheet, last.absolute), depth))
            elif not isinstance(part, Verbatim):
                # Whoever carried over a formula as text has seen to what it refers to.
                yield from self._reference(part, place, table, absolute)

    def _reference(
        self, part: Expr, place: str, table: str | None, absolute: bool
    ) -> Iterator[str]:
        match part:
            case Name(text):
                if text.casefold() not in self.names:
                    yield f"{place}: there is no defined name {text}"
            case ColumnCells(owner, header):
                if header not in self.tables.get(owner, ()):
                    yield f"{place}: there is no {owner}[{header}]"
            case This(header):
                if table is None or header not in self.tables[table]:
                    yield f"{place}: there is no [{header}] in its row"
            case ThisSpan(first, last):
                yield from self._reference(This(first), place, table, absolute)
                yield from self._reference(This(last), place, table, absolute)
            case CellReference(row, column, sheet, fixed):
                if sheet and sheet not in self.sheets:
                    yield f"{place}: there is no sheet {sheet}"
                if absolute and not (sheet and fixed):
                    yield f"{place}: a name needs whole, fixed references with their sheet"
                if not (1 <= row <= MAX_ROWS and 1 <= column <= MAX_COLUMNS):
                    yield f"{place}: no cell in row {row}, column {column}"
            case _:
                yield f"{place}: {part!r} is no part of a formula"


def _validation(wish: Validation, place: str) -> Iterator[str]:
    if wish.kind not in _VALIDATION_KINDS:
        yield f"{place}: no validation of kind {wish.kind!r}"
    if wish.operator not in _OPERATORS:
        yield f"{place}: no operator {wish.operator!r}"
    for text, limit, what in (
        (wish.title, 32, "title"),
        (wish.message, 225, "message"),
        (wish.hint, 255, "hint"),
    ):
        if len(text) > limit:
            yield f"{place}: a {what} of {len(text)} characters; Excel takes {limit}"


def _role(role: str, place: str) -> Iterator[str]:
    try:
        look(role)
    except KeyError:
        yield f"{place}: nobody defined the role {role!r}"


def _refusal(attempt: object, place: str) -> Iterator[str]:
    try:
        attempt()  # type: ignore[operator]
    except ValueError as fault:
        yield f"{place}: {fault}"


def _twice(names: list[str], what: str) -> Iterator[str]:
    """Names that are equal but for their case, which Excel does not tell apart."""
    seen: dict[str, str] = {}
    for name in names:
        if name.casefold() in seen:
            yield f"{what} {name!r} stands beside {seen[name.casefold()]!r}"
        seen[name.casefold()] = name
