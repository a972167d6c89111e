"""The XML of parts on their way, with the formulas in it aimed at the new workbook."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import escape

from xlmatrix.package.cut import attributes, with_attributes
from xlmatrix.regen.carrying.freight.aim import Aim

#: Elements that hold a formula: of charts, of sparklines, formats and validations in extensions.
_FORMULA: Final = re.compile(r"(<((?:\w+:)?(?:f|sqref))(?:\s[^<>]*)?>)([^<]*)(?=</\2\s*>)")
#: Elements of controls that hold one, and attributes of shapes and controls that do.
_CONTROL: Final = re.compile(r"(<((?:\w+:)?Fmla(?:Link|Range|Group|Pict|Txbx))>)([^<]*)(?=</\2>)")
_LINKED: Final = re.compile(
    r"(\s(?:textlink|fmlaLink|fmlaRange|fmlaGroup|fmlaTxbx|fmlaPict|linkedCell|listFillRange)=)"
    r"(\"[^\"]*\"|'[^']*')"
)
_MACRO: Final = re.compile(r"(\s(?:macro|fmlaMacro)=)\"([^\"]+)\"")
_MACRO_ELEMENT: Final = re.compile(r"<(\w+:)?FmlaMacro>([^<]*)</(?:\w+:)?FmlaMacro>")
_SOURCE: Final = re.compile(r"<(?:\w+:)?(?:worksheetSource|rangeSet)\b[^<>]*>")
_EMBEDDED: Final = re.compile(r"<((?:\w+:)?externalData)\b[^<>]*(?:/>|>.*?</\1\s*>)", re.DOTALL)


@dataclass(slots=True)
class Findings:
    """What mending a part found: formulas whose cells are gone, those that may be others now."""

    gone: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    macros: list[str] = field(default_factory=list)
    embedded: bool = False


class Mender:
    """Mends one part after another; ``found`` is what it came across since it was emptied.

    ``keeps_macros`` says whether the new workbook has the macros that shapes may call.
    """

    def __init__(self, aim: Aim, *, keeps_macros: bool) -> None:
        self.aim, self.keeps_macros = aim, keeps_macros
        self.found = Findings()

    def emptied(self) -> Findings:
        """What was found since the last time."""
        found, self.found = self.found, Findings()
        return found

    def aimed(self, formula: str) -> str:
        """A formula, escaped, as it stands in the new workbook."""
        plain = html.unescape(formula)
        now = self.aim.formula(plain)
        if now.gone:
            self.found.gone.append(plain)
        elif now.unsure:
            self.found.unsure.append(plain)
        return formula if now.text == plain else escape(now.text)

    def chart(self, text: str) -> str:
        """A chart, old or new, or an extension of a sheet."""
        text = _EMBEDDED.sub(self._left_out, text)
        return _FORMULA.sub(lambda hit: hit[1] + self.aimed(hit[3]), text)

    def _left_out(self, _: re.Match[str]) -> str:
        self.found.embedded = True
        return ""

    def shapes(self, text: str) -> str:
        """A drawing of any kind, or a control."""
        text = _CONTROL.sub(lambda hit: hit[1] + self.aimed(hit[3]), text)
        text = _LINKED.sub(self._linked, text)
        if self.keeps_macros:
            return text
        text = _MACRO.sub(self._without_macro, text)
        return _MACRO_ELEMENT.sub(self._without_call, text)

    def _linked(self, hit: re.Match[str]) -> str:
        value = hit[2][1:-1]
        if not value:
            return hit[0]
        now = self.aimed(value).replace('"', "&quot;")
        return hit[0] if now == value else f'{hit[1]}"{now}"'

    def _without_macro(self, hit: re.Match[str]) -> str:
        self.found.macros.append(html.unescape(hit[2]))
        return f'{hit[1]}""' if "fmla" not in hit[1] else ""

    def _without_call(self, hit: re.Match[str]) -> str:
        self.found.macros.append(html.unescape(hit[2]))
        return ""

    def pivot_cache(self, text: str) -> str:
        """What a pivot table was made of, and where that stands."""
        return _SOURCE.sub(lambda hit: self._source(hit[0]), text)

    def _source(self, tag: str) -> str:
        given = {name: html.unescape(value) for name, value in attributes(tag).items()}
        if any(name.endswith(":id") for name in given):
            # It stands in another workbook.
            return tag
        name, sheet, area = (given.get(key, "") for key in ("name", "sheet", "ref"))
        if name:
            known = self.aim.known
            if name.casefold() not in known.tables and name.casefold() not in known.names:
                self.found.gone.append(name)
            return tag
        if not sheet or not area:
            return tag
        now, cells, table, aimed = self.aim.source(sheet, area)
        if aimed.gone:
            self.found.gone.append(f"{sheet}!{area}")
        elif aimed.unsure:
            self.found.unsure.append(f"{sheet}!{area}")
        if table:
            return with_attributes(tag, ref=None, sheet=None, name=_quoted(table))
        if (now, cells) != (sheet, area):
            return with_attributes(tag, ref=_quoted(cells), sheet=_quoted(now))
        return tag

    def place(self, target: str) -> str:
        """A place in the workbook that a shape leads to, with its ``#``."""
        return f"#{html.unescape(self.aimed(escape(target[1:])))}"


def _quoted(text: str) -> str:
    return escape(text, {'"': "&quot;"})


#: How the parts of a kind are mended; those of others say nothing of cells.
MENDS: Final[dict[str, Callable[[Mender, str], str]]] = {
    "chart": Mender.chart,
    "chartEx": Mender.chart,
    "chartUserShapes": Mender.shapes,
    "drawing": Mender.shapes,
    "vmlDrawing": Mender.shapes,
    "ctrlProp": Mender.shapes,
    "pivotCacheDefinition": Mender.pivot_cache,
}
