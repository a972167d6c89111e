from __future__ import annotations

from xlmatrix.formula import BLANK, F, lit, name, place_of, this, to_excel
from xlmatrix.formula.guard import guarded

_TYPED = frozenset({"Due"})


def test_a_typed_cell_is_text_where_it_holds_an_error() -> None:
    told = to_excel(guarded(this("Due") < this("Day"), _TYPED), "t")
    cell = "t[[#This Row],[Due]]"
    assert told == f'IF(ISERROR({cell}),"(error)",{cell})<t[[#This Row],[Day]]'


def test_what_asks_whether_a_cell_is_a_number_needs_no_guard() -> None:
    asked = F.AND(F.ISNUMBER(this("Due")), F.COUNT(this("Due")))
    assert guarded(asked, _TYPED) == asked


def test_a_figure_with_a_name_counts_nothing_where_it_is_an_error() -> None:
    assert to_excel(guarded(F.N(name("Days")) * 2, _TYPED), "t") == "IFERROR(N(Days),0)*2"
    fixed, found = F.INDEX(name("Days"), 3), F.INDEX(name("Days"), this("No"))
    told = 'IF(ISERROR(INDEX(Days,3)),"(error)",INDEX(Days,3))'
    assert to_excel(guarded(fixed, _TYPED), "t") == told
    assert guarded(found, _TYPED) == found


def test_a_cell_that_was_seen_to_be_fine_needs_no_guard() -> None:
    due = this("Due")
    seen = F.IF(F.ISNUMBER(due), due * 2, 0)
    stamp = F.IF(F.IF(F.ISNUMBER(due), due > 60, lit(False)), due * 2, 0)
    for fine in (seen, stamp, F.MATCH(due, name("Days"), 0), place_of(due, name("Days"))):
        assert guarded(fine, _TYPED) == fine
    # The other answer is for what may be an error value.
    other = to_excel(guarded(F.IF(F.ISNUMBER(due), 0, due & ""), _TYPED), "t")
    assert other.count("ISERROR") == 1
    choice = to_excel(guarded(F.MATCH(F.IF(due.eq("a"), 1, 2), name("Days"), 0), _TYPED), "t")
    assert choice.count("ISERROR") == 1


def test_what_is_text_in_any_case_is_looked_for_as_text() -> None:
    either = F.IF(this("Due").filled(), this("Due") & "", F.IFERROR(this("Day") & "", BLANK))
    assert "IF(ISTEXT" not in to_excel(place_of(either, name("Days")), "t")
    assert "IF(ISTEXT" in to_excel(place_of(this("Due"), name("Days")), "t")
