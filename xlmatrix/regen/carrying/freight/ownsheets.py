"""What stands on users' sheets besides cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from xlmatrix.formula.render import column_letters
from xlmatrix.package.cut import Cut, attributes, cut, start_tag
from xlmatrix.regen.carrying.freight.drawings import self_contained
from xlmatrix.regen.carrying.freight.extensions import REFERS, Extensions
from xlmatrix.regen.carrying.freight.kinds import LEFT, R
from xlmatrix.regen.carrying.freight.loading import Loading
from xlmatrix.regen.carrying.freight.pieces import Load, Relation, relations_of
from xlmatrix.regen.reading.contents import SheetPart

_CONTROL: Final = re.compile(r"<(?:\w+:)?(control|oleObject)\b[^<>]*>")
_CONTROLS: Final = re.compile(r"<((?:\w+:)?controls)\b[^<>]*>.*</\1\s*>", re.DOTALL)
_FROM: Final = re.compile(
    r"<(?:\w+:)?from>.*?<(?:\w+:)?col>(\d{1,5})<.*?<(?:\w+:)?row>(\d{1,7})<", re.DOTALL
)
#: Elements that hang a part on the sheet: of the element's name, the relation's kind.
HANGING: Final = {
    "drawing": "drawing",
    "legacyDrawing": "vmlDrawing",
    "legacyDrawingHF": "vmlDrawing",
    "picture": "image",
}
#: What hangs on a sheet by its relation alone, in words.
_BY_RELATION: Final = {
    "pivotTable": "a pivot table",
    "comments": "comments",
    "threadedComment": "threads of comments",
}


class OwnSheet:
    """One user's sheet, its parts taken along one after another."""

    def __init__(self, loading: Loading, part: SheetPart, name: str) -> None:
        self.loading, self.part, self.name = loading, part, name
        package = loading.package
        with package.understood(part.part):
            self.whole: Cut = cut(package.xml(part.part))
        self.known = {one.id: one for one in relations_of(package, part.part)}
        self.relations: list[Relation] = []
        self.elements: list[tuple[str, str]] = []

    def load(self) -> Load:
        """What the new sheet gets."""
        without = self._objects()
        for text in self.whole.of("extLst"):
            without |= self._extensions(text)
        for name, kind in HANGING.items():
            for text in self.whole.of(name):
                self._hang(name, kind, text, without)
        for name, text in self.whole.children:
            if name in ("controls", "AlternateContent") and "controls" in text:
                self._controls(text)
        hung = {one.id for one in self.relations}
        for one in self.known.values():
            if one.kind in LEFT:
                self._lose(f"{LEFT[one.kind]} on sheet {self.name!r}")
            elif one.kind in _BY_RELATION and one.id not in hung:
                self._by_relation(one)
        return Load(self.name, tuple(self.relations), tuple(self.elements))

    def _by_relation(self, one: Relation) -> None:
        if not self.loading.takes(one):
            what = _BY_RELATION[one.kind]
            self._lose(f"{what} on sheet {self.name!r}, whose part is not in the file")
        elif one.kind == "pivotTable" and (what := self.loading.filters.lacking(one)):
            self._lose(f"a pivot table {what} on sheet {self.name!r}")
        else:
            self._take(one)

    def _take(self, relation: Relation) -> None:
        self.loading.take([relation], self.name, "")
        self.relations.append(relation)

    def _lose(self, what: str) -> None:
        self.loading.lose(self.part.name, what)

    # --- one method for each thing that hangs ---

    def _hang(self, name: str, kind: str, text: str, without: frozenset[str]) -> None:
        identity = next(iter(REFERS.findall(start_tag(text))), "")
        relation = self.known.get(identity)
        if relation is None or relation.kind != kind or not self.loading.takes(relation):
            what = f"what hangs on sheet {self.name!r} as its {name}"
            self._lose(f"{what}, whose part is not in the file")
            return
        if kind == "drawing":
            comes = self.loading.take_drawing(relation, self.name, without)
        elif name == "legacyDrawing":
            comes = self.loading.take_old_drawing(relation, self.name, without)
        else:
            self.loading.take([relation], self.name, "")
            comes = True
        if comes:
            self.relations.append(relation)
            self.elements.append((name, f'<{name} xmlns:r="{R}" r:id="{identity}"/>'))

    def _objects(self) -> frozenset[str]:
        """Name embedded objects and controls that cannot come along; gives their shapes."""
        gone: set[str] = set()
        named: set[str] = set()
        for child, text in self.whole.children:
            if child not in ("oleObjects", "controls", "AlternateContent"):
                continue
            for hit in _CONTROL.finditer(text):
                given = attributes(hit[0])
                relation = self.known.get(next(iter(REFERS.findall(hit[0])), ""))
                number = given.get("shapeId", "")
                if hit[1] == "control" and relation is not None and relation.kind == "ctrlProp":
                    continue
                gone.add(f"_x0000_s{number}")
                if number in named:
                    continue
                named.add(number)
                at = _anchor(text, hit.end())
                what = (
                    f"the ActiveX control {given.get('name', '')!r}"
                    if hit[1] == "control"
                    else f"an embedded object ({given.get('progId', 'of another program')})"
                )
                self._lose(f"{what}{at} on sheet {self.name!r}")
        return frozenset(gone)

    def _controls(self, text: str) -> None:
        """Form controls; those that are none have been named."""
        found = _CONTROLS.search(text)
        if found is None:
            return
        inner = cut(found[0])
        kept = [item for _, item in inner.children if self._is_form_control(item)]
        if not kept:
            return
        for item in kept:
            for identity in dict.fromkeys(REFERS.findall(item)):
                self._take(self.known[identity])
        whole = f"{inner.start}{''.join(kept)}{inner.end}"
        mended = self.loading.mender.shapes(text[: found.start()] + whole + text[found.end() :])
        self.loading.say(self.name, "")
        self.elements.append(("controls", self_contained(mended, self.whole.tag)))

    def _is_form_control(self, item: str) -> bool:
        relations = [self.known.get(one) for one in REFERS.findall(item)]
        return bool(relations) and all(
            one is not None and one.kind in ("ctrlProp", "image") and self.loading.takes(one)
            for one in relations
        )

    def _extensions(self, text: str) -> frozenset[str]:
        """Sparklines, slicers, newer formats and validations; things that have nothing to show."""
        extensions = Extensions(self.loading, self.name)
        kept = extensions.taken(text, self.known, self.whole.tag)
        self.relations += extensions.relations
        if kept:
            self.elements.append(("extLst", kept))
        return extensions.without


def _anchor(text: str, start: int) -> str:
    """Where a control or an object hangs, as the report says it."""
    found = _FROM.search(text, start)
    return "" if found is None else f" at {column_letters(int(found[1]) + 1)}{int(found[2]) + 1}"


def load_sheets(loading: Loading, sheets: Sequence[tuple[SheetPart, str]]) -> list[Load]:
    """What stands on users' sheets: each as it was read, with its name in the new workbook."""
    loads = []
    for part, name in sheets:
        with loading.package.understood(part.part):
            loads.append(OwnSheet(loading, part, name).load())
    return loads
