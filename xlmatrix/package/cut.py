"""XML cut into its pieces without touching a letter of them: what is passed on stays as it was.

What is cut comes from :meth:`xlmatrix.package.Package.xml`, or is a piece of that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from xlmatrix.package.limits import MOST_NAME_CHARS, MOST_NESTED
from xlmatrix.package.plain_xml import NotPlainError, guarded_parser

_TAG: Final = re.compile(r"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_BYTE_TAG: Final = re.compile(_TAG.pattern.encode())
_PROLOG: Final = re.compile(r"\s*(?:<\?xml\b[^>]*\?>\s*)?")
# Only where no letter of a name stands before it, or a long name would be tried letter by letter.
_ATTRIBUTE: Final = re.compile(r"(?<![\w.:-])([\w.:-]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_MOST_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Cut:
    """An element: its start tag, its children as (local name, text), its end tag.

    ``start`` begins with what stands before the element, such as an XML declaration.
    """

    start: str
    children: tuple[tuple[str, str], ...]
    end: str

    @property
    def tag(self) -> str:
        """The start tag alone."""
        return self.start[_PROLOG.match(self.start).end() :]  # type: ignore[union-attr]

    def of(self, name: str) -> list[str]:
        """The children of a name."""
        return [text for known, text in self.children if known == name]


def cut(text: str) -> Cut:
    """The outermost element of a text, cut into its children.

    Raises
    ------
    ValueError
        For what is no XML that a workbook holds.
    """
    data = text.encode()
    parser = guarded_parser()
    depth = opened = 0
    name = ""
    children: list[tuple[str, str]] = []
    edges: list[int] = []

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal depth, opened, name
        if depth == 1:
            opened, name = parser.CurrentByteIndex, tag.rpartition(":")[2]
        depth += 1
        if depth > MOST_NESTED or len(tag) > MOST_NAME_CHARS:
            raise ValueError("elements stand too deep, or have too long names")

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1
        if depth == 1:
            stop = _end_of(data, opened, parser.CurrentByteIndex)
            children.append((name, data[opened:stop].decode()))
        elif depth == 0:
            edges.append(parser.CurrentByteIndex)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, NotPlainError) as fault:
        raise ValueError(str(fault)) from fault
    prolog = _PROLOG.match(text)
    assert prolog is not None
    first = _TAG.match(text, prolog.end())
    if first is None:
        raise ValueError("something other than an element stands first")
    head = text[: first.end()]
    tail = data[edges[0] :].decode() if not head.endswith("/>") else ""
    return Cut(head, tuple(children), tail)


def _end_of(data: bytes, opened: int, at: int) -> int:
    """Where an element ends that began at ``opened`` and whose end the parser saw at ``at``."""
    found = _BYTE_TAG.match(data, opened)
    assert found is not None
    # An element without an end tag of its own ends with its start tag.
    return found.end() if found[0].endswith(b"/>") else data.index(b">", at) + 1


def start_tag(text: str) -> str:
    """The start tag of a text that is one element."""
    found = _TAG.match(text)
    assert found is not None
    return found[0]


def attributes(tag: str) -> dict[str, str]:
    """The attributes of a start tag, still escaped."""
    return {name: value[1:-1] for name, value in _ATTRIBUTE.findall(tag)}


def whole_number(text: str) -> int:
    """A number of a part: of a style, a row, an entry in a list.

    Raises
    ------
    ValueError
        For anything else, and for one that no file has.
    """
    bare = text.strip()
    if len(bare) > _MOST_DIGITS or not bare.isascii() or not bare.isdecimal():
        raise ValueError(f"{text[:40]!r} is no number of anything")
    return int(bare)


def with_attributes(tag: str, **changes: str | None) -> str:
    """A start tag with attributes set, or taken off for None; ``r__id`` is ``r:id``."""
    for known, value in changes.items():
        name = known.replace("__", ":")
        tag = re.sub(rf"\s{re.escape(name)}\s*=\s*(\"[^\"]*\"|'[^']*')", "", tag)
        if value is not None:
            body, close = without_close(tag)
            tag = f'{body} {name}="{value}"{close}'
    return tag


def without_close(tag: str) -> tuple[str, str]:
    """A start tag as what it says and what closes it, ``>`` or ``/>``."""
    close = "/>" if tag.endswith("/>") else ">"
    return tag[: -len(close)].rstrip(), close


def opened(tag: str) -> str:
    """A start tag whose element has contents to come."""
    return f"{without_close(tag)[0]}>"


def replaced_start(text: str, tag: str) -> str:
    """An element with another start tag."""
    return tag + text[len(start_tag(text)) :]
