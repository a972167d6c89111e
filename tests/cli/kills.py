"""Kills whole runs of every writing command with SIGKILL at random moments; looks at what is left.

``python -m tests.cli.kills [KILLS] [SEED]`` goes on until 300 runs were killed before their end,
and prints what was found. The commands take turns, and so do moments of the whole run and of its
saving, which is short and where harm would be done. Each run is a process of its own, forked from
one that has everything imported, so that a run is all work and no start.
"""

from __future__ import annotations

import importlib
import io
import os
import pkgutil
import select
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.regen.packages import by_openpyxl
from tests.regen.small import few_sheets
from xlmatrix import api
from xlmatrix.addin.server import project_files
from xlmatrix.cli import app
from xlmatrix.model import loads
from xlmatrix.resources import template_text
from xlmatrix.worktime.database import zone_info
from xlmatrix.write import store

NOW = datetime(2026, 11, 17, 9, 0)
AS_OF = "2026-11-16T10:30"
OPENED = datetime(2026, 11, 16, 9, 52)
#: What is typed at the terminal while a drill is played.
KEYS = "a 4\nd 6\nq 200\n"
_PLAY = "--no-questions --speed 60000"


class _Frozen(datetime):
    """One time of making for all runs, so that each new file is known byte for byte."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> _Frozen:
        return cls.fromtimestamp(NOW.timestamp(), tz)


def _now_in(zone: str) -> datetime:
    return _Frozen.now(zone_info(zone)).replace(microsecond=0, tzinfo=None)


#: Runs that may end by themselves, for each that is to be killed.
_MOST_TRIES = 20
#: What runs, each of which replaces a file that stands there, with and without a backup.
LINES = (
    "build spec.yaml --as-of 2026-11-17T10:30 -o made.xlsx",
    "build spec.yaml -o used.xlsx --overwrite",
    "regenerate used.xlsx -t spec.yaml -o made.xlsx",
    "regenerate used.xlsx -t basic --in-place",
    "import tickets.csv --spec spec.yaml --yes -o old.csv --overwrite",
    "update used.xlsx newer.csv --in-place",
    "merge used.xlsx copy.xlsx -o made.xlsx",
    "stamp used.xlsx I-1 acknowledged --at 2026-11-16T10:00 --in-place",
    "budget used.xlsx --spend spend.csv -o made.xlsx",
    "recalc used.xlsx -o made.xlsx",
    "spec used.xlsx -o old.yaml --overwrite",
    "new -y -o old.yaml --force",
    "brief spec.yaml -o old.html --overwrite",
    "checklist used.xlsx -o old.csv --overwrite",
    "drill card 1 used.xlsx -o old.md --overwrite",
    "drill report 2 used.xlsx -o old.docx --overwrite",
    "drill ics used.xlsx -o old.ics --overwrite",
    "notices used.xlsx I-1 --ics old.ics --overwrite",
    f"drill run 1 used.xlsx {_PLAY}",
    f"drill run 1 used.xlsx {_PLAY} -o made.xlsx",
    f"drill run 1 used.xlsx {_PLAY} --record old.json --overwrite",
    "addin xlam -o old.xlam --force",
    "addin lite -o old.py --force",
    "addin server project --force",
)
#: Files, by the name that a fault would be seen under.
Files = Mapping[str, bytes]


@dataclass
class Found:
    """What stood there after each killed run."""

    old: int = 0
    new: int = 0
    mixed: int = 0
    finished: int = 0
    parts: int = 0
    backups: int = 0
    wrong: list[str] = field(default_factory=list)
    killed_of: Counter[str] = field(default_factory=Counter)

    @property
    def killed(self) -> int:
        return self.old + self.new + self.mixed


def series(
    folder: Path,
    kills: int,
    seed: int = 0,
    *,
    late: bool | None = None,
    lines: Sequence[str] = LINES,
    tries: int | None = None,
) -> Found:
    """Start commands in ``folder`` until so many were killed before they ended by themselves.

    ``late`` kills only while they save, or only anywhere; ``tries`` bounds how many are started.
    """
    with at_one_time():
        return _series(folder, (kills, tries or _MOST_TRIES * kills), seed, late, list(lines))


@contextmanager
def at_one_time() -> Iterator[None]:
    """Small workbooks, all of them made at the same time."""
    with pytest.MonkeyPatch.context() as patch:
        few_sheets(patch)
        for found in pkgutil.iter_modules(api.__path__, "xlmatrix.api."):
            module = importlib.import_module(found.name)
            if hasattr(module, "now_in"):
                patch.setattr(module, "now_in", _now_in)
        patch.setattr("xlmatrix.cli.drill_run.datetime", _Frozen)
        patch.setenv("SOURCE_DATE_EPOCH", str(int(NOW.timestamp())))
        yield


def _series(
    folder: Path, most: tuple[int, int], seed: int, only_late: bool | None, lines: list[str]
) -> Found:
    (kills, tries), rng, found = most, Random(seed), Found()
    old = scene(folder / "scene")
    known: dict[str, tuple[Files, float, float]] = {}
    rng.shuffle(lines)
    for number in range(tries):
        if found.killed >= kills:
            break
        line = lines[number % len(lines)]
        if line not in known:
            known[line] = _probe(folder / f"probe{len(known)}", old, line)
        new, took, saving = known[line]
        late = bool(number // len(lines) % 2) if only_late is None else only_late
        place = laid_out(folder / "run", old)
        # A little beyond the end, so that the last moments are met as well.
        seconds = rng.uniform(0, 1.1 * (saving if late else took))
        _, _, killed = _run(place, line, seconds=seconds, late=late)
        found.finished += not killed
        found.killed_of[line] += killed
        look(place, line, (old, new), killed, found)
        shutil.rmtree(place)
    return found


def scene(folder: Path) -> Files:
    """What stands in the folder that commands run in."""
    spec = template_text("standard").replace("guides: [", "guides: [audit, ")
    built = api.build(loads(spec, "standard"), as_of=AS_OF).data

    def type_in(book: Any) -> None:
        type_below(book["Incidents"], "tIncidents", {"ID": "I-1", "Opened": OPENED})
        type_below(book["Drill results"], "tDrills", {"Detected": OPENED}, row=2)

    kinds = ("yaml", "html", "csv", "md", "ics", "json", "xlam", "py", "docx")
    typed = {f"old.{kind}": b"typed by hand" for kind in kinds}
    project = {f"project/{name}": b"typed by hand" for name in (*project_files(), "pyproject.toml")}
    used = by_openpyxl(built, type_in)
    return {
        "spec.yaml": spec.encode(), "newer.csv": b"id,opened\nI-9,2026-11-16 09:00\n",
        "tickets.csv": b"number,opened_at,priority\nINC1,2026-11-16 09:00:00,1 - Critical\n",
        "spend.csv": b"hour,amount\n2026-11-16 09:00,5\n", "map.yaml": b"typed by hand",
        "made.xlsx": built, "used.xlsx": used, "copy.xlsx": used, **typed, **project,
    }  # fmt: skip


def type_below(sheet: Any, table: str, cells: Mapping[str, object], row: int = 1) -> None:
    """Type into a row below a table's header, by the names of columns."""
    header = sheet[sheet.tables[table].ref.split(":")[0]]
    columns = [column.name for column in sheet.tables[table].tableColumns]
    for name, value in cells.items():
        sheet.cell(header.row + row, header.column + columns.index(name), value)


