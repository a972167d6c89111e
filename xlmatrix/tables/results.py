"""The tables of what the program did: recalculations, their audit, and a regeneration's report."""

from __future__ import annotations

from typing import Final

from xlmatrix.tables.column import Column, given
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.kinds import NUMBER, STAMP
from xlmatrix.tables.table import Table


def _repeated(column: Column) -> Column:
    """A column of the log with values in place of formulas."""
    look = "fixed.stamp" if column.kind is STAMP else "fixed"
    return given(column.id, look, column.width, column.kind, heading=column.heading)


RECALCULATED: Final = Table(
    "tRecalculated",
    (
        _repeated(INCIDENTS["ID"]),
        _repeated(INCIDENTS["Opened"]),
        *(_repeated(column) for column in INCIDENTS.columns if column.computed),
        given("Disagrees", "fixed", 30),
    ),
    about="Recalculated",
)

AUDIT: Final = Table(
    "tAudit",
    (
        given("When", "fixed.stamp", 16.5, STAMP),
        given("As of", "fixed.stamp", 16.5, STAMP),
        given("Incidents", "fixed.int", 16.5, NUMBER),
        given("Changed", "fixed.int", 16.5, NUMBER),
        given("Disagreements", "fixed.int", 16.5, NUMBER),
        given("Engine", "fixed", 16.5),
    ),
    by_place=True,
    about="Audit",
)

PARITY: Final = Table(
    "tParity",
    (
        given("Key", "fixed.int", 14, NUMBER),
        given("Cell", "fixed", 14),
        given("Incident", "fixed", 14),
        given("Column", "fixed", 14),
        given("Formula says", "fixed", 30),
        given("Engine says", "fixed", 30),
    ),
    about="Audit",
)

STAMPED: Final = Table(
    "tStamped",
    (
        given("When", "fixed.stamp", 16.5, STAMP),
        given("Row", "fixed", 14, note="The incident's ID, or the record of a drill"),
        given("Column", "fixed", 16.5),
        given("Old value", "fixed.stamp", 16.5, STAMP),
        given("New value", "fixed.stamp", 16.5, STAMP),
        given("Who", "fixed", 18),
        given("Engine", "fixed", 16.5),
    ),
    by_place=True,
    about="Audit",
)

REGENERATED: Final = Table(
    "tRegenerated",
    (
        given("What", "fixed.wrap", 11),
        given("Sheet", "fixed.wrap", 14),
        given("Table", "fixed.wrap", 16),
        given("Row", "fixed.wrap", 28),
        given("Column", "fixed.wrap", 18),
        given("Before", "fixed.wrap", 26),
        given("Now", "fixed.wrap", 26),
        given("Template", "fixed.wrap", 26),
        given("Note", "fixed.wrap", 44),
    ),
    by_place=True,
    about="Changes",
)
