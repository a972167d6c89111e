"""From a :class:`BookPlan` to the bytes of a finished ``.xlsx``, and from bytes to a safe file."""

from __future__ import annotations

from collections.abc import Callable

from xlmatrix.sheets.plan import BookPlan

__all__ = ["render"]


def render(book: BookPlan, progress: Callable[[str], None] | None = None) -> bytes:
    """The workbook as a package that every spreadsheet program opens.

    Parameters
    ----------
    book
        The whole plan. Two renders of equal plans give equal bytes.
    progress
        Called with each sheet's name before its rows are written.

    Raises
    ------
    ValueError
        When the plan is wrong in itself: a fault of a sheet, not of a user.
    XlmatrixError
        For a user's text that no cell can hold.
    """
    # openpyxl takes a third of a second to import, which `import xlmatrix` should not cost.
    from xlmatrix.write.rendering import rendered

    return rendered(book, progress)
