"""How long an export of many tickets takes to read, beside pandas reading the same columns.

``python benchmarks/import_tickets.py`` writes files of rows without histories, reads each in a
process of its own, and writes the section "import" of ``benchmarks/RESULTS.md``. pandas reads the
columns that tickets are made of, with its stamps parsed; it does not say what any of them mean.

Memory is the highest of the process above what it had before, and beside it what of that the table
keeps: the difference is what reading takes besides.
"""

from __future__ import annotations

import csv
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.results import write_section

HEIGHTS = (250_000, 500_000, 1_000_000)
HEADER = (
    "number", "opened_at", "short_description", "priority", "category", "state",
    "assignment_group", "assigned_to", "resolved_at", "closed_at", "sys_updated_on", "sys_id",
)  # fmt: skip
STAMPS = ["opened_at", "resolved_at", "closed_at", "sys_updated_on"]
START = datetime(2024, 1, 1)


def written(path: Path, height: int) -> None:
    """A ServiceNow list, most of it closed."""
    chance = random.Random(7)
    with path.open("w", newline="", encoding="utf-8") as text:
        out = csv.writer(text)
        out.writerow(HEADER)
        for number in range(height):
            opened = START + timedelta(seconds=number * 60 + chance.randrange(60))
            state = chance.choice(("Closed",) * 16 + ("Resolved", "New", "In Progress", "On Hold"))
            over = opened + timedelta(seconds=chance.randrange(300, 500_000))
            ended = state in ("Closed", "Resolved")
            out.writerow(
                (
                    f"INC{number:07}",
                    opened,
                    f"Answer {chance.randrange(1000)} of the model is wrong",
                    ("1 - Critical", "2 - High", "3 - Moderate", "4 - Low")[chance.randrange(4)],
                    f"Category {chance.randrange(20)}",
                    state,
                    f"Group {chance.randrange(15)}",
                    f"user.{chance.randrange(200)}",
                    over if ended else "",
                    over + timedelta(days=5) if state == "Closed" else "",
                    over,
                    f"{chance.getrandbits(128):032x}",
                )
            )


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(path: str) -> dict[str, float]:
    """CPU seconds and memory of one file, both ways."""
    import pandas as pd

    import xlmatrix

    small = str(Path(path).with_name("small.csv"))
    xlmatrix.read_tickets(small)
    before = peak_mb()
    began = time.process_time()
    tickets = xlmatrix.read_tickets(path)
    ours = time.process_time() - began
    peak = peak_mb() - before
    kept = float(tickets.incidents.memory_usage(deep=False).sum())
    # Texts that stand in many rows are one object each.
    seen: set[int] = set()
    for name in tickets.incidents.select_dtypes(object):
        for text in tickets.incidents[name]:
            if id(text) not in seen:
                seen.add(id(text))
                kept += sys.getsizeof(text)
    began = time.process_time()
    pd.read_csv(path, usecols=list(HEADER), parse_dates=STAMPS)
    theirs = time.process_time() - began
    return {"ours": ours, "theirs": theirs, "peak": peak, "kept": kept / 2**20}


def main() -> None:
    if len(sys.argv) > 1:
        print(json.dumps(measured(sys.argv[1])))
        return
    lines = [
        "| rows | read_tickets (s) | read_csv (s) | ratio | peak (MB) | kept (MB) | besides (MB) |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        written(Path(folder) / "small.csv", 1_000)
        for height in HEIGHTS:
            path = Path(folder) / f"{height}.csv"
            written(path, height)
            command = [sys.executable, __file__, str(path)]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            found = json.loads(told)
            path.unlink()
            lines.append(
                f"| {height:,} | {found['ours']:.2f} | {found['theirs']:.2f} |"
                f" {found['ours'] / found['theirs']:.1f} | {found['peak']:.0f} |"
                f" {found['kept']:.0f} | {found['peak'] - found['kept']:.0f} |"
            )
            print(lines[-1], flush=True)
    about = (
        "`python benchmarks/import_tickets.py`: a ServiceNow list of twelve columns, four of them"
        " stamps, CPU seconds, each height in a process of its own. pandas reads the same columns"
        " and parses the stamps; *kept* is the table that is given back, *besides* what reading"
        " took above it."
    )
    write_section("import", f"{about}\n\n" + "\n".join(lines))


if __name__ == "__main__":
    main()
