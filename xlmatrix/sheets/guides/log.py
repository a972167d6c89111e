"""One incident of the log, chosen on a sheet: its row, and what its cells show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from xlmatrix.formula import Expr, F, col, if_, iferror
from xlmatrix.formula.expr import Range, span
from xlmatrix.rules.cells import word_in
from xlmatrix.rules.column import value_at
from xlmatrix.rules.incidents.columns import OPEN_STATUSES, incident_columns
from xlmatrix.rules.instants import is_stamp
from xlmatrix.rules.logs.incident_log import STAMP_INPUTS, TEXT_INPUTS
from xlmatrix.rules.logs.log_rows import log_row
from xlmatrix.sheets.incidents import HEADER_ROW, ORDER
from xlmatrix.sheets.incidents import NAME as SHEET
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.plan import Value
from xlmatrix.tables.guides import COMMS_CHOICE
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.injection import INJECTION_CHOICE

#: Tables in whose row *Incident* people choose one; the log offers the first, no template does.
CHOICES: Final = (COMMS_CHOICE.name, INJECTION_CHOICE.name)
CHOICE_ROW: Final = "Incident"
#: On a sheet for several incidents at once, the others.
CHOICE_ROWS: Final = (CHOICE_ROW, "Incident 2", "Incident 3")


def incident_ids(scene: Scene) -> Range:
    """The IDs of the log as a plain range, for a dropdown."""
    column = ORDER.index("ID") + 1
    return span(HEADER_ROW + 1, column, HEADER_ROW + len(scene.frame), column, SHEET)


def row_expr(chosen: Expr) -> Expr:
    """The row of an incident in tIncidents by its ID; empty text for none."""
    return iferror(if_(chosen.filled(), log_row(chosen)))


def cell_expr(header: str, row: Expr) -> Expr:
    """A cell of the chosen incident; empty text where it is blank or means nothing."""
    cell = F.INDEX(col(INCIDENTS.name, header), row)
    shown = cell & "" if header in TEXT_INPUTS else cell
    if header in STAMP_INPUTS:
        shown = if_(is_stamp(cell), cell)
    return if_(row.filled(), iferror(if_(cell.filled(), shown)))


@dataclass(slots=True)
class Chosen:
    """The twin: the log's row for an ID, None where there is none."""

    scene: Scene
    id: Value
    row: int | None = field(default=None, init=False)
    """The row from 0."""
    _columns: dict[str, Any] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        wanted = "" if self.id is None else str(self.id).casefold()
        ids = self.scene.frame.log.texts["ID"] if wanted else ()
        self.row = next((n for n, known in enumerate(ids) if known.casefold() == wanted), None)

    @property
    def number(self) -> int | str:
        """The row from 1 as the sheet shows it."""
        return "" if self.row is None else self.row + 1

    def cell(self, header: str) -> Any:
        """What a cell of the row shows; "" for a blank or no row."""
        row, frame = self.row, self.scene.frame
        if row is None:
            return ""
        if header in TEXT_INPUTS:
            return word_in(frame.log.texts[header][row])
        if header in STAMP_INPUTS:
            seconds = frame[header][row]
            return "" if np.isnan(seconds) else float(seconds / 86400)
        if not self._columns:
            self._columns = {column.id: column for column in incident_columns(self.scene.spec)}
        return value_at(self._columns[header], frame, row)


def worst_open(scene: Scene, classes: tuple[str, ...] = ()) -> list[str]:
    """The IDs of the open incidents, the worst first, the first in the log among equals.

    With ``classes`` only theirs count. The first stays the first while a log grows at its end.
    """
    frame, severities = scene.frame, scene.frame["Severity"]
    names = {scene.spec.incident_class(kind).name.casefold() for kind in _known(scene, classes)}
    found: list[tuple[int, int]] = []
    for row, status in enumerate(frame["Status"]):
        if status not in OPEN_STATUSES:
            continue
        level = scene.context.policy.row(severities[row])
        if level is not None and (not classes or frame.log.texts["Class"][row].casefold() in names):
            found.append((level, row))
    return [frame.log.texts["ID"][row] for _, row in sorted(found)]


def _known(scene: Scene, classes: tuple[str, ...]) -> list[str]:
    known = {kind.id for kind in scene.spec.classes}
    return [kind for kind in classes if kind in known]
