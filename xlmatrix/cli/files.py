"""Writes a text file whole or not at all."""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path

from xlmatrix.errors import XlmatrixError


def write_text(text: str, path: Path, *, overwrite: bool) -> None:
    """Write ``text`` as UTF-8; a file that stands there is replaced in one step, or refused."""
    try:
        if path.is_dir():
            raise XlmatrixError("this is a folder", where=str(path), mend="Name a file in it")
        if path.exists() and not overwrite:
            raise XlmatrixError(
                "the file exists already",
                where=str(path),
                mend="Choose another name with -o, or replace it with --force",
            )
        _replace(path, text)
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        raise XlmatrixError(
            f"the file cannot be written ({reason.lower()})",
            where=str(path),
            mend="Choose a folder that exists and that you may write to",
        ) from fault


def _replace(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name[:200]}.{secrets.token_hex(6)}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
