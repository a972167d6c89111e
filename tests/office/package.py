"""Reads the parts of a workbook package straight from the XML, apart from the code under test."""

from __future__ import annotations

import hashlib
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from lxml import etree

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NS = {"m": MAIN}

Cell = tuple[str, str]
"""Sheet title and A1 reference."""


class ExcelError(str):
    """An error value such as ``#N/A``, told apart from the same text in a string cell."""

    __slots__ = ()


Value = float | str | bool | ExcelError | None


@dataclass(frozen=True, slots=True)
class FormulaCell:
    """A formula, the value stored beside it, and what its number format shows.

    ``kind`` is ``instant`` (a format with a date), ``duration`` (a format of hours, minutes or
    seconds only), ``text`` or ``number``. A cell that shares another cell's formula has ``""``.
    """

    formula: str
    value: Value
    kind: str


class Package:
    """The parts of one workbook file, parsed on demand."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}

    def xml(self, part: str) -> Any:
        """The root element of a part; DTDs and entities are refused."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        return etree.fromstring(self.parts[part], parser)

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id → (last word of the type, target part) of a part."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels not in self.parts:
            return {}
        found = {}
        for relation in self.xml(rels).iter(f"{{{RELATIONS}}}Relationship"):
            target = relation.get("Target", "")
            if relation.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[relation.get("Id")] = (relation.get("Type", "").rsplit("/", 1)[-1], target)
        return found

    @cached_property
    def workbook_part(self) -> str:
        """The part that lists the sheets."""
        for kind, target in self.relations("").values():
            if kind == "officeDocument":
                return target
        return "xl/workbook.xml"

    @cached_property
    def sheets(self) -> dict[str, str]:
        """Sheet title → part, in the order of the tabs."""
        relations = self.relations(self.workbook_part)
        return {
            sheet.get("name"): relations[sheet.get(f"{{{DOCUMENT}}}id")][1]
            for sheet in self.xml(self.workbook_part).iterfind("m:sheets/m:sheet", NS)
        }

    @cached_property
    def shared_strings(self) -> list[str]:
        """The shared string table; empty when the package has none."""
        if "xl/sharedStrings.xml" not in self.parts:
            return []
        return [
            "".join(text.text or "" for text in item.iter(f"{{{MAIN}}}t"))
            for item in self.xml("xl/sharedStrings.xml").iterfind("m:si", NS)
        ]

    @cached_property
    def kinds(self) -> list[str]:
        """The kind of value (see :class:`FormulaCell`) of each cell style, by style index."""
        if "xl/styles.xml" not in self.parts:
            return ["number"]
        styles = self.xml("xl/styles.xml")
        codes = {
            int(fmt.get("numFmtId")): fmt.get("formatCode", "")
            for fmt in styles.iterfind("m:numFmts/m:numFmt", NS)
        }
        return [
            _kind(int(xf.get("numFmtId", "0")), codes)
            for xf in styles.iterfind("m:cellXfs/m:xf", NS)
        ] or ["number"]

    @cached_property
    def formula_cells(self) -> Mapping[Cell, FormulaCell]:
        """Every formula cell, in the order of sheets and rows."""
        return {
            (title, ref): cell
            for title, part in self.sheets.items()
            for ref, cell in _formula_cells(self, part)
        }

    def tables(self, title: str) -> Iterator[Any]:
        """The ``<table>`` root elements of a sheet."""
        for kind, target in self.relations(self.sheets[title]).values():
            if kind == "table":
                yield self.xml(target)


def formula_cells(path: Path) -> Mapping[Cell, FormulaCell]:
    """Every formula cell of a workbook, in the order of sheets and rows."""
    return _package(path).formula_cells


def _package(path: Path) -> Package:
    """The package of a file; the last ones are kept, for tests ask several things of a book."""
    key = hashlib.sha256(path.read_bytes()).digest()
    package = _recent.pop(key, None) or Package(path)
    _recent[key] = package
    while len(_recent) > _KEPT:
        del _recent[next(iter(_recent))]
    return package


