"""Planned errors: what is wrong, where, and how to mend it.

Everything that a user can cause raises an :class:`XlmatrixError`; the command line turns it into a
message and exit code 2. Any other exception is a fault of ours and ends with exit code 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

#: What one part of an error takes at most, so that all of it stands on a screen.
MOST_CHARS: Final = 1_000
MOST_LINES: Final = 16
#: What an error lists at most.
MOST_LISTED: Final = 8


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
        said = f"{self.what}. {ended(self.mend)}"
        return f"{place}: {said}" if place else said


def ended(text: str) -> str:
    """A sentence with its full stop; lines to copy stay as they are.

    >>> ended("Add the times")
    'Add the times.'
    """
    return text if "\n" in text else f"{text}."


def listed(entries: Iterable[str], between: str = "; ", most: int = MOST_LISTED) -> str:
    """The first entries in a line, and how many more there are.

    >>> listed(["a", "b", "c"], most=2)
    'a; b and 1 more'
    """
    every = iter(entries)
    shown = list(islice(every, most))
    more = sum(1 for _ in every)
    return between.join(shown) + (f" and {more:,} more" if more else "")


def plural(count: int, one: str, more: str = "") -> str:
    """A count with what it counts; ``more`` where its plural is not ``one`` with an s.

    >>> plural(1, "stamp"), plural(2_000, "stamp"), plural(0, "entry", "entries")
    ('1 stamp', '2,000 stamps', '0 entries')
    """
    return f"{count:,} {one if count == 1 else more or f'{one}s'}"


def shortened(text: str, most_chars: int = MOST_CHARS) -> str:
    """A text that fits a screen, and how much of it is left out.

    >>> shortened("abcdefgh", most_chars=4)
    'abcd ... and 4 more characters'
    """
    lines = text.split("\n", MOST_LINES)
    if len(lines) > MOST_LINES:
        more = lines.pop().count("\n") + 1
        return shortened("\n".join(lines), most_chars) + f"\n... and {more:,} more lines"
    if len(text) <= most_chars:
        return text
    return f"{text[:most_chars]} ... and {len(text) - most_chars:,} more characters"


class XlmatrixError(Exception):
    """Base of every planned error: what is wrong, where, and how to mend it.

    Each of the three is shortened to what a screen holds.
    """

    def __init__(self, what: str, *, where: str, mend: str) -> None:
        what, where, mend = map(shortened, (what, where, mend))
        self.what, self.where, self.mend = what, where, mend
        super().__init__(f"{where}: {what}. {ended(mend)}")


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
