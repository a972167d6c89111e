"""What is doubtful about a matrix in use: one module a topic, each finding counted live."""

from __future__ import annotations

from xlmatrix.rules.lint import calendars, ladders, order, owners, records, reports
from xlmatrix.rules.lint.line import FIX, LOOK, Facts, Line

__all__ = ["FIX", "LOOK", "Facts", "Line", "lint"]


def lint(facts: Facts) -> list[Line]:
    """Every check of the Health sheet, in the order a manager reads them."""
    return [
        *order.lines(facts),
        *ladders.lines(facts),
        *owners.lines(facts),
        *calendars.lines(facts),
        *reports.lines(facts),
        *records.lines(facts),
    ]
