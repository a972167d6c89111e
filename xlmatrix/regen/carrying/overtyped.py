"""Titles, definitions and headings of ours that somebody typed over."""

from __future__ import annotations

from dataclasses import dataclass

from xlmatrix.regen.carrying.cargo import Spot, Trip
from xlmatrix.regen.reading.contents import SheetPart
from xlmatrix.sheets.plan import SheetPlan


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
