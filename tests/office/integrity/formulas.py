"""Is this formula text one that Excel reads? Syntax, functions, sheets, names, tables, limits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError
from openpyxl.utils import FORMULAE

from tests.office.integrity.functions import ARGUMENTS, NEWER
from tests.office.package import number

MAX_LENGTH, MAX_TEXT, MAX_NESTING, MAX_ARGUMENTS = 8192, 255, 64, 255

_AREA = re.compile(
    r"(?:\$?[A-Za-z]{1,3}\$?\d+(?::\$?[A-Za-z]{1,3}\$?\d+)?"
    r"|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}|\$?\d+:\$?\d+)"
)
_PLAIN_SHEET = re.compile(r"[^\W\d][\w.]*(?::[^\W\d][\w.]*)?")
_R1C1 = re.compile(r"r(\[?-?\d*\]?)c(\[?-?\d*\]?)|[rc]\d*", re.IGNORECASE)
#: A row number in a reference.
_ROW = re.compile(r"(?<=[A-Z$])\d+\b(?!\()")
_ITEMS = {"#all", "#data", "#headers", "#totals", "#this row"}


@dataclass(frozen=True, slots=True)
class TableRows:
    """What a structured reference may say of a table: its columns and data rows."""

    sheet: str
    columns: frozenset[str]
    first: int
    last: int


def looks_like_a_cell(name: str) -> bool:
    """Whether a name reads as ``A1`` or ``R1C1`` and so cannot be a name."""
    cell = re.fullmatch(r"([A-Za-z]{1,3})(\d+)", name)
    if cell and number(cell[1].upper()) <= 16_384 and 1 <= int(cell[2]) <= 1_048_576:
        return True
    return _R1C1.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Formulas:
    """Judges formula texts of one workbook; every name is kept in lower case."""

    sheets: frozenset[str]
    names: frozenset[str]
    tables: Mapping[str, TableRows]
    _seen: dict[str, tuple[list[str], list[str]]] = field(default_factory=dict)

    def faults(
        self, text: str, *, sheet: str = "", row: int = 0, structured: bool = True
    ) -> list[str]:
        """What is wrong with a formula.

        Parameters
        ----------
        text
            As the file holds it: without the leading ``=``.
        sheet, row
            Where it stands; ``row`` 0 where that has no meaning (a name, a rule).
        structured
            Whether table references may stand there: not in validations and formats.
        """
        # A formula filled down is the same one in every row.
        known = filled_down(text, row)
        if known not in self._seen:
            found = _Reading(self, text)
            self._seen[known] = list(found.faults()), found.this_row
        faults, this_row = self._seen[known]
        faults = list(faults)
        for name in this_row:
            table = self.tables.get(name)
            if row and table and not (table.sheet == sheet and table.first <= row <= table.last):
                faults.append(f"[#This Row] of {name} outside the rows of that table")
        if not structured and "[" in re.sub(r'"[^"]*"|\'[^\']*\'', "", text):
            faults.append("a table reference may not stand here")
        return faults


def filled_down(text: str, row: int) -> str:
    """The text with marks for its own row and its neighbours, where it says them."""
    if not row:
        return text
    marks = {str(row - 1): "\1", str(row): "\2", str(row + 1): "\3"}
    return _ROW.sub(lambda found: marks.get(found[0], found[0]), text)


class _Reading:
    """One pass over the tokens of a formula."""

    def __init__(self, known: Formulas, text: str) -> None:
        self.known, self.text = known, text
        self.this_row: list[str] = []

    def faults(self) -> Iterator[str]:
        if not self.text.strip():
            yield "an empty formula"
            return
        if self.text.startswith("="):
            yield "the text of a formula is stored without ="
            return
        if len(self.text) > MAX_LENGTH:
            yield f"{len(self.text)} characters; at most {MAX_LENGTH}"
        try:
            tokens = Tokenizer(f"={self.text}").items
        except (TokenizerError, IndexError) as error:
            yield f"cannot be read: {error}"
            return
        for token in tokens:
            yield from self._token(token)
        yield from _Grammar(tokens).faults()

    def _token(self, token: Token) -> Iterator[str]:
        if token.type == Token.FUNC and token.subtype == Token.OPEN:
            yield from _function(token.value[:-1])
        elif token.type == Token.OPERAND:
            if token.subtype == Token.TEXT:
                if len(token.value[1:-1].replace('""', '"')) > MAX_TEXT:
                    yield f"a text of over {MAX_TEXT} characters"
            elif token.subtype == Token.ERROR and token.value == "#REF!":
                yield "refers to a cell that is gone (#REF!)"
            elif token.subtype == Token.RANGE:
                yield from self._reference(token.value)

    def _reference(self, text: str) -> Iterator[str]:
        if "[@" in text:
            yield f"{text}: the file wants [#This Row], not @"
        elif re.match(r"'?\[\d+\]", text):
            yield f"{text}: refers to another workbook"
        elif "@" in text.partition("[")[0]:
            yield f"{text}: @ is not for the file"
        elif text.endswith("#REF!"):
            yield "refers to a cell that is gone (#REF!)"
        elif "!" in text:
            yield from self._on_sheet(text)
        elif "[" in text:
            yield from self._structured(text)
        elif _AREA.fullmatch(text):
            yield from _outside(text)
        elif text.lower() not in self.known.names and text.lower() not in self.known.tables:
            yield f"there is no name {text}"

    def _on_sheet(self, text: str) -> Iterator[str]:
        prefix, _, rest = text.rpartition("!")
        if prefix.startswith("'"):
            titles = prefix.strip("'").replace("''", "'").split(":")
        elif not _PLAIN_SHEET.fullmatch(prefix) or any(map(looks_like_a_cell, prefix.split(":"))):
            yield f"{prefix}: this sheet's name needs quotes"
            return
        else:
            titles = prefix.split(":")
        for title in titles:
            if title.lower() not in self.known.sheets:
                yield f"there is no sheet {title!r}"
        if _AREA.fullmatch(rest):
            yield from _outside(rest)
        elif rest.lower() not in self.known.names:
            yield f"there is no name {rest}"

    def _structured(self, text: str) -> Iterator[str]:
        name, _, inner = text.partition("[")
        if not name:
            yield f"{text}: the file wants the table's name before the bracket"
            return
        table = self.known.tables.get(name.lower())
        if table is None:
            yield f"there is no table {name}"
            return
        items = re.findall(r"\[((?:'.|[^\[\]'])*)\]", inner) or [inner[:-1]]
        for item in items:
            if item.lower() == "#this row":
                self.this_row.append(name.lower())
            if not item or item.lower() in _ITEMS:
                continue
            plain = re.sub(r"'(.)", r"\1", item)
            if item.startswith("#") or plain.lower() not in table.columns:
                yield f"{name} has no column {plain!r}"


def _function(name: str) -> Iterator[str]:
    upper = name.upper()
    if upper.startswith("_XLFN."):
        bare = upper.removeprefix("_XLFN.").removeprefix("_XLWS.")
        if bare not in NEWER:
            yield f"{name}: no such newer function"
    elif upper in NEWER:
        yield f"{name}: must be written with _xlfn."
    elif upper not in FORMULAE:
        yield f"{name}: no such function"


def _outside(area: str) -> Iterator[str]:
    """Cells beyond the last column or row."""
    columns = re.findall(r"[A-Za-z]+", area)
    rows = re.findall(r"\d+", area)
    if any(number(column.upper()) > 16_384 for column in columns) or any(
        not 1 <= int(row) <= 1_048_576 for row in rows
    ):
        yield f"{area}: beyond the sheet"


@dataclass(slots=True)
class _Open:
    """An open bracket: of a function (with its count of arguments), a group or an array."""

    kind: str
    name: str = ""
    separators: int = 0
    empty: bool = True


class _Grammar:
    """Operands and operators in turn, brackets in pairs, arguments in the right number."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.opened: list[_Open] = []
        # Whether an operand stands before, so that an operator or a bracket's end may follow.
        self.complete = False
        self.deepest = 0

    def faults(self) -> Iterator[str]:
        for place, token in enumerate(self.tokens):
            if token.type == Token.WSPACE:
                # Between two operands a space is the operator of intersection.
                if self.complete and _starts(self.tokens[place + 1 : place + 2]):
                    self.complete = False
                continue
            if self.opened and token.subtype != Token.CLOSE:
                self.opened[-1].empty = False
            yield from self._token(token)
        if self.opened:
            yield "a bracket is never closed"
        elif not self.complete:
            yield "ends with an operator"
        if self.deepest > MAX_NESTING:
            yield f"{self.deepest} functions inside each other; at most {MAX_NESTING}"

    def _token(self, token: Token) -> Iterator[str]:
        if _starts([token]):
            if self.complete:
                yield f"no operator before {token.value!r}"
            self._start(token)
        elif token.subtype == Token.CLOSE:
            yield from self._close(token)
        elif token.type == Token.SEP:
            if not self.opened or (token.value == ";" and self.opened[-1].kind != Token.ARRAY):
                yield f"{token.value!r} may not separate here"
            else:
                self.opened[-1].separators += 1
                if self._after_operator(token):
                    yield f"an operator before {token.value!r}"
            self.complete = False
        elif token.type == Token.OP_PRE:
            if self.complete:
                yield f"no operator before {token.value!r}"
        elif not self.complete:
            yield f"nothing before {token.value!r}"
        else:
            self.complete = token.type == Token.OP_POST

    def _start(self, token: Token) -> None:
        self.complete = token.type == Token.OPERAND
        if not self.complete:
            self.opened.append(_Open(token.type, token.value[:-1].upper()))
            self.deepest = max(self.deepest, sum(one.kind == Token.FUNC for one in self.opened))

    def _close(self, token: Token) -> Iterator[str]:
        if not self.opened or self.opened[-1].kind != token.type:
            yield f"{token.value!r} closes nothing"
            return
        last = self.opened.pop()
        if not self.complete and last.kind != Token.FUNC:
            yield f"nothing before {token.value!r}"
        elif not self.complete and self._after_operator(token):
            yield f"an operator before {token.value!r}"
        yield from _arguments(last)
        self.complete = True

    def _after_operator(self, token: Token) -> bool:
        before = self.tokens[self.tokens.index(token) - 1]
        return before.type in {Token.OP_IN, Token.OP_PRE}


def _starts(tokens: list[Token]) -> bool:
    return any(one.type == Token.OPERAND or one.subtype == Token.OPEN for one in tokens)


def _arguments(bracket: _Open) -> Iterator[str]:
    if bracket.kind != Token.FUNC:
        return
    count = 0 if bracket.empty else bracket.separators + 1
    name = bracket.name.removeprefix("_XLFN.")
    least, most = ARGUMENTS.get(name, (0, MAX_ARGUMENTS))
    if not least <= count <= most:
        yield f"{name} with {count} arguments; it takes {least} to {most}"
