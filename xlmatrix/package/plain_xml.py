"""XML as text that can be searched: well-formed UTF-8 in which each ``<`` begins a tag."""

from __future__ import annotations

from typing import Any, Final
from xml.parsers import expat
from xml.sax.saxutils import escape

_ENCODINGS: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")
SAVE_AGAIN: Final = "Open it in Excel or LibreOffice and save it again"


class NotPlainError(Exception):
    """Something that XML may have and no workbook does; ``mend`` is what to do about it."""

    def __init__(self, what: str, mend: str) -> None:
        self.mend = mend
        super().__init__(what)


def guarded_parser() -> Any:
    """A parser that refuses a document type, entities, and what is not in UTF-8.

    Its handlers raise :class:`NotPlainError`.
    """
    parser: Any = expat.ParserCreate("utf-8")

    def declares(*_: object) -> None:
        raise NotPlainError(
            "declares XML entities, which no workbook does",
            "Do not open it unless you know who made it",
        )

    def encoded(_version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding or "utf-8").lower() not in _ENCODINGS:
            raise NotPlainError(f"is in {encoding[:40] if encoding else ''}, not UTF-8", SAVE_AGAIN)

    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = declares
    parser.XmlDeclHandler = encoded
    return parser


def check_width(start: bytes) -> None:
    """Refuse what begins as UTF-16 does.

    Raises
    ------
    NotPlainError
        For such bytes.
    """
    if start.startswith(_WIDE):
        raise NotPlainError("is in UTF-16, not UTF-8", SAVE_AGAIN)


def plain(data: bytes) -> str:
    """XML as text, without comments, processing instructions and sections of raw text.

    Raises
    ------
    NotPlainError
        For a document type, entities and another encoding.
    ValueError
        For what is not well-formed.
    """
    check_width(data)
    parser = guarded_parser()
    cuts: list[tuple[int, int, bytes]] = []

    def comment(_: str) -> None:
        at = parser.CurrentByteIndex
        cuts.append((at, data.index(b"-->", at) + 3, b""))

    def instruction(*_: str) -> None:
        at = parser.CurrentByteIndex
        cuts.append((at, data.index(b"?>", at) + 2, b""))

    def raw() -> None:
        at = parser.CurrentByteIndex
        end = data.index(b"]]>", at)
        told = data[at + len(b"<![CDATA[") : end].decode()
        cuts.append((at, end + 3, escape(told).encode()))

    parser.CommentHandler, parser.ProcessingInstructionHandler = comment, instruction
    parser.StartCdataSectionHandler = raw
    try:
        parser.Parse(data, True)
    except expat.ExpatError as fault:
        raise ValueError(str(fault)) from fault
    if not cuts:
        return data.decode().removeprefix("\ufeff")
    pieces, done = [], 0
    for start, end, instead in cuts:
        pieces += [data[done:start], instead]
        done = end
    return b"".join((*pieces, data[done:])).decode().removeprefix("\ufeff")
