"""Has every engine compute the small books, and writes down what they confirm: ``make engines``.

    python -m tests.office.whole.record docs/engines.md

Ends with 1 where a difference is left without a cause.
"""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.office.compare import Difference, compare
from tests.office.engines import ironcalc_values
from tests.office.libre import office_version, recalculate
from tests.office.package import Cell, FormulaCell, Package, Value, formula_cells
from tests.office.programs import ROOT
from tests.office.whole import betteroffice, hyperformula
from tests.office.whole.books import BOOKS
from tests.office.whole.causes import CAUSES, Cause, explain
from tests.office.whole.translate import names_of, tables_of


@dataclass(frozen=True, slots=True)
class Engine:
    """A program that computes a workbook: its name, its version, and its values of a file."""

    name: str
    version: Callable[[], str]
    values: Callable[[Path], dict[Cell, Value]]


def _office_values(path: Path) -> dict[Cell, Value]:
    return {cell: found.value for cell, found in formula_cells(recalculate(path)).items()}


ENGINES = (
    Engine("LibreOffice", office_version, _office_values),
    Engine("IronCalc", lambda: importlib.metadata.version("ironcalc"), ironcalc_values),
    Engine("BetterOffice", betteroffice.version, betteroffice.betteroffice_values),
    Engine("HyperFormula", hyperformula.version, hyperformula.hyperformula_values),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one engine made of one book."""

    book: str
    engine: str
    version: str
    cells: int
    seconds: float
    differing: list[Difference]
    causes: dict[Cell, Cause | None]

    @property
    def unexplained(self) -> list[Difference]:
        """The differences without a cause."""
        return [one for one in self.differing if self.causes[one.sheet, one.cell] is None]


def outcomes(folder: Path) -> Iterator[Outcome]:
    """Every book by every engine, as each is done."""
    for name, build in BOOKS.items():
        path = build(folder)
        cells = formula_cells(path)
        for engine in ENGINES:
            yield _outcome(name, path, cells, engine)


def _outcome(name: str, path: Path, cells: Mapping[Cell, FormulaCell], engine: Engine) -> Outcome:
    begun = time.perf_counter()
    differing = compare(cells, engine.values(path))
    spent = time.perf_counter() - begun
    package = Package(path)
    causes = explain(engine.name, differing, tables_of(package), names_of(package))
    return Outcome(name, engine.name, engine.version(), len(cells), spent, differing, causes)


_INTRODUCTION = """\
# Small books, computed whole by other engines

Written by `make engines`; not to be edited. Three small workbooks are built, every stored value is
taken away, and each engine computes every formula cell from nothing. A cell is confirmed where it
equals the stored value: text, whole numbers and errors exactly, other numbers to 12 digits,
instants to the second (`tests/office/compare.py`). None of these engines is Excel.

- **basic**: the basic template over two months, its log blank.
- **standard**: the standard template over two months with the demo's incidents, pauses, changes
  and reopenings of that time.
- **odd-hours**: two calendars, one with nights and lunch breaks over a clock change, and
  incidents at their edges.

HyperFormula has no tables: structured references and names are turned into addresses first
(`tests/office/whole/translate.py`).
"""


def report(found: list[Outcome]) -> str:
    """The record as Markdown."""
    lines = [_INTRODUCTION, f"Made on {datetime.now(UTC):%Y-%m-%d} at {_commit()}.", ""]
    lines += ["| book | engine | formula cells | confirmed | differing, by cause | seconds |"]
    lines += ["|---|---|---:|---:|---|---:|"]
    for one in found:
        confirmed = one.cells - len(one.differing)
        lines.append(
            f"| {one.book} | {one.engine} {one.version} | {one.cells:,} | {confirmed:,} "
            f"| {_by_cause(one)} | {one.seconds:.0f} |"
        )
    lines += ["", *_sources(found), *_unexplained(found)]
    return "\n".join(lines).rstrip() + "\n"


def _by_cause(one: Outcome) -> str:
    counts = Counter(cause.name if cause else "unexplained" for cause in one.causes.values())
    return "; ".join(f"{name}: {count:,}" for name, count in counts.most_common()) or "none"


def _sources(found: list[Outcome]) -> Iterator[str]:
    met = {cause for one in found for cause in one.causes.values() if cause}
    if met:
        yield "## Causes"
        yield ""
        yield "A cell counts under a cause when its formula has it or refers to a cell that counts."
        yield ""
        for cause in (one for one in CAUSES if one in met):
            yield f"- {cause.engine}, **{cause.name}**: {cause.source}."
        yield ""


def _unexplained(found: list[Outcome]) -> Iterator[str]:
    left = [(one, difference) for one in found for difference in one.unexplained]
    if left:
        yield f"## Unexplained ({len(left)})"
        yield ""
        for one, difference in left[:50]:
            yield f"- {one.engine}, {one.book}: `{difference}`"


def _commit() -> str:
    said = _git("log", "-1", "--format=%h") or "an unknown commit"
    return f"commit {said}" + (" with changes" if _git("status", "--porcelain", "-uno") else "")


def _git(*words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def main() -> int:
    """Compute, write the record to the path named, and say what is left without a cause."""
    target = Path(sys.argv[1])
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for one in outcomes(Path(folder)):
            print(
                f"{one.book:10} {one.engine:13} {one.cells:,} cells: {_by_cause(one)}", flush=True
            )
            found.append(one)
    target.write_text(report(found), encoding="utf-8")
    left = sum(len(one.unexplained) for one in found)
    print(f"{target}: {left} differences without a cause")
    met = {cause for one in found for cause in one.causes.values()}
    for cause in (one for one in CAUSES if one not in met):
        print(f"No book shows it any more, so delete it: {cause.engine}, {cause.name}")
    return 1 if left else 0


if __name__ == "__main__":
    raise SystemExit(main())
