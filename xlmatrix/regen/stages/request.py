"""What a run asks for, besides the used workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from xlmatrix.errors import Finding
from xlmatrix.model.loader import Loaded
from xlmatrix.model.models import MatrixSpec
from xlmatrix.regen.copies.book import Copies
from xlmatrix.regen.mapping import Typed
from xlmatrix.regen.merging.merge import Change
from xlmatrix.regen.reading.names import Names, with_names
from xlmatrix.regen.reading.tables import Inputs
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.plan import BookPlan

#: Adds what a route into Excel needs: to a plan, with its spec, values beyond it, and time made.
Clothe = Callable[[BookPlan, MatrixSpec, Typed, datetime], BookPlan]
#: Widens a horizon over a log, up to an instant, and says what it could not.
Stretch = Callable[[MatrixSpec, IncidentLog, datetime], tuple[MatrixSpec, tuple[Finding, ...]]]


@dataclass(frozen=True, slots=True)
class Outfit:
    """What the new workbook wears for Excel: macros or a script.

    ``brings_back`` are names for ``--allow-loss`` under which nothing is lost but what ``lost``
    says; ``sheets`` are those that ``clothe`` adds.
    """

    brings_back: frozenset[str] = frozenset()
    lost: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clothe: Clothe | None = None
    sheets: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Request:
    """A wish for a new workbook.

    Attributes
    ----------
    new, template
        The new spec, and the name of the shipped template that it is, if it is one.
    version
        The xlmatrix that runs.
    now
        Wall-clock time in the matrix's zone, for a workbook that is not frozen.
    stretch
        Widens a horizon over a log.
    allow_loss
        Names of what may be left behind.
    only_report
        Do not refuse for what cannot be carried over; it is in the report.
    outfit
        How the new workbook is dressed for Excel; by default it is a plain one.
    keeps_past
        Whether the new workbook holds what it was: the stamp, and the sheet *Changes*.
    lines
        What came into the used workbook before, for the report.
    mappings
        What the words of exports mean, by tool; None keeps what the stamp knows.
    imported
        What exports said when they were last brought in; None keeps what the stamp knows.
    names
        Names that people gave to roles and calendars, by their ids in the new spec.
    copies
        The two copies that the used workbook is made of, where they are merged.
    """

    new: Loaded
    template: str
    version: str
    now: datetime
    stretch: Stretch
    allow_loss: frozenset[str] = frozenset()
    only_report: bool = False
    outfit: Outfit = field(default_factory=Outfit)
    keeps_past: bool = True
    copies: Copies | None = None
    lines: tuple[Change, ...] = ()
    imported: Inputs | None = None
    mappings: Mapping[str, object] | None = None
    names: Names = field(default_factory=dict)

    def naming(self, names: Names) -> Request:
        """The same with the names that people gave to roles and calendars of the new spec."""
        new = replace(self.new, spec=with_names(self.new.spec, names))
        return replace(self, new=new, names=names)
