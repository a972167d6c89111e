"""A table as it was read, whatever read it: names, headers, raw values, typed formulas."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from xlmatrix.sheets.inputs import (
    COMPUTED,
    Inputs,
    TableInputs,
    blank,
    by_place,
    plain,
    row_keys,
    same,
    whole,
)
from xlmatrix.tables.kinds import Raw, number_of, text_of

__all__ = [
    "COMPUTED",
    "Inputs",
    "Raw",
    "TableData",
    "TableInputs",
    "blank",
    "by_place",
    "number_of",
    "plain",
    "row_keys",
    "same",
    "text_of",
    "unescape",
    "whole",
]

_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_HALF: Final = re.compile("[\ud800-\udfff]")


def unescape(text: str) -> str:
    """Text as it was typed: ``_x000D_`` is a carriage return.

    The two halves of one character become it; a half without the other stays as it is written, for
    no file can hold it.
    """
    if "_x" not in text:
        return text
    text = _ESCAPED.sub(lambda hit: chr(int(hit[1], 16)), text)
    if _HALF.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
        text = _HALF.sub(lambda hit: f"_x{ord(hit[0]):04X}_", text)
    return text


@dataclass(frozen=True, slots=True)
class TableData:
    """One table. ``rows[i][j]`` is the value under ``headers[j]``; None is an empty cell.

    Stamps and dates are serial numbers, as the file has them. ``formulas`` maps (row, column), both
    from 0, to the text of a formula that stands in the cell, without its equals sign. ``sheet``,
    ``row`` and ``column`` say where the header begins.
    """

    name: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Raw, ...], ...]
    formulas: Mapping[tuple[int, int], str] = field(default_factory=dict)
    sheet: str = ""
    row: int = 0
    column: int = 0

    def records(self) -> list[dict[str, Raw]]:
        """The rows that are not blank, by header."""
        return [dict(zip(self.headers, row, strict=True)) for row in self.rows if not blank(row)]


def told(value: Raw) -> str:
    """A value as text, a number with as many digits as every program keeps."""
    try:
        return f"{float(value or ''):.11g}"
    except ValueError:
        return str(value)
