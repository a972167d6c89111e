"""The tables of planned workbooks are the declared ones, column by column."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from xlmatrix.formula import this
from xlmatrix.model import load
from xlmatrix.resources import template_names, template_path
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.sheets.layout import laid_out
from xlmatrix.sheets.plan import BookPlan, Table
from xlmatrix.tables.catalogue import TABLES, table_of
from xlmatrix.tables.column import computed, given, hidden_step, typed
from xlmatrix.tables.kinds import TEXT, TIME
from xlmatrix.tables.table import Table as Declared

_NOW = datetime(2026, 11, 16, 10, 30)


@pytest.fixture(scope="module", params=template_names())
def book(request: pytest.FixtureRequest) -> BookPlan:
    spec = load(template_path(request.param)).spec
    return plan_book(spec, IncidentLog.empty(), as_of=_NOW, created=_NOW, lines=False)


def _tables(book: BookPlan) -> Iterator[tuple[Table, Declared | None]]:
    for sheet in book.sheets:
        for table in sheet.tables:
            yield table, table_of(table.name)


def test_every_planned_table_is_declared(book: BookPlan) -> None:
    strange = [table.name for table, declared in _tables(book) if declared is None]
    assert not strange


def test_a_planned_column_looks_as_declared_or_is_a_hidden_step(book: BookPlan) -> None:
    differ = []
    for table, declared in _tables(book):
        assert declared is not None
        for column in table.columns:
            known = declared.get(column.id)
            if known is None and column.hidden:
                continue
            assert known is not None, f"{table.name}: {column.id}"
            here = (column.header, column.look, column.width, column.origin, column.hidden)
            there = (known.header, known.look, known.width, known.origin, known.hidden)
            if here != there:
                differ.append((table.name, here, there))
    assert not differ


def test_columns_that_people_read_stand_in_the_declared_order(book: BookPlan) -> None:
    for table, declared in _tables(book):
        assert declared is not None
        ids = [column.id for column in table.columns]
        ours = [column.id for column in declared.columns if column.id in ids]
        assert [known for known in ids if known in ours] == ours, table.name


def test_what_people_type_is_what_the_workbook_asks_for(book: BookPlan) -> None:
    for table, declared in _tables(book):
        assert declared is not None
        # Sheets write an expression into what is computed alone.
        assert all((column.expr is not None) == column.computed for column in table.columns)


@pytest.mark.parametrize("name", TABLES)
def test_a_key_is_among_the_columns(name: str) -> None:
    assert set(TABLES[name].keys) <= set(TABLES[name].ids)


_SHIFTS = Declared(
    "tShifts",
    (given("Day", "key"), typed("Note", TEXT, "input"), computed("Hours", "formula")),
    repeated=(typed("Open *", TIME, "input.time"),),
    after="Day",
)


def test_repeated_columns_stand_behind_the_one_they_follow() -> None:
    hours = (_SHIFTS["Hours"].by(this("Open 2") - this("Open 1")), [None])
    others = [(_SHIFTS[known], [None]) for known in ("Open 1", "Note", "Open 2", "Day")]
    table = laid_out(_SHIFTS, 1, 1, [hours, *others])
    assert [column.id for column in table.columns] == ["Day", "Open 1", "Open 2", "Note", "Hours"]


def test_steps_on_the_way_stand_hidden_behind_the_others() -> None:
    way = hidden_step("s", this("Day"))
    table = laid_out(_SHIFTS, 1, 1, [(way, [1]), (_SHIFTS["Day"], ["Mon"])])
    assert [column.id for column in table.columns] == ["Day", "s"]
    assert table.columns[1].hidden


def test_a_visible_column_that_nobody_declared_is_refused() -> None:
    with pytest.raises(ValueError, match="does not declare Secret"):
        laid_out(_SHIFTS, 1, 1, [(given("Secret", "fixed"), ["x"])])


def test_a_computed_column_without_its_formula_is_refused() -> None:
    with pytest.raises(ValueError, match="has no formula for Hours"):
        laid_out(_SHIFTS, 1, 1, [(_SHIFTS["Hours"], [1])])
