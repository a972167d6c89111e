"""How long a workbook takes, beside openpyxl saving the same cells.

``python benchmarks/build.py`` measures every case in a process of its own (so that peak memory is
that case's) and writes the section "build" of ``benchmarks/RESULTS.md``. The standard template goes
from its YAML to the bytes of the workbook, with everything that is computed on the way; the other
cases render a plan that is ready.

The rival is handed values and formula texts that are ready and writes them with the same style for
each cell, in openpyxl's normal mode, since tables, validations and conditional formats need that
mode; it stores no results beside the formulas, because openpyxl cannot.
"""

from __future__ import annotations

import importlib
import io
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import xlmatrix
from benchmarks.results import write_section
from xlmatrix.formula import Expr, F, if_, this, to_excel
from xlmatrix.formula.render import Filled
from xlmatrix.sheets.plan import BookPlan, Cell, Formula, Page, SheetPlan, Table
from xlmatrix.style import look
from xlmatrix.tables.column import Column
from xlmatrix.tables.validation import Paint
from xlmatrix.write import render

ROUNDS = 3
# What a build imports when it needs it.
LATE_ROOMS = ("api.building", "sheets.book", "sheets.stamp", "write")
STANDARD = "the standard template"
CASES = {
    STANDARD: (0, 0),
    "small: 12 sheets": (60, 12),
    "log: 10,000 x 40": (10_000, 1),
    "log: 50,000 x 40": (50_000, 1),
}


def log_table(name: str, rows: int) -> Table:
    """A log of 40 columns: stamps, texts, numbers, and 24 computed ones."""
    rng = np.random.default_rng(7)
    opened = 46_000 + np.sort(rng.integers(0, 365 * 86_400, rows)) / 86_400
    texts = [f"Incident {n}: the model answered wrongly" for n in range(rows)]
    classes = [("Hallucination", "Leak", "Outage", None)[n % 4] for n in range(rows)]
    numbers = rng.integers(0, 500, rows).astype(float)
    columns: list[Column] = []
    values: list[Any] = []
    for n in range(16):
        header = f"Input {n}"
        role = ("input.stamp", "input", "input.wrap", "input.int")[n % 4]
        columns.append(Column(header, role, 14))
        values.append((opened, classes, texts, numbers)[n % 4])
    for n in range(24):
        expr, result = computed(n, opened, numbers)
        role = "formula.stamp" if n % 2 == 0 else "formula"
        columns.append(
            Column(f"Due {n}", role, 14, expr=expr, paints=(Paint(this("Input 3") > 400, "bad"),))
        )
        values.append(result)
    return Table(name, 4, 1, tuple(columns), tuple(values), reach=rows + 500)  # fmt: skip


def computed(number: int, opened: Any, numbers: Any) -> tuple[Expr, Any]:
    """A formula of the usual length, and its results."""
    stamp = F.ROUND(this("Input 0") * 86_400, 0) + 60 * this("Input 3") + number
    if number % 2 == 0:
        expr = if_(this("Input 0").filled(), F.MAX(stamp, this("Input 0") * 86_400) / 86_400)
        return expr, opened + (60 * numbers + number) / 86_400
    text = ["Late" if value > 400 else "In time" for value in numbers]
    return if_(this("Input 3") > 400, "Late", if_(stamp > 0, "In time", "")), text


def book(rows: int, sheets: int) -> BookPlan:
    """Sheets with a log each and a few hundred loose cells."""
    plans = []
    for number in range(sheets):
        cells = {
            (row, column): Cell(f"Text {row} {column % 5}", "fixed")
            for row in range(1, 3)
            for column in range(1, 30)
        }
        cells[1, 40] = Cell(Formula(F.COUNTA(F.TRIM("x")), 1), "formula")
        tables = (log_table(f"tLog{number}", rows),)
        plans.append(SheetPlan(f"Sheet {number}", cells, tables, page=Page(freeze="B5")))
    return BookPlan(tuple(plans), {}, "Benchmark")


TEMPLATE = Path(__file__).resolve().parents[1] / "workbook_templates" / "standard" / "template.yaml"
NOON = datetime(2026, 11, 16, 12)


def standard() -> BookPlan:
    """The workbook of the standard template, with its chained calendar."""
    from xlmatrix.model import load
    from xlmatrix.rules.logs.incident_log import IncidentLog
    from xlmatrix.sheets.book import plan_book

    return plan_book(load(TEMPLATE).spec, IncidentLog.empty(), as_of=NOON, created=NOON)


def built() -> bytes:
    """The same from spec to bytes."""
    return xlmatrix.build(TEMPLATE, as_of=NOON).data


