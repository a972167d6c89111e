"""State that people give to a workbook, written as Excel writes it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from tests.regen.packages import packed, part_of_sheet, parts_of

BOOK = "xl/workbook.xml"
TYPES = "[Content_Types].xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
SECRET = (
    'algorithmName="SHA-512" hashValue="kKPBSeyqrPSL4rCnJyUP2Q==" saltValue="xqDFKV9yQw==" '
    'spinCount="100000"'
)
#: The children of a worksheet that these edits put in, in the file format's order.
_ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "customSheetViews",
    "mergeCells", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions",
    "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "drawing",
    "legacyDrawing", "tableParts", "extLst",
)  # fmt: skip


class Pack:
    """A workbook as its parts, edited as text."""

    def __init__(self, path: Path) -> None:
        self.data = path.read_bytes()
        self.parts = parts_of(self.data)

    def text(self, part: str) -> str:
        return self.parts[part].decode()

    def put(self, part: str, text: str) -> None:
        self.parts[part] = text.encode()

    def sub(self, part: str, pattern: str, to: str) -> None:
        text, count = re.subn(pattern, lambda _: to, self.text(part), count=1, flags=re.DOTALL)
        assert count, (part, pattern)
        self.put(part, text)

    def sheet(self, name: str) -> str:
        return part_of_sheet(self.data, name)

    def element(self, sheet: str, name: str, xml: str) -> None:
        """An element of a sheet, in place of one of its name."""
        part = self.sheet(sheet)
        text = self.text(part)
        text = re.sub(rf"<{name}\b(?:[^>]*/>|.*?</{name}>)", "", text, count=1, flags=re.DOTALL)
        later = "|".join(_ORDER[_ORDER.index(name) + 1 :])
        start = text.index("</sheetData>") if _ORDER.index(name) > 5 else 0
        at = re.compile(rf"<(?:{later})\b|</worksheet>").search(text, start)
        assert at is not None
        self.put(part, text[: at.start()] + xml + text[at.start() :])

    def part(self, name: str, xml: str, kind: str, relation: str, source: str = "") -> None:
        """A new part that a part, or the package, speaks of."""
        self.put(name, xml)
        self.sub(TYPES, "</Types>", f'<Override PartName="/{name}" ContentType="{kind}"/></Types>')
        folder, _, own = source.rpartition("/")
        # Excel writes targets of the package without a slash before them.
        rels, target = (
            (f"{folder}/_rels/{own}.rels", f"/{name}") if source else ("_rels/.rels", name)
        )
        self.relate(rels, relation, target)

    def relate(self, part: str, kind: str, target: str, mode: str = "") -> str:
        """A relation; gives its id."""
        empty = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            "</Relationships>"
        )
        self.parts.setdefault(part, empty.encode())
        identity = f"rIdNew{self.text(part).count('<Relationship ') + 1}"
        more = f' TargetMode="{mode}"' if mode else ""
        entry = f'<Relationship Id="{identity}" Type="{kind}" Target={quoteattr(target)}{more}/>'
        self.sub(part, "</Relationships>", f"{entry}</Relationships>")
        return identity

    def table(self, name: str) -> str:
        """The part of a table."""
        mark = f' displayName="{name}"'
        return next(p for p in self.parts if p.startswith("xl/tables/") and mark in self.text(p))

    def cell(
        self, sheet: str, row: int, column: str, value: str | float, formula: str = ""
    ) -> None:
        """A cell at the end of its row, or in a row of its own."""
        kind = ' t="str"' if isinstance(value, str) else ""
        said = f"<f>{escape(formula)}</f>" if formula else ""
        xml = f'<c r="{column}{row}"{kind}>{said}<v>{escape(str(value))}</v></c>'
        part = self.sheet(sheet)
        text = self.text(part)
        found = re.search(rf'<row r="{row}"[^>]*?(/>|>.*?</row>)', text, re.DOTALL)
        if found is None:
            later = [m for m in re.finditer(r'<row r="(\d+)"', text) if int(m[1]) > row]
            at = later[0].start() if later else text.index("</sheetData>")
            self.put(part, f'{text[:at]}<row r="{row}">{xml}</row>{text[at:]}')
            return
        row_text = found[0] if found[1] != "/>" else f"{found[0][:-2]}></row>"
        now = row_text.replace("</row>", f"{xml}</row>")
        self.put(part, text[: found.start()] + now + text[found.end() :])

    def hide_rows(self, sheet: str, rows: Iterable[int], more: str = "") -> None:
        part = self.sheet(sheet)
        for row in rows:
            text = self.text(part)
            if f'<row r="{row}"' in text:
                self.sub(part, f'<row r="{row}"', f'<row r="{row}" hidden="1"{more}')
            else:
                later = [m for m in re.finditer(r'<row r="(\d+)"', text) if int(m[1]) > row]
                at = later[0].start() if later else text.index("</sheetData>")
                put = f'{text[:at]}<row r="{row}" hidden="1"{more}/>{text[at:]}'
                self.put(part, put)

    def save(self, path: Path) -> Path:
        path.write_bytes(packed(self.parts))
        return path


def element_of(data: bytes, sheet: str, name: str) -> str:
    """An element of a sheet in a finished workbook; empty where there is none."""
    text = parts_of(data)[part_of_sheet(data, sheet)].decode()
    found = re.search(rf"<{name}\b(?:[^>]*/>|.*?</{name}>)", text, re.DOTALL)
    return found[0] if found else ""


def said(tag: str) -> Mapping[str, str]:
    return dict(re.findall(r'\s([\w:]+)="([^"]*)"', tag.partition(">")[0]))


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def hidden_rows(data: bytes, sheet: str) -> list[int]:
    text = parts_of(data)[part_of_sheet(data, sheet)].decode()
    return [int(row) for row in re.findall(r'<row r="(\d+)"[^>]* hidden="1"', text)]


def table_of(data: bytes, name: str) -> str:
    """What a table's part says."""
    mark = f' displayName="{name}"'
    texts = (v.decode() for k, v in parts_of(data).items() if k.startswith("xl/tables/"))
    return next(text for text in texts if mark in text[:2000])
