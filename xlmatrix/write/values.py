"""From Python values to the text inside a cell element."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from xlmatrix.errors import XlmatrixError
from xlmatrix.formula.errors import ERRORS
from xlmatrix.worktime.serials import DAY_S, EPOCH, EPOCH_S, FIRST_SERIAL, PAST_SERIAL

MAX_TEXT_CHARS: Final = 32_767
# What XML 1.0 cannot hold, and a text that already looks like the escape for it.
_FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)"
)

# The type attribute with its leading space, and the text of <v>; None is an empty cell.
Encoded = tuple[str, str]


def xml_text(text: str) -> str:
    """Text for an element of the sheet: XML escapes, and ``_xHHHH_`` for what XML forbids."""
    return escape(_FORBIDDEN.sub(lambda hit: f"_x{ord(hit.group()):04X}_", text))


def needs_space(text: str) -> bool:
    """Whether spaces at the ends, or line breaks, must be kept by ``xml:space``."""
    return text != text.strip() or "\n" in text


def serial(value: date | time | timedelta) -> float:
    """The serial number of a wall-clock value in the 1900 system, exact to the second.

    Raises
    ------
    ValueError
        For a value with a zone (the zone is the matrix's, so stamps are naive) or outside
        1900-03-01 to 9999-12-31, where Excel has no dates or other ones.
    """
    if isinstance(value, time):
        seconds = value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
        return seconds / DAY_S
    if isinstance(value, timedelta):
        return value.total_seconds() / DAY_S
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            raise ValueError(
                f"the stamp {value.isoformat()} has a zone; cells hold wall-clock time"
            )
        since = value - EPOCH
    else:
        since = datetime(value.year, value.month, value.day) - EPOCH
    if not FIRST_SERIAL <= since.days < PAST_SERIAL:
        raise ValueError(f"Excel has no such date as {value}; it counts from 1900-03-01 to 9999")
    whole = since.days * DAY_S + since.seconds
    return (whole + since.microseconds / 1e6) / DAY_S if since.microseconds else whole / DAY_S


def number_text(value: float) -> str:
    """The shortest text that reads back as the same number."""
    text = repr(value)
    return text[:-2] if text.endswith(".0") else text


def floats_of(array: NDArray[Any]) -> NDArray[Any] | None:
    """An array of numbers, stamps or lengths as numbers with NaN for empty; None if it is none."""
    kind = array.dtype.kind
    if kind == "M":
        seconds = array.astype("datetime64[s]").astype(np.int64)
        serials = (seconds + EPOCH_S) / DAY_S
        empty = np.isnat(array)
        if bool((~empty & ((serials < FIRST_SERIAL) | (serials >= PAST_SERIAL))).any()):
            raise ValueError("Excel has no such dates; it counts from 1900-03-01 to 9999")
        return np.where(empty, np.nan, serials)
    if kind == "m":
        seconds = array.astype("timedelta64[s]").astype(np.int64)
        return np.where(np.isnat(array), np.nan, seconds / DAY_S)
    return array if kind in "iuf" else None


@dataclass(slots=True)
class SharedStrings:
    """The workbook's table of texts."""

    index: dict[str, int] = field(default_factory=dict)
    uses: int = 0

    def number(self, text: str) -> int:
        """The place of a text, a new one at the end."""
        self.uses += 1
        return self.index.setdefault(text, len(self.index))

    def xml(self) -> str:
        """The part ``xl/sharedStrings.xml``."""
        items = "".join(
            f'<si><t xml:space="preserve">{xml_text(text)}</t></si>'
            if needs_space(text)
            else f"<si><t>{xml_text(text)}</t></si>"
            for text in self.index
        )
        return (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            f'count="{self.uses}" uniqueCount="{len(self.index)}">{items}</sst>'
        )


def encode(value: object) -> Encoded | str | None:
    """A value as type and text; a ``str`` stays itself, because its place decides how it is kept.

    None, NaN and NaT are empty (None).
    """
    if value is None or isinstance(value, str):
        return None if value is None else str(value)
    if isinstance(value, np.generic):
        return encode(_plain(value))
    if isinstance(value, bool):
        return ' t="b"', "1" if value else "0"
    if isinstance(value, int):
        return "", str(int(value))
    if value != value:  # noqa: PLR0124 - the one test that NaN and NaT share
        return None
    if isinstance(value, float):
        if value in {float("inf"), float("-inf")}:
            raise ValueError("an infinite number cannot stand in a cell")
        return "", number_text(float(value))
    if isinstance(value, date | time | timedelta):
        return "", number_text(serial(value))
    raise ValueError(f"a {type(value).__name__} cannot stand in a cell")


def cached(value: object) -> Encoded:
    """The value of a formula cell: empty is empty text, an error's name is an error."""
    answer = encode(value)
    if answer is None:
        return ' t="str"', ""
    if isinstance(answer, str):
        return (' t="e"' if answer in ERRORS else ' t="str"'), xml_text(answer)
    return answer


def check_text(text: str, place: str) -> None:
    """Refuse a text that is longer than a cell.

    Raises
    ------
    XlmatrixError
        With the cell's place, because such a text came from a user's file.
    """
    # Excel counts UTF-16 units, so that a character beyond the first plane is two.
    if len(text) > MAX_TEXT_CHARS // 2 and len(text.encode("utf-16-le", "surrogatepass")) // 2 > (
        MAX_TEXT_CHARS
    ):
        raise XlmatrixError(
            f"a text of {len(text):,} characters; an Excel cell takes {MAX_TEXT_CHARS:,}",
            where=place,
            mend="Shorten the text, or keep it in a document and link to that",
        )


def _plain(value: np.generic) -> object:
    if isinstance(value, np.datetime64 | np.timedelta64):
        number = floats_of(np.asarray([value]))
        return None if number is None else float(number[0])
    return value.item()
