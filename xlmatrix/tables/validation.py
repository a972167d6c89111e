"""What may be typed in a cell, and what paints it: plain data, in Excel's own terms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from xlmatrix.formula import Expr


class Refuse(StrEnum):
    """What Excel does with a value that a validation does not know."""

    STOP = "stop"
    WARN = "warning"


@dataclass(frozen=True, slots=True)
class Validation:
    """What may be typed. ``kind`` is Excel's type: list, decimal, whole, date, time, custom.

    ``first`` and ``second`` are the operands (for a list: the defined name or range). ``title`` and
    ``message`` are shown when a value is refused (32 and 225 characters at most), ``hint`` while
    the cell is selected.
    """

    kind: str
    first: Expr | float | str
    second: Expr | float | str | None = None
    operator: str = "between"
    title: str = ""
    message: str = ""
    hint: str = ""
    refuse: Refuse = Refuse.STOP


@dataclass(frozen=True, slots=True)
class Paint:
    """Conditional formatting: where ``when`` holds (written for the top-left cell) take a role."""

    when: Expr
    role: str
    stop: bool = False


#: Validations take dates from 1990 on: earlier ones are slips in a log of AI incidents.
_FROM_1990: Final = 32_874

A_STAMP: Final = Validation(
    "decimal",
    _FROM_1990,
    operator="greaterThan",
    title="Not a date and time",
    message="Type a date and time such as 2026-11-23 14:05. Ctrl+; and Ctrl+Shift+; enter now.",
)
A_DATE: Final = Validation(
    "decimal",
    _FROM_1990,
    operator="greaterThan",
    title="Not a date",
    message="Type a date such as 2026-12-24.",
)
A_NUMBER: Final = Validation("decimal", -1e12, 1e12, title="Not a number", message="Type a number.")
A_SHARE: Final = Validation(
    "decimal", 0, 1, title="Not a share", message="Type a share such as 40% or 0.4."
)
AN_AMOUNT: Final = Validation(
    "decimal",
    0,
    operator="greaterThanOrEqual",
    title="Not an amount",
    message="Type a number; the unit stands in the next cell. Empty means: no such target.",
)
A_TIME: Final = Validation(
    "decimal",
    0,
    1,
    title="Not a time of day",
    message="Type a time such as 09:00. A close at or before its open is on the next day.",
)


def hinted(validation: Validation, hint: str) -> Validation:
    """The same, with a hint while the cell is selected."""
    return replace(validation, hint=hint)
