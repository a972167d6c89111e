"""Whether a cell of a workbook may be typed in: its sheet's protection, and its own."""

from __future__ import annotations

from xlmatrix.package import Package
from xlmatrix.package.cut import attributes, cut, start_tag
from xlmatrix.regen.reading.contents import SheetPart

_STYLES = "xl/styles.xml"
_ON = ("1", "true", "on")


def is_locked(package: Package, sheet: SheetPart, spot: tuple[int, int]) -> bool:
    """Whether a sheet is protected and the cell at a row and column is not free to type in."""
    with package.understood(sheet.part):
        guards = cut(package.xml(sheet.part)).of("sheetProtection")
    if not guards or attributes(start_tag(guards[0])).get("sheet", "0") not in _ON:
        return False
    style = sheet.cells.styles.get(spot, 0)
    with package.understood(_STYLES):
        lists = cut(package.xml(_STYLES)).of("cellXfs") if _STYLES in package else []
        looks = cut(lists[0]).of("xf") if lists else []
        own = cut(looks[style]).of("protection") if style < len(looks) else []
    return not own or attributes(start_tag(own[0])).get("locked", "1") in _ON
