"""Earlier versions of the targets: an incident keeps those that were in force when it opened."""

from __future__ import annotations

from collections.abc import Mapping

from xlmatrix.model.base import Day, Id, Name, Strict
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import Targets


class PolicyVersion(Strict):
    """Targets that were in force from ``effective`` on, until the next version.

    ``targets`` are by severity id; a severity left out had the targets that it has now.
    """

    version: Name
    effective: Day
    targets: Mapping[Id, Targets]

    def targets_of(self, severity: Severity) -> Targets:
        """The targets of a severity under this version."""
        return self.targets.get(severity.id, severity.targets)
