"""A CSV file as a stream of rows: encoding, delimiter and limits, with planned errors."""

from __future__ import annotations

import codecs
import csv
import errno
import os
import stat
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange.files.plain_text import columns_of
from xlmatrix.exchange.files.records import begins, kept, next_rows
from xlmatrix.exchange.files.tabled import Counted, Refused, Rows, Tabled

#: A million tickets with all their columns are a third of it.
MAX_BYTES: Final = 1024 * 1024 * 1024
MAX_COLUMNS: Final = 1_000
DELIMITERS: Final = (",", ";", "\t", "|")
_CHUNK: Final = 1 << 20
#: Bytes without the end of a line; a JSON text may be one line whole, and larger.
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


#: Encodings in which a line's end and a delimiter are one byte, and nothing else is.
_ONE_BYTE: Final = ("utf-8", "utf-8-sig", "cp1252")
#: Fewer columns are one: a line without anything in it is then no row of theirs.
_MANY: Final = 2
_BLOCK: Final = 4 << 20


@dataclass(frozen=True, slots=True)
class _Rest:
    """Where rows begin: at which byte, on which line."""

    at: int
    line: int


_HEADER: Final = _Rest(0, 1)


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
        self._refuse_long_lines()
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
        rest = yield from self._plain_parts(delimiter, width, counted)
        if rest is None:
            return
        cut_off = not self._ends_with_a_line()
        before: tuple[list[int], list[list[str]]] | None = None
        for some in self._some_rows(delimiter, rest):
            if before is not None:
                yield kept(*before, width, counted)
            before = some
        if before is None:
            yield Rows([], [[] for _ in range(width)])
            return
        lines, rows = before
        if cut_off and len(rows[-1]) < width and any(map(str.strip, rows[-1])):
            counted.rows += 1
            what = f"row not used: the file ends in it, after {len(rows[-1]):,} of {width:,} fields"
            counted.refused.append(Refused(lines[-1], what, "Export again, or complete the row"))
            lines, rows = lines[:-1], rows[:-1]
        yield kept(lines, rows, width, counted)

    def _plain_parts(
        self, delimiter: str, width: int, counted: Counted
    ) -> Generator[Rows, None, _Rest | None]:
        """The rows up to the first that is not plain; gives where the others begin, if any."""
        if self.encoding not in _ONE_BYTE or width < _MANY or '"' in self.first_line:
            return _HEADER
        with planned_reading(self.path), self.path.open("rb") as binary:
            for _ in range(self.skip + 1):
                head = binary.readline(_CHUNK)
                if b"\r" in head.rstrip(b"\r\n") or not head.endswith(b"\n"):
                    return _HEADER
            at, line, left = binary.tell(), self.skip + 2, b""
            encoding = self.encoding.removesuffix("-sig")
            while more := binary.read(_BLOCK):
                block, end, left = (left + more).rpartition(b"\n")
                if not end:
                    continue
                found = columns_of(block + end, delimiter, width, encoding)
                if found is None:
                    return _Rest(at, line)
                lines = list(range(line, line + len(found[0])))
                if all(map(str.strip, found[0].cells)):
                    counted.rows += len(lines)
                    yield Rows(lines, found)
                else:
                    yield kept(lines, list(map(list, zip(*found, strict=True))), width, counted)
                at, line = at + len(block) + 1, line + len(lines)
            return _Rest(at, line) if left or line == self.skip + 2 else None

    def _some_rows(
        self, delimiter: str, rest: _Rest
    ) -> Iterator[tuple[list[int], list[list[str]]]]:
        """Records after the header or from a place on, with the lines they begin on.

        Raises
        ------
        XlmatrixError
            As of :meth:`rows`.
        """
        with planned_reading(self.path), self.path.open("rb") as binary:
            binary.seek(rest.at)
            text = TextIOWrapper(binary, self.encoding, newline="")
            skip = self.skip if rest is _HEADER else rest.line - 1
            for _ in range(self.skip if rest is _HEADER else 0):
                text.readline()
            reader = csv.reader(text, delimiter=delimiter, strict=True)
            try:
                if rest is _HEADER:
                    next(reader, None)
                at = skip + reader.line_num + 1
                while rows := next_rows(reader):
                    end = skip + reader.line_num + 1
                    yield begins(rows, at, end), rows
                    at = end
            except csv.Error:
                # Read anew, record by record, to say where.
                deque(self.rows(delimiter), maxlen=0)
                raise

    def _refuse_long_lines(self) -> None:
        """Refuse a line that would fill the memory before it is told to be none of a CSV."""
        bare = 0
        with planned_reading(self.path), self.path.open("rb") as binary:
            while block := binary.read(_CHUNK):
                bare = 0 if b"\n" in block or b"\r" in block else bare + len(block)
                if bare >= _MOST_LINE:
                    raise XlmatrixError(
                        f"a line has more than {_MOST_LINE >> 20} MiB",
                        where=self.name,
                        mend="Check that this is a CSV whose rows stand in lines, and export it"
                        " again",
                    )

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
            A quote that is never closed or closed in mid-field, or a field of over 128 KiB.
        """
        with planned_reading(self.path), self.path.open(encoding=self.encoding, newline="") as text:
            for _ in range(self.skip):
                text.readline()
            at = self.skip + 1
            reader = csv.reader(text, delimiter=delimiter, strict=True)
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
