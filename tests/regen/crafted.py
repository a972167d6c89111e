"""Workbooks that somebody made to do harm, each made of a good one, and what is said of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl.styles import Font

from tests.regen.editions import OLD
from tests.regen.packages import by_openpyxl, part_of_sheet, with_part
from xlmatrix import api
from xlmatrix.model import loads
from xlmatrix.package import limits
from xlmatrix.routes.dress import lite_book, macro_book

STYLES = "xl/styles.xml"
STRINGS = "xl/sharedStrings.xml"
RIBBON = "customUI/customUI14.xml"
SCRIPT = "xl/webextensions/webextension1.xml"
Change = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Bases:
    """Good workbooks: one with a sheet and colours of its user's, one with macros, one for Lite."""

    own: bytes
    macros: bytes
    lite: bytes

    @classmethod
    def built(cls) -> Bases:
        plain, macros, lite = (
            api.build(loads(OLD), as_of="2026-03-16 10:30", dress=dress).data
            for dress in (None, macro_book(), lite_book())
        )
        return cls(by_openpyxl(plain, _make_it_theirs), macros, lite)

    def of(self, name: str) -> bytes:
        """The good workbook that a crafted one is made of."""
        kind = CASES[name].base
        return {"own": self.own, "macros": self.macros, "lite": self.lite}[kind]


def _make_it_theirs(book: Any) -> None:
    sheet = book.create_sheet("Mine")
    sheet["A1"], sheet["B2"] = "a note", 1
    sheet["A1"].font = Font(bold=True, color="FF0000")
    sheet.row_dimensions[1].height = 30
    book["Incidents"]["B8"].font = Font(bold=True, color="00FF00")


@dataclass(frozen=True)
class Case:
    """A crafted workbook: how it is made, what is said of it (None: it does no harm)."""

    make: Change
    says: str | None
    base: str = "own"


def in_mine(change: Change) -> Change:
    """A change of the user's own sheet."""
    return lambda data: with_part(data, part_of_sheet(data, "Mine"), change)


def in_part(name: str, change: Change) -> Change:
    return lambda data: with_part(data, name, change)


def before(mark: bytes, more: bytes) -> Change:
    """More XML before the first place where ``mark`` stands."""

    def change(xml: bytes) -> bytes:
        assert mark in xml
        return xml.replace(mark, more + mark, 1)

    return change


def instead(pattern: bytes, text: bytes) -> Change:
    def change(xml: bytes) -> bytes:
        changed, count = re.subn(pattern, lambda _: text, xml)
        assert count, pattern
        return changed

    return change


def _other_name(data: bytes) -> bytes:
    """A part's own header gives its name another length than the index does."""
    at = data.find(b"xl/worksheets/sheet1.xml") - 30
    changed = bytearray(data)
    changed[at + 26] ^= 7
    return bytes(changed)


def _no_header(data: bytes) -> bytes:
    changed = bytearray(data)
    changed[data.find(b"PK\x03\x04", 10)] = 0
    return bytes(changed)


def _in_one_place(data: bytes) -> bytes:
    """Two entries of the index share one part's bytes."""
    first = data.find(b"PK\x01\x02")
    second = data.find(b"PK\x01\x02", first + 4)
    changed = bytearray(data)
    changed[second + 42 : second + 46] = changed[first + 42 : first + 46]
    return bytes(changed)


def _wide(xml: bytes) -> bytes:
    return xml.decode().replace("UTF-8", "UTF-16").encode("utf-16")


def _latin(xml: bytes) -> bytes:
    body = xml.partition(b"?>")[2] if xml.startswith(b"<?xml") else xml
    return b'<?xml version="1.0" encoding="ISO-8859-1"?>' + body


def _typed(xml: bytes) -> bytes:
    body = xml.partition(b"?>")[2] if xml.startswith(b"<?xml") else xml
    return b'<?xml version="1.0"?><!DOCTYPE styleSheet SYSTEM "x.dtd">' + body


