"""The outputs of commands: which names fit, what is read, what must stay.

Nothing of the room that writes is imported before something is written: inside Excel there is none.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xlmatrix.model import Loaded

if TYPE_CHECKING:
    from xlmatrix.regen.reading.book import UsedBook
    from xlmatrix.write.outputs import Output

#: Whatever names a file that a run reads; what names none is passed over.
Given = str | os.PathLike[str] | Loaded | object


def workbook_output(
    path: str | os.PathLike[str],
    *,
    inputs: Iterable[Given],
    overwrite: bool | None,
    endings: Sequence[str] = (".xlsx", ".xlsm"),
    source: UsedBook | None = None,
    instead: str = "Choose another name",
) -> Output:
    """A workbook to write, looked at already.

    Parameters
    ----------
    source
        The workbook that the new one is made from, where it is; its earlier editions may go.
    instead
        What a user may do where the output is an input.

    Raises
    ------
    XlmatrixError
        When it cannot or must not be written, see :func:`xlmatrix.write.outputs.check`.
    """
    from xlmatrix.regen.standing import refuse_what_people_typed
    from xlmatrix.write.outputs import Output, check

    def judge(output: Output) -> None:
        refuse_what_people_typed(output.path, output.option, source=source)

    output = Output(
        Path(path),
        tuple(endings),
        paths_of(inputs),
        overwrite=overwrite,
        instead=instead,
        judge=judge,
    )
    check(output)
    return output


def file_output(
    path: str | os.PathLike[str],
    endings: Sequence[str],
    *,
    inputs: Iterable[Given],
    overwrite: bool | None,
    option: str = "--overwrite",
    judge: Callable[[Output], None] | None = None,
) -> Output:
    """A file of another kind to write, looked at already.

    One that exists stays, unless ``judge`` says that nobody misses it.

    Raises
    ------
    XlmatrixError
        As of :func:`workbook_output`.
    """
    from xlmatrix.write.outputs import Output, check, must_stay

    output = Output(
        Path(path),
        tuple(endings),
        paths_of(inputs),
        overwrite=overwrite,
        option=option,
        judge=judge or must_stay,
    )
    check(output)
    return output


def paths_of(inputs: Iterable[Given]) -> tuple[Path, ...]:
    """The files among what a run was given."""
    found = []
    for given in inputs:
        if isinstance(given, Loaded):
            # A text that no file holds has a name all the same, which then is no file's.
            found.append(Path(given.source))
        elif isinstance(given, str | os.PathLike):
            found.append(Path(given))
    return tuple(path for path in found if path.exists())


def write(data: bytes | str, output: Output) -> Path | None:
    """Write an output, a text as UTF-8; gives the backup of a file that had to be kept.

    Raises
    ------
    XlmatrixError
        As of :func:`xlmatrix.write.outputs.put`.
    """
    from xlmatrix.write.outputs import put, put_text

    return put_text(data, output) if isinstance(data, str) else put(data, output)
