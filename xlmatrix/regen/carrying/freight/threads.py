"""Conversations on cells: with who speaks in them, when, what is done, whom they mention."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from xlmatrix.formula.render import column_letters
from xlmatrix.package import Package
from xlmatrix.package.cut import attributes, cut, replaced_start, start_tag, with_attributes
from xlmatrix.package.parts import HEAD
from xlmatrix.regen.carrying.cargo import Spot
from xlmatrix.regen.carrying.freight.drawings import self_contained
from xlmatrix.regen.carrying.freight.pieces import relations_of
from xlmatrix.regen.reading.contents import cell_place

SPACE: Final = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
_PERSON: Final = re.compile(r"<(?:\w+:)?person\b[^<>]*>")
_NAMED: Final = re.compile(r"\b(?:personId|mentionpersonId)=\"([^\"]*)\"")
_TEXT: Final = re.compile(r"<(?:\w+:)?text\b[^<>]*>([^<]*)<")
UNKNOWN: Final = "Unknown person"


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation on one cell: its comments as they stand, the first one first."""

    spot: Spot
    id: str
    comments: tuple[str, ...]

    def at(self, spot: Spot) -> Iterator[str]:
        """The comments on another cell."""
        place = f"{column_letters(spot[1])}{spot[0]}"
        for text in self.comments:
            yield replaced_start(text, with_attributes(start_tag(text), ref=place))

    @property
    def said(self) -> str:
        """What is said in it, as a comment of the older kind shows it."""
        texts = [html.unescape(hit[1]) for one in self.comments if (hit := _TEXT.search(one))]
        return "[Threaded comment]\n\n" + "\n".join(
            f"{'Reply' if number else 'Comment'}:\n    {text}" for number, text in enumerate(texts)
        )


def threads_of(package: Package, sheet: str) -> list[Thread]:
    """The conversations on a sheet, by its part."""
    found: dict[Spot, list[str]] = {}
    for one in relations_of(package, sheet):
        if one.kind != "threadedComment" or one.target not in package:
            continue
        with package.understood(one.target):
            whole = cut(package.xml(one.target))
        for text in whole.of("threadedComment"):
            spot = cell_place(attributes(start_tag(text)).get("ref", ""))
            if spot is not None:
                found.setdefault(spot, []).append(self_contained(text, whole.tag))
    threads = []
    for spot, texts in found.items():
        given = [attributes(start_tag(text)) for text in texts]
        first = next((one for one in given if "parentId" not in one), given[0])
        threads.append(Thread(spot, first.get("id", ""), tuple(texts)))
    return threads


def part_of(comments: list[str]) -> str:
    """The part of a sheet's conversations."""
    return f'{HEAD}<ThreadedComments xmlns="{SPACE}">{"".join(comments)}</ThreadedComments>'


def persons_of(package: Package, texts: list[str]) -> tuple[str, list[str]]:
    """Who speaks: the part's text, with those that it does not know added; their ids.

    ``texts`` are all conversations that come along.
    """
    part = next(
        (one.target for one in relations_of(package, "xl/workbook.xml")
         if one.kind == "person" and one.target in package),
        "",
    )  # fmt: skip
    text = package.xml(part) if part else f'{HEAD}<personList xmlns="{SPACE}"></personList>'
    with package.understood(part or "xl/workbook.xml"):
        whole = cut(text)
    known = {attributes(tag).get("id", "").casefold() for tag in _PERSON.findall(text)}
    asked = dict.fromkeys(one for said in texts for one in _NAMED.findall(said))
    unknown = [one for one in asked if one and one.casefold() not in known]
    if not unknown:
        return text, []
    prefix = "".join(re.findall(r"<(\w+:)?personList\b", text)[:1])
    added = "".join(
        f'<{prefix}person displayName="{UNKNOWN}" id="{one}" userId="{one}" providerId="None"/>'
        for one in unknown
    )
    start = whole.start if whole.end else whole.start.rstrip()[:-2].rstrip() + ">"
    inner = "".join(item for _, item in whole.children)
    return f"{start}{inner}{added}{whole.end or f'</{prefix}personList>'}", unknown
