"""The policy ``from_open``: the new target counts from the opening or the last reopening.

Nothing is due before the change: the elapsed time is carried, not a breach in the past.
"""

from __future__ import annotations

from typing import ClassVar

from xlmatrix.formula import BLANK, Expr, if_, lit
from xlmatrix.rules.clocks import event_headers as headers
from xlmatrix.rules.clocks.changes.change import ChangePolicy
from xlmatrix.rules.clocks.changes.columns import StepColumns
from xlmatrix.rules.clocks.changes.past import EventClock, Past, everywhere
from xlmatrix.worktime import ChangePolicyName


class FromOpen(ChangePolicy):
    """The start stays."""

    name: ClassVar[ChangePolicyName] = "from_open"
    label: ClassVar = "From open"
    due_name: ClassVar = "From"

    def reading_expr(self, columns: StepColumns, row: int) -> Expr:
        """The target, after what had been read when the cycle began."""
        target = columns.target(row)
        return if_(target.empty(), BLANK, columns.here(headers.READING_CYCLE, row) + target)

    def held_expr(self, columns: StepColumns, row: int) -> Expr:
        """At every change."""
        return lit(True)

    def clock(self, past: Past) -> EventClock:
        """The whole target from the cycle's begin on."""
        begin = past.events.cycle_s
        return EventClock(
            past.asked_after, begin, past.after.seconds, everywhere(past, True), begin
        )