@dataclass
class Ready:
    """What a sheet shows, as openpyxl takes it."""

    name: str
    loose: list[tuple[int, int, Any, str]]
    tables: list[tuple[Table, list[tuple[str | None, list[Any]]]]]


def ready(plan: BookPlan) -> list[Ready]:
    """The cells of a plan with their formulas as text."""
    sheets = []
    for owner in plan.sheets:
        loose = [
            (row, column, plain(cell.value), cell.role)
            for (row, column), cell in owner.cells.items()
        ]
        tables = []
        for table in owner.tables:
            columns = []
            for head, values in zip(table.columns, table.values, strict=True):
                text = None if head.expr is None else "=" + to_excel(head.expr, table.name)
                listed = values.tolist() if isinstance(values, np.ndarray) else values
                columns.append((text, [plain(value) for value in listed]))
            tables.append((table, columns))
        sheets.append(Ready(owner.name, loose, tables))
    return sheets


def plain(value: Any) -> Any:
    """A value, or the text of a formula."""
    if isinstance(value, Formula):
        if value.down is not None:
            return "=" + Filled(value.expr).text(value.down)
        return "=" + to_excel(value.expr)
    return getattr(value, "value", value)


def by_openpyxl(sheets: list[Ready]) -> bytes:
    """The same cells written one by one."""
    import openpyxl
    from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    known: dict[str, str] = {}

    def style(role: str) -> str:
        if role not in known:
            wish = look(role)
            side = Side(style="thin", color=wish.border) if wish.border else Side()
            named = NamedStyle(
                name=f"r{len(known)}",
                font=Font(name=wish.font, sz=wish.size, b=wish.bold, color=wish.ink),
                fill=PatternFill("solid", fgColor=wish.fill) if wish.fill else PatternFill(),
                border=Border(left=side, right=side, top=side, bottom=side),
                number_format=wish.number_format,
                alignment=Alignment(wrap_text=wish.wrap),
            )
            made.add_named_style(named)
            known[role] = named.name
        return known[role]

    for owner in sheets:
        sheet = made.create_sheet(owner.name)
        for row, column, value, role in owner.loose:
            sheet.cell(row, column, value).style = style(role)
        for table, columns in owner.tables:
            for offset, (formula, values) in enumerate(columns):
                head, at = table.columns[offset], table.column + offset
                sheet.cell(table.row, at, head.header).style = style("header")
                # The style is set up once a column, as a careful user of openpyxl would.
                first = sheet.cell(table.row + 1, at)
                first.style = style(head.role)
                for row, value in enumerate(values, start=table.row + 1):
                    cell = sheet.cell(row, at, formula or value)
                    cell._style = first._style
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def measure(case: str, way: str) -> dict[str, float]:
    """CPU seconds and extra peak MB of one case, in this process."""
    rows, sheets = CASES[case]
    act: Callable[[], bytes]
    if way == "openpyxl":
        cells = ready(standard() if case == STANDARD else book(rows, sheets))
        act = partial(by_openpyxl, cells)
    elif case == STANDARD:
        loading = [importlib.import_module(f"xlmatrix.{room}") for room in LATE_ROOMS]
        assert loading  # imports are no part of the measure
        act = built
    else:
        act = partial(render, book(rows, sheets))
    import openpyxl  # noqa: F401 - nor is this one

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = time.process_time()
    size = len(act())
    took = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"s": took, "mb": peak - before, "size": size / 1e6}


def main() -> None:
    lines = [
        "| Workbook | Way | CPU seconds | Extra peak MB | File MB | Against openpyxl |",
        "|---|---|---|---|---|---|",
    ]
    for case in CASES:
        found: dict[str, dict[str, float]] = {}
        for way in ("openpyxl", "xlmatrix"):
            rounds = 1 if CASES[case][0] > 20_000 else ROUNDS
            runs = [child(case, way) for _ in range(rounds)]
            found[way] = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
            figures = found[way]
            ratio = figures["s"] / found["openpyxl"]["s"]
            lines.append(
                f"| {case} | {way} | {figures['s']:.2f} | {figures['mb']:.0f} "
                f"| {figures['size']:.1f} | {ratio:.2f} |"
            )
            print(lines[-1], flush=True)
    note = (
        "`python benchmarks/build.py`, median of 3 runs (1 for 50,000 rows), each in a process of "
        "its own. The standard template goes from YAML to bytes, the others from a plan that is "
        "ready. openpyxl is handed ready values and formula texts, and writes the same cells "
        "without stored results, tables or conditional formats; xlmatrix writes all of them."
    )
    write_section("build", f"{note}\n\n" + "\n".join(lines))


def child(case: str, way: str) -> dict[str, float]:
    """One measurement in a fresh process."""
    command = [sys.executable, __file__, case, way]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(measure(sys.argv[1], sys.argv[2])))
    else:
        main()
