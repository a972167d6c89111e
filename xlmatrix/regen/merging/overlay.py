"""The last word on a planned workbook: every input cell shows exactly what was merged.

The sheets draw what a spec can say. What people typed beyond that (an amount that is text, a date
that is none, a row without its key) is put into its cell here, with the row's computed cells left
to the program that opens the workbook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from xlmatrix.formula.expr import Cell as Reference
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.regen.reading.tables import Inputs, Raw, TableInputs, blank, row_keys, same
from xlmatrix.sheets.flags import Flagged, marked
from xlmatrix.sheets.inputs import column_values
from xlmatrix.sheets.plan import BookPlan, SheetPlan, Table
from xlmatrix.sheets.version import reversioned
from xlmatrix.tables.catalogue import column_of


def overlaid(book: BookPlan, merged: Inputs, offered: Inputs) -> tuple[BookPlan, list[Change]]:
    """The workbook with the merged inputs in its cells, and what found no cell.

    Parameters
    ----------
    merged, offered
        Inputs under the names that they have in the workbook: what shall stand there, and what the
        new spec alone offers. What a sheet derives stays as it was drawn unless they differ.
    """
    lost: list[Change] = []
    sheets = []
    for plan in book.sheets:
        tables = tuple(
            _table(plan, table, merged.tables[table.name], offered.tables[table.name], lost)
            if table.name in merged.tables
            else table
            for table in plan.tables
        )
        changed = any(new is not old for new, old in zip(tables, plan.tables, strict=True))
        sheets.append(replace(plan, tables=tables) if changed else plan)
    return _names(replace(book, sheets=tuple(sheets)), merged.names), lost


def as_typed(
    book: BookPlan, merged: Inputs, offered: Inputs
) -> tuple[BookPlan, list[Change], tuple[Flagged, ...]]:
    """What :func:`overlaid` gives, with its flags as its cells stand, and what is flagged."""
    shown, lost = overlaid(book, merged, offered)
    flagged, found = marked(shown)
    return reversioned(flagged), lost, found


def _names(book: BookPlan, names: Mapping[str, Raw]) -> BookPlan:
    sheets = {plan.name: plan for plan in book.sheets}
    for known, value in names.items():
        target = book.names.get(known)
        if not isinstance(target, Reference) or target.sheet not in sheets:
            continue
        plan = sheets[target.sheet]
        at = (target.row, target.column)
        cell = plan.cells[at]
        if not same(column_values([cell.value])[0], value):
            cells = dict(plan.cells) | {at: replace(cell, value=value)}
            sheets[target.sheet] = replace(plan, cells=cells)
    return replace(book, sheets=tuple(sheets[plan.name] for plan in book.sheets))


def _table(
    plan: SheetPlan, table: Table, wanted: TableInputs, offered: TableInputs, lost: list[Change]
) -> Table:
    typed = [n for n, column in enumerate(table.columns) if column.expr is None]
    headers = [table.columns[n].id for n in typed]
    drawn = [column_values(table.values[n]) for n in typed]
    rows = _in_order(wanted, headers)
    rows = _as_derived(table.name, headers, drawn, rows, offered)
    if _shows(drawn, rows):
        return table
    slots = _slots(table, headers, drawn, rows)
    height = max([*slots, table.height - 1]) + 1
    if height > table.height and not _can_grow(plan, table, height):
        rows = _theirs_left_out(table.name, headers, drawn, rows, offered)
        slots = _slots(table, headers, drawn, rows)
        height = max([*slots, table.height - 1]) + 1
    if height > table.height and not _can_grow(plan, table, height):
        _refuse(table, headers, rows, slots, lost)
        rows, slots = _fitting(rows, slots, table.height)
        height = table.height
    at = dict(zip(slots, rows, strict=True))
    return _filled(table, _Drawn(typed, headers, drawn), at, height)


def _theirs_left_out(
    name: str,
    headers: list[str],
    drawn: list[list[Raw]],
    rows: list[tuple[Raw, ...]],
    offered: TableInputs,
) -> list[tuple[Raw, ...]]:
    """The rows without those that the sheet has no more and nobody typed in."""
    shown, offers = _by_key(name, headers, drawn, offered)

    def stays(key: str, row: tuple[Raw, ...]) -> bool:
        return key in shown or key not in offers or not all(map(same, row, offers[key]))

    return [
        row for key, row in zip(row_keys(name, headers, rows), rows, strict=True) if stays(key, row)
    ]


def _by_key(
    name: str, headers: list[str], drawn: list[list[Raw]], offered: TableInputs
) -> tuple[dict[str, tuple[Raw, ...]], dict[str, tuple[Raw, ...]]]:
    """The rows that the sheet shows and those that are offered, each by its key."""
    present = [row for row in zip(*drawn, strict=True) if not blank(row)]
    default = _in_order(offered, headers)
    shown = dict(zip(row_keys(name, headers, present), present, strict=True))
    return shown, dict(zip(row_keys(name, headers, default), default, strict=True))


def _in_order(wanted: TableInputs, headers: Sequence[str]) -> list[tuple[Raw, ...]]:
    if tuple(headers) == wanted.headers:
        return list(wanted.rows)
    places = [wanted.headers.index(h) if h in wanted.headers else None for h in headers]
    return [tuple(None if p is None else row[p] for p in places) for row in wanted.rows]


def _as_derived(
    name: str,
    headers: list[str],
    drawn: list[list[Raw]],
    rows: list[tuple[Raw, ...]],
    offered: TableInputs,
) -> list[tuple[Raw, ...]]:
    """The rows with what the sheet derives as it was drawn, but for what somebody typed over."""
    places = [headers.index(h) for h in offered.derived if h in headers]
    if not places:
        return rows
    shown, offers = _by_key(name, headers, drawn, offered)
    answer = []
    for key, row in zip(row_keys(name, headers, rows), rows, strict=True):
        now, offer = shown.get(key), offers.get(key)
        if now is None:
            answer.append(row)
            continue
        cells = list(row)
        for place in places:
            own = not same(row[place], offer[place]) if offer is not None else now[place] is None
            cells[place] = row[place] if own else now[place]
        answer.append(tuple(cells))
    return answer


def _shows(drawn: Sequence[Sequence[Raw]], rows: Sequence[Sequence[Raw]]) -> bool:
    """Whether the table shows these rows already, blank ones only below."""
    if any(len(column) < len(rows) for column in drawn):
        return False
    for place, column in enumerate(drawn):
        for row, value in enumerate(column):
            if not same(value, rows[row][place] if row < len(rows) else None):
                return False
    return True


def _slots(
    table: Table, headers: Sequence[str], drawn: Sequence[Sequence[Raw]], rows: Sequence[Any]
) -> list[int]:
    """Which drawn row each wanted row goes to: its own, a freed one, a blank one, a new one."""
    present = list(zip(*drawn, strict=True))
    filled = [n for n, row in enumerate(present) if not blank(row)]
    keys = row_keys(table.name, headers, [present[n] for n in filled])
    at = {key.casefold(): n for key, n in zip(keys, filled, strict=True)}
    wanted = [key.casefold() for key in row_keys(table.name, headers, rows)]
    own = set(wanted)
    freed = [n for key, n in at.items() if key not in own]
    free = iter([*freed, *(n for n in range(len(present)) if n not in set(filled))])
    slots, end = [], table.height
    for key in wanted:
        slot = at.get(key)
        if slot is None:
            slot = next(free, -1)
        if slot < 0:
            slot, end = end, end + 1
        slots.append(slot)
    return slots


def _can_grow(plan: SheetPlan, table: Table, height: int) -> bool:
    """Whether nothing of the sheet stands where the table would grow."""
    last = table.row + height
    left, right = table.column, table.column + len(table.columns) - 1
    others = [t for t in plan.tables if t.name != table.name]
    return not any(
        table.last_row < row <= last + 1 and left <= column <= right for row, column in plan.cells
    ) and not any(
        t.row <= last + 1
        and t.last_row > table.last_row
        and t.column <= right
        and t.column + len(t.columns) > left
        for t in others
    )


def _refuse(
    table: Table, headers: Sequence[str], rows: Sequence[Any], slots: list[int], lost: list[Change]
) -> None:
    keys = row_keys(table.name, headers, rows)
    for key, row, slot in zip(keys, rows, slots, strict=True):
        if slot >= table.height:
            for header, value in zip(headers, row, strict=True):
                if value is not None:
                    note = "no room in the table"
                    lost.append(
                        Change(Outcome.REFUSED, table.name, key, header, before=value, note=note)
                    )


def _fitting(
    rows: list[tuple[Raw, ...]], slots: list[int], height: int
) -> tuple[list[tuple[Raw, ...]], list[int]]:
    kept = [(row, slot) for row, slot in zip(rows, slots, strict=True) if slot < height]
    return [row for row, _ in kept], [slot for _, slot in kept]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The input columns of a table as the sheet drew them: places, headers, values."""

    typed: list[int]
    headers: list[str]
    columns: list[list[Raw]]


