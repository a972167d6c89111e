"""Formulas of ours outside of tables, wherever a table that grew has pushed them."""

from __future__ import annotations

import re
from typing import Final

from xlmatrix.package import Package
from xlmatrix.regen.carrying.cargo import Spot
from xlmatrix.regen.carrying.looks import Sheaf, signatures
from xlmatrix.regen.reading.contents import SheetPart
from xlmatrix.sheets.plan import SheetPlan
from xlmatrix.sheets.stamp import SheetBase
from xlmatrix.style import look

_STYLES: Final = "xl/styles.xml"


def helper_styles(package: Package) -> frozenset[int]:
    """The cell formats of a file that look like those of our helpers."""
    if _STYLES not in package:
        return frozenset()
    wish = look("helper")
    ours = (wish.fill, wish.ink, wish.bold, wish.italic, wish.underline)
    with package.understood(_STYLES):
        found = signatures(Sheaf.of(package.xml(_STYLES)))
    return frozenset(number for number, known in enumerate(found) if known == ours)


def is_helper(part: SheetPart, spot: Spot, base: SheetBase, styles: frozenset[int]) -> bool:
    """Whether a formula of any release is one of our helpers, wherever those stand by now.

    It is in a column that its release hid, and looks as helpers do: what somebody types into such
    a column is plain. ``styles`` are those of :func:`helper_styles`.
    """
    return spot[1] in base.hidden and part.cells.styles.get(spot, 0) in styles


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
