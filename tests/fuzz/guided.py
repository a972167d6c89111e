"""Fuzzes every reader, led by which lines of ours a run reaches (atheris, over libFuzzer).

``python -m tests.fuzz.guided [RUNS] [SEED] [TARGET ...]`` says what was found, and leaves the
inputs that did not end as planned in ``build/fuzz``. RUNS are a million without it, and the seed is
a fresh one; TARGET is also ``cheap``, ``parts`` or ``dear``. The first byte of an input chooses the
reader. Exit code 1: a find.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from pathlib import Path

import atheris

FOLDER = Path("build") / "fuzz"
_EVERY = 50_000
#: Where readers are; the rest of the package draws sheets.
_READERS = [
    "xlmatrix.package", "xlmatrix.regen.reading", "xlmatrix.regen.carrying", "xlmatrix.exchange",
    "xlmatrix.model", "xlmatrix.sheets.stamp", "xlmatrix.routes.worn",
]  # fmt: skip


def main(runs: int, seed: int, names: list[str]) -> None:
    """Fuzz the targets; ends the process."""
    with atheris.instrument_imports(include=_READERS, enable_loader_override=False):
        from tests.fuzz.finds import Finds
        from tests.fuzz.targets import TARGETS, chosen, named

    print(f"python -m tests.fuzz.guided {runs} {seed} {' '.join(names)}".rstrip(), flush=True)
    wheel = chosen(named(names))
    finds: dict[str, Finds] = {name: Finds() for name in wheel}
    counts: Counter[str] = Counter()
    folder, begun = FOLDER / str(seed), time.monotonic()
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for name in set(wheel):
        for number, good in enumerate(TARGETS[name].seeds):
            start = bytes([wheel.index(name)])
            (corpus / f"{name}-{number}").write_bytes(start + good)

    def told() -> None:
        every = sum(counts.values())
        print(f"{every:,} runs in {time.monotonic() - begun:,.0f} s", flush=True)

    def once(data: bytes) -> None:
        name = wheel[data[0]] if data else wheel[0]
        counts[name] += 1
        if not finds[name].run(TARGETS[name], data[1:]):
            finds[name].save(folder / name)
        every = counts.total()
        if every % _EVERY == 0:
            told()
        if every >= runs:
            told()
            for known in sorted(counts):
                print(f"{counts[known]:9,} {known}", *finds[known].inputs, sep="\n          ")
            sys.stdout.flush()
            # libFuzzer has no end that gives the caller back.
            os._exit(any(one.inputs for one in finds.values()))

    options = [f"-runs={runs + 1000}", f"-seed={seed}", "-max_len=6000", "-rss_limit_mb=2048"]
    atheris.Setup([sys.argv[0], *options, "-verbosity=0", str(corpus)], once)
    atheris.Fuzz()


if __name__ == "__main__":
    given = sys.argv[1:]
    numbers = [int(text) for text in given if text.isdecimal()]
    wanted = [text for text in given if not text.isdecimal()]
    numbers += [1_000_000, int(time.time())][len(numbers) :]
    main(numbers[0], numbers[1], wanted)
