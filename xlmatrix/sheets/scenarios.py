"""Scenarios: what is rehearsed, with the injects; for facilitators alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from xlmatrix.formula.errors import named
from xlmatrix.rules.drills.story import inject_steps, scenario_steps, steps_of
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.drill_view import DrillView
from xlmatrix.sheets.layout import laid_out, paired
from xlmatrix.sheets.parts import Drawn, back_link, column_span, heading
from xlmatrix.sheets.plan import Table, Value, Values
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.drills import INJECTS, SCENARIOS, STOP_WITHIN

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
    steps = inject_steps()
    injects = draft.table(
        laid_out(
            INJECTS,
            row + 1,
            2,
            paired(INJECTS, _inject_values(view), steps),
            whole=True,
            filtered=False,
        )
    )
    draft.set_page(area=area(1, 1, injects.last_row, table.column_of(STOP_WITHIN)))
    return Drawn(draft.plan(), {words.SCENARIOS.list_name: column_span(NAME, table, "Name")})


def _scenarios(view: DrillView) -> Table:
    fields = (
        "id", "name", "classes", "severity", "opens", "format", "off_hours", "source", "minutes",
        "objectives", "questions", "stop",
    )  # fmt: skip
    given = [column.id for column in SCENARIOS.columns if not column.computed]
    values: dict[str, Values] = {
        header: [getattr(row, field) or None for row in view.scenarios]
        for header, field in zip(given, fields, strict=True)
    }
    steps = [steps_of(story) for story in view.stories]
    values |= {header: [step[header] for step in steps] for header in steps[0]}
    return laid_out(
        SCENARIOS,
        _HEADER_ROW,
        2,
        paired(SCENARIOS, values, scenario_steps()),
        whole=True,
        filtered=False,
    )


def _inject_values(view: DrillView) -> dict[str, Values]:
    """The cells of tInjects, and what its hidden steps show."""
    fields = (
        "key",
        "scenario",
        "number",
        "at",
        "text",
        "turns",
        "starts",
        "expected",
        "owner",
        "meets",
    )
    given = [column.id for column in INJECTS.columns if not column.computed]
    values: dict[str, Values] = {
        header: [getattr(row, field) for row in view.injects]
        for header, field in zip(given, fields, strict=True)
    }
    return values | {
        "turn row": [row or "" for row in view.turn_rows],
        "turn rank": list(_ranks(view)),
        "started": [
            named(row.starts) if row.minute is not None and isinstance(row.starts, str) else ""
            for row in view.injects
        ],
    }


def _ranks(view: DrillView) -> Iterator[Value]:
    """Which turn of its scenario an inject is."""
    rows = [(row, turn) for row, turn in zip(view.injects, view.turn_rows, strict=True)]
    order = sorted((row.scenario.casefold(), row.minute or 0, row.number) for row, t in rows if t)
    first = {one[0]: place for place, one in reversed(list(enumerate(order)))}
    for row, turn in rows:
        known = row.scenario.casefold()
        yield order.index((known, row.minute or 0, row.number)) - first[known] + 1 if turn else ""
