"""Writes a text file whole or not at all, and says how a command replaces one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xlmatrix.cli.report import show_findings, stderr
from xlmatrix.errors import Finding
from xlmatrix.write.store import write_text as write_whole


def write_text(text: str, path: Path, *, overwrite: bool, option: str = "--overwrite") -> None:
    """Write ``text`` as UTF-8.

    ``option`` is the command's own way to replace a file that stands there, which is refused
    without ``overwrite``.
    """
    instead = f"Choose another name with -o, or replace it with {option}"
    write_whole(text, path, overwrite=overwrite, instead=instead)


def earlier_bytes(path: Path, most: int = 5_000_000) -> bytes:
    """What stands in a file that is about to be replaced; empty where none can be read."""
    try:
        if not path.is_file() or path.stat().st_size > most:
            return b""
        return path.read_bytes()
    except OSError:
        return b""


def tell_beside(findings: Sequence[Finding]) -> None:
    """Say on standard error what is to be said of a file that was written."""
    if findings:
        show_findings(tuple(findings), stderr())
