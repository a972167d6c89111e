"""The part file that a save fills before it takes the target's name, and whose turn it is.

A part belongs to one target by its name and to a living writer by a lock on it, which the system
drops with the writer however that ends. So a part that can be locked has no writer any more.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

if sys.platform != "win32":
    import fcntl

#: Room for a dot, the random digits and the ending within the 255 bytes of a name.
_MOST_BYTES: Final = 230
_RANDOM_BYTES: Final = 6
#: Between making a part and locking it a writer may be interrupted for so long.
_NEWBORN_S: Final = 60
#: Where nothing can be locked, a part of this age has no writer any more.
_ABANDONED_S: Final = 3600
#: A replacement takes milliseconds; so long is waited for another's, and so long between looks.
_PATIENCE_S: Final = 10.0
_LOOK_AGAIN_S: Final = 0.01


def part_beside(target: Path) -> Path:
    """A fresh name beside ``target``: a dot, its name, random digits."""
    return target.with_name(f"{_stem(target)}{secrets.token_hex(_RANDOM_BYTES)}.part")


def _stem(target: Path) -> str:
    name = os.fsencode(target.name)[:_MOST_BYTES]
    return f".{name.decode('utf-8', 'ignore')}."


def claim(descriptor: int) -> None:
    """Mark an open part as one whose writer lives; the mark goes when the file is closed."""
    if sys.platform == "win32":
        return
    # Some network file systems have no locks; then age must tell.
    with contextlib.suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX)


@contextlib.contextmanager
def alone_at(target: Path) -> Iterator[None]:
    """Between a last look at a file and its replacement nobody of ours replaces it.

    Whoever comes second waits, and then looks at what the first has written. A file that does not
    exist yet is made by a link, which only one can make; Windows replaces no file that is open.

    Raises
    ------
    OSError
        With ``EBUSY``, when another program holds the file for longer than a replacement takes.
    """
    if sys.platform == "win32":
        yield
        return
    try:
        descriptor = os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        # Not there, or nothing that we may read; replacing it may still be allowed.
        yield
        return
    try:
        until = time.monotonic() + _PATIENCE_S
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as held:
                if time.monotonic() > until:
                    raise OSError(errno.EBUSY, os.strerror(errno.EBUSY)) from held
                time.sleep(_LOOK_AGAIN_S)
                continue
            except OSError:
                # A file system without locks.
                pass
            break
        yield
    finally:
        os.close(descriptor)


def sweep(target: Path) -> None:
    """Remove the parts of ``target`` that killed runs left; never one whose writer lives."""
    known = re.compile(rf"{re.escape(_stem(target))}[0-9a-f]{{{2 * _RANDOM_BYTES}}}\.part")
    try:
        with os.scandir(target.parent) as entries:
            left = [
                Path(e.path)
                for e in entries
                if known.fullmatch(e.name) and e.is_file(follow_symlinks=False)
            ]
    except OSError:
        return
    for part in left:
        # What cannot be removed harms nobody: it is only in the way.
        with contextlib.suppress(OSError):
            if _is_abandoned(part):
                part.unlink()


def _is_abandoned(part: Path) -> bool:
    if sys.platform == "win32":
        return time.time() - part.stat().st_mtime > _ABANDONED_S
    descriptor = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        state = os.fstat(descriptor)
        age = time.time() - state.st_mtime
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return age > _ABANDONED_S
        # A part is locked before its first byte, so an empty one may have just been made.
        return state.st_size > 0 or age > _NEWBORN_S
    finally:
        os.close(descriptor)