def _fan(letters: int, cells: int) -> bytes:
    """Cells below a first one that share its formula."""
    formula = b"+".join([b"A1"] * (letters // 3))
    first = b'<row r="10"><c r="A10"><f t="shared" ref="A10:A%d" si="0">%s</f><v>1</v></c></row>'
    row = b'<row r="%d"><c r="A%d"><f t="shared" si="0"/><v>1</v></c></row>'
    rows = b"".join(row % (number, number) for number in range(11, 11 + cells))
    return first % (10 + cells, formula) + rows


def _many_texts(count: int) -> Change:
    texts = b"".join(b"<si><t>%d</t></si>" % number for number in range(count))
    return in_part(STRINGS, before(b"</sst>", texts))


def _many_cells(count: int) -> bytes:
    cells = b"".join(b"<c><v>%d</v></c>" % number for number in range(16_000))
    return (b"<row>" + cells + b"</row>") * (count // 16_000 + 1)


_COMMENT = b"<!--" + b"<row " * 62_800 + b"-->"
_SPACES = b" " * 314_000

CASES: Mapping[str, Case] = {
    # What ended as a fault of ours, was taken as it was, or took minutes.
    "a part under another name in its own header": Case(_other_name, "does not stand where"),
    "a part without its own header": Case(_no_header, "does not stand where"),
    "two parts in one place": Case(_in_one_place, "does not stand where"),
    "a user's sheet that is cut off": Case(in_mine(lambda xml: xml[:-20]), "is damaged"),
    "a user's sheet with more behind it": Case(in_mine(lambda xml: xml + b"<a"), "is damaged"),
    "a user's sheet in UTF-16": Case(in_mine(_wide), "in UTF-16, not UTF-8"),
    "a user's sheet in Latin-1": Case(in_mine(_latin), "in ISO-8859-1, not UTF-8"),
    "fonts without numbers": Case(
        in_part(STYLES, instead(rb'fontId="\d+"', b'fontId="x"')), "styles.xml is damaged"
    ),
    "formats without numbers": Case(
        in_part(STYLES, instead(rb'numFmtId="\d+"', b'numFmtId="x"')), "is damaged"
    ),
    "styles that are numbers of nothing": Case(
        in_mine(instead(rb' s="\d+"', b' s="99999999999"')), "is damaged"
    ),
    "styles without numbers": Case(in_mine(instead(rb' s="\d+"', b' s="x"')), "is damaged"),
    "a document type in the styles": Case(in_part(STYLES, _typed), "declares XML entities"),
    "a ribbon that is no text": Case(
        in_part(RIBBON, lambda xml: xml.replace(b"customUI", b"\xfe\xed", 1)),
        "is damaged",
        "macros",
    ),
    "a ribbon that is cut off": Case(in_part(RIBBON, lambda xml: xml[:99]), "is damaged", "macros"),
    "a script that is cut off": Case(in_part(SCRIPT, lambda xml: xml[:500]), "is damaged", "lite"),
    "a script of lists in lists": Case(
        in_part(SCRIPT, instead(rb'value="[^"]*"', b'value="' + b"[" * 200_000 + b'"')),
        "cannot be carried over",
        "lite",
    ),
    "a ladder of elements": Case(
        in_mine(before(b"</worksheet>", b"<a>" * 200_000 + b"</a>" * 200_000)),
        "nests elements more than 100 deep",
    ),
    "a ladder of elements in the script": Case(
        in_part(SCRIPT, lambda _: b"<a>" * 200_000 + b"</a>" * 200_000),
        "nests elements more than 100 deep",
        "lite",
    ),
    "a name of a hundred thousand letters": Case(
        in_mine(before(b"</worksheet>", b"<" + b"a" * 100_000 + b"/>")),
        "names of more than 255 letters",
    ),
    "a cell in no row of a sheet": Case(
        in_mine(before(b"</sheetData>", b'<row r="99999999"><c r="A9"><v>1</v></c></row>')),
        "is damaged",
    ),
    "a formula that fans out": Case(
        in_mine(before(b"</sheetData>", _fan(8_000, 60_000))), "formulas that its cells share"
    ),
    "a short formula that fans out": Case(
        in_mine(before(b"</sheetData>", _fan(3, limits.MOST_SHARED_CELLS + 1))),
        "formulas that its cells share",
    ),
    "a formula of ten thousand letters": Case(
        in_mine(before(b"</sheetData>", _fan(10_000, 1))), "a formula of more than 8,192 letters"
    ),
    "three million texts that pack well": Case(
        in_part(STRINGS, before(b"</sst>", b"<si><t>a</t></si>" * 3_000_000)),
        "more than 150 times its size",
        "lite",
    ),
    "more texts than a workbook has": Case(
        _many_texts(limits.MOST_STRINGS + 1), "holds more than 1,500,000 texts", "lite"
    ),
    "more cells than a workbook has": Case(
        in_mine(before(b"</sheetData>", _many_cells(limits.MOST_CELLS))),
        "more cells with values than a workbook may have",
    ),
    # What took minutes and is no more than odd.
    "a long comment in a user's sheet": Case(in_mine(before(b"<sheetData", _COMMENT)), None),
    "a long comment before the styles": Case(in_part(STYLES, lambda xml: _COMMENT + xml), None),
    "a long comment in a sheet of ours": Case(
        lambda data: with_part(
            data,
            part_of_sheet(data, "Incidents"),
            before(b"<sheetData", _COMMENT.replace(b"<row ", b'<c r="A1" ')),
        ),
        None,
    ),
    "a long comment in the relations": Case(
        in_part(
            "xl/_rels/workbook.xml.rels",
            before(b"</Relationships>", _COMMENT.replace(b"row", b"Relationship")),
        ),
        None,
    ),
    "a tag of spaces": Case(
        in_mine(before(b"<sheetData", b'<sheetPr codeName="a"' + _SPACES + b'a="1"/>')), None
    ),
    "elements that are nearly rows": Case(
        in_mine(before(b"</sheetData>", b"<row-x></row-x>" * 21_000)), None
    ),
    "an instruction and raw text": Case(
        in_mine(before(b"<sheetData", b"<?x <row ?><sheetPr><![CDATA[<row]]></sheetPr>")), None
    ),
}
