"""The ground: the spec that the new workbook is made from, and the time that it is made at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from xlmatrix.errors import Finding
from xlmatrix.model.models import MatrixSpec
from xlmatrix.regen.merging.union import Orphans, with_answers, with_orphans
from xlmatrix.regen.merging.versions import fitting, with_versions
from xlmatrix.regen.reading.book import UsedBook
from xlmatrix.regen.reading.names import with_names
from xlmatrix.regen.reading.tables import Inputs
from xlmatrix.regen.spec_text.update import updated_text
from xlmatrix.regen.stages.request import Request
from xlmatrix.regen.stages.translated import Translated
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.stamp import seal_of
from xlmatrix.tables.kinds import stamp_of

#: Stamps further than this from today are slips of the hand: no calendar reaches for them.
_FAR_YEARS = 12


@dataclass(frozen=True, slots=True)
class Ground:
    """What the new workbook stands on.

    Attributes
    ----------
    spec, text
        The new spec with the orphans and earlier versions of the old one, and a horizon as wide as
        the log; and its text, which has no horizon that was widened.
    orphans
        What of the old spec the new one lacks, and the workbook still uses.
    created, as_of
        When the workbook is made, and the instant in its *As of* cell; None for an empty one.
    same_release, same_spec
        Whether the old workbook comes from the release that runs, and from the same spec.
    findings
        What was typed that no spec takes, and how far the calendars do not reach.
    """

    spec: MatrixSpec
    text: str
    orphans: Orphans
    created: datetime
    as_of: datetime | None
    same_release: bool
    same_spec: bool
    findings: tuple[Finding, ...]

    @property
    def ids(self) -> list[str]:
        """The ids of the severities, by whose place their tables are numbered."""
        return [severity.id for severity in self.spec.severities]

    @property
    def drawn_at(self) -> datetime:
        """The instant that the sheets speak of."""
        return self.as_of or self.created


def lay_ground(used: UsedBook, said: Translated, request: Request) -> Ground:
    """Bring the new spec to what the workbook still needs of the old one."""
    new, today = request.new, request.now.date()
    versioned = with_versions(used.base, used.spec, new.spec, used.log, today)
    old = with_names(used.base, used.names_given())
    spec, orphans = with_orphans(old, versioned, said.mine, said.words)
    spec = with_answers(old, fitting(spec))
    text = new.text if spec is new.spec else updated_text(new.text, new.spec, spec)
    same_spec = text == used.stamp.spec
    same_release = request.version == used.stamp.version
    untouched = same_spec and same_release and seal_of(used.inputs) == used.stamp.seal
    # A second run changes nothing, not even the time.
    created = used.stamp.created if untouched else request.now
    as_of = _as_of(said.mine, created)
    about = as_of or created
    wide, stretched = request.stretch(spec, _without_slips(used.log, about), about)
    findings = (*used.findings, *stretched)
    return Ground(wide, text, orphans, created, as_of, same_release, same_spec, findings)


def _as_of(inputs: Inputs, about: datetime) -> datetime | None:
    """The instant in the *As of* cell; None for an empty one and for what is no date near."""
    instant = stamp_of(inputs.names.get("AsOf_Input"))
    near = instant is not None and abs(instant.year - about.year) <= _FAR_YEARS
    return instant if near else None


def _without_slips(log: IncidentLog, about: datetime) -> IncidentLog:
    """The stamps that the calendars shall reach for."""
    low = np.datetime64(about.replace(month=1, day=1, year=about.year - _FAR_YEARS), "s")
    high = np.datetime64(about.replace(month=1, day=1, year=about.year + _FAR_YEARS), "s")
    stamps = {
        header: column[(column >= low) & (column <= high)] for header, column in log.stamps.items()
    }
    return IncidentLog(texts=log.texts, stamps=stamps)
