"""YAML text → a tree of plain values in which every value knows its line.

Built from ruamel's event stream instead of its composer: the composer stops at the first duplicate
key, follows aliases without counting what they expand to, recurses as deep as the text nests and
turns ``2026-02-30`` into a bare ValueError. Here scalars stay the text that was written (a phone
number keeps its ``+``); the models give them their types.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.base import Path, Problem, error

MAX_NODES = 50_000
MAX_DEPTH = 40
# A plain scalar that YAML 1.2 reads as nothing.
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})

#: How the documents that are read begin.
_BEGINS: Final = {"spec": "xlmatrix: 1", "mapping": "servicenow: and, below it, settings"}

Plain = dict[str, "Plain"] | list["Plain"] | str | None


@dataclass(slots=True)
class Node:
    """A mapping, a list or a scalar, with the 1-based line it starts on.

    ``origin`` are the places of the items as written, kept when neighbours are pruned away;
    ``span`` is where a scalar stands in the text, for changing it without touching the rest.
    """

    line: int
    kind: str
    text: str | None = None
    children: dict[str, Node] = field(default_factory=dict)
    key_lines: dict[str, int] = field(default_factory=dict)
    items: list[Node] = field(default_factory=list)
    origin: list[int] = field(default_factory=list)
    size: int = 1
    span: tuple[int, int] = (0, 0)

    def child(self, part: str | int) -> Node | None:
        """The value under a key or at an index, if there is one."""
        if isinstance(part, int):
            return self.items[part] if 0 <= part < len(self.items) else None
        return self.children.get(part)

    def line_of(self, path: Path) -> int:
        """The line of the value at ``path``, or of the nearest thing around it that exists."""
        node, line = self, self.line
        for part in path:
            found = node.child(part)
            if isinstance(part, str):
                # A block value starts below its key; the key is what a reader looks for.
                line = node.key_lines.get(part, line)
            elif found is not None:
                line = found.line
            if found is None:
                break
            node = found
        return line

    def written_path(self, path: Path) -> Path:
        """``path`` in a pruned tree as a path in the text that was written."""
        node: Node | None = self
        written: list[str | int] = []
        for part in path:
            moved = node is not None and isinstance(part, int) and part < len(node.origin)
            written.append(node.origin[part] if moved else part)  # type: ignore[union-attr,index]
            node = node.child(part) if node is not None else None
        return tuple(written)

    def plain(self) -> Plain:
        """The values without their lines."""
        if self.kind == "map":
            return {key: child.plain() for key, child in self.children.items()}
        if self.kind == "list":
            return [item.plain() for item in self.items]
        return self.text

    def pruned_copy(self) -> Node:
        """A copy whose lists and mappings can be thinned out without touching this one."""
        return Node(
            self.line,
            self.kind,
            self.text,
            {key: child.pruned_copy() for key, child in self.children.items()},
            dict(self.key_lines),
            [item.pruned_copy() for item in self.items],
            list(self.origin) or list(range(len(self.items))),
            self.size,
            self.span,
        )


def parse(text: str, source: str, *, kind: str = "spec") -> tuple[Node, list[Problem]]:
    """The tree of ``text``, and what is wrong in it without stopping the reading.

    ``kind`` is what the text should be, for the errors.

    Raises
    ------
    XlmatrixError
        When the text is not one YAML document of a reasonable size and depth.
    """
    # Templates are read often, and who gets a tree may change it.
    tree, problems = _parsed(text, source, kind)
    return tree.pruned_copy(), list(problems)


@lru_cache(maxsize=8)
def _parsed(text: str, source: str, kind: str) -> tuple[Node, tuple[Problem, ...]]:
    builder = _Builder(source)
    for event in _events(text, source):
        builder.take(event)
    if builder.root is None or (builder.root.kind == "text" and builder.root.text is None):
        raise XlmatrixError(
            f"the {kind} is empty", where=source, mend="Start from a template: xlmatrix new"
        )
    if builder.root.kind != "map":
        raise XlmatrixError(
            f"this is not a {kind}: it holds no keys",
            where=f"{source}:{builder.root.line}",
            mend=f"A {kind} begins with lines such as {_BEGINS[kind]}",
        )
    return builder.root, tuple(builder.problems)


def _events(text: str, source: str) -> Iterator[Event]:
    # Not "rt": its scanner marks the folds of a folded text with U+0007 inside the value.
    reader = YAML(typ="safe", pure=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield from reader.parse(text)
    except MarkedYAMLError as failed:
        raise _not_yaml(failed, source) from failed
    except ReaderError as failed:
        line = text.count("\n", 0, failed.position) + 1
        raise XlmatrixError(
            f"the character U+{_code(failed.character):04X} is not allowed in YAML",
            where=f"{source}:{line}",
            mend="Remove that character",
        ) from failed
    except Exception as failed:
        # On hostile text (escapes beyond Unicode, odd directives) ruamel raises whatever comes: an
        # OverflowError of chr(), a ValueError of int(), an IndexError of its own tables.
        raise XlmatrixError(
            "the text cannot be read as YAML", where=source, mend="Check its quotes and escapes"
        ) from failed


def _code(character: object) -> int:
    return character if isinstance(character, int) else ord(str(character)[:1] or "?")


def _not_yaml(failed: MarkedYAMLError, source: str) -> XlmatrixError:
    mark = failed.problem_mark or failed.context_mark
    where = f"{source}:{mark.line + 1}" if mark is not None else source
    what = str(failed.problem or failed.context or "the text does not parse").strip()
    if "\\t" in what or "\t" in what:
        return XlmatrixError(
            "a tab stands where YAML wants spaces", where=where, mend="Indent with spaces"
        )
    if "<block end>" in what:
        what = "the line does not continue what stands above it"
    return XlmatrixError(
        f"this is not YAML: {what}",
        where=where,
        mend="Check the indentation, the colons and the quotes on and above this line",
    )


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not come yet."""

    node: Node
    path: Path
    anchor: str | None
    key: str | None = None
    key_line: int = 0
    waiting: bool = True  # in a mapping: for a key
    merges: list[Node] = field(default_factory=list)


