"""One number that every cell of the policy feeds: what functions in cells take as a precedent.

Excel computes a cell again when a cell changes that its formula names, and a function that reads
the policy by itself names none of its cells. Policy_Version is the one name to give it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import floor
from typing import Any, Final

from xlmatrix.formula import Expr, F, Name, col, iferror, name, ref, span
from xlmatrix.formula.errors import ERROR_VALUES
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.inputs import column_values, inputs_of
from xlmatrix.sheets.plan import BookPlan, Fixed, Formula, SheetPlan, Table, Visibility
from xlmatrix.sheets.recalculated import AUDIT, PARITY, RECALCULATED
from xlmatrix.style.titles import Title
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.logs import CHANGES, PAUSES, REOPENED

NAME: Final = Title.POLICY_VERSION.value
VERSION: Final = "Policy_Version"
#: They grow with every incident and say nothing about policy.
_LOGS: Final = frozenset(
    {INCIDENTS.name, PAUSES.name, CHANGES.name, REOPENED.name, RECALCULATED, AUDIT, PARITY}
)
#: Where the first of each letter stands tells texts of one length from each other.
_LETTERS: Final = {"a": 3, "e": 5, "i": 7, "n": 11, "1": 13}
_MOD: Final = 999_983
_DAY_S: Final = 86_400
#: Days that are summed; more of them have no exact seconds.
_MOST: Final = 1e10


def versioned(book: BookPlan) -> BookPlan:
    """The workbook with its version as its cells stand now, on a hidden sheet behind all others."""
    draft = Draft(NAME, visibility=Visibility.HIDDEN, protected=True)
    draft.put(1, 1, "Policy version", "header")
    row, parts = 1, []
    for row, (what, expr, value) in enumerate(_parts(book), start=2):
        draft.put(row, 1, what, "helper")
        draft.put(row, 2, Formula(expr, value), "helper")
        parts.append(row * value)
    cells = span(2, 2, row, 2)
    draft.put(1, 2, Formula(F.SUMPRODUCT(cells, F.ROW(cells)), sum(parts)), "helper")
    draft.widths.update({1: 40, 2: 14})
    others = tuple(plan for plan in book.sheets if plan.name != NAME)
    names = dict(book.names) | {VERSION: ref(1, 2, NAME)}
    return replace(book, sheets=(*others, draft.plan()), names=names)


def reversioned(book: BookPlan) -> BookPlan:
    """The same for a workbook that has the sheet already; any other one as it is."""
    return versioned(book) if VERSION in book.names else book


def _parts(book: BookPlan) -> Iterator[tuple[str, Expr, int]]:
    """What is summed: a column of typed cells each, and each typed cell that has a name."""
    for plan in book.sheets:
        for table in plan.tables:
            if table.name not in _LOGS and not table.theirs:
                yield from _columns(plan, table)
    for known, value in sorted(inputs_of(book).names.items()):
        yield known, *_named(name(known), value)


def _columns(plan: SheetPlan, table: Table) -> Iterator[tuple[str, Expr, int]]:
    for column, values in zip(table.columns, table.values, strict=True):
        if column.expr is None and column.typed:
            cells = [
                cell.value if isinstance(cell, Formula | Fixed) else cell
                for cell in (values if isinstance(values, Sequence) else values.tolist())
            ]
            found = _column(table.row + 1, column_values(cells))
            yield f"{table.name}[{column.id}]", _sum_of(col(table.name, column.id)), found


def _sum_of(cells: Expr) -> Expr:
    """The formula of :func:`_column`. Only an array that was computed passes through a function."""
    texts: Expr = F.LEN(cells & "")
    for letter, weight in _LETTERS.items():
        texts = texts + weight * F.SEARCH(letter, cells & letter)
    weighed = F.SUMPRODUCT((cells >= "") * texts * F.ROW(cells))
    return iferror(F.MOD(_seconds(F.SUMPRODUCT(F.ROW(cells), cells)) + weighed, _MOD), 0)


def _seconds(days: Expr) -> Expr:
    """Days in whole seconds; 0 for what no program counts exactly."""
    return F.IF(F.ABS(days) < _MOST, F.ROUND(days * _DAY_S, 0), 0)


def _whole(days: float) -> int:
    return floor(days * _DAY_S + 0.5) if abs(days) < _MOST else 0


def _column(first: int, cells: Sequence[Any]) -> int:
    if any(_is_error(cell) for cell in cells):
        return 0
    rows = list(enumerate(cells, start=first))
    numbers = sum(row * cell for row, cell in rows if _is_number(cell))
    texts = sum(row * _text(_shown(cell)) for row, cell in rows if not _is_number(cell))
    return (_whole(numbers) + texts) % _MOD


def _text(shown: str) -> int:
    lowered = shown.lower()
    places = (
        weight * ((lowered + letter).index(letter) + 1) for letter, weight in _LETTERS.items()
    )
    return len(shown) + sum(places)


def _named(known: Name, value: Any) -> tuple[Expr, int]:
    expr = iferror(F.MOD(_seconds(F.N(known)) + F.LEN(F.T(known)), _MOD), 0)
    if _is_number(value):
        return expr, _whole(value) % _MOD
    length = len(value) if isinstance(value, str) and not _is_error(value) else 0
    return expr, length


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _is_error(cell: Any) -> bool:
    return isinstance(cell, str) and cell in ERROR_VALUES


def _shown(cell: Any) -> str:
    return "" if cell is None else str(cell).upper() if isinstance(cell, bool) else str(cell)
