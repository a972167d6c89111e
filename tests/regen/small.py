"""Small sheets are quick sheets: what the rest holds is proven elsewhere."""

from __future__ import annotations

import pytest


def few_ready_rows(patch: pytest.MonkeyPatch) -> None:
    """Leave out spare rows, and the hidden helpers of clocks that nobody computes here."""
    patch.setattr("xlmatrix.sheets.book.SPARE_INCIDENTS", 6)
    patch.setattr("xlmatrix.sheets.book.SPARE", (4, 3, 3))
    patch.setattr("xlmatrix.sheets.histories.RESERVE", (3, 2, 2))
    patch.setattr("xlmatrix.sheets.book.line_sheets", lambda scene: [])
    patch.setattr("xlmatrix.write.verify.verify", lambda book: None)
