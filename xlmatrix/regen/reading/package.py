"""A workbook's zip archive, looked at before anything in it is believed."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

from xlmatrix.errors import XlmatrixError

# Deflate packs no more than 1:1030; sheets full of like formulas reach about 1:40.
_MAX_RATIO: Final = 150
_SUSPECT_BYTES: Final = 100 * 1024 * 1024
_MAX_BYTES: Final = 16 * 1024 * 1024 * 1024
_MAX_PARTS: Final = 20_000
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCAL: Final = b"PK\x03\x04"
_BLOCK: Final = 1 << 20
#: What the zip module raises for bytes that are none of an archive's.
_DAMAGE: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError,
    OverflowError,
)  # fmt: skip
RESCUE: Final = "xlmatrix regenerate --rescue writes what can still be read beside it"


@dataclass(slots=True)
class Package:
    """The parts of one file by name. ``salvaged`` holds parts of an archive that has no index."""

    where: str
    raw: bytes
    archive: zipfile.ZipFile | None
    salvaged: Mapping[str, bytes] = field(default_factory=dict)

    def __contains__(self, part: str) -> bool:
        return part in self.names

    @property
    def names(self) -> frozenset[str]:
        """Every part."""
        listed = self.archive.namelist() if self.archive is not None else ()
        return frozenset(listed) | frozenset(self.salvaged)

    def blocks(self, part: str) -> Iterator[bytes]:
        """A part in pieces, so that a large one never stands in memory whole.

        Raises
        ------
        XlmatrixError
            When the part is damaged.
        """
        if part in self.salvaged or self.archive is None:
            yield self.salvaged.get(part, b"")
            return
        try:
            with self.archive.open(part) as stream:
                while block := stream.read(_BLOCK):
                    yield block
        except _DAMAGE as fault:
            raise XlmatrixError(
                f"the part {part} is damaged", where=self.where, mend=RESCUE
            ) from fault
        except (KeyError, NotImplementedError, RuntimeError) as fault:
            raise XlmatrixError(
                f"the part {part} cannot be read", where=self.where, mend=RESCUE
            ) from fault


def read_package(path: Path, *, salvage: bool = False) -> Package:
    """Open a workbook's archive.

    Parameters
    ----------
    salvage
        Read the parts one after another where the archive's index is lost.

    Raises
    ------
    XlmatrixError
        No file, no workbook, an encrypted or an old one, a truncated archive, or one that unpacks
        to far more than a workbook does.
    """
    where = str(path)
    raw = _bytes_of(path)
    if raw.startswith(_OLE):
        secret = "EncryptedPackage".encode("utf-16-le") in raw
        raise XlmatrixError(
            "the workbook is encrypted"
            if secret
            else "this is an old workbook or another document",
            where=where,
            mend="Open it in Excel, remove the password and save it"
            if secret
            else "Save it as .xlsx first",
        )
    if raw[:4] != _LOCAL:
        raise XlmatrixError(
            "this is not a workbook" if raw else "the file is empty",
            where=where,
            mend="Name the .xlsx that xlmatrix built",
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
        infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, struct.error) as fault:
        if salvage:
            return Package(where, raw, None, dict(_salvaged(raw)))
        raise XlmatrixError(
            "the file is cut off or damaged: its archive has no end",
            where=where,
            mend=f"Take a backup; {RESCUE}",
        ) from fault
    _guard(infos, where)
    return Package(where, raw, archive)


def _bytes_of(path: Path) -> bytes:
    where = str(path)
    try:
        if path.is_dir():
            raise XlmatrixError("this is a folder", where=where, mend="Name the workbook in it")
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
    packed = sum(info.compress_size for info in infos)
    size = sum(info.file_size for info in infos)
    large = size > _SUSPECT_BYTES and size > packed * _MAX_RATIO
    if large or size > _MAX_BYTES or len(infos) > _MAX_PARTS:
        raise XlmatrixError(
            f"the file unpacks to {size // 1024 // 1024:,} MB: no workbook is like that",
            where=where,
            mend="Do not open it unless you know who made it",
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
                data = unpacker.decompress(view[start:], _SUSPECT_BYTES)
            except zlib.error:
                data = b""
        else:
            (size,) = struct.unpack_from("<I", raw, at + 22)
            data = raw[start : start + size]
        total += len(data)
        if total > _MAX_RATIO * max(len(raw), 1 << 20):
            return
        yield name, data


def parse(
    package: Package,
    part: str,
    *,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
    lenient: bool = False,
) -> None:
    """Feed a part through a parser that knows no entities; names come without their namespace.

    ``lenient`` keeps what was read before the XML broke.

    Raises
    ------
    XlmatrixError
        For a document type or an entity, which no workbook has, and for broken XML.
    """
    parser: Any = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1 << 16

    def refuse(*_: object) -> None:
        raise XlmatrixError(
            f"the part {part} declares XML entities, which no workbook does",
            where=package.where,
            mend="Do not open it unless you know who made it",
        )

    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    try:
        for block in package.blocks(part):
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as fault:
        if not lenient:
            raise XlmatrixError(
                f"the part {part} is damaged", where=package.where, mend=RESCUE
            ) from fault
    except XlmatrixError:
        if not lenient or package.archive is None:
            raise


def local(tag: str) -> str:
    """A tag or attribute without its prefix."""
    return tag.rpartition(":")[2]
