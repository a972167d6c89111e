"""What reading a kind of state looks at: the old workbook around its cells, and the new plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from xlmatrix.regen.carrying.cargo import Cargo, Trip
from xlmatrix.regen.carrying.freight.aim import Aim
from xlmatrix.regen.carrying.ownsheets import known_with
from xlmatrix.regen.reading.contents import SheetPart
from xlmatrix.regen.reading.frames import Frame, Frames
from xlmatrix.sheets.plan import BookPlan, SheetPlan


@dataclass(frozen=True, slots=True)
class OurSheet:
    """A sheet of ours that both workbooks have: its name now and as read, and its frame."""

    name: str
    part: SheetPart
    plan: SheetPlan
    frame: Frame


class Case:
    """An old workbook with what it becomes."""

    def __init__(self, trip: Trip, cargo: Cargo) -> None:
        self.trip, self.cargo = trip, cargo
        self.frames = Frames(trip.used.contents)

    @property
    def book(self) -> BookPlan:
        """The new workbook as it is planned."""
        return self.cargo.book

    @property
    def steady(self) -> bool:
        """Whether sheets are drawn as they were."""
        return self.trip.same_spec and self.trip.same_release

    @cached_property
    def aim(self) -> Aim:
        """Aims formulas and places at the new workbook."""
        parts = [*self.trip.used.own_sheets, *self.trip.dropped]
        return Aim(self.trip, self.book, known_with(self.trip, self.cargo, parts))

    @cached_property
    def sheets(self) -> tuple[OurSheet, ...]:
        """Each of our sheets."""
        return tuple(self._sheets())

    def _sheets(self) -> Iterator[OurSheet]:
        for name, part, plan in self.trip.our_sheets(self.book):
            yield OurSheet(name, part, plan, self.frames.part(part.part))

    def as_made(self, name: str) -> SheetPlan | None:
        """A sheet of ours as this release makes it from the old spec."""
        plan = next((one for one in self.book.sheets if one.name == name), None)
        return plan if self.steady else self.trip.sheet_as_made(name)[0]
