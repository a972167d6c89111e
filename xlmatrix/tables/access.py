"""The table of what responders need to get into, and the formulas that tell a password in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import add
from typing import Any, Final

from xlmatrix.formula import Expr, F, col, in_parts, lit, this
from xlmatrix.formula.errors import ERRORS
from xlmatrix.formula.guard import AS_TEXT
from xlmatrix.model.secrets import (
    ASKED,
    BEFORE_KEY,
    IN_NAMES,
    KEY_LENGTH,
    OPEN_DOORS,
    STARTS,
    looks_secret,
    met,
)
from xlmatrix.tables.column import Column, hidden_step, typed
from xlmatrix.tables.doubt import Doubt, Lists, Row
from xlmatrix.tables.flags import flag_column
from xlmatrix.tables.kinds import TEXT, Raw, text_of
from xlmatrix.tables.table import Table

_CELLS: Final = ("Thing", "Where", "Who has access")
#: Hidden: each cell as text, so that an error value is asked for once.
_TEXTS: Final = tuple(f"{known} text" for known in _CELLS)
#: Hidden: the row in small letters, without blanks, and with blanks where a key may begin.
_LOW, _TIGHT, _SPACED = "low", "tight", "spaced"
_DIGITS: Final = "0123456789"
SECRET: Final = "Looks like a password or a token: say where it is kept"
#: What stands wherever else such a cell is shown.
NOT_SHOWN: Final = "not shown: it looks like a password or a token"


def _told(cell: Raw) -> str:
    """A cell as the formulas see it: every error value is one text."""
    return AS_TEXT if cell in ERRORS else text_of(cell)


def _without(text: Expr, signs: Sequence[str], instead: str = "") -> Expr:
    for sign in signs:
        text = F.SUBSTITUTE(text, F.CHAR(10) if sign == "\n" else sign, instead)
    return text


def _has(sought: str, column: str) -> Expr:
    """1 where a hidden column has these letters."""
    return F.IF(F.ISNUMBER(F.FIND(sought, this(column))), 1, 0)


def _has_key(start: str) -> Expr:
    place = F.FIND(f" {start}", this(_SPACED))
    word = F.MID(this(_SPACED), place + 1, KEY_LENGTH)
    return F.IF(F.ISNUMBER(place), F.IF(F.ISNUMBER(F.FIND(" ", word)), 0, 1), 0)


def _signs_in(column: str) -> Expr:
    cell = this(column)
    place = F.FIND("://", cell) + 3
    inside = F.MID(cell, place, F.FIND("@", cell, place) - place)
    plain = F.NOT(F.OR(F.ISNUMBER(F.FIND("/", inside)), F.ISNUMBER(F.FIND(" ", inside))))
    return F.IFERROR(F.IF(F.AND(F.FIND(":", inside) > 0, plain), 1, 0), 0)


def _is_key(column: str) -> Expr:
    word = F.TRIM(this(column))
    long = F.LEN(word)
    plain = F.LEN(_without(word, IN_NAMES)).eq(long)
    digits = F.LEN(_without(word, _DIGITS)) < long
    letters = F.NOT(F.EXACT(F.UPPER(word), F.LOWER(word)))
    return F.IF(F.AND(long >= KEY_LENGTH, plain, digits, letters), 1, 0)


#: In groups of which each is one hidden column: the tests of :mod:`xlmatrix.model.secrets`.
_GROUPS: Final = in_parts(
    (
        *(_has(f"{word}:", _TIGHT) for word in ASKED),
        *(_has(door, _LOW) for door in OPEN_DOORS),
        *map(_has_key, STARTS),
        *map(_signs_in, _TEXTS),
        *map(_is_key, _TEXTS),
    ),
    lambda test: test,
    "tAccess",
)
_SUMS: Final = tuple(f"secret {number}" for number in range(1, len(_GROUPS) + 1))


def _said_of(row: Row, _: Sequence[Row], __: Lists) -> bool:
    return holds_secret(row)


def _doubts(_: Sequence[str]) -> tuple[Doubt, ...]:
    return (Doubt("secret", SECRET, reduce(add, map(this, _SUMS)) > 0, _said_of),)


def holds_secret(row: Mapping[str, Any]) -> bool:
    """Whether a row has what looks like a password or a token."""
    return looks_secret(_told(row.get(known)) for known in _CELLS)


def secret_at(place: int) -> Expr:
    """The same for a row of the table by its place from 1."""
    counts = (F.INDEX(col("tAccess", known), place) for known in _SUMS)
    return reduce(add, counts) > 0


def steps() -> tuple[Column, ...]:
    """The hidden columns that the flag reads, in order, each with its twin."""
    joined = reduce(lambda text, known: text & " " & this(known), _TEXTS[1:], this(_TEXTS[0]) & "")

    def text(row: Any) -> str:
        return " ".join(_told(row.get(known)) for known in _CELLS)

    def spaced(row: Any) -> str:
        told = f" {text(row)} "
        for sign in BEFORE_KEY:
            told = told.replace(sign, " ")
        return told

    return (
        *(_as_text(known, cell) for known, cell in zip(_TEXTS, _CELLS, strict=True)),
        hidden_step(_LOW, F.LOWER(joined), lambda row: text(row).lower(), TEXT),
        hidden_step(
            _TIGHT,
            _without(_without(this(_LOW), (" ",)), ("=",), ":"),
            lambda row: row[_LOW].replace(" ", "").replace("=", ":"),
            TEXT,
        ),
        hidden_step(_SPACED, _without(lit(" ") & joined & " ", BEFORE_KEY, " "), spaced, TEXT),
        *_sums(),
    )


def _as_text(known: str, cell: str) -> Column:
    return hidden_step(known, this(cell) & "", lambda row: _told(row.get(cell)), TEXT)


def _sums() -> Iterator[Column]:
    """How many tests of each group a row meets."""
    first = 0
    for known, tests in zip(_SUMS, _GROUPS, strict=True):
        last = first + len(tests)
        yield hidden_step(known, reduce(add, tests), _counted(first, last))
        first = last


def _counted(first: int, last: int) -> Callable[[Any], int]:
    return lambda row: sum(met([_told(row.get(known)) for known in _CELLS])[first:last])


def _masked(cell: Raw) -> str:
    text = text_of(cell)
    return NOT_SHOWN if looks_secret([text]) else text


_QUIET: Final = replace(TEXT, show=_masked)

ACCESS: Final = Table(
    "tAccess",
    (
        typed("Thing", TEXT, "input", 30, field="name"),
        typed("Where", _QUIET, "input.wrap", 54, field="where", note="A link or a place"),
        typed(
            "Who has access",
            _QUIET,
            "input.wrap",
            44,
            field="who",
            note="Roles or people; never a password",
        ),
        flag_column(50),
    ),
    flag="Check",
    needs=("Thing",),
    doubts=_doubts,
    about="Access: where bridge, channel, consoles and kill switch are, and who can get in",
)
