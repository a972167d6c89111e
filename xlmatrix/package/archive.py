"""A workbook's zip archive, looked at before anything in it is believed."""

from __future__ import annotations

import io
import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.package import limits
from xlmatrix.package.kinds import ZIP as _LOCAL
from xlmatrix.package.kinds import refuse_other_bytes
from xlmatrix.package.limits import refused
from xlmatrix.package.plain_xml import NotPlainError, plain

_HEADER_BYTES: Final = 30
_BLOCK: Final = 1 << 20
#: What the zip module raises for bytes that are none of an archive's.
_DAMAGE: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError,
    OverflowError,
)  # fmt: skip
#: Of a part, and of all parts, of an archive without its index.
_MOST_SALVAGED: Final = 100 * limits.MIB
_MOST_TOGETHER: Final = 400 * limits.MIB
RESCUE: Final = "xlmatrix regenerate --rescue writes what can still be read beside it"


@dataclass(frozen=True, slots=True)
class Package:
    """The parts of one file by name, as its archive lists them.

    ``where`` names the file in errors, ``raw`` are its bytes. ``salvaged`` holds the parts of an
    archive that has no index; ``archive`` is then None.
    """

    where: str
    raw: bytes
    archive: zipfile.ZipFile | None
    salvaged: Mapping[str, bytes] = field(default_factory=dict)
    listed: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()

    def __contains__(self, part: str) -> bool:
        return part in self.names

    def blocks(self, part: str) -> Iterator[bytes]:
        """A part in pieces, so that a large one never stands in memory whole.

        Raises
        ------
        XlmatrixError
            When the part is damaged, or there is none of that name.
        """
        if part in self.salvaged or self.archive is None:
            yield self.salvaged.get(part, b"")
            return
        try:
            with self.archive.open(part) as stream:
                while block := stream.read(_BLOCK):
                    yield block
        except _DAMAGE as fault:
            raise self.damaged(part) from fault
        except (KeyError, NotImplementedError, RuntimeError) as fault:
            raise XlmatrixError(
                f"the part {part} cannot be read", where=self.where, mend=RESCUE
            ) from fault

    def read(self, part: str) -> bytes:
        """A part whole; errors as of :meth:`blocks`."""
        return b"".join(self.blocks(part))

    def text(self, part: str) -> str:
        """A part as UTF-8 text, which need not be XML.

        Raises
        ------
        XlmatrixError
            As of :meth:`blocks`, and for what is no such text.
        """
        try:
            return self.read(part).decode("utf-8")
        except UnicodeDecodeError as fault:
            raise self.damaged(part) from fault

    def xml(self, part: str) -> str:
        """The XML of a part as text in which each ``<`` begins a tag, and which is well-formed.

        Comments and processing instructions are left out.

        Raises
        ------
        XlmatrixError
            As of :meth:`blocks`, for broken XML, another encoding, and a document type.
        """
        try:
            return plain(self.read(part))
        except NotPlainError as fault:
            raise refused(f"the part {part} {fault}", self.where, fault.mend) from fault
        except ValueError as fault:
            raise self.damaged(part) from fault

    @contextmanager
    def understood(self, part: str) -> Iterator[None]:
        """Within this, what a part says and cannot mean is taken for damage."""
        try:
            yield
        except ValueError as fault:
            raise self.damaged(part) from fault

    def damaged(self, part: str) -> XlmatrixError:
        """The error to raise for a part that does not hold what it should."""
        return XlmatrixError(f"the part {part} is damaged", where=self.where, mend=RESCUE)


def open_package(path: Path, *, salvage: bool = False, where: str = "") -> Package:
    """Open the package in a file; see :func:`package_of`. ``where`` stands in for its path.

    Raises
    ------
    XlmatrixError
        No file, a folder, one that cannot be read, and what :func:`package_of` refuses.
    """
    return package_of(_bytes_of(path), where or str(path), salvage=salvage)


def package_of(raw: bytes, where: str = "the workbook", *, salvage: bool = False) -> Package:
    """Open a package from its bytes.

    Parameters
    ----------
    where
        Names the file in errors.
    salvage
        Read the parts one after another where the archive's index is lost.

    Raises
    ------
    XlmatrixError
        No workbook, an encrypted or an old one, a truncated archive, or one that unpacks to far
        more than a workbook does.
    """
    refuse_other_bytes(raw, where)
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
        infos = archive.infolist()
    except (*_DAMAGE, NotImplementedError) as fault:
        if salvage:
            saved = dict(_salvaged(raw))
            return Package(where, raw, None, saved, tuple(saved), frozenset(saved))
        raise XlmatrixError(
            "the file is cut off or damaged: its archive has no end",
            where=where,
            mend=f"Take a backup; {RESCUE}",
        ) from fault
    _guard(infos, where)
    if not salvage:
        _check_places(infos, raw, where)
    listed = tuple(info.filename for info in infos)
    return Package(where, raw, archive, {}, listed, frozenset(listed))


