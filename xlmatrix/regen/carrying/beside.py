"""Comments, widths, hidden columns and loose notes of our own sheets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from xlmatrix.formula.render import column_letters
from xlmatrix.regen.carrying.cargo import Cargo, Spot, Trip
from xlmatrix.regen.carrying.moved import Moved
from xlmatrix.regen.carrying.overtyped import (
    EMPTIED,
    OVER_FORMULA,
    OurText,
    emptied,
    noted_over,
    text_below,
)
from xlmatrix.regen.carrying.roles import PADDING_CHARS, cell_role
from xlmatrix.regen.carrying.rows import in_table
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.regen.reading.book import UsedBook
from xlmatrix.regen.reading.contents import Place, SheetPart
from xlmatrix.regen.reading.tables import Raw, told
from xlmatrix.rules.lint.records import BELOW
from xlmatrix.sheets.plan import Cell, Note, SheetPlan
from xlmatrix.sheets.stamp import SheetBase
from xlmatrix.tables.catalogue import table_of

_WIDTH_STEP: Final = 1.0


def keep_beside(trip: Trip, cargo: Cargo) -> Cargo:
    """Bring them to the new sheets.

    Where the template has a sheet no more, what was typed beside its tables goes with it.
    """
    for name, part, _ in trip.our_sheets(cargo.book):
        now = trip.used.sheet_names[name]
        if now != name:
            note = f"the sheet was called {now!r}; it has its name back"
            cargo = cargo.noting(Change(Outcome.REFUSED, "", "", "", note=note, sheet=name))
        cargo = _commented(trip, cargo, name, part)
        cargo = _sized(trip, cargo, name, part)
        cargo = _noted(trip, cargo, name, part)
    return cargo


def _plan(cargo: Cargo, name: str) -> SheetPlan:
    plan = cargo.sheet(name)
    assert plan is not None
    return plan


def _commented(trip: Trip, cargo: Cargo, name: str, part: SheetPart) -> Cargo:
    plan = _plan(cargo, name)
    moved = Moved(trip, part, plan)
    comments = dict(plan.comments)
    lost: list[tuple[str, str]] = []
    for spot, comment in part.comments.items():
        target = moved.spot(*spot)
        held = None if target is None else comments.get(target)
        if held is not None and trip.second and comment.text in held.text:
            continue
        if target is not None and held is not None and trip.second:
            # Both speak; what was said first stands first.
            said = f"{held.text}\n\n{comment.author}:\n{comment.text}"
            comments[target] = Note(held.author, said)
            continue
        if target is None or held is not None:
            at = f"{trip.used.sheet_names[name]}!{column_letters(spot[1])}{spot[0]}"
            lost.append((f"comment {at}", f"the comment on {at}: {comment.text}"))
            continue
        comments[target] = Note(comment.author, comment.text)
    return cargo.with_sheet(replace(plan, comments=comments)).losing_each(lost)


def _sized(trip: Trip, cargo: Cargo, name: str, part: SheetPart) -> Cargo:
    """Widths and hidden columns as the user set them; the template's where nobody did."""
    plan, base = _plan(cargo, name), trip.used.stamp.sheets[name]
    moved = Moved(trip, part, plan)
    widths = dict(plan.widths)
    for column, width in part.cells.widths.items():
        offered = base.widths.get(_base_column(part, base, column))
        own = round(width - PADDING_CHARS, 2)
        if offered is not None and abs(own - offered) > _WIDTH_STEP and own > 0:
            widths[moved.column(column)] = own
    hidden = set(plan.hidden_columns)
    was = set(base.hidden)
    for column in part.cells.hidden:
        if _base_column(part, base, column) not in was:
            hidden.add(moved.column(column))
    for column in part.cells.widths.keys() - part.cells.hidden:
        if _base_column(part, base, column) in was:
            hidden.discard(moved.column(column))
    return cargo.with_sheet(replace(plan, widths=widths, hidden_columns=frozenset(hidden)))


def _base_column(part: SheetPart, base: SheetBase, column: int) -> int:
    """The column that a column had when the workbook was made; columns may have been moved."""
    for place in part.tables:
        order = base.columns.get(place.name)
        if order and place.column <= column <= place.last_column:
            header = place.headers[column - place.column]
            if header in order:
                return base.places[place.name] + order.index(header)
    return column


