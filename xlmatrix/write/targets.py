"""Whether a file may be written, and what went wrong where it could not be."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Final

from xlmatrix.errors import XlmatrixError

_REASONS: Final[dict[int, tuple[str, str]]] = {
    errno.ENOSPC: ("the disk is full", "Free some space, or write to another disk"),
    errno.EDQUOT: ("your disk quota is used up", "Free some space, or write to another disk"),
    errno.EROFS: ("the disk is read-only", "Write to another folder"),
    errno.EACCES: ("no permission to write there", "Choose a folder that you may write to"),
    errno.EPERM: ("no permission to write there", "Choose a folder that you may write to"),
    errno.ELOOP: ("the name is a link that leads to itself", "Name a file"),
    errno.ENAMETOOLONG: ("the file name is too long", "Choose a shorter name"),
    errno.EBUSY: ("the file is in use", "Close it in the program that holds it, then try again"),
    errno.ETXTBSY: ("the file is in use", "Close it in the program that holds it, then try again"),
}
# What Windows says when another program holds the file.
_SHARING_VIOLATIONS: Final = frozenset({5, 32, 33})
#: What changes when somebody saves a file; None for one that cannot be looked at.
State = tuple[int, ...] | None


def check_target(path: Path, instead: str | None) -> None:
    """Refuse a target; with ``instead`` an existing file too."""
    where = str(path)
    try:
        if path.is_symlink() and not path.exists():
            # One that leads nowhere yet is written where it leads; one in a circle never is.
            _follow(path)
        if path.is_dir():
            raise XlmatrixError("this is a folder", where=where, mend="Name a file in it")
        if not path.parent.is_dir():
            raise XlmatrixError(
                f"there is no folder {path.parent}", where=where, mend="Create it first"
            )
        if path.exists():
            if instead is not None:
                raise XlmatrixError("the file exists already", where=where, mend=instead)
            if not path.is_file():
                raise XlmatrixError("this is no ordinary file", where=where, mend="Name a file")
        for lock in lock_files(path):
            if lock.exists():
                raise XlmatrixError(
                    f"the file is open in another program ({lock.name} stands beside it)",
                    where=where,
                    mend="Close it there and try again; if nothing has it open, delete that file",
                )
    except OSError as fault:
        raise planned(fault, path) from fault


def _follow(path: Path) -> None:
    try:
        os.stat(path)  # noqa: PTH116 - a path's own method hides circles
    except FileNotFoundError:
        if not path.resolve().parent.is_dir():
            raise


def state_of(path: Path) -> State:
    """What a file looks like from outside, to see later whether somebody saved it."""
    try:
        now = path.stat()
    except OSError:
        return None
    return now.st_ino, now.st_size, now.st_mtime_ns


def check_unchanged(path: Path, read: State) -> None:
    """Refuse a file that was saved since its state was ``read``.

    Raises
    ------
    XlmatrixError
        When it was.
    """
    if state_of(path) != read:
        raise XlmatrixError(
            "the file was saved by somebody else in the meantime",
            where=str(path),
            mend="Run it again, which takes what was saved; nothing was written",
        )


def lock_files(path: Path) -> tuple[Path, ...]:
    """The files that Excel and LibreOffice put beside an open workbook."""
    return (
        path.with_name(f"~${path.name}"),
        path.with_name(f".~lock.{path.name}#"),
    )


def planned(fault: OSError, path: Path) -> XlmatrixError:
    """What the system says about a file, as a planned error."""
    if getattr(fault, "winerror", None) in _SHARING_VIOLATIONS:
        what, mend = _REASONS[errno.EBUSY]
    elif fault.errno == errno.EEXIST:
        what, mend = "the file exists already", "Choose another name"
    else:
        what, mend = _REASONS.get(
            fault.errno or 0,
            (f"it cannot be written ({fault.strerror or fault})", "Check the folder and the disk"),
        )
    return XlmatrixError(what, where=str(path), mend=mend)
