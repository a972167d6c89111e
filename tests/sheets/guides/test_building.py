"""Every optional sheet builds alone and with all others, and other engines agree on every cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.office import compare, engines, integrity, package
from tests.sheets.guides import books
from xlmatrix.resources import template_names
from xlmatrix.write import render
from xlmatrix.write.verify import verify

SHEETS = {
    "vendors": "Vendors",
    "checklist": "Checklist",
    "comms": "Comms",
    "controls": "Controls review",
    "injection": "Injection plan",
    "change": "Change management",
    "audit": "Implementation audit",
}


def test_a_matrix_that_asks_for_nothing_gets_none_of_the_sheets() -> None:
    bare = books.only("checklist").model_copy(update={"checklist": None})
    names = {sheet.name for sheet in books.book(bare).sheets}
    assert not names & set(SHEETS.values())


#: A guide may have more sheets than one.
WITH = {"controls": {"Control tests"}}
ALL = {*SHEETS.values(), *(title for titles in WITH.values() for title in titles)}


@pytest.mark.slow
@pytest.mark.parametrize("part", SHEETS)
def test_each_optional_sheet_builds_alone(part: str) -> None:
    book = books.book(books.small(part), books.TYPED)
    verify(book)
    assert {sheet.name for sheet in book.sheets} & ALL == {SHEETS[part], *WITH.get(part, ())}


@pytest.mark.slow
@pytest.mark.parametrize("name", template_names())
def test_every_template_carries_the_sheets_of_its_tier(name: str) -> None:
    book = books.book(books.template(name))
    verify(book)
    mine = {part for part, sheet in SHEETS.items() if sheet in {s.name for s in book.sheets}}
    wanted = {
        "basic": {"checklist"},
        "standard": {"checklist", "comms", "vendors", "controls"},
        "enterprise": set(SHEETS),
    }
    assert mine == wanted[name]


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All sheets together, with incidents and with something typed everywhere."""
    path = tmp_path_factory.mktemp("guides") / "used.xlsx"
    path.write_bytes(render(books.book(books.template(), books.TYPED, books.demo())))
    return path


@pytest.mark.office
@pytest.mark.slow
def test_libreoffice_computes_the_value_of_every_cell(used: Path) -> None:
    assert compare.assert_confirmed(used) > 10_000
    assert compare.error_cells(used) == []


@pytest.mark.slow
def test_a_second_engine_agrees_on_the_optional_sheets(used: Path) -> None:
    mine = [cell for cell in package.formula_cells(used) if cell[0] in ALL]
    assert compare.assert_confirmed_by_ironcalc(used, mine) > 800


@pytest.mark.validator
@pytest.mark.slow
def test_the_open_xml_sdk_and_our_own_checks_find_nothing(used: Path) -> None:
    engines.validate(used)
    integrity.assert_sound(used)


@pytest.mark.office
@pytest.mark.slow
def test_sheets_about_an_incident_stay_right_in_an_empty_log(tmp_path: Path) -> None:
    spec = books.small("comms").model_copy(update={"guides": ("injection", "change", "audit")})
    path = tmp_path / "empty.xlsx"
    path.write_bytes(render(books.book(spec)))
    compare.assert_confirmed(path)
