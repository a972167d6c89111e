"""What users put on sheets that no cell of the new workbook can hold: listed, never dropped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.formula.expr import Verbatim
from xlmatrix.formula.render import column_letters
from xlmatrix.regen.carrying.carry import Cargo, cell_role, in_table, names_back
from xlmatrix.regen.carrying.references import (
    Known,
    dangling,
    has_addresses,
    mentioned_sheets,
    renamed,
)
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.regen.merging.report import SHEET
from xlmatrix.regen.reading.contents import SheetPart
from xlmatrix.regen.reading.tables import Raw
from xlmatrix.sheets.plan import Cell, Formula, SheetPlan
from xlmatrix.sheets.stamp import SheetBase, sheet_bases

#: Parts that belong to the workbook and to no sheet: (beginning, name for --allow-loss, words).
_PROGRAMS: Final = (
    ("xl/vbaProject", "macros", "the macros: build anew with --macros and its incidents"),
    ("xl/webextensions/", "script", "the script: build anew with --lite and its incidents"),
    ("xl/externalLinks/", "links", "links to other workbooks"),
    ("xl/chartsheets/", "chart sheets", "sheets that are a chart: copy the charts elsewhere"),
    ("xl/dialogsheets/", "dialog sheets", "dialog sheets"),
    ("xl/macrosheets/", "macro sheets", "macro sheets"),
    ("xl/model/", "data model", "the data model"),
    ("xl/connections.xml", "connections", "connections to data"),
)
_Spot = tuple[int, int]


def lose_beside(cargo: Cargo, carried: Iterable[SheetPart]) -> None:
    """Comments and notes on sheets that the template has no more and that do not come along."""
    stay = {part.name for part in carried}
    for base_name, now in cargo.used.sheet_names.items():
        part = cargo.used.contents.sheet(now)
        if part is None or now in stay or cargo.sheet(base_name) is not None:
            continue
        for (row, column), comment in part.comments.items():
            at = f"{now}!{column_letters(column)}{row}"
            cargo.lose(f"comment {at}", f"the comment on {at}: {comment.text}")
        ours = {_told(text) for text in cargo.used.stamp.sheets[base_name].loose}
        for (row, column), value in part.cells.values.items():
            inside = any(
                place.row <= row <= place.last_row + 1
                and place.column <= column <= place.last_column
                for place in part.tables
            )
            if inside or (row, column) in part.cells.formulas or _told(value) in ours:
                continue
            at = f"{now}!{column_letters(column)}{row}"
            if not _is_named(cargo, part, (row, column)):
                cargo.lose(at, f"what was typed at {at}: {value}")


def _told(value: Raw) -> str:
    """A value as text, a number with as many digits as every program keeps."""
    try:
        return f"{float(value or ''):.11g}"
    except ValueError:
        return str(value)


def _is_named(cargo: Cargo, part: SheetPart, spot: _Spot) -> bool:
    """Whether a cell is an input with a name, which the merge looks after."""
    places = (cargo.used.contents.place_of(name) for name in cargo.used.stamp.base.names)
    return any(place is not None and place[0] is part and place[1:] == spot for place in places)


def refuse_clashes(cargo: Cargo) -> None:
    """Refuse sheets and tables of users with names that the new workbook needs.

    Raises
    ------
    XlmatrixError
        With the name, for it is easily changed in the workbook.
    """
    ours = {table.name.casefold() for plan in cargo.book.sheets for table in plan.tables}
    # A table of ours that somebody moved to a sheet of theirs is ours all the same.
    ours -= {name.casefold() for base in cargo.used.stamp.sheets.values() for name in base.tables}
    for part in cargo.used.own_sheets:
        if part.name.casefold() == SHEET.casefold():
            raise XlmatrixError(
                f"a sheet of yours is called {part.name!r}, as the report of regenerating is",
                where=cargo.used.where,
                mend="Give the sheet another name",
            )
        for place in part.tables:
            if place.name.casefold() in ours:
                raise XlmatrixError(
                    f"the table {place.name!r} on your sheet {part.name!r} has the name of one of"
                    " the new workbook's",
                    where=cargo.used.where,
                    mend="Give the table another name",
                )


def adopt_names(cargo: Cargo) -> None:
    """Names that a user defined; those of cells on our sheets, which may move, are listed.

    What is not adopted is no known name any more, so that formulas with it become values.
    """
    used = cargo.used
    ours = {known.casefold() for base in used.stamp.sheets.values() for known in base.names}
    theirs = {known.casefold() for known in cargo.book.names} - ours
    own_sheets = frozenset(sheet.name.casefold() for sheet in used.own_sheets)
    known = Known.of(cargo.book, own_sheets)
    tables = {place.name.casefold() for sheet in used.own_sheets for place in sheet.tables}
    for name, text in list(used.contents.names.items()):
        if name.casefold() in ours or name.startswith("_xlnm"):
            continue
        if name.casefold() in theirs:
            note = "the new workbook has a name like this one of yours"
            change = Change(Outcome.REFUSED, "", name, "", before=f"={text}", note=note)
            cargo.changes.append(change)
            continue
        missing = dangling(text, known)
        fixed = all(sheet in own_sheets for sheet in mentioned_sheets(text))
        if fixed and (not missing or missing.casefold() in tables):
            cargo.book = replace(cargo.book, names={**cargo.book.names, name: Verbatim(text)})
            note, outcome = "name defined by you", Outcome.KEPT
        else:
            del used.contents.names[name]
            note, outcome = "a name for cells that may move cannot be kept", Outcome.REFUSED
        cargo.changes.append(Change(outcome, "", name, "", before=f"={text}", note=note))
    note = "a name of this sheet alone cannot be kept"
    for base_name, part, _ in _our_sheets(cargo):
        for name, text in part.names.items():
            # Print areas, titles and filters are the template's.
            if not name.startswith("_xlnm"):
                change = Change(Outcome.REFUSED, "", name, "", before=f"={text}", note=note)
                cargo.changes.append(replace(change, sheet=base_name))


def keep_loose_formulas(cargo: Cargo) -> None:
    """Formulas that a user typed on our sheets beside the tables."""
    before: dict[str, SheetPlan] | None = None
    bases: dict[str, SheetBase] = {}
    for base_name, part, plan in _our_sheets(cargo):
        found = [spot for spot in _loose(part) if not _is_formula(plan, spot)]
        if not found:
            continue
        if before is None:
            # A formula of ours may have moved since the workbook was made.
            old = cargo.as_made if cargo.same_release else None
            before = {} if old is None else {sheet.name: sheet for sheet in old.sheets}
            bases = {} if old is None else sheet_bases(old)
        base = cargo.used.stamp.sheets[base_name]
        # Drawn with other texts, it does not tell where formulas stood then.
        same = base_name in bases and bases[base_name].loose == base.loose
        was = before.get(base_name)
        for spot in found:
            ours = was is not None and _is_formula(was, spot)
            ours = ours or (not same and spot[1] <= _last_column(base))
            if not ours:
                _keep(cargo, part, base_name, spot)


def _our_sheets(cargo: Cargo) -> Iterator[tuple[str, SheetPart, SheetPlan]]:
    for base_name, now in cargo.used.sheet_names.items():
        part, plan = cargo.used.contents.sheet(now), cargo.sheet(base_name)
        if part is not None and plan is not None:
            yield base_name, part, plan


def _loose(part: SheetPart) -> Iterator[_Spot]:
    """Formula cells outside of tables; LibreOffice keeps the area of a table when it grows."""
    for row, column in part.cells.formulas:
        inside = any(
            place.column <= column <= place.last_column and place.row <= row <= place.last_row + 1
            for place in part.tables
        )
        if not inside:
            yield row, column


def _is_formula(plan: SheetPlan, spot: _Spot) -> bool:
    cell = plan.cells.get(spot)
    return cell is not None and isinstance(cell.value, Formula)


def _last_column(base: SheetBase) -> int:
    tables = (base.places[name] + len(heads) - 1 for name, heads in base.columns.items())
    return max([*base.widths, *tables], default=0)


def _keep(cargo: Cargo, part: SheetPart, base_name: str, spot: _Spot) -> None:
    used = cargo.used
    value, formula = part.cells.values.get(spot), part.cells.formulas[spot]
    at = f"{base_name}!{column_letters(spot[1])}{spot[0]}"
    plan = cargo.sheet(base_name)
    assert plan is not None
    if in_table(plan, spot) or spot in plan.cells:
        cargo.lose(at, f"what was typed at {at}: ={formula}")
        return
    back = names_back(cargo)
    text = renamed(formula, back)
    known = Known.of(cargo.book, frozenset(s.name.casefold() for s in used.own_sheets))
    change = Change(
        Outcome.KEPT, "", at, "", after=f"={text}", note="typed beside the tables", sheet=plan.name
    )
    content: Any = Formula(Verbatim(text), value if value is not None else "")
    if has_addresses(text) or dangling(text, known):
        note = "the formula refers to cells by address; its value stays"
        content, change = (
            value,
            replace(change, outcome=Outcome.REFUSED, before=f"={formula}", after=value, note=note),
        )
    if content is not None:
        cargo.put(
            replace(plan, cells={**plan.cells, spot: Cell(content, cell_role(cargo, part, spot))})
        )
    cargo.changes.append(change)


def lose_programs(cargo: Cargo, brought_back: Collection[str]) -> None:
    """Parts of the workbook that are no sheets of cells, but for those that come back."""
    for beginning, name, what in _PROGRAMS:
        if name not in brought_back and any(
            part.startswith(beginning) for part in cargo.used.contents.extras
        ):
            cargo.lose(name, what)


def list_addresses(cargo: Cargo) -> None:
    """Name the formulas on users' sheets that speak of cells of ours by address: these may move."""
    used = cargo.used
    ours = {now.casefold() for now in used.sheet_names.values()}
    for part in used.own_sheets:
        formulas = sorted(part.cells.formulas.items())
        spots = [spot for spot, formula in formulas if mentioned_sheets(formula) & ours]
        if spots:
            shown = ", ".join(f"{column_letters(column)}{row}" for row, column in spots[:6])
            more = f" and {len(spots) - 6} more" if len(spots) > 6 else ""
            note = "speaks of cells of ours by address, which may be others now: look at it"
            change = Change(Outcome.REFUSED, "", shown + more, "", note=note, sheet=part.name)
            cargo.changes.append(change)


def list_arrays(cargo: Cargo) -> None:
    """Formulas over arrays on sheets that people see: their values stay.

    As a formula of one cell it would give another value, without a word.
    """
    used = cargo.used
    seen = [used.contents.sheet(name) for name in used.sheet_names.values()]
    for part in [*seen, *used.own_sheets]:
        if part is not None:
            cargo.changes.extend(_arrays(part))


def _arrays(part: SheetPart) -> list[Change]:
    note = "a formula over arrays cannot be carried over; its value stays"
    return [
        Change(
            Outcome.REFUSED,
            "",
            f"{column_letters(column)}{row}",
            "",
            before=f"{{={formula}}}",
            after=part.cells.values.get((row, column)),
            note=note,
            sheet=part.name,
        )
        for (row, column), formula in part.cells.arrays.items()
    ]
