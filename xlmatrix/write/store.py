"""A file is written whole or not at all.

What a command writes comes here by :mod:`xlmatrix.write.outputs`, which looks at what it replaces.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from xlmatrix.write.part_file import alone_at, claim, part_beside, sweep
from xlmatrix.write.targets import check_target, planned

# Windows moves no file that is open; elsewhere the claim on it lasts until it has its name.
_MOVES_OPEN_FILES: Final = os.name != "nt"


def replace_file(
    data: bytes,
    path: Path,
    *,
    overwrite: bool = True,
    like: os.stat_result | None = None,
    last_look: Callable[[], None] = lambda: None,
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
    last_look
        Called when all is written and the old file is about to go; what it raises saves that.

    Raises
    ------
    XlmatrixError
        Before writing: a folder, a missing folder, an existing file without ``overwrite``, a file
        open in an office program. While writing: no permission, a full or read-only disk. The old
        file is then untouched and nothing is left beside it.

    Notes
    -----
    A run that is killed may leave a hidden part file beside the target; the next save to the same
    target removes it, see :mod:`xlmatrix.write.part_file`.
    """
    check_target(path, None if overwrite else "Choose another name")
    try:
        # A link keeps its place: what it points at is replaced.
        _put(data, path.resolve(), overwrite=overwrite, like=like, last_look=last_look)
    except OSError as fault:
        raise planned(fault, path) from fault


def make_folder(folder: Path) -> None:
    """Make a folder, with those that it lies in, where there is none.

    Raises
    ------
    XlmatrixError
        When it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise planned(fault, folder) from fault


def _put(
    data: bytes,
    target: Path,
    *,
    overwrite: bool,
    like: os.stat_result | None,
    last_look: Callable[[], None],
) -> None:
    """Fill a part beside the target and give it the target's name."""
    # First, since what a killed run left may be what fills the disk.
    sweep(target)
    part = part_beside(target)
    try:
        with _written_through(part, data, target, like), alone_at(target):
            last_look()
            if overwrite:
                part.replace(target)
            else:
                # A link refuses to replace a file that came into being in the meantime.
                _link(part, target)
        if like is not None:
            with contextlib.suppress(OSError):
                os.utime(target, ns=(like.st_atime_ns, like.st_mtime_ns))
        _sync_folder(target.parent)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


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
