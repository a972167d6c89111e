"""How long a used workbook takes to a new edition, beside openpyxl loading and saving it.

``python benchmarks/regenerate.py [INCIDENTS]`` builds a workbook of that many incidents (10,000),
regenerates it and writes the section "regenerate" of ``benchmarks/RESULTS.md``. Each side runs in a
process of its own, so that peak memory is that side's.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.results import write_section

INCIDENTS = 10_000
TEMPLATE = "basic"


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "matrix.xlsx"
        _child("build", book, count)
        size = book.stat().st_size / 1e6
        ours = _child("ours", book, count)
        theirs = _child("openpyxl", book, count)
    ratio = ours[0] / theirs[0]
    write_section(
        "regenerate",
        f"A workbook of {count:,} incidents ({size:.1f} MB) regenerates in {ours[0]:.1f} s and "
        f"{ours[1]:.0f} MB at its peak; openpyxl loads and saves it in {theirs[0]:.1f} s and "
        f"{theirs[1]:.0f} MB: {ratio:.2f} times that time.",
    )
    print(f"{count:,} incidents: ours {ours}, openpyxl {theirs}, ratio {ratio:.2f}")


def _child(side: str, book: Path, count: int) -> tuple[float, float]:
    command = [sys.executable, __file__, "--side", side, str(book), str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, megabytes = done.stdout.split()[-2:]
    return float(seconds), float(megabytes)


def run(side: str, book: Path, count: int) -> None:
    from xlmatrix import api

    started = time.perf_counter()
    if side == "build":
        api.build(
            api.template(TEMPLATE), incidents=_log(count), as_of="2026-11-16 10:30", output=book
        )
    elif side == "ours":
        api.regenerate(book, output=book.with_name("new.xlsx"))
    else:
        import openpyxl

        openpyxl.load_workbook(book).save(book.with_name("copy.xlsx"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(time.perf_counter() - started, peak)


def _log(count: int) -> object:
    from xlmatrix.rules.logs.incident_log import IncidentLog

    rng = np.random.default_rng(7)
    first = np.datetime64("2026-01-05T08:00:00")
    opened = first + np.sort(rng.integers(0, 280 * 86_400, count)).astype("timedelta64[s]")
    texts = {
        "ID": [f"I-{n}" for n in range(count)],
        "Title": [f"Answer {n} was wrong" for n in range(count)],
        "Severity set": [f"SEV-{n % 3 + 1}" for n in range(count)],
    }
    return IncidentLog.of(texts, {"Opened": opened, "Acknowledged": opened + 300})


if __name__ == "__main__":
    if "--side" in sys.argv:
        run(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else INCIDENTS)
