"""Where an incident stands in the log, by its ID.

An exact ``MATCH`` reads the log from its top for every ID, which in a long log is most of the work
there is. So the hidden sheet *ID line* keeps the log's rows in order of a number made from each ID,
where a search needs a dozen steps. Two IDs may share a number: what is found counts only where the
ID itself agrees, and else the log is read after all.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from xlmatrix.formula import BLANK, Expr, F, col, exact, if_, iferror, lit, name
from xlmatrix.rules.frame import Floats, Frame
from xlmatrix.rules.logs.line import (
    FIRST_ROW,
    ROWS,
    UNUSED,
    Line,
    place_expr,
    unused_expr,
    unused_keys,
)
from xlmatrix.rules.logs.sorting import roomy, sorted_column

SHEET: Final = "ID line"
_TOLD: Final = "ID characters"
ORDER: Final = name("Id_Order")
FIRST: Final = name("Id_First")
ALPHABET: Final = "Id_Digits"
#: Each character stands at its value, small letters a second alphabet later.
DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz"
_IDS: Final = col("tIncidents", "id text")
#: Rows that people may add below the ready ones before the line has to be made anew.
RESERVE: Final = 100
#: Characters that part the pieces of an ID, and how many of what is left make its number.
_PARTING: Final = "-_/. #"
_TELLING: Final = 9
_BASE: Final = 36
#: The largest prime that leaves room for a row beside the number in 15 digits.
_NUMBERS: Final = 9_999_999_967
_PLAIN: Final = re.compile(r"[0-9A-Za-z]*")


def log_row(identifier: Expr) -> Expr:
    """The row of the log (from 1) that an ID stands in first, an error where it is in none.

    Numbers and their text are one ID.
    """
    return F.MATCH(exact(identifier & ""), _IDS, 0)


def telling_expr(identifier: Expr) -> Expr:
    """The characters that make an ID's number, zeros before them; empty text for no ID."""
    text = identifier & ""
    for parting in _PARTING:
        text = F.SUBSTITUTE(text, parting, "")
    return iferror(if_(identifier.empty(), BLANK, F.RIGHT(lit("0" * _TELLING) & text, _TELLING)))


def telling(identifier: str) -> str:
    """The twin of :func:`telling_expr`."""
    bare = identifier.translate(_UNPARTED)
    return ("0" * _TELLING + bare)[-_TELLING:] if identifier else ""


def near_expr(told: Expr) -> Expr:
    """The first row of the log whose ID has the number of this one, or some other row.

    ``told`` is what :func:`telling_expr` says of the ID.
    """
    place = F.MATCH(_key_expr(told), ORDER, 1) + 1
    return iferror(if_(told.empty(), BLANK, F.MOD(F.INDEX(ORDER, place), ROWS)))


def row_expr(identifier: Expr, near: Expr) -> Expr:
    """What :func:`log_row` says, by way of :func:`near_expr`; empty text for no row."""
    agrees = iferror(F.INDEX(_IDS, near).eq(identifier & ""), lit(False))
    found = F.IF(agrees, near, log_row(identifier))
    return iferror(if_(identifier.empty(), BLANK, found))


def used_above_expr(identifier: Expr, row: Expr) -> Expr:
    """Whether a row of the log has an ID that an earlier row has, too."""
    first = iferror(F.INDEX(FIRST, row + 1).eq(row), lit(False))
    return F.IF(F.OR(identifier.empty(), first), lit(False), log_row(identifier).ne(row))


def id_line(frame: Frame) -> Line:
    """The hidden sheet, with room for rows that people add to the log."""
    keys = _keys(frame)
    height = keys.size
    line = Line(SHEET, height)
    ordered = np.sort(keys)

    def key(row: int) -> Expr:
        told = line.here(_TOLD, row)
        return F.IF(told.empty(), unused_expr(), _key_expr(told) + place_expr())

    def first(row: int) -> Expr:
        mine, order = line.here("typed key", row), line.cells("in order", FIRST_ROW, height)
        smaller = iferror(F.MATCH(F.INT(mine / ROWS) * ROWS, order, 1), 0)
        found = F.MOD(F.INDEX(order, smaller + 1), ROWS)
        return if_(mine < UNUSED, found)

    told = [telling(text) for text in frame["ID"]]
    line.add(_TOLD, lambda r: telling_expr(F.INDEX(_IDS, place_expr())), told, "")
    line.add("typed key", key, keys)
    sorted_column(line, "typed key", "in order", keys.astype(np.int64))
    place = np.searchsorted(ordered, np.floor(keys / ROWS) * ROWS)
    line.add("first row", first, np.where(keys < UNUSED, ordered[place] % ROWS, np.nan), "")
    return line


def line_names(line: Line) -> dict[str, Expr]:
    """What the defined names of the line stand for."""
    return {ORDER.text: line.span("in order"), FIRST.text: line.span("first row")}


def near_rows(frame: Frame, identifiers: list[str]) -> Floats:
    """The twin of :func:`near_expr`, NaN for no row."""
    ordered = np.sort(_keys(frame))
    keys = np.array([number_of(text) * ROWS for text in identifiers], dtype=np.float64)
    place = np.searchsorted(ordered, keys)
    found = np.append(ordered, np.nan)[place] % ROWS
    return np.where([bool(text) for text in identifiers], found, np.nan)


def number_of(identifier: str) -> int:
    """The number of an ID, below 10^10; 0 where it has no letters and digits to be made from."""
    told = telling(identifier)
    return int(told or "0", _BASE) % _NUMBERS if _PLAIN.fullmatch(told) else 0


_UNPARTED: Final = str.maketrans("", "", _PARTING)


def _key_expr(told: Expr) -> Expr:
    """The number of an ID, with room for a row; a character that is no digit makes it 0."""
    number: Expr = lit(0)
    for place in range(1, _TELLING + 1):
        digit = F.MOD(F.FIND(F.MID(told, place, 1), name(ALPHABET)) - 1, _BASE)
        number = number + digit * _BASE ** (_TELLING - place)
    return iferror(F.MOD(number, _NUMBERS), 0) * ROWS


def _keys(frame: Frame) -> Floats:
    """The keys of a frame's line, in the order of the log; computed once."""
    if "ids" not in frame.done:
        keys = unused_keys(1, roomy(len(frame) + RESERVE))
        for row, text in enumerate(frame["ID"]):
            if text:
                keys[row] = number_of(text) * ROWS + row + 1
        frame.done["ids"] = keys
    found: Floats = frame.done["ids"]
    return found
