"""Users' sheets, behind ours: values, formulas, number formats, widths, merges, tables, looks."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from xlmatrix.formula.expr import Verbatim
from xlmatrix.formula.render import column_letters
from xlmatrix.regen.carrying.cargo import Cargo, Spot, Trip, things_on
from xlmatrix.regen.carrying.guests import planned_table
from xlmatrix.regen.carrying.ownlooks import OwnLooks
from xlmatrix.regen.carrying.references import Known, dangling, renamed
from xlmatrix.regen.carrying.roles import PADDING_CHARS, cell_role
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.regen.reading.contents import Place, SheetPart
from xlmatrix.sheets.plan import (
    Cell,
    Formula,
    Note,
    Page,
    SheetPlan,
    Visibility,
)

# Names that programs give to a sheet's print area, its repeated rows and columns, its filter.
_AREA: Final = "_xlnm.Print_Area"
_TITLES: Final = "_xlnm.Print_Titles"
_FILTER: Final = "_xlnm._FilterDatabase"
_RECTANGLE: Final = re.compile(r"[A-Z]{1,3}\d+(:[A-Z]{1,3}\d+)?")
_BAND: Final = re.compile(r"[A-Z]{1,3}:[A-Z]{1,3}|\d+:\d+")


def add_sheets(trip: Trip, cargo: Cargo) -> Cargo:
    """Add users' sheets, and those of ours that the template has no more and people typed on."""
    parts = [*trip.used.own_sheets, *trip.dropped]
    known = known_with(trip, cargo, parts)
    taken = {plan.name.casefold() for plan in cargo.book.sheets}
    homes = {table.name.casefold(): p.name for p in cargo.book.sheets for table in p.tables}
    plans = []
    for number, part in enumerate(parts):
        if part.name.casefold() in taken:
            what = f"sheet {part.name!r}: the template has one of that name now"
            cargo = cargo.losing(part.name, what)
            continue
        sheet = _OwnSheet(trip, part, known, homes)
        plans.append(sheet.plan())
        cargo = cargo.noting(*sheet.changes)
        if number < len(trip.used.own_sheets):
            cargo = _with_looks(trip, cargo, part, known)
        note = "sheet added by you"
        cargo = cargo.noting(Change(Outcome.KEPT, "", "", "", note=note, sheet=part.name))
    return replace(cargo, book=replace(cargo.book, sheets=(*cargo.book.sheets, *plans)))


def known_with(trip: Trip, cargo: Cargo, parts: Sequence[SheetPart]) -> Known:
    """What formulas of the added sheets may mention: each other and users' names as well."""
    known = Known.of(cargo.book, frozenset(part.name.casefold() for part in parts))
    tables = {
        place.name.casefold(): frozenset(h.casefold() for h in place.headers)
        for part in parts
        for place in part.tables
    }
    theirs = trip.used.contents.names.keys() - cargo.refused_names
    names = known.names | {name.casefold() for name in theirs}
    return replace(known, tables={**tables, **known.tables}, names=names)


def _with_looks(trip: Trip, cargo: Cargo, part: SheetPart, known: Known) -> Cargo:
    """Have the looks of a user's sheet grafted, and list what of them cannot be."""
    looks = OwnLooks(trip.used.contents.package, part.part, known, trip.names_back)
    if not looks.readable:
        for thing in things_on(part.related | part.cells.furniture):
            cargo = cargo.losing(part.name, f"{thing} on sheet {part.name!r}")
        return cargo.losing(part.name, f"cell styles and formats of sheet {part.name!r}")
    cargo = replace(cargo, grafts=(*cargo.grafts, looks.graft(part.name)))
    cargo = cargo.losing(part.name, *(f"{what} on sheet {part.name!r}" for what in looks.left()))
    changes = []
    for what, place, formula in looks.refused():
        note = f"the {what} refers to what the workbook has no more; it is left out"
        change = Change(Outcome.REFUSED, "", place, "", before=html.unescape(formula), note=note)
        changes.append(replace(change, sheet=part.name))
    return cargo.noting(*changes)


