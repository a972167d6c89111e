"""Scenarios: what is rehearsed, with the injects; for facilitators alone."""

from __future__ import annotations

from typing import Final

from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.drill_view import DrillView
from xlmatrix.sheets.layout import by_column, laid_out
from xlmatrix.sheets.parts import Drawn, back_link, column_span, heading
from xlmatrix.sheets.plan import Table
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.drills import INJECTS, SCENARIOS

NAME: Final = "Scenarios"
_HEADER_ROW: Final = 6


def scenarios_sheet(view: DrillView) -> Drawn:
    """Every scenario, and below it every inject."""
    draft = Draft(NAME)
    heading(
        draft,
        "Scenarios and injects",
        "For facilitators: players read this only after the drill. Delete the sheet from copies.",
    )
    back_link(draft, 3, 2)
    draft.put(
        4, 2, "Scenarios are proposed; change them freely. Classes: ids with ; between.", "note"
    )
    table = draft.table(_scenarios(view))
    row = table.last_row + 2
    draft.put(row, 2, "Injects", "heading")
    injects = draft.table(
        laid_out(INJECTS, row + 1, 2, by_column(INJECTS, view.injects), filtered=False)
    )
    draft.set_page(area=area(1, 1, injects.last_row, 9))
    return Drawn(draft.plan(), {words.SCENARIOS.list_name: column_span(NAME, table, "Name")})


def _scenarios(view: DrillView) -> Table:
    fields = ("id", "name", "classes", "severity", "opens", "format", "off_hours", "source")
    rows = [[getattr(row, field) or None for field in fields] for row in view.scenarios]
    return laid_out(SCENARIOS, _HEADER_ROW, 2, by_column(SCENARIOS, rows), filtered=False)
