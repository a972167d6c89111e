"""Somebody decides what must be reported, and no report is late."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from xlmatrix.formula import F, col
from xlmatrix.formula.errors import ERRORS
from xlmatrix.rules.lint.health_check import FIX, LOOK, Facts, HealthCheck
from xlmatrix.rules.reporting.states import DUE_NOW, LATE
from xlmatrix.tables.obligations import NOTICES, OBLIGATIONS

#: The hidden column of obligations that counts those without a decider.
UNDECIDED: Final = "undecided"


def named(cell: Any) -> bool:
    """Whether a cell holds text; no number and no error value names anybody."""
    return isinstance(cell, str) and cell != "" and cell not in ERRORS


def checks(facts: Facts) -> Iterator[HealthCheck]:
    """Obligations without a decider or with a figure to verify, overdue and odd notices."""
    if not facts.has(OBLIGATIONS.name, "ID"):
        return
    sheet = "Obligations"
    yield HealthCheck(
        "Obligations without a decider",
        F.SUM(col(OBLIGATIONS.name, UNDECIDED)),
        sum(facts.columns[OBLIGATIONS.name, UNDECIDED]),
        FIX,
        "Name a role",
        sheet,
        code="no-decider",
    )
    _, found = facts.saying(OBLIGATIONS.name, "Verify with counsel", "yes")
    # A row without an ID is no obligation yet.
    verify, ids = (col(OBLIGATIONS.name, known) for known in ("Verify with counsel", "ID"))
    unconfirmed = F.COUNTIFS(verify, "yes", ids, "<>")
    mend = "Ask counsel, then write no in the column"
    yield HealthCheck(
        "Obligations that counsel has not confirmed",
        unconfirmed,
        found,
        LOOK,
        mend,
        sheet,
        code="unconfirmed",
    )
    (late, are_late), (now, are_now) = (
        facts.saying(NOTICES.name, "State", state) for state in (LATE, DUE_NOW)
    )
    yield HealthCheck(
        "Reports late or due now",
        late + now,
        are_late + are_now,
        FIX,
        "Report now and note when",
        sheet,
        code="report-overdue",
    )
    count, found = facts.filled(NOTICES.name, "Check")
    mend = "See the Check column beside the notice"
    yield HealthCheck(
        "Notices with an odd entry", count, found, LOOK, mend, sheet, code="notice-odd"
    )
