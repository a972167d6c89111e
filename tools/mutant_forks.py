"""Runs tests against mutants, each in a fork of one process that has collected the tests once.

The mutants are those that ``mutmut`` wrote into ``mutants/``; ``tools/mutants.py`` starts this
there. Starting Python and collecting takes longer than the tests that kill a mutant, and mutmut
gives each of its forks a whole session of pytest; this does ten a second where that does one.

- ``reach`` runs the tests once and notes which functions each of them enters. What a fixture
  enters counts for every test that asks for the fixture, also where it is set up only once. A
  test that fails without a mutant is left out, as are those that drive LibreOffice.
- ``run`` gives each mutant the tests that enter its function, the cheap ones first, until one
  fails; memory and CPU time are limited, so that one without an end is ended.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import importlib
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

#: Where ``reach`` notes what the tests enter, and ``run`` what became of each mutant.
REACHED = Path("reached.json")
VERDICTS = Path("verdicts.jsonl")
_MEMORY = 4 << 30
#: Seconds of CPU time that a mutant has beside five times those of its tests.
CPU_S = 10
#: A name among those of functions: the tests that have IronCalc compute a workbook.
_ENGINE = "IronCalc"


@dataclass(eq=False)
class Reach:
    """A pytest plugin that notes the functions that each test and each fixture enters."""

    by_test: dict[str, set[str]] = field(default_factory=dict)
    by_fixture: dict[str, set[str]] = field(default_factory=dict)
    shared: dict[str, list[str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    failed: set[str] = field(default_factory=set)
    entered: set[str] = field(default_factory=set)
    charged: float = 0.0

    def pytest_sessionstart(self) -> None:
        """Note every function of mutmut's from now on."""
        trampoline: Any = importlib.import_module("mutmut.mutation.trampoline")
        trampoline.record_trampoline_hit = lambda name, caller=None: self.entered.add(name)
        trampoline.set_mutant_under_test("stats")
        from tests.office import engines

        computed = engines.ironcalc_values

        def noted(*given: Any, **more: Any) -> Any:
            self.entered.add(_ENGINE)
            return computed(*given, **more)

        engines.ironcalc_values = noted

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        """A fixture that several tests share is charged to all of them."""
        outer, self.entered, began = self.entered, set(), time.perf_counter()
        try:
            return (yield)
        finally:
            if fixturedef.scope != "function":
                key = _key(fixturedef)
                self.by_fixture.setdefault(key, set()).update(self.entered)
                self.seconds[key] = max(self.seconds[key], time.perf_counter() - began)
                self.charged += time.perf_counter() - began
            self.entered |= outer

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """What a test enters, and what its fixtures entered whenever they were set up."""
        self.entered, self.charged = set(), 0.0
        try:
            return (yield)
        finally:
            known = item._fixtureinfo.name2fixturedefs.values()  # type: ignore[attr-defined]
            keys = [_key(fixture) for fixtures in known for fixture in fixtures]
            self.shared[item.nodeid] = [key for key in keys if key in self.by_fixture]
            for key in self.shared[item.nodeid]:
                self.entered |= self.by_fixture[key]
            self.by_test[item.nodeid] = self.entered
            # What is shared has a time of its own.
            self.seconds[item.nodeid] -= self.charged

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """All phases of a test count."""
        self.seconds[report.nodeid] += report.duration
        if report.failed:
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        """Write the tests of each function, and how long each test took."""
        tests: dict[str, list[str]] = defaultdict(list)
        for test, functions in self.by_test.items():
            if test in self.failed:
                continue
            for function in functions:
                tests[function].append(test)
        told = {"tests": tests, "shared": self.shared, "seconds": self.seconds}
        REACHED.write_text(json.dumps(told), encoding="utf-8")


def _key(fixture: Any) -> str:
    return f"{fixture.baseid}::{fixture.argname}()"


@dataclass(frozen=True)
class Reached:
    """What ``reach`` found: tests by function, what a test shares, seconds of tests and of that."""

    tests: Mapping[str, Sequence[str]]
    shared: Mapping[str, Sequence[str]]
    seconds: Mapping[str, float]

    def cost(self, test: str, shared: Iterable[str] | None = None) -> float:
        """The seconds of a test with what has to be set up for it, by default all it shares."""
        wanted = self.shared[test] if shared is None else shared
        return self.seconds[test] + sum(self.seconds[one] for one in wanted)


