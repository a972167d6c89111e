"""Users' sheets as programs write them, put into a workbook of ours by hand."""

from __future__ import annotations

import io
import re
import struct
import warnings
import zlib
from collections.abc import Callable
from typing import Any

import xlsxwriter

from tests.regen.packages import packed, parts_of

_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_BOOK = "xl/workbook.xml"
#: The number that the workbook gives to the first sheet of a guest.
FIRST_SHEET = 201
_LEFT = re.compile(
    r"xl/(workbook|styles|sharedStrings|theme/theme1|metadata)\.xml|docProps/|_rels/|\[Content"
)


def png(width: int = 8, height: int = 8, colour: tuple[int, int, int] = (200, 30, 60)) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = (b"\0" + bytes(colour) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def written(fill: Callable[[Any], None]) -> bytes:
    """A workbook by XlsxWriter, its texts within its cells."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    fill(book)
    with warnings.catch_warnings():
        # It knows none of our sheets, of which its charts speak.
        warnings.filterwarnings("ignore", message="Unknown worksheet reference")
        book.close()
    return out.getvalue()


def _renamed(name: str, mark: str) -> str:
    folder, _, own = name.rpartition("/")
    return f"{folder}/{mark}-{own}"


def with_guest(data: bytes, guest: bytes, mark: str = "guest", first: int = FIRST_SHEET) -> bytes:
    """Our workbook with the sheets of another behind its own, whose parts get other names.

    A second guest needs another mark, and another number for its first sheet.
    """
    ours, theirs = parts_of(data), parts_of(guest)
    types = theirs["[Content_Types].xml"].decode()
    added = ""
    for name, content in theirs.items():
        if _LEFT.match(name):
            continue
        if name.endswith(".rels"):
            text = re.sub(
                r'Target="([^"#]*/)?([^"/#]+)"(?![^>]*External)',
                lambda hit: f'Target="{hit[1] or ""}{mark}-{hit[2]}"',
                content.decode(),
            )
            ours[_renamed(name, mark)] = text.encode()
            continue
        body = content
        if name.startswith("xl/worksheets/"):
            text = re.sub(r'(<(?:c|row|col)\b[^>]*?) (?:s|style)="\d+"', r"\1", content.decode())
            body = text.replace(' tabSelected="1"', "").encode()
        ours[_renamed(name, mark)] = body
        kind = re.search(rf'<Override PartName="/{re.escape(name)}" ContentType="([^"]+)"', types)
        if kind is not None:
            added += f'<Override PartName="/{_renamed(name, mark)}" ContentType="{kind[1]}"/>'
    mine = ours["[Content_Types].xml"].decode()
    for default in re.findall(r"<Default [^>]*/>", types):
        extension = re.search(r'Extension="([^"]+)"', default)
        assert extension is not None
        if f'Extension="{extension[1]}"' not in mine:
            mine = mine.replace("<Override", default + "<Override", 1)
    ours["[Content_Types].xml"] = mine.replace("</Types>", f"{added}</Types>").encode()
    _join_books(ours, theirs, mark, first)
    return packed(ours)


def _join_books(ours: dict[str, bytes], theirs: dict[str, bytes], mark: str, first: int) -> None:
    book = theirs[_BOOK].decode()
    relations = theirs["xl/_rels/workbook.xml.rels"].decode()
    entries = links = ""
    number, listed = first - 1, first - 1
    known = {}
    for entry in re.findall(r"<Relationship [^>]*>", relations):
        target, kind, identity = (
            re.search(rf'{a}="([^"]+)"', entry)[1]  # type: ignore[index]
            for a in ("Target", "Type", "Id")
        )
        if re.search(r"styles|sharedStrings|theme|metadata", kind):
            continue
        number += 1
        known[identity] = f"rIdGuest{number}"
        folder, _, own = target.rpartition("/")
        links += (
            f'<Relationship Id="rIdGuest{number}" Type="{kind}" '
            f'Target="{folder + "/" if folder else ""}{mark}-{own}"/>'
        )
    for entry in re.findall(r"<sheet [^>]*>", book):
        listed += 1
        entry = re.sub(r'sheetId="\d+"', f'sheetId="{listed}"', entry)  # noqa: PLW2901
        entries += re.sub(r'r:id="([^"]+)"', lambda hit: f'r:id="{known[hit[1]]}"', entry)
    mine = ours[_BOOK].decode().replace("</sheets>", f"{entries}</sheets>")
    if "xmlns:r=" not in mine[: mine.index("<sheets")]:
        mine = mine.replace("<workbook ", f'<workbook xmlns:r="{_R}" ', 1)
    for tag in ("pivotCaches", "extLst"):
        found = re.search(rf"<{tag}\b.*</{tag}>", book, re.DOTALL)
        if found is not None:
            text = re.sub(r'r:id="([^"]+)"', lambda hit: f'r:id="{known[hit[1]]}"', found[0])
            mine = mine.replace("</workbook>", f"{text}</workbook>")
    for name in re.findall(r"<definedName [^>]*>[^<]*</definedName>", book):
        if "localSheetId" not in name:
            mine = mine.replace("</definedNames>", f"{name}</definedNames>")
    ours[_BOOK] = mine.encode()
    links = (
        ours["xl/_rels/workbook.xml.rels"]
        .decode()
        .replace("</Relationships>", f"{links}</Relationships>")
    )
    ours["xl/_rels/workbook.xml.rels"] = links.encode()


def graphics(book: Any) -> None:
    """Everything that XlsxWriter draws, on a sheet of the user's and on one that is a chart."""
    sheet = book.add_worksheet("Old figures")
    for row in range(6):
        sheet.write_row(row, 0, [f"M{row}", row * 3 + 1, 20 - row * 2])
    for number, kind in enumerate(("column", "pie", "line", "scatter", "radar", "doughnut")):
        chart = book.add_chart({"type": kind})
        chart.add_series(
            {
                "name": "Cost & more",
                "categories": "='Old figures'!$A$1:$A$6",
                "values": "='Old figures'!$B$1:$B$6",
            }
        )
        chart.set_title({"name": f"A {kind} chart"})
        sheet.insert_chart(8 + 15 * (number // 2), 4 + 8 * (number % 2), chart)
    combined = book.add_chart({"type": "column"})
    combined.add_series({"values": "='Old figures'!$B$1:$B$6"})
    second = book.add_chart({"type": "line"})
    second.add_series({"values": "=Incidents!$B$8:$B$12", "y2_axis": True})
    combined.combine(second)
    sheet.insert_chart("U8", combined)
    sheet.insert_image("A9", "a.png", {"image_data": io.BytesIO(png(40, 40))})
    sheet.insert_image(
        "B12",
        "b.png",
        {"image_data": io.BytesIO(png(30, 30, (10, 120, 10))), "url": "https://example.com/a"},
    )
    sheet.insert_textbox("A16", "A note with ümlauts & signs", {"textlink": "='Old figures'!$A$1"})
    sheet.add_sparkline("D1", {"range": "'Old figures'!A1:C1", "type": "column"})
    sheet.conditional_format("B1:B6", {"type": "data_bar", "data_bar_2010": True})
    sheet.set_header("&C&G", {"image_center": "h.png", "image_data_center": io.BytesIO(png())})
    sheet.set_background(io.BytesIO(png(4, 4, (240, 240, 255))))
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "='Old figures'!$C$1:$C$6"})
    book.add_chartsheet("My chart").set_chart(chart)
