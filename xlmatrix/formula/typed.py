"""Texts that a spreadsheet takes for a formula when they are typed, pasted or opened from CSV."""

from __future__ import annotations

import unicodedata
from typing import Final

_SIGNS: Final = frozenset("=+-@")
#: Programs pass over these and then read a formula, or end the cell and begin the next with one.
_BREAKS: Final = frozenset("\t\r\n")


def guarded(text: str) -> str:
    r"""A text for a CSV that no program takes for a formula: with a mark before it where need be.

    >>> [guarded(text) for text in ("=1+1", "'=1+1", "a=1")]
    ["'=1+1", "''=1+1", 'a=1']
    """
    return f"'{text}" if could_be_formula(text.lstrip("'")) else text


def unguarded(text: str) -> str:
    """What :func:`guarded` made a text of."""
    return text[1:] if text[:1] == "'" and could_be_formula(text.lstrip("'")) else text


def could_be_formula(text: str) -> bool:
    r"""Whether a program could take a text for a formula.

    Signs count in all their widths, for an Excel in Japan or China reads a wide ``=`` as one; and
    behind spaces and characters that nobody sees, which some programs drop as they read.

    >>> [could_be_formula(text) for text in ("=1+1", "\uff1d1+1", " @x", "\n=1", "a=1", "")]
    [True, True, True, True, False, False]
    """
    if text[:1].isalnum():
        return False
    if text[:1] in _BREAKS:
        return True
    for char in text:
        if char.isspace() or unicodedata.category(char) in ("Cc", "Cf"):
            continue
        return unicodedata.normalize("NFKC", char)[:1] in _SIGNS
    return False
