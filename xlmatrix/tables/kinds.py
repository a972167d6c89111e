"""What the cells of a column hold: how one is read, understood, shown and validated.

One definition of a typed cell for everything that reads one: the log, the engine, regenerating, the
report and the formulas' twins. A cell that a kind does not understand is kept as typed and flagged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xlmatrix.tables.validation import (
    A_DATE,
    A_NUMBER,
    A_SHARE,
    A_STAMP,
    A_TIME,
    AN_AMOUNT,
    Validation,
)
from xlmatrix.tables.vocabulary import Vocabulary
from xlmatrix.worktime.serials import (
    DAY_S,
    EPOCH,
    EPOCH_S,
    FIRST_SERIAL,
    LAST_SERIAL,
    PAST_SERIAL,
    is_date,
    moment_of,
)

Raw: TypeAlias = str | int | float | bool | None
#: No stamp at all, as ``datetime64[s]`` counts it.
_NAT: Final = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of cell.

    Attributes
    ----------
    id
        Its name in documentation.
    wants
        What a cell of the kind holds, as in "Opened is not a date and time"; "" where anything
        may stand.
    read
        From a cell to what it means; None where it means nothing.
    show
        From a cell to how people read it.
    validation
        What may be typed, unless the column says otherwise.
    instant
        Whether a cell is a wall-clock time of the matrix's zone, which clock changes can make odd.
    vocabulary
        What the words of a cell name.
    """

    id: str
    wants: str
    read: Callable[[Any], Any]
    show: Callable[[Raw], str]
    validation: Validation | None = None
    instant: bool = False
    vocabulary: Vocabulary | None = field(default=None)

    def meant(self, cell: Any) -> bool:
        """Whether a cell is blank or holds what belongs there."""
        return cell in (None, "") or self.read(cell) is not None


def text_of(value: Raw) -> str:
    """A value as text for a cell that holds text; a whole number without its point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() else repr(value)
    return str(value)


def number_of(value: Any) -> float | None:
    """A value as number; None for text, truth values and nothing."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if isfinite(number) else None


def stamp_s(cell: Any) -> int | None:
    """A cell of a stamp as seconds of the wall clock since 1970; None where it is none.

    A serial number of 1 March 1900 to 2199 to the nearest second (half a second rounds up, as
    ``ROUND`` does in the formulas), or a date or moment of those years. Text, truth values and
    error values are none.
    """
    if isinstance(cell, np.datetime64):
        cell = cell.astype("datetime64[s]").item()
    if isinstance(cell, datetime):
        since = (cell if cell.tzinfo is None else cell.replace(tzinfo=None)) - EPOCH
        if not since.microseconds:
            if not is_date(since.days + bool(since.seconds)) or since.days < FIRST_SERIAL:
                return None
            return since.days * DAY_S + since.seconds - EPOCH_S
        # A part of a second is rounded as that of a serial number.
        cell = since / _A_DAY
    elif isinstance(cell, date):
        cell = (cell - EPOCH.date()).days
    number = cell if type(cell) is float else number_of(cell)
    if number is None or not is_date(number):
        return None
    return int(number * DAY_S + 0.5) - EPOCH_S


_A_DAY: Final = timedelta(days=1)


def stamps_of(column: Sequence[Any]) -> NDArray[np.datetime64]:
    """A column of stamps as ``datetime64[s]`` of the wall clock; NaT where a cell is none."""
    if all(type(cell) in (int, float, type(None)) for cell in column):
        numbers = np.array([np.nan if cell is None else cell for cell in column], dtype=np.float64)
        known = (numbers >= FIRST_SERIAL) & (numbers <= LAST_SERIAL)
        seconds = np.full(len(column), _NAT)
        seconds[known] = np.floor(numbers[known] * DAY_S + 0.5).astype(np.int64) - EPOCH_S
    else:
        found = (stamp_s(cell) for cell in column)
        seconds = np.array([_NAT if one is None else one for one in found], dtype=np.int64)
    return seconds.view("datetime64[s]")


def odd_cells(column: Iterable[Any]) -> dict[int, str]:
    """The cells of a column of stamps that hold something else: row from 0 to what stands there."""
    return {
        row: text_of(cell)
        for row, cell in enumerate(column)
        if cell not in (None, "") and stamp_s(cell) is None
    }


def stamp_of(cell: Any) -> datetime | None:
    """A cell of a stamp as a naive wall-clock time to the second; None where it is none."""
    seconds = stamp_s(cell)
    return None if seconds is None else EPOCH + timedelta(seconds=seconds + EPOCH_S)


def _date(cell: Any) -> date | None:
    """The day that a cell shows: ``INT`` of its number."""
    if isinstance(cell, date):
        return cell.date() if isinstance(cell, datetime) else cell
    number = number_of(cell)
    known = number is not None and is_date(number)
    return EPOCH.date() + timedelta(days=int(number or 0)) if known else None


def _time(cell: Any) -> int | None:
    """Seconds since midnight; 24:00 is the end of a day."""
    if isinstance(cell, time):
        return cell.hour * 3600 + cell.minute * 60 + cell.second
    number = number_of(cell)
    return int(number * DAY_S + 0.5) if number is not None and 0 <= number <= 1 else None


def _text(cell: Any) -> str | None:
    return text_of(cell).strip() or None


def _show_stamp(value: Raw) -> str:
    number = number_of(value)
    if number is None or not FIRST_SERIAL <= number < PAST_SERIAL:
        return text_of(value)
    return f"{moment_of(number):%Y-%m-%d %H:%M:%S}".removesuffix(":00")


def _show_date(value: Raw) -> str:
    number = number_of(value)
    if number is None or not FIRST_SERIAL <= number < PAST_SERIAL:
        return text_of(value)
    return (EPOCH + timedelta(days=int(number))).date().isoformat()


def _show_time(value: Raw) -> str:
    number = number_of(value)
    if number is None or not 0 <= number <= 1:
        return text_of(value)
    minutes = round(number * 1440)
    return f"{minutes // 60:02}:{minutes % 60:02}"


STAMP: Final = Kind("stamp", "a date and time", stamp_of, _show_stamp, A_STAMP, instant=True)
DATE: Final = Kind("date", "a date", _date, _show_date, A_DATE)
TIME: Final = Kind("time", "a time of day", _time, _show_time, A_TIME)
NUMBER: Final = Kind("number", "a number", number_of, text_of, A_NUMBER)
SHARE: Final = Kind("share", "a share", number_of, text_of, A_SHARE)
#: The number of a duration; its unit stands in a cell beside it.
AMOUNT: Final = Kind("amount", "an amount", number_of, text_of, AN_AMOUNT)
TEXT: Final = Kind("text", "", _text, text_of)
#: What tells a row from the others.
KEY: Final = Kind("key", "", _text, text_of)
#: UTC in Excel seconds, or another number of a step on the way.
SECONDS: Final = Kind("seconds", "", number_of, text_of)


def choice(vocabulary: Vocabulary, validation: Validation | None = None) -> Kind:
    """A cell with a word of a vocabulary; the dropdown is its own unless one is given."""
    return Kind(
        "choice",
        vocabulary.what,
        _text,
        text_of,
        validation or (vocabulary.dropdown() if vocabulary.offered else None),
        vocabulary=vocabulary,
    )


def naming(kind: Kind, vocabulary: Vocabulary) -> Kind:
    """The same kind, whose words name what a template may rename."""
    return replace(kind, vocabulary=vocabulary)


def limited(kind: Kind, validation: Validation | None) -> Kind:
    """The same kind, other limits on what may be typed."""
    return replace(kind, validation=validation)
