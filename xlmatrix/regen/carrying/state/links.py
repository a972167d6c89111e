"""Links that people put on cells of our sheets: to addresses, and to places in the workbook."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from xml.sax.saxutils import escape

from xlmatrix.formula.render import column_letters
from xlmatrix.package.cut import attributes, cut, start_tag
from xlmatrix.regen.carrying.cargo import Spot
from xlmatrix.regen.carrying.freight.aim import box_of
from xlmatrix.regen.carrying.freight.kinds import R
from xlmatrix.regen.carrying.freight.pieces import relations_of
from xlmatrix.regen.carrying.state.case import Case, OurSheet
from xlmatrix.regen.carrying.state.desk import Desk
from xlmatrix.regen.carrying.state.sheetxml import element
from xlmatrix.regen.carrying.state.spots import Spots, text_of
from xlmatrix.regen.carrying.state.stay import Finds, OfSheet, left_out
from xlmatrix.regen.merging.merge import Change
from xlmatrix.regen.reading.frames import Frame, Frames, plain_attributes
from xlmatrix.sheets.plan import SheetPlan

#: A link over more cells than these stays whole or not at all.
_MOST_CELLS: Final = 500
#: Lines about links of one sheet, and what the rest is called.
_MOST_LINES: Final = 20
_SHOWN: Final = ("tooltip", "display")


@dataclass(frozen=True, slots=True)
class Link:
    """A link: its cells, where it leads outside and inside, and what it says itself, unescaped."""

    ref: str
    target: str
    location: str
    said: tuple[tuple[str, str], ...] = ()


def links_of(frame: Frame, targets: Mapping[str, str]) -> Iterator[Link]:
    """The links of a sheet; ``targets`` are addresses by relation."""
    for text in frame.of("hyperlinks"):
        for item in cut(text).of("hyperlink"):
            given = {name: html.unescape(v) for name, v in plain_attributes(item).items()}
            relation = next(
                (v for k, v in attributes(start_tag(item)).items() if k.endswith(":id")), ""
            )
            said = tuple((name, given[name]) for name in _SHOWN if given.get(name))
            target = targets.get(relation, "")
            yield Link(given.get("ref", ""), target, given.get("location", ""), said)


def _targets(frames: Frames, part: str) -> dict[str, str]:
    found = relations_of(frames.package, part)
    return {one.id: html.unescape(one.target) for one in found if one.outside}


def links(case: Case) -> Finds:
    """Links that are none of ours, on the cells that they were put on."""
    for sheet in case.seen:
        kept: list[Link] = []
        lines: list[Change] = []
        ours, spots = _Ours(case, sheet), Spots(case, sheet)
        for link in links_of(sheet.frame, _targets(case.frames, sheet.part.part)):
            if not link.ref or ours.has(link, spots):
                continue
            led, line = _aimed(case, sheet, link)
            if led is not None and ours.has(led, spots):
                # Ours, to a sheet that somebody renamed.
                continue
            lines += [line] if line is not None else []
            if led is None:
                continue
            now, gone = _moved(spots, led)
            kept += now
            note = "the link of this cell is left out: where the cell stands now nobody can tell"
            lines += [left_out(sheet.name, at, note, link.target or link.location) for at in gone]
        if kept:
            yield Links(sheet.name, tuple(kept))
        yield from lines[:_MOST_LINES]
        if len(lines) > _MOST_LINES:
            note = f"so it is with {len(lines) - _MOST_LINES} more links of this sheet"
            yield left_out(sheet.name, "links", note)


def _aimed(case: Case, sheet: OurSheet, link: Link) -> tuple[Link | None, Change | None]:
    """A link with its place in the workbook as it is called now, and what is to say of it."""
    if not link.location or link.target:
        # Behind an address stands a place in what that leads to.
        return link, None
    aimed = case.aim.formula(link.location)
    if aimed.gone:
        note = f"the link of this cell led to {aimed.gone}, which is gone; its text stays"
        return None, left_out(sheet.name, link.ref, note, link.location)
    led = Link(link.ref, "", aimed.text, link.said)
    if not aimed.unsure:
        return led, None
    note = "the link leads to cells of ours by address, which may be others now: look at it"
    return led, left_out(sheet.name, link.ref, note, link.location)


def _moved(spots: Spots, link: Link) -> tuple[list[Link], list[str]]:
    """The link on its cells as they stand now, and the cells that are gone."""
    box = box_of(link.ref)
    cells = [
        (row, column)
        for row in range(box.top, min(box.bottom, box.top + _MOST_CELLS) + 1)
        for column in range(box.left, min(box.right, box.left + _MOST_CELLS) + 1)
    ]
    if len(cells) > _MOST_CELLS:
        return ([link], []) if spots.case.steady else ([], [link.ref])
    now = {cell: spots.spot(cell) for cell in cells}
    shifts = {(a[0] - b[0], a[1] - b[1]) for b, a in now.items() if a is not None}
    if len(shifts) == 1 and None not in now.values():
        first, last = now[cells[0]], now[cells[-1]]
        assert first is not None
        assert last is not None
        ref = _address(first) if first == last else f"{_address(first)}:{_address(last)}"
        return [Link(ref, link.target, link.location, link.said)], []
    kept = [
        Link(_address(at), link.target, link.location, link.said)
        for at in now.values()
        if at is not None
    ]
    return kept, [_address(cell) for cell, at in now.items() if at is None]


def _address(spot: Spot) -> str:
    return f"{column_letters(spot[1])}{spot[0]}"


class _Ours:
    """Tells links of ours, which the new workbook has by itself."""

    def __init__(self, case: Case, sheet: OurSheet) -> None:
        self.case, self.sheet = case, sheet
        self.loose = frozenset(case.trip.used.stamp.sheets[sheet.name].loose)
        self.now = _known(sheet.plan)

    @cached_property
    def made(self) -> frozenset[tuple[str, str]]:
        """The links of the sheet as it was made."""
        made = self.case.as_made(self.sheet.name)
        return frozenset() if made is None else _known(made)

    def has(self, link: Link, spots: Spots) -> bool:
        """Whether a link is one of ours: on its cell, or on another that shows the same."""
        box = box_of(link.ref)
        at = (box.top, box.left)
        shown = spots.text(at)
        leads = {_plain(link.target), _plain(link.location)} - {""}
        wanted = {(one, led) for one in (shown, _address(at)) if one for led in leads}
        if wanted & self.now or wanted & self.made:
            return True
        # What another release linked on its own texts is its own.
        foreign = not self.case.trip.same_release and not spots.in_table(at)
        return foreign and (not shown or shown in self.loose)


def _known(plan: SheetPlan) -> frozenset[tuple[str, str]]:
    """The links of a planned sheet: what a cell shows, or where it stands, and where it leads."""
    linked = [(spot, cell) for spot, cell in plan.cells.items() if cell.link]
    shown = {(text_of(cell), _plain(cell.link)) for _, cell in linked}
    return frozenset(shown | {(_address(spot), _plain(cell.link)) for spot, cell in linked})


def _plain(place: str) -> str:
    return place.lstrip("#").replace("'", "").replace("%20", " ").rstrip("/").casefold()


@dataclass(frozen=True, slots=True)
class Links(OfSheet):
    """Links on cells of one sheet."""

    links: tuple[Link, ...]

    @property
    def what(self) -> str:
        """Where they lead, as far as a line takes it."""
        shown = ", ".join(f"{one.ref} to {one.target or one.location}" for one in self.links[:3])
        more = f" and {len(self.links) - 3} more" if len(self.links) > 3 else ""
        return f"links on the sheet {self.sheet!r}: {shown}{more}"

    def settle(self, desk: Desk) -> None:
        """Put them beside ours, and in place of those on the same cells."""
        sheet, part = desk.sheet(self.sheet), desk.new.sheet_part(self.sheet)
        known = sheet.get("hyperlinks")
        refs = {one.ref for one in self.links}
        items = [
            item
            for item in (cut(known).of("hyperlink") if known else ())
            if plain_attributes(item).get("ref") not in refs
        ]
        for link in self.links:
            said = [("ref", link.ref)]
            if link.target:
                identity = desk.free(part)
                target = _quoted(link.target)
                desk.new.relate(part, f"{R}/hyperlink", target, identity, external=True)
                said += [("xmlns:r", R), ("r:id", identity)]
            said += [("location", link.location)] if link.location else []
            items.append(element("hyperlink", [(k, _quoted(v)) for k, v in (*said, *link.said)]))
        sheet.put("hyperlinks", f"<hyperlinks>{''.join(items)}</hyperlinks>")

    def stands(self, there: Frames) -> bool:
        """Whether the sheet has each of them."""
        frame, part = there.sheet(self.sheet), there.contents.sheet(self.sheet)
        if frame is None or part is None:
            return False
        return set(self.links) <= set(links_of(frame, _targets(there, part.part)))


def _quoted(text: str) -> str:
    return escape(text, {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
