"""Writes a text file whole or not at all."""

from __future__ import annotations

from pathlib import Path

from xlmatrix.write.store import replace_file


def write_text(text: str, path: Path, *, overwrite: bool, option: str = "--overwrite") -> None:
    """Write ``text`` as UTF-8.

    ``option`` is the command's own way to replace a file that stands there, which is refused
    without ``overwrite``.
    """
    replace_file(
        text.encode("utf-8", "backslashreplace"),
        path,
        overwrite=overwrite,
        instead=f"Choose another name with -o, or replace it with {option}",
    )
