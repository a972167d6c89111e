"""The XML of a package's parts, by one parser that knows no entities."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from xlmatrix.errors import XlmatrixError
from xlmatrix.package.archive import Package

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: What a parser says of XML that is broken.
_BROKEN = (expat.ExpatError, ValueError)


def guarded_parser(what: str, where: str, encoding: str | None = None) -> Any:
    """A parser that refuses a document type and entities; ``what`` it reads stands in the error."""
    parser: Any = expat.ParserCreate(encoding)

    def refuse(*_: object) -> None:
        raise _declares_entities(what, where)

    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    return parser


def parse(
    package: Package,
    part: str,
    *,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
    lenient: bool = False,
) -> None:
    """Feed a part through the parser as it streams by; names come with their prefix.

    ``lenient`` keeps what was read before the XML broke.

    Raises
    ------
    XlmatrixError
        For a document type or an entity, and for broken XML.
    """
    parser = guarded_parser(f"the part {part}", package.where)
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    try:
        for block in package.blocks(part):
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except _BROKEN as fault:
        if not lenient:
            raise package.damaged(part) from fault
    except XlmatrixError:
        if not lenient or package.archive is None:
            raise


def tree(package: Package, part: str) -> Element:
    """A small part as a tree.

    Raises
    ------
    XlmatrixError
        For a document type or an entity, and for broken XML.
    """
    # What runs inside Excel reads no trees and does not have the library.
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(package.read(part), forbid_dtd=True)
    except DefusedXmlException as fault:
        raise _declares_entities(f"the part {part}", package.where) from fault
    except (ParseError, ValueError) as fault:
        raise package.damaged(part) from fault
    return root


def local(tag: str) -> str:
    """A tag or attribute without its prefix."""
    return tag.rpartition(":")[2]


def _declares_entities(what: str, where: str) -> XlmatrixError:
    return XlmatrixError(
        f"{what} declares XML entities, which no workbook does",
        where=where,
        mend="Do not open it unless you know who made it",
    )
