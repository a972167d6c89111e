"""Tables are laid out as they are declared, and a slip of the code is refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest

from tests.histories import scene as spec_of
from xlmatrix.formula import F, ref, this
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import make_scene
from xlmatrix.sheets.form import Form
from xlmatrix.sheets.layout import Paints, by_column, laid_out, looks, paired
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.plan import Table as PlannedTable
from xlmatrix.sheets.plan import Values
from xlmatrix.tables.column import Column, computed, given, hidden_step, typed
from xlmatrix.tables.kinds import DATE, KEY, NUMBER
from xlmatrix.tables.table import Table
from xlmatrix.tables.validation import Paint

SHELF = Table(
    "tShelf",
    (
        given("Place", "key", 9, KEY),
        typed("Price", NUMBER, "input.number", 11),
        computed("Taxed", "formula.number", 12, NUMBER),
        given("Source", "fixed", 20),
    ),
    repeated=(typed("Day *", DATE, "input.date", 13),),
    after="Price",
)
CELLS: dict[str, Values] = {"Source": ["a"], "Taxed": [2.0], "Price": [1.0], "Place": ["top"]}


def drawn(
    cells: dict[str, Values], made: Sequence[Column] = (), paints: dict[str, Paints] | None = None
) -> PlannedTable:
    return laid_out(SHELF, 5, 2, paired(SHELF, cells, made), whole=True, paints=paints)


def taxed() -> Column:
    return SHELF["Taxed"].by(this("Price") * 2, lambda row: row.number("Price") * 2)


def helper() -> Column:
    return hidden_step("step", F.ROW(), lambda row: 1)


@pytest.fixture(scope="module")
def scene() -> Scene:
    now = datetime(2026, 4, 10, 12)
    return make_scene(spec_of(), IncidentLog.empty(), as_of=now, created=now)


def test_columns_stand_as_declared_the_repeated_ones_in_their_place_and_steps_behind() -> None:
    cells: dict[str, Values] = {"step": [1], "Day 1": [None], "Day 2": [None], **CELLS}
    table = drawn(cells, [helper(), taxed()])
    headers = ["Place", "Price", "Day 1", "Day 2", "Taxed", "Source", "step"]
    assert [column.header for column in table.columns] == headers
    assert [values[0] for values in table.values] == ["top", 1.0, None, None, 2.0, "a", 1]
    assert table.columns[2].validation == DATE.validation


def test_paints_are_written_for_the_first_cell_of_their_column() -> None:
    table = drawn(CELLS, [taxed()], paints={"Source": looks(bad="a|b")})
    place = ref(6, 5, absolute=False)
    assert table.columns[3].paints == (Paint(place.eq("a"), "bad"), Paint(place.eq("b"), "bad"))


def test_a_declared_column_that_nobody_filled_is_refused() -> None:
    cells = {known: values for known, values in CELLS.items() if known != "Source"}
    with pytest.raises(ValueError, match="tShelf: nobody filled Source"):
        drawn(cells, [taxed()])


def test_a_column_that_is_not_declared_is_refused() -> None:
    with pytest.raises(ValueError, match="tShelf does not declare Colour"):
        drawn({**CELLS, "Colour": ["red"]}, [taxed()])


def test_a_formula_of_a_column_that_is_not_declared_is_refused_unless_it_is_hidden() -> None:
    shown = helper().having(hidden=False)
    with pytest.raises(ValueError, match="tShelf does not declare step"):
        drawn({**CELLS, "step": [1]}, [taxed(), shown])


def test_a_computed_column_without_a_formula_is_refused() -> None:
    with pytest.raises(ValueError, match="tShelf has no formula for Taxed"):
        drawn(CELLS)


def test_a_formula_for_a_column_that_people_type_in_is_refused() -> None:
    with pytest.raises(ValueError, match="tShelf does not compute Price"):
        drawn(CELLS, [taxed(), SHELF["Price"].by(F.ROW())])


def test_rows_become_columns_and_a_row_that_is_too_short_is_refused() -> None:
    assert by_column(SHELF, [[1, 2, 3, 4], [5, 6, 7, 8]])[1] == (SHELF["Price"], [2, 6])
    assert by_column(SHELF, [])[1] == (SHELF["Price"], [])
    with pytest.raises(ValueError, match="shorter"):
        by_column(SHELF, [[1, 2, 3]])


def test_a_form_computes_in_the_order_of_the_calls(scene: Scene) -> None:
    form = Form(scene, SHELF, ["top", "low"])
    form.given("Price", [3.0, 4.0])
    form.made(taxed())
    assert [row["Taxed"] for row in form.rows] == [6.0, 8.0]


def test_a_form_takes_a_column_only_as_it_is_declared(scene: Scene) -> None:
    form = Form(scene, SHELF, ["top"])
    with pytest.raises(ValueError, match="'Source' is derived, not typed"):
        form.given("Source")
    with pytest.raises(ValueError, match="'Price' is typed, not derived"):
        form.fixed("Price", [1.0])
    with pytest.raises(ValueError, match="'Taxed' is computed, not typed"):
        form.blank("Taxed")


def test_a_form_refuses_a_column_that_is_filled_twice(scene: Scene) -> None:
    form = Form(scene, SHELF, ["top"])
    form.blank("Price")
    with pytest.raises(ValueError, match="'Price' is filled twice"):
        form.blank("Price")


def test_rows_that_people_added_come_back_below_the_known_ones_before_the_blank_ones(
    scene: Scene,
) -> None:
    now = datetime(2026, 4, 10, 12)
    added = {("tShelf", "ours", "Price"): 7.0}
    again = make_scene(spec_of(), IncidentLog.empty(), as_of=now, created=now, typed=added)
    form = Form(again, SHELF, ["top"], spare=2)
    form.given("Price", [3.0])
    assert [(row["Place"], row["Price"]) for row in form.rows] == [
        ("top", 3.0),
        ("ours", 7.0),
        (None, None),
    ]
