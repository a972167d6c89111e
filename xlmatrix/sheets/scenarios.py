"""Scenarios: what is rehearsed, with the injects; for facilitators alone."""

from __future__ import annotations

from typing import Final

from xlmatrix.rules import names
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.drill_view import INJECTS, SCENARIOS, DrillView
from xlmatrix.sheets.drills import LIST_SCENARIOS
from xlmatrix.sheets.parts import Drawn, back_link, column_span, dropdown, heading
from xlmatrix.sheets.plan import Table, TableColumn, Values
from xlmatrix.tables.validation import Validation

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
    injects = draft.table(_injects(view, row + 1))
    draft.set_page(area=area(1, 1, injects.last_row, 9))
    return Drawn(draft.plan(), {LIST_SCENARIOS.text: column_span(NAME, table, "Name")})


def _scenarios(view: DrillView) -> Table:
    severity = dropdown(names.LIST_SEVERITIES, "a severity")
    columns = (
        TableColumn("ID", "key", 10),
        TableColumn("Name", "input.wrap", 34),
        TableColumn("Classes", "input", 20),
        TableColumn("Severity", "input.center", 11, validation=severity),
        TableColumn("Opens as", "input.center", 60, validation=severity),
        TableColumn("Format", "input.center", 12),
        TableColumn(
            "Off hours", "input.center", 10, validation=dropdown(names.LIST_YES_NO, "yes or no")
        ),
        TableColumn("Source", "input.wrap", 18),
    )
    rows = view.scenarios
    texts = ("id", "name", "classes", "severity", "opens", "format", "off_hours", "source")
    values: tuple[Values, ...] = tuple(
        [getattr(row, text) or None for row in rows] for text in texts
    )
    return Table(SCENARIOS, _HEADER_ROW, 2, columns, values, filtered=False)


def _injects(view: DrillView, row: int) -> Table:
    minutes = Validation(
        "decimal", 0, operator="greaterThanOrEqual",
        title="Not minutes", message="Type minutes after the start.",
    )  # fmt: skip
    columns = (
        TableColumn("Key", "key", 10),
        TableColumn("Scenario", "fixed", 34),
        TableColumn("No.", "fixed.center", 20),
        TableColumn("At (min)", "input.int", 11, validation=minutes),
        TableColumn("Inject", "input.wrap", 60),
    )
    values: tuple[Values, ...] = tuple(list(column) for column in zip(*view.injects, strict=True))
    return Table(INJECTS, row, 2, columns, values, filtered=False)
