"""One LibreOffice stays open for all tests of a process and recomputes their workbooks.

A start takes a second of computing, and writing a workbook as long as reading it: so values are
asked for through LibreOffice's own API (``libre_worker``), and a file is written only for a test
that needs one.

LibreOffice would show the values stored beside formulas and prove nothing. So they are taken out
first, and the profile orders a hard recalculation on loading.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from tests.office.package import Cell, ExcelError, Value, letters
from tests.office.programs import (
    ROOT,
    EngineError,
    environment,
    missing,
    python_with_uno,
    run,
    scratch,
)

_XLSX = "Calc MS Excel 2007 XML"
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"
 oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="ODFRecalcMode"
 oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooLocale"
 oor:op="fuse"><value>en-US</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale"
 oor:op="fuse"><value>en-US</value></prop></item>
</oor:items>
"""
#: What LibreOffice's numbers of errors are called in Excel; the others have no name there.
_ERRORS = {
    **dict.fromkeys((502, 504, 519), "#VALUE!"),
    503: "#NUM!",
    521: "#NULL!",
    524: "#REF!",
    525: "#NAME?",
    532: "#DIV/0!",
    32767: "#N/A",
}


def recomputed(path: Path, *, timeout_s: float = 300) -> Mapping[Cell, Value]:
    """The value of every formula cell as LibreOffice computes the workbook from nothing.

    The last answers are kept: the same bytes are not computed again.

    Raises
    ------
    EngineError
        LibreOffice opened no such file, ran longer than ``timeout_s`` or crashed twice.
    """
    key = hashlib.sha256(path.read_bytes()).digest()
    if key not in _known:
        while len(_known) >= _KEPT:
            del _known[next(iter(_known))]
        with _stripped(path) as copy:
            answer = _OFFICE.ask({"path": str(copy)}, timeout_s)
        _known[key] = {
            (sheet, f"{letters(column + 1)}{row + 1}"): _value(value)
            for sheet, cells in answer["values"].items()
            for column, row, value in cells
        }
    return _known[key]


def recalculate(path: Path, *, timeout_s: float = 300) -> Path:
    """A copy of the workbook that LibreOffice computed from nothing and saved."""
    with _stripped(path) as copy:
        return resave(copy, scratch("recalculated"), timeout_s=timeout_s)


def resave(path: Path, folder: Path, *, timeout_s: float = 300) -> Path:
    """The workbook in ``folder`` as LibreOffice saves it."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{path.stem}.xlsx"
    job = {"path": str(path.resolve()), "to": str(target.resolve()), "filter": _XLSX}
    _OFFICE.ask(job, timeout_s)
    return target


def drawn(path: Path, folder: Path, *, timeout_s: float = 300) -> dict[str, list[list[str]]]:
    """What hangs on each sheet: name, kind and a picture as LibreOffice draws it."""
    job = {"path": str(path.resolve()), "draw": str(folder.resolve())}
    answer: dict[str, list[list[str]]] = _OFFICE.ask(job, timeout_s)["drawn"]
    return answer


def office_version() -> str:
    """The version of LibreOffice, such as ``7.4.7.2``."""
    office = shutil.which("soffice") or missing("LibreOffice", "office")
    words = run([office, "--version"], timeout_s=60).split()
    return words[1] if len(words) > 1 else "of an unknown version"


def strip_values(path: Path, copy: Path) -> None:
    """Copy a workbook without the values stored beside its formulas."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as sink:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
                data = _STORED.sub(rb"\1", data)
            sink.writestr(entry.filename, data, compresslevel=1)


_STORED = re.compile(
    rb"(</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^>]*)?/>)\s*"
    rb"<(?:\w+:)?v(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?v>)"
)
_KEPT = 3
_known: dict[bytes, Mapping[Cell, Value]] = {}


@contextmanager
def _stripped(path: Path) -> Iterator[Path]:
    with TemporaryDirectory(prefix="xlmatrix-stripped-") as folder:
        copy = Path(folder) / path.name
        strip_values(path, copy)
        yield copy


def _value(told: Any) -> Value:
    if isinstance(told, dict):
        return ExcelError(_ERRORS.get(told["error"], f"Err:{told['error']}"))
    value: Value = told
    return value


class Office:
    """A LibreOffice that is started when first asked, and again after a crash."""

    def __init__(self) -> None:
        self.running: subprocess.Popen[str] | None = None
        self._profile: Path | None = None
        self._lock = threading.Lock()
        atexit.register(self.close)

    def ask(self, job: Mapping[str, str], timeout_s: float) -> dict[str, Any]:
        """The answer to one job; see ``libre_worker``. A crash is tried once more."""
        if shutil.which("soffice") is None:
            missing("LibreOffice", "office")
        with self._lock:
            said = self._say(job, timeout_s) or self._say(job, timeout_s)
        name = Path(job["path"]).name
        if not said:
            raise EngineError(f"LibreOffice crashed twice on {name}")
        answer: dict[str, Any] = json.loads(said)
        if "failed" in answer:
            raise EngineError(f"LibreOffice cannot do {name}: {answer['failed']}")
        return answer

    def _say(self, job: Mapping[str, str], timeout_s: float) -> str:
        """The line that answers a job, "" after a crash."""
        asked, answers = self._pipes()
        late = threading.Event()

        def give_up() -> None:
            late.set()
            self._kill()

        watch = threading.Timer(timeout_s, give_up)
        watch.start()
        try:
            asked.write(json.dumps(job) + "\n")
            asked.flush()
            said = answers.readline()
        except BrokenPipeError:
            said = ""
        finally:
            watch.cancel()
        if not said:
            self._kill()
        if late.is_set():
            raise EngineError(f"LibreOffice took over {timeout_s:.0f} s")
        return said

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        if self.running is None or self.running.poll() is not None:
            self._kill()
            self._profile = self._profile or _profile()
            self.running = subprocess.Popen(
                [python_with_uno(), "-m", "tests.office.libre_worker", str(self._profile)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env=environment(),
                cwd=ROOT,
                start_new_session=True,
            )
        assert self.running.stdin
        assert self.running.stdout
        return self.running.stdin, self.running.stdout

    def _kill(self) -> None:
        if self.running is None:
            return
        # The worker's group has LibreOffice in it, which may outlive the worker.
        with suppress(ProcessLookupError):
            os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()
        for pipe in (self.running.stdin, self.running.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()

    def close(self) -> None:
        """End it, politely at first."""
        if self.running is None or self.running.poll() is not None:
            return
        try:
            self.running.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self._kill()


_OFFICE = Office()


def _profile() -> Path:
    """A new profile: a second LibreOffice with the same would hand its work over to the first."""
    profile = scratch("profile")
    (profile / "user").mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    return profile
