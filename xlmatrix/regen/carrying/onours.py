"""What users put on our sheets besides values: found, and carried over or named.

Colours and fonts that somebody gave to cells come along, as charts and pictures do elsewhere.
Conditional formats and validations do not, for what they refer to moves; each is named, and stops
the run.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from xlmatrix.formula.render import column_letters
from xlmatrix.package import Package
from xlmatrix.package.cut import attributes, cut, start_tag
from xlmatrix.regen.carrying.cargo import Cargo, Spot, Trip
from xlmatrix.regen.carrying.graft import formulas_in
from xlmatrix.regen.carrying.looks import Sheaf, signatures
from xlmatrix.regen.carrying.moved import Moved
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.regen.reading.contents import SheetPart, column_number
from xlmatrix.sheets.plan import BookPlan, SheetPlan, Visibility
from xlmatrix.sheets.recalculated import marked
from xlmatrix.style import look, roles

_ADDRESS: Final = re.compile(r"\$?\b[A-Z]{1,3}\$?\d+\b")
_AREA: Final = re.compile("#(?::#)+")
#: What stands in a formula for a cell that somebody deleted.
_DELETED: Final = "#REF!"
_SPACE: Final = re.compile(r"\s+")
_NUMBER: Final = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
#: Formulas of formats that earlier releases wrote and this one writes no more.
_FORMER: Final = (
    'OR(A1="Overdue",A1="Reported late")',
    'OR(A1="Due soon",A1="Past the safe time")',
    'OR(A1="Running",A1="Reported in time")',
)
_PAINTED: Final = re.compile(r'<c r="([A-Z]{1,3})(\d{1,7})"[^<>]*?\bs="(\d{1,9})"')


def look_over(trip: Trip, cargo: Cargo) -> Cargo:
    """Note what users put on our sheets, and the cells that they painted."""
    package = trip.used.contents.package
    strange = _painted_styles(package) if trip.same_release else set()
    painted: dict[str, Mapping[Spot, int]] = {}
    for name, part, plan in trip.our_sheets(cargo.book):
        if plan.visibility is not Visibility.VISIBLE:
            continue
        text = package.xml(part.part)
        with package.understood(part.part):
            cargo = _rules(trip, cargo, text, part, plan)
        if strange:
            spots, changes = _painting(text, Moved(trip, part, plan), plan, strange)
            cargo = cargo.noting(*changes)
            if spots:
                painted[name] = spots
    return replace(cargo, painted=painted)


# --- conditional formats and validations ---------------------------------------------------------


def plain_formula(formula: str) -> str:
    """A formula without what programs and moved cells change in it.

    An address whose cell was deleted (``#REF!``) is one all the same, and a range is one address.
    """
    text = html.unescape(formula).replace("$", "").replace(_DELETED, "#")
    text = _AREA.sub("#", _ADDRESS.sub("#", text))
    text = _NUMBER.sub(lambda hit: f"{float(hit[0]):g}", text)
    return _SPACE.sub("", text).casefold().lstrip("=")


def _rules(trip: Trip, cargo: Cargo, text: str, part: SheetPart, plan: SheetPlan) -> Cargo:
    strange = list(_strange(text, _known(cargo.book, plan)))
    if not strange:
        return cargo
    if not trip.same_release:
        # An older release may have written it: it cannot be told from a user's.
        return cargo.noting(
            *(
                Change(Outcome.REFUSED, "", place, "", sheet=plan.name,
                       note=f"a {what} that this release does not know is left out")
                for what, place, _ in strange
            )
        )  # fmt: skip
    old, _ = trip.sheet_as_made(plan.name)
    if old is not None:
        strange = list(_strange(text, _known(trip.as_made, old)))
    for kind, place, means in strange:
        if means:
            cargo = cargo.losing(part.name, f"a {kind} of yours at {part.name}!{place}")
        else:
            note = f"a {kind} of cells that were deleted means nothing any more; it is left out"
            change = Change(Outcome.REFUSED, "", place, "", note=note, sheet=plan.name)
            cargo = cargo.noting(change)
    return cargo


def all_ours(trip: Trip, book: BookPlan, plan: SheetPlan, formulas: Sequence[str]) -> bool:
    """Whether formulas of formats and validations, escaped, are ones that we write on a sheet."""
    sides = [_known(book, plan)]
    old, _ = trip.sheet_as_made(plan.name)
    sides += [_known(trip.as_made, old)] if old is not None else []
    ours = {known.partition("|")[2] or known for side in sides for set_ in side for known in set_}
    return all(plain_formula(formula) in ours for formula in formulas)


def _known(book: BookPlan, plan: SheetPlan) -> tuple[set[str], set[str]]:
    # The writer is no part of what runs inside Excel.
    from xlmatrix.write.conditions import formulas_of

    # A recalculation marks cells besides.
    paints, checks = formulas_of(marked(plan), book)
    return {plain_formula(f) for f in (*paints, *_FORMER)}, {plain_formula(f) for f in checks}


def _strange(text: str, known: tuple[set[str], set[str]]) -> Iterator[tuple[str, str, bool]]:
    """Formats and validations that none of ours are: where, and whether they mean anything."""
    paints, checks = known
    at = text.rfind("</sheetData>")
    # What people type stands before, and there may be much of it.
    whole = cut("<worksheet>" + text[at + len("</sheetData>") :] if at >= 0 else text)
    for area in whole.of("conditionalFormatting"):
        place = attributes(start_tag(area)).get("sqref", "")
        for name, rule in cut(area).children:
            if name != "cfRule":
                continue
            written = formulas_in(rule)
            formulas = [plain_formula(formula) for formula in written]
            kind = attributes(start_tag(rule)).get("type")
            if kind != "expression" or not all(formula in paints for formula in formulas):
                yield "conditional format", place, _means(written)
    for validations in whole.of("dataValidations"):
        for _, item in cut(validations).children:
            given = attributes(start_tag(item))
            kind = given.get("type", "none")
            # Some programs write a second operand where there is none.
            written = formulas_in(item)
            first = next(iter(written), "")
            if kind != "none" and plain_formula(f"{kind}|{first}") not in checks:
                yield "validation", given.get("sqref", ""), _means(written)


def _means(formulas: Sequence[str]) -> bool:
    """Whether every cell that some formulas speak of is there."""
    return not any(_DELETED in formula for formula in formulas)


# --- painted cells -------------------------------------------------------------------------------


def _painted_styles(package: Package) -> set[int]:
    """The cell formats of the file that look like none of our roles."""
    if "xl/styles.xml" not in package:
        return set()
    ours = {
        (wish.fill, wish.ink, wish.bold, wish.italic, wish.underline) for wish in map(look, roles())
    }
    with package.understood("xl/styles.xml"):
        found = signatures(Sheaf.of(package.xml("xl/styles.xml")))
    # A cell that nobody dressed is plain in every program.
    plain = {(None, ink, False, False, False) for ink in (None, "000000")}
    return {number for number, known in enumerate(found) if known not in ours | plain}


def _painting(
    text: str, moved: Moved, plan: SheetPlan, painted: set[int]
) -> tuple[dict[Spot, int], list[Change]]:
    """New places of the cells in a ``painted`` style, with its number, and lines about them."""
    spots: dict[Spot, int] = {}
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
    changes = []
    if spots:
        places = ", ".join(f"{column_letters(c)}{r}" for r, c in sorted(spots)[:6])
        more = f" and {len(spots) - 6} more" if len(spots) > 6 else ""
        note = "cells that you painted"
        key = f"{places}{more}"
        changes.append(Change(Outcome.KEPT, "", key, "", note=note, sheet=plan.name))
    if gone:
        note = f"{gone} painted cells stood where the new sheet has none"
        changes.append(Change(Outcome.REFUSED, "", "", "", note=note, sheet=plan.name))
    return spots, changes


def _drawn(plan: SheetPlan) -> Callable[[Spot], bool]:
    """Whether the new sheet has a cell at a place."""
    boxes = [(t.row, t.column, t.last_row, t.column + len(t.columns) - 1) for t in plan.tables]

    def inside(spot: Spot) -> bool:
        row, column = spot
        return spot in plan.cells or any(a <= row <= c and b <= column <= d for a, b, c, d in boxes)

    return inside
