"""What is on its way: parts with their relations, and what belongs on which sheet."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from xlmatrix.package import Package
from xlmatrix.package.events import local, parse
from xlmatrix.regen.carrying.freight.kinds import kind_of

_TYPES: Final = "[Content_Types].xml"
_BYTES: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part refers to under an id.

    ``target`` is a part of the old workbook; for one that is ``outside`` it is an address, or a
    place in the workbook behind ``#``.
    """

    id: str
    type: str
    target: str
    outside: bool = False

    @property
    def kind(self) -> str:
        """The last word of its type."""
        return kind_of(self.type)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part on its way: its name in the old workbook, its kind, what it says and refers to.

    ``text`` is None for a part that comes along byte by byte.
    """

    part: str
    kind: str
    content_type: str
    text: str | None = None
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True)
class Load:
    """What one sheet of the new workbook gets.

    Attributes
    ----------
    sheet
        Its name there.
    relations
        To pieces, under their ids of the old sheet.
    elements
        Elements of the sheet by name, which speak of these ids.
    anchors, anchored
        What joins the drawing of a sheet of ours, and the relations that this speaks of.
    threads
        The conversations on a sheet of ours, and the id of the first comment of each by its cell.
    """

    sheet: str
    relations: tuple[Relation, ...] = ()
    elements: tuple[tuple[str, str], ...] = ()
    anchors: tuple[str, ...] = ()
    anchored: tuple[Relation, ...] = ()
    threads: str = ""
    threaded: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Freight:
    """Everything on its way.

    Attributes
    ----------
    pieces
        By the part's name in the old workbook.
    chart_sheets
        Sheets that are a chart: name, state and part.
    pivot_caches
        The workbook's number of each pivot cache, and its part.
    filters
        Parts of the caches of slicers and timelines, with the kind of the list each belongs to.
    persons
        Who speaks in the threads: the part's text.
    """

    pieces: Mapping[str, Piece] = field(default_factory=dict)
    loads: tuple[Load, ...] = ()
    chart_sheets: tuple[tuple[str, str, str], ...] = ()
    pivot_caches: tuple[tuple[str, str], ...] = ()
    filters: tuple[tuple[str, str], ...] = ()
    persons: str = ""
    mark: str = ""
    """What ids have besides, where freight of another workbook is in the package already."""

    def __bool__(self) -> bool:
        return bool(self.pieces or self.loads or self.chart_sheets)


def relations_of(package: Package, part: str) -> tuple[Relation, ...]:
    """What a part refers to, in the order of its file."""
    folder, name = posixpath.split(part)
    own = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    found: list[Relation] = []
    seen: set[str] = set()

    def start(tag: str, given: dict[str, str]) -> None:
        identity = given.get("Id", "")
        if local(tag) != "Relationship" or identity in seen:
            return
        seen.add(identity)
        target = given.get("Target", "")
        outside = given.get("TargetMode") == "External" or target.startswith("#")
        if not outside:
            whole = target if target.startswith("/") else f"/{folder}/{target}"
            # Of the package itself parts are spoken of from its root, or from above that.
            target = _named(package, posixpath.normpath(whole).lstrip("/"))
        found.append(Relation(identity, given.get("Type", ""), target, outside))

    if own in package:
        parse(package, own, start=start)
    return tuple(found)


def _named(package: Package, part: str) -> str:
    """The name of a part as its archive lists it: large and small letters make no two parts."""
    if part in package:
        return part
    folded = part.casefold()
    alike = [name for name in package.listed if name.casefold() == folded]
    return alike[0] if len(alike) == 1 else part


def content_types(package: Package) -> dict[str, str]:
    """Content types of the old workbook, by part, or by extension with a dot before it."""
    found: dict[str, str] = {}

    def start(tag: str, given: dict[str, str]) -> None:
        bare = local(tag)
        if bare == "Override":
            found[given.get("PartName", "").lstrip("/").casefold()] = given.get("ContentType", "")
        elif bare == "Default":
            found[f".{given.get('Extension', '').casefold()}"] = given.get("ContentType", "")

    if _TYPES in package:
        parse(package, _TYPES, start=start)
    return found


def type_of(types: Mapping[str, str], part: str) -> str:
    """The content type of a part; one without a type is a heap of bytes."""
    name = part.casefold()
    return types.get(name) or types.get(f".{name.rpartition('.')[2]}") or _BYTES