class _OwnSheet:
    """One sheet on its way into the plan; ``changes`` says what of it could not be kept.

    A table of ours that somebody moved here goes back to the sheet that ``homes`` has it on.
    """

    def __init__(self, trip: Trip, part: SheetPart, known: Known, homes: Mapping[str, str]) -> None:
        self.trip, self.part, self.known = trip, part, known
        self.changes: list[Change] = []
        self.staying = [place for place in part.tables if place.name.casefold() not in homes]
        for place in part.tables:
            if place not in self.staying:
                self._send_home(place, homes[place.name.casefold()])

    def plan(self) -> SheetPlan:
        part = self.part
        cells = self._cells()
        made = (planned_table(place, self._value, self._role) for place in self.staying)
        tables = tuple(table for table in made if table is not None)
        widths = {c: max(0.5, round(w - PADDING_CHARS, 2)) for c, w in part.cells.widths.items()}
        return SheetPlan(
            name=part.name,
            cells=cells,
            tables=tables,
            merges=tuple(m for m in part.cells.merges if ":" in m),
            widths=widths,
            hidden_columns=frozenset(part.cells.hidden),
            page=self._printed(),
            visibility=Visibility(part.state),
            comments={spot: Note(c.author, c.text) for spot, c in part.comments.items()},
        )

    def _cells(self) -> dict[Spot, Cell]:
        """What stands outside of tables."""
        inside = [
            (place.row, place.column, place.last_row, place.last_column)
            for place in self.part.tables
            if place.last_row > place.row
        ]
        made: dict[Spot, Cell] = {}
        for spot in sorted({*self.part.cells.values, *self.part.cells.formulas}):
            if any(a <= spot[0] <= c and b <= spot[1] <= d for a, b, c, d in inside):
                continue
            value = self._value(spot)
            # A refused formula that nobody computed leaves nothing.
            if value is not None:
                made[spot] = Cell(value, self._role(spot))
        return made

    def _send_home(self, place: Place, home: str) -> None:
        area = f"{column_letters(place.column)}{place.row}"
        note = f"a table of ours was moved here; it has its place on {home!r} back"
        change = Change(Outcome.REFUSED, place.name, "", "", before=area, note=note)
        self.changes.append(replace(change, sheet=self.part.name))

    def _role(self, spot: Spot) -> str:
        return cell_role(self.trip.used.contents, self.part, spot)

    def _value(self, spot: Spot) -> Any:
        value, formula = self.part.cells.values.get(spot), self.part.cells.formulas.get(spot)
        if not formula:
            return value
        text = renamed(formula, self.trip.names_back)
        missing = dangling(text, self.known)
        if not missing:
            return Formula(Verbatim(text), value if value is not None else "")
        note = f"the formula refers to {missing}; its value stays"
        self._refuse(f"{column_letters(spot[1])}{spot[0]}", formula, note, after=value)
        return value

    def _printed(self) -> Page:
        """Print area and titles; other names of the sheet alone are listed."""
        area, rows, columns = "", "", ""
        for name, text in self.part.names.items():
            areas = [one.rpartition("!")[2].replace("$", "") for one in text.split(",")]
            if name == _AREA and all(_RECTANGLE.fullmatch(one) for one in areas):
                area = ",".join(areas)
            elif name == _TITLES and all(_BAND.fullmatch(one) for one in areas):
                rows = next((one for one in areas if one[0].isdecimal()), "")
                columns = next((one for one in areas if one[0].isalpha()), "")
            elif name != _FILTER:
                self._refuse(name, text, "a name of this sheet alone cannot be kept")
        return Page(repeat_rows=rows, repeat_columns=columns, area=area)

    def _refuse(self, key: str, formula: str, note: str, after: Any = None) -> None:
        change = Change(Outcome.REFUSED, "", key, "", before=f"={formula}", after=after, note=note)
        self.changes.append(replace(change, sheet=self.part.name))
