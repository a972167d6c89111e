"""From a :class:`BookPlan` to the bytes of a finished ``.xlsx``, and from bytes to a safe file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from xlmatrix.sheets.plan import BookPlan, SheetPlan
from xlmatrix.write.store import save

__all__ = ["render", "save"]


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
    from xlmatrix.write.grid import Grid
    from xlmatrix.write.heights import fit
    from xlmatrix.write.package import (
        add_shared_parts,
        pack,
        parts_of,
        sheet_shell,
        with_alt_texts,
    )
    from xlmatrix.write.skeleton import furnish, start
    from xlmatrix.write.styles import Styles, register_roles
    from xlmatrix.write.values import SharedStrings
    from xlmatrix.write.verify import verify

    verify(book)
    made, sheets = start(book)
    styles, shared = Styles(made), SharedStrings()
    for sheet, plan in zip(sheets, book.sheets, strict=True):
        with placed(plan.name):
            furnish(sheet, plan, book)
    register_roles(styles, book)
    parts = parts_of(made)
    add_shared_parts(parts, book)
    charted = [plan for plan in book.sheets if plan.charts]
    for number, plan in enumerate(charted, start=1):
        name = f"xl/drawings/drawing{number}.xml"
        texts = [chart.alt_text or chart.title for chart in plan.charts]
        parts[name] = with_alt_texts(parts[name], texts)

    def rows(number: int, plan: SheetPlan) -> Callable[[], Iterator[str]]:
        def chunks() -> Iterator[str]:
            if progress:
                progress(plan.name)
            before, after = sheet_shell(parts[f"xl/worksheets/sheet{number}.xml"], plan_area(plan))
            yield before
            with placed(plan.name):
                yield from Grid(plan, styles, shared, fit(plan)).chunks()
            yield after

        return chunks

    streams = {
        f"xl/worksheets/sheet{number}.xml": rows(number, plan)
        for number, plan in enumerate(book.sheets, start=1)
    }
    return pack(parts, streams, shared.xml)


@contextmanager
def placed(sheet: str) -> Iterator[None]:
    """Say on which sheet a fault of the plan lies."""
    try:
        yield
    except ValueError as fault:
        raise ValueError(f"{sheet}: {fault}") from fault


def plan_area(plan: SheetPlan) -> str:
    """The rectangle that a sheet's cells take, such as ``A1:H40``."""
    from xlmatrix.sheets.draft import area

    rows = [row for row, _ in plan.cells] + [t.row for t in plan.tables]
    columns = [column for _, column in plan.cells] + [t.column for t in plan.tables]
    if not rows:
        return "A1"
    last_row = max(rows + [table.last_row for table in plan.tables])
    last = max(columns + [table.column + len(table.columns) - 1 for table in plan.tables])
    return area(min(rows), min(columns), last_row, last)
