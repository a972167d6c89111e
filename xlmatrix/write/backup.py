"""A workbook is replaced, and the old one stays beside it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from xlmatrix.errors import XlmatrixError
from xlmatrix.write.store import save
from xlmatrix.write.targets import lock_files

#: What changes when somebody saves a file; None for one that cannot be looked at.
State = tuple[int, ...] | None


def state_of(path: Path) -> State:
    """What a file looks like from outside, to see later whether somebody saved it."""
    try:
        now = path.stat()
    except OSError:
        return None
    return now.st_ino, now.st_size, now.st_mtime_ns


def check_unchanged(path: Path, read: State) -> None:
    """Refuse a workbook that was saved since its state was ``read``.

    Raises
    ------
    XlmatrixError
        When it was.
    """
    if state_of(path) != read:
        raise XlmatrixError(
            "the workbook was saved by somebody else while it was being regenerated",
            where=str(path),
            mend="Run it again, which takes what was saved; nothing was written",
        )


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


def replace_with_backup(data: bytes, path: Path) -> Path:
    """Replace a workbook in one step; gives the copy of the old one that stays beside it.

    Raises
    ------
    XlmatrixError
        When either cannot be written. The workbook is then untouched, and there is no copy.
    """
    backup = _back_up(path)
    try:
        save(data, path)
    except XlmatrixError:
        # The workbook still stands; a copy of it would only be clutter.
        with contextlib.suppress(OSError):
            backup.unlink()
        raise
    return backup


def _back_up(path: Path) -> Path:
    """A whole copy of the workbook beside it, under a name that no other has."""
    number = 1
    while os.path.lexists(backup := path.with_name(f"{path.stem}.backup-{number}{path.suffix}")):
        number += 1
    try:
        data, state = path.read_bytes(), path.stat()
        save(data, backup, overwrite=False, like=state)
    except (OSError, XlmatrixError) as fault:
        reason = fault.what if isinstance(fault, XlmatrixError) else fault.strerror or str(fault)
        raise XlmatrixError(
            f"the backup cannot be written ({reason})",
            where=str(backup),
            mend="Free some space or choose -o NEW.xlsx",
        ) from fault
    return backup
