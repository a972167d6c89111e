"""What is not typed by the random typings, and why: the shorter this is, the better.

A line is a table, its column ("*" for all of them) and the values that are left out. ``ANY`` leaves
out a column whole; the list says what the sheet and the engine do not yet agree on.
"""

from __future__ import annotations

from typing import Final

from tests.office.package import ExcelError, Value

ANY, ERRORS, NUMBERS, TEXTS, BLANKS = "any", "errors", "numbers", "texts", "blanks"
#: Table and column to the values that are left out.
KNOWN: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    # FALSE over a zero is the zero to the engine, and flagged in the sheet as no amount.
    ("tLadder", "Repeat"): (NUMBERS,),
    # A role of another name: what stands beside the old one on other sheets follows when the
    # workbook is regenerated.
    ("tRoles", "Role"): (ANY,),
    # Where they mean nothing a ladder has no time after which it begins again, nor a new workbook a
    # row for it: all that stands below moves.
    ("names", "Repeat_After"): (ANY,),
    ("names", "Repeat_After_Unit"): (ANY,),
}


def left_out(table: str, column: str, value: Value) -> bool:
    """Whether a typing is on the list."""
    kinds = (*KNOWN.get((table, "*"), ()), *KNOWN.get((table, column), ()))
    return ANY in kinds or _kind(value) in kinds


def untyped(table: str, column: str) -> bool:
    """Whether nothing is typed into a column."""
    return left_out(table, column, ANY)


def _kind(value: Value) -> str:
    if value is None:
        return BLANKS
    if isinstance(value, ExcelError):
        return ERRORS
    return TEXTS if isinstance(value, str) else NUMBERS
