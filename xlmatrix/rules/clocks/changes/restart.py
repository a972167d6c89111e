"""The policy ``restart``: the new target counts from the change."""

from __future__ import annotations

from typing import ClassVar

from xlmatrix.formula import BLANK, Expr, if_
from xlmatrix.rules.clocks import event_headers as headers
from xlmatrix.rules.clocks.changes.change import ChangePolicy
from xlmatrix.rules.clocks.changes.columns import StepColumns
from xlmatrix.rules.clocks.changes.past import EventClock, Past, everywhere
from xlmatrix.worktime import ChangePolicyName


class Restart(ChangePolicy):
    """Every event starts the clock anew."""

    name: ClassVar[ChangePolicyName] = "restart"
    label: ClassVar = "Restart"
    due_name: ClassVar = "Restart"
    restarts_updates: ClassVar = True

    def reading_expr(self, columns: StepColumns, row: int) -> Expr:
        """The target, after what has been read at the event."""
        target = columns.target(row)
        return if_(target.empty(), BLANK, columns.here(headers.READING_NOW, row) + target)

    def days_from_expr(self, columns: StepColumns, row: int) -> Expr:
        """The event."""
        return columns.event(headers.AT, row)

    def held_expr(self, columns: StepColumns, row: int) -> None:
        """Never: what starts at the event is due after it."""

    def clock(self, past: Past) -> EventClock:
        """The whole target from the event on."""
        begin = past.events.at_s
        return EventClock(
            past.asked_after, begin, past.after.seconds, everywhere(past, False), begin
        )
