"""Edits a workbook's parts as Excel writes them, on a road of its own: lxml and nothing else.

Ops are those of ``sheets.py``, and what openpyxl cannot write: rich text, conversations, totals,
filters with hidden rows, array formulas, data tables, custom properties, passwords as hashes.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from lxml import etree
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from tests.regen.packages import packed, parts_of
from tests.regen.sheets import Op, bounds

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
MS = "http://schemas.microsoft.com/office"
THREADED = f"{MS}/spreadsheetml/2018/threadedcomments"
SHEETML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: What a sheet holds, in the order that the schema wants.
ORDER = tuple(
    """sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection
    protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells
    phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins
    pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors
    smartTags drawing legacyDrawing legacyDrawingHF picture oleObjects controls webPublishItems
    tableParts extLst""".split()  # noqa: SIM905
)
BOOK_ORDER = tuple(
    """fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups
    externalReferences definedNames calcPr""".split()  # noqa: SIM905
)


def q(tag: str) -> str:
    return f"{{{MAIN}}}{tag}"


class Sheet:
    """One sheet's part; cells are found by row and column, from 1."""

    def __init__(self, package: Package, part: str) -> None:
        self.package, self.part = package, part
        self.root = package.tree(part)
        data = self.root.find(q("sheetData"))
        assert data is not None
        self.data = data
        self.rows = {int(row.get("r")): row for row in data}

    def row(self, number: int) -> Any:
        if number not in self.rows:
            made = etree.Element(q("row"), r=str(number))
            after = [n for n in self.rows if n < number]
            if after:
                self.rows[max(after)].addnext(made)
            else:
                self.data.insert(0, made)
            self.rows[number] = made
        return self.rows[number]

    def cell(self, number: int, column: int) -> Any:
        row = self.row(number)
        before = None
        for cell in row:
            letters, _ = coordinate_from_string(cell.get("r"))
            place = column_index_from_string(letters)
            if place == column:
                return cell
            if place > column:
                break
            before = cell
        made = etree.Element(q("c"), r=f"{get_column_letter(column)}{number}")
        if before is None:
            row.insert(0, made)
        else:
            before.addnext(made)
        return made

    def child(self, tag: str, order: tuple[str, ...] = ORDER) -> Any:
        """A child of the sheet, made in its place if there is none."""
        found = self.root.find(q(tag))
        return found if found is not None else self.insert(etree.Element(q(tag)), order)

    def insert(self, made: Any, order: tuple[str, ...] = ORDER) -> Any:
        tag = etree.QName(made).localname
        earlier = set(order[: order.index(tag) + 1])
        before = [c for c in self.root if etree.QName(c).localname in earlier]
        if before:
            before[-1].addnext(made)
        else:
            self.root.insert(0, made)
        return made

    def set(self, number: int, column: int, value: Any) -> None:
        cell = self.cell(number, column)
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", None)
        cell.attrib.pop("cm", None)
        if value is None:
            return
        if isinstance(value, dict):
            self._special(cell, value)
        elif isinstance(value, bool):
            cell.set("t", "b")
            etree.SubElement(cell, q("v")).text = str(int(value))
        elif isinstance(value, int | float):
            etree.SubElement(cell, q("v")).text = repr(value)
        elif value.startswith("="):
            etree.SubElement(cell, q("f")).text = value[1:]
        else:
            cell.set("t", "s")
            number = self.package.shared(f"<t xml:space='preserve'>{_escaped(value)}</t>")
            etree.SubElement(cell, q("v")).text = str(number)

    def _special(self, cell: Any, value: dict[str, Any]) -> None:
        kind = value["kind"]
        if kind == "error":
            cell.set("t", "e")
            etree.SubElement(cell, q("v")).text = value["text"]
        elif kind == "rich":
            runs = "".join(
                f"<r><rPr><b/><sz val='11'/><color rgb='FFFF0000'/></rPr>"
                f"<t xml:space='preserve'>{_escaped(text)}</t></r>"
                if n % 2
                else f"<r><t xml:space='preserve'>{_escaped(text)}</t></r>"
                for n, text in enumerate(value["runs"])
            )
            cell.set("t", "s")
            etree.SubElement(cell, q("v")).text = str(self.package.shared(runs))
        elif kind == "styled":
            self.set_on(cell, value["value"])
            cell.set("s", str(self.package.style(value["format"], quoted=value.get("quoted"))))
        elif kind == "formula":
            made = etree.SubElement(cell, q("f"))
            made.text = value.get("text")
            for name, said in value.get("more", {}).items():
                made.set(name, said)
            if "shown" in value:
                if isinstance(value["shown"], str):
                    cell.set("t", "e" if value["shown"].startswith("#") else "str")
                etree.SubElement(cell, q("v")).text = str(value["shown"])
        else:
            raise AssertionError(kind)

    def set_on(self, cell: Any, value: Any) -> None:
        letters, number = coordinate_from_string(cell.get("r"))
        self.set(number, column_index_from_string(letters), value)


