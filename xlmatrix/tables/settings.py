"""Figures that steer a sheet: those on Lists by their names, and small tables of one shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xlmatrix.formula import Expr, F, lit, name
from xlmatrix.tables.column import Column, given, typed
from xlmatrix.tables.flags import flag_column
from xlmatrix.tables.kinds import KEY, NUMBER, number_of
from xlmatrix.tables.meaning import bounds_of
from xlmatrix.tables.table import Table
from xlmatrix.tables.validation import Validation

_YEAR_MIN: Final = 525_600
SOON: Final = typed(
    "Soon_Min",
    NUMBER,
    "input.int",
    validation=Validation("decimal", 0, _YEAR_MIN),
    heading="Due soon (min)",
)
WARN: Final = typed(
    "Warn_Percent",
    NUMBER,
    "input.int",
    validation=Validation("decimal", 1, 100),
    heading="Due soon (%)",
)
#: The sheet of the figures that have a name and no table.
FIGURES_HOME: Final = "Lists"
FIGURES: Final = (SOON, WARN)
#: What counts in the place of one that means nothing.
_INSTEAD: Final[Mapping[str, str]] = {SOON.id: "30 min", WARN.id: "75 %"}


def means(column: Column, value: object) -> bool:
    """Whether what stands in a figure's cell means anything."""
    low, high = bounds_of(column)
    number = number_of(value)
    return number is not None and low <= number <= high


def means_expr(column: Column) -> Expr:
    """The formula of :func:`means`."""
    low, high = bounds_of(column)
    cell = name(column.id)
    return F.IF(F.ISNUMBER(cell), F.AND(cell >= low, cell <= high), lit(False))


def meant_instead(column: Column) -> str:
    """What is said of a figure that means nothing."""
    low, high = bounds_of(column)
    return f"Not a number from {low:g} to {high:,.0f}: {_INSTEAD[column.id]} counts"


def settings_table(name: str, about: str) -> Table:
    """A table of figures to change, one a row, with what each does and its unit."""
    return Table(
        name,
        (
            given("Setting", "key.wrap", 24, KEY),
            given("What it does", "fixed.wrap", 40),
            typed("Value", NUMBER, "input.number", 12),
            given("Unit", "fixed", 12),
            flag_column(24),
        ),
        flag="Check",
        about=about,
    )
