"""Which columns a workbook searches by approximate look-ups, and what their own formulas ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

from tests.office.integrity.book import Book, box_of
from tests.office.integrity.formulas import filled_down
from tests.office.package import formula_cells, letters

#: Sheet, first and last column, first and last row.
Area = tuple[str, int, int, int, int]
_STRUCTURED: Final = re.compile(r"(\w+)\[(.*)\]")
_WORDS: Final = re.compile(r"\[([^\[\]]*)\]")
_ROW: Final = re.compile(r"(?<=[A-Z$])\d+\b(?!\()")
#: Where the range that is searched and the kind of the search stand among the arguments; a search
#: whose kind is left out is approximate.
_SEARCHES: Final = {"MATCH(": (1, 2), "VLOOKUP(": (1, 3), "HLOOKUP(": (1, 3), "LOOKUP(": (1, None)}
#: An argument that is there and empty is zero.
_EXACT: Final = ("0", "FALSE", "")


@dataclass(frozen=True, slots=True)
class Chain:
    """A cell of a searched column whose formula asks a cell of the same column."""

    sheet: str
    column: str
    formula: str
    searched_by: str

    def __str__(self) -> str:
        return (
            f"{self.sheet}!{self.column} asks its own column: ={self.formula[:120]}\n"
            f"  and is searched by {self.searched_by}"
        )


class Layout:
    """One finished workbook."""

    def __init__(self, path: Path) -> None:
        self.book = Book(path)
        self.cells = formula_cells(path)

    @cached_property
    def areas(self) -> dict[str, Area]:
        """What each defined name, in lower case, stands for."""
        found = {}
        for name in self.book.defined_names:
            area = self._plain(name.text or "", "")
            if area:
                found[name.get("name").lower()] = area
        return found

    @cached_property
    def columns(self) -> dict[tuple[str, str], Area]:
        """The data cells of each table's columns, names in lower case."""
        found = {}
        for table in self.book.table_parts:
            left, top, _, bottom = box_of(table.root.get("ref")) or (0, 0, 0, 0)
            for place, header in enumerate(table.columns):
                at = left + place
                found[table.name.lower(), header.lower()] = table.sheet, at, at, top + 1, bottom
        return found

    def area(self, operand: str, sheet: str) -> Area | None:
        """Where an operand points to; None for literals and names of formulas."""
        if operand.lower() in self.areas:
            return self.areas[operand.lower()]
        structured = _STRUCTURED.fullmatch(operand)
        if structured:
            return self._structured(structured[1].lower(), structured[2])
        return self._plain(operand, sheet)

    def _structured(self, table: str, inner: str) -> Area | None:
        headers = [word for word in _WORDS.findall(inner) if not word.startswith("#")] or [inner]
        plain = [re.sub(r"'(.)", r"\1", header).lower() for header in headers]
        ends = [self.columns[table, header] for header in (plain[0], plain[-1])]
        sheet, first, _, top, bottom = ends[0]
        return sheet, first, ends[1][2], top, bottom

    @staticmethod
    def _plain(text: str, sheet: str) -> Area | None:
        home, _, cells = text.rpartition("!")
        box = box_of(cells)
        if box is None:
            return None
        left, top, right, bottom = box
        title = home.strip("'").replace("''", "'") if home else sheet
        return title, left, right, top, bottom

    @cached_property
    def distinct(self) -> list[tuple[str, str]]:
        """Sheet and text of every formula; of one that is filled down the first."""
        seen: dict[tuple[str, str], tuple[str, str]] = {}
        for (sheet, _), cell in self.cells.items():
            key = sheet, _ROW.sub("", cell.formula)
            seen.setdefault(key, (sheet, cell.formula))
        return list(seen.values())

    @cached_property
    def searched(self) -> dict[Area, str]:
        """Every range that an approximate look-up reads, with one formula that does."""
        found: dict[Area, str] = {}
        for sheet, formula in self.distinct:
            for operand in searched_operands(formula):
                area = self.area(operand, sheet)
                if area is not None:
                    found.setdefault(area, formula)
        return found

    def chains(self) -> list[Chain]:
        """Columns that are searched although their formulas ask the same column."""
        by_column: dict[tuple[str, int], list[tuple[int, int, str]]] = {}
        for (sheet, first, last, top, bottom), formula in self.searched.items():
            for column in range(first, last + 1):
                by_column.setdefault((sheet, column), []).append((top, bottom, formula))
        found: dict[tuple[str, int], Chain] = {}
        asked: set[tuple[str, int, str]] = set()
        for (sheet, ref), cell in self.cells.items():
            column, row, _, _ = box_of(ref) or (0, 0, 0, 0)
            reads = by_column.get((sheet, column), ())
            # What is filled down is asked once.
            known = sheet, column, filled_down(cell.formula, row) if reads else ""
            if not reads or known in asked:
                continue
            asked.add(known)
            for top, bottom, by in reads:
                if top <= row <= bottom and self._asks(sheet, cell.formula, column, (top, bottom)):
                    chain = Chain(sheet, letters(column), cell.formula, by)
                    found.setdefault((sheet, column), chain)
        return list(found.values())

    def _asks(self, sheet: str, formula: str, column: int, rows: tuple[int, int]) -> bool:
        for token in Tokenizer(f"={formula}").items:
            if token.type == Token.OPERAND and token.subtype == Token.RANGE:
                area = self.area(token.value, sheet)
                if area is None or area[0] != sheet:
                    continue
                _, first, last, top, bottom = area
                if first <= column <= last and top <= rows[1] and rows[0] <= bottom:
                    return True
        return False


def searched_operands(formula: str) -> Iterator[str]:
    """The ranges in a formula that ``MATCH`` and its like search approximately."""
    if not any(known in formula for known in ("MATCH(", "LOOKUP(")):
        return
    # Per open bracket: the function, and its arguments as lists of tokens.
    stack: list[tuple[str, list[list[Token]]]] = []
    for token in Tokenizer(f"={formula}").items:
        if token.subtype == Token.OPEN:
            for _, arguments in stack:
                arguments[-1].append(token)
            stack.append((token.value.upper(), [[]]))
        elif token.subtype == Token.CLOSE:
            yield from _ranges(*stack.pop())
            for _, arguments in stack:
                arguments[-1].append(token)
        elif token.type == Token.SEP and stack:
            if token.subtype == Token.ARG:
                stack[-1][1].append([])
        else:
            for _, arguments in stack:
                arguments[-1].append(token)


def _ranges(function: str, arguments: list[list[Token]]) -> Iterator[str]:
    if function not in _SEARCHES:
        return
    place, kind = _SEARCHES[function]
    if kind is not None and len(arguments) > kind:
        said = "".join(token.value for token in arguments[kind]).strip()
        if said.upper() in _EXACT:
            return
    for token in arguments[place]:
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            yield token.value
