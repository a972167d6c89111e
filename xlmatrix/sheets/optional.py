"""The sheets that a spec may ask for, in the order a manager reads them.

Another optional sheet is one more line in :data:`_MAKERS`: a function from the scene to the sheets
it draws, none where the spec does not ask for them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from xlmatrix.sheets.access import access_offers
from xlmatrix.sheets.classes import class_sheets
from xlmatrix.sheets.drill_sheets import drill_sheets
from xlmatrix.sheets.guides import guide_sheets
from xlmatrix.sheets.oncall import oncall_sheets
from xlmatrix.sheets.parts import Drawn, Scene
from xlmatrix.sheets.plan import Formula
from xlmatrix.sheets.raci import raci_sheets
from xlmatrix.sheets.reporting.offers import obligation_sheets
from xlmatrix.sheets.triage import triage_sheets

#: A sheet and what Start says it is for: words, or a formula such as the progress of a list.
Offer = tuple[Drawn, str | Formula]
Maker = Callable[[Scene], list[Offer]]

_MAKERS: Final[tuple[Maker, ...]] = (
    access_offers,
    obligation_sheets,
    oncall_sheets,
    triage_sheets,
    class_sheets,
    raci_sheets,
    drill_sheets,
    guide_sheets,
)


def optional_sheets(scene: Scene) -> list[Offer]:
    """Every optional sheet of a workbook; they stand between the log and the directory."""
    return [offer for maker in _MAKERS for offer in maker(scene)]
