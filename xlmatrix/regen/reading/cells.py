"""The cells of one worksheet, read as its XML streams by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from math import isfinite
from typing import Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.package import RESCUE, Package, limits
from xlmatrix.package.events import local, parse
from xlmatrix.package.limits import FEWER, refused
from xlmatrix.regen.reading.filled import Filled
from xlmatrix.regen.reading.tables import Raw, plain, unescape, whole

_PLACE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})$")
Spot = tuple[int, int]


@dataclass(slots=True)
class Cells:
    """Values, formulas and style numbers by (row, column); empty cells are left out.

    ``widths`` and ``hidden`` are of columns, ``merges`` rectangles, ``furniture`` the kinds of
    things on the sheet that are no cells. ``arrays`` holds formulas over arrays, which mean another
    thing in a cell of their own and so stand in ``formulas`` not at all. ``dated`` are values that
    the file gives as dates and not as numbers; ``last_row`` is the last row with anything in it.
    """

    values: dict[Spot, Raw] = field(default_factory=dict)
    formulas: dict[Spot, str] = field(default_factory=dict)
    styles: dict[Spot, int] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    merges: list[str] = field(default_factory=list)
    furniture: set[str] = field(default_factory=set)
    arrays: dict[Spot, str] = field(default_factory=dict)
    dated: set[Spot] = field(default_factory=set)
    last_row: int = 0


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
    most_rows: int | None = None,
    most_cells: int = limits.MOST_CELLS,
    lenient: bool = False,
) -> Cells:
    """Read a sheet.

    Parameters
    ----------
    strings
        The workbook's shared texts.
    passed
        (first row, last row, column) of computed columns, whose formula cells nobody needs.
    most_rows
        Stop with an error at more rows with values, before they fill the memory.
    most_cells
        How many cells with values are left to this sheet of those that a workbook may have.
    """
    reader = _Reader(strings, passed, most_rows=most_rows, most_cells=most_cells, lenient=lenient)
    try:
        parse(package, part, start=reader.start, end=reader.end, text=reader.text, lenient=lenient)
    except _TooManyRowsError as fault:
        raise XlmatrixError(
            f"a sheet holds more than {most_rows:,} rows ({part})",
            where=package.where,
            mend=f"Delete or archive what is no longer needed; {RESCUE}",
        ) from fault
    except _TooMuchError as fault:
        raise refused(f"a sheet holds {fault} ({part})", package.where, FEWER) from fault
    return reader.cells


class _TooManyRowsError(Exception):
    """More rows than anybody wants to have in memory."""


class _TooMuchError(Exception):
    """More of something than any workbook has; the message says of what."""


class _Reader:
    def __init__(
        self,
        strings: Sequence[str],
        passed: Sequence[tuple[int, int, int]],
        *,
        most_rows: int | None = None,
        most_cells: int = limits.MOST_CELLS,
        lenient: bool = False,
    ) -> None:
        self.cells = Cells()
        self.most_rows, self.most_cells = most_rows, most_cells
        self.strings = strings
        self.lenient = lenient
        self.passed: dict[int, list[tuple[int, int]]] = {}
        for first, last, column in passed:
            self.passed.setdefault(column, []).append((first, last))
        self.columns: dict[str, int] = {}
        self.row = self.next_column = self.filled_row = self.filled_rows = 0
        self.spot: Spot = (0, 0)
        self.kind = "n"
        self.style = 0
        self.is_formula = False
        self.is_array = self.in_phonetic = False
        self.shared: dict[str, Filled] = {}
        self.shared_chars = self.shared_cells = 0
        self.group = ""
        self.buffer: list[str] | None = None
        self.value = self.formula = ""
        self.has_value = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        bare = tag if ":" not in tag else local(tag)
        if bare == "c":
            self._open(attributes)
        elif bare in ("v", "t"):
            self.buffer = None if self.in_phonetic else []
        elif bare == "f":
            self.is_formula = True
            kind = attributes.get("t", "normal")
            self.is_array = kind in ("array", "dataTable")
            self.group = attributes.get("si", "") if kind == "shared" else ""
            self.buffer = []
        elif bare == "rPh":
            # How a text is spoken, which is no part of it.
            self.in_phonetic = True
        elif bare == "row":
            self.row = _within(int(attributes.get("r", self.row + 1)), limits.MOST_ROWS)
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
            if len(self.formula) > limits.MOST_FORMULA_CHARS:
                most = f"a formula of more than {limits.MOST_FORMULA_CHARS:,} letters"
                raise _TooMuchError(most)
        elif bare == "rPh":
            self.in_phonetic = False

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
            # Where a row has no number, or another one, the cell knows better.
            self.row = _within(int(place[2]), limits.MOST_ROWS)
        _within(column, limits.MOST_COLUMNS)
        self.next_column = column + 1
        self.spot = (self.row, column)
        self.kind = attributes.get("t", "n")
        self.style = int(attributes.get("s", "0"))
        self.is_formula = self.has_value = self.is_array = False
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
            passed = ranges and any(first <= row <= last for first, last in ranges)
            if self.group:
                self._join_group(passed=bool(passed))
            if passed:
                return
            if self.is_array:
                self.cells.arrays[self.spot] = self.formula
            else:
                self.cells.formulas[self.spot] = self.formula
        elif not self.has_value:
            return
        value = self._value()
        if value is None and not self.is_formula:
            return
        if self.row != self.filled_row:
            self.filled_row = self.row
            self.filled_rows += 1
            self.cells.last_row = max(self.cells.last_row, self.row)
            if self.most_rows is not None and self.filled_rows > self.most_rows:
                raise _TooManyRowsError
        if value is not None:
            self.cells.values[self.spot] = value
            if len(self.cells.values) > self.most_cells:
                raise _TooMuchError("more cells with values than a workbook may have")
        if self.style:
            self.cells.styles[self.spot] = self.style

    def _join_group(self, *, passed: bool) -> None:
        """Write a formula that several cells share as it reads in this one."""
        if self.formula:
            self.shared[self.group] = Filled(self.formula, self.spot)
            return
        if passed or self.group not in self.shared:
            return
        self.formula = self.shared[self.group].at(self.spot)
        self.shared_cells += 1
        self.shared_chars += len(self.formula)
        if (
            self.shared_cells > limits.MOST_SHARED_CELLS
            or self.shared_chars > limits.MOST_SHARED_CHARS
        ):
            raise _TooMuchError("too many or too long formulas that its cells share")

    def _value(self) -> Raw:
        text = self.value
        match self.kind:
            case "s":
                return plain(self._shared_text(text))
            case "b":
                return text.strip() in ("1", "true")
            case "str" | "inlineStr" | "e":
                return plain(unescape(text))
            case "d":
                return self._date(text)
        if not text:
            return None
        try:
            number = float(text)
        except ValueError:
            return text
        return whole(number) if isfinite(number) else text

    def _shared_text(self, text: str) -> str:
        number = int(text) if text.isdecimal() else -1
        if 0 <= number < len(self.strings):
            return self.strings[number]
        if self.lenient:
            return ""
        # Taken for an empty cell, a text would be lost without a word.
        raise ValueError(f"there is no shared text {text}")

    def _date(self, text: str) -> Raw:
        self.cells.dated.add(self.spot)
        for read in (datetime.fromisoformat, time.fromisoformat):
            try:
                return plain(read(text.strip()).replace(tzinfo=None))
            except ValueError:
                continue
        return text


def _within(number: int, most: int) -> int:
    """A row or column that a sheet can have."""
    if not 1 <= number <= most:
        raise ValueError(f"no sheet has a row or column {number}")
    return number