def _filled(table: Table, drawn: _Drawn, at: Mapping[int, tuple[Raw, ...]], height: int) -> Table:
    moved = {
        slot
        for slot in range(height)
        if slot >= table.height or not _same_row(drawn.columns, slot, at.get(slot))
    }
    values: list[Any] = []
    places = {n: place for place, n in enumerate(drawn.typed)}
    for number, column in enumerate(table.columns):
        old = _listed(table.values[number], height)
        for slot in moved:
            if number not in places:
                old[slot] = _computed(table, column.id, drawn, old[slot], slot, at.get(slot))
                continue
            place, row = places[number], at.get(slot)
            new = None if row is None else row[place]
            # What is the same keeps the form in which the sheet drew it.
            if slot >= table.height or not same(drawn.columns[place][slot], new):
                old[slot] = new
        values.append(old)
    reach = max(table.reach, table.row + height) if table.reach else 0
    return replace(table, values=tuple(values), reach=reach)


def _same_row(drawn: list[list[Raw]], slot: int, row: tuple[Raw, ...] | None) -> bool:
    return all(
        same(column[slot], None if row is None else row[place])
        for place, column in enumerate(drawn)
    )


def _computed(
    table: Table, column_id: str, drawn: _Drawn, old: Any, slot: int, row: tuple[Raw, ...] | None
) -> Any:
    if row is None:
        return ""
    declared = column_of(table.name, column_id)
    if declared is not None and declared.twin is not None:
        return declared.twin(dict(zip(drawn.headers, row, strict=True)))
    if slot >= table.height:
        return ""
    before = tuple(column[slot] for column in drawn.columns)
    keys = [row_keys(table.name, drawn.headers, [one]) for one in (before, row)]
    return old if keys[0] == keys[1] else ""


def _listed(values: Any, height: int) -> list[Any]:
    listed = list(values.tolist() if isinstance(values, np.ndarray) else values)
    listed = [None if isinstance(v, float) and v != v else v for v in listed]  # noqa: PLR0124
    return listed + [None] * (height - len(listed))
