"""The parts of a package from a plan: openpyxl furnishes the sheets, our own writer fills them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from xlmatrix.sheets.draft import area
from xlmatrix.sheets.plan import BookPlan, SheetPlan
from xlmatrix.write.grid import Grid
from xlmatrix.write.habits import as_excel_writes
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

Progress = Callable[[str], None]


def rendered(book: BookPlan, progress: Progress | None) -> bytes:
    """The bytes of the workbook, see :func:`xlmatrix.write.render`."""
    verify(book)
    made, sheets = start(book)
    styles, shared = Styles(made), SharedStrings()
    for sheet, plan in zip(sheets, book.sheets, strict=True):
        with _placed(plan.name):
            furnish(sheet, plan, book)
    register_roles(styles, book)
    parts = as_excel_writes(parts_of(made))
    add_shared_parts(parts, book.organisation)
    _add_alt_texts(parts, book)
    streams = {
        part: _SheetRows(plan, parts[part], styles, shared, progress).chunks
        for part, plan in (
            (f"xl/worksheets/sheet{number}.xml", plan)
            for number, plan in enumerate(book.sheets, start=1)
        )
    }
    return pack(parts, streams, shared.xml)


def _add_alt_texts(parts: dict[str, bytes], book: BookPlan) -> None:
    charted = [plan for plan in book.sheets if plan.charts]
    for number, plan in enumerate(charted, start=1):
        name = f"xl/drawings/drawing{number}.xml"
        texts = [chart.alt_text or chart.title for chart in plan.charts]
        parts[name] = with_alt_texts(parts[name], texts)


@dataclass(frozen=True, slots=True, eq=False)
class _SheetRows:
    """One sheet's part, its rows written only when the package asks for them."""

    plan: SheetPlan
    part: bytes
    styles: Styles
    shared: SharedStrings
    progress: Progress | None

    def chunks(self) -> Iterator[str]:
        plan = self.plan
        if self.progress:
            self.progress(plan.name)
        before, after = sheet_shell(self.part, plan_area(plan))
        yield before
        with _placed(plan.name):
            yield from Grid(plan, self.styles, self.shared, fit(plan)).chunks()
        yield after


@contextmanager
def _placed(sheet: str) -> Iterator[None]:
    """Say on which sheet a fault of the plan lies."""
    try:
        yield
    except ValueError as fault:
        raise ValueError(f"{sheet}: {fault}") from fault


def plan_area(plan: SheetPlan) -> str:
    """The rectangle that a sheet's cells take, such as ``A1:H40``."""
    rows = [row for row, _ in plan.cells] + [t.row for t in plan.tables]
    columns = [column for _, column in plan.cells] + [t.column for t in plan.tables]
    if not rows:
        return "A1"
    last_row = max(rows + [table.last_row for table in plan.tables])
    last = max(columns + [table.column + len(table.columns) - 1 for table in plan.tables])
    return area(min(rows), min(columns), last_row, last)
