"""The finished package: openpyxl's parts, our rows and texts, nothing that changes by itself."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from openpyxl.workbook import Workbook
from openpyxl.writer.excel import ExcelWriter

from xlmatrix.package.plain import clean

_FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)
_COMPRESSION: Final = 5
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
_TYPES: Final = "application/vnd.openxmlformats-officedocument"
_SHEET_DATA: Final = re.compile(r"<sheetData\s*/>|<sheetData>.*?</sheetData>", re.DOTALL)
_DIMENSION: Final = re.compile(r'<dimension ref="[^"]*"\s*/>')
_FRAME: Final = re.compile(
    r'(<(?:xdr:)?cNvPr\b[^>]*?name="Chart \d+")\s*/?>(?:\s*</(?:xdr:)?cNvPr>)?'
)
SHARED_STRINGS: Final = "xl/sharedStrings.xml"


def parts_of(book: Workbook) -> dict[str, bytes]:
    """What openpyxl writes for a workbook, by part name, in its order."""
    buffer = io.BytesIO()
    # Its own save() would put the hour of the day into the properties.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        ExcelWriter(book, archive).save()
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def add_shared_parts(parts: dict[str, bytes], organisation: str = "") -> None:
    """Announce the shared strings, and store the application's properties."""
    overrides = [(SHARED_STRINGS, f"{_TYPES}.spreadsheetml.sharedStrings+xml")]
    relations = [("rIdStrings", "sharedStrings", "sharedStrings.xml")]
    types = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in overrides
    )
    links = "".join(
        f'<Relationship Id="{number}" Type="{_OFFICE}/relationships/{kind}" Target="{target}"/>'
        for number, kind, target in relations
    )
    _insert(parts, "[Content_Types].xml", "</Types>", types)
    _insert(parts, "xl/_rels/workbook.xml.rels", "</Relationships>", links)
    company = f"<Company>{escape(clean(organisation))}</Company>" if organisation else ""
    parts["docProps/app.xml"] = (
        f'{_HEAD}<Properties xmlns="{_OFFICE}/extended-properties">'
        # LibreOffice trusts Excel's own row heights and results as they are; ours it shall fit and
        # compute anew.
        f"<Application>xlmatrix</Application>{company}"
        "</Properties>"
    ).encode()


def _insert(parts: dict[str, bytes], name: str, before: str, text: str) -> None:
    old = parts[name].decode()
    if before not in old:
        raise AssertionError(f"{name} does not end as expected")
    parts[name] = old.replace(before, text + before).encode()


def sheet_shell(xml: bytes, area: str) -> tuple[str, str]:
    """A sheet's XML before and after its rows, with the dimension put right."""
    text = xml.decode()
    pieces = _SHEET_DATA.split(_DIMENSION.sub(f'<dimension ref="{area}"/>', text))
    if len(pieces) != 2:
        raise AssertionError("a sheet without exactly one place for its rows")
    return pieces[0] + "<sheetData>", "</sheetData>" + pieces[1]


def with_alt_texts(xml: bytes, texts: Iterable[str]) -> bytes:
    """A drawing whose charts carry their alternative texts, in order."""
    left = iter(texts)

    def add(hit: re.Match[str]) -> str:
        return f"{hit[1]} descr={quoteattr(clean(next(left)))}/>"

    return _FRAME.sub(add, xml.decode()).encode()


def pack(
    parts: Mapping[str, bytes],
    sheets: Mapping[str, Callable[[], Iterator[str]]],
    last: Callable[[], str],
) -> bytes:
    """The package's bytes: content types first, then the parts by name, shared strings last.

    ``sheets`` gives the chunks of each sheet's part, which are compressed as they come; ``last``
    is asked for the shared strings once every sheet has put in its own.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ["[Content_Types].xml", *sorted(parts.keys() - {"[Content_Types].xml"})]:
            if name not in sheets:
                _write(archive, name, [parts[name].decode()])
        for name, chunks in sheets.items():
            _write(archive, name, chunks())
        _write(archive, SHARED_STRINGS, [last()])
    return buffer.getvalue()


def _write(archive: zipfile.ZipFile, name: str, chunks: Iterable[str]) -> None:
    info = zipfile.ZipInfo(name, _FIXED_TIME)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 0
    info._compresslevel = _COMPRESSION  # type: ignore[attr-defined]
    with archive.open(info, "w", force_zip64=False) as part:
        for chunk in chunks:
            part.write(chunk.encode())
