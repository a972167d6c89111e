"""Formulas that speak of a table by a name that it has no more."""

from __future__ import annotations

import re
from typing import Final

_PIECES: Final = re.compile(r'("(?:[^"]|"")*")')


def retabled(formula: str, was: str, now: str) -> str:
    """A formula with a table under its name of now, also in a text that ``INDIRECT`` reads.

    Sheets, columns and functions of the old name stay as they are.
    """
    if was.casefold() not in formula.casefold():
        return formula
    word = re.compile(rf"(?<![\w.\\!'\[\]@#]){re.escape(was)}(?![\w.(!'])", re.IGNORECASE)
    told = re.compile(rf'"{re.escape(was)}(?=["\[])', re.IGNORECASE)
    pieces = _PIECES.split(formula)
    for number, piece in enumerate(pieces):
        if not piece.startswith('"'):
            pieces[number] = word.sub(lambda _: now, piece)
        elif number and pieces[number - 1].upper().rstrip().endswith("INDIRECT("):
            pieces[number] = told.sub(lambda _: f'"{now}', piece)
    return "".join(pieces)