def _noted(trip: Trip, cargo: Cargo, name: str, part: SheetPart) -> Cargo:
    """What a user typed on one of our sheets beside tables and input cells."""
    plan = _plan(cargo, name)
    cells = dict(plan.cells)
    seated = seated_guests(trip.used, part, plan, cargo)
    changes: list[Change] = []
    lost: list[tuple[str, str]] = []
    notes = dict(plan.comments)
    for spot, value in typed_beside(trip.used, part, trip.used.stamp.sheets[name]):
        if any(place.holds(spot) for place in seated):
            continue
        at = f"{name}!{column_letters(spot[1])}{spot[0]}"
        ours = text_below(trip, (name, part), plan, spot)
        if ours is not None:
            cells[ours.spot] = replace(cells[ours.spot], value=value)
            changes.append(_over(name, ours, value))
            continue
        if noted_over(plan, spot, value, notes):
            line = Change(Outcome.REFUSED, "", at, "", before=value, note=OVER_FORMULA, sheet=name)
            changes.append(line)
            continue
        held = cells.get(spot)
        if in_table(plan, spot) or (held is not None and held.value is not None):
            lost.append((at, f"what was typed at {at}: {value}"))
            continue
        role = cell_role(trip.used.contents, part, spot) if held is None else held.role
        cells[spot] = Cell(value, role)
        note = "typed beside the tables"
        changes.append(Change(Outcome.KEPT, "", at, "", after=value, note=note, sheet=name))
    for _, ours in emptied(trip, (name, part), plan):
        cells[ours.spot] = replace(cells[ours.spot], value=None)
        changes.append(_over(name, ours, None))
    plan = replace(plan, cells=cells, comments=notes)
    return cargo.with_sheet(plan).noting(*changes).losing_each(lost)


def _over(sheet: str, ours: OurText, value: Raw) -> Change:
    """The line about a text of ours that somebody typed over."""
    at = f"{sheet}!{column_letters(ours.spot[1])}{ours.spot[0]}"
    outcome = Outcome.KEPT if ours.wanted is None else Outcome.CONFLICT
    note = "a text of ours that you typed over" if value is not None else EMPTIED
    change = Change(outcome, "", at, "", before=ours.before, after=value, wanted=ours.wanted)
    return replace(change, note=note, sheet=sheet)


def seated_guests(used: UsedBook, part: SheetPart, plan: SheetPlan, cargo: Cargo) -> list[Place]:
    """The tables that users made on a sheet and that the new one has, or that are named as lost."""
    names = {table.name for table in plan.tables} | cargo.lost.keys()
    return [place for place in used.guests_on(part) if place.name in names]


def typed_beside(used: UsedBook, part: SheetPart, base: SheetBase) -> Iterator[tuple[Spot, Raw]]:
    """What a user typed on one of our sheets beside tables and input cells, and where."""
    contents = used.contents
    ours = {told(text) for text in base.loose}
    inputs = {
        place[1:]
        for name in used.stamp.base.names
        if (place := contents.place_of(name)) and place[0] is part
    }
    tables = [(p.column, p.row, p.last_column, _read_until(used, p)) for p in used.ours_on(part)]
    for spot, value in part.cells.values.items():
        row, column = spot
        if spot in part.cells.formulas or spot in inputs:
            continue
        if value in (None, "") or told(value) in ours:
            continue
        if not any(a <= column <= c and b <= row <= d for a, b, c, d in tables):
            yield spot, value


def below_logs(used: UsedBook) -> dict[str, int]:
    """How many cells are typed below the table of each log, in columns that people type in."""
    found: dict[str, int] = {}
    for name, base in used.stamp.sheets.items():
        part = used.contents.sheet(used.sheet_names.get(name, name))
        if part is None:
            continue
        for place in part.tables:
            declared = table_of(place.name)
            if declared is None or declared.name not in BELOW:
                continue
            ids = {column.id for column in declared.typed}
            columns = [place.column + i for i, h in enumerate(place.headers) if h in ids]
            end = _read_until(used, place)
            count = sum(
                column in columns and row > end
                for (row, column), _ in typed_beside(used, part, base)
            )
            if count:
                found[declared.name] = count
    return found


def _read_until(used: UsedBook, place: Place) -> int:
    table = used.contents.table(place.name)
    return place.row + (len(table.rows) if table is not None else 0) + place.totals
