"""Pivot caches, slicers and timelines: what the workbook, and no sheet, keeps of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from xlmatrix.package import Package
from xlmatrix.package.cut import attributes
from xlmatrix.package.events import local, parse
from xlmatrix.regen.carrying.freight.pieces import Piece, Relation, relations_of
from xlmatrix.regen.carrying.references import Known
from xlmatrix.regen.reading.tables import unescape

BOOK: Final = "xl/workbook.xml"
_CACHE: Final = re.compile(r"<(?:\w+:)?(?:slicer|timeline)\s[^<>]*?\bcache=\"([^\"]*)\"")
_ROOT: Final = re.compile(r"<(?:\w+:)?(?:slicer|timeline)CacheDefinition\b[^<>]*>")
PIVOT: Final = re.compile(r"<(?:\w+:)?pivotTable\b[^<>]*/>")
TABLE: Final = re.compile(r"<(?:\w+:)?tableSlicerCache\b[^<>]*>")
_CONNECTED: Final = re.compile(
    r"<(?:\w+:)?cacheSource\b[^<>]*\b(?:type=\"external\"|connectionId=)"
)
_KINDS: Final = frozenset({"slicerCache", "timelineCache"})


@dataclass(frozen=True, slots=True)
class OldTable:
    """A table by the number that slicers know it by: its name, and columns by their numbers."""

    name: str
    columns: Mapping[str, str]


@dataclass(slots=True)
class Outer:
    """What of the workbook's own part speaks of pivots and sheets."""

    sheets: dict[str, str] = field(default_factory=dict)
    caches: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, package: Package) -> Outer:
        """Sheet ids to names, and relations of pivot caches to their numbers."""
        found = cls()

        def start(tag: str, given: dict[str, str]) -> None:
            bare = local(tag)
            relation = next((v for k, v in given.items() if local(k) == "id" and ":" in k), "")
            if bare == "sheet":
                found.sheets[given.get("sheetId", "")] = given.get("name", "")
            elif bare == "pivotCache":
                found.caches[relation] = given.get("cacheId", "")

        parse(package, BOOK, start=start)
        return found


def tables_by_number(package: Package) -> dict[str, OldTable]:
    """Tables of a workbook by their number."""
    found: dict[str, OldTable] = {}
    for sheet in relations_of(package, BOOK):
        if sheet.kind != "worksheet":
            continue
        for one in relations_of(package, sheet.target):
            if one.kind == "table" and one.target in package:
                number, table = _table(package, one.target)
                found[number] = table
    return found


def _table(package: Package, part: str) -> tuple[str, OldTable]:
    heads: dict[str, str] = {}
    columns: dict[str, str] = {}

    def start(tag: str, given: dict[str, str]) -> None:
        if local(tag) == "table":
            heads.update(given)
        elif local(tag) == "tableColumn":
            columns[given.get("id", "")] = unescape(given.get("name", ""))

    parse(package, part, start=start)
    return heads.get("id", ""), OldTable(heads.get("displayName", heads.get("name", "")), columns)


class Filters:
    """The caches of slicers and timelines, and which of them are asked for.

    ``own`` are users' sheets that come along, folded.
    """

    def __init__(self, package: Package, known: Known, own: frozenset[str]) -> None:
        self.package, self.known, self.own = package, known, own
        self.used: dict[str, str] = {}

    @cached_property
    def outer(self) -> Outer:
        """What the workbook's own part says."""
        return Outer.of(self.package)

    @cached_property
    def _tables(self) -> dict[str, OldTable]:
        return tables_by_number(self.package)

    @cached_property
    def _caches(self) -> dict[str, tuple[Relation, str]]:
        """Each cache by its name: its relation, and what its part says."""
        found = {}
        for one in relations_of(self.package, BOOK):
            if one.kind in _KINDS and one.target in self.package:
                text = self.package.xml(one.target)
                root = _ROOT.search(text)
                if root is not None:
                    found[attributes(root[0]).get("name", "")] = (one, text)
        return found

    def holds(self, relation: Relation) -> bool:
        """Whether everything that a part of slicers or timelines shows comes along."""
        wanted = _CACHE.findall(self.package.xml(relation.target))
        caches = [self._caches.get(name) for name in wanted]
        if not wanted or any(one is None or not self._whole(one[1]) for one in caches):
            return False
        for one in caches:
            if one is not None:
                self.used[one[0].target] = one[0].kind
        return True

    def _whole(self, text: str) -> bool:
        for tag in PIVOT.findall(text):
            sheet = self.outer.sheets.get(attributes(tag).get("tabId", ""), "")
            if sheet.casefold() not in self.own:
                return False
        for tag in TABLE.findall(text):
            given = attributes(tag)
            table = self._tables.get(given.get("tableId", ""))
            header = None if table is None else table.columns.get(given.get("column", ""))
            columns = None if table is None else self.known.tables.get(table.name.casefold())
            if header is None or columns is None or header.casefold() not in columns:
                return False
        return True

    def relations(self) -> list[Relation]:
        """The caches that are asked for."""
        return [one for one, _ in self._caches.values() if one.target in self.used]

    def listed(self) -> tuple[tuple[str, str], ...]:
        """Their parts, with the workbook's list that each stands in."""
        found = []
        for one in self.relations():
            table = TABLE.search(self.package.xml(one.target))
            kind = "timelines" if one.kind == "timelineCache" else "tables" if table else "pivots"
            found.append((one.target, kind))
        return tuple(found)

    def pivot_caches(self, pieces: Mapping[str, Piece]) -> tuple[tuple[str, str], ...]:
        """The number and the part of each pivot cache that comes along."""
        return tuple(
            (self.outer.caches[one.id], one.target)
            for one in relations_of(self.package, BOOK)
            if one.kind == "pivotCacheDefinition"
            and one.target in pieces
            and one.id in self.outer.caches
        )

    def lacking(self, pivot: Relation) -> str:
        """What a pivot table needs and cannot have, in words; empty for one that has it all."""
        caches = [
            one
            for one in relations_of(self.package, pivot.target)
            if one.kind == "pivotCacheDefinition" and one.target in self.package
        ]
        listed = relations_of(self.package, BOOK)
        numbers = {one.target for one in listed if one.id in self.outer.caches}
        if not caches or any(one.target not in numbers for one in caches):
            return "whose cache is not in the file"
        connected = any(_CONNECTED.search(self.package.xml(one.target)) for one in caches)
        return "over a connection to data" if connected else ""