_KEPT = 3
_recent: dict[bytes, Package] = {}


def column_cells(path: Path, table: str, *columns: str) -> list[Cell]:
    """The data cells of some columns of a table (all its columns when none is named)."""
    package = _package(path)
    for title in package.sheets:
        for root in package.tables(title):
            if root.get("displayName") == table:
                return _table_cells(title, root, columns)
    raise LookupError(f"{path.name} has no table {table}")


def _table_cells(title: str, root: Any, columns: tuple[str, ...]) -> list[Cell]:
    names = [column.get("name") for column in root.iterfind("m:tableColumns/m:tableColumn", NS)]
    if unknown := set(columns) - set(names):
        raise LookupError(f"{root.get('displayName')} has no column {sorted(unknown)}: {names}")
    left, top, _, bottom = bounds(root.get("ref"))
    first = top + int(root.get("headerRowCount", "1"))
    last = bottom - int(root.get("totalsRowCount", "0"))
    return [
        (title, f"{letters(left + place)}{row}")
        for place, name in enumerate(names)
        if not columns or name in columns
        for row in range(first, last + 1)
    ]


def bounds(ref: str) -> tuple[int, int, int, int]:
    """Left, top, right and bottom (from 1) of ``B2:D7`` or ``B2``."""
    found = re.fullmatch(r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?", ref)
    if not found:
        raise ValueError(f"not a cell range: {ref!r}")
    left, top, right, bottom = found.groups()
    return number(left), int(top), number(right or left), int(bottom or top)


def letters(column: int) -> str:
    """Column number (from 1) → its letters."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def number(column: str) -> int:
    """Column letters → number (from 1)."""
    total = 0
    for letter in column:
        total = total * 26 + ord(letter) - 64
    return total


def cell_values(package: Package, title: str) -> Iterator[tuple[str, str | None, Value]]:
    """Every cell of a sheet: reference, formula (None without one) and stored value."""
    for cell in package.xml(package.sheets[title]).iterfind("m:sheetData/m:row/m:c", NS):
        formula, value = cell.find("m:f", NS), cell.find("m:v", NS)
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            stored: Value = "".join(text.text or "" for text in cell.iter(f"{{{MAIN}}}t"))
        else:
            stored = _value(kind, None if value is None else value.text, package)
        yield cell.get("r"), None if formula is None else formula.text or "", stored


def _formula_cells(package: Package, part: str) -> Iterator[tuple[str, FormulaCell]]:
    kinds, tag_f, tag_v = package.kinds, f"{{{MAIN}}}f", f"{{{MAIN}}}v"
    for cell in package.xml(part).iterfind("m:sheetData/m:row/m:c[m:f]", NS):
        formula = value = None
        for child in cell:
            if child.tag == tag_f:
                formula = child.text
            elif child.tag == tag_v:
                value = child.text
        kind = kinds[int(cell.get("s", "0"))]
        stored = _value(cell.get("t", "n"), value, package)
        yield cell.get("r"), FormulaCell(formula or "", stored, kind)


def _value(kind: str, text: str | None, package: Package) -> Value:
    if text is None:
        return "" if kind == "str" else None
    match kind:
        case "str" | "inlineStr":
            return text
        case "s":
            return package.shared_strings[int(text)]
        case "b":
            return text.strip() in {"1", "true"}
        case "e":
            return ExcelError(text)
        case _:
            return float(text)


_DATES = {*range(14, 18), 22, *range(27, 37), *range(50, 59)}
_TIMES = {18, 19, 20, 21, 45, 46, 47}


def _kind(number_format: int, codes: dict[int, str]) -> str:
    if number_format in _DATES:
        return "instant"
    if number_format in _TIMES:
        return "duration"
    code = codes.get(number_format, "@" if number_format == 49 else "").lower()
    code = re.sub(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', "", code).split(";")[0]
    if re.search(r"[yd]", code):
        return "instant"
    if re.search(r"[hms]", code):
        return "duration"
    return "text" if code == "@" else "number"
