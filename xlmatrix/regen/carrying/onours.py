"""What users put on our sheets besides values: found, and carried over or named.

Colours and fonts that somebody gave to cells come along. Charts, pictures, conditional formats and
validations do not, for what they refer to moves; each is named, and stops the run.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from xlmatrix.formula.render import column_letters
from xlmatrix.package import Package
from xlmatrix.package.cut import attributes, cut, start_tag
from xlmatrix.regen.carrying.carry import THINGS, Cargo, Moved
from xlmatrix.regen.carrying.graft import formulas_in, outer_relations
from xlmatrix.regen.carrying.looks import Sheaf, signatures
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.regen.reading.contents import SheetPart, column_number
from xlmatrix.regen.reading.outline import relations
from xlmatrix.sheets.plan import BookPlan, SheetPlan
from xlmatrix.sheets.recalculated import marked
from xlmatrix.style import look, roles

_ADDRESS: Final = re.compile(r"\$?\b[A-Z]{1,3}\$?\d+\b")
_SPACE: Final = re.compile(r"\s+")
_NUMBER: Final = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_ANCHOR: Final = re.compile(
    r"<(?:\w+:)?(?:twoCell|oneCell|absolute)Anchor\b.*?</(?:\w+:)?(?:twoCell|oneCell|absolute)Anchor>",
    re.DOTALL,
)
_PAINTED: Final = re.compile(r'<c r="([A-Z]+)(\d+)"[^>]*?\bs="(\d+)"')
_LINK: Final = re.compile(r"<(?:\w+:)?hyperlink\b[^>]*>")
_CELL: Final = re.compile(r"([A-Z]+)(\d+)")
#: The button that our macros put on a sheet.
_BUTTON: Final = "RecalculateEscalations"


@dataclass(frozen=True, slots=True)
class Painting:
    """Cells of our sheet that a user gave other looks: new (row, column) to old style number."""

    name: str
    styles: dict[tuple[int, int], int] = field(default_factory=dict)


def look_over(cargo: Cargo) -> list[Painting]:
    """Note what users put on our sheets; gives the cells that they painted."""
    paintings = []
    package = cargo.used.contents.package
    painted = _painted_styles(package) if cargo.same_release else set()
    for name, now in cargo.used.sheet_names.items():
        part, plan = cargo.used.contents.sheet(now), cargo.sheet(name)
        if part is None or plan is None or part.state != "visible":
            continue
        text = package.text(part.part, lenient=True)
        _furniture(cargo, package, part, plan)
        _links(cargo, package, text, part, plan)
        _rules(cargo, text, part, plan)
        if painted:
            painting = _painting(cargo, text, part, plan, painted)
            if painting.styles:
                paintings.append(painting)
    return paintings


# --- charts, pictures and other things -----------------------------------------------------------


def _furniture(cargo: Cargo, package: Package, part: SheetPart, plan: SheetPlan) -> None:
    ours = {"drawing", "control", "ctrlProp", "image"}
    for kind in sorted(part.related - ours):
        if kind in THINGS:
            cargo.lose(part.name, f"{THINGS[kind]} on sheet {part.name!r}")
    extra = 0
    for kind, drawing in relations(package, part.part).values():
        if not kind.endswith("/drawing") or drawing not in package:
            continue
        text = package.text(drawing, lenient=True)
        extra += sum(_BUTTON not in anchor for anchor in _ANCHOR.findall(text))
    if extra > len(plan.charts):
        cargo.lose(part.name, f"charts or pictures of yours on sheet {part.name!r}")


def _links(cargo: Cargo, package: Package, text: str, part: SheetPart, plan: SheetPlan) -> None:
    """List the links that users put on cells of ours, but for those that only repeat the text."""
    known = {cell.link for cell in plan.cells.values()}
    targets = outer_relations(package, part.part)
    for tag in _LINK.findall(text):
        given = attributes(tag)
        url = next((targets.get(v, "") for k, v in given.items() if k.endswith(":id")), "")
        url = html.unescape(url)
        found = _CELL.match(given.get("ref", ""))
        if not url or url in known or found is None:
            continue
        shown = part.cells.values.get((int(found[2]), column_number(found[1])))
        if str(shown).strip().rstrip("/") == url.removeprefix("mailto:").rstrip("/"):
            continue
        note = "the link of this cell is left out; its text stays"
        change = Change(Outcome.REFUSED, "", found[0], "", before=url, note=note, sheet=plan.name)
        cargo.changes.append(change)


# --- conditional formats and validations ---------------------------------------------------------


def plain_formula(formula: str) -> str:
    """A formula without what programs and moved cells change in it."""
    text = _ADDRESS.sub("#", html.unescape(formula).replace("$", ""))
    text = _NUMBER.sub(lambda hit: f"{float(hit[0]):g}", text)
    return _SPACE.sub("", text).casefold().lstrip("=")


def _rules(cargo: Cargo, text: str, part: SheetPart, plan: SheetPlan) -> None:
    strange = list(_strange(text, _known(cargo.book, plan)))
    if not strange:
        return
    if cargo.same_release:
        made = cargo.as_made
        old = next((sheet for sheet in made.sheets if sheet.name == plan.name), None)
        if old is not None:
            strange = list(_strange(text, _known(made, old)))
    for what, place in strange:
        if cargo.same_release:
            cargo.lose(part.name, f"a {what} of yours at {part.name}!{place}")
            continue
        # An older release may have written it: it cannot be told from a user's.
        note = f"a {what} that this release does not know is left out"
        cargo.changes.append(Change(Outcome.REFUSED, "", place, "", note=note, sheet=plan.name))


def _known(book: BookPlan, plan: SheetPlan) -> tuple[set[str], set[str]]:
    # The writer is no part of what runs inside Excel.
    from xlmatrix.write.conditions import formulas_of

    # A recalculation marks cells besides.
    paints, checks = formulas_of(marked(plan), book)
    return {plain_formula(f) for f in paints}, {plain_formula(f) for f in checks}


def _strange(text: str, known: tuple[set[str], set[str]]) -> Iterator[tuple[str, str]]:
    """Formats and validations that none of ours are, and where they stand."""
    paints, checks = known
    tail = text[text.rfind("</sheetData>") + len("</sheetData>") :]
    whole = cut("<worksheet>" + tail)
    for area in whole.of("conditionalFormatting"):
        place = attributes(start_tag(area)).get("sqref", "")
        for name, rule in cut(area).children:
            if name != "cfRule":
                continue
            formulas = [plain_formula(formula) for formula in formulas_in(rule)]
            kind = attributes(start_tag(rule)).get("type")
            if kind != "expression" or not all(formula in paints for formula in formulas):
                yield "conditional format", place
    for validations in whole.of("dataValidations"):
        for _, item in cut(validations).children:
            given = attributes(start_tag(item))
            kind = given.get("type", "none")
            # Some programs write a second operand where there is none.
            first = next(iter(formulas_in(item)), "")
            if kind != "none" and plain_formula(f"{kind}|{first}") not in checks:
                yield "validation", given.get("sqref", "")


# --- painted cells -------------------------------------------------------------------------------


def _painted_styles(package: Package) -> set[int]:
    """The cell formats of the file that look like none of our roles."""
    if "xl/styles.xml" not in package:
        return set()
    ours = {
        (wish.fill, wish.ink, wish.bold, wish.italic, wish.underline) for wish in map(look, roles())
    }
    found = signatures(Sheaf.of(package.text("xl/styles.xml")))
    # A cell that nobody dressed is plain in every program.
    plain = {(None, ink, False, False, False) for ink in (None, "000000")}
    return {number for number, known in enumerate(found) if known not in ours | plain}


def _painting(
    cargo: Cargo, text: str, part: SheetPart, plan: SheetPlan, painted: set[int]
) -> Painting:
    moved = Moved(cargo, part, plan)
    spots: dict[tuple[int, int], int] = {}
    gone = 0
    drawn = _drawn(plan)
    for letters, row, style in _PAINTED.findall(text):
        if int(style) not in painted:
            continue
        target = moved.spot(int(row), column_number(letters))
        if target is None or not drawn(target):
            gone += 1
            continue
        spots[target] = int(style)
    if spots:
        places = ", ".join(f"{column_letters(c)}{r}" for r, c in sorted(spots)[:6])
        more = f" and {len(spots) - 6} more" if len(spots) > 6 else ""
        note = "cells that you painted"
        key = f"{places}{more}"
        cargo.changes.append(Change(Outcome.KEPT, "", key, "", note=note, sheet=plan.name))
    if gone:
        note = f"{gone} painted cells stood where the new sheet has none"
        cargo.changes.append(Change(Outcome.REFUSED, "", "", "", note=note, sheet=plan.name))
    return Painting(plan.name, spots)


def _drawn(plan: SheetPlan) -> Callable[[tuple[int, int]], bool]:
    """Whether the new sheet has a cell at a place."""
    boxes = [(t.row, t.column, t.last_row, t.column + len(t.columns) - 1) for t in plan.tables]

    def inside(spot: tuple[int, int]) -> bool:
        row, column = spot
        return spot in plan.cells or any(a <= row <= c and b <= column <= d for a, b, c, d in boxes)

    return inside
