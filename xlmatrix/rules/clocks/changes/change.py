"""What every policy gives: names, formulas, and the twin of them.

A clock is kept as what it must read counted from the opening. The formulas of a policy say that
reading, and the twin where the clock starts and what is left of it; totals, due times and warnings
follow from these in the same way for every policy.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from xlmatrix.formula import Expr
from xlmatrix.rules.clocks import event_headers as headers
from xlmatrix.rules.clocks.changes.columns import AddedColumn, StepColumns
from xlmatrix.rules.clocks.changes.past import EventClock, Past
from xlmatrix.worktime import ChangePolicyName


@dataclass(frozen=True)
class ChangePolicy(ABC):
    """One policy at its place, from 1, in the list of policies."""

    number: int

    name: ClassVar[ChangePolicyName]
    label: ClassVar[str]
    #: Ends the defined names of its due times.
    due_name: ClassVar[str]
    #: Whether updates count from the change; else they are due no earlier than it.
    restarts_updates: ClassVar[bool] = False

    # Headers of its columns, without the step's code.

    @property
    def target_reading(self) -> str:
        """What the clock must read since the opening."""
        return f"{headers.TARGET_READING} {self.number}"

    @property
    def total(self) -> str:
        """Working seconds at which it is due."""
        return f"{headers.TOTAL} {self.number}"

    @property
    def due_alone(self) -> str:
        """When it runs out."""
        return f"{headers.DUE_ALONE} {self.number}"

    @property
    def due(self) -> str:
        """When it is due: no earlier than the change, where the policy says so."""
        return f"{headers.DUE} {self.number}"

    @property
    def left(self) -> str:
        """Working seconds of the clock; the target's own unless the policy keeps another."""
        return headers.SECONDS

    @property
    def calendar(self) -> str:
        """The calendar's number."""
        return headers.CALENDAR

    @property
    def pauses(self) -> str:
        """Whether pauses count."""
        return headers.PAUSES

    # Formulas.

    def carried(self, columns: StepColumns, past: Past) -> Sequence[AddedColumn]:
        """Columns of what is carried from event to event; they stand before any reading."""
        return ()

    @abstractmethod
    def reading_expr(self, columns: StepColumns, row: int) -> Expr:
        """What the clock must read since the opening; empty without a target in working time."""

    def kept(self, columns: StepColumns, past: Past) -> Sequence[AddedColumn]:
        """The columns :attr:`left`, :attr:`calendar` and :attr:`pauses` if it has its own."""
        return ()

    def days_from_expr(self, columns: StepColumns, row: int) -> Expr:
        """The instant from which a target in calendar days counts: the cycle's begin."""
        return columns.source.there("cycle since s", row)

    @abstractmethod
    def held_expr(self, columns: StepColumns, row: int) -> Expr | None:
        """Whether nothing is due before the event; None for never."""

    # Their twin.

    @abstractmethod
    def clock(self, past: Past) -> EventClock:
        """Where the clocks start after each event, and what is left of them."""
