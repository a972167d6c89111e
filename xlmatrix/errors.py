"""Planned errors: what is wrong, where, and how to mend it.

Everything that a user can cause raises an :class:`XlmatrixError`; the command line turns it into a
message and exit code 2. Any other exception is a fault of ours and ends with exit code 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a finding matters: an error stops the build, a warning and a note do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong in a spec, a workbook or an import, said in three parts.

    ``where`` is a place to open (``matrix.yaml:41``, ``Incidents!D7``, ``export.csv:120``) and
    ``path`` the name of the value there (``severities[1].targets.resolve``); either may be empty.
    Where one finding stands for many rows, ``rows`` counts them, and ``about`` names what they
    share (a category that nobody mapped). ``accepted`` is why the spec accepts it, "" for what is
    open.
    """

    level: Level
    code: str
    what: str
    where: str
    mend: str
    path: str = ""
    rows: int = 1
    about: str = ""
    accepted: str = ""

    def __str__(self) -> str:
        place = " ".join(part for part in (self.where, self.path) if part)
        return f"{place}: {self.what}. {self.mend}." if place else f"{self.what}. {self.mend}."


class XlmatrixError(Exception):
    """Base of every planned error: what is wrong, where, and how to mend it."""

    def __init__(self, what: str, *, where: str, mend: str) -> None:
        self.what, self.where, self.mend = what, where, mend
        super().__init__(f"{where}: {what}. {mend}.")


class FindingsError(XlmatrixError):
    """Several findings at once; each is printed, not the first only."""

    def __init__(self, findings: tuple[Finding, ...], *, where: str) -> None:
        self.findings = findings
        errors = [finding for finding in findings if finding.level is Level.ERROR]
        first = errors[0] if errors else findings[0]
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        super().__init__(first.what + more, where=first.where or where, mend=first.mend)


class HorizonError(XlmatrixError):
    """An instant or a deadline lies beyond the horizon of its calendar."""
