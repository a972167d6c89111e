"""A file is replaced, and the old one stays beside it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from xlmatrix.errors import XlmatrixError
from xlmatrix.write.store import replace_file
from xlmatrix.write.targets import State, check_unchanged, lock_files


def check_unlocked(path: Path) -> None:
    """Refuse a workbook that is open in Excel or LibreOffice.

    Raises
    ------
    XlmatrixError
        When it is.
    """
    for lock in lock_files(path):
        if lock.exists():
            raise XlmatrixError(
                f"the workbook is open in another program ({lock.name} stands beside it)",
                where=str(path),
                mend="Close it there and try again; if nothing has it open, delete that file",
            )


def replace_with_backup(data: bytes, path: Path, found: State) -> Path:
    """Replace a file in one step; gives the copy of the old one that stays beside it.

    ``found`` is the state that it was found in.

    Raises
    ------
    XlmatrixError
        When either cannot be written, or somebody saved the file since. It is then untouched, and
        there is no copy.
    """
    backup = _back_up(path)
    try:
        replace_file(data, path, last_look=lambda: check_unchanged(path, found))
    except XlmatrixError:
        # The file still stands; a copy of it would only be clutter.
        with contextlib.suppress(OSError):
            backup.unlink()
        raise
    return backup


def _back_up(path: Path) -> Path:
    """A whole copy of the file beside it, under a name that no other has."""
    number = 1
    while os.path.lexists(backup := path.with_name(f"{path.stem}.backup-{number}{path.suffix}")):
        number += 1
    try:
        data, state = path.read_bytes(), path.stat()
        replace_file(data, backup, overwrite=False, like=state)
    except (OSError, XlmatrixError) as fault:
        reason = fault.what if isinstance(fault, XlmatrixError) else fault.strerror or str(fault)
        raise XlmatrixError(
            f"the backup cannot be written ({reason})",
            where=str(backup),
            mend="Free some space, or choose another name",
        ) from fault
    return backup
