"""What is typed below a log whose table did not grow: counted beside it, for the sheet and Health.

Programs other than Excel let no table grow, and Excel only where that is switched on.
"""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Final

from xlmatrix.formula import Expr, F, col, if_, lit, name, ref, span
from xlmatrix.rules.lint.records import BELOW
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.parts import Names, Scene
from xlmatrix.sheets.plan import Formula, Table
from xlmatrix.tables.table import Table as Declared

SAYS: Final = (
    "Typed below the table, where it counts for nothing: drag the table's corner down over it."
)


def count_below(draft: Draft, scene: Scene, table: Table, declared: Declared, reach: int) -> Names:
    """Count the cells typed below a log down to a row, above one of its hidden columns.

    Gives the name of that cell.
    """
    terms: list[Expr] = []
    for column in declared.typed:
        at = table.column_of(column.id)
        # The header stands in the range, so that the first row can be deleted.
        whole = F.COUNTA(span(table.row, at, reach, at, draft.name))
        terms.append(whole - F.COUNTA(col(declared.name, column.id)) - 1)
    place = (table.row - 2, table.column + len(table.columns) - 1)
    count = F.MAX(reduce(add, terms), lit(0))
    draft.put(*place, Formula(count, below(scene, declared)), "helper")
    return {BELOW[declared.name]: ref(*place, draft.name)}


def below(scene: Scene, declared: Declared) -> int:
    """How many cells are typed below a log."""
    return scene.below.get(declared.name, 0)


def says_below(declared: Declared) -> Expr:
    """What the sheet says of them; empty text for none."""
    return if_(name(BELOW[declared.name]) > 0, SAYS)


def said_below(scene: Scene, declared: Declared) -> str:
    """The twin of :func:`says_below`."""
    return SAYS if below(scene, declared) else ""
