"""What people type: a value at random, fit for a kind of cell or not at all."""

from __future__ import annotations

from random import Random
from typing import Final

from tests.office.package import ExcelError, Value
from xlmatrix.rules.second_hour import SECOND_HOUR
from xlmatrix.tables.column import Column

#: 16 November 2026 as Excel counts days; what is typed lies around it.
_TODAY: Final = 46_342
_NUMBERS: Final = (
    0, 1, 2, 3, 5, 9, 17, 60, 59, 61, 100, 400, 1e4, 99_999, 1e6, 1e9, 1e12, 1e15, 1e100, 1e300,
    0.5, 0.25, 1.5, 2.5, 0.001, 1e-9, 1e-300, -1, -5, -0.5, -1e9, -1e300,
    2_958_465, 2_958_466, 109_575, 109_576, 73_050, 3.0000000001,
)  # fmt: skip
_TEXTS: Final = (
    " ", "x", "soon", "long", "n/a", "-", "?", "*", "~", "a*", "?EV-1", "<5", ">0", "=", "'",
    "TRUE", "false", "0", "1", "5", "1.5", "-3", "1e3", "09:00", "9:00 AM", "17", "24:00",
    "2026-11-16", "2026-11-16 10:30", "16/11/2026", "30 min", "2 h", "50%", "1,5",
    "All calendars", "sev-1", "SEV-1 ", " SEV-2", "Sev-9", "lead", "HOURS", "Hours",
    "yes", "YES", "No", "ja", "line one\nline two", "tab\there", "Ünïcödé ß İ ı", "😀🚨", "A" * 300,
    '"quoted"', "a & b <c>", "[x]", "{y}", "x;y", "a,b", "'quoted'", "@now", "+1", "N1", "A-1",
)  # fmt: skip
_ERRORS: Final = tuple(
    map(ExcelError, ("#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!"))
)
#: 25 October 2026, on which the clocks of the shipped templates' zone show an hour twice.
_CHANGE: Final = 46_320
#: Columns of stamps as somebody names them, and a word that is none.
_STAMPS: Final = (
    "Opened", "opened", "RESOLVED", " Acknowledged", "Last update", "From", "To", "At", "Reopened",
    "Open",
)  # fmt: skip
#: Kinds of cells whose numbers stand for words.
WORDS: Final = ("text", "key", "choice")
_SHARES: Final = (0.0, 0.01, 0.4, 0.8, 0.999, 1.0, 1.01, 1.5, 2.0, 80.0, -0.1)


def typing(random: Random, column: Column, neighbours: list[Value]) -> Value:
    """A value for a cell of ``column``; ``neighbours`` are those of other cells of the book.

    A number that stands for a word has 15 digits at most and no exponent: how such a one reads as
    text, no two programs agree.
    """
    value = _any(random, column, neighbours)
    if column.kind.id in WORDS and isinstance(value, float):
        value = float(f"{value:.15g}")
        return value if value == 0 or 1e-4 <= abs(value) < 1e15 else 4711.5
    return value


def _any(random: Random, column: Column, neighbours: list[Value]) -> Value:
    if column.id == SECOND_HOUR and random.random() < 0.5:
        return ", ".join(random.choices(_STAMPS, k=random.choice((1, 1, 2))))
    roll = random.random()
    if roll < 0.12:
        return None
    if roll < 0.30:
        return random.choice(_TEXTS)
    if roll < 0.48:
        return float(random.choice(_NUMBERS))
    if roll < 0.54:
        return random.random() < 0.5
    if roll < 0.60:
        return random.choice(_ERRORS)
    if roll < 0.66:
        return random.choice(_SHARES)
    if roll < 0.78:
        return _instant(random)
    if roll < 0.84:
        return random.choice((0.0, 9 / 24, 0.375000001, 17.5 / 24, 1.0, 23.999 / 24, 1 / 86400))
    if roll < 0.90 and column.kind.vocabulary and column.kind.vocabulary.words:
        return _nearly(random, random.choice(column.kind.vocabulary.words))
    return _nearly(random, random.choice(neighbours)) if neighbours else None


def _instant(random: Random) -> Value:
    if random.random() < 0.2:
        # A quarter of an hour of the night in which clocks are put back.
        return _CHANGE + random.randrange(16) / 96
    day = _TODAY + random.choice((0, 0, -1, 1, -3, -30, 20, 120, 400, -400, 27_000, -46_282))
    return day + random.choice((0, 0, 0.5, 10.5 / 24, random.randrange(86_400) / 86_400))


def _nearly(random: Random, value: Value) -> Value:
    if not isinstance(value, str) or random.random() < 0.5:
        return value
    return (
        random.choice((value.upper(), value.lower(), f" {value}", f"{value} ", value[:-1])) or None
    )
