"""A CSV file as a stream of rows: encoding, delimiter and limits, with planned errors."""

from __future__ import annotations

import codecs
import csv
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange.files.tabled import ROWS_AT_ONCE, Counted, Refused, Rows, Tabled

#: A million tickets with all their columns are a third of it.
MAX_BYTES: Final = 1024 * 1024 * 1024
MAX_COLUMNS: Final = 1_000
DELIMITERS: Final = (",", ";", "\t", "|")
_CHUNK: Final = 1 << 20
#: Characters of one line; a JSON text may be one line whole, and larger.
_MOST_LINE: Final = 16 << 20
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The first bytes of files that people give by mistake, and what they are.
_OTHER_KINDS: Final = (
    (b"PK\x03\x04", "an Excel workbook or zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
)
_SAVE_AS_CSV: Final = "Export or save it as CSV (UTF-8) and give that file"


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A CSV file that can be read: its encoding is known to fit and its first line is at hand.

    ``name`` stands in findings; ``skip`` is 1 when a ``sep=`` line comes before the header.
    """

    path: Path
    name: str
    encoding: str
    first_line: str
    separator: str | None
    skip: int

    @property
    def delimiter(self) -> str:
        """The delimiter that the file names, else the one that makes the most of the header."""
        if self.separator is not None:
            return self.separator
        return max(DELIMITERS, key=lambda delimiter: len(self.header(delimiter)))

    def tabled(self) -> Tabled:
        """The file as a table.

        Raises
        ------
        XlmatrixError
            Its header names too many columns, or none.
        """
        delimiter = self.delimiter
        header = self.header(delimiter)
        if len(self.first_line) >= _MOST_LINE:
            raise _long_line(f"{self.name}:{self.skip + 1}")
        if len(header) > MAX_COLUMNS:
            raise XlmatrixError(
                f"the header names {len(header):,} columns; {MAX_COLUMNS:,} are read",
                where=f"{self.name}:{self.skip + 1}",
                mend="Export only the columns of the incidents",
            )
        return Tabled(
            self.name,
            lambda counted: self._tabled(delimiter, len(header), counted),
            tuple(header),
            encoding=self.encoding,
            first_line=self.skip + 1,
        )

    def _tabled(self, delimiter: str, width: int, counted: Counted) -> Iterator[Rows]:
        lines: list[int] = []
        kept: list[list[str]] = []
        cut_off = not self._ends_with_a_line()
        held: tuple[int, list[str]] | None = None
        for line, row in self.rows(delimiter):
            if held is not None:
                _keep(*held, width, counted, lines, kept)
            held = (line, row)
            if len(lines) >= ROWS_AT_ONCE:
                yield Rows(lines, _columns(kept, width))
                lines, kept = [], []
        if held is not None:
            line, row = held
            if cut_off and len(row) < width and any(map(str.strip, row)):
                counted.rows += 1
                what = f"row not used: the file ends in it, after {len(row):,} of {width:,} fields"
                counted.refused.append(Refused(line, what, "Export again, or complete the row"))
            else:
                _keep(line, row, width, counted, lines, kept)
        yield Rows(lines, _columns(kept, width))

    def _ends_with_a_line(self) -> bool:
        with planned_reading(self.path), self.path.open("rb") as binary:
            # Four bytes hold a line's end in every encoding that is read.
            binary.seek(max(0, self.path.stat().st_size - 4))
            end = binary.read()
        return b"\n" in end[-2:] or b"\r" in end[-2:]

    def header(self, delimiter: str) -> list[str]:
        """The fields of the header line when read with that delimiter; empty if it cannot be."""
        try:
            return next(csv.reader([self.first_line], delimiter=delimiter), [])
        except csv.Error:
            return []

    def rows(self, delimiter: str) -> Iterator[tuple[int, list[str]]]:
        """Each record after the header with the line it begins on (1 is the first of the file).

        Raises
        ------
        XlmatrixError
            A quote that is never closed or closed in mid-field, a field of over 128 KiB, or a line
            of over 16 MiB.
        """
        with planned_reading(self.path), self.path.open(encoding=self.encoding, newline="") as text:
            for _ in range(self.skip):
                text.readline()
            at = self.skip + 1
            reader = csv.reader(_lines(text, self.name), delimiter=delimiter, strict=True)
            try:
                for number, record in enumerate(reader):
                    if number:
                        yield at, record
                    at = self.skip + reader.line_num + 1
            except csv.Error as error:
                if "larger than field limit" in str(error):
                    raise XlmatrixError(
                        "a field of the record that begins here has more than "
                        f"{csv.field_size_limit():,} characters, or its quotes never close",
                        where=f"{self.name}:{at}",
                        mend="Leave long descriptions out of the export, or close the quotes",
                    ) from None
                raise XlmatrixError(
                    f"the quotes of the record that begins here do not balance ({error})",
                    where=f"{self.name}:{at}",
                    mend='Close each quoted field with one " and double quotes inside it',
                ) from None


def open_csv(path: Path, name: str = "", *, where: str = "") -> CsvFile:
    """Look at a file: refuse what is no CSV text, find its encoding and its header line.

    ``name`` stands in for the file's own in findings, ``where`` for its path in errors.

    Raises
    ------
    XlmatrixError
        Missing, a directory, not readable, over :data:`MAX_BYTES`, empty, or not text.
    """
    where = where or str(path)
    with planned_reading(path):
        refuse_by_status(path, where)
        with path.open("rb") as binary:
            encoding = _encoding(binary, where)
        with path.open(encoding=encoding, newline="") as text:
            file = _looked_at(text, path, encoding, name or path.name)
    if not file.first_line.strip():
        raise _empty(where)
    return file


def _lines(text: TextIO, name: str) -> Iterator[str]:
    """The lines of a text, none so long that it fills the memory."""
    while line := text.readline(_MOST_LINE):
        if len(line) == _MOST_LINE:
            raise _long_line(name)
        yield line


def _long_line(where: str) -> XlmatrixError:
    return XlmatrixError(
        f"a line has more than {_MOST_LINE >> 20} million characters",
        where=where,
        mend="Check that this is a CSV whose rows stand in lines, and export it again",
    )


def _keep(
    line: int, row: list[str], width: int, counted: Counted, lines: list[int], kept: list[list[str]]
) -> None:
    """Take a row that has the header's width, or fewer fields, as programs leave out empty ends."""
    counted.rows += 1
    if len(row) > width:
        what = f"row not used: it has {len(row):,} fields, the header {width:,}"
        mend = "Put quotes around fields that hold the delimiter"
        counted.refused.append(Refused(line, what, mend))
    elif not any(map(str.strip, row)):
        counted.blank += 1
    else:
        if len(row) < width:
            row.extend([""] * (width - len(row)))
        lines.append(line)
        kept.append(row)


def _columns(rows: list[list[str]], width: int) -> list[list[str]]:
    return list(map(list, zip(*rows, strict=True))) if rows else [[] for _ in range(width)]


@contextmanager
def planned_reading(path: Path) -> Iterator[None]:
    """Turn what the system says about a file into planned errors."""
    try:
        yield
    except FileNotFoundError:
        raise XlmatrixError(
            "there is no such file", where=str(path), mend="Check the name and the folder"
        ) from None
    except PermissionError:
        raise XlmatrixError(
            "the file may not be read", where=str(path), mend="Ask its owner for the right to read"
        ) from None
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise XlmatrixError(
            f"the file cannot be read ({reason.lower()})",
            where=str(path),
            mend="Copy it to a local folder and try again",
        ) from None
    except UnicodeError:
        raise _not_text(str(path), "its bytes do not form characters") from None


def refuse_by_status(path: Path, where: str = "") -> None:
    """Refuse what cannot be a file of rows before anything waits for it or fills the memory."""
    where = where or str(path)
    try:
        status = path.stat()
    except ValueError:  # a NUL in the name
        raise OSError(errno.EINVAL, "invalid name") from None
    if stat.S_ISDIR(status.st_mode):
        raise XlmatrixError(
            "this is a directory, not a CSV file", where=where, mend="Name the file inside it"
        )
    if not stat.S_ISREG(status.st_mode):
        raise XlmatrixError(
            "this is no regular file", where=where, mend="Save the rows to a file first"
        )
    if status.st_size > MAX_BYTES:
        raise XlmatrixError(
            f"the file has {status.st_size / 2**20:,.0f} MiB; {MAX_BYTES >> 20} MiB are read",
            where=where,
            mend="Export fewer incidents or fewer columns, for example one year at a time",
        )
    if status.st_size == 0:
        raise _empty(where)


def _encoding(binary: BinaryIO, where: str) -> str:
    """The encoding that the whole file fits: by its mark, else UTF-8, else Windows-1252."""
    start = binary.read(8)
    for magic, kind in _OTHER_KINDS:
        if start.startswith(magic):
            raise _not_text(where, f"it is {kind}")
    marked = next((name for bom, name in _BOMS if start.startswith(bom)), None)
    for name in [marked] if marked else ["utf-8", "cp1252"]:
        binary.seek(0)
        if _fits(binary, name, where):
            return name
    raise _not_text(where, "its bytes are neither UTF-8 nor Windows-1252 text")


def _fits(binary: BinaryIO, encoding: str, where: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := binary.read(_CHUNK):
            if "\0" in decoder.decode(chunk):
                raise _not_text(where, "it holds NUL characters")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _looked_at(text: TextIO, path: Path, encoding: str, name: str) -> CsvFile:
    line, skip, separator = text.readline(_MOST_LINE), 0, None
    if line.lower().startswith("sep=") and len(line.rstrip("\r\n")) == len("sep=;"):
        separator, skip, line = line[4], 1, text.readline(_MOST_LINE)
    # A header name may hold a line break inside quotes.
    while line.count('"') % 2 and len(line) < _MOST_LINE and (more := text.readline(_MOST_LINE)):
        line += more
    return CsvFile(path, name, encoding, line, separator, skip)


def _empty(where: str) -> XlmatrixError:
    return XlmatrixError(
        "the file is empty or begins with an empty line",
        where=where,
        mend="Give a CSV whose first line names its columns",
    )


def _not_text(where: str, why: str) -> XlmatrixError:
    return XlmatrixError(f"this is no CSV text: {why}", where=where, mend=_SAVE_AS_CSV)
