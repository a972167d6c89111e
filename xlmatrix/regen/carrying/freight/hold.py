"""The finished package while parts are put into it, under names that are free there."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from xlmatrix.package import Package
from xlmatrix.package.parts import HEAD, Parts
from xlmatrix.regen.carrying.freight.kinds import PLACES, R
from xlmatrix.regen.carrying.freight.pieces import Freight, Load, Piece, Relation
from xlmatrix.regen.carrying.freight.renumbering import Renumbered
from xlmatrix.regen.carrying.freight.sheets import with_anchors, with_elements, with_thread_ids
from xlmatrix.regen.carrying.looks import Looks

_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_DRAWING: Final = f"{R}/drawing"
_DRAWING_TYPE: Final = "application/vnd.openxmlformats-officedocument.drawing+xml"
_THREADS: Final = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
_THREADS_TYPE: Final = "application/vnd.ms-excel.threadedcomments+xml"
_EMPTY_DRAWING: Final = (
    f'{HEAD}<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/'
    'spreadsheetDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    "</xdr:wsDr>"
)
_EXTENSION: Final = re.compile(r"[a-z0-9]{1,8}")
_REFERS: Final = re.compile(r"(\s[\w.-]+:id=\")([^\"]*)(\")")


class Hold:
    """The new package while pieces are put into it; each gets its name when it is first met."""

    def __init__(self, new: Parts, old: Package, freight: Freight, looks: Looks | None) -> None:
        self.new, self.old, self.freight = new, old, freight
        self.names: dict[str, str] = {}
        self.taken = {name.casefold() for name in new.parts}
        self.waiting: deque[Piece] = deque()
        self.types: list[tuple[str, str]] = []
        self.renumbered = Renumbered(old, new, looks)

    def name_of(self, part: str) -> str:
        """The name in the new package of a part of the old one."""
        if part not in self.names:
            piece = self.freight.pieces[part]
            self.names[part] = self.free(piece.kind, part)
            self.waiting.append(piece)
        return self.names[part]

    def free(self, kind: str, part: str = ".xml") -> str:
        """A name for a part of a kind that no other part has."""
        ending = part.casefold().rpartition(".")[2]
        ending = ending if _EXTENSION.fullmatch(ending) else "bin"
        number = 1
        while (name := f"{PLACES[kind]}{number}.{ending}").casefold() in self.taken:
            number += 1
        self.taken.add(name.casefold())
        return name

    def settle(self) -> None:
        """Write every piece that has a name."""
        while self.waiting:
            piece = self.waiting.popleft()
            name = self.names[piece.part]
            text = self.renumbered.text(piece)
            data = self.old.read(piece.part) if text is None else text.encode("utf-8")
            self.put(name, data, piece.content_type, piece.relations)

    def put(
        self, name: str, data: bytes, content_type: str, relations: Iterable[Relation] = ()
    ) -> None:
        """Write a new part with its relations, under the ids that it speaks of."""
        self.new.parts[name] = data
        self.types.append((name, content_type))
        entries = "".join(
            f"<Relationship Id={quoteattr(one.id)} Type={quoteattr(one.type)} {self._target(one)}/>"
            for one in relations
        )
        if entries:
            folder, _, own = name.rpartition("/")
            text = f'{HEAD}<Relationships xmlns="{_RELATIONS}">{entries}</Relationships>'
            self.new.put(f"{folder}/_rels/{own}.rels", text)

    def _target(self, one: Relation) -> str:
        if not one.outside:
            return f'Target="/{self.name_of(one.target)}"'
        mode = "" if one.target.startswith("#") else ' TargetMode="External"'
        return f"Target={quoteattr(one.target)}{mode}"

    # --- sheets ---

    def load(self, load: Load) -> None:
        """Give a sheet what is its."""
        part = self.new.sheet_part(load.sheet)
        ids: dict[str, str] = {}
        for number, one in enumerate(load.relations, start=1):
            ids[one.id] = f"rIdPart{self.freight.mark}{number}"
            self.new.relate(part, one.type, f"/{self.name_of(one.target)}", ids[one.id])
        elements = [
            (name, _REFERS.sub(lambda hit: hit[1] + ids.get(hit[2], hit[2]) + hit[3], text))
            for name, text in load.elements
        ]
        if load.anchors:
            elements += self._join(part, load)
        if load.threads:
            self._converse(part, load)
        if elements:
            self.new.put(part, with_elements(self.new.text(part), elements))
        self.settle()

    def _join(self, part: str, load: Load) -> list[tuple[str, str]]:
        """Put things of users into the drawing of a sheet of ours, or into one of their own."""
        held = self.new.related(part, "drawing")
        name = held or self.free("drawing")
        text = self.new.text(name) if held else _EMPTY_DRAWING
        known = {one.id for one in load.anchored}
        text, renamed = with_anchors(text, load.anchors, known)
        if held:
            self.new.rename_relations(name, renamed)
            self.new.put(name, text)
            for one in load.anchored:
                target = escape(one.target, {'"': "&quot;"})
                external = one.outside and not one.target.startswith("#")
                target = target if one.outside else f"/{self.name_of(one.target)}"
                self.new.relate(name, one.type, target, one.id, external=external)
            return []
        self.put(name, text.encode("utf-8"), _DRAWING_TYPE, load.anchored)
        identity = f"rIdDrawing{self.freight.mark}"
        self.new.relate(part, _DRAWING, f"/{name}", identity)
        return [("drawing", f'<drawing xmlns:r="{R}" r:id="{identity}"/>')]

    def _converse(self, part: str, load: Load) -> None:
        name = self.free("threadedComment")
        self.put(name, load.threads.encode("utf-8"), _THREADS_TYPE)
        self.new.relate(part, _THREADS, f"/{name}", f"rIdThreads{self.freight.mark}")
        comments = self.new.related(part, "comments")
        if comments:
            self.new.put(comments, with_thread_ids(self.new.text(comments), load.threaded))
