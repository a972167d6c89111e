"""Headers and ids: what a sheet shows above a column, and what everything else knows it by."""

from __future__ import annotations

from xlmatrix.formula import col, these, this, to_excel
from xlmatrix.formula.render import Filled
from xlmatrix.regen.carrying.references import renamed
from xlmatrix.tables.column import typed
from xlmatrix.tables.kinds import STAMP, TEXT
from xlmatrix.tables.table import Table

_TABLE = Table(
    "tCalls",
    (
        typed("Opened", STAMP, "input.stamp", heading="Started at", was=("Opened", "Begun")),
        typed("Title", TEXT, "input"),
        typed("Chat", TEXT, "input", heading="Phone", was=("Chat",)),
        typed("Phone", TEXT, "input", heading="Chat", was=("Phone",)),
    ),
)


def test_a_header_of_today_or_of_an_earlier_release_is_its_column() -> None:
    assert _TABLE.ids_of(("Started at", "Title")) == ("Opened", "Title")
    assert _TABLE.ids_of(("opened", "TITLE")) == ("Opened", "Title")
    assert _TABLE.ids_of(("Begun", "Of my own")) == ("Opened", "Of my own")


def test_a_column_of_ones_own_is_none_of_ours_where_ours_is_there() -> None:
    assert _TABLE.ids_of(("Begun", "Started at")) == ("Begun", "Opened")


def test_two_columns_may_swap_their_headers() -> None:
    assert _TABLE.ids_of(("Phone", "Chat")) == ("Chat", "Phone")


def test_formulas_show_the_headers_of_the_columns_that_they_name() -> None:
    def shown(table: str, column: str) -> str:
        return _TABLE.header_of(column) if table == _TABLE.name else column

    def text(expr: object) -> str:
        return to_excel(expr, "tCalls", headers=shown)  # type: ignore[arg-type]

    assert text(this("Opened")) == "tCalls[[#This Row],[Started at]]"
    assert text(these("Opened", "Title")) == "tCalls[[#This Row],[Started at]:[Title]]"
    assert text(col("tCalls", "Opened")) == "tCalls[Started at]"
    assert text(col("tOther", "Opened")) == "tOther[Opened]"
    assert Filled(col("tCalls", "Opened"), headers=shown).text(3) == "tCalls[Started at]"
    assert to_excel(this("Opened"), "tCalls") == "tCalls[[#This Row],[Opened]]"


def test_formulas_of_people_stay_as_they_are_where_no_header_changed() -> None:
    for formula in (
        'COUNTIF(tIncidents[Opened],">1")&"tIncidents[Opened]"',
        "SUM(tIncidents[[#This Row],[Opened]:[Resolved]])",
        "tSomebodys[It''s [odd']]",
    ):
        assert renamed(formula, {}) == formula
