"""The engine against due times that were counted by hand, in matrices of three zones."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.reporting.cases import Case, cases, shown
from tests.reporting.engine import answers
from xlmatrix.model.obligations import published
from xlmatrix.rules.reporting.states import STATE_OF

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo")


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_a_report_is_due_when_it_was_by_hand(case: Case) -> None:
    for zone in ZONES:
        for wanted, found in zip(case.reports, answers(case, zone), strict=True):
            says = {
                "safe": shown(found.safe, case.zone),
                "law": shown(found.law, case.zone),
                "state": found.judged.fine,
                "who": found.judged.who,
                "missing": found.missing,
                "open": found.open,
                "marks": found.judged.marks,
            }
            assert says == {
                "safe": shown(wanted.safe, case.zone),
                "law": shown(wanted.law, case.zone),
                "state": wanted.state,
                "who": wanted.who,
                "missing": wanted.missing,
                "open": wanted.open,
                "marks": wanted.marks,
            }, f"{wanted.of} in a matrix of {zone}"


def test_every_word_and_every_rule_has_its_examples() -> None:
    reports = [one for case in cases() for one in case.reports]
    words = Counter(one.state for one in reports)
    assert {word for word in STATE_OF if words[word] < 2} == set()
    assert {one.of for one in reports} == {one.id for one in published().values()}
    assert len({case.id for case in cases()}) == len(cases())
