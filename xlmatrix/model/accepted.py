"""A finding that a team lives with, and why."""

from __future__ import annotations

from xlmatrix.model.base import Name, Strict, Text


class Accepted(Strict):
    """Findings of one code that are no open ones any more, with the reason.

    ``where`` narrows it to a place: a path such as ``severities[0].ladder[1]`` with all below it,
    the id or name of what the finding is about, or a sheet of the workbook for what only that
    shows. Left out, every finding of the code is accepted.
    """

    finding: Name
    where: Name | None = None
    reason: Text
