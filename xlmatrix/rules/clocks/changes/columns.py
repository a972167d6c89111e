"""The columns of one step on the hidden sheet *Event clocks*: cells by header, and how to add one.

One row an event. Columns depend on those to their left and on the row above.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from xlmatrix.formula import BLANK, Expr, F, col, if_
from xlmatrix.rules.clocks import event_headers as headers
from xlmatrix.rules.clocks.clock_formulas import pick, total_expr
from xlmatrix.rules.logs.line import Line
from xlmatrix.rules.names import policy_name

#: The formula of a row of the sheet.
CellFormula = Callable[[int], Expr]
#: A header without the step's code, the formula, and a value a row.
AddedColumn = tuple[str, CellFormula, Any]


@dataclass(frozen=True, slots=True, eq=False)
class StepColumns:
    """One step's columns on ``line``; ``source`` is the event line with the same rows."""

    line: Line
    source: Line
    code: str
    calendars: int

    def add(self, header: str, cell: CellFormula, values: Any) -> None:
        """Append a column of this step; its cells are empty where there is no event."""
        self.line.add(
            self.header(header),
            lambda row: if_(self.event(headers.INCIDENT, row).empty(), BLANK, cell(row)),
            values,
            "",
        )

    def header(self, header: str) -> str:
        """A header of this step as the sheet has it."""
        return f"{self.code} {header}"

    def event(self, header: str, row: int) -> Expr:
        """A cell of the columns that all steps share."""
        return self.line.here(header, row)

    def here(self, header: str, row: int) -> Expr:
        """A cell of this step."""
        return self.line.here(self.header(header), row)

    def above(self, header: str, row: int) -> Expr:
        """The cell of this step in the row above."""
        return self.line.above(self.header(header), row)

    def follows(self, row: int) -> Expr:
        """Whether the row above is an event of the same incident."""
        header = headers.INCIDENT
        return self.line.here(header, row).eq(self.line.above(header, row))

    def reopens(self, row: int) -> Expr:
        """1 where the event is a reopening, else 0."""
        return self.event(headers.REOPENS, row)

    def opened(self, row: int) -> Expr:
        """When the incident opened."""
        return F.INDEX(col("tIncidents", "opened s"), self.event(headers.INCIDENT, row))

    def asked(self, part: str, policy_row: Expr, none: Any = "") -> Expr:
        """A part of the step's target in a row of the Policy sheet."""
        return F.IF(policy_row.empty(), none, F.INDEX(policy_name(self.code, part), policy_row))

    def asked_before(self, part: str, row: int, none: Any = "") -> Expr:
        """A part of the target before the event."""
        return self.asked(part, self.event(headers.ROW_BEFORE, row), none)

    def target(self, row: int) -> Expr:
        """The target after the event in working seconds."""
        return self.here(headers.SECONDS, row)

    def reading(self, row: int, when: str, calendar: Expr, pauses: Expr) -> Expr:
        """What a clock reads that runs since the opening, at the event or the cycle's begin."""

        def read(how: str) -> Expr:
            return pick(
                calendar, self.calendars, lambda n: self.line.here(f"{when} {how} {n}", row)
            )

        return F.IF(pauses.eq(1), read(headers.WITHOUT_PAUSES), read(headers.THROUGH_PAUSES))

    def total(self, row: int, target: Expr, calendar: Expr, pauses: Expr) -> Expr:
        """Working seconds at which a clock is due that must read ``target``."""
        incident = self.event(headers.INCIDENT, row)
        return total_expr(incident, target, calendar, pauses, self.calendars)
