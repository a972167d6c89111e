from __future__ import annotations

from xlmatrix.formula import F, name, this, to_excel
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
