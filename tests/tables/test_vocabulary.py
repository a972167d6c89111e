"""Fixed choices stand in their vocabulary, and nowhere differently."""

from __future__ import annotations

from typing import get_args

import pytest

from tests.sheets.guides import books
from xlmatrix.formula.expr import Range
from xlmatrix.model.content import Kpi
from xlmatrix.sheets.plan import BookPlan
from xlmatrix.tables import vocabulary
from xlmatrix.tables.vocabulary import Vocabulary

FIXED = {
    known: words
    for known, words in vars(vocabulary).items()
    if isinstance(words, Vocabulary) and words.words
}


@pytest.fixture(scope="module")
def book() -> BookPlan:
    return books.book(books.template())


def cells(book: BookPlan, place: Range) -> list[object]:
    first, last = place.first, place.last
    sheet = next(sheet for sheet in book.sheets if sheet.name == first.sheet)
    return [books.shown(sheet, row, first.column) for row in range(first.row, last.row + 1)]


@pytest.mark.parametrize("known", FIXED)
def test_the_list_behind_a_dropdown_holds_the_words(known: str, book: BookPlan) -> None:
    words = FIXED[known]
    place = book.names[words.list_name]
    assert isinstance(place, Range)
    assert cells(book, place) == list(words.words)


def test_the_kinds_of_kpi_that_the_content_may_name_are_those_of_the_list() -> None:
    assert get_args(Kpi.model_fields["kind"].annotation) == vocabulary.KPI_KINDS.words


def test_words_without_a_list_have_no_dropdown() -> None:
    assert not vocabulary.CLASS_IDS.offered
    with pytest.raises(ValueError, match="no list of words for class id"):
        vocabulary.CLASS_IDS.dropdown()


def test_a_cell_of_several_words_has_no_dropdown() -> None:
    several = vocabulary.ROLES.many()
    assert vocabulary.ROLES.offered
    assert not several.offered
    with pytest.raises(ValueError, match="holds several words for role"):
        several.dropdown()
