"""Every sheet about drills, where the spec has any."""

from __future__ import annotations

from xlmatrix.sheets.drill_actions import drill_actions_sheet
from xlmatrix.sheets.drill_cards import drill_cards_sheet, drill_players_sheet
from xlmatrix.sheets.drill_results import drill_results_sheet
from xlmatrix.sheets.drill_seats import drill_seats_sheet
from xlmatrix.sheets.drill_view import drill_view
from xlmatrix.sheets.drills import drills_sheet
from xlmatrix.sheets.parts import Drawn, Scene
from xlmatrix.sheets.plan import Formula
from xlmatrix.sheets.scenarios import scenarios_sheet
from xlmatrix.sheets.simulation import simulation_sheets


def drill_sheets(scene: Scene) -> list[tuple[Drawn, str | Formula]]:
    """Plan, seats, results, cards and scenarios, drawn from one view."""
    view = drill_view(scene)
    if view is None:
        return []
    return [
        (drills_sheet(scene, view), "The year plan of drills, and how each went"),
        (drill_seats_sheet(scene, view), "Who plays which role in which drill; coverage"),
        (drill_results_sheet(scene, view), "Times and verdict of each drill that was held"),
        (drill_actions_sheet(scene), "What drills showed, what is done, and who verified it"),
        (drill_cards_sheet(scene, view), "One drill on one page, for the facilitator"),
        (drill_players_sheet(scene, view), "One drill on one page, for the players"),
        (scenarios_sheet(view), "Scenarios and injects, for facilitators alone"),
        *simulation_sheets(scene),
    ]
