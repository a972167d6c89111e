"""The settings of xlwings that hold for all of a user's workbooks: one line is changed, no other.

The file has a line a setting, its name and its value in quotes, as VBA writes them.
"""

from __future__ import annotations

import locale
import re
from pathlib import Path

from xlmatrix.errors import XlmatrixError
from xlmatrix.write.outputs import Output, put
from xlmatrix.write.store import make_folder

_LINE = re.compile(rb'^\s*"?([^",\r\n]*)"?\s*,\s*"?([^"\r\n]*)"?\s*$')


def setting_in(path: Path, key: str) -> str | None:
    """What a file says of a setting; None where it says nothing.

    The first line of it counts, in whatever letters, as it does for the macros.
    """
    for line in _lines(path):
        name, value = _told(line)
        if name.casefold() == key.casefold():
            return value
    return None


def put_setting(path: Path, key: str, value: str) -> Path | None:
    """Write one setting; gives the backup of the file, None where there was none or it says so.

    Every other line stays as it is.

    Raises
    ------
    XlmatrixError
        The file cannot be read or written, or the value has a letter that it cannot hold.
    """
    if setting_in(path, key) == value:
        return None
    line = _bytes(f'"{key}","{value}"', path)
    lines, end = _lines(path), b"\r\n" if b"\r\n" in b"".join(_lines(path)) else b"\n"
    places = [at for at, old in enumerate(lines) if _told(old)[0].casefold() == key.casefold()]
    if places:
        old = lines[places[0]]
        lines[places[0]] = line + old[len(old.rstrip(b"\r\n")) :]
    else:
        if lines and not lines[-1].endswith(b"\n"):
            lines[-1] += end
        lines.append(line + end)
    make_folder(path.parent)
    return put(b"".join(lines), Output(path, (), overwrite=True))


def _lines(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().splitlines(keepends=True)
    except FileNotFoundError:
        return []
    except OSError as fault:
        raise XlmatrixError(
            f"the settings of xlwings cannot be read ({fault.strerror})",
            where=str(path),
            mend="Make it a file that you can read, or move it away",
        ) from fault


def _told(line: bytes) -> tuple[str, str]:
    found = _LINE.match(line.rstrip(b"\r\n"))
    if found is None:
        return "", ""
    name, value = (part.decode(locale.getencoding(), "replace").strip() for part in found.groups())
    return name, value


def _bytes(text: str, path: Path) -> bytes:
    """A line in the letters that VBA reads, which are those of the system."""
    try:
        return text.encode(locale.getencoding())
    except UnicodeEncodeError as fault:
        raise XlmatrixError(
            f"the settings of xlwings cannot hold the letter {text[fault.start]!r}",
            where=str(path),
            mend="Install Python in a folder whose name has plain letters",
        ) from fault
