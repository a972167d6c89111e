"""Lets the disk be full after some of the bytes of every writing command; looks at what is left.

``python -m tests.cli.full_disk [POINTS] [SEED]`` takes 300 such points and prints what was found.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.cli.kills import KEYS, LINES, Files, Found, at_one_time, laid_out, look
from tests.cli.kills import read as read_folder
from tests.cli.kills import scene as scene_of
from xlmatrix.cli import app


def series(folder: Path, points: int, seed: int = 0) -> Found:
    """Run so many commands in ``folder``, each on a disk that takes a part of what it writes."""
    rng, found = Random(seed), Found()
    with at_one_time():
        old = scene_of(folder / "scene")
        known: dict[str, tuple[Files, int]] = {}
        lines = list(LINES)
        rng.shuffle(lines)
        for number in range(points):
            line = lines[number % len(lines)]
            if line not in known:
                place = laid_out(folder / f"probe{len(known)}", old)
                code, written = _run(place, line, None)
                assert code in (0, 1), line
                known[line] = (read_folder(place), written)
            new, size = known[line]
            place = laid_out(folder / "run", old)
            code, _ = _run(place, line, _room(rng, size))
            if code != 2:
                found.wrong.append(f"{line}: ended with {code}")
            look(place, line, (old, new), True, found)
            shutil.rmtree(place)
    return found


def _room(rng: Random, size: int) -> int:
    """So many bytes go onto the disk: none, all but one, or some."""
    return rng.choice((0, size - 1, rng.randrange(size)))


def _run(folder: Path, line: str, room: int | None) -> tuple[int, int]:
    """The exit code of a command, and the bytes that it wrote."""
    written, true_write = 0, os.write

    def write(descriptor: int, data: Any) -> int:
        nonlocal written
        if room is not None and written >= room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        took = true_write(descriptor, data if room is None else data[: room - written])
        written += took
        return took

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr("xlmatrix.write.store.os.write", write)
        done = CliRunner().invoke(app, line.split(), input=KEYS)
    return done.exit_code, written


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        counts = [int(text) for text in sys.argv[1:]] or [300]
        begun = time.monotonic()
        print(series(Path(scratch), *counts))
        print(f"{time.monotonic() - begun:.0f} s")
