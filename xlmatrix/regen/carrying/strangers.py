"""What users put on sheets that no cell of the new workbook can hold: listed, never dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.formula.expr import Verbatim
from xlmatrix.formula.render import column_letters
from xlmatrix.regen.carrying.beside import seated_guests
from xlmatrix.regen.carrying.cargo import Cargo, Spot, Trip
from xlmatrix.regen.carrying.moved import Moved
from xlmatrix.regen.carrying.ourformulas import helper_styles, is_helper, is_one_of_several
from xlmatrix.regen.carrying.references import (
    dangling,
    has_addresses,
    mentioned_sheets,
    renamed,
)
from xlmatrix.regen.carrying.roles import cell_role
from xlmatrix.regen.carrying.rows import in_table
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.regen.merging.report import SHEET
from xlmatrix.regen.reading.contents import Place, SheetPart
from xlmatrix.regen.reading.tables import Raw, told
from xlmatrix.sheets.plan import Cell, Formula, SheetPlan
from xlmatrix.sheets.stamp import SheetBase

#: How Excel begins its names for the ranges of newer charts, made anew whenever it saves.
CHART_NAME: Final = "_xlchart."
#: Parts that belong to the workbook and to no sheet: (beginning, name for --allow-loss, words).
_PROGRAMS: Final = (
    ("xl/vbaProject", "macros", "the macros: build anew with --macros and its incidents"),
    ("xl/webextensions/", "script", "the script: build anew with --lite and its incidents"),
    ("xl/externalLinks/", "links", "links to other workbooks"),
    ("xl/dialogsheets/", "dialog sheets", "dialog sheets"),
    ("xl/macrosheets/", "macro sheets", "macro sheets"),
    ("xl/model/", "data model", "the data model"),
    ("xl/connections.xml", "connections", "connections to data"),
    ("_xmlsignatures/", "signatures", "digital signatures, which hold for the old file alone"),
    ("xl/richData/rdRichValueWebImage", "pictures in cells", "pictures in cells"),
    ("xl/richData/richValueRel", "pictures in cells", "pictures in cells"),
)


def refuse_clashes(trip: Trip, cargo: Cargo) -> Cargo:
    """Refuse sheets and tables of users with names that the new workbook needs.

    Raises
    ------
    XlmatrixError
        With the name, for it is easily changed in the workbook.
    """
    used = trip.used
    ours = {table.name.casefold() for plan in cargo.book.sheets for table in plan.tables}
    # A table of ours that somebody moved to a sheet of theirs is ours all the same.
    ours -= {name.casefold() for base in used.stamp.sheets.values() for name in base.tables}
    own = [(part, part.tables) for part in used.own_sheets]
    own += [(part, used.guests_on(part)) for _, part, _ in trip.our_sheets(cargo.book)]
    own += [(part, used.guests_on(part)) for part in trip.dropped]
    for part, places in own:
        if part.name.casefold() == SHEET.casefold():
            raise XlmatrixError(
                f"a sheet of yours is called {part.name!r}, as the report of regenerating is",
                where=used.where,
                mend="Give the sheet another name",
            )
        for place in places:
            if place.name.casefold() in ours:
                raise XlmatrixError(
                    f"the table {place.name!r} of yours on the sheet {part.name!r} has the name of"
                    " one of the new workbook's",
                    where=used.where,
                    mend="Give the table another name",
                )
    return cargo


def lose_programs(trip: Trip, cargo: Cargo) -> Cargo:
    """Parts of the workbook that are no sheets of cells, but for those that come back."""
    extras = trip.used.contents.extras
    for beginning, name, what in _PROGRAMS:
        if name not in trip.brings_back and any(part.startswith(beginning) for part in extras):
            cargo = cargo.losing(name, what)
    for name, entries in trip.left_behind.items():
        cargo = cargo.losing(name, *entries)
    return cargo


def adopt_names(trip: Trip, cargo: Cargo) -> Cargo:
    """Names that a user defined; those of cells on our sheets, which may move, are listed.

    What is not adopted is no known name any more, so that formulas with it become values.
    """
    used = trip.used
    ours = {known.casefold() for base in used.stamp.sheets.values() for known in base.names}
    theirs = {known.casefold() for known in cargo.book.names} - ours
    known = trip.known(cargo.book)
    tables = {place.name.casefold() for sheet in used.own_sheets for place in sheet.tables}
    tables |= {place.name.casefold() for s in used.contents.sheets for place in used.guests_on(s)}
    adopted: dict[str, Any] = {}
    refused: set[str] = set()
    changes: list[Change] = []
    for name, text in used.contents.names.items():
        # Charts that speak of their ranges by names of Excel's own speak of them directly then.
        if name.casefold() in ours or name.startswith(("_xlnm", CHART_NAME)):
            continue
        missing = dangling(text, known)
        fixed = all(sheet in trip.own_sheets for sheet in mentioned_sheets(text))
        outcome = Outcome.REFUSED
        if name.casefold() in theirs:
            note = "the new workbook has a name like this one of yours"
        elif fixed and (not missing or missing.casefold() in tables):
            adopted[name] = Verbatim(text)
            note, outcome = "name defined by you", Outcome.KEPT
        else:
            refused.add(name)
            note = "a name for cells that may move cannot be kept"
        changes.append(Change(outcome, "", name, "", before=f"={text}", note=note))
    book = replace(cargo.book, names={**cargo.book.names, **adopted})
    cargo = replace(cargo, book=book, refused_names=frozenset(refused))
    return cargo.noting(*changes, *_names_of_sheets(trip, cargo))


def _names_of_sheets(trip: Trip, cargo: Cargo) -> Iterator[Change]:
    """Names that hold on one of our sheets alone, but for what programs name there."""
    note = "a name of this sheet alone cannot be kept"
    for base_name, part, _ in trip.our_sheets(cargo.book):
        for name, text in part.names.items():
            # Print areas, titles and filters are the template's.
            if not name.startswith("_xlnm"):
                change = Change(Outcome.REFUSED, "", name, "", before=f"={text}", note=note)
                yield replace(change, sheet=base_name)


def keep_loose_formulas(trip: Trip, cargo: Cargo) -> Cargo:
    """Formulas that a user typed on our sheets beside the tables."""
    styles = cache(lambda: helper_styles(trip.used.contents.package))
    for base_name, part, plan in trip.our_sheets(cargo.book):
        places = [*trip.used.ours_on(part), *seated_guests(trip.used, part, plan, cargo)]
        found = [spot for spot in _loose(part, places) if not _is_formula(plan, spot)]
        if not found:
            continue
        # A formula of ours may have moved since the workbook was made.
        was, made = trip.sheet_as_made(base_name) if trip.same_release else (None, None)
        base = trip.used.stamp.sheets[base_name]
        # Drawn with other texts, it does not tell where formulas stood then.
        alike = made is not None and made.loose == base.loose
        for spot in found:
            ours = was is not None and _is_formula(was, spot)
            ours = ours or (not alike and spot[1] <= _last_column(base))
            ours = ours or (not alike and is_helper(part, spot, base, styles()))
            ours = ours or is_one_of_several(part, spot, was)
            if not ours:
                cargo = _keep(trip, cargo, (base_name, part), spot)
    return cargo


def _loose(part: SheetPart, places: Sequence[Place]) -> Iterator[Spot]:
    """Formula cells outside of tables; LibreOffice keeps the area of a table when it grows."""
    for spot in part.cells.formulas:
        if not any(place.holds(spot, below=1) for place in places):
            yield spot


def _is_formula(plan: SheetPlan, spot: Spot) -> bool:
    cell = plan.cells.get(spot)
    return cell is not None and isinstance(cell.value, Formula)


def _last_column(base: SheetBase) -> int:
    tables = (base.places[name] + len(heads) - 1 for name, heads in base.columns.items())
    return max([*base.widths, *tables], default=0)


def _keep(trip: Trip, cargo: Cargo, sheet: tuple[str, SheetPart], spot: Spot) -> Cargo:
    """A formula in a cell that the new sheet leaves free; ``sheet`` is its name and as read."""
    name, part = sheet
    value, formula = part.cells.values.get(spot), part.cells.formulas[spot]
    at = f"{name}!{column_letters(spot[1])}{spot[0]}"
    plan = cargo.sheet(name)
    assert plan is not None
    if in_table(plan, spot) or spot in plan.cells:
        return cargo.losing(at, f"what was typed at {at}: ={formula}")
    text = renamed(formula, trip.names_back)
    note = "typed beside the tables"
    change = Change(Outcome.KEPT, "", at, "", after=f"={text}", note=note, sheet=name)
    content: Any = Formula(Verbatim(text), value if value is not None else "")
    if has_addresses(text) or dangling(text, trip.known(cargo.book)):
        note, content = "the formula refers to cells by address; its value stays", value
        change = replace(change, outcome=Outcome.REFUSED, before=f"={formula}", after=value)
        change = replace(change, note=note)
    if content is not None:
        cell = Cell(content, cell_role(trip.used.contents, part, spot))
        cargo = cargo.with_sheet(replace(plan, cells={**plan.cells, spot: cell}))
    return cargo.noting(change)


def lose_beside(trip: Trip, cargo: Cargo) -> Cargo:
    """Comments and notes on sheets that the template has no more and that do not come along."""
    stay = {part.name for part in trip.dropped}
    for base_name, now in trip.used.sheet_names.items():
        part = trip.used.contents.sheet(now)
        if part is None or now in stay or cargo.sheet(base_name) is not None:
            continue
        lost: list[tuple[str, str]] = []
        for (row, column), comment in part.comments.items():
            at = f"{now}!{column_letters(column)}{row}"
            lost.append((f"comment {at}", f"the comment on {at}: {comment.text}"))
        for (row, column), value in _notes(trip, part, trip.used.stamp.sheets[base_name]):
            at = f"{now}!{column_letters(column)}{row}"
            lost.append((at, f"what was typed at {at}: {value}"))
        cargo = cargo.losing_each(lost)
    return cargo


def _notes(trip: Trip, part: SheetPart, base: SheetBase) -> Iterator[tuple[Spot, Raw]]:
    """What somebody typed on a sheet of ours outside of tables and of inputs with a name."""
    ours = {told(text) for text in base.loose}
    places = trip.used.ours_on(part)
    for spot, value in part.cells.values.items():
        inside = any(place.holds(spot, below=1) for place in places)
        if inside or spot in part.cells.formulas or told(value) in ours:
            continue
        if not _is_named(trip, part, spot):
            yield spot, value


def _is_named(trip: Trip, part: SheetPart, spot: Spot) -> bool:
    """Whether a cell is an input with a name, which the merge looks after."""
    places = (trip.used.contents.place_of(name) for name in trip.used.stamp.base.names)
    return any(place is not None and place[0] is part and place[1:] == spot for place in places)


def list_arrays(trip: Trip, cargo: Cargo) -> Cargo:
    """Formulas over arrays on sheets that people see: their values stay.

    As a formula of one cell it would give another value, without a word.
    """
    changes: list[Change] = []
    for base, now in trip.used.sheet_names.items():
        part = trip.used.contents.sheet(now)
        if part is not None:
            plan = cargo.sheet(base)
            # A sheet of ours that was renamed has its name back, and its rows may have moved.
            moved = Moved(trip, part, plan).spot if plan is not None else None
            changes += _arrays(part, base if plan is not None else now, moved)
    changes += [change for part in trip.used.own_sheets for change in _arrays(part, part.name)]
    return cargo.noting(*changes)


def _arrays(
    part: SheetPart, sheet: str, moved: Callable[[int, int], Spot | None] | None = None
) -> Iterator[Change]:
    note = "a formula over arrays cannot be carried over; its value stays"
    for spot, formula in part.cells.arrays.items():
        row, column = (moved(*spot) if moved is not None else None) or spot
        key = f"{column_letters(column)}{row}"
        value = part.cells.values.get(spot)
        change = Change(Outcome.REFUSED, "", key, "", before=f"{{={formula}}}", after=value)
        yield replace(change, note=note, sheet=sheet)


def list_addresses(trip: Trip, cargo: Cargo) -> Cargo:
    """Name the formulas on users' sheets that speak of cells of ours by address: these may move."""
    if trip.same_spec and trip.same_release:
        return cargo
    ours = {now.casefold() for now in trip.used.sheet_names.values()}
    for part in trip.used.own_sheets:
        formulas = sorted(part.cells.formulas.items())
        spots = [spot for spot, formula in formulas if mentioned_sheets(formula) & ours]
        if spots:
            shown = ", ".join(f"{column_letters(column)}{row}" for row, column in spots[:6])
            more = f" and {len(spots) - 6} more" if len(spots) > 6 else ""
            note = "speaks of cells of ours by address, which may be others now: look at it"
            change = Change(Outcome.REFUSED, "", shown + more, "", note=note, sheet=part.name)
            cargo = cargo.noting(change)
    return cargo
