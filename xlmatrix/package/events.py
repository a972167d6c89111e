"""The XML of a package's parts, by one parser that knows no entities."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from xml.parsers import expat

from xlmatrix.errors import XlmatrixError
from xlmatrix.package import limits
from xlmatrix.package.archive import Package
from xlmatrix.package.limits import RefusedError, refused
from xlmatrix.package.plain_xml import NotPlainError, check_width, guarded_parser

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: What a parser says of XML that is broken.
_BROKEN = (expat.ExpatError, ValueError)


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
    parser = guarded_parser()
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    parser.StartElementHandler, parser.EndElementHandler = _within_limits(package, part, start, end)
    parser.CharacterDataHandler = text
    first = True
    try:
        for block in package.blocks(part):
            if first:
                check_width(block)
            first = False
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except NotPlainError as fault:
        raise refused(f"the part {part} {fault}", package.where, fault.mend) from fault
    except _BROKEN as fault:
        if not lenient:
            raise package.damaged(part) from fault
    except RefusedError:
        raise
    except XlmatrixError:
        if not lenient or package.archive is None:
            raise


def _within_limits(
    package: Package,
    part: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None,
) -> tuple[Callable[[str, dict[str, str]], None], Callable[[str], None]]:
    """The handlers of a reader, which never see what stands too deep or has too long a name."""
    depth = 0

    def opens(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > limits.MOST_NESTED:
            what = f"the part {part} nests elements more than {limits.MOST_NESTED} deep"
            raise refused(what, package.where)
        if len(tag) > limits.MOST_NAME_CHARS:
            what = f"the part {part} has names of more than {limits.MOST_NAME_CHARS} letters"
            raise refused(what, package.where)
        start(tag, attributes)

    def closes(tag: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(tag)

    return opens, closes


def tree(package: Package, part: str) -> Element:
    """A small part as a tree, its names without prefixes.

    Raises
    ------
    XlmatrixError
        For a document type or an entity, and for broken XML.
    """
    # What runs inside Excel reads no trees and does not have the library.
    from xml.etree.ElementTree import TreeBuilder

    builder = TreeBuilder()
    parse(
        package,
        part,
        start=lambda tag, attributes: _ignore(builder.start(local(tag), attributes)),
        end=lambda tag: _ignore(builder.end(local(tag))),
        text=builder.data,
    )
    return builder.close()


def _ignore(_: object) -> None:
    """Handlers give nothing back."""


def local(tag: str) -> str:
    """A tag or attribute without its prefix."""
    return tag.rpartition(":")[2]
