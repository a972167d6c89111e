"""What somebody left in a workbook, found in its parts without the code under test.

Marked texts are looked for in every part; what bears no text – filters, hidden rows, passwords,
merged cells, pictures – is read from the XML.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from tests.regen.raw import Package, q
from xlmatrix.api import Regenerated

MARK = re.compile(r"mk\d{6}")
#: Sheets that tell of a run, and are no place for what people typed.
TOLD = frozenset({"Stamp", "Changes"})
#: Kind and what it is: the sheet or table, and what was there.
Trace = tuple[str, str, str]
#: Words of which a report needs one to have named a kind.
WORDS = {
    "hidden row": ("hidden", "hid"),
    "filter": ("filter",),
    "sort": ("sort",),
    "password": ("password", "protect"),
    "merged": ("merge",),
    "picture": ("picture", "image", "drawing"),
    "link": ("link",),
}
_PLACES = (
    (r"xl/comments|xl/threadedComments", "comment"),
    (r"docProps/", "property"),
    (r"xl/charts/", "chart"),
    (r"xl/drawings/drawing", "drawing"),
    (r"xl/tables/", "table"),
)


def marks(package: Package) -> set[Trace]:
    """Kind of place, where, and mark."""
    found = set()
    texts = _shared(package)
    for title in package.entries():
        if title in TOLD:
            continue
        found |= {(kind, title, mark) for kind, mark in _on_sheet(package, title, texts)}
    for name, data in package.parts.items():
        for pattern, kind in _PLACES:
            if re.match(pattern, name) and b"mk" in data and not name.endswith(".rels"):
                found |= {(kind, "", mark) for mark in MARK.findall(data.decode())}
    names = package.parts["xl/workbook.xml"].decode()
    names = names[names.find("<definedNames") :]
    found |= {("name", "", mark) for mark in MARK.findall(names)}
    return found


def _shared(package: Package) -> dict[int, list[str]]:
    data = package.parts.get("xl/sharedStrings.xml", b"<sst/>")
    if b"mk" not in data:
        return {}
    return {
        place: MARK.findall("".join(item.itertext()))
        for place, item in enumerate(etree.fromstring(data))
    }


def _on_sheet(
    package: Package, title: str, texts: dict[int, list[str]]
) -> Iterator[tuple[str, str]]:
    part = package.part_of(title)
    data = package.parts[part].decode()
    for number in re.findall(r'<c [^>]*t="s"[^>]*>\s*<v>(\d+)</v>', data):
        yield from (("cell", mark) for mark in texts.get(int(number), ()))
    head, _, rest = data.partition("<sheetData")
    inner, _, tail = rest.partition("</sheetData>")
    yield from (("cell", mark) for mark in MARK.findall(inner))
    yield from (("beside the cells", mark) for mark in MARK.findall(tail) + MARK.findall(head))
    folder, _, own = part.rpartition("/")
    relations = package.parts.get(f"{folder}/_rels/{own}.rels", b"")
    yield from (("beside the cells", mark) for mark in MARK.findall(relations.decode()))


def state(package: Package) -> set[Trace]:  # noqa: PLR0912
    """What bears no text."""
    found: set[Trace] = set()
    tables = package.tables()
    for title in package.entries():
        if title in TOLD:
            continue
        part = package.part_of(title)
        root = package.tree(part)
        for merged in root.iter(q("mergeCell")):
            found.add(("merged", title, str(merged.get("ref"))))
        for guard in root.iter(q("sheetProtection")):
            if guard.get("hashValue") == "bWFyaw==":
                found.add(("password", title, ""))
        for row in root.iter(q("row")):
            if row.get("hidden") in ("1", "true"):
                found.add(("hidden row", title, _keyed(package, title, row, tables)))
        for link in root.iter(q("hyperlink")):
            hit = re.fullmatch(r"'?Owners'?!\$?B\$?(\d+)", link.get("location") or "")
            if hit and "Owners" in package.entries():
                # It follows the row that it leads to.
                rows = package.tree(package.part_of("Owners")).iter(q("row"))
                aim = next((row for row in rows if row.get("r") == hit[1]), ())
                found.add(("link", title, _keyed(package, title, aim, tables)))
    for name, (_, part) in tables.items():
        root = package.tree(part)
        for one in root.iter(q("filter")):
            found.add(("filter", name, str(one.get("val"))))
        for one in root.iter(q("sortCondition")):
            found.add(("sort", name, str(one.get("descending"))))
    if b"bWFyazI=" in package.parts["xl/workbook.xml"]:
        found.add(("password", "", ""))
    for name, data in package.parts.items():
        if name.startswith("xl/media/"):
            found.add(("picture", "", hashlib.sha1(data, usedforsecurity=False).hexdigest()))
    return found


def _keyed(package: Package, title: str, row: Any, tables: dict[str, Any]) -> str:
    """A row by the texts of its cells that are no formulas; rows stand elsewhere afterwards."""
    texts = _texts(package)
    said = []
    for cell in row:
        value = cell.find(q("v"))
        if cell.find(q("f")) is not None:
            continue
        if cell.get("t") == "inlineStr":
            said.append("".join(cell.itertext()))
        if value is None or not value.text:
            continue
        if cell.get("t") in ("s", "str"):
            said.append(texts[int(value.text)] if cell.get("t") == "s" else value.text)
        if len(said) == 1:
            break
    return said[0] if said else ""


def _texts(package: Package) -> list[str]:
    found: list[str] | None = getattr(package, "known_texts", None)
    if found is None:
        data = package.parts.get("xl/sharedStrings.xml", b"<sst/>")
        found = ["".join(item.itertext()) for item in etree.fromstring(data)]
        package.known_texts = found  # type: ignore[attr-defined]
    return found


def text_of(done: Regenerated) -> str:
    """All that a run says, in small letters."""
    said = [json.dumps(done.report.to_dict(), ensure_ascii=False, default=str)]
    said += [f"{f.where} {f.what} {f.mend}" for f in done.findings]
    return "\n".join(said).casefold()


def vanished(
    built: bytes, edited: bytes, new: bytes, said: str, renamed: dict[str, str]
) -> list[str]:
    """What stood in the edited workbook by somebody's hand, stands no more and is not named."""
    before, mine, now = (Package(data) for data in (built, edited, new))
    found = []
    there = {(kind, renamed.get(title, title), mark) for kind, title, mark in marks(now)}
    for kind, title, mark in sorted(marks(mine)):
        refused = kind == "beside the cells" and f"yours at {title}!".casefold() in said
        if (
            (kind, renamed.get(title, title), mark) not in there
            and mark not in said
            and not refused
        ):
            elsewhere = sorted({(k, t) for k, t, m in there if m == mark})
            found.append(f"{kind} on {title!r}: {mark} is gone; it is in {elsewhere}")
    left = (
        {(k, renamed.get(t, t), w) for k, t, w in state(mine)}
        - state(before)
        - {(k, renamed.get(t, t), w) for k, t, w in state(now)}
    )
    for kind, title, what in sorted(left):
        place = title.casefold()
        named = any(word in said for word in WORDS[kind]) and (not place or place in said)
        if not named:
            found.append(f"{kind} on {title!r}: {what!r} is gone")
    return found
