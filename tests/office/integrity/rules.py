"""Validations, conditional formats and charts: the texts and formulas beside the cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from tests.office.integrity.book import Book, Box, box_of, overlap
from tests.office.integrity.styles import differential
from tests.office.package import NS

_ICONS = {"3": 3, "4": 4, "5": 5}
_TWO_FORMULAS = {"between", "notBetween"}


def faults(book: Book) -> Iterator[str]:
    """Faults of what watches or draws the cells."""
    dxfs = differential(book)
    for title, root in book.roots.items():
        for fault in _validations(book, title, root):
            yield f"{title}: validation {fault}"
        for fault in _formats(book, title, root, dxfs):
            yield f"{title}: format {fault}"
    for part in sorted(book.parts):
        if part.startswith("xl/charts/") and part.endswith(".xml"):
            for formula in book.xml(part).iter("{*}f"):
                for fault in book.formulas.faults(formula.text or ""):
                    yield f"{part}: {fault}"


def _boxes(sqref: str) -> list[Box | None]:
    return [box_of(ref) for ref in sqref.split()] or [None]


def _validations(book: Book, title: str, root: Any) -> Iterator[str]:
    covered: list[tuple[str, Box]] = []
    group = root.find("m:dataValidations", NS)
    if group is None:
        return
    if group.get("count") not in {None, str(len(group))}:
        yield f"count {group.get('count')} of {len(group)}"
    for rule in group:
        sqref = rule.get("sqref") or ""
        boxes = _boxes(sqref)
        if None in boxes:
            yield f"{sqref!r}: stands nowhere"
        covered += [(sqref, box) for box in boxes if box]
        for key, most in (("prompt", 255), ("error", 255), ("promptTitle", 32), ("errorTitle", 32)):
            if len(rule.get(key) or "") > most:
                yield f"{sqref}: {key} of {len(rule.get(key))} characters; at most {most}"
        yield from (f"{sqref}: {fault}" for fault in _validation(book, title, rule))
    for (one, a), (two, b) in combinations(covered, 2):
        if overlap(a, b):
            yield f"{one}: overlaps the validation of {two}"


def _validation(book: Book, title: str, rule: Any) -> Iterator[str]:
    kind = rule.get("type", "none")
    texts = [rule.findtext(f"m:{tag}", namespaces=NS) for tag in ("formula1", "formula2")]
    given = [text for text in texts if text]
    wanted = 0 if kind == "none" else 1
    if kind not in {"none", "list", "custom"} and rule.get("operator", "between") in _TWO_FORMULAS:
        wanted = 2
    if len(given) != wanted:
        yield f"{kind} with {len(given)} formulas; it takes {wanted}"
    for text in given:
        if kind == "list" and text.startswith('"'):
            if len(text) - 2 > 255:
                yield f"a list of {len(text) - 2} characters; at most 255"
            if not (len(text) > 2 and text.endswith('"')) or '"' in text[1:-1].replace('""', ""):
                yield "a list that is no text"
            continue
        yield from book.formulas.faults(text, sheet=title, structured=False)


def _formats(book: Book, title: str, root: Any, dxfs: int) -> Iterator[str]:
    priorities: Counter[int] = Counter()
    for group in root.iterfind("m:conditionalFormatting", NS):
        sqref = group.get("sqref") or ""
        if None in _boxes(sqref):
            yield f"{sqref!r}: stands nowhere"
        for rule in group.iterfind("m:cfRule", NS):
            priority = int(rule.get("priority", "0"))
            priorities[priority] += 1
            if priority < 1:
                yield f"{sqref}: priority {priority}"
            if rule.get("dxfId") is not None and int(rule.get("dxfId")) >= dxfs:
                yield f"{sqref}: dxfId {rule.get('dxfId')} of {dxfs}"
            yield from (f"{sqref}: {fault}" for fault in _format(book, title, rule))
    yield from (f"priority {key} given {n} times" for key, n in priorities.items() if n > 1)


def _format(book: Book, title: str, rule: Any) -> Iterator[str]:
    kind = rule.get("type")
    texts = [formula.text or "" for formula in rule.iterfind("m:formula", NS)]
    wanted = {"expression": 1, "cellIs": 2 if rule.get("operator") in _TWO_FORMULAS else 1}
    if kind in wanted and len(texts) != wanted[kind]:
        yield f"{kind} with {len(texts)} formulas; it takes {wanted[kind]}"
    if kind == "cellIs" and rule.get("operator") is None:
        yield "cellIs without an operator"
    for text in texts:
        yield from book.formulas.faults(text, sheet=title, structured=False)
    for tag in ("colorScale", "dataBar", "iconSet"):
        scale = rule.find(f"m:{tag}", NS)
        if (kind == tag) != (scale is not None):
            yield f"type {kind} {'without' if kind == tag else 'with'} {tag}"
        elif scale is not None:
            yield from _scale(tag, scale)


def _scale(tag: str, scale: Any) -> Iterator[str]:
    points, colors = len(scale.findall("m:cfvo", NS)), len(scale.findall("m:color", NS))
    if tag == "colorScale" and (points not in {2, 3} or colors != points):
        yield f"a colour scale of {points} points and {colors} colours"
    if tag == "dataBar" and (points != 2 or colors != 1):
        yield f"a data bar of {points} points and {colors} colours"
    if tag == "iconSet":
        icons = _ICONS.get((scale.get("iconSet") or "3TrafficLights1")[0])
        if points != icons:
            yield f"an icon set of {icons} icons and {points} points"
    for point in scale.iterfind("m:cfvo", NS):
        if point.get("type") in {"num", "percent", "percentile"} and not _number(point.get("val")):
            yield f"a point at {point.get('val')!r}"


def _number(text: str | None) -> bool:
    try:
        float(text or "")
    except ValueError:
        return False
    return True
