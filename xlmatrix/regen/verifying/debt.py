"""What a run owes to people: all that they typed, as read and in the words of the new spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from xlmatrix.regen.carrying.cargo import as_made
from xlmatrix.regen.copies.book import Copies
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.regen.merging.report import Report
from xlmatrix.regen.reading.book import UsedBook
from xlmatrix.regen.reading.tables import Inputs
from xlmatrix.sheets.plan import BookPlan
from xlmatrix.sheets.stamp import Stamp


@dataclass(frozen=True)
class Debt:
    """What people typed, beside what was offered to them.

    Attributes
    ----------
    used
        The old workbook, its users' columns and formulas under the keys of the new one.
    base, mine, offered
        Inputs by table of the new workbook, in its words: what was offered, what people made of
        it, and what the new spec offers.
    stamp
        The new workbook's, by which it is read.
    report
        What the run says of it, losses included.
    alike
        Whether both workbooks come from one release and one spec, so that formulas of ours stand
        where they stood.
    allowed
        What may be left behind, by the names of ``--allow-loss``.
    copies
        The copies of which ``used`` was merged.
    """

    used: UsedBook
    base: Inputs
    mine: Inputs
    offered: Inputs
    stamp: Stamp
    report: Report
    alike: bool
    allowed: frozenset[str]
    copies: Copies | None = None

    @cached_property
    def refused(self) -> frozenset[tuple[str, str, str]]:
        """The places (table, folded key, column) that the report says could not be kept."""
        return frozenset(map(_place, filter(_is_refused, self.report.changes)))

    @property
    def lost(self) -> Mapping[str, tuple[str, ...]]:
        """What is left behind, by name."""
        return self.report.lost or {}

    def names(self, address: str) -> bool:
        """Whether a line says that a cell, by its address, could not be kept as it was."""
        return ("", address.casefold(), "") in self.refused

    @cached_property
    def as_made(self) -> BookPlan:
        """The old workbook as this release makes it."""
        return as_made(self.used)

    def leaves(self, *names: str) -> bool:
        """Whether something is left behind under one of these names, and the report says so."""
        return any(name in self.lost or name in self.allowed for name in names)


def _is_refused(change: Change) -> bool:
    return change.outcome is Outcome.REFUSED


def _place(change: Change) -> tuple[str, str, str]:
    """Where a line speaks of: a cell of a table, else a cell of a sheet by its address."""
    key = change.key
    if not change.table and change.sheet and "!" not in key:
        key = f"{change.sheet}!{key}"
    return change.table, key.casefold(), change.column
