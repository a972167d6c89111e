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
    # A role of another name: what stands beside the old one on other sheets follows when the
    # workbook is regenerated.
    ("tRoles", "Role"): (ANY,),
    # The engine's workbook has rows under such a name elsewhere, and ties in rank go by the row.
    ("tControls", "ID"): (ANY,),
    ("tControlTests", "ID"): (ANY,),
    # An error value is the severity of the scenario's class to the engine, and none to the sheet.
    ("tScenarios", "Opens as"): (ERRORS,),
    # Which open actions a card shows first; which currency is the common one.
    ("tImprovements", "*"): (ANY,),
    ("tProviderCalls", "Currency"): (ANY,),
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