@dataclass(eq=False)
class Running:
    """A fork that tests one mutant."""

    mutant: str
    folder: Path
    tests: int
    since: float
    limit_s: float


@dataclass(eq=False)
class Forks:
    """A pytest plugin that runs the collected tests against mutants in place of running them."""

    mutants: Sequence[str]
    reached: Reached
    cap_s: float
    engine_cap_s: float
    workers: int = os.cpu_count() or 1
    failed: str = ""
    running: dict[int, Running] = field(default_factory=dict)
    #: pytest's own, which makes a fork's temporary folders.
    folders: Any = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """The first failure decides."""
        if report.failed and not self.failed:
            self.failed = report.nodeid

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """One fork for each mutant, as many at once as there are workers."""
        items = {item.nodeid: item for item in session.items}
        self.folders = session.config._tmp_path_factory  # type: ignore[attr-defined]
        gc.collect()
        gc.freeze()
        for mutant in self.mutants:
            chosen = self._chosen(mutant, items)
            if not chosen:
                _note(mutant, "unreached", 0, 0.0, "")
                continue
            while len(self.running) >= self.workers:
                self._reap()
            self._fork(mutant, chosen)
        while self.running:
            self._reap()
        self._control(items)
        return True

    def _control(self, items: Mapping[str, pytest.Item]) -> None:
        """A test that fails in a fork without any mutant has killed none: its verdicts go."""
        lines = VERDICTS.read_text("utf-8").splitlines() if VERDICTS.exists() else []
        notes = [json.loads(line) for line in lines]
        killers = sorted({note["by"] for note in notes} & items.keys())
        folder = Path(tempfile.mkdtemp(prefix="control"))
        process = os.fork()
        if not process:
            self._be_fork(folder, "")
            for place, killer in enumerate(killers):
                self.failed = ""
                following = items[killers[place + 1]] if place + 1 < len(killers) else None
                self._run(items[killer], following)
                if self.failed:
                    with (folder / "lies").open("a", encoding="utf-8") as noted:
                        noted.write(f"{killer}\n")
            os._exit(0)
        _, status = os.waitpid(process, 0)
        assert status == 0, "the control was ended"
        found = folder / "lies"
        lies = found.read_text("utf-8").splitlines() if found.exists() else []
        shutil.rmtree(folder)
        print(f"{len(killers)} tests killed mutants; without one {len(lies)} of them fail: {lies}")
        true = [line for line, note in zip(lines, notes, strict=True) if note["by"] not in lies]
        VERDICTS.write_text("".join(f"{line}\n" for line in true), encoding="utf-8")

    def _chosen(self, mutant: str, items: Mapping[str, pytest.Item]) -> list[pytest.Item]:
        """The tests of a mutant: plain ones within their cap, then those that ask an engine."""
        reached = self.reached.tests.get(mutant.rpartition("__mutmut_")[0], ())
        engine = set(self.reached.tests.get(_ENGINE, ()))
        plain = self._within(self.cap_s, set(reached) - engine & items.keys())
        asking = self._within(self.engine_cap_s, engine.intersection(reached) & items.keys())
        return [items[test] for test in (*plain, *asking)]

    def _within(self, cap_s: float, reached: Iterable[str]) -> list[str]:
        """The cheap tests within a cap, those of a file together, the cheap files first."""
        files: dict[str, list[str]] = defaultdict(list)
        made: dict[str, set[str]] = defaultdict(set)
        cost: dict[str, float] = defaultdict(float)
        by_cost = sorted(reached, key=lambda test: (self.reached.cost(test), test))
        for test in by_cost:
            file = test.split("::")[0]
            shared = set(self.reached.shared[test]) - made[file]
            more = self.reached.cost(test, shared)
            if files and sum(cost.values()) + more > cap_s:
                continue
            files[file].append(test)
            made[file] |= shared
            cost[file] += more
        in_order = sorted(files, key=lambda file: cost[file])
        return [test for file in in_order for test in files[file]]

    def _fork(self, mutant: str, chosen: Sequence[pytest.Item]) -> None:
        folder = Path(tempfile.mkdtemp(prefix="mutant"))
        expected = sum(self.reached.cost(item.nodeid) for item in chosen)
        process = os.fork()
        if process:
            limit_s = 120 + 20 * expected
            self.running[process] = Running(mutant, folder, len(chosen), time.time(), limit_s)
            return
        limit = int(CPU_S + 5 * expected)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 2))
        self._be_fork(folder, mutant)
        for place, item in enumerate(chosen):
            following = chosen[place + 1] if place + 1 < len(chosen) else None
            self._run(item, following)
            if self.failed:
                (folder / "killer").write_text(self.failed, encoding="utf-8")
                os._exit(1)
        os._exit(0)

    def _be_fork(self, folder: Path, mutant: str) -> None:
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nowhere, stream)
        os.environ["MUTANT_UNDER_TEST"] = mutant
        self.folders._basetemp = folder

    def _run(self, item: pytest.Item, following: pytest.Item | None) -> None:
        try:
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        except BaseException as error:  # noqa: BLE001 - whatever ends a test ends the mutant
            self.failed = self.failed or f"{item.nodeid} {type(error).__name__}"

    def _reap(self) -> None:
        """Wait until a fork has ended, and note what became of its mutant."""
        while True:
            process, status = os.waitpid(-1, os.WNOHANG)
            if process in self.running:
                break
            now = time.time()
            for late, run in self.running.items():
                if now - run.since > run.limit_s:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(late, signal.SIGKILL)
            time.sleep(0.01)
        run = self.running.pop(process)
        code = os.waitstatus_to_exitcode(status)
        verdict = {0: "survived", 1: "killed"}.get(code, f"ended by {code}")
        killer = run.folder / "killer"
        by = killer.read_text("utf-8") if killer.exists() else ""
        shutil.rmtree(run.folder, ignore_errors=True)
        _note(run.mutant, verdict, run.tests, time.time() - run.since, by)


