"""What a drill card tells beside its injects: objectives, questions, and what is to be checked."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, F, col, if_, iferror, place_of, ref
from xlmatrix.rules.cells import word_in
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.drill_actions import RANK, open_actions
from xlmatrix.sheets.drill_view import PlanRow
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.plan import Formula
from xlmatrix.tables.drills import DRILL_PLAN, SCENARIOS
from xlmatrix.tables.improvements import IMPROVEMENTS

#: The hidden column of a card, and the last one that is shown.
AT: Final = 8
LAST: Final = 6
#: How many open actions a card lists.
MOST_CHECKS: Final = 5


def of_plan(column: str) -> Expr:
    """A cell of the chosen drill in the plan."""
    return F.INDEX(col(DRILL_PLAN.name, column), ref(5, AT))


def of_scenario(column: str) -> Expr:
    """A cell of the scenario that the chosen drill plays."""
    place = place_of(of_plan("Scenario"), col(SCENARIOS.name, "Name"))
    return F.INDEX(col(SCENARIOS.name, column), place)


def lines_of(draft: Draft, first: PlanRow | None, row: int, header: str) -> int:
    """The lines that a scenario has in a column, in one cell; the row below."""
    told = iferror(of_scenario(header) & "")
    found = first.found if first else None
    shown = getattr(found, header.casefold()) if found else ""
    draft.put(row, 2, header, "label")
    draft.put(row, 3, Formula(if_(ref(5, AT).filled(), told), shown), "formula.wrap")
    draft.merge(row, 3, row, LAST)
    draft.heights[row] = 15 * max(3, shown.count("\n") + 1)
    return row + 1


def to_check(draft: Draft, scene: Scene, row: int) -> int:
    """The first open actions of earlier drills, which this one is to show."""
    draft.put(row, 2, "To check: open actions of earlier drills", "heading")
    headers = ((2, "Found in"), (3, "Owner"), (4, "Action"), (5, "Observation"))
    for column, title in headers:
        draft.put(row + 1, column, title, "header")
    draft.put(row + 1, 6, "Works (yes, no)", "header")
    found = open_actions(scene)[:MOST_CHECKS]
    for number in range(1, MOST_CHECKS + 1):
        y = row + 1 + number
        one = found[number - 1] if number <= len(found) else {}
        place = iferror(F.MATCH(number, col(IMPROVEMENTS.name, RANK), 0))
        at = one.get("No.", "")
        draft.put(y, AT, Formula(place, at), "helper")
        for column, header in headers:
            told = iferror(F.INDEX(col(IMPROVEMENTS.name, header), ref(y, AT)) & "")
            shown = word_in(one.get(header))
            draft.put(y, column, Formula(if_(ref(y, AT).filled(), told), shown), "formula.wrap")
        draft.put(y, 6, None, "fixed")
    return row + 2 + MOST_CHECKS
