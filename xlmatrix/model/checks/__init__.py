"""Checks across a spec that already has the right shape: one module a topic.

Errors stop a build: duplicates, dangling references, targets out of order, a backup who is the
primary, hours, zones and dates that cannot be computed. Everything else is a warning.
"""

from __future__ import annotations

from xlmatrix.model.base import Problem
from xlmatrix.model.checks import (
    accept,
    access,
    calls,
    classes,
    clock,
    content,
    figures,
    guides,
    history,
    ladder,
    obligations,
    oncall,
    order,
    owners,
    references,
    reporting,
    vendors,
    years,
)
from xlmatrix.model.checks.references import Known
from xlmatrix.model.checks.starts import Starts
from xlmatrix.model.models import MatrixSpec

__all__ = ["Known", "check"]


def check(spec: MatrixSpec, known: Known | None = None) -> list[Problem]:
    """Everything wrong or doubtful in ``spec``.

    Parameters
    ----------
    known
        Ids that exist although ``spec`` lacks them (their entries were faulty and are left out).
    """
    known = known or Known.of(spec)
    starts = Starts(spec)
    return [
        *references.check(spec, known),
        *oncall.check(spec, known),
        *obligations.check(spec, known),
        *reporting.check(spec),
        *clock.check(spec),
        *order.check(spec, starts),
        *history.check(spec),
        *ladder.check(spec, starts),
        *calls.check(spec),
        *owners.check(spec),
        *vendors.check(spec, starts),
        *access.check(spec),
        *years.check(spec),
        *content.check(spec),
        *classes.check(spec),
        *figures.check(spec),
        *guides.check(spec),
        *accept.check(spec),
    ]
