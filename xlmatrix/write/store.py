"""A file is replaced whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.write.parts import claim, part_beside, sweep

EXTENSIONS: Final = frozenset({".xlsx", ".xlsm"})
_REASONS: Final[dict[int, tuple[str, str]]] = {
    errno.ENOSPC: ("the disk is full", "Free some space, or write to another disk"),
    errno.EDQUOT: ("your disk quota is used up", "Free some space, or write to another disk"),
    errno.EROFS: ("the disk is read-only", "Write to another folder"),
    errno.EACCES: ("no permission to write there", "Choose a folder that you may write to"),
    errno.EPERM: ("no permission to write there", "Choose a folder that you may write to"),
    errno.ENAMETOOLONG: ("the file name is too long", "Choose a shorter name"),
    errno.EBUSY: ("the file is in use", "Close it in the program that holds it, then try again"),
    errno.ETXTBSY: ("the file is in use", "Close it in the program that holds it, then try again"),
}
# Windows moves no file that is open; elsewhere the claim on it lasts until it has its name.
_MOVES_OPEN_FILES: Final = os.name != "nt"
# What Windows says when another program holds the file.
_SHARING_VIOLATIONS: Final = frozenset({5, 32, 33})


def save(
    data: bytes, path: Path, *, overwrite: bool = True, like: os.stat_result | None = None
) -> None:
    """Write a workbook to ``path``, as :func:`replace_file` does.

    Raises
    ------
    XlmatrixError
        For a name that does not end in ``.xlsx`` or ``.xlsm``, a workbook that is open in Excel or
        LibreOffice, and what :func:`replace_file` refuses.
    """
    if path.suffix.lower() not in EXTENSIONS:
        raise XlmatrixError(
            f"a workbook's name ends in .xlsx or .xlsm, not {path.suffix or 'nothing'!r}",
            where=str(path),
            mend=f"Write to {path.with_suffix('.xlsx').name}" if path.name else "Name a file",
        )
    replace_file(data, path, overwrite=overwrite, like=like)


def replace_file(
    data: bytes,
    path: Path,
    *,
    overwrite: bool = True,
    like: os.stat_result | None = None,
    instead: str = "Choose another name",
) -> None:
    """Write ``data`` to ``path`` so that a reader sees the old file or the new one, never a part.

    Parameters
    ----------
    data
        All that the file shall hold.
    path
        A file in a folder that exists.
    overwrite
        Whether an existing file may be replaced.
    like
        Whose permissions and time of change a new file gets, as a copy does.
    instead
        What a user may do when the file exists and must stay.

    Raises
    ------
    XlmatrixError
        Before writing: a folder, a missing folder, an existing file without ``overwrite``, a file
        open in an office program. While writing: no permission, a full or read-only disk. The old
        file is then untouched and nothing is left beside it.

    Notes
    -----
    A run that is killed may leave a hidden part file beside the target; the next save to the same
    target removes it, see :mod:`xlmatrix.write.parts`.
    """
    _check_target(path, None if overwrite else instead)
    # A link keeps its place: what it points at is replaced.
    target = path.resolve()
    # First, since what a killed run left may be what fills the disk.
    sweep(target)
    part = part_beside(target)
    try:
        with _written_through(part, data, target, like):
            if overwrite:
                part.replace(target)
            else:
                # A link refuses to replace a file that came into being in the meantime.
                _link(part, target)
        if like is not None:
            with contextlib.suppress(OSError):
                os.utime(target, ns=(like.st_atime_ns, like.st_mtime_ns))
        _sync_folder(target.parent)
    except OSError as fault:
        raise _planned(fault, path) from fault
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _check_target(path: Path, instead: str | None) -> None:
    """Refuse a target; with ``instead`` an existing file too."""
    where = str(path)
    try:
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
        raise _planned(fault, path) from fault


def lock_files(path: Path) -> tuple[Path, ...]:
    """The files that Excel and LibreOffice put beside an open workbook."""
    return (
        path.with_name(f"~${path.name}"),
        path.with_name(f".~lock.{path.name}#"),
    )


@contextlib.contextmanager
def _written_through(
    part: Path, data: bytes, target: Path, like: os.stat_result | None
) -> Iterator[None]:
    """The part file with all its bytes on the disk, claimed as long as a system lets it be."""
    descriptor = os.open(
        part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666
    )
    try:
        claim(descriptor)
        # Before the first byte, so that nobody reads in a part what the old file would not show.
        with contextlib.suppress(OSError):
            mode = (like or target.stat()).st_mode
            os.chmod(part, mode & 0o7777)  # noqa: PTH101
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
        if _MOVES_OPEN_FILES:
            yield
    finally:
        os.close(descriptor)
    if not _MOVES_OPEN_FILES:
        yield


def _link(part: Path, target: Path) -> None:
    try:
        os.link(part, target)
    except (NotImplementedError, PermissionError):
        # Some file systems have no hard links; the earlier check must do there.
        part.replace(target)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable; not every system lets a folder be opened."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _planned(fault: OSError, path: Path) -> XlmatrixError:
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
