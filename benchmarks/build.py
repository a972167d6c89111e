"""How long a workbook takes to render, beside openpyxl saving the same cells.

``python benchmarks/build.py`` measures every case in a process of its own (so that peak memory is
that case's) and writes the section "build" of ``benchmarks/RESULTS.md``.

The rival writes the same values and formulas with the same style for each column, in openpyxl's
normal mode, since tables, validations and conditional formats need that mode; it stores no results
beside the formulas, because openpyxl cannot.
"""

from __future__ import annotations

import io
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.results import write_section
from xlmatrix.formula import Expr, F, if_, this, to_excel
from xlmatrix.sheets.plan import BookPlan, Cell, Formula, Page, Paint, SheetPlan, Table, TableColumn
from xlmatrix.style import look
from xlmatrix.write import render

ROUNDS = 3
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
    columns: list[TableColumn] = []
    values: list[Any] = []
    for n in range(16):
        header = f"Input {n}"
        role = ("input.stamp", "input", "input.wrap", "input.int")[n % 4]
        columns.append(TableColumn(header, role, 14))
        values.append((opened, classes, texts, numbers)[n % 4])
    for n in range(24):
        expr, result = computed(n, opened, numbers)
        role = "formula.stamp" if n % 2 == 0 else "formula"
        columns.append(
            TableColumn(
                f"Due {n}", role, 14, expr=expr, paints=(Paint(this("Input 3") > 400, "bad"),)
            )
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


def standard() -> BookPlan:
    """The workbook of the standard template, with its chained calendar."""
    from xlmatrix.rules.log import IncidentLog
    from xlmatrix.sheets.book import plan_book
    from xlmatrix.spec import load

    path = Path(__file__).resolve().parents[1] / "workbook_templates" / "standard" / "template.yaml"
    noon = datetime(2026, 11, 16, 12)
    return plan_book(load(path).spec, IncidentLog.empty(), as_of=noon, created=noon)


def by_openpyxl(plan: BookPlan) -> bytes:
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

    for owner in plan.sheets:
        sheet = made.create_sheet(owner.name)
        for (row, column), cell in owner.cells.items():
            value = cell.value
            text = "=" + to_excel(value.expr) if isinstance(value, Formula) else value
            sheet.cell(row, column, text).style = style(cell.role)
        for table in owner.tables:
            for offset, head in enumerate(table.columns):
                at = table.column + offset
                sheet.cell(table.row, at, head.header).style = style("header")
                formula = "=" + to_excel(head.expr, table.name) if head.expr is not None else None
                values: Any = table.values[offset]
                listed = values.tolist() if isinstance(values, np.ndarray) else values
                # The style is set up once a column, as a careful user of openpyxl would.
                first = sheet.cell(table.row + 1, at)
                first.style = style(head.role)
                for row, value in enumerate(listed, start=table.row + 1):
                    cell_ = sheet.cell(row, at, formula or value)
                    cell_._style = first._style
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def measure(case: str, way: str) -> dict[str, float]:
    """CPU seconds and extra peak MB of one case, in this process."""
    rows, sheets = CASES[case]
    plan = standard() if case == STANDARD else book(rows, sheets)
    act: Callable[[BookPlan], bytes] = render if way == "xlmatrix" else by_openpyxl
    import openpyxl  # noqa: F401 - its import is no part of the measure

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = time.process_time()
    size = len(act(plan))
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
        "its own. openpyxl writes the same cells without stored results, tables or conditional "
        "formats; xlmatrix writes all of them."
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
