"""Saves a document whole or not at all."""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path

from xlmatrix.errors import XlmatrixError


def save(data: bytes, path: Path, *, overwrite: bool) -> None:
    """Write ``data`` to ``path``; a file that stands there is replaced in one step, or refused.

    Raises
    ------
    XlmatrixError
        A folder stands there, the file exists without ``overwrite``, or it cannot be written.
    """
    if path.is_dir():
        raise XlmatrixError("this is a folder", where=str(path), mend="Name a file in it")
    if path.exists() and not overwrite:
        raise XlmatrixError(
            "the file exists already",
            where=str(path),
            mend="Choose another name with -o, or let it be replaced",
        )
    part = path.with_name(f".{path.name[:200]}.{secrets.token_hex(6)}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except (OSError, ValueError) as failed:
        reason = getattr(failed, "strerror", None) or str(failed)
        raise XlmatrixError(
            f"the file cannot be written ({reason.lower()})",
            where=str(path),
            mend="Choose a folder that exists and that you may write to",
        ) from failed
    finally:
        with contextlib.suppress(OSError, ValueError):
            part.unlink(missing_ok=True)
