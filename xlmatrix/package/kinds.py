"""Files of other kinds that people take for the workbook, told by what stands in them.

What a file is called tells nothing: an ``.xls`` is renamed ``.xlsx``, and tools call a web page
``.xls``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from pathlib import Path
from typing import Final

from xlmatrix.errors import XlmatrixError

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP: Final = b"PK\x03\x04"
SAVE_AS: Final = "Open it in the program that made it and save it as .xlsx first"
#: How much of a file's start tells what it is.
_START: Final = 4096
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
#: Streams of an old Office file, and what it is then.
_STREAMS: Final = (
    ("Workbook", "an old Excel workbook (.xls)"),
    ("Book", "an old Excel workbook (.xls)"),
    ("WordDocument", "an old Word document (.doc)"),
    ("PowerPoint Document", "an old presentation (.ppt)"),
)
#: First bytes of Excel's formats before 1997.
_OLDER: Final = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")
#: What a text begins with or says early, and what it is then.
_TEXTS: Final = (
    (re.compile(r"urn:schemas-microsoft-com:office:spreadsheet"), "an XML spreadsheet of 2003"),
    (re.compile(r"urn:oasis:names:tc:opendocument"), "a flat OpenDocument file (.fods)"),
    (re.compile(r"\A\s*<(?:!doctype html|html|table|head|meta)", re.I), "a web page"),
    (re.compile(r"\AID;P"), "a SYLK file (.slk)"),
    (re.compile(r"\A%PDF"), "a PDF"),
    (re.compile(r"\A\{\\rtf"), "a Rich Text document"),
    (re.compile(r"\AMIME-Version:", re.I), "a web archive (.mht)"),
    (re.compile(r"\A\s*<\?xml"), "an XML file"),
)
_GOOGLE: Final = re.compile(r'\A\s*\{.*("doc_id"|"resource_id"|docs\.google\.com)', re.DOTALL)
#: The ending of the workbook's content type, and what the file is then.
_MAIN_TYPES: Final = (
    ("spreadsheetml.template.main+xml", "a template of Excel's (.xltx)"),
    ("ms-excel.template.macroEnabled.main+xml", "a template of Excel's (.xltm)"),
    ("ms-excel.addin.macroEnabled.main+xml", "an Excel add-in (.xlam)"),
)
#: Endings of what people take for the workbook, our own among them.
_ENDINGS: Final = frozenset(
    {".xlsx", ".xlsm", ".xlsb", ".xls", ".xlt", ".xltx", ".xltm", ".xlam", ".ods", ".ots", ".fods",
     ".csv", ".tsv", ".numbers", ".gsheet", ".slk"}
)  # fmt: skip
_NAME: Final = "Name the .xlsx that xlmatrix built, or save the workbook as .xlsx first"


def is_workbook(path: str | os.PathLike[str]) -> bool:
    """Whether a file is meant as a workbook, by its name or its first bytes: of whatever kind."""
    file = Path(path)
    if file.suffix.lower() in _ENDINGS:
        return True
    try:
        # A pipe that nobody writes to would be waited for.
        if not file.is_file():
            return False
        with file.open("rb") as opened:
            return opened.read(len(OLE)).startswith((ZIP, OLE, *_OLDER))
    except (OSError, ValueError):
        return False


def refuse_other_bytes(raw: bytes, where: str) -> None:
    """Refuse by its bytes what is no archive.

    Raises
    ------
    XlmatrixError
        With what it is, and how to come to an ``.xlsx``.
    """
    if raw.startswith(ZIP):
        return
    if not raw:
        mend = "Take a backup, or save the workbook as .xlsx first"
        raise XlmatrixError("the file is empty", where=where, mend=mend)
    if raw.startswith(OLE):
        raise _old(raw, where)
    if raw.startswith(_OLDER):
        raise _refused("an old Excel workbook (.xls)", where)
    text = refuse_other_text(raw, where)
    if _GOOGLE.match(text):
        raise _refused(
            "a shortcut to a Google sheet (.gsheet)",
            where,
            "In Google Sheets choose File > Download > Microsoft Excel, so save it as .xlsx first",
        )
    if "\0" in text or text.count("\ufffd") > 1:
        raise XlmatrixError("this is not a workbook", where=where, mend=_NAME)
    raise _refused("text, as a .csv holds of one sheet", where, _NAME)


def refuse_other_text(raw: bytes, where: str) -> str:
    """Refuse what is a document, a web page or the like by how it begins; gives that beginning.

    Raises
    ------
    XlmatrixError
        With what it is, and how to come to an ``.xlsx``.
    """
    start = raw[:_START].removeprefix(b"\xef\xbb\xbf")
    text = start.decode("utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    for pattern, what in _TEXTS:
        if pattern.search(text):
            raise _refused(what, where)
    return text


def _old(raw: bytes, where: str) -> XlmatrixError:
    """What is in the container of old Office files, which passwords use to this day."""
    if _ENCRYPTED in raw:
        return XlmatrixError(
            "the workbook is encrypted",
            where=where,
            mend="Open it in Excel, remove the password under File > Info, and save it as .xlsx"
            " first",
        )
    what = (what for name, what in _STREAMS if f"{name}\0".encode("utf-16-le") in raw)
    return _refused(next(what, "an old workbook or another document"), where)


def refuse_other_parts(parts: Collection[str], types: str, where: str) -> None:
    """Refuse by its parts an archive that is no Excel workbook.

    ``types`` is the text of its content types.

    Raises
    ------
    XlmatrixError
        As of :func:`refuse_other_bytes`.
    """
    if "xl/workbook.xml" in parts:
        for ending, what in _MAIN_TYPES:
            if ending in types:
                raise _refused(what, where)
        return
    if "xl/workbook.bin" in parts:
        raise _refused("a binary workbook (.xlsb)", where)
    if "META-INF/manifest.xml" in parts or "content.xml" in parts:
        raise _refused("an OpenDocument file (.ods)", where)
    if "Index.zip" in parts or any(part.endswith(".iwa") for part in parts):
        raise _refused(
            "a file of Apple's Numbers",
            where,
            "In Numbers choose File > Export To > Excel, so save it as .xlsx first",
        )
    if "word/document.xml" in parts or "ppt/presentation.xml" in parts:
        raise XlmatrixError("this is another Office document", where=where, mend=_NAME)
    raise XlmatrixError("this is no Excel workbook", where=where, mend=_NAME)


def _refused(what: str, where: str, mend: str = SAVE_AS) -> XlmatrixError:
    return XlmatrixError(f"this is {what}, not a workbook that can be read", where=where, mend=mend)