def _note(mutant: str, verdict: str, tests: int, seconds: float, by: str) -> None:
    line = {"mutant": mutant, "verdict": verdict, "tests": tests, "s": round(seconds, 1), "by": by}
    with VERDICTS.open("a", encoding="utf-8") as notes:
        notes.write(json.dumps(line) + "\n")


def verdicts(made: Path) -> dict[str, str]:
    """What became of each mutant that was run, the last word of several."""
    noted = made / VERDICTS
    lines = noted.read_text("utf-8").splitlines() if noted.exists() else []
    notes = map(json.loads, lines)
    return {note["mutant"]: note["verdict"] for note in notes}


_PYTEST = ["--rootdir=.", "--tb=native", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]


def reach(made: Path, tests: Sequence[str]) -> int:
    """Run tests once in ``made`` and note what they enter; returns pytest's code."""
    _enter(made)
    return pytest.main([*_PYTEST, *tests], plugins=[Reach()])


def run(
    made: Path, wanted: Iterable[str], seed: str, caps_s: tuple[float, float], tests: Sequence[str]
) -> int:
    """Run mutants that have no verdict yet, in an order that a seed draws; returns pytest's code.

    Each has so many seconds, as ``reach`` measured them, of the tests that reach it, and so many
    more of those that have a workbook computed by IronCalc.
    """
    done = verdicts(made)
    _enter(made)
    reached = Reached(**json.loads(REACHED.read_text("utf-8")))
    left = sorted(set(wanted) - set(done), key=lambda name: _drawn(seed, name))
    forks = Forks(left, reached, *caps_s)
    return pytest.main([*_PYTEST, "-s", *tests], plugins=[forks])


def _drawn(seed: str, name: str) -> bytes:
    return hashlib.sha256(f"{seed} {name}".encode()).digest()


def _enter(made: Path) -> None:
    """Work in the copy, with IronCalc, which lives in the process, in LibreOffice's place."""
    os.chdir(made)
    sys.path.insert(0, str(Path.cwd()))
    os.environ["MUTANT_UNDER_TEST"] = ""
    if Path("tests/office").exists():
        _without_libreoffice()


def _without_libreoffice() -> None:
    from tests.office import engines, libre

    def unasked(*_: object, **__: object) -> Any:
        raise RuntimeError("no fork asks LibreOffice")

    libre.recomputed = lambda path, **_: engines.ironcalc_values(path)
    libre.Office.ask = unasked  # type: ignore[method-assign]
