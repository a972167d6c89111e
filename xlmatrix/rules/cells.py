"""What one row of a small table holds, read as Excel's formulas read it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final

from xlmatrix.formula import F
from xlmatrix.formula.errors import ERRORS
from xlmatrix.formula.guard import AS_TEXT
from xlmatrix.rules import names
from xlmatrix.tables.kinds import Raw, text_of
from xlmatrix.tables.meaning import folded
from xlmatrix.worktime import serials

CellValue = str | int | float | bool | None | date | datetime | time
#: The date of the *As of* instant, a serial number.
TODAY: Final = F.INT(names.AS_OF)
day_serial: Final = serials.day_serial


#: What a cell names: its type, and a text without regard to case, a number or a truth value.
Named = tuple[type, Raw]


class RowCells(dict[str, CellValue]):
    """The cells of a row by header, typed ones and computed ones."""

    def number(self, header: str) -> float | None:
        """The number in a cell, a date as its serial; None where ``ISNUMBER`` is false."""
        return number_of(self.get(header))

    def text(self, header: str) -> str:
        """The text in a cell without regard to case, as Excel compares it; "" for a blank."""
        return text_in(self.get(header)).casefold()

    def named(self, header: str) -> Named | None:
        """What a cell names, as ``MATCH`` finds it: the number 5 is not the text 5.

        None for a blank or an error value, which names nothing.
        """
        value = self.get(header)
        if not self.filled(header) or value in ERRORS:
            return None
        number = number_of(value)
        if number is not None:
            return folded(number)
        return folded(value if isinstance(value, bool) else self.text(header))

    def counted(self, header: str) -> float:
        """What ``N`` makes of a cell: see :func:`number_in`."""
        return number_in(self.get(header))

    def filled(self, header: str) -> bool:
        """Whether the cell holds anything but empty text."""
        return self.get(header) not in (None, "")


def text_in(value: CellValue) -> str:
    """What ``& ""`` makes of a cell: a truth value in capitals, a date as its serial number.

    Every error value is the text that a guarded formula sees.
    """
    if value in ERRORS:
        return AS_TEXT
    number = number_of(value)
    if number is None:
        return text_of(value if isinstance(value, str | bool) else None)
    # A cell's number has fifteen digits as text.
    return text_of(number) if number.is_integer() else f"{number:.15g}".upper()


def word_in(value: CellValue) -> str:
    """The same, "" for an error value: it names nothing."""
    return "" if value in ERRORS else text_in(value)


def number_of(value: CellValue) -> float | None:
    """A cell's number; a date or stamp becomes its serial, text and truth values none."""
    if isinstance(value, datetime):
        return (
            day_serial(value.date())
            + (value - datetime.combine(value, datetime.min.time())).total_seconds() / 86400
        )
    if isinstance(value, date):
        return float(day_serial(value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def number_in(value: CellValue) -> float:
    """What ``N`` makes of a cell: its number, 1 or 0 for a truth value, else zero."""
    number = float(value) if isinstance(value, bool) else number_of(value)
    return 0.0 if number is None else number
