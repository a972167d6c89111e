"""Parts of two workbooks held against each other: what hangs on a sheet, with all it refers to.

It reads packages on a road of its own. Relations of a sheet pair up by their kind and order, those
of other parts by their id; XML is compared in its canonical form, all else byte by byte.
"""

from __future__ import annotations

import posixpath
import re
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import ParseError, canonicalize, fromstring

from tests.regen.packages import part_of_sheet, parts_of

#: Elements by which parts hang on a sheet, and relations that other tests look at.
_HANGING = ("drawing", "legacyDrawing", "legacyDrawingHF", "picture", "controls", "extLst")
_ELSEWHERE = {"table", "hyperlink", "printerSettings"}
#: Relations of the workbook to what belongs to no sheet.
_OF_BOOK = {"pivotCacheDefinition", "slicerCache", "timelineCache", "person"}

Swaps = Sequence[tuple[str, str]]


class Relation(NamedTuple):
    id: str
    kind: str
    target: str
    outside: bool


class Compared(NamedTuple):
    """What was compared: how many parts of each kind, and what differs."""

    kinds: Mapping[str, int]
    faults: list[str]


def relations_in(parts: Mapping[str, bytes], part: str) -> list[Relation]:
    """What a part refers to."""
    folder, _, name = part.rpartition("/")
    text = parts.get(f"{folder}/_rels/{name}.rels")
    found = []
    for one in fromstring(text) if text else ():
        target, mode = one.attrib["Target"], one.attrib.get("TargetMode")
        outside = mode == "External" or target.startswith("#")
        if not outside:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        kind = one.attrib["Type"].rpartition("/")[2]
        found.append(Relation(one.attrib["Id"], kind, target, outside))
    return found


def compared(
    old: bytes,
    new: bytes,
    sheets: Mapping[str, str],
    swaps: Swaps = (),
    *,
    written: Collection[str] = (),
) -> Compared:
    """Sheets, by their old and new name, and what of the workbook belongs to them.

    ``swaps`` are pairs (before, after) of texts that are to be mended, ``written`` kinds of parts
    that are written anew.
    """
    return _Comparison(parts_of(old), parts_of(new), swaps, written).of(old, new, sheets)


