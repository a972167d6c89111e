"""What is no value on a user's sheet, grafted onto the finished package from the old file.

Values, formulas, tables and comments of a user's sheet go the way of the plan. Its looks (cell
styles, heights, widths, panes, conditional formats, validations, links, print setup) are passed on
as the old file has them: only style numbers and relations are put right.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from xlmatrix.formula.render import column_letters
from xlmatrix.package import Package
from xlmatrix.package.cut import (
    attributes,
    cut,
    replaced_start,
    start_tag,
    whole_number,
    with_attributes,
)
from xlmatrix.package.events import local, parse
from xlmatrix.package.limits import MOST_COLUMNS, MOST_ROWS
from xlmatrix.package.parts import Parts
from xlmatrix.regen.carrying.freight.pieces import Freight
from xlmatrix.regen.carrying.freight.unloading import unload
from xlmatrix.regen.carrying.looks import Looks

_STYLES: Final = "xl/styles.xml"
_LINK: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#: The order of a worksheet's children, as far as they occur here.
_ORDER: Final = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetProtection",
    "autoFilter", "mergeCells", "conditionalFormatting", "dataValidations", "hyperlinks",
    "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks",
    "ignoredErrors", "drawing", "legacyDrawing", "tableParts",
)  # fmt: skip
#: What the plan makes; all else comes from the old file.
_PLANNED: Final = frozenset({"dimension", "mergeCells", "drawing", "legacyDrawing", "tableParts"})
_ROW: Final = re.compile(r"<row\b([^>]*?)(?:/>|>(.*?)</row>)", re.DOTALL)
_CELL: Final = re.compile(r"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_SHEET: Final = re.compile(r"<sheet\b[^>]*>")
_FORMULA: Final = re.compile(r"<(?:formula|formula1|formula2)>([^<]*)</")
#: What the file format writes for a number or a truth value, and for a place.
_PLAIN: Final = re.compile(r"[\w.+-]{1,30}", re.ASCII)
_PLACE: Final = re.compile(r"[A-Z]{1,3}[0-9]{1,7}")
#: Row attributes that say how a row looks.
_ROW_LOOKS: Final = ("ht", "customHeight", "hidden", "outlineLevel", "collapsed")


@dataclass(frozen=True, slots=True)
class Graft:
    """A user's sheet: its part in the old file, its name in the new one.

    ``allows`` says whether a formula (of a validation, a format or a link) still holds.
    """

    part: str
    name: str
    allows: Callable[[str], str | None]


def grafted(
    data: bytes,
    old: Package,
    grafts: Iterable[Graft],
    painted: Mapping[str, Mapping[tuple[int, int], int]],
    freight: Freight | None = None,
) -> bytes:
    """The package with the looks of users' sheets, and of cells of ours that they painted.

    ``painted`` maps sheet and (row, column) of the new workbook to a style number of the old one;
    ``freight`` are charts, pictures and other parts that come along. Without any of them, the bytes
    are the same.
    """
    grafts = list(grafts)
    if not grafts and not painted and not freight:
        return data
    new = Parts.of(data)
    looks = _dressed(new, old, grafts, painted) if _STYLES in old else None
    if freight:
        unload(new, old, freight, looks)
    if looks is not None:
        new.put(_STYLES, looks.new.text())
    return new.to_bytes()


def _dressed(
    new: Parts,
    old: Package,
    grafts: list[Graft],
    painted: Mapping[str, Mapping[tuple[int, int], int]],
) -> Looks:
    """Put the looks on the sheets; gives the styles that they took along."""
    with old.understood(_STYLES):
        looks = Looks(old.xml(_STYLES), new.text(_STYLES))
        for graft in grafts:
            part = new.sheet_part(graft.name)
            with old.understood(graft.part):
                new.put(part, _Sheet(old, new, graft, looks, part).text())
        for name, spots in painted.items():
            part = new.sheet_part(name)
            new.put(part, _painted(new.text(part), spots, looks))
    return looks


def _painted(text: str, spots: Mapping[tuple[int, int], int], looks: Looks) -> str:
    """A sheet of ours with some cells in the looks that a user gave them."""
    wanted = {
        f"{column_letters(column)}{row}": looks.cell(style)
        for (row, column), style in spots.items()
    }

    def paint(hit: re.Match[str]) -> str:
        style = wanted.get(hit[1])
        return hit[0] if style is None else with_attributes(hit[0], s=str(style))

    return re.sub(r'<c r="([A-Z]+\d+)"[^>]*>', paint, text)


class _Sheet:
    """One sheet of the new package while it takes on its looks."""

    def __init__(self, old: Package, new: Parts, graft: Graft, looks: Looks, part: str) -> None:
        self.old, self.new, self.graft, self.looks, self.part = old, new, graft, looks, part
        self.theirs = cut(old.xml(graft.part))
        self.ours = cut(new.text(part))

    def text(self) -> str:
        pieces: dict[str, list[str]] = {}
        for name, text in self.theirs.children:
            if name in _ORDER and name not in _PLANNED and name != "sheetData":
                put_right = getattr(self, f"_{name}", lambda text: text)(text)
                if put_right:
                    pieces.setdefault(name, []).append(put_right)
        for name, text in self.ours.children:
            if name in _PLANNED:
                pieces.setdefault(name, []).append(text)
        pieces["sheetData"] = [self._rows()]
        start = self.theirs.start
        if "xmlns:r=" not in start:
            start = with_attributes(start, xmlns__r=_R)
        body = "".join(text for name in _ORDER for text in pieces.get(name, ()))
        return start + body + self.theirs.end

    # One method for each child that needs putting right, named after it.

    def _sheetPr(self, text: str) -> str:  # noqa: N802 - the file format's name
        return replaced_start(text, with_attributes(start_tag(text), codeName=None))

    def _sheetViews(self, text: str) -> str:  # noqa: N802
        whole = cut(text)
        views = "".join(
            replaced_start(view, with_attributes(start_tag(view), tabSelected=None))
            for view in whole.of("sheetView")
        )
        return f"{whole.start}{views}{whole.end}"

    def _cols(self, text: str) -> str:
        whole = cut(text)
        return (
            whole.start
            + "".join(self._styled(item, "style") for _, item in whole.children)
            + (whole.end)
        )

    def _styled(self, text: str, name: str) -> str:
        tag = start_tag(text)
        style = attributes(tag).get(name)
        if style is None:
            return text
        return replaced_start(
            text, with_attributes(tag, **{name: str(self.looks.cell(whole_number(style)))})
        )

    def _pageSetup(self, text: str) -> str:  # noqa: N802
        return replaced_start(text, with_attributes(start_tag(text), r__id=None))

    def _conditionalFormatting(self, text: str) -> str:  # noqa: N802
        whole = cut(text)
        rules = []
        for name, rule in whole.children:
            if name != "cfRule" or not self._holds(rule):
                continue
            inner = rule
            known = attributes(start_tag(inner)).get("dxfId")
            if known is not None:
                tag = with_attributes(
                    start_tag(inner), dxfId=str(self.looks.change(whole_number(known)))
                )
                inner = replaced_start(inner, tag)
            rules.append(self._renamed(inner))
        return f"{whole.start}{''.join(rules)}{whole.end}" if rules else ""

    def _dataValidations(self, text: str) -> str:  # noqa: N802
        whole = cut(text)
        kept = [self._renamed(item) for _, item in whole.children if self._holds(item)]
        if not kept:
            return ""
        start = with_attributes(whole.start, count=str(len(kept)))
        return f"{start}{''.join(kept)}{whole.end}"

    def _holds(self, text: str) -> bool:
        return all(self.graft.allows(formula) is not None for formula in formulas_in(text))

    def _renamed(self, text: str) -> str:
        for formula in formulas_in(text):
            now = self.graft.allows(formula)
            if now is not None and now != formula:
                text = text.replace(f">{formula}<", f">{now}<")
        return text

    def _hyperlinks(self, text: str) -> str:
        whole = cut(text)
        targets = outer_relations(self.old, self.graft.part)
        kept: list[str] = []
        for _, item in whole.children:
            tag = start_tag(item)
            given = attributes(tag)
            known = next((v for k, v in given.items() if k.endswith(":id")), None)
            if known is not None and known in targets:
                identity = f"rIdYours{len(kept) + 1}"
                self.new.relate(self.part, _LINK, targets[known], identity, external=True)
                tag = with_attributes(tag, r__id=identity)
            elif (place := self.graft.allows(given.get("location", ""))) is not None:
                tag = with_attributes(tag, location=place, r__id=None)
            else:
                continue
            kept.append(replaced_start(item, tag))
        return f"{whole.start}{''.join(kept)}{whole.end}" if kept else ""

    # Rows: what stands in them comes from the plan, how they look from the old file.

    def _rows(self) -> str:
        looks, cells = self._old_rows()
        contents: dict[int, dict[int, str]] = {}
        for row, inner in _rows_of(self.ours.of("sheetData")):
            contents[int(row["r"])] = {
                column_of(attributes(f"<c{hit[1]}>")["r"]): hit[0] for hit in _CELL.finditer(inner)
            }
        pieces = []
        for number in sorted({*looks, *contents}):
            held = contents.get(number, {})
            styles = cells.get(number, {})
            texts = []
            for column in sorted({*held, *styles}):
                style, place = styles.get(column, (0, ""))
                if column in held:
                    tag = with_attributes(start_tag(held[column]), s=str(style))
                    texts.append(replaced_start(held[column], tag))
                else:
                    texts.append(f'<c r="{place}" s="{style}"/>')
            tag = f'<row r="{number}"{looks.get(number, "")}>'
            pieces.append(f"{tag}{''.join(texts)}</row>")
        return f"<sheetData>{''.join(pieces)}</sheetData>"

    def _old_rows(self) -> tuple[dict[int, str], dict[int, dict[int, tuple[int, str]]]]:
        looks: dict[int, str] = {}
        cells: dict[int, dict[int, tuple[int, str]]] = {}
        number = 0
        for row in self._old_row_tags():
            number = _at_most(whole_number(row.tag.get("r", f"{number + 1}")), MOST_ROWS)
            said = "".join(
                f' {name}="{value}"'
                for name in _ROW_LOOKS
                if (value := row.tag.get(name)) is not None and _PLAIN.fullmatch(value)
            )
            if row.tag.get("customFormat") in ("1", "true"):
                style = whole_number(row.tag.get("s", "0"))
                said += f' s="{self.looks.cell(style)}" customFormat="1"'
            styled = {}
            for cell in row.cells:
                place = cell.get("r", "")
                if _PLACE.fullmatch(place):
                    style = whole_number(cell.get("s", "0"))
                    styled[_at_most(column_of(place), MOST_COLUMNS)] = self.looks.cell(style), place
            if said or styled:
                looks[number], cells[number] = said, styled
        return looks, cells

    def _old_row_tags(self) -> Iterator[_Row]:
        """The attributes of the old sheet's rows, and of the cells in each."""
        rows: list[_Row] = []

        def start(tag: str, given: dict[str, str]) -> None:
            if local(tag) == "row":
                rows.append(_Row(given, []))
            elif local(tag) == "c" and rows:
                rows[-1].cells.append(given)

        parse(self.old, self.graft.part, start=start)
        return iter(rows)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the old sheet: its attributes, and those of its cells."""

    tag: dict[str, str]
    cells: list[dict[str, str]]


def _at_most(number: int, most: int) -> int:
    if not 1 <= number <= most:
        raise ValueError(f"no sheet has a row or column {number}")
    return number


def _rows_of(data: list[str]) -> Iterable[tuple[dict[str, str], str]]:
    for text in data:
        for hit in _ROW.finditer(text):
            yield attributes(f"<row{hit[1]}>"), hit[2] or ""


def column_of(place: str) -> int:
    """The number of a cell's column."""
    number = 0
    for letter in place.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number


def formulas_in(text: str) -> list[str]:
    """The formulas of a rule or a validation, escaped as they stand."""
    return _FORMULA.findall(text)


def outer_relations(package: Package, part: str) -> dict[str, str]:
    """Id to target, still escaped, of what a part refers to outside the package."""
    folder, name = posixpath.split(part)
    own = f"{folder}/_rels/{name}.rels"
    found: dict[str, str] = {}

    def start(tag: str, given: dict[str, str]) -> None:
        if local(tag) == "Relationship" and given.get("TargetMode") == "External":
            found[given.get("Id", "")] = escape(given.get("Target", ""), {'"': "&quot;"})

    if own in package:
        parse(package, own, start=start, lenient=True)
    return found
