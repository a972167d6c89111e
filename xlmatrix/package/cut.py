"""XML cut into its pieces without touching a letter of them: what is passed on stays as it was."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from xlmatrix.package.events import guarded_parser

_TAG: Final = re.compile(r"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_PROLOG: Final = re.compile(r"(?:\s|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_ATTRIBUTE: Final = re.compile(r"([\w.:-]+)\s*=\s*(\"[^\"]*\"|'[^']*')")


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
    XlmatrixError
        For a document type or an entity, which no workbook has.
    """
    data = text.encode()
    parser = guarded_parser("a part", "the workbook", "utf-8")
    depth = 0
    opened = 0
    name = ""
    children: list[tuple[str, str]] = []
    edges: list[int] = []
    spans: list[tuple[int, int]] = []

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal depth, opened, name
        if depth == 1:
            opened, name = parser.CurrentByteIndex, tag.rpartition(":")[2]
        depth += 1

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1
        if depth == 1:
            stop = _end_of(data, opened, parser.CurrentByteIndex)
            spans.append((opened, stop))
            children.append((name, data[opened:stop].decode()))
        elif depth == 0:
            edges.append(parser.CurrentByteIndex)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.Parse(data, True)
    first = re.search(rb"<(?![?!])(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", data)
    assert first is not None
    head = data[: first.end()].decode()
    tail = data[edges[0] :].decode() if not head.rstrip().endswith("/>") else ""
    return Cut(head, tuple(children), tail)


def _end_of(data: bytes, opened: int, at: int) -> int:
    """Where an element ends that began at ``opened`` and whose end the parser saw at ``at``."""
    found = re.compile(_TAG.pattern.encode()).match(data, opened)
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


def with_attributes(tag: str, **changes: str | None) -> str:
    """A start tag with attributes set, or taken off for None; ``r__id`` is ``r:id``."""
    for known, value in changes.items():
        name = known.replace("__", ":")
        tag = re.sub(rf"\s{re.escape(name)}\s*=\s*(\"[^\"]*\"|'[^']*')", "", tag)
        if value is not None:
            at = re.search(r"\s*/?>$", tag)
            assert at is not None
            tag = f'{tag[: at.start()]} {name}="{value}"{tag[at.start() :]}'
    return tag


def replaced_start(text: str, tag: str) -> str:
    """An element with another start tag."""
    return tag + text[len(start_tag(text)) :]
