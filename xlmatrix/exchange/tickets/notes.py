"""Findings of an import: one for each row that cannot be used, one for each thing that repeats."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Final

from xlmatrix.errors import Finding, Level, plural

#: More findings of one kind than this are counted, not listed.
MAX_LISTED: Final = 10_000


class Notes:
    """Collects findings about the rows of one file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._listed: list[Finding] = []
        self._beyond: dict[str, int] = {}
        self._count: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()
        self._last: dict[str, int] = {}
        self._repeated: dict[tuple[str, str], tuple[int, int, Finding]] = {}

    def at(
        self, line: int, code: str, what: str, mend: str, *, level: Level = Level.WARNING
    ) -> None:
        """Say one thing about one row."""
        if self._count[code] == MAX_LISTED:
            self._beyond[code] = self._beyond.get(code, 0) + 1
            self._last[code] = line
        else:
            self._count[code] += 1
            self._listed.append(Finding(level, code, what, f"{self._file}:{line}", mend))

    def repeated(
        self,
        line: int,
        code: str,
        what: str,
        mend: str,
        *,
        level: Level = Level.NOTE,
        about: str = "",
        rows: int = 1,
    ) -> None:
        """Say once what holds for many rows; the finding counts them and names the first.

        ``about`` is the value in question where the same may be said of many values, ``rows`` how
        many rows it is said of now.
        """
        key = (code, what)
        if key in self._repeated:
            count, first, finding = self._repeated[key]
            self._repeated[key] = (count + rows, first, finding)
        elif self._kinds[code] == MAX_LISTED:
            self._beyond[code] = self._beyond.get(code, 0) + rows
            self._last[code] = line
        else:
            self._kinds[code] += 1
            finding = Finding(level, code, what, f"{self._file}:{line}", mend, about=about)
            self._repeated[key] = (rows, line, finding)

    def about_file(self, code: str, what: str, mend: str, *, level: Level = Level.NOTE) -> None:
        """Say one thing about the whole file."""
        self._listed.append(Finding(level, code, what, self._file, mend))

    def findings(self) -> tuple[Finding, ...]:
        """All of them, in the order of the file's rows within each kind."""
        return (*self._listed, *self._beyond_the_list(), *self._summaries())

    def _beyond_the_list(self) -> list[Finding]:
        return [
            Finding(
                Level.WARNING,
                code,
                f"{plural(count, 'more row is', 'more rows are')} like the {MAX_LISTED:,} listed",
                f"{self._file}:{self._last[code]}",
                "Mend the listed ones and import again to see the rest",
            )
            for code, count in self._beyond.items()
        ]

    def _summaries(self) -> list[Finding]:
        return [
            replace(f, what=f"{f.what} ({rows_said(count)})", rows=count)
            for count, _, f in self._repeated.values()
        ]


def rows_said(count: int) -> str:
    """How many rows one finding stands for."""
    rows = plural(count, "row")
    return rows if count == 1 else f"{rows}, this is the first"
