"""A typed cell that means nothing is flagged beside it, on Health, by check and by regenerating.

LibreOffice and IronCalc recompute the workbook; what they show is what Python stored.
"""

from __future__ import annotations

from datetime import datetime, time

import pytest

from tests.office.compare import compare
from tests.office.engines import ironcalc_values
from tests.office.libre import recomputed
from tests.office.package import Cell, ExcelError, Value, formula_cells
from tests.regen.meanings import Books, Typing, books_of
from xlmatrix.tables.flags import MARK

pytestmark = pytest.mark.slow

EXCEPTED = "Business hours"
PAIR = {"Primary": "Dana Kowalski", "Backup": "Priya Raman"}
#: Table, which of its rows (blank ones behind the others), cells, and the code of what is flagged.
TYPED: tuple[Typing, ...] = (
    ("tHolidays", -1, {"Date": datetime(2026, 12, 18, 9, 30), "Holiday": "With a time"}, ""),
    ("tHolidays", -2, {"Date": "24 Dec", "Calendar": EXCEPTED}, "typed-date"),
    ("tHolidays", -3, {"Date": datetime(2026, 12, 17), "Calendar": "Bussines"}, "typed-word"),
    ("tHolidays", -4, {"Holiday": "Half"}, "typed-half"),
    ("tHolidays", -5, {"Date": True}, "typed-date"),
    ("tHolidays", -6, {"Date": -5}, "typed-date"),
    (
        "tExceptions",
        -1,
        {
            "Date": datetime(2026, 12, 19, 7),
            "Calendar": EXCEPTED,
            "Open 1": time(9),
            "Close 1": time(12),
        },
        "",
    ),
    (
        "tExceptions",
        -2,
        {"Date": datetime(2026, 12, 20), "Open 1": time(9), "Close 1": time(12)},
        "typed-half",
    ),
    (
        "tExceptions",
        -3,
        {"Date": datetime(2026, 12, 20), "Calendar": EXCEPTED, "Open 1": 9, "Close 1": 17},
        "typed-time",
    ),
    (
        "tExceptions",
        -4,
        {"Date": datetime(2026, 12, 13), "Calendar": "business HOURS", "Open 1": time(9)},
        "typed-half",
    ),
    ("tHours", 0, {"Open 1": 9, "Close 1": 17}, "typed-time"),
    ("tHours", 2, {"Calendar": "Vienna"}, "typed-word"),
    (
        "tHours",
        1,
        {"Open 1": time(13), "Close 1": time(17), "Open 2": time(9), "Close 2": time(12)},
        "typed-time",
    ),
    ("tHours", 3, {"Open 2": time(22), "Close 2": time(10)}, ""),
    ("tHours", 4, {"Open 1": time(9, 30)}, "typed-time"),
    ("tCalendars", 0, {"Working day (h)": "long"}, "typed-number"),
    ("tTargets1", 0, {"Within": -5}, "typed-amount"),
    ("tTargets1", 1, {"Unit": "hours"}, "typed-word"),
    ("tTargets2", 0, {"Within": "soon"}, "typed-amount"),
    ("tTargets2", 1, {"Calendar": "Vienna"}, "typed-word"),
    ("tOwners1", 0, {"Role": "Quality owner "}, "typed-word"),
    # Its own word goes first: No owner.
    ("tMatrix", 0, {"Response role": "Nobody's"}, ""),
    ("tRoles", -1, {"Duty": "Answers"}, "typed-half"),
    ("tRoles", -2, {"Role": 46312.5, "Primary": 7}, "typed-word"),
    ("tRoles", -3, {"Role": "INCIDENT commander"} | PAIR, "typed-twice"),
    ("tPeople", -1, {"Phone": 60.5}, "typed-half"),
    ("tPeople", -2, {"Name": 7, "Phone": "7", "Chat": "@7"}, "typed-word"),
    ("tPeople", -3, {"Name": "Ada ", "Phone": "8", "Chat": "@8"}, ""),
)
#: Figures on Lists by their names.
FIGURES = {"Soon_Min": "soon", "Warn_Percent": 150}  # fmt: skip


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    return books_of(tmp_path_factory.mktemp("meanings"), "basic", TYPED, FIGURES)


@pytest.fixture(scope="module")
def shown(books: Books) -> dict[Cell, Value]:
    """What LibreOffice shows of the workbook as typed."""
    return dict(recomputed(books.edited))


def test_check_and_regenerate_say_the_same_with_a_code_for_each_kind(books: Books) -> None:
    figures = ["typed-number"] * len(FIGURES)
    assert sorted(books.checked) == sorted([*figures, *(code for *_, code in TYPED if code)])
    assert sorted(books.said) == sorted(books.checked)


def test_a_row_is_told_of_once(books: Books) -> None:
    assert len(set(books.rows)) == len(books.rows)


@pytest.mark.office
def test_the_sheet_flags_as_many_beside_its_cells_and_counts_them_on_health(
    books: Books, shown: dict[Cell, Value]
) -> None:
    beside = [at for at, value in shown.items() if isinstance(value, str) and value[:2] == MARK]
    assert len(beside) == len(books.checked)
    counts = [value for at, value in shown.items() if at[0] == "Health" and value == len(beside)]
    assert counts


@pytest.mark.office
def test_no_cell_shows_an_error_whatever_is_typed(shown: dict[Cell, Value]) -> None:
    assert [at for at, value in shown.items() if isinstance(value, ExcelError)] == []


def test_ironcalc_computes_what_python_stored(books: Books) -> None:
    cells = formula_cells(books.new)
    assert compare(cells, ironcalc_values(books.new, cells)) == []
