"""The cells of one worksheet, read as its XML streams by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from xlmatrix.regen.package import Package, local, parse
from xlmatrix.regen.tables import Raw, plain, whole

_PLACE: Final = re.compile(r"([A-Z]+)(\d+)")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
Spot = tuple[int, int]


@dataclass(slots=True)
class Cells:
    """Values, formulas and style numbers by (row, column); empty cells are left out.

    ``widths`` and ``hidden`` are of columns, ``merges`` rectangles, ``furniture`` the kinds of
    things on the sheet that are no cells.
    """

    values: dict[Spot, Raw] = field(default_factory=dict)
    formulas: dict[Spot, str] = field(default_factory=dict)
    styles: dict[Spot, int] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    merges: list[str] = field(default_factory=list)
    furniture: set[str] = field(default_factory=set)


_FURNITURE: Final = frozenset(
    {"conditionalFormatting", "dataValidations", "drawing", "legacyDrawingHF", "picture",
     "oleObjects", "controls", "extLst", "webPublishItems", "hyperlinks"}
)  # fmt: skip


def read_cells(
    package: Package,
    part: str,
    strings: Sequence[str],
    passed: Sequence[tuple[int, int, int]],
    *,
    lenient: bool = False,
) -> Cells:
    """Read a sheet.

    Parameters
    ----------
    strings
        The workbook's shared texts.
    passed
        (first row, last row, column) of computed columns, whose formula cells nobody needs.
    """
    reader = _Reader(strings, passed)
    parse(package, part, start=reader.start, end=reader.end, text=reader.text, lenient=lenient)
    return reader.cells


class _Reader:
    def __init__(self, strings: Sequence[str], passed: Sequence[tuple[int, int, int]]) -> None:
        self.cells = Cells()
        self.strings = strings
        self.passed: dict[int, list[tuple[int, int]]] = {}
        for first, last, column in passed:
            self.passed.setdefault(column, []).append((first, last))
        self.columns: dict[str, int] = {}
        self.row = self.next_column = 0
        self.spot: Spot = (0, 0)
        self.kind = "n"
        self.style = 0
        self.is_formula = False
        self.shared: dict[str, str] = {}
        self.group = ""
        self.buffer: list[str] | None = None
        self.value = self.formula = ""
        self.has_value = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        bare = tag if ":" not in tag else local(tag)
        if bare == "c":
            self._open(attributes)
        elif bare in ("v", "t"):
            self.buffer = []
        elif bare == "f":
            self.is_formula = True
            self.group = attributes.get("si", "") if attributes.get("t") == "shared" else ""
            self.buffer = []
        elif bare == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.next_column = 1
        elif bare == "col":
            self._column(attributes)
        elif bare == "mergeCell":
            self.cells.merges.append(attributes.get("ref", ""))
        elif bare in _FURNITURE:
            self.cells.furniture.add(bare)

    def end(self, tag: str) -> None:
        bare = tag if ":" not in tag else local(tag)
        if bare == "c":
            self._close()
        elif bare == "v":
            self.value, self.has_value, self.buffer = "".join(self.buffer or ()), True, None
        elif bare == "t":
            # A text within the cell may come in several runs.
            self.value += "".join(self.buffer or ())
            self.has_value, self.buffer = True, None
        elif bare == "f":
            self.formula, self.buffer = "".join(self.buffer or ()), None

    def text(self, piece: str) -> None:
        if self.buffer is not None:
            self.buffer.append(piece)

    def _open(self, attributes: dict[str, str]) -> None:
        place = _PLACE.match(attributes.get("r", ""))
        if place is None:
            column = self.next_column
        else:
            letters = place[1]
            column = self.columns.get(letters, 0) or self._number(letters)
        self.next_column = column + 1
        self.spot = (self.row, column)
        self.kind = attributes.get("t", "n")
        self.style = int(attributes.get("s", "0"))
        self.is_formula = self.has_value = False
        self.value = self.formula = self.group = ""

    def _number(self, letters: str) -> int:
        number = 0
        for letter in letters:
            number = number * 26 + ord(letter) - 64
        self.columns[letters] = number
        return number

    def _column(self, attributes: dict[str, str]) -> None:
        first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
        for column in range(first, min(last, first + 400) + 1):
            if "width" in attributes and attributes.get("customWidth", "1") in ("1", "true"):
                self.cells.widths[column] = float(attributes["width"])
            if attributes.get("hidden") in ("1", "true"):
                self.cells.hidden.add(column)

    def _close(self) -> None:
        if self.is_formula:
            row, column = self.spot
            ranges = self.passed.get(column)
            if ranges and any(first <= row <= last for first, last in ranges):
                return
            if self.group:
                self.formula = self.shared.setdefault(self.group, self.formula) or self.formula
            self.cells.formulas[self.spot] = self.formula
        elif not self.has_value:
            return
        value = self._value()
        if value is None and not self.is_formula:
            return
        if value is not None:
            self.cells.values[self.spot] = value
        if self.style:
            self.cells.styles[self.spot] = self.style

    def _value(self) -> Raw:
        text = self.value
        match self.kind:
            case "s":
                number = int(text) if text.isdigit() else -1
                found = self.strings[number] if 0 <= number < len(self.strings) else ""
                return plain(found)
            case "b":
                return text.strip() in ("1", "true")
            case "str" | "inlineStr" | "e":
                return plain(_ESCAPED.sub(lambda hit: chr(int(hit[1], 16)), text))
            case "d":
                try:
                    return plain(datetime.fromisoformat(text).replace(tzinfo=None))
                except ValueError:
                    return text
        if not text:
            return None
        try:
            return whole(float(text))
        except (ValueError, OverflowError):
            return text
