"""Takes parts along with all that they refer to, and notes what of it changes or stays behind."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.package.limits import RefusedError
from xlmatrix.regen.carrying.cargo import Trip
from xlmatrix.regen.carrying.freight.aim import Aim
from xlmatrix.regen.carrying.freight.boxes import without_shapes
from xlmatrix.regen.carrying.freight.drawings import Thing, drawn, things_in
from xlmatrix.regen.carrying.freight.filters import Filters
from xlmatrix.regen.carrying.freight.kinds import OUTSIDE, PLACES
from xlmatrix.regen.carrying.freight.mending import MENDS, Findings, Mender
from xlmatrix.regen.carrying.freight.pieces import (
    Piece,
    Relation,
    content_types,
    relations_of,
    type_of,
)
from xlmatrix.regen.merging.merge import Change, Outcome

_MOST_SHOWN: Final = 3
_XML: Final = (".xml", ".vml")


class Loading:
    """The pieces taken so far, lines for the report, and what is lost under a sheet's name.

    ``own`` are users' sheets that come along, folded.
    """

    def __init__(self, trip: Trip, aim: Aim, own: frozenset[str]) -> None:
        self.trip, self.aim = trip, aim
        self.package = trip.used.contents.package
        self.filters = Filters(self.package, aim.known, own)
        self.types = content_types(self.package)
        self.mender = Mender(aim, keeps_macros="macros" in trip.brings_back)
        self.pieces: dict[str, Piece] = {}
        self.changes: list[Change] = []
        self.lost: list[tuple[str, str]] = []

    # --- parts, and what they refer to ---

    def takes(self, relation: Relation) -> bool:
        """Whether what a relation leads to can come along."""
        if relation.outside:
            return relation.kind in OUTSIDE
        return relation.kind in PLACES and relation.target in self.package

    def take(self, relations: Iterable[Relation], sheet: str, key: str) -> None:
        """Take parts along, and the parts that these refer to.

        ``sheet`` and ``key`` say in the report where that is seen.
        """
        waiting = deque(one for one in relations if not one.outside)
        while waiting:
            relation = waiting.popleft()
            if relation.target in self.pieces:
                continue
            piece = self._piece(relation)
            self.pieces[relation.target] = piece
            self.say(sheet, key)
            waiting.extend(one for one in piece.relations if not one.outside)

    def _piece(self, relation: Relation) -> Piece:
        part, kind = relation.target, relation.kind
        text = self.read(part) if part.casefold().endswith(_XML) else None
        mend = MENDS.get(kind)
        # Only what changes is written anew; the rest stays as it is, to the byte.
        mended = mend(self.mender, text) if mend is not None and text is not None else text
        relations = self.mended(relations_of(self.package, part))
        now = mended if mended != text else None
        return Piece(part, kind, type_of(self.types, part), now, relations)

    def read(self, part: str) -> str:
        """The XML of a part; what Excel wrote of old need not be well-formed.

        Raises
        ------
        XlmatrixError
            For a part that is damaged, or that says what no workbook does.
        """
        try:
            return self.package.xml(part)
        except RefusedError:
            raise
        except XlmatrixError:
            if not part.casefold().endswith(".vml"):
                raise
            return self.package.text(part)

    def mended(
        self, relations: Iterable[Relation], sheet: str = "", things: Sequence[Thing] = ()
    ) -> tuple[Relation, ...]:
        """Relations that can come along, with places in the workbook as they are called now.

        What becomes of these places is said of the thing on ``sheet`` that leads there.
        """
        kept = []
        for one in filter(self.takes, relations):
            if one.outside and one.target.startswith("#"):
                kept.append(replace(one, target=self.mender.place(one.target)))
                home = next((thing.at for thing in things if one.id in thing.refers), "")
                if sheet:
                    self.say(sheet, home)
            else:
                kept.append(one)
        return tuple(kept)

    def adopt(self, part: str, kind: str, text: str, relations: tuple[Relation, ...]) -> None:
        """Take a part along that somebody else has mended."""
        self.pieces[part] = Piece(part, kind, type_of(self.types, part), text, relations)

    # --- drawings ---

    def things(self, part: str, sheet: str, without: frozenset[str]) -> list[Thing]:
        """The things of a drawing that can come along; the others are lost by name.

        ``without`` are shapes, by id or by word, that somebody else has named.
        """
        known = {one.id: one for one in relations_of(self.package, part)}
        kept = []
        with self.package.understood(part):
            _, things = things_in(self.package.xml(part))
        for thing in things:
            why = self._why_not(thing, known)
            if why:
                self.lose(sheet, f"{thing.word} at {sheet}!{thing.at}{why}")
            elif not without & {thing.shape_id, thing.word}:
                kept.append(thing)
        return kept

    def _why_not(self, thing: Thing, known: Mapping[str, Relation]) -> str:
        """What keeps a thing from coming along; empty where nothing does."""
        refers = [known[one] for one in sorted(thing.refers) if one in known]
        gone = {one.kind for one in refers if not one.outside and one.target not in self.package}
        if gone or thing.names_relations - known.keys():
            return f", whose {', '.join(sorted(gone)) or 'part'} is not in the file"
        others = {one.kind for one in refers if not self.takes(one)}
        return f", for its {', '.join(sorted(others))}" if others else ""

    def take_drawing(self, relation: Relation, sheet: str, without: frozenset[str]) -> bool:
        """Take a sheet's drawing along, thing by thing; False where none is left."""
        part = relation.target
        kept = self.things(part, sheet, without)
        if not kept:
            return False
        with self.package.understood(part):
            whole, every = things_in(self.package.xml(part))
        dropped = set(every) - set(kept)
        refers = {one for thing in dropped for one in thing.refers}
        refers -= {one for thing in kept for one in thing.refers}
        left = [one for one in relations_of(self.package, part) if one.id not in refers]
        texts = [self.mended_thing(thing, sheet) for thing in kept]
        text = None if texts == every else drawn(whole, texts)
        relations = self.mended(left, sheet, kept)
        self.pieces[part] = Piece(part, "drawing", type_of(self.types, part), text, relations)
        self.take_each(kept, relations, sheet)
        return True

    def mended_thing(self, thing: Thing, sheet: str) -> Thing:
        """A thing with what it says of cells aimed at the new workbook."""
        mended = Thing(self.mender.shapes(thing.text))
        self.say(sheet, thing.at)
        return mended

    def take_each(self, things: Iterable[Thing], relations: Iterable[Relation], sheet: str) -> None:
        """Take along what each thing refers to, and then what nobody names."""
        known = {one.id: one for one in relations}
        for thing in things:
            self.take((known[i] for i in known if i in thing.refers), sheet, thing.at)
        self.take(known.values(), sheet, "")

    def take_old_drawing(self, relation: Relation, sheet: str, without: frozenset[str]) -> bool:
        """Take along the boxes of comments and controls; False where none is left."""
        text = self.read(relation.target)
        kept, some = without_shapes(text, without)
        if without and not some:
            return False
        mended = self.mender.shapes(kept)
        self.say(sheet, "")
        known = relations_of(self.package, relation.target)
        left = self.mended(one for one in known if f'"{one.id}"' in mended)
        now = None if mended == text else mended
        kind = type_of(self.types, relation.target)
        self.pieces[relation.target] = Piece(relation.target, "vmlDrawing", kind, now, left)
        self.take(left, sheet, "")
        return True

    # --- what the report says ---

    def say(self, sheet: str, key: str) -> None:
        """Note what mending came across since the last time."""
        self._note(self.mender.emptied(), sheet, key)

    def lose(self, sheet: str, what: str) -> None:
        """Name what cannot come along."""
        if (sheet, what) not in self.lost:
            self.lost.append((sheet, what))

    def note(self, outcome: Outcome, sheet: str, key: str, note: str, before: str = "") -> None:
        """A line for the report."""
        change = Change(outcome, "", key, "", before=before or None, note=note, sheet=sheet)
        self.changes.append(change)

    def _note(self, found: Findings, sheet: str, key: str) -> None:
        """Say what became of formulas outside of cells."""
        for formulas, note in (
            (found.gone, "what it speaks of is gone; it shows what it showed last"),
            (
                found.unsure,
                "speaks of cells of ours by address, which may be others now: look at it",
            ),
            (found.macros, "the macro that it runs does not come along"),
        ):
            if formulas:
                self.note(Outcome.REFUSED, sheet, key, note, _listed(formulas))
        if found.embedded:
            note = "the data embedded in the chart are left out; it shows what they were"
            self.note(Outcome.REFUSED, sheet, key, note)


def _listed(formulas: list[str]) -> str:
    known = list(dict.fromkeys(formulas))
    more = f" and {len(known) - _MOST_SHOWN} more" if len(known) > _MOST_SHOWN else ""
    return ", ".join(known[:_MOST_SHOWN]) + more
