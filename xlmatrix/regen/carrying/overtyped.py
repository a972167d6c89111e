"""Titles, definitions and headings of ours that somebody typed over or emptied; and formulas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from xlmatrix.regen.carrying.cargo import Spot, Trip
from xlmatrix.regen.reading.contents import SheetPart
from xlmatrix.regen.reading.tables import Raw, told
from xlmatrix.sheets.plan import Formula, Note, SheetPlan

#: The lines about a text that stays empty, and about a value that a formula of ours gave way to.
EMPTIED: Final = "a text of ours that you emptied"
OVER_FORMULA: Final = "typed over a formula of ours, which is back; a note holds what you typed"
_AUTHOR: Final = "xlmatrix"


@dataclass(frozen=True, slots=True)
class OurText:
    """A text of ours in whose place another stands.

    ``spot`` is where the new sheet has it, ``before`` what it said, and ``wanted`` what the new
    template says there; None where that is the same.
    """

    spot: Spot
    before: str
    wanted: str | None = None


def text_below(
    trip: Trip, sheet: tuple[str, SheetPart], plan: SheetPlan, spot: Spot
) -> OurText | None:
    """The text of ours over which somebody typed; None where there was none, or it is gone."""
    name, part = sheet
    base = trip.used.stamp.sheets[name]
    old, made = trip.sheet_as_made(name)
    here = _text(plan, spot)
    if old is None or made is None or made.loose != base.loose:
        # Another release drew it: the text that stands there now stood somewhere, and does not.
        shown = set(map(str, part.cells.values.values()))
        missing = here is not None and here in base.loose and here not in shown
        return OurText(spot, here) if here is not None and missing else None
    text = _text(old, spot)
    if text is None or text == here:
        return None if text is None else OurText(spot, text)
    before, now = _places(old, text), _places(plan, text)
    if len(before) == len(now):
        return OurText(now[before.index(spot)], text)
    if here is not None and here not in base.loose:
        return OurText(spot, text, here)
    return None


def _text(plan: SheetPlan, spot: Spot) -> str | None:
    """A text of ours in a cell that nobody is asked to fill."""
    cell = plan.cells.get(spot)
    if cell is None or cell.kind is not None or not isinstance(cell.value, str):
        return None
    return cell.value or None


def _places(plan: SheetPlan, text: str) -> list[Spot]:
    return sorted(spot for spot in plan.cells if _text(plan, spot) == text)


def emptied(
    trip: Trip, sheet: tuple[str, SheetPart], plan: SheetPlan
) -> Iterator[tuple[Spot, OurText]]:
    """The texts of ours whose cells are blank, by the place that they had."""
    name, part = sheet
    base, shown = trip.used.stamp.sheets[name], Counter(map(told, part.cells.values.values()))
    if not shown or not _lacks_texts(trip, part, plan, base.loose, shown):
        return
    old, made = trip.sheet_as_made(name)
    if old is None or made is None or made.loose != base.loose:
        # Another release drew it: nobody can tell which cells were to be blank.
        return
    texts = {spot: text for spot in sorted(old.cells) if (text := _text(old, spot))}
    lacking = Counter(map(told, texts.values())) - shown
    for spot, text in texts.items():
        blank = part.cells.values.get(spot) in (None, "") and spot not in part.cells.formulas
        if not blank or not lacking[told(text)]:
            continue
        lacking[told(text)] -= 1
        ours = text_below(trip, sheet, plan, spot)
        if ours is not None:
            yield spot, ours


def _lacks_texts(
    trip: Trip, part: SheetPart, plan: SheetPlan, loose: tuple[str, ...], shown: Mapping[str, int]
) -> bool:
    """Whether any text of ours may be missing; what it costs to know for sure comes later."""
    if any(not shown.get(told(text)) for text in loose):
        return True
    if not (trip.same_spec and trip.same_release):
        return False
    blank = (spot for spot in plan.cells if part.cells.values.get(spot) in (None, ""))
    return any(_text(plan, spot) in loose for spot in blank)


def noted_over(plan: SheetPlan, spot: Spot, value: Raw, notes: dict[Spot, Note]) -> bool:
    """Whether a value stood over a formula of ours; it is put into a note on that cell."""
    cell = plan.cells.get(spot)
    if cell is None or not isinstance(cell.value, Formula):
        return False
    said, held = f"Typed over the formula of this cell: {told(value)}", notes.get(spot)
    if held is None:
        notes[spot] = Note(_AUTHOR, said)
    elif said not in held.text:
        notes[spot] = Note(held.author, f"{held.text}\n\n{said}")
    return True
