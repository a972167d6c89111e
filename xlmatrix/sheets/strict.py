"""Typed stamps that the zone's clock shows twice or never, for a policy that refuses them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from xlmatrix.errors import Finding, FindingsError, Level
from xlmatrix.formula import ref, to_excel
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.logs.histories import CHANGES, PAUSES, REOPENED
from xlmatrix.rules.logs.incident_log import STAMP_INPUTS
from xlmatrix.sheets.inputs import column_values
from xlmatrix.sheets.plan import BookPlan, SheetPlan, Table
from xlmatrix.worktime import Zone

#: Every table with typed stamps, and their columns.
STAMPS: Final[Mapping[str, tuple[str, ...]]] = {
    "tIncidents": STAMP_INPUTS,
    **{kind.table: kind.stamps for kind in (PAUSES, CHANGES, REOPENED)},
    "tNotices": ("Trigger", "Reported"),
}
#: Years that any zone's clock changes are known for; stamps outside are slips of another kind.
_KNOWN: Final = (32874.0, 73050.0)
_GAP: Final = 2


def strict_findings(book: BookPlan, spec: MatrixSpec, source: str = "") -> tuple[Finding, ...]:
    """An error for each such stamp where the policy says ``strict_dst``, else nothing.

    ``source`` is the file that the cells stand in, for the place of each finding.
    """
    if not spec.policy.strict_dst:
        return ()
    zone = Zone.load(spec.zone)
    return tuple(
        finding
        for plan in book.sheets
        for table in plan.tables
        for header in STAMPS.get(table.name, ())
        for finding in _of_column(plan, table, header, zone, source)
    )


def refuse_odd_stamps(book: BookPlan, spec: MatrixSpec, source: str = "") -> None:
    """Stop where :func:`strict_findings` finds anything.

    Raises
    ------
    FindingsError
        With a finding for each cell.
    """
    found = strict_findings(book, spec, source)
    if found:
        raise FindingsError(found, where=source or "incidents")


def _of_column(
    plan: SheetPlan, table: Table, header: str, zone: Zone, source: str
) -> Iterator[Finding]:
    place = [column.header for column in table.columns].index(header)
    typed = [
        (row, float(value))
        for row, value in enumerate(column_values(table.values[place]))
        if isinstance(value, int | float)
        and not isinstance(value, bool)
        and _KNOWN[0] < value < _KNOWN[1]
    ]
    wall = np.array([int(value * 86_400 + 0.5) - EPOCH_S for _, value in typed], dtype=np.int64)
    flags = np.asarray(zone.flag(wall))
    for at in np.flatnonzero(flags):
        cell = to_excel(ref(table.row + 1 + typed[at][0], table.column + place, absolute=False))
        stamp = datetime(1970, 1, 1) + timedelta(seconds=int(wall[at]))
        said = "does not exist" if flags[at] == _GAP else "occurs twice"
        yield Finding(
            Level.ERROR,
            "strict-dst",
            f"{header} {stamp:%Y-%m-%d %H:%M} {said} in {zone.name} because the clocks change",
            f"{source}!{plan.name}!{cell}" if source else f"{plan.name}!{cell}",
            "Type the time that was meant, or say strict_dst: false in the policy",
        )
