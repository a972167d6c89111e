"""What of a user's sheet comes along besides its cells, and what of it does not."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import escape

from xlmatrix.package import Package
from xlmatrix.package.cut import attributes, cut, start_tag
from xlmatrix.regen.carrying.graft import Graft, formulas_in, outer_relations
from xlmatrix.regen.carrying.references import Known, dangling, renamed

#: Children of a worksheet that cannot come along, in words.
_LEFT: Final[Mapping[str, str]] = {
    "scenarios": "scenarios",
    "customSheetViews": "custom views",
    "protectedRanges": "protected ranges",
    "dataConsolidate": "a consolidation",
    "customProperties": "custom properties",
    "cellWatches": "watched cells",
}


class OwnLooks:
    """The looks of one user's sheet: its graft, and what is left behind."""

    def __init__(self, package: Package, part: str, known: Known, back: Mapping[str, str]) -> None:
        self.package, self.part, self.known, self.back = package, part, known, back
        with package.understood(part):
            self.whole = cut(package.xml(part))

    @property
    def readable(self) -> bool:
        """Whether the sheet names its elements as most programs do."""
        return self.whole.tag.startswith("<worksheet")

    def graft(self, name: str) -> Graft:
        """The graft under the sheet's name in the new workbook."""
        return Graft(self.part, name, self.allows)

    def allows(self, formula: str) -> str | None:
        """A formula (escaped) as it stands in the new workbook; None where it means nothing."""
        text = renamed(html.unescape(formula), self.back)
        return None if dangling(text, self.known) else escape(text)

    def refused(self) -> list[tuple[str, str, str]]:
        """Rules, validations and links that mean nothing any more: what, where, what is missing."""
        found = []
        for text in self.whole.of("conditionalFormatting"):
            place = attributes(start_tag(text)).get("sqref", "")
            found += [
                ("conditional format", place, formula)
                for formula in formulas_in(text)
                if self.allows(formula) is None
            ]
        for text in self.whole.of("dataValidations"):
            for _, item in cut(text).children:
                place = attributes(start_tag(item)).get("sqref", "")
                gone = [f for f in formulas_in(item) if self.allows(f) is None]
                found += [("validation", place, formula) for formula in gone]
        targets = outer_relations(self.package, self.part)
        for text in self.whole.of("hyperlinks"):
            for _, item in cut(text).children:
                given = attributes(start_tag(item))
                outside = any(v in targets for k, v in given.items() if k.endswith(":id"))
                where = given.get("location", "")
                if not outside and self.allows(where) is None:
                    found.append(("link", given.get("ref", ""), where))
        return found

    def left(self) -> list[str]:
        """Kinds of things that cannot come along."""
        return [_LEFT[name] for name, _ in self.whole.children if name in _LEFT]
