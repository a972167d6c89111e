"""What running another program on a file needs: where it is, a scratch folder, a time limit.

A missing program fails the test that needs it and names the make target that installs it; only
``XLMATRIX_ALLOW_MISSING=1`` turns that into a skip.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[2]


class EngineError(RuntimeError):
    """A program could not do its work on a file."""


def missing(what: str, target: str) -> NoReturn:
    """Fail (or, where it is allowed, skip) a test whose program is not installed."""
    message = f"{what} is not installed: run `make {target}`"
    if os.environ.get("XLMATRIX_ALLOW_MISSING") == "1":
        pytest.skip(message)
    pytest.fail(message, pytrace=False)


def scratch(name: str) -> Path:
    """A folder that lives as long as the process."""
    folder = Path(tempfile.mkdtemp(prefix=f"xlmatrix-{name}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def environment() -> dict[str, str]:
    """The environment of a program whose answers depend on neither display nor place."""
    return {**os.environ, "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp", "TZ": "UTC"}


def run(command: list[str], *, timeout_s: float) -> str:
    """Run a program in a process group of its own; its output, or EngineError."""
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment(),
        start_new_session=True,
    ) as process:
        try:
            said, _ = process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            # It may be a launcher: its child must end too.
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise EngineError(f"{Path(command[0]).name} took over {timeout_s:.0f} s") from None
    return said


@cache
def _python_with_uno() -> str | None:
    for candidate in ("/usr/bin/python3", shutil.which("python3")):
        if (
            candidate
            and not subprocess.run(
                [candidate, "-c", "import uno"], capture_output=True, check=False
            ).returncode
        ):
            return candidate
    return None


def python_with_uno() -> str:
    """The Python that has LibreOffice's own API."""
    return _python_with_uno() or missing("A Python with LibreOffice's API (python3-uno)", "office")
