"""What live clocks cost: LibreOffice over logs with pauses, and the engine over a million rows.

    python benchmarks/clocks.py            prints a Markdown table
    python benchmarks/clocks.py --write    and puts it into benchmarks/RESULTS.md

The neighbour is the same log with one column of deadlines in the same workbook: every other formula
of the log, and the logs beside it, are taken out. LibreOffice's own CPU time counts, so that other
work on the machine does not; loading and recomputing are told apart.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.results import write_section
from tests.histories import AS_OF, scene
from tests.office.package import Package, column_cells
from xlmatrix.rules.logs.histories import PAUSES, typed_rows
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.rules.logs.log_rows import SHEET as ID_LINE
from xlmatrix.sheets.book import plan_book
from xlmatrix.worktime import NEVER, Calendar, Pauses, due_with_pauses
from xlmatrix.write import render

COMMAND = "python benchmarks/clocks.py --write"
PAUSES_EACH = 1.5
ROOT = Path(__file__).resolve().parents[1]


def log_of(rows: int) -> tuple[IncidentLog, dict[tuple[str, str, str], object]]:
    """Incidents of two weeks, 1.5 pauses each, in no order."""
    random = np.random.default_rng(20260101)
    base = np.datetime64("2026-03-23T00:00:00")
    opened = base + random.integers(0, 14 * 86400, rows).astype("timedelta64[s]")
    log = IncidentLog.of(
        {
            "ID": [f"INC-{row:06}" for row in range(rows)],
            "Class": [f"Class {row % 3 + 1}" for row in range(rows)],
        },
        {"Opened": opened},
    )
    who = random.integers(0, rows, int(rows * PAUSES_EACH))
    begins = opened[who] + random.integers(0, 86400, who.size).astype("timedelta64[s]")
    ends = begins + random.integers(0, 86400, who.size).astype("timedelta64[s]")
    pauses = [
        {"Incident": f"INC-{row:06}", "From": begin.item(), "To": end.item()}
        for row, begin, end in zip(who, begins, ends, strict=True)
    ]
    return log, typed_rows(PAUSES, pauses)


def single_column(source: Path, copy: Path) -> None:
    """The same workbook whose log computes one deadline, and nothing else of it."""
    keep = {
        "row",
        "opened s",
        "class row",
        "Severity",
        "severity row",
        "policy row",
        "worked at opening 1",
        "worked at opening 2",
        "res worked",
        "res due s",
        "Resolve due",
    }
    parts, kept = Package(source).sheets, column_cells(source, "tIncidents", *keep)
    columns = {cell.rstrip("0123456789") for _, cell in kept}
    log, ids = parts[kept[0][0]], parts[ID_LINE]
    with zipfile.ZipFile(source) as given, zipfile.ZipFile(copy, "w") as taken:
        for entry in given.infolist():
            data = given.read(entry)
            if entry.filename == log:
                data = _formulas_out(data.decode(), columns).encode()
            elif entry.filename == ids or _of_histories(entry.filename, data):
                data = _formulas_out(data.decode(), set()).encode()
            taken.writestr(entry, data)


def _of_histories(part: str, data: bytes) -> bool:
    known = (b"tPauses", b"Pz_", b"Ev_Inc")
    return part.startswith("xl/worksheets/sheet") and any(one in data for one in known)


def _formulas_out(text: str, keep: set[str]) -> str:
    def without(cell: re.Match[str]) -> str:
        return cell[0] if cell[2] in keep else cell[1]

    return re.sub(r'(<c r="([A-Z]+)\d+"[^>]*>)<f>[^<]*</f>', without, text)


@dataclass(frozen=True)
class Cost:
    """CPU seconds that LibreOffice needs for a workbook."""

    load: float
    recompute: float

    def mean(self, other: Cost) -> Cost:
        """Halfway between two measurements."""
        return Cost((self.load + other.load) / 2, (self.recompute + other.recompute) / 2)


def office(sizes: list[int], folder: Path) -> list[tuple[Cost, Cost]]:
    """For each size the whole workbook and the one with a single column, in one run."""
    books = []
    for rows in sizes:
        log, typed = log_of(rows)
        book = plan_book(scene(), log, as_of=AS_OF, created=AS_OF, typed=typed)
        whole, single = folder / f"whole{rows}.xlsx", folder / f"single{rows}.xlsx"
        whole.write_bytes(render(book))
        single_column(whole, single)
        # The neighbour is measured before and after: machines that others share drift.
        books += [str(single), str(whole), str(single)]
    # The first book is loaded once more: what a program does at its first document is nobody's
    # cost.
    said = subprocess.run(
        ["/usr/bin/python3", "-m", "tools.office_timer", str(folder / "profile"), books[0], *books],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    costs = [Cost(**one) for one in json.loads(said)][1:]
    triples = zip(costs[::3], costs[1::3], costs[2::3], strict=True)
    return [(whole, before.mean(after)) for before, whole, after in triples]


def engine(rows: int) -> float:
    """Seconds of the engine for a million incidents with pauses."""
    calendar = Calendar.build(
        "Mon-Fri 09:00-12:30,13:15-17:30",
        "Europe/Berlin",
        start=date(2020, 1, 1),
        end=date(2029, 12, 31),
    )
    random = np.random.default_rng(1)
    low, high = calendar.horizon
    start = random.integers(low, high - 300 * 86400, rows)
    target = random.integers(60, 40 * 3600, rows)
    who = random.integers(0, rows, int(rows * PAUSES_EACH))
    begin = start[who] + random.integers(0, 5 * 86400, who.size)
    end = np.where(
        random.random(who.size) < 0.05, NEVER, begin + random.integers(0, 86400, who.size)
    )
    begun = time.perf_counter()
    due_with_pauses(calendar, start, target, Pauses.of(who, begin, end, incidents=rows))
    return time.perf_counter() - begun


def measured(sizes: list[int]) -> str:
    """The table."""
    lines = [
        "| incidents | pauses | load (s) | recompute (s) | load, one deadline column (s) "
        "| recompute, one column (s) | recompute, ratio |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        costs = office(sizes, Path(folder))
    for rows, (whole, single) in zip(sizes, costs, strict=True):
        lines.append(
            f"| {rows:,} | {int(rows * PAUSES_EACH):,} | {whole.load:.1f} | {whole.recompute:.2f} "
            f"| {single.load:.1f} | {single.recompute:.2f} "
            f"| {whole.recompute / single.recompute:.1f} |"
        )
    growth = costs[-1][0].recompute / costs[0][0].recompute
    million = engine(1_000_000)
    lines.append(
        f"\nFrom {sizes[0]:,} to {sizes[-1]:,} incidents ({sizes[-1] / sizes[0]:.0f} times) "
        f"recomputing takes {growth:.1f} times as long. The engine gives 1,000,000 incidents with "
        f"1,500,000 pauses their deadlines in {million:.2f} s, without a loop over rows."
    )
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000])
    given = parser.parse_args()
    table = measured(given.sizes)
    print(table)
    if given.write:
        write_section("clocks", f"By `{COMMAND}`: CPU seconds of LibreOffice.\n\n{table}")


if __name__ == "__main__":
    main()
