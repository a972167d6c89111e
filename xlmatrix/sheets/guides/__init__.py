"""The optional working sheets: vendors, checklist, messages and the guides."""

from __future__ import annotations

from xlmatrix.sheets.guides.audit import audit_offers
from xlmatrix.sheets.guides.change import change_offers
from xlmatrix.sheets.guides.checklist import checklist_lines, checklist_offers
from xlmatrix.sheets.guides.comms import comms_offers
from xlmatrix.sheets.guides.controls import controls_offers
from xlmatrix.sheets.guides.injection import injection_offers
from xlmatrix.sheets.guides.vendors import vendor_offers
from xlmatrix.sheets.parts import Drawn, Scene
from xlmatrix.sheets.plan import Formula

__all__ = ["checklist_lines", "guide_sheets"]


def guide_sheets(scene: Scene) -> list[tuple[Drawn, str | Formula]]:
    """Every sheet of this room that the spec asks for, with its line for Start."""
    return [
        *vendor_offers(scene),
        *checklist_offers(scene),
        *comms_offers(scene),
        *controls_offers(scene),
        *injection_offers(scene),
        *change_offers(scene),
        *audit_offers(scene),
    ]
