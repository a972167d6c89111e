"""Runs a script with LibreOffice's own API beside a LibreOffice that is started for it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.office.programs import ROOT, EngineError, environment, missing, python_with_uno

_REGISTRY = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">{}</oor:items>
"""


def run_beside_office(
    module: str,
    jobs: Sequence[object],
    folder: Path,
    *,
    settings: str = "",
    timeout_s: float = 3600,
) -> None:
    """Run ``python3 -m module PIPE JOBS.json`` at the pipe of a new LibreOffice.

    ``settings`` are items of LibreOffice's registry. A crash of the script, which its bridge to the
    office causes now and then, is tried once more with a new office; it is printed.

    Raises
    ------
    EngineError
        The script failed, or crashed twice.
    """
    listed = folder / "jobs.json"
    listed.write_text(json.dumps(jobs), encoding="utf-8")
    for attempt in (1, 2):
        done = _run(module, listed, folder / f"profile{attempt}", settings, timeout_s)
        if done.returncode >= 0:
            break
        print(f"{module} was ended by {signal.Signals(-done.returncode).name} (attempt {attempt})")
    if done.returncode:
        raise EngineError(f"{module} ended with {done.returncode}: {done.stderr}")


def _run(
    module: str, jobs: Path, profile: Path, settings: str, timeout_s: float
) -> subprocess.CompletedProcess[str]:
    office = shutil.which("soffice") or missing("LibreOffice", "office")
    (profile / "user").mkdir(parents=True, exist_ok=True)
    registry = profile / "user" / "registrymodifications.xcu"
    registry.write_text(_REGISTRY.format(settings), encoding="utf-8")
    pipe = f"xlmatrix{os.getpid()}{profile.name}"
    command = [
        str(office), "--headless", "--norestore", "--nologo",
        f"-env:UserInstallation={profile.as_uri()}", f"--accept=pipe,name={pipe};urp;",
    ]  # fmt: skip
    with subprocess.Popen(command, env=environment(), start_new_session=True) as running:
        try:
            return subprocess.run(
                [python_with_uno(), "-m", module, pipe, str(jobs)],
                cwd=ROOT, check=False, capture_output=True, text=True, timeout=timeout_s,
            )  # fmt: skip
        finally:
            os.killpg(running.pid, signal.SIGKILL)
