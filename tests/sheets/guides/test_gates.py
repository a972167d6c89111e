"""Gates that people sorted: a change waits at the same gate, for the same person."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.office.engines import ironcalc_values
from tests.office.package import column_cells, formula_cells
from tests.sheets.guides import books
from xlmatrix.sheets.plan import Table
from xlmatrix.write import render


def _sorted(table: Table) -> Table:
    """The gates from the last to the first."""
    if table.name != "tGates":
        return table
    values = [
        values[::-1] if column.header in ("Gate", "Accountable") else values
        for column, values in zip(table.columns, table.values, strict=True)
    ]
    return replace(table, values=tuple(values))


def test_sorted_gates_stop_a_change_where_they_did(tmp_path: Path) -> None:
    path = tmp_path / "change.xlsx"
    typed = {
        ("tChangeRegister", "CH-004", "Change"): "A prompt",
        ("tChangeRegister", "CH-004", "Rollback"): "yes",
        ("tChangeRegister", "CH-004", "G0"): books.TODAY - 3,
        ("tChangeRegister", "CH-004", "G1"): books.TODAY - 2,
    }
    plan = books.book(books.small("change"), books.TYPED | typed)
    sheets = [
        replace(sheet, tables=tuple(_sorted(table) for table in sheet.tables))
        for sheet in plan.sheets
    ]
    path.write_bytes(render(replace(plan, sheets=tuple(sheets))))
    asked = column_cells(path, "tChangeRegister", "Next gate", "Who decides", "Go?")
    stored = formula_cells(path)
    told = {cell: stored[cell].value for cell in asked}
    assert {"go", "G2"} <= {*told.values()}
    assert ironcalc_values(path, asked) == told
