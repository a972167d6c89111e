"""Checks across a spec that already has the right shape: one module a topic.

Errors stop a build: duplicates, dangling references, targets out of order, a backup who is the
primary, hours, zones and dates that cannot be computed. Everything else is a warning.
"""

from __future__ import annotations

from xlmatrix.spec.base import Problem
from xlmatrix.spec.checks import clock, ladder, order, owners, references
from xlmatrix.spec.checks.references import Known
from xlmatrix.spec.models import MatrixSpec

__all__ = ["Known", "check"]


def check(spec: MatrixSpec, known: Known | None = None) -> list[Problem]:
    """Everything wrong or doubtful in ``spec``.

    Parameters
    ----------
    known
        Ids that exist although ``spec`` lacks them (their entries were faulty and are left out).
    """
    return [
        *references.check(spec, known or Known.of(spec)),
        *clock.check(spec),
        *order.check(spec),
        *ladder.check(spec),
        *owners.check(spec),
    ]
