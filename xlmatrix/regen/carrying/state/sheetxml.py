"""A finished sheet's XML, its rows set aside, while elements are put into it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from xlmatrix.package.cut import attributes, cut, opened, replaced_start, start_tag, with_attributes
from xlmatrix.regen.reading.contents import column_number

#: The children of a worksheet in the file format's order.
ORDER: Final = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState",
    "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter",
    "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "drawingHF", "legacyDrawing", "legacyDrawingHF", "picture", "oleObjects",
    "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
QUOTE: Final = '"'
_DATA: Final = re.compile(r"<sheetData\s*/>|<sheetData\b[^<>]*>.*</sheetData>", re.DOTALL)
_ROW: Final = re.compile(r"<row\b[^<>]*>")
_CELL: Final = re.compile(r"<c\b[^<>]*/>|<c\b[^<>]*>.*?</c>", re.DOTALL)
_NUMBER: Final = re.compile(r"\sr=\"(\d+)\"")


class SheetXml:
    """One sheet; ``rows`` is its ``sheetData``, ``children`` are the elements around it."""

    def __init__(self, text: str) -> None:
        data = _DATA.search(text)
        assert data is not None
        whole = cut(text[: data.start()] + "<sheetData/>" + text[data.end() :])
        self.start, self.end = whole.start, whole.end
        self.children = list(whole.children)
        self.rows = data[0]

    def text(self) -> str:
        """The part."""
        body = "".join(self.rows if name == "sheetData" else child for name, child in self.children)
        return self.start + body + self.end

    def get(self, name: str) -> str:
        """The first element of a name; empty where there is none."""
        return next((child for known, child in self.children if known == name), "")

    def put(self, name: str, element: str) -> None:
        """An element in place of those of its name; none for an empty one."""
        kept = [(known, child) for known, child in self.children if known != name]
        rank = ORDER.index(name)
        at = next((n for n, (known, _) in enumerate(kept) if _rank(known) > rank), len(kept))
        self.children = [*kept[:at], *([(name, element)] if element else []), *kept[at:]]

    def say(self, name: str, **said: str) -> None:
        """Attributes of an element that is there."""
        text = self.get(name)
        if text:
            self.put(name, replaced_start(text, with_attributes(start_tag(text), **said)))

    def say_inside(self, name: str, child: str, said: Mapping[str, str]) -> None:
        """Attributes of the children of a name of an element that is there."""
        text = self.get(name)
        if text:
            whole = cut(text)
            items = [
                replaced_start(item, with_attributes(start_tag(item), **said))
                if known == child
                else item
                for known, item in whole.children
            ]
            self.put(name, f"{whole.start}{''.join(items)}{whole.end}")

    def change_rows(self, said: dict[int, dict[str, str]]) -> None:
        """Give rows attributes; a row that is not there is put in."""
        left = dict(said)

        def change(hit: re.Match[str]) -> str:
            number = _NUMBER.search(hit[0])
            wanted = left.pop(int(number[1]), None) if number is not None else None
            return hit[0] if wanted is None else with_attributes(hit[0], **wanted)

        self.rows = _ROW.sub(change, self.rows)
        for number, wanted in sorted(left.items()):
            self.put_row(number, with_attributes(f'<row r="{number}"/>', **wanted))

    def cell(self, place: str) -> str:
        """The start tag of a cell; empty where there is none."""
        found = re.search(rf'<c r="{place}"[^<>]*>', self.rows)
        return "" if found is None else found[0]

    def put_cells(self, number: int, cells: Mapping[int, str]) -> None:
        """Cells of a row, by column, beside and in place of those that stand there."""
        found = re.search(rf'<row r="{number}"[^<>]*?(?:/>|>(.*?)</row>)', self.rows, re.DOTALL)
        body = "".join(cells[column] for column in sorted(cells))
        if found is None:
            self.put_row(number, f'<row r="{number}">{body}</row>')
            return
        held = {_column(item): item for item in _CELL.findall(found[1] or "")}
        held |= cells
        body = "".join(held[column] for column in sorted(held))
        row = f"{opened(start_tag(found[0]))}{body}</row>"
        self.rows = self.rows[: found.start()] + row + self.rows[found.end() :]

    def put_row(self, number: int, row: str) -> None:
        """A row that is not there yet, in its place."""
        if self.rows.endswith("/>"):
            self.rows = f"<sheetData>{row}</sheetData>"
            return
        at = self.rows.rindex("</sheetData>")
        for hit in _ROW.finditer(self.rows):
            known = attributes(start_tag(hit[0])).get("r", "0")
            if int(known) > number:
                at = hit.start()
                break
        self.rows = self.rows[:at] + row + self.rows[at:]


def element(name: str, said: Iterable[tuple[str, str]]) -> str:
    """An element without children that says something, already escaped."""
    return f"<{name}{''.join(f' {key}={QUOTE}{value}{QUOTE}' for key, value in said)}/>"


def _column(cell: str) -> int:
    """The column of a cell."""
    place = attributes(start_tag(cell))["r"]
    return column_number(place.rstrip("0123456789"))


def _rank(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)
