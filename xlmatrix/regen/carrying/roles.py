"""How a carried cell is shown: the role whose number format is nearest to its own."""

from __future__ import annotations

from typing import Final

from xlmatrix.regen.reading.contents import Contents, SheetPart
from xlmatrix.regen.reading.shared import is_date_format

#: The room around a text that programs add to a column's width.
PADDING_CHARS: Final = 0.71


def format_role(code: str, kind: str) -> str:
    """The role whose number format is nearest to a format code."""
    if is_date_format(code):
        return f"{kind}.stamp" if "h" in code.lower() else f"{kind}.date"
    if "%" in code:
        return f"{kind}.percent1" if "." in code else f"{kind}.percent"
    if "h" in code.lower() and "m" in code.lower():
        return f"{kind}.time"
    return {"0": f"{kind}.int", "#,##0": f"{kind}.int", "#,##0.00": f"{kind}.money"}.get(code, kind)


def cell_role(contents: Contents, part: SheetPart, spot: tuple[int, int]) -> str:
    """The role of a cell that keeps its number format."""
    return format_role(contents.code_of(part.cells.styles.get(spot, 0)), "text")
