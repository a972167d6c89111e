"""What a workbook says around its cells: elements of parts, and rows that say something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from xlmatrix.package import Package
from xlmatrix.package.cut import attributes, cut, start_tag, whole_number
from xlmatrix.package.limits import MOST_ROWS
from xlmatrix.regen.reading.contents import Contents

BOOK: Final = "xl/workbook.xml"
_DATA: Final = re.compile(r"<(?:\w+:)?sheetData\b[^<>]*?(?:/>|>)")
_DATA_END: Final = re.compile(r"</(?:\w+:)?sheetData\s*>")
_ROW: Final = re.compile(r"<(?:\w+:)?row\b([^<>]*)>")
_ROOT: Final = re.compile(r"<(\w+):\w")
#: What a row may say that somebody chose, besides its height and its looks.
ROW_STATE: Final = ("hidden", "outlineLevel", "collapsed")
_OFF: Final = frozenset({"0", "false"})


@dataclass(frozen=True, slots=True)
class Frame:
    """A part without its cells.

    ``tag`` is its start tag, ``children`` are its elements by local name, without the prefix that
    some programs write, and ``rows`` what rows say, by number, where they say anything.
    """

    tag: str
    children: tuple[tuple[str, str], ...]
    rows: Mapping[int, Mapping[str, str]] = field(default_factory=dict)

    def of(self, name: str) -> list[str]:
        """The elements of a name."""
        return [text for known, text in self.children if known == name]

    def said(self, name: str) -> dict[str, str]:
        """The attributes of the first element of a name, still escaped; none where it is not."""
        return next((plain_attributes(text) for text in self.of(name)), {})


class Frames:
    """The frames of a workbook, each cut when it is asked for."""

    def __init__(self, contents: Contents) -> None:
        self.contents, self.package = contents, contents.package
        self._cut: dict[str, Frame] = {}

    @property
    def book(self) -> Frame:
        """The workbook's own part."""
        return self.part(BOOK)

    def sheet(self, name: str) -> Frame | None:
        """A sheet by its name."""
        part = self.contents.sheet(name)
        return None if part is None else self.part(part.part)

    def part(self, name: str) -> Frame:
        """A sheet, a table or another part."""
        if name not in self._cut:
            self._cut[name] = frame_of(self.package, name)
        return self._cut[name]


def frame_of(package: Package, part: str) -> Frame:
    """A part cut into its frame.

    Raises
    ------
    XlmatrixError
        For a part that is damaged.
    """
    text = package.xml(part)
    with package.understood(part):
        begin = _DATA.search(text)
        rows: Mapping[int, Mapping[str, str]] = {}
        if begin is not None and not begin[0].endswith("/>"):
            stops = [hit.start() for hit in _DATA_END.finditer(text, begin.end())]
            stop = stops[-1] if stops else begin.end()
            rows = dict(_rows(text, begin.end(), stop))
            text = text[: begin.end()] + text[stop:]
        whole = cut(text)
        children = tuple((name, _unprefixed(child, whole.tag)) for name, child in whole.children)
    return Frame(whole.tag, children, rows)


def _rows(text: str, start: int, stop: int) -> Iterator[tuple[int, Mapping[str, str]]]:
    number = 0
    for hit in _ROW.finditer(text, start, stop):
        given = attributes(f"<row{hit[1]}>")
        number = whole_number(given.get("r", f"{number + 1}"))
        if not 1 <= number <= MOST_ROWS:
            raise ValueError(f"no sheet has a row {number}")
        said = {name: given[name] for name in ROW_STATE if given.get(name, "0") not in _OFF}
        if said:
            yield number, said


def _unprefixed(text: str, root: str) -> str:
    """An element without the prefix of its part's own namespace."""
    prefix = _ROOT.match(root)
    return text if prefix is None else re.sub(rf"<(/?){prefix[1]}:", r"<\1", text)


def plain_attributes(text: str) -> dict[str, str]:
    """The attributes of an element that belong to no other namespace, still escaped."""
    return {
        name: value
        for name, value in attributes(start_tag(text)).items()
        if ":" not in name and name != "xmlns"
    }


def is_on(value: str | None, default: bool = False) -> bool:
    """Whether an attribute of a truth value says yes."""
    return default if value is None else value not in _OFF
