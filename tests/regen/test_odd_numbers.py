"""A number that is no date of the calendar, typed anywhere, is flagged and never stops a run."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

import pytest

from tests.matrices import few_spare_rows
from xlmatrix import api
from xlmatrix.model.models import MatrixSpec
from xlmatrix.regen.mapping import log_from_tables, spec_from_tables, typed_from_tables
from xlmatrix.regen.reading.tables import Inputs, TableData, TableInputs
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.sheets.inputs import inputs_of
from xlmatrix.sheets.plan import BookPlan
from xlmatrix.tables.catalogue import column_of

NOON = datetime(2026, 11, 16, 12)
#: A day of 1912, a time of day, a day of 2198, days before 1900, one no calendar has, no numbers.
VALUES = (4711, 0.075, 109_000, -5, 1e300, 400_000, True, "text")
_KINDS = frozenset({"stamp", "date", "time", "number", "share", "amount"})


@dataclass(frozen=True)
class Sheets:
    """The inputs of a workbook with every sheet over two months, and its spec."""

    spec: MatrixSpec
    inputs: Inputs

    def columns(self) -> dict[str, list[str]]:
        """The typed columns of numbers and dates of each table that has a row."""
        return {
            name: [h for h in table.headers if self.wanted(name, h)]
            for name, table in self.inputs.tables.items()
            if table.rows
        }

    @staticmethod
    def wanted(table: str, header: str) -> bool:
        column = column_of(table, header)
        return column is not None and column.typed and column.kind.id in _KINDS

    def planned(self, tables: Mapping[str, TableInputs], names: Mapping[str, Any]) -> BookPlan:
        data = {name: TableData(name, t.headers, t.rows) for name, t in tables.items()}
        spec, _ = spec_from_tables(data, names, self.spec)
        typed = typed_from_tables(data, names)
        return plan_book(
            spec, log_from_tables(data), as_of=NOON, created=NOON, typed=typed, lines=False
        )

    def with_typed(self, value: Any, headers: Mapping[str, list[str]]) -> BookPlan:
        """The workbook with a value in the first row of these columns."""
        tables = dict(self.inputs.tables)
        for name, chosen in headers.items():
            table = tables[name]
            first = [
                value if h in chosen else cell
                for h, cell in zip(table.headers, table.rows[0], strict=True)
            ]
            tables[name] = replace(table, rows=(tuple(first), *table.rows[1:]))
        return self.planned(tables, self.inputs.names)


@pytest.fixture(scope="module")
def sheets() -> Iterator[Sheets]:
    spec = api.template("enterprise").spec
    months = {"start": date(2026, 11, 1), "end": date(2026, 12, 31)}
    short = {"horizon": spec.horizon.model_copy(update=months), "on_call": ()}
    spec = spec.model_copy(update=short)
    with pytest.MonkeyPatch.context() as patch:
        few_spare_rows(patch)
        book = plan_book(spec, IncidentLog.empty(), as_of=NOON, created=NOON, lines=False)
        yield Sheets(spec, inputs_of(book))


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_slip_in_every_cell_stops_nothing(sheets: Sheets, value: Any) -> None:
    assert sum(map(len, sheets.columns().values())) > 90
    with warnings.catch_warnings(action="error"):
        sheets.with_typed(value, sheets.columns())


@pytest.mark.slow
@pytest.mark.parametrize("value", [4711, 1e300], ids=repr)
def test_a_slip_in_one_column_stops_nothing(sheets: Sheets, value: Any) -> None:
    columns = sheets.columns()
    with warnings.catch_warnings(action="error"):
        for turn in zip_longest(*columns.values()):
            chosen = {name: [header] for name, header in zip(columns, turn, strict=True) if header}
            sheets.with_typed(value, chosen)


@pytest.mark.slow
@pytest.mark.parametrize("value", [4711, 1e300, True, "text"], ids=repr)
def test_a_slip_in_a_named_cell_stops_nothing(sheets: Sheets, value: Any) -> None:
    with warnings.catch_warnings(action="error"):
        sheets.planned(sheets.inputs.tables, dict.fromkeys(sheets.inputs.names, value))
