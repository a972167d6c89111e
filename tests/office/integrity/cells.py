"""Rows, cells, columns, merges and links of each worksheet."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Any

from tests.office.integrity.book import MAX_COLUMN, MAX_ROW, Book, box_of, overlap
from tests.office.package import DOCUMENT, MAIN, NS, number

_TAG_F, _TAG_V, _TAG_IS = (f"{{{MAIN}}}{tag}" for tag in ("f", "v", "is"))
_ERRORS = {
    "#NULL!",
    "#DIV/0!",
    "#VALUE!",
    "#REF!",
    "#NAME?",
    "#NUM!",
    "#N/A",
    "#GETTING_DATA",
    "#SPILL!",
    "#CALC!",
}
_TYPES = {"n", "s", "str", "inlineStr", "b", "e", "d"}
MAX_TEXT = 32_767


def faults(book: Book) -> Iterator[str]:
    """Faults of what stands in the sheets."""
    styles = len(book.kinds)
    for place, text in enumerate(book.shared_strings):
        if len(text) > MAX_TEXT:
            yield f"shared string {place}: {len(text)} characters; at most {MAX_TEXT}"
    for title, root in book.roots.items():
        for fault in _Sheet(book, title, root, styles).faults():
            yield f"{title}!{fault}"
    yield from _calculation_chain(book)


class _Sheet:
    """One pass over a worksheet."""

    def __init__(self, book: Book, title: str, root: Any, styles: int) -> None:
        self.book, self.title, self.root, self.styles = book, title, root, styles
        self.shared: set[str] = set()

    def faults(self) -> Iterator[str]:
        last = 0
        for row in self.root.iterfind("m:sheetData/m:row", NS):
            here = int(row.get("r", last + 1))
            if here <= last:
                yield f"row {here}: stands after row {last}"
            if not 1 <= here <= MAX_ROW:
                yield f"row {here}: beyond the sheet"
            if int(row.get("s", "0")) >= self.styles:
                yield f"row {here}: style {row.get('s')} of {self.styles}"
            if float(row.get("ht", "0")) > 409.5:
                yield f"row {here}: {row.get('ht')} points high; at most 409"
            yield from self._row(row, here)
            last = max(here, last)
        yield from self._columns()
        yield from self._merges()
        yield from self._links()
        for name in ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader"):
            for found in self.root.iterfind(f"m:headerFooter/m:{name}", NS):
                if len(found.text or "") > 255:
                    yield f"{name}: {len(found.text)} characters; at most 255"

    def _row(self, row: Any, here: int) -> Iterator[str]:
        last = 0
        for cell in row:
            ref = cell.get("r") or ""
            found = re.fullmatch(r"([A-Z]{1,3})(\d+)", ref)
            if not found or int(found[2]) != here or number(found[1]) > MAX_COLUMN:
                yield f"{ref}: does not belong to row {here}"
                continue
            column = number(found[1])
            if column <= last:
                yield f"{ref}: stands after a cell of the same or a later column"
            last = max(column, last)
            for fault in self._cell(cell, here):
                yield f"{ref}: {fault}"

    def _cell(self, cell: Any, row: int) -> Iterator[str]:
        style, kind = int(cell.get("s", "0")), cell.get("t", "n")
        if style >= self.styles:
            yield f"style {style} of {self.styles}"
        if kind not in _TYPES:
            yield f"there is no cell type {kind!r}"
        tags = [child.tag for child in cell]
        if tags.count(_TAG_V) > 1 or tags.count(_TAG_F) > 1:
            yield "two values or formulas"
        if (kind == "inlineStr") != (_TAG_IS in tags) and _TAG_V not in tags and tags:
            yield f"type {kind!r} does not fit what it holds"
        for child in cell:
            if child.tag == _TAG_V:
                yield from self._value(kind, child.text or "", has_formula=_TAG_F in tags)
            elif child.tag == _TAG_F:
                yield from self._formula(child, cell.get("r"), row)
            elif child.tag == _TAG_IS:
                length = sum(len(text.text or "") for text in child.iter(f"{{{MAIN}}}t"))
                if length > MAX_TEXT:
                    yield f"{length} characters; at most {MAX_TEXT}"

    def _value(self, kind: str, text: str, *, has_formula: bool) -> Iterator[str]:
        match kind:
            case "n":
                # A formula may wait for its value.
                if not (_is_number(text) or (has_formula and not text)):
                    yield f"{text!r} is no number"
            case "s":
                known = len(self.book.shared_strings)
                if not text.isdigit() or int(text) >= known:
                    yield f"shared string {text} of {known}"
            case "b":
                if text not in {"0", "1", "true", "false"}:
                    yield f"{text!r} is no boolean"
            case "e":
                if text not in _ERRORS:
                    yield f"{text!r} is no error value"
            case "str":
                if len(text) > MAX_TEXT:
                    yield f"{len(text)} characters; at most {MAX_TEXT}"

    def _formula(self, formula: Any, ref: str, row: int) -> Iterator[str]:
        kind, text = formula.get("t", "normal"), formula.text or ""
        if kind == "shared" and not text:
            if formula.get("si") not in self.shared:
                yield f"shares formula {formula.get('si')}, which does not exist"
            return
        if kind == "shared":
            self.shared.add(formula.get("si"))
        if kind in {"shared", "array"}:
            box, here = box_of(formula.get("ref") or ""), box_of(ref)
            if box is None or here is None or not overlap(box, here):
                yield f"its formula is for {formula.get('ref')}"
        yield from self.book.formulas.faults(text, sheet=self.title, row=row)

    def _columns(self) -> Iterator[str]:
        spans = []
        for column in self.root.iterfind("m:cols/m:col", NS):
            first, last = int(column.get("min", "0")), int(column.get("max", "0"))
            if not 1 <= first <= last <= MAX_COLUMN:
                yield f"columns {first} to {last}: no such span"
            if int(column.get("style", "0")) >= self.styles:
                yield f"columns {first} to {last}: style {column.get('style')} of {self.styles}"
            if not 0 <= float(column.get("width", "0")) <= 255:
                yield f"columns {first} to {last}: {column.get('width')} wide; at most 255"
            spans.append((first, last))
        for (_, before), (first, _) in pairwise(spans):
            if first <= before:
                yield f"columns from {first}: overlap those before or stand out of order"

    def _merges(self) -> Iterator[str]:
        boxes = []
        for merge in self.root.iterfind("m:mergeCells/m:mergeCell", NS):
            ref = merge.get("ref") or ""
            box = box_of(ref)
            if box is None or box[:2] == box[2:]:
                yield f"{ref}: cannot be merged"
            else:
                boxes.append((ref, box))
        for (one, a), (two, b) in combinations(boxes, 2):
            if overlap(a, b):
                yield f"{one}: merged over {two}"

    def _links(self) -> Iterator[str]:
        for link in self.root.iterfind("m:hyperlinks/m:hyperlink", NS):
            ref, location = link.get("ref") or "", link.get("location")
            if box_of(ref) is None:
                yield f"{ref}: a link on no cell"
            if location is None and link.get(f"{{{DOCUMENT}}}id") is None:
                yield f"{ref}: a link to nowhere"
            for fault in self.book.formulas.faults(location) if location else ():
                yield f"{ref}: link: {fault}"


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text)) and "_" not in text
    except ValueError:
        return False


def _calculation_chain(book: Book) -> Iterator[str]:
    """Excel repairs a chain that names a cell without a formula."""
    if "xl/calcChain.xml" not in book.parts:
        return
    sheets = {
        sheet.get("sheetId"): sheet.get("name")
        for sheet in book.workbook.iterfind("m:sheets/m:sheet", NS)
    }
    known: dict[str | None, set[str]] = {}
    sheet = None
    for cell in book.xml("xl/calcChain.xml"):
        sheet = cell.get("i") or sheet
        title = sheets.get(sheet)
        if title is not None and title not in known:
            found = book.roots[title].iterfind("m:sheetData/m:row/m:c[m:f]", NS)
            known[title] = {one.get("r") for one in found}
        if cell.get("r") not in known.get(title, set()):
            yield f"calculation chain: sheet {sheet} has no formula in {cell.get('r')}"
