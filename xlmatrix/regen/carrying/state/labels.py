"""Parts that belong to the document as a whole: custom properties, labels, data for programs."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.package.cut import attributes, with_attributes
from xlmatrix.package.limits import RefusedError
from xlmatrix.regen.carrying.freight.pieces import (
    Relation,
    content_types,
    relations_of,
    type_of,
)
from xlmatrix.regen.carrying.state.case import Case
from xlmatrix.regen.carrying.state.desk import BOOK, Desk
from xlmatrix.regen.carrying.state.stay import Finds, Stay, left_out
from xlmatrix.regen.reading.frames import Frames

#: Kinds of relations whose parts come along whole: of the package, of the workbook.
OF_PACKAGE: Final = {
    "custom-properties": "custom properties",
    "classificationlabels": "sensitivity labels",
    # Excel hangs them on the workbook, LibreOffice on the package.
    "customXml": "data of programs",
}
OF_BOOK: Final = {"customXml": "data of programs"}
_PROPERTY: Final = re.compile(r"<(?:\w+:)?property\b")
_LINKED: Final = re.compile(r"<(?:\w+:)?property\b[^<>]*\slinkTarget=\"[^<>]*>")


def labels(case: Case) -> Finds:
    """The parts, byte by byte but for links to names that are gone."""
    package = case.frames.package
    types = content_types(package)
    taken: set[str] = set()
    for source, kinds in (("", OF_PACKAGE), (BOOK, OF_BOOK)):
        found = [
            one
            for one in relations_of(package, source)
            if one.kind in kinds and not one.outside and one.target in package
        ]
        for number, relation in enumerate(found, start=1):
            words = kinds[relation.kind]
            if relation.target in taken:
                continue
            taken.add(relation.target)
            try:
                carried = [relation.target, *_behind(case, relation.target)]
                parts = tuple((part, type_of(types, part), package.read(part)) for part in carried)
                text = package.xml(relation.target)
            except RefusedError:
                raise
            except XlmatrixError:
                yield left_out("", words, f"the part {relation.target} is damaged; left out")
                continue
            if relation.kind == "custom-properties" and not _PROPERTY.search(text):
                # LibreOffice writes the part for every workbook.
                continue
            if relation.kind == "custom-properties":
                now, gone = _with_names(case, text)
                for name in gone:
                    note = "this custom property followed a name that is gone; it keeps its value"
                    yield left_out("", name, note)
                if gone:
                    parts = ((parts[0][0], parts[0][1], now.encode()), *parts[1:])
            yield Label(source, relation, f"rIdState{number}", words, parts)


def _behind(case: Case, part: str) -> Iterator[str]:
    """What such a part refers to, and its relations."""
    folder, _, name = part.rpartition("/")
    own = f"{folder}/_rels/{name}.rels"
    for one in relations_of(case.frames.package, part):
        if not one.outside and one.target in case.frames.package:
            yield one.target
    if own in case.frames.package:
        yield own


def _with_names(case: Case, text: str) -> tuple[str, list[str]]:
    """Custom properties without links to names that the new workbook has not."""
    known = {name.casefold() for name in case.book.names}
    gone: list[str] = []

    def mend(hit: re.Match[str]) -> str:
        given = attributes(hit[0])
        if html.unescape(given["linkTarget"]).casefold() in known:
            return hit[0]
        gone.append(html.unescape(given.get("name", "")))
        return with_attributes(hit[0], linkTarget=None)

    return _LINKED.sub(mend, text), gone


@dataclass(frozen=True, slots=True)
class Label(Stay):
    """A part with those that it refers to: (name, content type, bytes) of each."""

    source: str
    relation: Relation
    identity: str
    words: str
    parts: tuple[tuple[str, str, bytes], ...]

    @property
    def name(self) -> str:
        """The document's properties go together."""
        return "properties"

    @property
    def what(self) -> str:
        """Which it is."""
        return f"{self.words} of the document ({self.relation.target})"

    def settle(self, desk: Desk) -> None:
        """Put the parts under their names: the writer makes none of these."""
        for part, _, data in self.parts:
            desk.new.parts[part] = data
        desk.new.announce((part, kind) for part, kind, _ in self.parts)
        target = f"/{self.relation.target}"
        desk.new.relate(self.source, self.relation.type, target, self.identity)

    def stands(self, there: Frames) -> bool:
        """Whether every part is there as it was, and is spoken of."""
        targets = {one.target for one in relations_of(there.package, self.source)}
        return self.relation.target in targets and all(
            part in there.package and there.package.read(part) == data
            for part, _, data in self.parts
        )
