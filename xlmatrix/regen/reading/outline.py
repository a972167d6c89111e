"""A workbook's outline: sheets, tables, names, comments and number formats, without the cells."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.package import RESCUE, Package
from xlmatrix.package.events import local, parse
from xlmatrix.package.kinds import refuse_other_parts
from xlmatrix.regen.reading.contents import (
    Comment,
    Contents,
    Place,
    SheetPart,
    cell_place,
)
from xlmatrix.regen.reading.shared import formats_of
from xlmatrix.regen.reading.tables import unescape
from xlmatrix.tables.catalogue import ids_of

_BOOK: Final = "xl/workbook.xml"
_TYPES: Final = "[Content_Types].xml"
_TABLE: Final = "/relationships/table"
_COMMENTS: Final = "/relationships/comments"
_STATES: Final = frozenset({"visible", "hidden", "veryHidden"})
#: Parts that are no sheets: what programs and add-ins put beside them.
_EXTRAS: Final = (
    "xl/pivot", "xl/externalLinks/", "xl/query", "xl/vbaProject", "xl/webextensions/",
    "xl/dialogsheets/", "xl/macrosheets/", "xl/model/", "xl/connections.xml", "xl/richData/",
    "_xmlsignatures/",
)  # fmt: skip


def outline(package: Package, *, rescue: bool = False) -> Contents:
    """What a workbook holds, with cells still to be read; ``rescue`` takes what can be read.

    Raises
    ------
    XlmatrixError
        When the package is no workbook or is damaged.
    """
    types = package.text(_TYPES) if _TYPES in package else ""
    refuse_other_parts(package.names, types, package.where)
    book = _Book()
    parse(package, _BOOK, start=book.start, end=book.end, text=book.text, lenient=rescue)
    return Contents(
        package,
        _sheets(package, book, rescue=rescue),
        book.names,
        formats_of(package),
        frozenset(part for part in package.names if part.startswith(_EXTRAS)),
        from_1904=book.from_1904,
        chart_sheets=tuple(_chart_sheets(package, book)),
    )


@dataclass(slots=True)
class _Book:
    """The workbook's own part as it streams by: sheets as (name, state, relation), and names."""

    listed: list[tuple[str, str, str]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    of_sheets: dict[int, dict[str, str]] = field(default_factory=dict)
    from_1904: bool = False
    pieces: list[str] = field(default_factory=list)
    inside: tuple[dict[str, str], str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        bare = local(tag)
        if bare == "sheet":
            relation = next((v for k, v in attributes.items() if local(k) == "id" and ":" in k), "")
            listed = (attributes.get("name", ""), attributes.get("state", ""), relation)
            self.listed.append(listed)
        elif bare == "definedName":
            place = attributes.get("localSheetId", "")
            known = self.names
            if place.isdecimal():
                known = self.of_sheets.setdefault(int(place), {})
            self.inside = (known, attributes.get("name", ""))
            self.pieces.clear()
        elif bare == "workbookPr" and attributes.get("date1904", "0") in ("1", "true"):
            self.from_1904 = True

    def end(self, tag: str) -> None:
        if local(tag) == "definedName" and self.inside is not None:
            known, name = self.inside
            known[name] = "".join(self.pieces)
            self.inside = None

    def text(self, piece: str) -> None:
        if self.inside is not None:
            self.pieces.append(piece)


def _sheets(package: Package, book: _Book, *, rescue: bool) -> list[SheetPart]:
    """The worksheets in their order; sheets of another kind are left out."""
    known = relations(package, _BOOK)
    sheets = []
    for number, (name, state, relation) in enumerate(book.listed):
        kind, target = known.get(relation, ("", ""))
        if not target and not rescue:
            raise XlmatrixError(
                f"the sheet {name!r} has lost its part", where=package.where, mend=RESCUE
            )
        if target.startswith("xl/worksheets/") or (target and "worksheet" in kind):
            known_state = state if state in _STATES else "visible"
            sheet = _sheet(package, name, known_state, target, rescue=rescue)
            sheet.names = book.of_sheets.get(number, {})
            sheets.append(sheet)
    return sheets


def _chart_sheets(package: Package, book: _Book) -> Iterator[tuple[str, str, str]]:
    """Name, state and part of the sheets that are a chart."""
    known = relations(package, _BOOK)
    for name, state, relation in book.listed:
        kind, target = known.get(relation, ("", ""))
        if kind.endswith("/chartsheet") and target in package:
            yield name, state if state in _STATES else "visible", target


def _sheet(
    package: Package, name: str, state: str, part: str, *, rescue: bool = False
) -> SheetPart:
    sheet = SheetPart(name, part, state)
    known = relations(package, part)
    for kind, target in known.values():
        if kind.endswith(_TABLE) and target in package:
            place = _place(package, target, name)
            if place is not None:
                sheet.tables.append(place)
        elif kind.endswith(_COMMENTS) and (target in package or not rescue):
            sheet.comments |= _comments(package, target)
    sheet.tables.sort(key=lambda place: (place.row, place.column))
    sheet.related = frozenset(kind.rpartition("/")[2] for kind, _ in known.values())
    return sheet


def relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Id to kind and part of what a part refers to inside the package."""
    folder, name = posixpath.split(part)
    own = f"{folder}/_rels/{name}.rels"
    found: dict[str, tuple[str, str]] = {}
    if own not in package:
        return found

    def start(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            whole_path = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
            found[attributes.get("Id", "")] = (
                attributes.get("Type", ""),
                posixpath.normpath(whole_path),
            )

    parse(package, own, start=start)
    return found


def _place(package: Package, part: str, sheet: str) -> Place | None:
    attributes: dict[str, str] = {}
    look: dict[str, str] = {}
    headers: list[str] = []

    def start(tag: str, given: dict[str, str]) -> None:
        bare = local(tag)
        if bare == "table":
            attributes.update(given)
        elif bare == "tableColumn":
            headers.append(unescape(given.get("name", "")))
        elif bare == "tableStyleInfo":
            look.update(given)
        elif bare == "autoFilter":
            look["filtered"] = "1"

    parse(package, part, start=start)
    first, _, last = attributes.get("ref", "").partition(":")
    top, bottom = cell_place(first), cell_place(last or first)
    if top is None or bottom is None:
        return None
    totals = int(attributes.get("totalsRowCount", "0") or 0)
    # Without its header row a table begins with its first row of values.
    headless = attributes.get("headerRowCount", "1") == "0"
    name = attributes.get("displayName") or attributes.get("name", "")
    # Some programs list fewer columns than the area has; what stands above these tells the rest.
    headers += [""] * (bottom[1] - top[1] + 1 - len(headers))
    return Place(
        name,
        sheet,
        top[0] - headless,
        top[1],
        bottom[0] - totals,
        ids_of(name, headers),
        totals=totals > 0,
        style=look.get("name", ""),
        banded=look.get("showRowStripes", "0") in ("1", "true"),
        filtered="filtered" in look,
    )


def _comments(package: Package, part: str) -> dict[tuple[int, int], Comment]:
    authors: list[str] = []
    found: dict[tuple[int, int], Comment] = {}
    state: dict[str, str] = {}
    pieces: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        bare = local(tag)
        if bare == "comment":
            state.update(ref=attributes.get("ref", ""), author=attributes.get("authorId", "0"))
        if bare in ("comment", "author"):
            pieces.clear()
        state["in"] = bare

    def end(tag: str) -> None:
        bare = local(tag)
        if bare == "author":
            authors.append("".join(pieces))
        elif bare == "comment":
            place = cell_place(state["ref"])
            number = int(state["author"])
            author = authors[number] if number < len(authors) else ""
            if place is not None:
                found[place] = Comment(author, unescape("".join(pieces)))
        state["in"] = ""

    def text(piece: str) -> None:
        if state.get("in") in ("t", "author"):
            pieces.append(piece)

    parse(package, part, start=start, end=end, text=text)
    return found
