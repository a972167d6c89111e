"""Copies of the package with a stored patch, for tests of how little a change has to touch."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_COPIED = ("xlmatrix", "workbook_templates", "macros", "docs")


def patched(folder: Path, patch: Path) -> Path:
    """``folder`` with a copy of the package to which ``patch`` is applied."""
    for part in _COPIED:
        # What Python compiled comes along, and holds for every module that the patch leaves alone:
        # to compile them all anew takes as long as three builds.
        ignored = shutil.ignore_patterns("pictures")
        shutil.copytree(ROOT / part, folder / part, ignore=ignored)
    subprocess.run(["git", "apply", str(patch)], cwd=folder, check=True)
    return folder


def touched(patch: Path) -> set[str]:
    """The files that a patch changes or adds."""
    lines = patch.read_text(encoding="utf-8").splitlines()
    return {line.removeprefix("+++ b/") for line in lines if line.startswith("+++ ")}


def run_in(checkout: Path, *arguments: str | Path, code: int = 0, also: str = "") -> str:
    """What Python prints with the package of ``checkout``, run in that folder.

    Raises
    ------
    AssertionError
        When it ends with another code than ``code``; says what was printed.
    """
    path = os.pathsep.join(part for part in (str(checkout), also) if part)
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout
