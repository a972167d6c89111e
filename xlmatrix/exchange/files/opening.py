"""What a file is, told by its content, and its tables.

A name's ending tells nothing: tools call a page ``.xls`` and a list of records ``.txt``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange.files import columnar, sheets, structured
from xlmatrix.exchange.files.tabled import Tabled
from xlmatrix.exchange.files.text import open_csv, planned_reading, refuse_by_status
from xlmatrix.package import Package, limits, open_package
from xlmatrix.package.archive import RESCUE
from xlmatrix.package.kinds import (
    OLE,
    ZIP,
    refuse_other_bytes,
    refuse_other_parts,
    refuse_other_text,
)

_MOST_MEMBERS: Final = 100
#: What archives add by themselves.
_BESIDE: Final = ("__MACOSX/", ".DS_Store")
_EMPTY_ZIP: Final = b"PK\x05\x06"
#: Parts that only workbooks of other kinds have.
_OTHER_BOOKS: Final = frozenset({"xl/workbook.bin", "META-INF/manifest.xml", "Index.zip"})


class Opened:
    """Opens files of tickets; what archives unpack is kept until it is closed."""

    def __init__(self, fits: Callable[[Sequence[str]], int]) -> None:
        self._fits = fits
        self._stack = ExitStack()

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def tables(self, path: Path, name: str = "", *, inside: bool = False) -> Iterator[Tabled]:
        """The tables of a file.

        Raises
        ------
        XlmatrixError
            Whatever is no file of tickets, with what it is and how to come to one.
        """
        name = name or path.name
        with planned_reading(path):
            refuse_by_status(path, name if inside else "")
            with path.open("rb") as binary:
                start = binary.read(4096)
                if start.startswith(OLE):
                    # It may hold a password's workbook, or an old one; both are named.
                    start += binary.read(limits.MOST_FILE_BYTES)
        if start.startswith(OLE):
            refuse_other_bytes(start, name)
        if start.startswith(_EMPTY_ZIP):
            raise _number_of_members(0, name)
        if start.startswith(columnar.MAGIC):
            yield columnar.read(path, name)
        elif start.startswith(ZIP):
            yield from self._packed(path, name, inside=inside)
        else:
            refuse_other_text(start, name)
            yield from self._text(path, name, inside=inside)

    def _packed(self, path: Path, name: str, *, inside: bool) -> Iterator[Tabled]:
        package = _opened(path, name)
        if _OTHER_BOOKS & package.names:
            refuse_other_parts(package.names, "", name)
        if "[Content_Types].xml" in package:
            yield from sheets.tabled(package, name, self._fits)
            return
        if inside:
            raise XlmatrixError(
                "an archive within an archive is not opened", where=name, mend="Unpack it first"
            )
        yield from self._members(package, name)

    def _members(self, package: Package, name: str) -> Iterator[Tabled]:
        members = [
            one
            for one in package.listed
            if not one.endswith("/") and not any(mark in one for mark in _BESIDE)
        ]
        if not members or len(members) > _MOST_MEMBERS:
            raise _number_of_members(len(members), name)
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        for number, member in enumerate(members):
            # Never by its own name, which may lead out of the folder.
            unpacked = folder / str(number)
            with unpacked.open("wb") as file:
                for block in package.blocks(member):
                    file.write(block)
            yield from self.tables(unpacked, f"{name}/{member}", inside=True)

    def _text(self, path: Path, name: str, *, inside: bool) -> Iterator[Tabled]:
        file = open_csv(path, name, where=name if inside else "")
        if structured.is_json(file.first_line):
            with planned_reading(path):
                yield from structured.read(path, file.encoding, name)
        else:
            yield file.tabled()


def _opened(path: Path, name: str) -> Package:
    try:
        return open_package(path, where=name)
    except XlmatrixError as error:
        if RESCUE not in error.mend:
            raise
        # Nothing that somebody filled in is lost here.
        raise XlmatrixError(error.what, where=error.where, mend="Export it again") from None


def _number_of_members(number: int, name: str) -> XlmatrixError:
    return XlmatrixError(
        f"the archive holds {number:,} files, and 1 to {_MOST_MEMBERS} are read",
        where=name,
        mend="Pack the files of the tickets alone",
    )
