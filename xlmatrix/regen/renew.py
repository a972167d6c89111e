"""From a used workbook and a new spec to the plan of the new workbook, and the report.

docs/regenerate.md draws the stages.
"""

from __future__ import annotations

from xlmatrix.regen.carrying import Cargo
from xlmatrix.regen.merging.given import name_lines, names_now
from xlmatrix.regen.reading.book import UsedBook
from xlmatrix.regen.stages.carried import carry_over
from xlmatrix.regen.stages.drawn import draw, overlay
from xlmatrix.regen.stages.ground import lay_ground
from xlmatrix.regen.stages.merged import merge_inputs
from xlmatrix.regen.stages.reported import report_on
from xlmatrix.regen.stages.request import Outfit, Request
from xlmatrix.regen.stages.stamped import Renewed, stamp_it
from xlmatrix.regen.stages.translated import translate

__all__ = ["Outfit", "Renewed", "Request", "renew"]


def renew(understood: UsedBook, request: Request) -> Renewed:
    """Plan the new workbook.

    Raises
    ------
    XlmatrixError
        When something cannot be carried over and nobody allowed its loss.
    """
    asked = request.naming(names_now(understood, request.new.spec))
    translated = translate(understood, asked.new.spec)
    ground = lay_ground(understood, translated, asked)
    merged = merge_inputs(understood, translated, ground)
    drawn = draw(ground, merged)
    overlaid = overlay(drawn, merged)
    carried = carry_over(translated, ground, merged, overlaid, asked)
    reported = report_on(ground, merged, overlaid, _with_names(carried, request, asked), asked)
    return stamp_it(ground, merged, (drawn, overlaid), carried, reported, asked)


def _with_names(carried: Cargo, request: Request, asked: Request) -> Cargo:
    """The cargo with a line for each name that people gave to a role or a calendar."""
    return carried.noting(*name_lines(request.new.spec, asked.new.spec, asked.names))
