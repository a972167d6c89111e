"""What a command may write: an output is looked at before the work, and again as it is written.

No output replaces an input of its run, a file of another kind, or what people typed. What a command
writes goes through :func:`put`, :func:`put_folder` or :func:`put_in_place`, and nothing else does.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.write.backup import check_unlocked, replace_with_backup
from xlmatrix.write.store import make_folder, replace_file
from xlmatrix.write.targets import State, check_target, check_unchanged, state_of

KEEPS: Final = "which keeps a backup"


def must_stay(output: Output) -> None:
    """Refuse to replace a file of which nobody knows what it holds.

    Raises
    ------
    XlmatrixError
        Always.
    """
    raise XlmatrixError(
        "the file exists already",
        where=str(output.path),
        mend=f"Choose another name, or say {output.option}, {KEEPS}",
    )


@dataclass(frozen=True, slots=True)
class Output:
    """A file that a run is to write.

    Attributes
    ----------
    endings
        The endings, in small letters, of names that fit what is written; empty for any.
    inputs
        The files that the run reads; those that do not exist do no harm.
    overwrite
        True replaces whatever stands there and keeps a backup of it, False replaces nothing, None
        replaces what ``judge`` lets go.
    option
        How a user says True, for the errors.
    instead
        What a user may do about an output that is an input.
    judge
        Raises for a file that must stay unless the user says otherwise.
    """

    path: Path
    endings: tuple[str, ...]
    inputs: tuple[Path, ...] = ()
    overwrite: bool | None = None
    option: str = "--overwrite"
    instead: str = "Choose another name"
    judge: Callable[[Output], None] = must_stay


def check(output: Output) -> None:
    """Refuse an output before any work is done for it.

    Raises
    ------
    XlmatrixError
        A folder, a missing folder, no ordinary file, a file open in an office program, one of the
        run's inputs (by whatever link or spelling), an ending that does not fit, or a file that
        must stay.
    """
    path = output.path
    check_target(path, None)
    for given in output.inputs:
        if _is_one(path, given):
            raise XlmatrixError(
                f"this run reads {given}: its output would replace it",
                where=str(path),
                mend=output.instead,
            )
    if output.endings and path.suffix.lower() not in output.endings:
        raise XlmatrixError(
            f"the name of what is written ends in {' or '.join(output.endings)}, "
            f"not {path.suffix or 'nothing'!r}",
            where=str(path),
            mend=f"Write to {path.stem}{output.endings[0]}",
        )
    if not path.exists() or output.overwrite:
        return
    if output.overwrite is False:
        raise XlmatrixError("the file exists already", where=str(path), mend="Choose another name")
    output.judge(output)


def put(data: bytes, output: Output) -> Path | None:
    """Write an output whole or not at all; gives the backup of a file that had to be kept.

    Raises
    ------
    XlmatrixError
        What :func:`check` and :func:`xlmatrix.write.store.replace_file` refuse, and a file that
        somebody saved between the last look and the writing. What stood there then stands there
        still.
    """
    path = output.path
    check(replace(output, overwrite=True))
    found = state_of(path)
    if found is None:
        # What comes into being in the meantime is not ours to replace.
        replace_file(data, path, overwrite=False)
        return None
    if output.overwrite is not False and _holds(path, data):
        return None
    check(output)
    if _may_go(output):
        replace_file(data, path, last_look=lambda: check_unchanged(path, found))
        return None
    return replace_with_backup(data, path, found)


def put_text(text: str, output: Output) -> Path | None:
    """Write a text as UTF-8, as :func:`put` does; half a character is spelled out."""
    return put(_bytes_of(text), output)


def _bytes_of(content: str | bytes) -> bytes:
    return content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content


def put_in_place(data: bytes, path: Path, read: State) -> Path:
    """Replace the workbook that a run read by what became of it; gives the backup of the old one.

    ``read`` is its state when it was read.

    Raises
    ------
    XlmatrixError
        It is open in an office program, was saved since, or cannot be written. It is then
        untouched.
    """
    check_unlocked(path)
    check_unchanged(path, read)
    return replace_with_backup(data, path, read)


def put_folder(
    files: Mapping[str, str | bytes],
    folder: Path,
    *,
    overwrite: bool | None = None,
    option: str = "--force",
) -> list[Path]:
    """Write files by their place in a folder, which is made if missing; gives their paths.

    A text is written as UTF-8.

    Files of other names stay in any case, and of those that are replaced a backup stays.

    Raises
    ------
    XlmatrixError
        Before anything is written: the folder is none, or one of the files must stay. While
        writing: what :func:`put` refuses.
    """
    if folder.exists() and not folder.is_dir():
        raise XlmatrixError("this is no folder", where=str(folder), mend="Name a new folder")
    outputs = {
        name: Output(folder / name, (), overwrite=overwrite, option=option) for name in files
    }
    for name, output in outputs.items():
        if output.path.exists() and not _holds(output.path, _bytes_of(files[name])):
            check(output)
    for name, output in outputs.items():
        make_folder(output.path.parent)
        put(_bytes_of(files[name]), output)
    return [output.path for output in outputs.values()]


def _may_go(output: Output) -> bool:
    """Whether what stands there is nothing that anybody misses."""
    try:
        output.judge(output)
    except XlmatrixError:
        return False
    return True


def _holds(path: Path, data: bytes) -> bool:
    """Whether a file holds these very bytes already."""
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def _is_one(path: Path, other: Path) -> bool:
    """Whether two names stand for one file here, or would on a system that knows no case."""
    try:
        if path.samefile(other):
            return True
    except OSError:
        # One of them does not exist; their names can still be compared.
        pass
    return _folded(path) == _folded(other)


def _folded(path: Path) -> str:
    return unicodedata.normalize("NFC", str(path.resolve())).casefold()
