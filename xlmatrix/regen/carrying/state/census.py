"""A census of what stands around the cells, so that no kind of it is dropped in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from xlmatrix.package.cut import attributes, cut, start_tag
from xlmatrix.regen.carrying.freight.pieces import relations_of
from xlmatrix.regen.carrying.onours import all_ours
from xlmatrix.regen.carrying.state.case import Case, OurSheet
from xlmatrix.regen.carrying.state.fates import BOOK, MOVED, RELATIONS, SHEET, TABLE, Fate
from xlmatrix.regen.carrying.state.stay import Finds, left_out
from xlmatrix.regen.carrying.state.tablefilters import is_of_table
from xlmatrix.regen.reading.frames import BOOK as BOOK_PART
from xlmatrix.regen.reading.frames import Frame

_NOTE: Final = "is left out: the new workbook has none of it"
_UNKNOWN: Final = "is left out: this release does not know it"
_MOST_CHARS: Final = 60
_FORMULA: Final = re.compile(r"<(?:\w+:)?f>([^<]*)</")


def census(case: Case) -> Finds:
    """Lines about everything that no kind of state looks after."""
    package = case.frames.package
    said: dict[tuple[str, str], str] = {}
    for key, note in counted(case.frames.book, BOOK):
        said[("", key)] = note
    for source in ("", BOOK_PART):
        for relation in relations_of(package, source):
            said |= {("", key): note for key, note in _fate(RELATIONS[source], relation.kind)}
    for sheet in case.seen:
        said |= {(sheet.name, key): note for key, note in _of_sheet(case, sheet)}
    for (name, key), note in said.items():
        yield left_out(name, key, note)


def _of_sheet(case: Case, sheet: OurSheet) -> Iterator[tuple[str, str]]:
    for key, note in counted(sheet.frame, SHEET):
        # Excel moves formats and validations that speak of other sheets into an extension.
        if key not in MOVED or not _all_ours(case, sheet):
            yield key, note
    for text in sheet.frame.of("autoFilter"):
        if not any(is_of_table(table, text) for table in case.tables(sheet)):
            yield "a filter of plain cells", _NOTE
    for table in case.tables(sheet):
        if table.frame is not None:
            for key, note in counted(table.frame, TABLE):
                yield f"{table.plan.name}: {key}", note
    for relation in relations_of(case.frames.package, sheet.part.part):
        yield from _fate(RELATIONS["sheet"], relation.kind)


def _all_ours(case: Case, sheet: OurSheet) -> bool:
    formulas = [f for text in sheet.frame.of("extLst") for f in _FORMULA.findall(text)]
    return all_ours(case.trip, case.book, sheet.plan, formulas)


def counted(frame: Frame, fates: Mapping[str, Fate]) -> Iterator[tuple[str, str]]:
    """What a part says that is left out, in words or by its name, and why."""
    if "@name" in fates:
        yield from _attributes(fates, "", frame.tag)
    for name, text in frame.children:
        yield from _element(fates, name, text)


def _element(fates: Mapping[str, Fate], path: str, text: str) -> Iterator[tuple[str, str]]:
    fate = fates.get(path)
    if fate is None or not fate.open:
        yield from _fate(fates, path)
        return
    if path.endswith("extLst"):
        for item in cut(text).of("ext"):
            uri = attributes(start_tag(item)).get("uri", "").upper()
            yield from _fate(fates, f"{path}/ext@{uri}")
        return
    yield from _attributes(fates, path, start_tag(text))
    for name, child in cut(text).children:
        yield from _element(fates, f"{path}/{name}", child)


def _attributes(fates: Mapping[str, Fate], path: str, tag: str) -> Iterator[tuple[str, str]]:
    for name, value in attributes(tag).items():
        if not name.startswith("xmlns"):
            yield from _fate(fates, f"{path}@{name.rpartition(':')[2]}", value)


def _fate(fates: Mapping[str, Fate], path: str, value: str = "") -> Iterator[tuple[str, str]]:
    fate = fates.get(path)
    if fate is None:
        yield path[:_MOST_CHARS], _UNKNOWN
    elif fate.verdict == "named" and (not value or value not in fate.default):
        yield fate.words, _NOTE
