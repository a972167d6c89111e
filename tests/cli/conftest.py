from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from xlmatrix.cli import app

INCIDENTS = """\
id,opened,title,class,resolved
I-1,2026-03-02 09:30,Slow answers,REL-02,2026-03-02 15:00
I-2,2026-03-27 17:10,No answers,REL-01,
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Run the command line in this process, in an empty directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    runner = CliRunner()

    def invoke(*args: str | Path) -> Any:
        return runner.invoke(app, [str(arg) for arg in args], env={"COLUMNS": "100"})

    return invoke


@pytest.fixture
def shell(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command line as its own process, in an empty directory."""
    environment = {k: v for k, v in os.environ.items() if k != "SOURCE_DATE_EPOCH"}

    def invoke(*args: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "xlmatrix", *map(str, args)]
        return subprocess.run(
            command,
            cwd=tmp_path,
            env=environment | more,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    return invoke


@pytest.fixture
def incidents(tmp_path: Path) -> Path:
    """A small plain CSV of incidents."""
    path = tmp_path / "incidents.csv"
    path.write_text(INCIDENTS, encoding="utf-8")
    return path
