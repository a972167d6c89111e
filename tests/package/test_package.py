"""What the room that opens packages refuses is refused for every reader that it has."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from xlmatrix.errors import XlmatrixError
from xlmatrix.package import Package, package_of
from xlmatrix.package.cut import cut
from xlmatrix.package.events import parse, tree
from xlmatrix.package.parts import Parts

LAUGHS = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><a>&c;</a>'


def archive(**parts: str | bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return made.getvalue()


def by_events(package: Package) -> None:
    parse(package, "part", start=lambda _tag, _attributes: None)


def by_tree(package: Package) -> None:
    tree(package, "part")


def by_cut(package: Package) -> None:
    cut(package.xml("part"))


@pytest.mark.parametrize("reader", [by_events, by_tree, by_cut])
def test_no_reader_takes_entities(reader: Callable[[Package], None]) -> None:
    with pytest.raises(XlmatrixError, match="declares XML entities"):
        reader(package_of(archive(part=LAUGHS)))


def test_a_part_that_is_broken_is_named() -> None:
    with pytest.raises(XlmatrixError, match=r"matrix\.xlsx: the part part is damaged"):
        tree(package_of(archive(part="<a>"), "matrix.xlsx"), "part")


def test_text_that_is_no_text_is_a_damaged_part() -> None:
    package = package_of(archive(part=b"\xff\xfe\xfd"))
    with pytest.raises(XlmatrixError, match="the part part is damaged"):
        package.text("part")
    with pytest.raises(XlmatrixError, match="the part part is in UTF-16"):
        package.xml("part")


def test_a_part_that_is_not_there_cannot_be_read() -> None:
    with pytest.raises(XlmatrixError, match="the part other cannot be read"):
        package_of(archive(part="<a/>")).read("other")


def test_what_is_taken_apart_to_be_changed_is_looked_at_as_well() -> None:
    with pytest.raises(XlmatrixError, match="this is a PDF, not a workbook"):
        Parts.of(b"%PDF-1.7")
    with pytest.raises(XlmatrixError, match="cut off or damaged"):
        Parts.of(archive(part="<a/>")[:40])


def test_parts_keep_their_order() -> None:
    package = package_of(archive(b="<b/>", a="<a/>"))
    assert package.listed == ("b", "a")
    assert list(Parts.of(package.raw).parts) == ["b", "a"]
