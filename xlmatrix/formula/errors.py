"""The error values that a formula can end in; pasted or read as text they mean as little."""

from __future__ import annotations

from typing import Final

ERROR_VALUES: Final = ("#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!")
#: The same for looking up.
ERRORS: Final = frozenset(ERROR_VALUES)


def named(text: str) -> str:
    """A text, "" for an error value: it names nothing."""
    return "" if text in ERRORS else text
