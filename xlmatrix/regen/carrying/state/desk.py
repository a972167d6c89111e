"""The finished package on the desk: sheets, styles and other parts while state is put in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from xlmatrix.package import Package
from xlmatrix.package.cut import cut, replaced_start, start_tag, with_attributes
from xlmatrix.package.parts import Parts
from xlmatrix.regen.carrying.looks import Looks
from xlmatrix.regen.carrying.state.sheetxml import SheetXml

_STYLES: Final = "xl/styles.xml"
BOOK: Final = "xl/workbook.xml"
#: The children of the workbook's part in the file format's order, as far as state stands there.
_BEFORE: Final = {
    "fileSharing": ("workbookPr", "workbookProtection", "bookViews"),
    "workbookProtection": ("bookViews", "sheets"),
}


class Desk:
    """Parts of the new workbook, opened as they are asked for and put back together."""

    def __init__(self, new: Parts, old: Package) -> None:
        self.new, self.old = new, old
        self._sheets: dict[str, SheetXml] = {}

    def sheet(self, name: str) -> SheetXml:
        """A sheet of the new workbook."""
        part = self.new.sheet_part(name)
        if part not in self._sheets:
            self._sheets[part] = SheetXml(self.new.text(part))
        return self._sheets[part]

    @cached_property
    def looks(self) -> Looks | None:
        """Styles on their way; None where the old workbook has none."""
        if _STYLES not in self.old:
            return None
        with self.old.understood(_STYLES):
            return Looks(self.old.xml(_STYLES), self.new.text(_STYLES))

    def free(self, part: str) -> str:
        """An id that no relation of a part has."""
        folder, _, name = part.rpartition("/")
        text = self.new.parts.get(f"{folder}/_rels/{name}.rels", b"").decode()
        number = text.count("rIdState") + 1
        while f'"rIdState{number}"' in text:
            number += 1
        return f"rIdState{number}"

    def put_in_book(self, name: str, element: str) -> None:
        """An element of the workbook's own part, in place of those of its name."""
        whole = cut(self.new.text(BOOK))
        children = [(known, child) for known, child in whole.children if known != name]
        behind = _BEFORE[name]
        at = next(n for n, (known, _) in enumerate(children) if known in behind)
        children.insert(at, (name, element))
        body = "".join(child for _, child in children)
        self.new.put(BOOK, f"{whole.start}{body}{whole.end}")

    def say_in_book(self, name: str, said: Mapping[str, str]) -> None:
        """Attributes of an element of the workbook's own part that is there."""
        whole = cut(self.new.text(BOOK))
        text = next(child for known, child in whole.children if known == name)
        now = replaced_start(text, with_attributes(start_tag(text), **said))
        self.new.put(BOOK, self.new.text(BOOK).replace(text, now, 1))

    def clear(self) -> None:
        """Put everything back."""
        for part, sheet in self._sheets.items():
            self.new.put(part, sheet.text())
        if "looks" in self.__dict__ and self.looks is not None:
            self.new.put(_STYLES, self.looks.new.text())
