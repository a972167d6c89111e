"""What is doubtful about a matrix in use: one module a topic, each finding counted live."""

from __future__ import annotations

from xlmatrix.rules.lint import calendars, ladders, order, owners, records, reports, typed
from xlmatrix.rules.lint.acceptance import with_accepted
from xlmatrix.rules.lint.health_check import FIX, LOOK, Facts, HealthCheck

__all__ = ["FIX", "LOOK", "Facts", "HealthCheck", "lint"]


def lint(facts: Facts) -> list[HealthCheck]:
    """Every check of the Health sheet, in the order a manager reads them."""
    lines = [
        *order.checks(facts),
        *ladders.checks(facts),
        *owners.checks(facts),
        *calendars.checks(facts),
        *reports.checks(facts),
        *records.checks(facts),
        *typed.checks(facts),
    ]
    return with_accepted(facts.context.spec, lines)
