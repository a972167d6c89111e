"""Formulas of ours outside of tables, wherever a table that grew has pushed them."""

from __future__ import annotations

import re

from xlmatrix.regen.carrying.cargo import Spot
from xlmatrix.regen.reading.contents import SheetPart
from xlmatrix.sheets.plan import SheetPlan


def moved_by_tables(part: SheetPart, made: SheetPlan | None) -> bool:
    """Whether tables of a sheet are longer than it was made with."""
    ends = {} if made is None else {table.name: table.last_row for table in made.tables}
    return any(place.last_row > ends.get(place.name, place.last_row) for place in part.tables)


def _shape(spot: Spot, formula: str) -> str:
    """A formula without the number of its row."""
    plain = "".join(formula.split()).lstrip("=").casefold()
    return re.sub(rf"(?<=[a-z$]){spot[0]}(?!\d)", "#", plain)


def is_one_of_several(part: SheetPart, spot: Spot, made: SheetPlan | None) -> bool:
    """Whether a formula is one of a list of ours that a table has pushed down.

    It says what those of the rows beside it say, of its own row.
    """
    formula = part.cells.formulas.get(spot)
    if formula is None or not moved_by_tables(part, made):
        return False
    row, column = spot
    beside = [(row - 1, column), (row + 1, column)]
    there = [(at, part.cells.formulas[at]) for at in beside if at in part.cells.formulas]
    return _shape(spot, formula) in {_shape(at, text) for at, text in there}