def laid_out(folder: Path, files: Files) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def read(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _probe(folder: Path, old: Files, line: str) -> tuple[Files, float, float]:
    """What a run makes of the folder, and the seconds of the whole and of its saving."""
    took, saving, _ = _run(laid_out(folder, old), line, seconds=None)
    new = read(folder)
    assert new != old, line
    return new, took, saving


def _run(
    folder: Path, line: str, *, seconds: float | None, late: bool = False
) -> tuple[float, float, bool]:
    """One run, killed after so many seconds (of its saving where ``late``).

    Gives the seconds of the whole and of the saving, and whether the kill came before the end.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _work(folder, writing, line)
    os.close(writing)
    started = time.monotonic()
    saving_from = started
    if late or seconds is None:
        assert os.read(reading, 1) == b"s", f"the run ended before it came to saving: {line}"
        saving_from = time.monotonic()
    from_when = saving_from if late else started
    _wait(reading, None if seconds is None else from_when + seconds)
    ended = time.monotonic()
    if seconds is not None:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(reading)
    killed = os.WIFSIGNALED(status)
    # 1 says that there is something to look at in what was written.
    assert killed or os.WEXITSTATUS(status) in (0, 1), f"the run failed by itself: {line}"
    return ended - started, ended - saving_from, killed


def _wait(pipe: int, until: float | None) -> None:
    """Wait for the end of a run, which closes the pipe, or for a time."""
    while True:
        left = None if until is None else max(0.0, until - time.monotonic())
        ready, _, _ = select.select([pipe], [], [], left)
        if not ready or not os.read(pipe, 1):
            return


def _work(folder: Path, pipe: int, line: str) -> None:
    code = 1
    try:
        true_put = store._put

        def put(*given: object, **more: object) -> None:
            os.write(pipe, b"s")
            true_put(*given, **more)  # type: ignore[arg-type]

        store._put = put
        code = run_in(folder, line)
    finally:
        os._exit(code)


def run_in(folder: Path, line: str) -> int:
    """The exit code of a command; for a process of its own, whose folder and streams it takes."""
    os.chdir(folder)
    sys.stdin = io.StringIO(KEYS)
    sys.stdout = sys.stderr = io.StringIO()
    try:
        return int(app(line.split(), standalone_mode=False) or 0)
    except SystemExit as ended:
        return int(ended.code or 0)


def look(folder: Path, line: str, sides: tuple[Files, Files], killed: bool, found: Found) -> None:
    old, new = sides
    changed = {name for name in old if new[name] != old[name]}
    left = read(folder)
    states = set()
    for name, data in old.items():
        now = left.pop(name, b"")
        if name not in changed and now != data:
            found.wrong.append(f"{line}: {name} was touched")
        elif name in changed and now not in (data, new[name]):
            found.wrong.append(f"{line}: {name} is neither old nor new")
        elif name in changed:
            states.add(now == new[name])
            kept = any(other == data for known, other in left.items() if ".backup-" in known)
            if now != data and name != "made.xlsx" and not kept:
                found.wrong.append(f"{line}: {name} was replaced without a backup")
    if killed:
        found.old += states == {False}
        found.new += states == {True}
        # Of a folder of files some may be there already: each is whole.
        found.mixed += len(states) == 2
    for name, data in left.items():
        if name.endswith(".part"):
            found.parts += 1
        elif ".backup-" in name:
            found.backups += 1
            if data not in old.values():
                found.wrong.append(f"{line}: {name} is no whole copy")
        else:
            found.wrong.append(f"{line}: {name} was left")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        counts = [int(text) for text in sys.argv[1:]] or [300]
        begun = time.monotonic()
        outcome = series(Path(scratch), *counts)
        for done, times in sorted(outcome.killed_of.items()):
            print(f"{times:4} killed: {done}")
        print(outcome)
        print(f"{time.monotonic() - begun:.0f} s")
