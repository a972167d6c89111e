"""The optional working sheets: checklist, messages, vendors and the guides."""

from __future__ import annotations

from xlmatrix.sheets.guides.vendors import vendor_offers

__all__ = ["vendor_offers"]
