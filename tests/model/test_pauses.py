"""Which targets may pause."""

from __future__ import annotations

import pytest

from tests.model.small import changed
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import loads


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("customer_first: 30 min", "customer_first: {within: 30 min, pauses: true}"),
        ("review: 3 days", "review: {within: 3 days, pauses: true}"),
        (
            "customer_first: 30 min",
            "customer_first: 30 min\n      internal_update: {within: 1 h, pauses: true}",
        ),
        (
            "customer_first: 30 min",
            "customer_first: 30 min\n      customer_repeat: {within: 1 h, pauses: true}",
        ),
    ],
)
def test_a_flag_that_would_do_nothing_is_refused(old: str, new: str) -> None:
    with pytest.raises(XlmatrixError, match=r"run on|stand still"):
        loads(changed((old, new)))


def test_a_target_in_calendar_days_cannot_pause() -> None:
    with pytest.raises(XlmatrixError, match="calendar days"):
        loads(
            changed(
                ("resolve: {within: 24 h, pauses: true}", "resolve: {within: 1 days, pauses: true}")
            )
        )


def test_containment_may_pause() -> None:
    spec = loads(changed(("contain: 1 h", "contain: {within: 1 h, pauses: true}"))).spec
    contain = spec.severities[0].targets.contain
    assert contain is not None
    assert contain.pauses
