"""Tables that users made: planned as they stand, on their own sheets and on ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from xlmatrix.formula.expr import Verbatim
from xlmatrix.formula.render import column_letters
from xlmatrix.regen.carrying.cargo import Cargo, Spot, Trip
from xlmatrix.regen.carrying.references import Known, dangling, has_addresses, renamed
from xlmatrix.regen.carrying.roles import cell_role
from xlmatrix.regen.carrying.rows import in_table
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.regen.reading.contents import Place, SheetPart
from xlmatrix.regen.reading.tables import told
from xlmatrix.sheets.plan import Formula, SheetPlan, Table
from xlmatrix.tables.column import given

#: Styles of tables that every workbook has.
_SHOWN: Final = 6
_STYLE: Final = re.compile(r"TableStyle(?:Light|Medium|Dark)\d{1,2}")


def planned_table(
    place: Place, value: Callable[[Spot], Any], role: Callable[[Spot], str]
) -> Table | None:
    """A table of a user's; None for one without a row.

    A column whose cells hold one formula is computed as a whole.

    Parameters
    ----------
    value, role
        What stands in a cell of the old sheet, and how it is shown.
    """
    if place.last_row <= place.row:
        return None
    columns, values = [], []
    for column, header in enumerate(place.headers, start=place.column):
        spots = [(row, column) for row in range(place.row + 1, place.last_row + 1)]
        cells = [value(spot) for spot in spots]
        heading = given(header, role(spots[0]))
        texts = {cell.expr if isinstance(cell, Formula) else None for cell in cells}
        one = texts.pop() if len(texts) == 1 else None
        if isinstance(one, Verbatim) and not has_addresses(one.text):
            heading, cells = heading.by(one), [cell.value for cell in cells]
        columns.append(heading)
        values.append(cells)
    return Table(
        place.name,
        place.row,
        place.column,
        tuple(columns),
        tuple(values),
        banded=place.banded,
        filtered=place.filtered,
        style=place.style if _STYLE.fullmatch(place.style) else "",
    )


def seat_guests(trip: Trip, cargo: Cargo) -> Cargo:
    """Bring the tables that users made on our sheets.

    One that stands where the new sheet has cells of its own loses its frame, and what stands in it
    is looked after like anything else beside our tables.
    """
    for name, part, _ in trip.our_sheets(cargo.book):
        for place in trip.used.guests_on(part):
            cargo = _seated(trip, cargo, (name, part), place)
    return cargo


def _seated(trip: Trip, cargo: Cargo, sheet: tuple[str, SheetPart], place: Place) -> Cargo:
    name, part = sheet
    plan = cargo.sheet(name)
    assert plan is not None
    area = f"{column_letters(place.column)}{place.row}"
    table = None
    if _free(plan, place):
        guest = _Guest(trip, part, trip.known(cargo.book), place)
        table = planned_table(place, guest.value, guest.role)
    lost = [] if table is not None else list(_without_room(trip, sheet, plan, place))
    if lost:
        return cargo.losing(place.name, f"your table {place.name} at {name}!{area}: {said(lost)}")
    if table is None:
        note = "a table of yours stood where the new sheet has cells; its values stay without it"
        change = Change(Outcome.REFUSED, place.name, "", "", before=area, note=note, sheet=name)
        return cargo.noting(change)
    change = Change(Outcome.KEPT, place.name, "", "", after=area, note=ADDED, sheet=name)
    refused = (replace(one, sheet=name) for one in guest.refused)
    plan = replace(plan, tables=(*plan.tables, table))
    return cargo.with_sheet(plan).noting(change, *refused)


def said(values: Sequence[str]) -> str:
    """Some of what was typed, in a line."""
    more = f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else ""
    return ", ".join(values[:_SHOWN]) + more


#: The note of the line about a table that came along.
ADDED: Final = "table added by you"


def _without_room(
    trip: Trip, sheet: tuple[str, SheetPart], plan: SheetPlan, place: Place
) -> list[str]:
    """What somebody typed in a table, where the new sheet has cells of its own for some of it."""
    name, part = sheet
    ours = {told(text) for text in trip.used.stamp.sheets[name].loose}
    cells = {spot: v for spot, v in part.cells.values.items() if place.holds(spot)}
    typed = [spot for spot, v in sorted(cells.items()) if v is not None and told(v) not in ours]
    taken = any(in_table(plan, spot) or spot in plan.cells for spot in typed)
    return [str(cells[spot]) for spot in typed] if taken else []


def _free(plan: SheetPlan, place: Place) -> bool:
    """Whether nothing of the new sheet stands in a table's area."""
    rows, columns = range(place.row, place.last_row + 1), range(place.column, place.last_column + 1)
    for table in plan.tables:
        beside = table.column >= columns.stop or table.column + len(table.columns) <= columns.start
        if not beside and table.row <= rows[-1] and rows[0] <= table.last_row:
            return False
    return not any(row in rows and column in columns for row, column in plan.cells)


class _Guest:
    """The cells of one table; ``refused`` says which of its formulas became values."""

    def __init__(self, trip: Trip, part: SheetPart, known: Known, place: Place) -> None:
        self.trip, self.part = trip, part
        headers = frozenset(header.casefold() for header in place.headers)
        # It may speak of itself and of other tables that users made.
        others = {
            other.name.casefold(): frozenset(h.casefold() for h in other.headers)
            for sheet in trip.used.contents.sheets
            for other in trip.used.guests_on(sheet)
        }
        tables = {**others, **known.tables, place.name.casefold(): headers}
        self.known = replace(known, tables=tables)
        self.refused: list[Change] = []

    def role(self, spot: Spot) -> str:
        return cell_role(self.trip.used.contents, self.part, spot)

    def value(self, spot: Spot) -> Any:
        """What stands in a cell: a formula where it means the same on the new sheet."""
        value, formula = self.part.cells.values.get(spot), self.part.cells.formulas.get(spot)
        if not formula:
            return value
        text = renamed(formula, self.trip.names_back)
        if not has_addresses(text) and not dangling(text, self.known):
            return Formula(Verbatim(text), value if value is not None else "")
        key = f"{column_letters(spot[1])}{spot[0]}"
        note = "the formula refers to cells by address; its value stays"
        before = f"={formula}"
        change = Change(Outcome.REFUSED, "", key, "", before=before, after=value, note=note)
        self.refused.append(change)
        return value
