"""Crashes as its jobs say: ``python3 -m tests.office.crashing PIPE JOBS.json``."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path


def main(jobs: str) -> None:
    """Note that it ran; crash once, always, or fail."""
    path, how = json.loads(Path(jobs).read_text(encoding="utf-8"))
    seen = Path(path)
    before = seen.read_text(encoding="utf-8") if seen.exists() else ""
    seen.write_text(before + "ab"[len(before) :][:1], encoding="utf-8")
    if how == "fail":
        sys.exit(3)
    if how == "always" or not before:
        os.kill(os.getpid(), signal.SIGSEGV)


main(sys.argv[2])
