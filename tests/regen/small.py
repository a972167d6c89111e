"""Small sheets are quick sheets: what the rest holds is proven elsewhere."""

from __future__ import annotations

import pytest

from tests.matrices import few_spare_rows


def few_ready_rows(patch: pytest.MonkeyPatch) -> None:
    """Leave out spare rows, and the hidden helpers of clocks that nobody computes here."""
    few_spare_rows(patch)
    patch.setattr("xlmatrix.sheets.book.line_sheets", lambda scene: [])
    patch.setattr("xlmatrix.write.rendering.verify", lambda book: None)


def no_hidden_sheets(patch: pytest.MonkeyPatch) -> None:
    """Leave out the sheets that only formulas read; nobody types there, nor computes them here."""
    patch.setattr("xlmatrix.sheets.book._hidden_sheets", lambda scene, lines: [])


def few_sheets(patch: pytest.MonkeyPatch) -> None:
    """Both."""
    few_ready_rows(patch)
    no_hidden_sheets(patch)
