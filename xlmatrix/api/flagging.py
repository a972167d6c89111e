"""What means nothing where it stands in a workbook in use, as its columns *Check* say it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from xlmatrix.errors import Finding
from xlmatrix.model import MatrixSpec
from xlmatrix.regen.merging.overlay import as_typed
from xlmatrix.regen.reading.tables import Inputs
from xlmatrix.rules.lint.typed import said_once
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.tables.kinds import stamp_of
from xlmatrix.worktime.zones import now_in


def with_flags(
    findings: Iterable[Finding],
    spec: MatrixSpec,
    log: IncidentLog,
    typed: dict[tuple[str, str, str], Any],
    inputs: tuple[Inputs, Inputs],
) -> tuple[Finding, ...]:
    """The findings of reading a workbook, and what its sheets flag.

    Parameters
    ----------
    inputs
        The workbook's cells as they are, and as it was made.
    """
    from xlmatrix.sheets.book import plan_book

    used, made = inputs
    as_of = stamp_of(typed.get(("", "AsOf_Input", ""))) or now_in(spec.zone)
    plan = plan_book(spec, log, as_of=as_of, created=as_of, typed=typed, lines=False)
    flagged = as_typed(plan, used, made)[2]
    return tuple(said_once(findings, [one.finding() for one in flagged]))
