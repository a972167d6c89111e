"""Writes what other people's libraries compute, for the tests beside it.

They are no dependencies of the tests: in an environment of its own, from the repository's root,

    python -m venv /tmp/peers && /tmp/peers/bin/pip install statsmodels ciw
    /tmp/peers/bin/python tests/peers/record.py
"""

from __future__ import annotations

import csv
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import ciw
import numpy as np
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    samplesize_confint_proportion,
)

HERE = Path(__file__).parent
CASES = (
    (0, 1), (1, 1), (0, 20), (1, 20), (19, 20), (20, 20), (1, 2), (93, 100), (96, 100), (2, 100),
    (0, 764), (0, 765), (72, 72), (73, 73), (4, 24), (500, 1000), (9_999, 10_000), (1, 1_000_000),
)  # fmt: skip
TARGETS = (0.001, 0.005, 0.01, 0.05, 0.2, 0.3, 0.6, 0.9, 0.95, 0.99)
PAIRS = ((0.9, 0.05), (0.5, 0.05), (0.1, 0.005), (0.95, 0.01))
LIFTS = (
    (120, 1000, 100, 1000), (12, 100, 10, 100), (0, 50, 5, 50), (5, 50, 0, 50), (50, 50, 49, 50),
    (1500, 10_000, 90, 1000), (70, 700, 8, 80),
)  # fmt: skip

#: Minutes, and whether they have ended by then.
TIMES = (
    (3, 1), (4, 1), (4, 1), (5, 0), (5, 1), (6, 1), (7, 0), (9, 1), (9, 1), (9, 0), (30, 1),
    (42, 0),
)  # fmt: skip
#: Arrivals and departures an hour, and how many serve.
QUEUES = ((1.0, 1.5, 1), (3.0, 2.0, 2), (4.5, 2.0, 3))
TRIALS, HOURS, WARM_UP = 40, 4000.0, 500.0


def fewest(target: float) -> int:
    """The fewest cases without a bad one whose interval ends at or below the share."""
    cases = 1
    while proportion_confint(0, cases, method="wilson")[1] > target:
        cases += 1
    return cases


def queue(arrivals: float, departures: float, servers: int) -> tuple[float, float]:
    """The mean wait in a queue that ciw plays, in hours, and its standard error."""
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=arrivals)],
        service_distributions=[ciw.dists.Exponential(rate=departures)],
        number_of_servers=[servers],
    )
    means = []
    for trial in range(TRIALS):
        ciw.seed(trial)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_time(HOURS)
        found = [r for r in simulation.get_all_records() if r.arrival_date > WARM_UP]
        means.append(np.mean([record.waiting_time for record in found]))
    return float(np.mean(means)), float(np.std(means, ddof=1) / np.sqrt(TRIALS))


def write(name: str, header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """One table of values; numbers in full."""
    with (HERE / name).open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(header)
        table.writerows([[repr(float(cell)) for cell in row] for row in rows])


def main() -> None:
    """Write every table."""
    write(
        "wilson.csv",
        ("hits", "cases", "low", "high"),
        [(x, n, *proportion_confint(x, n, method="wilson")) for x, n in CASES],
    )
    write("fewest.csv", ("bad", "cases"), [(target, fewest(target)) for target in TARGETS])
    sizes = [
        (p, d, 2 * samplesize_confint_proportion(p, d, alpha=0.05, method="normal"))
        for p, d in PAIRS
    ]
    write("a_side.csv", ("share", "difference", "cases"), sizes)
    lifts = [
        (*counts, *confint_proportions_2indep(*counts, compare="ratio", method="log-adjusted"))
        for counts in LIFTS
    ]
    write("lift.csv", ("hits", "cases", "control hits", "control cases", "low", "high"), lifts)
    seen = SurvfuncRight(*zip(*TIMES, strict=True))
    write("survival.csv", ("time", "left"), list(zip(seen.surv_times, seen.surv_prob, strict=True)))
    write("times.csv", ("time", "ended"), list(TIMES))
    queues = [(*one, *queue(*one)) for one in QUEUES]
    write("queue.csv", ("arrivals", "departures", "servers", "wait", "error"), queues)
    told = [f"{name} {version(name)}" for name in ("statsmodels", "scipy", "ciw", "numpy")]
    said = f"Written by record.py with {', '.join(told)}, Python {sys.version.split()[0]}.\n"
    (HERE / "versions.txt").write_text(said, encoding="utf-8")


if __name__ == "__main__":
    main()
