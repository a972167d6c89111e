"""Parts that are no cells, counted in the old workbook and in the finished one.

Which parts were taken along is not asked: what each sheet of the old workbook leads to is looked
for in the new one, kind by kind, pictures and other bytes by what they are, comments of threads by
who said what and when.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from xlmatrix.package import Package
from xlmatrix.package.cut import attributes
from xlmatrix.regen.carrying.freight.kinds import PLACES
from xlmatrix.regen.carrying.freight.pieces import relations_of
from xlmatrix.regen.reading.contents import Contents
from xlmatrix.regen.verifying.debt import Debt
from xlmatrix.regen.verifying.finished import Finished
from xlmatrix.regen.verifying.missing import Missing
from xlmatrix.sheets.plan import BookPlan

_XML: Final = (".xml", ".vml", ".rels")
#: On our sheets: what is written anew, what is looked at one by one, what never comes along.
_ANEW: Final = frozenset({"comments", "vmlDrawing", "drawing", "threadedComment", "ctrlProp"})
_SAID: Final = re.compile(
    r"<(?:\w+:)?threadedComment\b[^<>]*>\s*<(?:\w+:)?text\b[^<>]*>([^<]*)<", re.DOTALL
)
_WORDS: Final = {
    "image": "pictures",
    "chart": "charts",
    "chartEx": "charts of the newer kinds",
    "pivotTable": "pivot tables",
    "slicer": "lists of slicers",
    "timeline": "lists of timelines",
    "ctrlProp": "controls",
    "diagramData": "diagrams",
    "customXml": "drawings by pen",
}


@dataclass(slots=True)
class _Reached:
    """What a sheet leads to: parts by kind, bytes that are no XML, relations to nothing."""

    kinds: Counter[str] = field(default_factory=Counter)
    data: Counter[str] = field(default_factory=Counter)
    nowhere: list[str] = field(default_factory=list)


def not_brought(book: BookPlan, debt: Debt, finished: Finished) -> Iterator[Missing]:
    """Parts of the old workbook that are neither in the new one nor named as lost."""
    old, new = debt.used.contents, finished.contents
    there = dict(_sheet_parts(new))
    names = {now: own for own, now in debt.used.sheet_names.items()}
    for called, part in _sheet_parts(old):
        name = names.get(called, called)
        was = _Reached() if debt.leaves(name, called) else _reached(old.package, part)
        if was.kinds:
            now = _reached(new.package, there[name]) if name in there else _Reached()
            wanted = _wanted(debt, book, name, was) if called in names else was.kinds
            yield from _fewer(name, wanted, was, now)
    yield from _unsaid(debt, old, new)


def _sheet_parts(contents: Contents) -> Iterator[tuple[str, str]]:
    """Each sheet with its part, those that are a chart too."""
    yield from ((sheet.name, sheet.part) for sheet in contents.sheets)
    yield from ((name, part) for name, _, part in contents.chart_sheets)


def _wanted(debt: Debt, book: BookPlan, name: str, was: _Reached) -> Counter[str]:
    """How many parts of each kind a sheet of ours should have: users' ones, and its own charts."""
    wanted = Counter({kind: count for kind, count in was.kinds.items() if kind not in _ANEW})
    planned = _charts_on(book, name)
    # To plan the old workbook takes long, and most have our charts and no other.
    if wanted["chart"] > planned:
        wanted["chart"] += planned - _charts_on(debt.as_made, name)
    return wanted


def _charts_on(book: BookPlan, name: str) -> int:
    return sum(len(plan.charts) for plan in book.sheets if plan.name == name)


def _fewer(name: str, wanted: Mapping[str, int], was: _Reached, now: _Reached) -> Iterator[Missing]:
    """What there is less of than wanted."""
    yield from (Missing(name, f"what {part} on sheet {name!r} refers to") for part in now.nowhere)
    for kind, count in wanted.items():
        if now.kinds[kind] < count:
            word = _WORDS.get(kind, f"parts of the kind {kind}")
            yield Missing(name, f"{count - now.kinds[kind]} of {count} {word} on sheet {name!r}")
    if was.data - now.data and now.kinds["image"] >= was.kinds["image"]:
        yield Missing(name, f"a picture on sheet {name!r} as it was")


def _reached(package: Package, sheet: str) -> _Reached:
    """What a sheet and its parts refer to, each part once."""
    found = _Reached()
    seen, waiting = {sheet}, [sheet]
    while waiting:
        part = waiting.pop()
        for one in relations_of(package, part):
            if one.outside or one.kind not in PLACES or one.target in seen:
                continue
            seen.add(one.target)
            if one.target not in package:
                found.nowhere.append(part)
                continue
            found.kinds[one.kind] += 1
            if not one.target.casefold().endswith(_XML):
                found.data[_digest(package, one.target)] += 1
            waiting.append(one.target)
    return found


def _digest(package: Package, part: str) -> str:
    whole = hashlib.sha256()
    for block in package.blocks(part):
        whole.update(block)
    return whole.hexdigest()


# --- threads --------------------------------------------------------------------------------------


def _unsaid(debt: Debt, old: Contents, new: Contents) -> Iterator[Missing]:
    """Comments of threads that nobody finds again, or that nobody made now."""
    known = _persons(new.package)
    there: set[tuple[str, ...]] = set()
    for sheet in new.sheets:
        for said in _threads(new.package, sheet.part):
            there.add(said[1:])
            if said[2] not in known:
                yield Missing(sheet.name, f"the person who wrote on {sheet.name}!{said[0]}")
    for sheet in old.sheets:
        for said in _threads(old.package, sheet.part):
            at = f"{sheet.name}!{said[0]}"
            if said[1:] not in there and not debt.leaves(f"comment {at}", sheet.name):
                yield Missing(f"comment {at}", f"what was said at {at}: {said[4]}")


def _threads(package: Package, sheet: str) -> Iterator[tuple[str, str, str, str, str]]:
    """Cell, id, person, time and text of each comment on a sheet."""
    for one in relations_of(package, sheet):
        if one.kind == "threadedComment" and one.target in package:
            for hit in _SAID.finditer(package.xml(one.target)):
                given: Mapping[str, str] = attributes(hit[0][: hit[0].index(">") + 1])
                names = ("ref", "id", "personId", "dT")
                ref, identity, person, time = (given.get(name, "") for name in names)
                yield ref, identity, person.casefold(), time, hit[1]


def _persons(package: Package) -> frozenset[str]:
    texts = [
        package.xml(one.target)
        for one in relations_of(package, "xl/workbook.xml")
        if one.kind == "person" and one.target in package
    ]
    tags = [tag for text in texts for tag in re.findall(r"<(?:\w+:)?person\b[^<>]*>", text)]
    return frozenset(attributes(tag).get("id", "").casefold() for tag in tags)
