"""The published cases of specs that must be refused."""

from __future__ import annotations

import pytest

from tests.conformance.cases import Published, cases_of
from tests.model.small import changed
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import loads

_TARGETS = """\
      acknowledge: 5 min
      first_response: 10 min
      customer_first: 30 min
      contain: 1 h
      mitigate: 4 h
      resolve: {within: 24 h, pauses: true}
      review: 3 days
"""


@pytest.mark.parametrize("case", cases_of("spec_refused"), ids=lambda case: case.title)
def test_a_published_mistake_is_refused(case: Published) -> None:
    targets = "".join(f"      {name}: {m} min\n" for name, m in case.data["targets"].items())
    with pytest.raises(XlmatrixError):
        loads(changed((_TARGETS, targets)))


def test_the_same_spec_is_taken_with_targets_in_order() -> None:
    order = "      acknowledge: 15 min\n      first_response: 30 min\n      resolve: 240 min\n"
    assert loads(changed((_TARGETS, order))).spec.severities
