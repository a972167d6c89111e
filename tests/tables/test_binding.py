"""Between rows and models: what a sheet shows of a spec is read back as what the spec says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import pytest

from xlmatrix import api
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.sheets.inputs import inputs_of, plain
from xlmatrix.tables import drills, obligations, people, vendors
from xlmatrix.tables.binding import Lookup, cells_of, values_of
from xlmatrix.tables.catalogue import table_of
from xlmatrix.tables.severities import LADDER
from xlmatrix.tables.table import Table

_SPEC = api.template("enterprise").spec
_LOOKUP = Lookup.of(_SPEC)
_NOON = datetime(2026, 11, 16, 12)
_MODELS: list[tuple[Table, list[Any]]] = [
    (people.ROLES, list(_SPEC.roles)),
    (people.PEOPLE, list(_SPEC.people)),
    (vendors.VENDORS, list(_SPEC.vendors)),
    (vendors.RETIREMENTS, [one for vendor in _SPEC.vendors for one in vendor.retirements]),
    (obligations.OBLIGATIONS, list(_SPEC.obligations.resolved())),
    (drills.SCENARIOS, list(_SPEC.drills.scenarios) if _SPEC.drills else []),
    (LADDER, [step for severity in _SPEC.severities for step in severity.ladder]),
]


def _at(model: Any, path: str) -> Any:
    for part in path.split("."):
        model = getattr(model, part, None)
    return model


def _typed(cells: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Cells as a workbook gives them back: serial numbers, and text."""
    return {known: plain(value) for known, value in cells}


@pytest.mark.parametrize(("table", "models"), _MODELS, ids=[table.name for table, _ in _MODELS])
def test_what_a_row_shows_of_a_model_is_read_back_as_the_model(
    table: Table, models: list[Any]
) -> None:
    for model in models:
        read = values_of(table, _typed(cells_of(table, model, _LOOKUP).items()), _LOOKUP)
        for path, value in read.items():
            # A ladder's first step comes at once, which no amount of time says.
            if (table, path) == (LADDER, "after") and model.after.is_zero:
                continue
            was = _at(model, path)
            assert value == (list(was) if isinstance(was, tuple) else was), path


@pytest.mark.parametrize("table", [people.PEOPLE, people.ROLES, vendors.VENDORS])
def test_a_row_shows_what_the_sheet_draws(table: Table) -> None:
    book = plan_book(_SPEC, IncidentLog.empty(), as_of=_NOON, created=_NOON)
    drawn = inputs_of(book).tables[table.name].records()
    models = dict(_MODELS_BY_NAME)[table.name]
    assert len(drawn) >= len(models)
    for row, model in zip(drawn, models, strict=False):
        cells = _typed(cells_of(table, model, _LOOKUP).items())
        assert {known: row.get(known) for known in cells} == cells


_MODELS_BY_NAME = [(table.name, models) for table, models in _MODELS]


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("Last tested", 46338.0, date(2026, 11, 12)),
        ("Last tested", "in spring", "in spring"),
        ("Last tested", None, None),
        ("Standing", "Published", False),
        ("Standing", "who knows", "who knows"),
        ("Service", "  ", None),
        ("Fallback", 12.0, "12"),
    ],
)
def test_a_cell_means_what_its_kind_says_and_else_what_was_typed(
    column: str, cell: Any, said: Any
) -> None:
    field = vendors.VENDORS[column].field
    assert values_of(vendors.VENDORS, {column: cell})[field] == said


def test_a_name_is_found_whatever_its_case_and_a_strange_one_stays() -> None:
    role = _SPEC.roles[0]
    record = {"Decider": role.name.upper()}
    assert values_of(obligations.OBLIGATIONS, record, _LOOKUP)["decider"] == role.id
    record = {"Decider": "Nobody here"}
    assert values_of(obligations.OBLIGATIONS, record, _LOOKUP)["decider"] == "Nobody here"


def test_every_field_of_a_declared_table_is_one_of_its_model() -> None:
    for table, models in _MODELS:
        known = type(models[0]).model_fields
        declared = table_of(table.name) or table_of(f"{table.name}1")
        assert declared is not None
        fields = [column.field for column in declared.columns if column.field]
        assert fields
        assert {path.partition(".")[0] for path in fields} <= set(known)