def _bytes_of(path: Path) -> bytes:
    where = str(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise XlmatrixError("this is a folder", where=where, mend="Name the workbook in it")
        if not stat.S_ISREG(status.st_mode):
            # A pipe that nobody writes to would be waited for.
            raise XlmatrixError(
                "this is no ordinary file", where=where, mend="Save the workbook to a file first"
            )
        if status.st_size > limits.MOST_FILE_BYTES:
            raise refused(
                f"the file has {status.st_size // limits.MIB:,} MB, and "
                f"{limits.MOST_FILE_BYTES // limits.MIB:,} MB are read",
                where,
                "Delete pictures and sheets that are no longer needed, and save it again",
            )
        return path.read_bytes()
    except FileNotFoundError as fault:
        raise XlmatrixError(
            "the file does not exist", where=where, mend="Check the name"
        ) from fault
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        raise XlmatrixError(
            f"the file cannot be read ({reason})", where=where, mend="Check its permissions"
        ) from fault


def _guard(infos: list[zipfile.ZipInfo], where: str) -> None:
    """Refuse an archive by what its index says."""
    if len(infos) > limits.MOST_PARTS:
        raise refused(
            f"the file has {len(infos):,} parts, and {limits.MOST_PARTS:,} are read", where
        )
    size = sum(info.file_size for info in infos)
    if size > limits.MOST_BYTES:
        raise refused(
            f"the file unpacks to {size // limits.MIB:,} MB: no workbook is like that", where
        )
    for info in infos:
        most = max(limits.SUSPECT_BYTES, info.compress_size * limits.MOST_RATIO)
        if info.file_size > most:
            raise refused(
                f"the part {info.filename[:80]} unpacks to {info.file_size // limits.MIB:,} MB, "
                f"more than {limits.MOST_RATIO} times its size: no workbook is like that",
                where,
            )
    if any(info.flag_bits & 1 for info in infos):
        raise XlmatrixError(
            "the archive is encrypted", where=where, mend="Save it without a password"
        )
    names = [info.filename for info in infos]
    if len(names) != len(set(names)):
        raise XlmatrixError(
            "the archive holds a part twice", where=where, mend="Save it again in Excel"
        )


def _check_places(infos: list[zipfile.ZipInfo], raw: bytes, where: str) -> None:
    """Each part stands where the index says, under the same name, and no two share bytes."""
    end = 0
    for info in sorted(infos, key=lambda one: one.header_offset):
        at = info.header_offset
        if at < end or raw[at : at + 4] != _LOCAL or at + _HEADER_BYTES > len(raw):
            raise _misplaced(info, where)
        name_size, extra_size = struct.unpack_from("<HH", raw, at + 26)
        start = at + _HEADER_BYTES
        name = raw[start : start + name_size]
        known = info.orig_filename
        if name not in (known.encode("utf-8", "replace"), known.encode("cp437", "replace")):
            raise _misplaced(info, where)
        end = start + name_size + extra_size + info.compress_size
        if end > len(raw):
            raise _misplaced(info, where)


def _misplaced(info: zipfile.ZipInfo, where: str) -> XlmatrixError:
    return XlmatrixError(
        f"the archive is damaged: {info.filename[:80]} does not stand where it says",
        where=where,
        mend=f"Take a backup; {RESCUE}",
    )


def _salvaged(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """The parts of an archive without its index, the last one perhaps cut off."""
    total = 0
    view = memoryview(raw)
    for hit in re.finditer(re.escape(_LOCAL), raw):
        at = hit.start()
        if at + 30 > len(raw):
            return
        method, name_size, extra_size = (
            *struct.unpack_from("<H", raw, at + 8),
            *struct.unpack_from("<HH", raw, at + 26),
        )
        start = at + 30 + name_size + extra_size
        name = raw[at + 30 : at + 30 + name_size].decode("utf-8", "replace")
        if method == zipfile.ZIP_DEFLATED:
            unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                data = unpacker.decompress(view[start:], _MOST_SALVAGED)
            except zlib.error:
                data = b""
        else:
            (size,) = struct.unpack_from("<I", raw, at + 22)
            data = raw[start : start + size]
        total += len(data)
        if total > limits.MOST_RATIO * max(len(raw), limits.MIB) or total > _MOST_TOGETHER:
            return
        yield name, data
