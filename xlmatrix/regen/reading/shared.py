"""What the cells of all sheets share: texts and number formats."""

from __future__ import annotations

import re
from typing import Final

from xlmatrix.package import Package
from xlmatrix.package.events import local, parse
from xlmatrix.package.limits import FEWER, MOST_STRINGS, refused
from xlmatrix.regen.reading.tables import unescape


def shared_strings(package: Package, *, rescue: bool = False) -> list[str]:
    """The workbook's table of texts."""
    found: list[str] = []
    part = next((p for p in package.names if p.lower() == "xl/sharedstrings.xml"), "")
    if not part:
        return found
    pieces: list[str] = []
    reading = phonetic = False

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal reading, phonetic
        bare = tag if ":" not in tag else local(tag)
        if bare == "t":
            reading = not phonetic
        elif bare == "si":
            pieces.clear()
        elif bare == "rPh":
            phonetic = True

    def end(tag: str) -> None:
        nonlocal reading, phonetic
        bare = tag if ":" not in tag else local(tag)
        if bare == "t":
            reading = False
        elif bare == "si":
            if len(found) >= MOST_STRINGS:
                what = f"the workbook holds more than {MOST_STRINGS:,} texts"
                raise refused(what, package.where, FEWER)
            found.append(unescape("".join(pieces)))
        elif bare == "rPh":
            phonetic = False

    parse(
        package,
        part,
        start=start,
        end=end,
        text=lambda piece: pieces.append(piece) if reading else None,
        lenient=rescue,
    )
    return found


#: Letters of a number format; Excel takes 255.
_MOST_CODE: Final = 1000
_BUILT_IN: Final = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 14: "yyyy-mm-dd",
    15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm",
    21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 45: "mm:ss", 46: "[h]:mm:ss", 49: "@",
}  # fmt: skip


def formats_of(package: Package) -> list[str]:
    """The number format of each cell style."""
    codes: dict[int, str] = dict(_BUILT_IN)
    styles: list[int] = []
    inside = [False]

    def start(tag: str, attributes: dict[str, str]) -> None:
        bare = local(tag)
        if bare == "numFmt" and "numFmtId" in attributes:
            codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")[:_MOST_CODE]
        elif bare == "cellXfs":
            inside[0] = True
        elif bare == "xf" and inside[0]:
            styles.append(int(attributes.get("numFmtId", "0")))

    def end(tag: str) -> None:
        if local(tag) == "cellXfs":
            inside[0] = False

    if "xl/styles.xml" in package:
        parse(package, "xl/styles.xml", start=start, end=end, lenient=True)
    return [codes.get(number, "General") for number in styles]


def is_date_format(code: str) -> bool:
    """Whether a number format shows a date."""
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code).lower()
    return "y" in bare or "d" in bare
