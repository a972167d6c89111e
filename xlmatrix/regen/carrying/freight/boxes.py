"""The older kind of drawing: boxes of comments, controls and embedded objects, header pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_SHAPE: Final = re.compile(r"<v:shape\b[^<>]*?\bid=\"([^\"]*)\".*?</v:shape>", re.DOTALL)
_NUMBER: Final = re.compile(r"\bo:spid=\"([^\"]*)\"")
_KIND: Final = re.compile(r"<x:ClientData\b[^<>]*\bObjectType=\"([^\"]*)\"")


@dataclass(frozen=True, slots=True)
class OldShape:
    """One of its shapes, by its id and its number, with its XML."""

    names: frozenset[str]
    text: str

    @property
    def word(self) -> str:
        """What it is; empty for the box of a comment, which the comment brings along."""
        kind = _KIND.search(self.text)
        if kind is None:
            return "a picture in the header or footer"
        words = {"Note": "", "Pict": "an embedded object or a picture of a control"}
        return words.get(kind[1], "a control")


def old_shapes(text: str) -> Iterator[OldShape]:
    """The shapes of such a drawing."""
    for hit in _SHAPE.finditer(text):
        yield _shape(hit)


def without_shapes(text: str, names: frozenset[str]) -> tuple[str, bool]:
    """The drawing without shapes of these ids or numbers, and whether any is left."""
    kept = _SHAPE.sub(lambda hit: "" if names & _shape(hit).names else hit[0], text)
    return kept, _SHAPE.search(kept) is not None


def _shape(hit: re.Match[str]) -> OldShape:
    number = _NUMBER.search(hit[0])
    return OldShape(frozenset({hit[1], number[1] if number else hit[1]}), hit[0])