class _Comparison:
    def __init__(
        self,
        old: dict[str, bytes],
        new: dict[str, bytes],
        swaps: Swaps,
        written: Collection[str],
    ) -> None:
        self.old, self.new, self.swaps, self.written = old, new, swaps, written
        self.pairs: dict[str, str] = {}
        self.kinds: dict[str, int] = {}
        self.faults: list[str] = []

    def of(self, old: bytes, new: bytes, sheets: Mapping[str, str]) -> Compared:
        for was, now in sheets.items():
            one, other = part_of_sheet(old, was), part_of_sheet(new, now)
            ids = self._paired(one, other, lambda relation: relation.kind not in _ELSEWHERE)
            self._hanging(one, other, ids)
        self._paired("xl/workbook.xml", "xl/workbook.xml", lambda r: r.kind in _OF_BOOK)
        return Compared(self.kinds, self.faults)

    def _paired(self, one: str, other: str, wanted: Callable[[Relation], bool]) -> dict[str, str]:
        """Relations of two sheets by kind and order; gives the ids of the new one by the old."""
        left = sorted(filter(wanted, relations_in(self.old, one)), key=lambda r: r.kind)
        right = sorted(filter(wanted, relations_in(self.new, other)), key=lambda r: r.kind)
        if [r.kind for r in left] != [r.kind for r in right]:
            kinds = [[r.kind for r in side] for side in (left, right)]
            self.faults.append(f"{one} refers to {kinds[0]}, {other} to {kinds[1]}")
            return {}
        for before, after in zip(left, right, strict=True):
            if before.kind not in self.written:
                self._follow(before, after)
        return {b.id: a.id for b, a in zip(left, right, strict=True)}

    def _follow(self, before: Relation, after: Relation) -> None:
        waiting = deque([(before, after)])
        while waiting:
            was, now = waiting.popleft()
            if was.outside or now.outside:
                if self._swapped(was.target) != now.target or was.outside != now.outside:
                    self.faults.append(f"{was} became {now}")
                continue
            if was.target in self.pairs:
                if self.pairs[was.target] != now.target:
                    self.faults.append(f"{was.target} is {now.target} too")
                continue
            self.pairs[was.target] = now.target
            self.kinds[was.kind] = self.kinds.get(was.kind, 0) + 1
            self._same(was.target, now.target)
            known = {one.id: one for one in relations_in(self.new, now.target)}
            for one in relations_in(self.old, was.target):
                if one.id not in known or known[one.id].kind != one.kind:
                    self.faults.append(f"{now.target} refers to no {one.kind} as {one.id}")
                else:
                    waiting.append((one, known[one.id]))

    def _same(self, was: str, now: str) -> None:
        if now not in self.new:
            self.faults.append(f"{now} is not there, once {was}")
        elif _canonical(self._mended(was)) != _canonical(self.new[now]):
            before, after = self._mended(was), self.new[now]
            self.faults.append(f"{was} is not {now}: {before[:3000]!r} {after[:3000]!r}")
        elif _type_of(self.old, was) != _type_of(self.new, now):
            self.faults.append(f"{was} and {now} have two content types")

    def _swapped(self, text: str) -> str:
        for was, now in self.swaps:
            text = text.replace(was, now)
        return text

    def _mended(self, part: str) -> bytes:
        """A part of the old workbook as it should be in the new one."""
        try:
            return self._swapped(self.old[part].decode()).encode()
        except UnicodeDecodeError:
            return self.old[part]

    def _hanging(self, one: str, other: str, ids: Mapping[str, str]) -> None:
        """The elements of two sheets that speak of parts."""
        sides = []
        for parts, part in ((self.old, one), (self.new, other)):
            root = fromstring(parts[part])
            kept = [c for c in root if _bare(c.tag) in (*_HANGING, "AlternateContent")]
            sides.append([_told(child) for child in kept])
        for was, now in ids.items():
            sides[0] = [re.sub(rf"id='{re.escape(was)}'", f"id='{now}'", t) for t in sides[0]]
        sides[0] = [self._swapped(text) for text in sides[0]]
        if sorted(sides[0]) != sorted(sides[1]):
            self.faults.append(f"on {one} hangs {sides[0]}, on {other} {sides[1]}")


def _told(element: object) -> str:
    """An element as its names, attributes and text."""
    return " ".join(
        f"<{_bare(one.tag)} "
        + " ".join(f"{_bare(k)}='{v}'" for k, v in sorted(one.attrib.items()))
        + f">{(one.text or '').strip()}"
        for one in element.iter()  # type: ignore[attr-defined]
    )


def _bare(tag: str) -> str:
    return tag.rpartition("}")[2]


def _canonical(data: bytes) -> bytes | str:
    try:
        return canonicalize(data.decode())
    except (ParseError, UnicodeDecodeError):
        return data


def _type_of(parts: Mapping[str, bytes], part: str) -> str | None:
    defaults, own = {}, None
    for one in fromstring(parts["[Content_Types].xml"]):
        if one.attrib.get("PartName", "").casefold() == f"/{part}".casefold():
            own = one.attrib["ContentType"]
        elif "Extension" in one.attrib:
            defaults[one.attrib["Extension"].casefold()] = one.attrib["ContentType"]
    return own or defaults.get(part.rpartition(".")[2].casefold())


def dangling(data: bytes) -> Iterator[str]:
    """Relations of a package that lead nowhere, and parts without a content type."""
    parts = parts_of(data)
    for name in parts:
        folder, mark, own = name.rpartition("_rels/")
        if mark and own.endswith(".rels"):
            for one in relations_in(parts, f"{folder}{own.removesuffix('.rels')}"):
                if not one.outside and one.target not in parts:
                    yield f"{folder}{own}: {one}"
        if _type_of(parts, name) is None and name != "[Content_Types].xml":
            yield f"{name} has no content type"
