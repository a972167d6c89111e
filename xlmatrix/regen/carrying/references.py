"""Whether a formula that a user typed still means the same in the new workbook."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from xlmatrix.formula.render import escaped
from xlmatrix.sheets.plan import BookPlan
from xlmatrix.tables.catalogue import table_of

_TEXT: Final = re.compile(r'"(?:[^"]|"")*"')
# A quote behind a quote begins nothing, so that a run of them is looked at once.
_SHEET: Final = re.compile(r"((?<!')'(?:[^']|'')+'|[A-Za-z_][\w.]*)!")
_TABLE: Final = re.compile(r"\b([A-Za-z_][\w.]*)(\[(?:[^\[\]]|\[[^\[\]]*\])*\])")
_COLUMN: Final = re.compile(r"\[([^\[\]#@]+)\]")
_CELL: Final = re.compile(r"(?<![\w.!'])\$?[A-Za-z]{1,3}\$?\d+(?![\w(.])")
_WORD: Final = re.compile(r"(?<![\w.])[A-Za-z_\\][\w.]*(?![\w.(\[!])")
_LITERALS: Final = frozenset({"TRUE", "FALSE"})


@dataclass(frozen=True, slots=True)
class Known:
    """What formulas of the new workbook may mention, folded."""

    sheets: frozenset[str]
    tables: Mapping[str, frozenset[str]]
    names: frozenset[str]

    @classmethod
    def of(cls, book: BookPlan, own_sheets: frozenset[str]) -> Known:
        """Sheets, tables with their columns, and names of a planned workbook."""
        return cls(
            frozenset(plan.name.casefold() for plan in book.sheets) | own_sheets,
            {
                table.name.casefold(): frozenset(header.casefold() for header in table.headers)
                for plan in book.sheets
                for table in plan.tables
            },
            frozenset(name.casefold() for name in book.names),
        )


def has_addresses(formula: str) -> bool:
    """Whether a formula mentions cells of its own sheet by address."""
    bare = _TABLE.sub("", _TEXT.sub('""', formula))
    return bool(_CELL.search(_SHEET.sub("!", bare))) or ":" in bare


def mentioned_sheets(formula: str) -> set[str]:
    """The sheets that a formula mentions, folded."""
    bare = _TEXT.sub('""', formula)
    return {hit[1].strip("'").replace("''", "'").casefold() for hit in _SHEET.finditer(bare)}


def renamed(formula: str, sheets: Mapping[str, str]) -> str:
    """A formula with sheets under their new names, and columns under the headers of this release.

    ``sheets`` maps folded old names.
    """

    def swap(hit: re.Match[str]) -> str:
        text = hit[1]
        old = text[1:-1].replace("''", "'") if text.startswith("'") else text
        new = sheets.get(old.casefold())
        return hit[0] if new is None else "'" + new.replace("'", "''") + "'!"

    pieces = re.split(r'("(?:[^"]|"")*")', formula)
    return "".join(
        p if p.startswith('"') else _TABLE.sub(_reheaded, _SHEET.sub(swap, p)) for p in pieces
    )


def _reheaded(hit: re.Match[str]) -> str:
    """A structured reference to a table of ours with the headers that its sheet shows now."""
    known = table_of(hit[1])
    if known is None:
        return hit[0]

    def now(column: re.Match[str]) -> str:
        plain = re.sub(r"'(.)", r"\1", column[1])
        shown = known.header_of(known.id_of(plain))
        return column[0] if shown.casefold() == plain.casefold() else f"[{escaped(shown)}]"

    return hit[1] + _COLUMN.sub(now, hit[2])


def dangling(formula: str, known: Known) -> str:
    """What a formula mentions that is not in the new workbook; empty when all of it is."""
    bare = _TEXT.sub('""', formula)
    if "[1]" in bare or "#REF!" in bare or re.search(r"\[[^\]]+\.xls", bare):
        return "another workbook" if "#REF!" not in bare else "#REF!"
    for hit in _SHEET.finditer(bare):
        name = hit[1].strip("'").replace("''", "'")
        if name.casefold() not in known.sheets:
            return name
    for hit in _TABLE.finditer(bare):
        columns = known.tables.get(hit[1].casefold())
        if columns is None:
            return hit[1]
        for column in _COLUMN.findall(hit[2]):
            if column.replace("'", "").casefold() not in columns:
                return f"{hit[1]}[{column}]"
    rest = _SHEET.sub("!", _TABLE.sub("", bare))
    rest = _CELL.sub("", rest)
    for word in _WORD.findall(rest):
        plain = word.casefold()
        if (
            word.upper() in _LITERALS
            or plain in known.names
            or plain in known.tables
            or re.fullmatch(r"[A-Za-z]{1,3}\d*", word)
        ):
            continue
        return str(word)
    return ""
