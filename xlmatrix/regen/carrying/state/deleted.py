"""Columns of our tables that people deleted: the workbook needs them, so they come back hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from xlmatrix.regen.carrying.cargo import Cargo, Trip
from xlmatrix.regen.carrying.state.spots import text_of
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.regen.reading.contents import Place, SheetPart
from xlmatrix.sheets.plan import SheetPlan, Table, Visibility


def hide_deleted(trip: Trip, cargo: Cargo) -> Cargo:
    """Hide columns that were deleted, where nothing else would be hidden with them; name them."""
    for name, part, _ in trip.our_sheets(cargo.book):
        plan = cargo.sheet(name)
        assert plan is not None
        if plan.visibility is not Visibility.VISIBLE:
            continue
        hidden = set(plan.hidden_columns)
        for table, known in _deleted(trip, part, plan):
            column = table.column_of(known)
            alone = _alone(plan, table, column)
            hidden |= {column} if alone else set()
            note = f"you deleted this column, and the workbook needs it: it is back{HIDDEN[alone]}"
            line = Change(Outcome.REFUSED, table.name, "", known, note=note, sheet=name)
            cargo = cargo.noting(line)
        if hidden != plan.hidden_columns:
            cargo = cargo.with_sheet(replace(plan, hidden_columns=frozenset(hidden)))
    return cargo


HIDDEN = {True: ", hidden", False: ""}


def _deleted(trip: Trip, part: SheetPart, plan: SheetPlan) -> Iterator[tuple[Table, str]]:
    """Columns that a table had when it was made, has no more, and has again now."""
    tables = {table.name: table for table in plan.tables}
    for place in part.tables:
        table = tables.get(place.name)
        made = next((b for b in trip.used.stamp.sheets.values() if place.name in b.columns), None)
        if table is None or made is None:
            continue
        had = made.columns[place.name]
        planned = {column.id: column for column in table.columns}
        for known in had:
            there = known in planned and not planned[known].hidden
            if there and known not in place.headers and not _renamed(trip, place, had, known):
                yield table, known


def _renamed(trip: Trip, place: Place, had: tuple[str, ...], known: str) -> bool:
    """Whether a column stands where it stood under another header."""
    if (place.name, known) in trip.used.renamed:
        return True
    at = had.index(known)
    before, behind = had[:at], had[at + 1 :]
    left = next((one for one in reversed(before) if one in place.headers), None)
    start = place.headers.index(left) + 1 if left is not None else 0
    right = next((one for one in behind if one in place.headers), None)
    stop = place.headers.index(right) if right is not None else len(place.headers)
    # Between its neighbours stands a column of another name.
    return len(place.headers) == len(had) and any(
        header not in had for header in place.headers[start:stop]
    )


def _alone(plan: SheetPlan, table: Table, column: int) -> bool:
    """Whether a column of the sheet holds nothing but this column of the table."""
    others = any(
        other.name != table.name and other.column <= column < other.column + len(other.columns)
        for other in plan.tables
    )
    return not others and not any(
        at == column and text_of(cell) for (_, at), cell in plan.cells.items()
    )
