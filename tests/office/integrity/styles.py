"""The style sheet: every index in range, number formats that can be read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.office.integrity.book import Book
from tests.office.package import NS


def faults(book: Book) -> Iterator[str]:
    """Faults of ``xl/styles.xml``."""
    if "xl/styles.xml" not in book.parts:
        return
    root = book.xml("xl/styles.xml")
    yield from _number_formats(root)
    yield from _indexes(root)
    fills = [
        fill.get("patternType", "none")
        for fill in root.iterfind("m:fills/m:fill/m:patternFill", NS)
    ]
    if fills[:2] != ["none", "gray125"]:
        yield f"styles: the first two fills are {fills[:2]}; Excel paints none and gray125 there"
    for color in root.iter("{*}color", "{*}fgColor", "{*}bgColor"):
        rgb = color.get("rgb")
        if rgb is not None and not re.fullmatch("[0-9A-Fa-f]{8}", rgb):
            yield f"styles: {rgb!r} is no colour"
    for size in root.iterfind("m:fonts/m:font/m:sz", NS):
        if not 1 <= float(size.get("val", "0")) <= 409:
            yield f"styles: a font of {size.get('val')} points"


def _number_formats(root: Any) -> Iterator[str]:
    formats = root.findall("m:numFmts/m:numFmt", NS)
    for key, count in Counter(fmt.get("numFmtId") for fmt in formats).items():
        if count > 1:
            yield f"styles: number format {key} defined {count} times"
    for fmt in [*formats, *root.iterfind("m:dxfs/m:dxf/m:numFmt", NS)]:
        code = fmt.get("formatCode") or ""
        bare = re.sub(r"\\.|_.|\*.", "", code)
        unquoted = re.sub(r'"[^"]*"', "", bare)
        if not 1 <= len(code) <= 255:
            yield f"styles: a number format of {len(code)} characters"
        elif '"' in unquoted or re.sub(r"\[[^\[\]]*\]", "", unquoted).strip("[]") != re.sub(
            r"\[[^\[\]]*\]", "", unquoted
        ):
            yield f"styles: number format {code!r} has an open quote or bracket"
        elif unquoted.count(";") > 3:
            yield f"styles: number format {code!r} has over four sections"


def _indexes(root: Any) -> Iterator[str]:
    size = {
        key: len(root.findall(f"m:{group}/*", NS))
        for key, group in {
            "fontId": "fonts",
            "fillId": "fills",
            "borderId": "borders",
            "xfId": "cellStyleXfs",
        }.items()
    }
    known = {int(fmt.get("numFmtId", "0")) for fmt in root.iterfind("m:numFmts/m:numFmt", NS)}
    for group in ("cellXfs", "cellStyleXfs"):
        for place, xf in enumerate(root.iterfind(f"m:{group}/m:xf", NS)):
            for key, count in size.items():
                if int(xf.get(key, "0")) >= count:
                    yield f"styles: {group} {place} uses {key} {xf.get(key)} of {count}"
            fmt = int(xf.get("numFmtId", "0"))
            if fmt >= 164 and fmt not in known:
                yield f"styles: {group} {place} uses number format {fmt}, which is not defined"
    titles: Counter[str] = Counter()
    for style in root.iterfind("m:cellStyles/m:cellStyle", NS):
        titles[(style.get("name") or "").lower()] += 1
        if int(style.get("xfId", "0")) >= size["xfId"]:
            yield f"styles: style {style.get('name')} uses xfId {style.get('xfId')}"
    yield from (f"styles: {n} styles are called {title}" for title, n in titles.items() if n > 1)


def differential(book: Book) -> int:
    """How many differential formats (``dxf``) there are to point at."""
    if "xl/styles.xml" not in book.parts:
        return 0
    return len(book.xml("xl/styles.xml").findall("m:dxfs/m:dxf", NS))
