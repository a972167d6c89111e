"""What is carried over to the new workbook, and from where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from xlmatrix.package import Package
from xlmatrix.regen.carrying.freight.pieces import Freight
from xlmatrix.regen.carrying.graft import Graft
from xlmatrix.regen.carrying.references import Known
from xlmatrix.regen.carrying.state.stay import Stay
from xlmatrix.regen.merging.merge import Change
from xlmatrix.regen.reading.book import UsedBook
from xlmatrix.regen.reading.contents import SheetPart
from xlmatrix.regen.reading.typed import Addition
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.sheets.plan import BookPlan, SheetPlan
from xlmatrix.sheets.stamp import SheetBase, sheet_bases

#: A cell's row and column, from 1.
Spot = tuple[int, int]
#: Kinds of things on a sheet that are no cells, in words.
THINGS: Final = {
    "drawing": "charts or pictures",
    "picture": "a background picture",
    "pivotTable": "a pivot table",
    "oleObject": "an embedded object",
    "control": "controls",
    "ctrlProp": "controls",
    "image": "pictures",
    "threadedComment": "threads of comments",
    "queryTable": "a query",
    "slicer": "slicers",
}


def as_made(used: UsedBook) -> BookPlan:
    """A used workbook as this release makes it from the spec of its stamp."""
    created = used.stamp.created
    return plan_book(used.base, IncidentLog.empty(), as_of=None, created=created, lines=False)


@dataclass(frozen=True)
class Trip:
    """From where things are carried over, and what decides whether they may come along.

    Attributes
    ----------
    used
        The old workbook.
    keys
        New keys of rows that the template renamed, by table and old key.
    same_release, same_spec
        Whether the old workbook comes from the release that runs, and from the same spec.
    columns
        Columns to add to tables: those of users, and those that the template has no more.
    dropped
        Sheets that the template has no more and that people typed on.
    brings_back, left_behind
        Of the macros or the script: by name for ``--allow-loss``, what the new workbook has again,
        and what of it cannot come along.
    renames
        Names of users' sheets, to others that they get.
    second
        Whether another copy was carried over before.
    """

    used: UsedBook
    keys: Mapping[tuple[str, str], str]
    same_release: bool
    same_spec: bool
    columns: tuple[Addition, ...] = ()
    dropped: tuple[SheetPart, ...] = ()
    brings_back: frozenset[str] = frozenset()
    left_behind: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    renames: Mapping[str, str] = field(default_factory=dict)
    second: bool = False

    @cached_property
    def as_made(self) -> BookPlan:
        """The old workbook as this release makes it from the spec of its stamp."""
        return as_made(self.used)

    @cached_property
    def bases_as_made(self) -> dict[str, SheetBase]:
        """What that workbook's stamp says of its sheets."""
        return sheet_bases(self.as_made)

    def sheet_as_made(self, name: str) -> tuple[SheetPlan | None, SheetBase | None]:
        """One of its sheets, with what its stamp says of it."""
        plan = next((plan for plan in self.as_made.sheets if plan.name == name), None)
        return plan, self.bases_as_made.get(name)

    @cached_property
    def names_back(self) -> dict[str, str]:
        """Names of our sheets as users changed them, folded, to the names that they get back."""
        back = {now.casefold(): was for was, now in self.used.sheet_names.items()}
        return back | {old.casefold(): new for old, new in self.renames.items()}

    @cached_property
    def own_sheets(self) -> frozenset[str]:
        """Names of users' sheets, folded."""
        return frozenset(sheet.name.casefold() for sheet in self.used.own_sheets)

    def known(self, book: BookPlan) -> Known:
        """What formulas of the new workbook may mention."""
        return Known.of(book, self.own_sheets)

    def our_sheets(self, book: BookPlan) -> Iterator[tuple[str, SheetPart, SheetPlan]]:
        """Each sheet that both workbooks have: its name, as it was read, as it is planned."""
        plans = {plan.name: plan for plan in book.sheets}
        for name, now in self.used.sheet_names.items():
            part, plan = self.used.contents.sheet(now), plans.get(name)
            if part is not None and plan is not None:
                yield name, part, plan


@dataclass(frozen=True, slots=True)
class Shipment:
    """What of one more workbook goes into the finished package, as :class:`Cargo` has it."""

    package: Package
    grafts: tuple[Graft, ...] = ()
    painted: Mapping[str, Mapping[Spot, int]] = field(default_factory=dict)
    freight: Freight = field(default_factory=Freight)


@dataclass(frozen=True, slots=True)
class Cargo:
    """The new workbook with what was carried over so far, and what did not fit.

    Attributes
    ----------
    lost
        A name for ``--allow-loss`` to what would be lost under it.
    refused_names
        Names that a user defined and that the new workbook has not.
    grafts, painted
        Looks of users' sheets, and per sheet of ours the cells that they painted with a style
        number of the old workbook, for the finished package.
    freight
        Charts, pictures, pivot tables and other parts, for the finished package as well.
    shipments
        The same of a second copy that is merged.
    standing
        Filters, passwords and other state, for it too.
    """

    book: BookPlan
    changes: tuple[Change, ...] = ()
    lost: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refused_names: frozenset[str] = frozenset()
    grafts: tuple[Graft, ...] = ()
    painted: Mapping[str, Mapping[Spot, int]] = field(default_factory=dict)
    freight: Freight = field(default_factory=Freight)
    shipments: tuple[Shipment, ...] = ()
    standing: tuple[Stay, ...] = ()

    def noting(self, *changes: Change) -> Cargo:
        """The same with more lines for the report."""
        return replace(self, changes=(*self.changes, *changes)) if changes else self

    def losing(self, name: str, *what: str) -> Cargo:
        """The same with more that would be lost under a name."""
        return self.losing_each((name, entry) for entry in what)

    def losing_each(self, entries: Iterable[tuple[str, str]]) -> Cargo:
        """The same with more that would be lost, as (name, what)."""
        lost = dict(self.lost)
        for name, what in entries:
            lost[name] = (*lost.get(name, ()), what)
        return replace(self, lost=lost)

    def sheet(self, name: str) -> SheetPlan | None:
        """A planned sheet."""
        return next((plan for plan in self.book.sheets if plan.name == name), None)

    def with_sheet(self, plan: SheetPlan) -> Cargo:
        """The same with a planned sheet replaced by one of its name."""
        sheets = tuple(plan if old.name == plan.name else old for old in self.book.sheets)
        return replace(self, book=replace(self.book, sheets=sheets))


def things_on(kinds: set[str] | frozenset[str]) -> list[str]:
    """Kinds of things on a sheet that are no cells, in words and in order."""
    return sorted({THINGS[kind] for kind in kinds if kind in THINGS})
