"""``xlmatrix budget``: what it prints, and a workbook in which it typed a CSV."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.matrices import few_spare_rows
from tests.regen.packages import by_openpyxl
from xlmatrix import api
from xlmatrix.cli import app
from xlmatrix.model import loads
from xlmatrix.resources import template_text

pytestmark = pytest.mark.slow
SPEC = template_text("basic") + "\nguides: [audit]\n"
#: 100 an hour is even in November; the last hour is 20 times that.
ROWS = [
    f"2026-11-{1 + n // 24:02} {n % 24:02}:00,{2000 if n == 99 else 100},EUR" for n in range(100)
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with a budget, a CSV, and one in another currency."""
    folder = tmp_path_factory.mktemp("budget")

    def type_in(book: Any) -> None:
        sheet = book["Implementation audit"]
        for known, column, value in (("tBudget", 2, 72_000), ("tBudgetFacts", 1, "EUR")):
            header = sheet[sheet.tables[known].ref.split(":")[0]]
            sheet.cell(header.row + 1, header.column + column, value)

    with pytest.MonkeyPatch.context() as patch:
        few_spare_rows(patch)
        made = api.build(loads(SPEC, "small"), as_of="2026-11-05 04:30").data
    (folder / "used.xlsx").write_bytes(by_openpyxl(made, type_in))
    (folder / "spend.csv").write_text("\n".join(["hour,amount,currency", *ROWS]), encoding="utf-8")
    dollars = "\n".join(["hour,amount,currency", *ROWS]).replace("EUR", "USD")
    (folder / "dollars.csv").write_text(dollars, encoding="utf-8")
    return folder


def run(*words: str | Path) -> Any:
    return CliRunner().invoke(app, list(map(str, words)), env={"COLUMNS": "500"})


def test_it_prints_the_states_and_types_them_into_a_workbook(folder: Path) -> None:
    used, out = folder / "used.xlsx", folder / "out.xlsx"
    before = used.read_bytes()
    result = run("budget", used, "--spend", folder / "spend.csv", "-o", out)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == (
        "2026-11-05 04:00: forecast over budget, forecast 85,680.00; "
        "open SEV-2: Budget runaway (CST-01)"
    )
    assert lines[1] == (
        "1 h and 5 min: alarm (burn 20.00 and 20.00, above 14.4); "
        "open SEV-2: Budget runaway (CST-01)"
    )
    assert lines[2] == "6 h and 30 min: no alarm (burn 4.17 and 20.00, above 6)"
    assert "5 min and 30 min are the last row of the CSV, an hour" in lines
    assert used.read_bytes() == before
    printed = json.loads(run("budget", out, "--json").stdout)
    told = api.budget(used, spend=folder / "spend.csv")
    assert printed["state"] == told.state == "forecast over budget"
    assert [row["State"] for row in printed["alarms"]] == [row["State"] for row in told.alarms]
    assert told.until == datetime(2026, 11, 5, 4)


def test_another_currency_than_the_budgets_is_refused(folder: Path) -> None:
    result = run("budget", folder / "used.xlsx", "--spend", folder / "dollars.csv")
    assert result.exit_code == 2
    assert "the amounts are in USD, the budget is in EUR" in result.stderr


def test_a_matrix_without_an_audit_and_an_output_without_figures_are_refused(folder: Path) -> None:
    assert run("budget", "standard").exit_code == 2
    assert run("budget", folder / "used.xlsx", "-o", folder / "no.xlsx").exit_code == 2
    assert run("budget", folder / "used.xlsx", "--spend", folder / "none.csv").exit_code == 2
    assert not (folder / "no.xlsx").exists()
