"""The page on pandas runs, and its tables are the schema."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from xlmatrix.api.due_columns import Deadlines
from xlmatrix.exchange.tickets.schema import Change, DataRow, Pause, Reopening, Ticket

PAGE = Path(__file__).parents[2] / "docs" / "pandas.md"


@pytest.mark.parametrize("model", [Ticket, Pause, Change, Reopening, Deadlines])
def test_the_page_lists_the_columns_of(model: type[DataRow]) -> None:
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    dtypes = model.columns()
    rows = [f"| `{name}` | {dtypes[name]} | {one.description} |" for name, one in fields.items()]
    assert "\n".join(["|---|---|---|", *rows, ""]) in PAGE.read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = doctest.testfile(str(PAGE), module_relative=False)
    assert result.attempted > 15
    assert result.failed == 0
