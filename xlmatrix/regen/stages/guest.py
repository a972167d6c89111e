"""Carried as well: what people added around the template in a second copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.regen.carrying import Cargo, Trip, carried
from xlmatrix.regen.carrying.cargo import Shipment, Spot
from xlmatrix.regen.carrying.freight.drawings import Thing
from xlmatrix.regen.carrying.freight.pieces import Freight, Load
from xlmatrix.regen.copies.book import Copies
from xlmatrix.regen.copies.told import as_theirs
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.sheets.plan import BookPlan, SheetPlan

#: Set behind ids, so that those of two copies differ.
_MARK: Final = "Second"


def with_guest(trip: Trip, empty: Cargo, mine: Cargo, copies: Copies) -> Cargo:
    """Load what theirs has around the template behind what mine has.

    Parameters
    ----------
    trip
        The one of mine.
    empty, mine
        The workbook before and after it.

    Raises
    ------
    XlmatrixError
        For pivot tables and slicers in both.
    """
    second = replace(
        trip,
        used=copies.guest,
        keys=copies.theirs.keys,
        columns=(),
        dropped=(),
        left_behind={},
        renames=copies.renames,
        second=True,
    )
    theirs = carried(second, Cargo(mine.book))
    freight, notes = _apart(mine.freight, theirs.freight, copies)
    painted = {
        name: {spot: style for spot, style in spots.items() if spot not in _held(mine, name)}
        for name, spots in theirs.painted.items()
    }
    notes += (
        _left(
            f"{stay.what}, as {copies.theirs.name} has it, is left out", getattr(stay, "sheet", "")
        )
        for stay in theirs.standing
        if stay not in mine.standing
    )
    package = copies.guest.contents.package
    shipment = Shipment(package, theirs.grafts, {k: v for k, v in painted.items() if v}, freight)
    renamed = set(copies.renames.values())
    changes = [
        as_theirs(one, copies.theirs.name)
        for one in theirs.changes
        # The line about its name says that the sheet is there.
        if one.key or one.sheet not in renamed or one.outcome is not Outcome.KEPT
    ]
    whole = replace(mine, book=_sized(empty, mine, theirs), shipments=(shipment,))
    whole = whole.noting(*(one for one in changes if one not in mine.changes), *notes)
    entries = ((name, what) for name, said in theirs.lost.items() for what in said)
    return whole.losing_each(
        (name, what) for name, what in entries if what not in mine.lost.get(name, ())
    )


def _left(note: str, sheet: str) -> Change:
    return Change(Outcome.REFUSED, "", "", "", note=note, sheet=sheet)


def _held(mine: Cargo, name: str) -> Mapping[Spot, int]:
    return mine.painted.get(name, {})


def _sized(empty: Cargo, mine: Cargo, theirs: Cargo) -> BookPlan:
    """The sheets with mine's widths where mine changed them."""
    before = {plan.name: plan for plan in empty.book.sheets}
    ours = {plan.name: plan for plan in mine.book.sheets}
    sheets = tuple(
        _with_widths(before[plan.name], ours[plan.name], plan) if plan.name in before else plan
        for plan in theirs.book.sheets
    )
    return replace(theirs.book, sheets=sheets)


def _with_widths(before: SheetPlan, mine: SheetPlan, theirs: SheetPlan) -> SheetPlan:
    widths = dict(theirs.widths)
    for column, width in mine.widths.items():
        if before.widths.get(column) != width:
            widths[column] = width
    if widths == dict(theirs.widths):
        return theirs
    return replace(theirs, widths=widths)


def _apart(mine: Freight, theirs: Freight, copies: Copies) -> tuple[Freight, list[Change]]:
    """The freight of theirs without what mine has at the same place."""
    for what, one, other in (
        ("pivot tables", mine.pivot_caches, theirs.pivot_caches),
        ("slicers", mine.filters, theirs.filters),
    ):
        if one and other:
            raise XlmatrixError(
                f"both copies have {what} of their own",
                where=copies.theirs.book.where,
                mend=f"Leave the sheets with {what} out of one copy, and copy them into the merged"
                " workbook in Excel",
            )
    held = {load.sheet: load for load in mine.loads}
    loads, notes = [], []
    for load in theirs.loads:
        left, said = _without(load, held.get(load.sheet), copies)
        notes += said
        if left is not None:
            loads.append(left)
    persons = "" if theirs.persons == mine.persons else theirs.persons
    return replace(theirs, loads=tuple(loads), persons=persons, mark=_MARK), notes


def _without(load: Load, mine: Load | None, copies: Copies) -> tuple[Load | None, list[Change]]:
    if mine is None:
        return load, []
    notes: list[Change] = []

    def note(key: str, what: str) -> None:
        text = f"{what} of {copies.theirs.name} is left out, for {copies.mine.name} has one there"
        notes.append(Change(Outcome.REFUSED, "", key, "", note=text, sheet=load.sheet))

    places = {(Thing(text).word, Thing(text).at): text for text in mine.anchors}
    anchors = []
    for text in load.anchors:
        thing = Thing(text)
        held = places.get((thing.word, thing.at))
        if held is None:
            anchors.append(text)
        elif held != text:
            note(thing.at, thing.word)
    anchored = tuple(one for one in load.anchored if any(f'"{one.id}"' in a for a in anchors))
    names = {name for name, _ in mine.elements}
    elements = tuple((name, text) for name, text in load.elements if name not in names)
    if len(elements) != len(load.elements) and elements != load.elements:
        theirs = {text for name, text in load.elements if name in names}
        if theirs - {text for _, text in mine.elements}:
            note("", "what hangs on the sheet itself")
    relations = tuple(
        one for one in load.relations if any(f'"{one.id}"' in text for _, text in elements)
    )
    threads, threaded = load.threads, load.threaded
    if mine.threads and threads:
        if threads != mine.threads:
            what = f"conversations of {copies.theirs.name} stand as plain comments"
            notes.append(Change(Outcome.REFUSED, "", "", "", note=what, sheet=load.sheet))
        threads, threaded = "", {}
    left = replace(
        load, anchors=tuple(anchors), anchored=anchored, elements=elements, relations=relations,
        threads=threads, threaded=threaded,
    )  # fmt: skip
    return (left if anchors or elements or threads else None), notes
