"""What somebody made to do harm ends as planned, soon and in little memory; its file stays."""

from __future__ import annotations

import os
import resource
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.regen.crafted import CASES, Bases
from xlmatrix.cli import app
from xlmatrix.package import limits, open_package

pytestmark = [
    pytest.mark.usefixtures("few_sheets"),
    pytest.mark.skipif(sys.platform == "win32", reason="forks"),
]
MOST_SECONDS, MOST_MB = 5, 500
#: What a process holds that has only read the package.
BARE_MB = 120
#: Of the processor, so that a machine with other work to do is no reason to fail.
MOST_WAITED_S = 120


@pytest.fixture(scope="module")
def bases(few_sheets: None) -> Bases:
    return Bases.built()


def ended(words: list[str], folder: Path) -> tuple[int, str, float, float]:
    """Exit code, output, seconds of the processor and megabytes of a command of its own process."""
    said = folder.with_name("said.txt")
    held = _resident_mb()
    child = os.fork()
    if not child:
        code = 99
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (4 * MOST_SECONDS, 4 * MOST_SECONDS))
            done = CliRunner().invoke(app, words, env={"COLUMNS": "400"})
            said.write_text(done.output, encoding="utf-8")
            code = done.exit_code
        finally:
            os._exit(code)
    until = time.monotonic() + MOST_WAITED_S
    while not (found := os.wait4(child, os.WNOHANG))[0]:
        if time.monotonic() > until:
            os.kill(child, 9)
        time.sleep(0.02)
    _, status, used = found
    text = said.read_text(encoding="utf-8") if said.exists() else ""
    seconds = used.ru_utime + used.ru_stime
    # A fork begins with what this process holds after other tests.
    megabytes = used.ru_maxrss / 1024 - max(held - BARE_MB, 0)
    return os.waitstatus_to_exitcode(status), text, seconds, megabytes


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_a_crafted_workbook_ends_as_planned(bases: Bases, tmp_path: Path, name: str) -> None:
    case = CASES[name]
    folder = tmp_path / "in"
    folder.mkdir()
    path = folder / ("matrix.xlsm" if case.base == "macros" else "matrix.xlsx")
    crafted = case.make(bases.of(name))
    path.write_bytes(crafted)
    code, output, seconds, megabytes = ended(["regenerate", str(path), "--in-place"], folder)
    assert code == (2 if case.says else 0), output
    assert case.says is None or case.says in output
    assert seconds < MOST_SECONDS
    assert megabytes < MOST_MB
    if case.says:
        assert "fault in xlmatrix" not in output
        assert path.read_bytes() == crafted
        assert list(folder.iterdir()) == [path]


READERS = [
    "build {}", "check {}", "diff {} {}", "spec {} -o -", "explain {} I-1", "recalc {}",
    "brief {} -o -", "checklist {}", "drill plan {}", "drill score {}", "regenerate {} --in-place",
    "regenerate {} --rescue", "build standard.yaml -i {}",
]  # fmt: skip


@pytest.mark.parametrize("ending", [".xlsx", ".yaml", ""])
@pytest.mark.parametrize("line", READERS)
def test_nobody_waits_for_a_pipe(tmp_path: Path, line: str, ending: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    pipe = folder / f"pipe{ending}"
    os.mkfifo(pipe)
    (folder / "standard.yaml").write_text("", encoding="utf-8")
    words = [word.format(pipe) for word in line.split()]
    code, output, seconds, _ = ended(words, folder)
    assert code == 2, output
    assert "fault in xlmatrix" not in output
    assert seconds < MOST_SECONDS


def test_a_file_of_more_bytes_than_are_read_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "matrix.xlsx"
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(limits.MOST_FILE_BYTES + 1)
    with pytest.raises(limits.RefusedError, match="256 MB are read"):
        open_package(path)