class _Builder:
    """Takes events one by one; a stack instead of recursion, so depth costs nothing."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, Node] = {}
        self._documents = 0
        self._nodes = 0

    def take(self, event: Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark is not None else 1
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._fail("a second YAML document begins here", line, "Keep one document a file")
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._close()
        elif isinstance(event, AliasEvent):
            self._add(self._aliased(event, line), line, alias=True)
        elif isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent):
            self._check_tag(event, line)
            self._start(event, line)

    def _start(self, event: NodeEvent, line: int) -> None:
        self._count(1, line)
        anchor = str(event.anchor) if event.anchor else None
        if isinstance(event, ScalarEvent):
            empty = not event.style and event.value in _NULLS and not _tagged_text(event)
            node = Node(line, "text", None if empty else str(event.value), span=_span(event))
            self._name(anchor, node)
            self._add(node, line)
            return
        if len(self._open) >= MAX_DEPTH:
            self._fail("the values nest too deeply", line, f"Nest at most {MAX_DEPTH} levels")
        node = Node(line, "map" if isinstance(event, MappingStartEvent) else "list")
        self._open.append(_Open(node, self._next_path(), anchor))

    def _close(self) -> None:
        done = self._open.pop()
        for merged in done.merges:
            for key, child in merged.children.items():
                if key not in done.node.children:
                    done.node.children[key] = child
                    done.node.key_lines[key] = merged.key_lines[key]
        inner = [*done.node.children.values(), *done.node.items]
        done.node.size = 1 + sum(node.size for node in inner)
        self._name(done.anchor, done.node)
        self._add(done.node, done.node.line)

    def _name(self, anchor: str | None, node: Node) -> None:
        if anchor is not None:
            self._anchors[anchor] = node

    def _next_path(self) -> Path:
        if not self._open:
            return ()
        outer = self._open[-1]
        part = len(outer.node.items) if outer.node.kind == "list" else outer.key or "?"
        return (*outer.path, part)

    def _add(self, node: Node, line: int, *, alias: bool = False) -> None:
        if alias:
            self._count(node.size, line)
        if not self._open:
            self.root = node
            return
        outer = self._open[-1]
        if outer.node.kind == "list":
            outer.node.items.append(node)
        elif outer.waiting:
            self._add_key(outer, node, line)
        else:
            self._add_value(outer, node)

    def _add_key(self, outer: _Open, node: Node, line: int) -> None:
        outer.waiting, outer.key, outer.key_line = False, node.text, line
        if node.kind != "text" or node.text is None:
            outer.key = None
            self.problems.append(
                error("yaml-key", outer.path, "a key here is not text", "Write a word", line=line)
            )
        elif node.text in outer.node.children:
            first = outer.node.key_lines[node.text]
            self.problems.append(
                error(
                    "duplicate-key",
                    (*outer.path, node.text),
                    f"the key '{node.text}' stands here again (first on line {first})",
                    "Keep one of them",
                    line=line,
                )
            )
            outer.key = None

    def _add_value(self, outer: _Open, node: Node) -> None:
        outer.waiting = True
        if outer.key == "<<" and (node.kind == "map" or all(i.kind == "map" for i in node.items)):
            outer.merges.extend([node] if node.kind == "map" else node.items)
        elif outer.key is not None:
            outer.node.children[outer.key] = node
            outer.node.key_lines[outer.key] = outer.key_line

    def _aliased(self, event: AliasEvent, line: int) -> Node:
        name = str(event.anchor)
        if name not in self._anchors:
            inside = any(outer.anchor == name for outer in self._open)
            what = "stands inside what it names" if inside else "names nothing above it"
            self._fail(f"the alias *{name} {what}", line, f"Write the value, or &{name} before it")
        return self._anchors[name]

    def _check_tag(self, event: NodeEvent, line: int) -> None:
        tag = str(getattr(event, "tag", None) or "")
        plain = ("", "!", "None", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map")
        if tag not in (*plain, "tag:yaml.org,2002:seq", "tag:yaml.org,2002:merge"):
            short = tag.replace("tag:yaml.org,2002:", "!!")
            self._fail(f"the tag {short} is not used in a spec", line, "Remove the tag")

    def _count(self, nodes: int, line: int) -> None:
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            self._fail(
                f"the spec holds more than {MAX_NODES:,} values once its aliases are expanded",
                line,
                "Write fewer values or aliases",
            )

    def _fail(self, what: str, line: int, mend: str) -> None:
        raise XlmatrixError(what, where=f"{self.source}:{line}", mend=mend)


def _span(event: ScalarEvent) -> tuple[int, int]:
    start, end = event.start_mark, event.end_mark
    return (start.index, end.index) if start is not None and end is not None else (0, 0)


def _tagged_text(event: ScalarEvent) -> bool:
    return str(getattr(event, "tag", None) or "") in ("!", "tag:yaml.org,2002:str")
