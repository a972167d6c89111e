"""Small tables of figures that steer a sheet; one shape for all of them."""

from __future__ import annotations

from xlmatrix.tables.column import given, typed
from xlmatrix.tables.kinds import KEY, NUMBER
from xlmatrix.tables.table import Table


def settings_table(name: str, about: str) -> Table:
    """A table of figures to change, one a row, with what each does and its unit."""
    return Table(
        name,
        (
            given("Setting", "key", 24, KEY),
            given("What it does", "fixed.wrap", 40),
            typed("Value", NUMBER, "input.number", 12),
            given("Unit", "fixed", 12),
        ),
        about=about,
    )