def _escaped(text: str) -> str:
    """As Excel writes texts: markup, and the characters that XML has no place for."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"[\x00-\x08\x0b-\x1f]", lambda hit: f"_x{ord(hit[0]):04X}_", text)


class Package:
    """A workbook taken apart; parts that nobody looks at are not even parsed."""

    def __init__(self, data: bytes) -> None:
        self.parts = parts_of(data)
        self.trees: dict[str, Any] = {}
        self.sheets: dict[str, Sheet] = {}
        self.serial = 900

    def tree(self, part: str) -> Any:
        if part not in self.trees:
            self.trees[part] = etree.fromstring(self.parts[part])
        return self.trees[part]

    def number(self) -> int:
        self.serial += 1
        return self.serial

    @property
    def book(self) -> Any:
        return self.tree("xl/workbook.xml")

    def entries(self) -> dict[str, Any]:
        return {s.get("name"): s for s in self.book.find(q("sheets"))}

    def part_of(self, title: str) -> str:
        identity = self.entries()[title].get(f"{{{R}}}id")
        for entry in self.tree("xl/_rels/workbook.xml.rels"):
            if entry.get("Id") == identity:
                target = str(entry.get("Target"))
                return target[1:] if target.startswith("/") else f"xl/{target}"
        raise AssertionError(title)

    def sheet(self, title: str) -> Sheet:
        if title not in self.sheets:
            self.sheets[title] = Sheet(self, self.part_of(title))
        return self.sheets[title]

    def shared(self, inner: str) -> int:
        name = "xl/sharedStrings.xml"
        if name not in self.parts:
            self.parts[name] = f"<sst xmlns='{MAIN}'/>".encode()
            self.typed(name, f"{SHEETML}.sharedStrings+xml")
            self.relate("xl/workbook.xml", f"{R}/sharedStrings", "sharedStrings.xml")
        table = self.tree(name)
        table.append(etree.fromstring(f"<si xmlns='{MAIN}'>{inner}</si>"))
        for count in ("count", "uniqueCount"):
            table.attrib.pop(count, None)
        return len(table) - 1

    def style(self, code: str, *, quoted: bool | None = False) -> int:
        """A cell format more."""
        root = self.tree("xl/styles.xml")
        formats = root.find(q("numFmts"))
        if formats is None:
            formats = etree.Element(q("numFmts"))
            root.insert(0, formats)
        number = max([163, *(int(f.get("numFmtId")) for f in formats)]) + 1
        etree.SubElement(formats, q("numFmt"), numFmtId=str(number), formatCode=code)
        formats.set("count", str(len(formats)))
        listed = root.find(q("cellXfs"))
        made = etree.SubElement(
            listed, q("xf"), numFmtId=str(number), fontId="0", fillId="0", borderId="0", xfId="0",
            applyNumberFormat="1",
        )  # fmt: skip
        if quoted:
            made.set("quotePrefix", "1")
        listed.set("count", str(len(listed)))
        return len(listed) - 1

    def typed(self, part: str, kind: str) -> None:
        root = self.tree("[Content_Types].xml")
        etree.SubElement(root, f"{{{TYPES}}}Override", PartName=f"/{part}", ContentType=kind)

    def default(self, extension: str, kind: str) -> None:
        root = self.tree("[Content_Types].xml")
        if not any(c.get("Extension") == extension for c in root):
            made = etree.Element(f"{{{TYPES}}}Default", Extension=extension, ContentType=kind)
            root.insert(0, made)

    def relations(self, part: str) -> str:
        folder, _, own = part.rpartition("/")
        name = f"{folder}/_rels/{own}.rels" if folder else f"_rels/{own}.rels"
        if name not in self.parts:
            self.parts[name] = f"{HEAD}<Relationships xmlns='{RELATIONS}'/>".encode()
        return name

    def relate(self, part: str, kind: str, target: str, *, outside: bool = False) -> str:
        root = self.tree(self.relations(part))
        identity = f"rIdX{self.number()}"
        made = etree.SubElement(
            root, f"{{{RELATIONS}}}Relationship", Id=identity, Type=kind, Target=target
        )
        if outside:
            made.set("TargetMode", "External")
        return identity

    def targets(self, part: str, kind: str) -> list[str]:
        """Parts that a part of ``xl/worksheets`` relates to."""
        folder, _, own = part.rpartition("/")
        if f"{folder}/_rels/{own}.rels" not in self.parts:
            return []
        found = [e for e in self.tree(self.relations(part)) if e.get("Type").endswith(kind)]
        return [str(e.get("Target")).replace("../", "xl/").removeprefix("/") for e in found]

    def add(self, part: str, data: str | bytes, kind: str) -> None:
        self.parts[part] = data.encode() if isinstance(data, str) else data
        if kind:
            self.typed(part, kind)

    def tables(self) -> dict[str, tuple[str, str]]:
        """Table name to sheet and part."""
        return {
            self.tree(part).get("displayName"): (title, part)
            for title in self.entries()
            for part in self.targets(self.part_of(title), "/table")
        }

    def everywhere(self, pattern: str, new: str, among: str) -> None:
        """Replace in the text of all parts whose name begins so, as Excel follows a renaming."""
        for name in [name for name in self.parts if re.match(among, name)]:
            if name in self.trees:
                text = etree.tostring(self.trees.pop(name)).decode()
            else:
                text = self.parts[name].decode()
            self.parts[name] = re.sub(pattern, new, text).encode()
        self.sheets.clear()

    def data(self) -> bytes:
        for name, tree in self.trees.items():
            self.parts[name] = HEAD.encode() + etree.tostring(tree)
        return packed(self.parts)


def apply_raw(source: Path, target: Path, ops: list[Op]) -> None:
    from tests.regen.rawverbs import VERBS

    package = Package(source.read_bytes())
    for verb, *args in ops:
        VERBS[verb](package, *args)
    target.write_bytes(package.data())


def table_bounds(package: Package, table: str) -> tuple[Sheet, Any, tuple[int, int, int, int]]:
    title, part = package.tables()[table]
    root = package.tree(part)
    return package.sheet(title), root, bounds(root.get("ref"))
