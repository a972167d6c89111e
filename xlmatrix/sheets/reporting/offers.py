"""The sheets of reporting duties, where the spec has any."""

from __future__ import annotations

from xlmatrix.sheets.parts import Drawn, Scene
from xlmatrix.sheets.plan import Formula
from xlmatrix.sheets.reporting.obligations import obligations_sheet
from xlmatrix.sheets.reporting.page import page_sheet, steps_sheet
from xlmatrix.sheets.reporting.reports import desk
from xlmatrix.sheets.reporting.rules_sheet import rules_sheet
from xlmatrix.sheets.reporting.scope_sheet import scope_sheet
from xlmatrix.sheets.reporting.workdays import workdays_sheet


def obligation_sheets(scene: Scene) -> list[tuple[Drawn, str | Formula]]:
    """What to report now, the notices, whom the matrix binds, and the rules."""
    if not scene.spec.obligations.rules:
        return []
    found = desk(scene)
    scope = scope_sheet(found)
    return [
        (page_sheet(found), "One incident: who must be told what by when"),
        (obligations_sheet(found), "Reports to authorities and partners: what is due when"),
        *([(scope, "Which laws bind you: questions to answer once")] if scope else []),
        (rules_sheet(found), "For counsel: what starts each reporting clock, and when it applies"),
    ]


def hidden_sheets(scene: Scene) -> list[Drawn]:
    """The hidden sheets that the obligations count on."""
    if not scene.spec.obligations.rules:
        return []
    found = desk(scene)
    return [workdays_sheet(found), steps_sheet(found)]
