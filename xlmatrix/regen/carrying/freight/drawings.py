"""A drawing as the things on it, each with where it hangs and what it refers to."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from xlmatrix.formula.render import column_letters
from xlmatrix.package.cut import Cut, attributes, cut, replaced_start, start_tag, without_close

#: Attributes that name a relation.
_REFERS: Final = re.compile(
    r"\s(?:[\w.-]+:(?:id|embed|link|dm|lo|qs|cs|pict|href|relid)|relId)=\"([^\"]+)\""
)
_SURELY: Final = re.compile(r"\sr:(?:id|embed|link|dm|lo|qs|cs)=\"([^\"]+)\"")
_SHAPE_ID: Final = re.compile(r"\bspid=\"(_x0000_s\d{1,9})\"")
_NAMED: Final = re.compile(r"<(?:\w+:)?cNvPr\b[^<>]*>")
_CORNER: Final = re.compile(
    r"<(?:\w+:)?(from|to)>\s*<(?:\w+:)?col>(\d{1,6})</(?:\w+:)?col>(.*?)"
    r"<(?:\w+:)?row>(\d{1,8})</(?:\w+:)?row>",
    re.DOTALL,
)
_EXTENT: Final = re.compile(r"<(?:\w+:)?ext\s+cx=\"(\d{1,12})\"\s+cy=\"(\d{1,12})\"")
_PREFIX: Final = re.compile(r"</?([A-Za-z_][\w.-]*):|\s([A-Za-z_][\w.-]*):[\w.-]+=")
_REQUIRED: Final = re.compile(r"\sRequires=\"([^\"]*)\"")
_DECLARED: Final = re.compile(r"\sxmlns(?::([\w.-]+))?=(\"[^\"]*\"|'[^']*')")
#: What a thing is called, by a word in its XML; the first that fits.
_WORDS: Final = (
    (re.compile(r"<(?:\w+:)?slicer\b|drawing/20\d\d/slicer|/slicer\""), "a slicer"),
    (re.compile(r"timeslicer|<(?:\w+:)?timeslicer\b"), "a timeline"),
    (re.compile(r"drawingml/20\d\d/(?:\w+/)?chart\"|/chart\"|<(?:\w+:)?chart\b"), "a chart"),
    (re.compile(r"drawingml/20\d\d/diagram\"|/diagram\""), "a diagram"),
    (re.compile(r"\bspid=\""), "a control"),
    (re.compile(r"<(?:\w+:)?grpSp\b"), "a group of shapes"),
    (re.compile(r"<(?:\w+:)?pic\b"), "a picture"),
    (re.compile(r"<(?:\w+:)?cxnSp\b"), "a connector"),
    (re.compile(r"\stxBox=\"(?:1|true)\""), "a text box"),
)


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that hangs on a sheet, in the XML of its drawing."""

    text: str

    @property
    def word(self) -> str:
        """What it is."""
        return next((word for known, word in _WORDS if known.search(self.text)), "a shape")

    @property
    def refers(self) -> frozenset[str]:
        """Ids of relations that it speaks of."""
        return frozenset(_REFERS.findall(self.text))

    @property
    def names_relations(self) -> frozenset[str]:
        """Those of them that nobody can take for something else."""
        return frozenset(_SURELY.findall(self.text))

    @property
    def shape_id(self) -> str:
        """What a control or an embedded object is called in the sheet's older drawing."""
        found = _SHAPE_ID.search(self.text)
        return found[1] if found else ""

    @property
    def corner(self) -> tuple[int, int] | None:
        """Row and column, from 1, of the cell that it hangs on; None for one that hangs on none."""
        found = _CORNER.search(self.text)
        return (
            None if found is None or found[1] != "from" else (int(found[4]) + 1, int(found[2]) + 1)
        )

    @property
    def opposite(self) -> tuple[int, int] | None:
        """The cell at its lower right, where it says so."""
        found = next((hit for hit in _CORNER.finditer(self.text) if hit[1] == "to"), None)
        return None if found is None else (int(found[4]) + 1, int(found[2]) + 1)

    @property
    def extent(self) -> tuple[int, int]:
        """Its width and height in EMU where it says no other corner."""
        found = _EXTENT.search(self.text)
        return (0, 0) if found is None else (int(found[1]), int(found[2]))

    @property
    def at(self) -> str:
        """The cell that it hangs on, as its address; its name where it hangs on none."""
        if self.corner is None:
            return self.names[0] or "the sheet"
        return f"{column_letters(self.corner[1])}{self.corner[0]}"

    @property
    def names(self) -> tuple[str, str]:
        """Its name, and its alternative text."""
        found = _NAMED.search(self.text)
        given = attributes(found[0]) if found else {}
        return html.unescape(given.get("name", "")), html.unescape(given.get("descr", ""))

    def shifted(self, rows: int, columns: int) -> Thing:
        """The same, so many cells further down and to the right."""
        if not rows and not columns:
            return self

        def move(hit: re.Match[str]) -> str:
            text = hit[0]
            row, column = max(0, int(hit[4]) + rows), max(0, int(hit[2]) + columns)
            text = re.sub(r"(<(?:\w+:)?col>)\d+", rf"\g<1>{column}", text, count=1)
            return re.sub(r"(<(?:\w+:)?row>)\d+", rf"\g<1>{row}", text, count=1)

        return Thing(_CORNER.sub(move, self.text))


def shape_ids(drawing: str) -> frozenset[str]:
    """What controls and embedded objects in a drawing are called in the older one."""
    return frozenset(_SHAPE_ID.findall(drawing))


def things_in(drawing: str) -> tuple[Cut, list[Thing]]:
    """A drawing's outermost element, and the things in it."""
    whole = cut(drawing)
    return whole, [Thing(text) for _, text in whole.children]


def drawn(whole: Cut, things: Iterable[Thing]) -> str:
    """A drawing of some things; empty for one of none."""
    texts = [thing.text for thing in things]
    return whole.start + "".join(texts) + whole.end if texts and whole.end else ""


def self_contained(text: str, *around: str) -> str:
    """An element that declares each prefix that it uses, as the start tags around it do."""
    used = {one or other for one, other in _PREFIX.findall(text)} - {"xml", "xmlns"}
    used |= {prefix for hit in _REQUIRED.findall(text) for prefix in hit.split()}
    tag = start_tag(text)
    known = {prefix for prefix, _ in _DECLARED.findall(tag)}
    if re.match(r"<[\w.-]+[\s/>]", text):
        used.add("")
    added = ""
    for outer in around:
        for prefix, value in _DECLARED.findall(outer):
            if prefix in used - known:
                known.add(prefix)
                added += f" xmlns{':' if prefix else ''}{prefix}={value}"
    if not added:
        return text
    body, close = without_close(tag)
    return replaced_start(text, f"{body}{added}{close}")
