"""The column of a table that flags what means nothing: its formula, and the same from Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any, Final

from xlmatrix.formula import BLANK, Expr, F, if_, in_parts, lit, this
from xlmatrix.tables.column import Column, computed, hidden_step
from xlmatrix.tables.doubt import Doubt, Lists, Row
from xlmatrix.tables.kinds import TEXT, Raw
from xlmatrix.tables.meaning import meaning_of
from xlmatrix.tables.table import Table

#: Begins whatever a flag says, beside words of the table's own.
MARK: Final = "⚠ "
#: What is said of a row that means nothing without a cell.
HALF: Final = "typed-half"


@dataclass(frozen=True, slots=True)
class Flag:
    """What is flagged in a row: ``column`` is "" where it is not one cell."""

    code: str
    said: str
    column: str = ""

    @property
    def shown(self) -> str:
        """What stands beside the row."""
        return MARK + self.said


@dataclass(frozen=True, slots=True)
class _Reason:
    flag: Flag
    wrong: Expr
    odd: Callable[[Row, Sequence[Row], Lists], bool]


def flag_column(width: float = 24.0, id_: str = "Check") -> Column:
    """A column that says what means nothing in its row, and nothing where all is well."""
    return computed(id_, "formula", width)


def unflagged(cell: Any) -> Any:
    """What a table says of a row by itself, of a cell that may have a flag behind it."""
    return cell.partition(MARK)[0].rstrip() if isinstance(cell, str) and MARK in cell else cell


def flag_expr(table: Table, column_ids: Sequence[str], expr: Expr = BLANK) -> Expr:
    """The formula of a table's flags, for a workbook that has these columns; else ``expr``.

    It reads the last of :func:`flag_steps`, where there are any.
    """
    *before, last = _parts(table, column_ids)
    expr = _first_of(last, MARK, expr)
    if before:
        step = this(_step(len(before)))
        expr = if_(step.filled(), lit(MARK) & step, expr)
    return expr


def flag_steps(table: Table, column_ids: Sequence[str]) -> list[Column]:
    """The hidden columns that a long flag needs: each goes on where the one before found nothing.

    Without the mark, so that a row is marked once.
    """
    found: list[Column] = []
    for number, part in enumerate(_parts(table, column_ids)[:-1], start=1):
        expr = _first_of(part, "", BLANK)
        if found:
            before = this(found[-1].id)
            expr = if_(before.filled(), before, expr)
        found.append(hidden_step(_step(number), expr, kind=TEXT))
    return found


def steps_of(
    table: Table, column_ids: Sequence[str], flags: Sequence[Flag | None]
) -> dict[str, list[str]]:
    """What stands in the columns of :func:`flag_steps`, from what :func:`flags_of` gives."""
    found: dict[str, list[str]] = {}
    told: set[Flag] = set()
    for number, part in enumerate(_parts(table, column_ids)[:-1], start=1):
        told.update(one.flag for one in part)
        found[_step(number)] = [
            one.said if one is not None and one in told else "" for one in flags
        ]
    return found


def _step(number: int) -> str:
    return f"check {number}"


def _first_of(reasons: Sequence[_Reason], mark: str, expr: Expr) -> Expr:
    for one in reversed(reasons):
        expr = if_(one.wrong, mark + one.flag.said, expr)
    return expr


def _parts(table: Table, column_ids: Sequence[str]) -> list[list[_Reason]]:
    """What may be flagged, by the cell that tells it: the flag's own is the last."""
    reasons = list(_reasons(table, column_ids))
    if not table.flag_in_steps:
        return [reasons]
    return in_parts(reasons, lambda one: _first_of([one], MARK, BLANK), table.name) or [[]]


def flags_of(
    table: Table, column_ids: Sequence[str], rows: Sequence[Row], lists: Lists
) -> list[Flag | None]:
    """The twin of :func:`flag_expr`: what is flagged in each row, by its cells by column id."""
    reasons = list(_reasons(table, column_ids))
    return [
        next((one.flag for one in reasons if one.odd(row, rows[:place], lists)), None)
        for place, row in enumerate(rows)
    ]


def said_of(
    table: Table, column_ids: Sequence[str], rows: Sequence[Row], lists: Lists
) -> list[Raw]:
    """What stands in the column of flags: the table's own words, then what is flagged."""
    reckon = table.reckoned.get(table.flag)
    own = reckon(rows, lists) if reckon else [""] * len(rows)
    flags = flags_of(table, column_ids, rows, lists)
    return [
        cell if flag is None or cell not in ("", *table.fine) else flag.shown
        for flag, cell in zip(flags, own, strict=True)
    ]


def _reasons(table: Table, column_ids: Sequence[str]) -> Iterator[_Reason]:
    places = {column.id: place for place, column in enumerate(table.columns)}
    last = places.get(table.after, len(places))
    # A sheet may name its columns in another order than it shows them.
    in_order = sorted(column_ids, key=lambda known: places.get(known, last))
    columns = [column for known in in_order if (column := table.get(known)) is not None]
    yield from filter(None, map(_cell_reason, _told(table, columns)))
    typed = [column.id for column in columns if column.typed]
    for known in table.needs:
        if known in column_ids:
            yield _half(table[known], [one for one in typed if one != known])
    for doubt in table.doubts(column_ids) if table.doubts else ():
        yield _row_reason(doubt)


def _told(table: Table, columns: Sequence[Column]) -> list[Column]:
    """The columns of which a formula has room to tell: of many that are repeated, the first."""
    repeated = [column.id for column in columns if column.id not in table.ids]
    beyond = set(repeated[table.flagged * len(table.repeated) :])
    return [column for column in columns if column.id not in beyond]


def _cell_reason(column: Column) -> _Reason | None:
    meaning = meaning_of(column)
    if meaning is None:
        return None
    known, odd = column.id, meaning.odd
    return _Reason(
        Flag(meaning.code, meaning.said, known),
        meaning.wrong(this(known)),
        lambda row, _, lists: odd(row.get(known), lists),
    )


def _half(needed: Column, others: list[str]) -> _Reason:
    """A row in which something stands, and not what it means nothing without."""
    any_filled = F.IFERROR(reduce(and_, map(this, others)).filled(), lit(True))
    wrong = F.AND(this(needed.id).empty(), any_filled)
    return _Reason(
        Flag(HALF, f"{needed.missing}: no effect", needed.id),
        wrong,
        lambda row, _, __: _empty(row, needed.id) and not all(_empty(row, o) for o in others),
    )


def _row_reason(doubt: Doubt) -> _Reason:
    return _Reason(Flag(doubt.code, doubt.said), doubt.when, doubt.holds)


def _empty(row: Mapping[str, Raw], known: str) -> bool:
    return row.get(known) is None or row.get(known) == ""
