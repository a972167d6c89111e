"""Which reports are open, and which comes first: the order of the page for the night."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xlmatrix.rules.reporting import states
from xlmatrix.rules.reporting.states import is_open
from xlmatrix.sheets.reporting.reports import Desk, Report, notice_reports, reports_of
from xlmatrix.sheets.reporting.typed import text

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
    return True, rank_of(report)


def rank_of(report: Report) -> int:
    """How open a report without a time is: the lowest number is the most open."""
    fine = report.judged.fine
    return RANKED.index(fine) if fine in RANKED else len(RANKED)


def incidents_told(found: Desk) -> list[str]:
    """The incidents of which somebody typed a notice or a moment, each once, as first written."""
    named = [one.incident for one in found.notices]
    named += [text(line.cells["Incident"]) for line in found.told.lines]
    return list({one.casefold(): one for one in reversed(named) if one}.values())[::-1]


def open_reports(found: Desk) -> list[tuple[str, Report]]:
    """The open reports of all incidents, each with the row of its notice, "" where it has none.

    A notice counts for itself. What moments alone have started is open too.
    """
    rows = zip(found.notices, notice_reports(found), strict=True)
    listed = [(one.key, report) for one, report in rows if is_open(report.judged.fine)]
    known = {_pair(report) for _, report in listed}
    for incident in incidents_told(found):
        for report in reports_of(found, incident):
            if is_open(report.judged.fine) and _pair(report) not in known:
                listed.append(("", report))
    places = in_order([report for _, report in listed])
    return [listed[place] for place in places]


def _pair(report: Report) -> tuple[str, str]:
    return report.incident.casefold(), "" if report.rule is None else report.rule.row.key
