"""Tables of the finished package, with filters and sums put in."""

from __future__ import annotations

import re
from typing import Final

from xlmatrix.package.cut import Cut, attributes, cut, with_attributes
from xlmatrix.package.parts import Parts

#: The children of a table in the file format's order.
_ORDER: Final = ("autoFilter", "sortState", "tableColumns", "tableStyleInfo", "extLst")
_TABLE: Final = re.compile(r"xl/tables/[^/]+\.xml")


def part_of_table(new: Parts, name: str) -> str:
    """The part of a table of ours."""
    mark = f' displayName="{name}"'
    return next(p for p in new.parts if _TABLE.fullmatch(p) and mark in new.text(p)[:2000])


def table_of(new: Parts, name: str) -> tuple[str, Cut]:
    """A table's part, and what it says."""
    part = part_of_table(new, name)
    return part, cut(new.text(part))


def put_in_table(new: Parts, name: str, elements: dict[str, str], **said: str | None) -> None:
    """Elements in place of those of their names, none for an empty one, and attributes."""
    part, whole = table_of(new, name)
    children = [child for child in whole.children if child[0] not in elements]
    children += [(known, text) for known, text in elements.items() if text]
    children.sort(key=lambda child: _ORDER.index(child[0]))
    body = "".join(text for _, text in children)
    new.put(part, f"{with_attributes(whole.start, **said)}{body}{whole.end}")


def ref_of(whole: Cut) -> str:
    """The cells that a table takes."""
    return attributes(whole.tag)["ref"]
