"""Carried as well: what people added around the template in a second copy."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.package import Package
from xlmatrix.regen.carrying import Cargo, Trip, carried
from xlmatrix.regen.carrying.cargo import Shipment, Spot
from xlmatrix.regen.carrying.freight.drawings import Thing
from xlmatrix.regen.carrying.freight.pieces import Freight, Load, Relation
from xlmatrix.regen.carrying.state.joining import Together, together
from xlmatrix.regen.carrying.state.stay import Stay
from xlmatrix.regen.carrying.state.step import take_state
from xlmatrix.regen.copies.book import Copies
from xlmatrix.regen.copies.told import as_theirs
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.sheets.plan import BookPlan, SheetPlan

#: Set behind ids, so that those of two copies differ.
_MARK: Final = "Second"
#: Drawings of two workbooks that come together number their shapes anew.
_SHAPE: Final = re.compile(r"(<(?:\w+:)?cNvPr\b[^<>]*?)\sid=\"\d+\"")


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
    state = together(
        (_before(trip, mine, copies), mine.standing, theirs.standing),
        [plan.name for plan in theirs.book.sheets],
    )
    notes += _state_lines(state, copies)
    package = copies.guest.contents.package
    shipment = Shipment(package, theirs.grafts, {k: v for k, v in painted.items() if v}, freight)
    renamed = set(copies.renames.values())
    alike = _there_once(theirs.freight, freight)
    changes = [
        as_theirs(one, copies.theirs.name)
        for one in theirs.changes
        # The line about its name says that the sheet is there.
        if (one.key or one.sheet not in renamed or one.outcome is not Outcome.KEPT)
        and not (one in mine.changes and (one.sheet, one.key) in alike)
    ]
    whole = replace(mine, book=_sized(empty, mine, theirs), shipments=(shipment,))
    whole = replace(whole, standing=state.standing)
    whole = whole.noting(*(one for one in changes if one not in mine.changes), *notes)
    entries = ((name, what) for name, said in theirs.lost.items() for what in said)
    return whole.losing_each(
        (name, what) for name, what in entries if what not in mine.lost.get(name, ())
    )


def _before(trip: Trip, mine: Cargo, copies: Copies) -> tuple[Stay, ...]:
    """The state of the workbook that the copies were taken of; none where nobody gave it."""
    if copies.origin is None:
        return ()
    was = replace(trip, used=copies.origin, columns=(), dropped=(), left_behind={}, second=True)
    return take_state(was, Cargo(mine.book)).standing


def _state_lines(state: Together, copies: Copies) -> list[Change]:
    """What theirs brings, and what of theirs mine has otherwise."""
    name = copies.theirs.name
    brought = [
        Change(Outcome.TAKEN, "", "", "", note=f"{one.what}, as {name} has it", sheet=_sheet(one))
        for one in state.brought
    ]
    left = [_left(f"{one.what}, as {name} has it, is left out", _sheet(one)) for one in state.left]
    return brought + left


def _sheet(stay: Stay) -> str:
    return str(getattr(stay, "sheet", ""))


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
    for what, kinds, one, other in (
        ("pivot tables", {"pivotTable"}, mine.pivot_caches, theirs.pivot_caches),
        ("slicers or timelines", {"slicer", "timeline"}, mine.filters, theirs.filters),
    ):
        if one and other:
            was = {now: old for old, now in copies.renames.items()}
            there = [was.get(name, name) for name in _sheets_with(kinds, theirs)]
            raise XlmatrixError(
                f"both copies have {what} of their own: {copies.mine.name} on"
                f" {_listed(_sheets_with(kinds, mine))}, {copies.theirs.name} on {_listed(there)}",
                where=copies.theirs.book.where,
                mend=f"Delete the sheets with {what} in a copy of one of the two files, merge that,"
                " and copy these sheets into the merged workbook in Excel",
            )
    held = {load.sheet: load for load in mine.loads}
    loads, notes = [], []
    said = (
        _Content(mine, copies.mine.book.contents.package),
        _Content(theirs, copies.guest.contents.package),
    )
    for load in theirs.loads:
        left, more = _without(load, held.get(load.sheet), copies, said)
        notes += more
        if left is not None:
            loads.append(left)
    persons = "" if theirs.persons == mine.persons else theirs.persons
    return replace(theirs, loads=tuple(loads), persons=persons, mark=_MARK), notes


def _there_once(all_: Freight, brought: Freight) -> set[tuple[str, str]]:
    """Where nothing of what theirs has hangs besides what mine has: sheet and cell."""

    def places(freight: Freight) -> set[tuple[str, str]]:
        return {(load.sheet, Thing(text).at) for load in freight.loads for text in load.anchors}

    return places(all_) - places(brought)


def _sheets_with(kinds: AbstractSet[str], freight: Freight) -> list[str]:
    return [load.sheet for load in freight.loads if kinds & {one.kind for one in load.relations}]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names)) or "a sheet"


class _Content:
    """What a text of a sheet says with the parts that it speaks of in place of their ids.

    Two copies number pictures alike that are none.
    """

    def __init__(self, freight: Freight, package: Package) -> None:
        self.freight, self.package = freight, package

    def of(self, text: str, relations: Iterable[Relation]) -> str:
        """The text with a digest of each part, and without the numbers of shapes."""
        text = _SHAPE.sub(r"\1", text)
        for one in relations:
            if f'"{one.id}"' in text:
                text = text.replace(f'"{one.id}"', f'"{self._of_target(one)}"')
        return text

    def pictures(self, text: str, relations: Iterable[Relation]) -> frozenset[str]:
        """Digests of the parts that it speaks of and that come along byte by byte."""
        spoken = [one for one in relations if f'"{one.id}"' in text and not one.outside]
        whole = [one for one in spoken if self._text(one) is None]
        return frozenset(self._of_target(one) for one in whole)

    def _text(self, one: Relation) -> str | None:
        piece = self.freight.pieces.get(one.target)
        return None if piece is None else piece.text

    def _of_target(self, one: Relation) -> str:
        if one.outside or one.target not in self.package:
            return one.target
        text = self._text(one)
        data = self.package.read(one.target) if text is None else text.encode("utf-8")
        return hashlib.sha256(data).hexdigest()


def _without(
    load: Load, mine: Load | None, copies: Copies, said: tuple[_Content, _Content]
) -> tuple[Load | None, list[Change]]:
    """What of a sheet's freight mine does not have; ``said`` reads what mine and theirs bring."""
    if mine is None:
        return load, []
    notes: list[Change] = []
    ours, others = said

    def note(key: str, what: str) -> None:
        text = f"{what} of {copies.theirs.name} is left out, for {copies.mine.name} has one there"
        notes.append(Change(Outcome.REFUSED, "", key, "", note=text, sheet=load.sheet))

    places: dict[tuple[str, str], list[str]] = {}
    for text in mine.anchors:
        places.setdefault((Thing(text).word, Thing(text).at), []).append(text)
    anchors = []
    for text in load.anchors:
        thing = Thing(text)
        held = places.get((thing.word, thing.at), [])
        if others.of(text, load.anchored) in [ours.of(one, mine.anchored) for one in held]:
            continue
        there = frozenset().union(*(ours.pictures(one, mine.anchored) for one in held))
        pictures = others.pictures(text, load.anchored)
        if not held or (pictures and pictures.isdisjoint(there)):
            anchors.append(text)
        else:
            note(thing.at, thing.word)
    anchored = tuple(one for one in load.anchored if any(f'"{one.id}"' in a for a in anchors))
    names = {name for name, _ in mine.elements}
    elements = tuple((name, text) for name, text in load.elements if name not in names)
    theirs = {others.of(text, load.relations) for name, text in load.elements if name in names}
    if theirs - {ours.of(text, mine.relations) for _, text in mine.elements}:
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
