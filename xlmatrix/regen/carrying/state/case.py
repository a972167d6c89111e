"""What reading a kind of state looks at: the old workbook around its cells, and the new plan."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from xlmatrix.regen.carrying.cargo import Cargo, Trip
from xlmatrix.regen.carrying.freight.aim import Aim
from xlmatrix.regen.carrying.freight.pieces import relations_of
from xlmatrix.regen.carrying.moved import Moved
from xlmatrix.regen.carrying.ownsheets import known_with
from xlmatrix.regen.reading.contents import Place, SheetPart
from xlmatrix.regen.reading.frames import Frame, Frames, plain_attributes
from xlmatrix.sheets.plan import BookPlan, SheetPlan, Table, Visibility


@dataclass(frozen=True, slots=True)
class OurSheet:
    """A sheet of ours that both workbooks have: its name now and as read, and its frame."""

    name: str
    part: SheetPart
    plan: SheetPlan
    frame: Frame


@dataclass(frozen=True, slots=True)
class OurTable:
    """A table of ours that both workbooks have: where it stood, how it is planned.

    ``frame`` is its part; None for one that a program has made plain cells of.
    """

    place: Place
    plan: Table
    frame: Frame | None


class Case:
    """An old workbook with what it becomes."""

    def __init__(self, trip: Trip, cargo: Cargo) -> None:
        self.trip, self.cargo = trip, cargo
        self.frames = Frames(trip.used.contents)
        self._tables: dict[str, list[OurTable]] = {}

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
        """A sheet of ours as this release makes it from the old spec.

        It takes its time: what is as the new workbook has it needs no such look.
        """
        return self.trip.sheet_as_made(name)[0]

    @cached_property
    def seen(self) -> tuple[OurSheet, ...]:
        """Those of our sheets that people see."""
        return tuple(one for one in self.sheets if one.plan.visibility is Visibility.VISIBLE)

    def moved(self, sheet: OurSheet) -> Moved:
        """Where cells of a sheet stand now."""
        return self.aim.moved(sheet.part, sheet.plan)

    def tables(self, sheet: OurSheet) -> list[OurTable]:
        """The tables of a sheet of ours, from top to bottom."""
        if sheet.name not in self._tables:
            self._tables[sheet.name] = list(self._tables_of(sheet))
        return self._tables[sheet.name]

    def _tables_of(self, sheet: OurSheet) -> Iterator[OurTable]:
        package, frames = self.frames.package, {}
        given = {now.casefold(): was for now, was in self.frames.contents.renamed.items()}
        for one in relations_of(package, sheet.part.part):
            if one.kind == "table" and one.target in package:
                frame = self.frames.part(one.target)
                said = plain_attributes(frame.tag)
                name = html.unescape(said.get("displayName") or said.get("name", "")).casefold()
                frames[given.get(name, name).casefold()] = frame
        plans = {table.name: table for table in sheet.plan.tables}
        for place in sheet.part.tables:
            if place.name in plans:
                yield OurTable(place, plans[place.name], frames.get(place.name.casefold()))
