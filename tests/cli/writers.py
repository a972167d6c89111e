"""Lets several commands replace one workbook at the same moment; looks at what is left.

``python -m tests.cli.writers [ROUNDS] [SEED]`` plays 100 rounds and prints what was found. In each
some writers read the same workbook, wait for each other when all that is left is to replace it, and
go on together, so that every one has seen the same old file.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.cli.kills import LINES, Files, at_one_time, laid_out, read, run_in, scene
from xlmatrix.write import store

#: What replaces ``used.xlsx``, each keeping what stood there as a backup.
INTO_ONE = tuple(
    line
    for line in LINES
    if " used.xlsx" in line and ("--in-place" in line or line.endswith(("--overwrite", "60000")))
    if "old." not in line
)
_MOST = 4
#: The exit code of a planned refusal.
_REFUSED = 2


@dataclass
class Met:
    """How rounds ended."""

    rounds: int = 0
    wrote: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)


def rounds(
    folder: Path, count: int, seed: int = 0, *, most: int = _MOST, slow: bool = False
) -> Met:
    """Play so many rounds of at most so many writers.

    With ``slow`` there is time between the last look and the writing.
    """
    rng, met = Random(seed), Met()
    with at_one_time():
        old = scene(folder / "scene")
        for _ in range(count):
            lines = [rng.choice(INTO_ONE) for _ in range(rng.randint(2, most))]
            place = laid_out(folder / "round", old)
            _judge(place, lines, _together(place, lines, slow=slow), old, met)
            shutil.rmtree(place)
    return met


def _together(folder: Path, lines: Sequence[str], *, slow: bool) -> list[int]:
    """The exit codes of commands that come to their writing at the same moment."""
    ready_in, ready_out = os.pipe()
    go_in, go_out = os.pipe()
    children = []
    for line in lines:
        child = os.fork()
        if not child:
            os.close(go_out)
            _work(folder, line, ready_out, go_in, slow=slow)
        children.append(child)
    os.close(ready_out)
    os.close(go_in)
    come = 0
    while come < len(lines):
        said = os.read(ready_in, len(lines))
        if not said:
            break
        come += len(said)
    # Everybody waits for the end of this pipe.
    os.close(go_out)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    os.close(ready_in)
    return codes


def _work(folder: Path, line: str, ready: int, go: int, *, slow: bool) -> None:
    code, come = 1, False
    try:
        true_put = store._put

        def put(data: bytes, target: Path, **more: object) -> None:
            if target.name != "used.xlsx":
                true_put(data, target, **more)  # type: ignore[arg-type]
                return
            look = more["last_look"]

            def looked() -> None:
                look()  # type: ignore[operator]
                time.sleep(1 if slow else 0)

            nonlocal come
            come = True
            os.write(ready, b"r")
            os.read(go, 1)
            true_put(data, target, **more | {"last_look": looked})  # type: ignore[arg-type]

        store._put = put
        code = run_in(folder, line)
    finally:
        if not come:
            # Nobody shall wait for a run that has ended.
            os.write(ready, b"e")
        os._exit(code)


def _judge(folder: Path, lines: Sequence[str], codes: list[int], old: Files, met: Met) -> None:
    """One has written and said so, what it replaced stands beside it, the others wrote nothing."""
    ended = Counter(codes)
    met.rounds += 1
    met.wrote += ended[0]
    met.refused += ended[_REFUSED]
    told = f"{' | '.join(lines)}: {codes}"
    left = read(folder)
    backups = [data for name, data in left.items() if ".backup-" in name]
    if ended[0] != 1 or ended[0] + ended[_REFUSED] != len(lines):
        met.wrong.append(f"{told}: not one has written")
    if left["used.xlsx"] == old["used.xlsx"]:
        met.wrong.append(f"{told}: the old file stands")
    if backups != [old["used.xlsx"]]:
        met.wrong.append(f"{told}: {len(backups)} backups")
    if any(name.endswith(".part") for name in left):
        met.wrong.append(f"{told}: a part was left")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        counts = [int(text) for text in sys.argv[1:]] or [100]
        begun = time.monotonic()
        print(rounds(Path(scratch), *counts))
        print(f"{time.monotonic() - begun:.0f} s")
