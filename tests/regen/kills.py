"""Kills whole regenerations with SIGKILL at random moments and looks at what is left.

``python -m tests.regen.kills [RUNS] [SEED]`` kills 200 runs and prints what was found. Runs take
turns: in place and ``-o NEW`` over an existing file; at a moment of the whole run, and at one of
the saving alone, which is short and where harm would be done. Each run is a process of its own,
forked from one that has everything imported, so that a run is all work and no start.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.regen.editions import NEWER, OLD
from tests.regen.small import few_ready_rows
from xlmatrix import api
from xlmatrix.model import loads

SAVING = "saving"
NOW = datetime(2026, 3, 17, 9, 0)


class _Frozen(datetime):
    """One time of making for all runs, so that the whole new workbook is known byte for byte."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> _Frozen:
        return cls.fromtimestamp(NOW.timestamp(), tz)


@dataclass
class Found:
    """What stood there after each killed run."""

    old: int = 0
    new: int = 0
    finished: int = 0
    parts: int = 0
    backups: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def killed(self) -> int:
        return self.old + self.new


def series(folder: Path, runs: int, seed: int = 0, *, late: bool | None = None) -> Found:
    """Kill so many runs in ``folder``; ``late`` only while saving, or only anywhere."""
    with pytest.MonkeyPatch.context() as patch:
        few_ready_rows(patch)
        patch.setattr("xlmatrix.api.regenerating.datetime", _Frozen)
        return _series(folder, runs, seed, late)


def _series(folder: Path, runs: int, seed: int, only_late: bool | None) -> Found:
    rng, found = Random(seed), Found()
    built = folder / "built.xlsx"
    api.build(loads(OLD), as_of="2026-03-16 10:30", output=built)
    old = built.read_bytes()
    probe = _scene(folder / "probe", old)
    took, saving, _ = _run(probe, in_place=False, seconds=None)
    new = (probe / "other.xlsx").read_bytes()
    assert new != old
    for number in range(runs):
        in_place = bool(number % 2)
        late = bool(number // 2 % 2) if only_late is None else only_late
        place = _scene(folder / f"run{number}", old)
        # A little beyond the end, so that the last moments are met as well.
        seconds = rng.uniform(0, 1.1 * (saving if late else took))
        _, _, killed = _run(place, in_place=in_place, seconds=seconds, late=late)
        found.finished += not killed
        _look(place, in_place, (old, new), killed, found)
    return found


def _scene(folder: Path, old: bytes) -> Path:
    folder.mkdir()
    (folder / "matrix.xlsx").write_bytes(old)
    (folder / "other.xlsx").write_bytes(old)
    return folder


def _run(
    folder: Path, *, in_place: bool, seconds: float | None, late: bool = False
) -> tuple[float, float, bool]:
    """One run, killed after so many seconds (of its saving where ``late``).

    Gives the seconds of the whole and of the saving, and whether the kill came before the end.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _work(folder, writing, in_place=in_place)
    os.close(writing)
    started = time.monotonic()
    saving_from = started
    if late or seconds is None:
        assert os.read(reading, 1) == b"s", "the run ended before it came to saving"
        saving_from = time.monotonic()
    # The end of the run closes the pipe.
    select.select([reading], [], [], seconds)
    if seconds is not None and not late:
        while time.monotonic() - started < seconds and os.read(reading, 1):
            select.select([reading], [], [], max(0.0, seconds - (time.monotonic() - started)))
    ended = time.monotonic()
    if seconds is not None:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(reading)
    killed = os.WIFSIGNALED(status)
    assert killed or not os.WEXITSTATUS(status), "the run failed by itself"
    return ended - started, ended - saving_from, killed


def _work(folder: Path, pipe: int, *, in_place: bool) -> None:
    code = 1
    try:

        def say(doing: str) -> None:
            if doing == SAVING:
                os.write(pipe, b"s")

        goal: dict[str, Any] = {"in_place": True}
        if not in_place:
            goal = {"output": folder / "other.xlsx"}
        api.regenerate(folder / "matrix.xlsx", loads(NEWER), progress=say, **goal)
        code = 0
    finally:
        os._exit(code)


def _look(
    folder: Path, in_place: bool, sides: tuple[bytes, bytes], killed: bool, found: Found
) -> None:
    old, new = sides
    target, other = folder / "matrix.xlsx", folder / "other.xlsx"
    if not in_place:
        target, other = other, target
    data = target.read_bytes()
    if data not in sides:
        found.wrong.append(f"{folder.name}: {target.name} is neither old nor new")
    if other.read_bytes() != old:
        found.wrong.append(f"{folder.name}: {other.name} was touched")
    if killed:
        found.old += data == old
        found.new += data == new
    for path in folder.iterdir():
        if path.suffix == ".part":
            found.parts += 1
        elif ".backup-" in path.name:
            found.backups += 1
            if path.read_bytes() != old:
                found.wrong.append(f"{folder.name}: {path.name} is no whole copy")
        elif path not in (target, other):
            found.wrong.append(f"{folder.name}: {path.name} was left")
    if in_place and data != old and not list(folder.glob("*.backup-1.xlsx")):
        found.wrong.append(f"{folder.name}: replaced without a backup")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        counts = [int(text) for text in sys.argv[1:]] or [200]
        begun = time.monotonic()
        print(series(Path(scratch), *counts))
        print(f"{time.monotonic() - begun:.0f} s")
