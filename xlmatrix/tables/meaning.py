"""What a typed cell of each kind means: one definition for the formula beside it and for Python.

A cell that is filled and means nothing is flagged in its table's column of flags (*Check*), on
Health, by ``check`` and by regenerating, each with the code that is given here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from xlmatrix.formula import Expr, F, exact, lit, place_among_texts
from xlmatrix.formula.errors import ERROR_VALUES
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import Column, Origin
from xlmatrix.tables.doubt import Lists
from xlmatrix.tables.kinds import AMOUNT, DATE, KEY, NUMBER, SHARE, STAMP, TIME, Raw, number_of
from xlmatrix.tables.validation import Refuse, Validation
from xlmatrix.worktime.serials import FIRST_SERIAL, LAST_SERIAL

_CODES: Final[Mapping[str, str]] = {
    DATE.id: "typed-date",
    STAMP.id: "typed-stamp",
    TIME.id: "typed-time",
    NUMBER.id: "typed-number",
    SHARE.id: "typed-share",
    AMOUNT.id: "typed-amount",
}
_BETWEEN: Final = "|"
_ERRORS_IN_ONE: Final = _BETWEEN + _BETWEEN.join(ERROR_VALUES) + _BETWEEN


@dataclass(frozen=True, slots=True)
class Meaning:
    """When a filled cell means nothing.

    Attributes
    ----------
    code
        That of the finding.
    said
        What is said of such a cell, beside it and everywhere else.
    wrong
        The condition for a formula; false for a blank cell, and never an error.
    odd
        Its twin, asked with the cell and the lists of the workbook.
    """

    code: str
    said: str
    wrong: Callable[[Expr], Expr]
    odd: Callable[[Raw, Lists], bool]


def meaning_of(column: Column) -> Meaning | None:
    """What the cells of a column mean; None where nobody types in it."""
    named = column.kind.vocabulary
    listed = named is not None and named.source is not None and not named.between
    if column.computed or (column.origin is Origin.DERIVED and column.kind.id != KEY.id):
        return None
    if listed and _refuses(column):
        return _word(column)
    if column.typed and column.kind.id in _CODES:
        return _number(column)
    return Meaning("typed-error", f"{column.header} is an error value", _is_error, _shows_error)


def _refuses(column: Column) -> bool:
    """Whether a word that is in no list means nothing."""
    if column.kind.id == KEY.id:
        return True
    allowed = column.validation
    return allowed is not None and allowed.kind == "list" and allowed.refuse is Refuse.STOP


#: Names of people, roles and teams: what is no text is none.
_NAMES: Final = (words.PEOPLE, words.ROLES, words.TEAMS, words.CALLED)


def _word(column: Column) -> Meaning:
    named = column.kind.vocabulary
    assert named is not None
    source, known, also = named.source, named.list_name, named.also
    assert source is not None
    ours = bool(named.words) or named in (words.SEVERITIES, words.CLASSES, words.RACI)
    texts = ours or named in _NAMES

    def wrong(cell: Expr) -> Expr:
        blank = [cell.empty(), *(cell.eq(word) for word in also)]
        skipped = F.OR(*blank) if also else blank[0]
        # What people list may be numbers, which LibreOffice finds by a text.
        if ours:
            found: Expr = F.MATCH(exact(cell), source, 0)
        elif texts:
            found = lit(1) / F.T(F.INDEX(source, F.MATCH(exact(cell), source, 0))).eq(cell)
        else:
            found = lit(1) / F.INDEX(source, place_among_texts(cell, source)).eq(cell)
        return F.ISERROR(F.IF(skipped, 0, found))

    def odd(cell: Raw, lists: Lists) -> bool:
        if cell in (None, "") and not isinstance(cell, bool):
            return False
        if texts and not isinstance(cell, str):
            return True
        return place_in(cell, [*lists(known), *also]) is None

    return Meaning("typed-word", f"{column.header} is not in the list", wrong, odd)


def folded(cell: Raw) -> tuple[type, Raw]:
    """A cell as ``MATCH`` compares it: text without case, and never with a number."""
    if isinstance(cell, bool):
        return bool, cell
    return (str, cell.casefold()) if isinstance(cell, str) else (float, cell)


def place_in(cell: Raw, cells: Sequence[Raw]) -> int | None:
    """The place from 1 of a filled cell among others, as ``MATCH`` finds it."""
    if cell in (None, "") or cell in ERROR_VALUES:
        return None
    known = list(map(folded, cells))
    return known.index(folded(cell)) + 1 if folded(cell) in known else None


def _number(column: Column) -> Meaning:
    low, high = bounds_of(column)
    whole = _is_whole(column)
    said = f"{column.header} is not {_wanted(column, low, high)}"

    def wrong(cell: Expr) -> Expr:
        limits = [cell < low, cell > high, *((F.INT(cell).ne(cell),) if whole else ())]
        text = F.IFERROR(cell.filled(), lit(True))
        return F.IF(F.ISNUMBER(cell), F.OR(*limits), text)

    def odd(cell: Raw, _: Lists) -> bool:
        if cell in (None, "") and not isinstance(cell, bool):
            return False
        number = number_of(cell)
        return number is None or not low <= number <= high or (whole and number % 1 != 0)

    return Meaning(_CODES[column.kind.id], said, wrong, odd)


#: As far as numbers may go whose validation says no more.
_FAR: Final = 1e12


def bounds_of(column: Column) -> tuple[float, float]:
    """The least and the largest number that means something in a column."""
    kind = column.kind.id
    if kind in (DATE.id, STAMP.id):
        return FIRST_SERIAL, LAST_SERIAL
    said: Validation | None = column.validation or column.kind.validation
    low, high = -_FAR, _FAR
    if said is not None and isinstance(said.first, int | float):
        low = said.first
        if said.operator == "between" and isinstance(said.second, int | float):
            high = said.second
    return low, high


def _is_whole(column: Column) -> bool:
    return column.validation is not None and column.validation.kind == "whole"


def _wanted(column: Column, low: float, high: float) -> str:
    """What belongs in a column of numbers."""
    plain = column.validation in (None, column.kind.validation)
    if plain or column.kind.id in (DATE.id, STAMP.id):
        return column.kind.wants
    what = "a whole number" if _is_whole(column) else "a number"
    least = f" from {low:g}" if low > -_FAR else ""
    return what + least + (f" to {high:g}" if high < _FAR else "")


def _is_error(cell: Expr) -> Expr:
    # One search is shorter than to compare with each.
    found = F.FIND(lit(_BETWEEN) & F.UPPER(cell) & _BETWEEN, _ERRORS_IN_ONE)
    return F.IFERROR(found > 0, F.ISERROR(cell))


def _shows_error(cell: Raw, _: Lists) -> bool:
    return isinstance(cell, str) and f"{_BETWEEN}{cell.upper()}{_BETWEEN}" in _ERRORS_IN_ONE


def filled(cell: Expr) -> Expr:
    """Whether a cell holds anything; never an error."""
    return F.IFERROR(cell.filled(), lit(True))
