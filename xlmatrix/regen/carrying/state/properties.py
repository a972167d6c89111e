"""Document properties: what people wrote about the workbook as a whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from xlmatrix.errors import XlmatrixError
from xlmatrix.package.events import local, parse
from xlmatrix.package.limits import RefusedError
from xlmatrix.regen.carrying.state.case import Case
from xlmatrix.regen.carrying.state.desk import Desk
from xlmatrix.regen.carrying.state.stay import Finds, Stay, left_out
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.regen.reading.frames import Frames
from xlmatrix.sheets.plan import BookPlan

CORE: Final = "docProps/core.xml"
APP: Final = "docProps/app.xml"
_CP: Final = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_DC: Final = "http://purl.org/dc/elements/1.1/"
_EXTENDED: Final = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
#: Properties that people write: part, element, its namespace. Who saved when, and in which
#: language a program works, is not among them.
WRITTEN: Final = (
    (CORE, "title", "dc", _DC),
    (CORE, "subject", "dc", _DC),
    (CORE, "creator", "dc", _DC),
    (CORE, "description", "dc", _DC),
    (CORE, "identifier", "dc", _DC),
    (CORE, "keywords", "cp", _CP),
    (CORE, "category", "cp", _CP),
    (CORE, "contentStatus", "cp", _CP),
    (CORE, "version", "cp", _CP),
    (APP, "Company", "", _EXTENDED),
    (APP, "Manager", "", _EXTENDED),
    (APP, "HyperlinkBase", "", _EXTENDED),
)
_WORDS: Final = {"creator": "author", "description": "comments", "contentStatus": "status"}


def properties(case: Case) -> Finds:
    """Properties that are others than this release writes."""
    was: dict[str, Mapping[str, str]] = {CORE: {}, APP: {}}
    for part in was:
        try:
            was[part] = said_in(case.frames, part)
        except RefusedError:
            raise
        except XlmatrixError:
            yield left_out("", "document properties", f"the part {part} is damaged; left out")
    offered = _ours(case.book)
    for part, element, prefix, space in WRITTEN:
        now = was[part].get(element, "")
        # A program that knows no properties leaves them out: nobody emptied them.
        if not now.strip() or now == offered.get(element):
            continue
        made = offered if case.steady else _ours(case.trip.as_made)
        if now == made.get(element):
            continue
        theirs = offered.get(element, "")
        if theirs != made.get(element, ""):
            words = _WORDS.get(element, element.lower())
            note = "a property of the document that the template changed too; yours stays"
            yield Change(Outcome.CONFLICT, "", f"document {words}", "", before=made.get(element),
                         after=now, wanted=theirs, note=note)  # fmt: skip
        yield Property(part, element, prefix, space, now)


def _ours(book: BookPlan) -> dict[str, str]:
    """What this release writes of them."""
    author = book.author or book.organisation or "xlmatrix"
    known = {"title": book.title, "subject": book.subject, "creator": author}
    return known | {"Company": book.organisation}


def said_in(frames: Frames, part: str) -> Mapping[str, str]:
    """The properties of a part, by element."""
    found: dict[str, str] = {}
    pieces: list[str] = []
    if part not in frames.package:
        return found

    def start(_: str, __: dict[str, str]) -> None:
        pieces.clear()

    def end(tag: str) -> None:
        if pieces:
            found.setdefault(local(tag), "".join(pieces))
        pieces.clear()

    parse(frames.package, part, start=start, end=end, text=pieces.append)
    return found


@dataclass(frozen=True, slots=True)
class Property(Stay):
    """One property: its part, its element with prefix and namespace, what it says."""

    part: str
    element: str
    prefix: str
    space: str
    said: str

    @property
    def name(self) -> str:
        """The document's properties go together."""
        return "properties"

    @property
    def what(self) -> str:
        """Which it is, and what it says."""
        return f"the document's {_WORDS.get(self.element, self.element.lower())}: {self.said[:80]}"

    def settle(self, desk: Desk) -> None:
        """Write it in place of ours."""
        text = desk.new.text(self.part)
        text = re.sub(
            rf"<((?:\w+:)?{self.element})\b[^<>]*(?:/>|>[^<]*</\1\s*>)", "", text
        )  # fmt: skip
        tag = f"{self.prefix}:{self.element}" if self.prefix else self.element
        space = f"xmlns:{self.prefix}" if self.prefix else "xmlns"
        entry = f'<{tag} {space}="{self.space}">{escape(self.said)}</{tag}>'
        end = text.rindex("</")
        desk.new.put(self.part, text[:end] + entry + text[end:])

    def stands(self, there: Frames) -> bool:
        """Whether the part says it."""
        return said_in(there, self.part).get(self.element) == self.said
