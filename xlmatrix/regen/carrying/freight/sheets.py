"""Elements, things and conversations put into a finished sheet and its parts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from xlmatrix.package.cut import cut, start_tag, with_attributes

#: The last children of a worksheet, in the file format's order.
_ORDER: Final = (
    "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "drawingHF",
    "legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems",
    "tableParts", "extLst",
)  # fmt: skip
_XR: Final = "http://schemas.microsoft.com/office/spreadsheetml/2014/revision"
_MC: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_OWN_ID: Final = re.compile(r"(<(?:\w+:)?cNvPr\b[^<>]*?\sid=\")(\d{1,10})(\")")
_OWN_RELATION: Final = re.compile(r"(\s[\w.-]+:(?:id|embed|link)=\")([^\"]+)(\")")
_COMMENT: Final = re.compile(r"<comment\b[^<>]*>")


def with_elements(text: str, elements: Sequence[tuple[str, str]]) -> str:
    """A sheet's XML with more elements, each where the file format wants it."""
    end = text.rindex("</worksheet>")
    at = text.rfind("</sheetData>")
    start = (
        at + len("</sheetData>") if at >= 0 else text.index("<sheetData/>") + len("<sheetData/>")
    )
    tail = cut(f"<worksheet>{text[start:end]}</worksheet>").children
    children = [*tail, *elements]
    ranks = {name: place for place, name in enumerate(_ORDER)}
    # What is none of the last ones stands before them, in its order.
    children.sort(key=lambda child: ranks.get(child[0], -1))
    return text[:start] + "".join(child for _, child in children) + text[end:]


def with_anchors(text: str, anchors: Sequence[str], known: set[str]) -> tuple[str, dict[str, str]]:
    """A drawing of ours with more things; new ids for those of its relations that are ``known``.

    What comes along keeps its ids and numbers, and ours make way.
    """
    taken = [int(hit[2]) for anchor in anchors for hit in _OWN_ID.finditer(anchor)]
    renamed: dict[str, str] = {}

    def relation(hit: re.Match[str]) -> str:
        if hit[2] not in known:
            return hit[0]
        renamed[hit[2]] = f"rIdOurs{len(renamed) + 1}" if hit[2] not in renamed else renamed[hit[2]]
        return hit[1] + renamed[hit[2]] + hit[3]

    next_id = max(taken, default=0)

    def number(hit: re.Match[str]) -> str:
        nonlocal next_id
        next_id += 1
        return f"{hit[1]}{next_id}{hit[3]}"

    text = _OWN_ID.sub(number, _OWN_RELATION.sub(relation, text))
    end = text.rindex("</")
    return text[:end] + "".join(anchors) + text[end:], renamed


def with_thread_ids(text: str, threads: Mapping[str, str]) -> str:
    """Comments that say of which conversation each is the older kind; ``threads`` by cell."""

    def mark(hit: re.Match[str]) -> str:
        place = re.search(r"\sref=\"([^\"]+)\"", hit[0])
        identity = threads.get(place[1]) if place else None
        return hit[0] if identity is None else with_attributes(hit[0], xr__uid=identity)

    marked = _COMMENT.sub(mark, text)
    at = marked.index("<comments")
    tag = start_tag(marked[at:])
    head = with_attributes(tag, xmlns__mc=_MC, xmlns__xr=_XR, mc__Ignorable="xr")
    return marked[:at] + head + marked[at + len(tag) :]
