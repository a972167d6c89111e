"""Which report comes first: the order of the page for the night, and of whoever lists reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xlmatrix.rules.reporting import states
from xlmatrix.sheets.reporting.reports import Report

#: What has no time, the most open first.
RANKED: Final = (
    states.MOMENT_MISSING,
    states.UNDECLARED,
    states.NOT_STARTED,
    "",
    states.UNJUDGED,
    states.BEFORE,
    states.REPORTED,
    states.MET_LATE,
    states.MET,
    states.ENDED,
    states.COVERED,
    states.NOT_REPORTABLE,
    states.NOT_APPLICABLE,
    states.NOT_IN_FORCE,
)


def in_order(reports: Sequence[Report]) -> list[int]:
    """The places of reports from 0: what runs by its safe instant, then the rest by how open it is.

    Equals keep their order.
    """
    return sorted(range(len(reports)), key=lambda place: _key(reports[place]))


def _key(report: Report) -> tuple[bool, int]:
    if report.runs and report.safe is not None:
        return False, report.safe
    fine = report.judged.fine
    return True, RANKED.index(fine) if fine in RANKED else len(RANKED)
