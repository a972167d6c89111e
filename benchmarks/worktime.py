"""How fast deadlines are computed, as ratios measured side by side in one run.

    python benchmarks/worktime.py            prints a Markdown table
    python benchmarks/worktime.py --write    and puts it into benchmarks/RESULTS.md

A ratio to a neighbour on the same machine says more than seconds on one nobody else has.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.results import write_section
from xlmatrix.worktime import Calendar

COMMAND = "python benchmarks/worktime.py --write"
YEARS = range(2020, 2030)
HOLIDAYS = [date(year, *day) for year in YEARS for day in ((1, 1), (5, 1), (12, 25), (12, 26))]


def best(call: Callable[[], object], repeats: int) -> float:
    """Shortest wall time of several runs, in seconds."""
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        call()
        times.append(time.perf_counter() - begun)
    return min(times)


def split_shift_calendar() -> Calendar:
    """Ten years of morning and afternoon shifts in a zone with summer time."""
    return Calendar.build(
        hours="Mon-Fri 09:00-12:30,13:15-17:30",
        zone="Europe/Berlin",
        holidays=HOLIDAYS,
        start=date(YEARS[0], 1, 1),
        end=date(YEARS[-1], 12, 31),
    )


def random_rows(calendar: Calendar, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Starts over all but the last half year, targets up to 40 working hours."""
    random = np.random.default_rng(20260101)
    low, high = calendar.horizon
    starts = random.integers(low, high - 180 * 86_400, rows).astype("datetime64[s]")
    return starts, random.integers(0, 40 * 3600, rows)


def pandas_ns_per_row(starts: np.ndarray, hours: int) -> float:
    """Nanoseconds a row of CustomBusinessHour with the same two shifts, one Timestamp at a time."""
    offset = pd.offsets.CustomBusinessHour(
        hours, start=["09:00", "13:15"], end=["12:30", "17:30"], holidays=HOLIDAYS
    )
    stamps = [pd.Timestamp(start) for start in starts]
    return best(lambda: [stamp + offset for stamp in stamps], 3) / len(stamps) * 1e9


def measure() -> list[tuple[str, float, str, float]]:
    """What was done, ns a row, beside what, and how many times faster (or slower) that is."""
    calendar = split_shift_calendar()
    starts, seconds = random_rows(calendar, 1_000_000)
    hours = 16
    million = best(lambda: calendar.due(starts, seconds), 7) / starts.size * 1e9
    fixed = best(lambda: calendar.due(starts, hours * 3600), 7) / starts.size * 1e9
    peer = pandas_ns_per_row(starts[:2000], hours)
    search = best(lambda: calendar.table.due_by_search(starts.view(np.int64), seconds), 3)
    search_ns = search / starts.size * 1e9
    one = datetime(2026, 1, 5, 10, tzinfo=UTC)
    single = best(lambda: [calendar.due(one, hours * 3600) for _ in range(5000)], 5) / 5000 * 1e9

    many, many_seconds = random_rows(calendar, 10_000_000)
    ten = best(lambda: calendar.due(many, many_seconds), 5) / many.size * 1e9
    elapsed_to = calendar.due(many, many_seconds)
    spent = best(lambda: calendar.elapsed(many, elapsed_to), 5) / many.size * 1e9
    copy = best(lambda: (many.copy(), elapsed_to.copy()), 5) / many.size * 1e9
    return [
        ("due, 1M rows, one target", fixed, "pandas CustomBusinessHour", peer / fixed),
        ("due, 1M rows, a target each", million, "pandas CustomBusinessHour", peer / million),
        ("due, 1M rows, a target each", million, "binary search in int64", search_ns / million),
        ("due, one row at a time", single, "pandas CustomBusinessHour", peer / single),
        ("due, 10M rows, a target each", ten, "copying start and answer arrays", copy / ten),
        ("elapsed, 10M rows", spent, "copying start and answer arrays", copy / spent),
    ]


def table(rows: list[tuple[str, float, str, float]]) -> str:
    lines = ["| what | ns a row | beside | ratio |", "|---|---:|---|---:|"]
    for what, nanoseconds, beside, ratio in rows:
        said = f"{ratio:,.0f}x faster" if ratio >= 1 else f"{1 / ratio:.1f}x the time"
        lines.append(f"| {what} | {nanoseconds:,.1f} | {beside} | {said} |")
    return "\n".join(lines)


def body(rows: list[tuple[str, float, str, float]]) -> str:
    return (
        f"`{COMMAND}`, numpy {np.__version__}, pandas {pd.__version__}, {platform.machine()}. "
        "Ten years of split shifts with holidays and summer time; the shortest of several runs.\n\n"
        f"{table(rows)}"
    )


def main() -> None:
    options = argparse.ArgumentParser(description="Measure the business clock.")
    options.add_argument("--write", action="store_true", help="update benchmarks/RESULTS.md")
    chosen = options.parse_args()
    text = body(measure())
    print(text)
    if chosen.write:
        write_section("worktime", text)


if __name__ == "__main__":
    main()
