"""The policies in the order of their names: what dropdown, sheets, formulas and twins follow."""

from __future__ import annotations

from typing import Final

from xlmatrix.rules.clocks.changes.change import ChangePolicy
from xlmatrix.rules.clocks.changes.from_open import FromOpen
from xlmatrix.rules.clocks.changes.proportional import Proportional
from xlmatrix.rules.clocks.changes.restart import Restart
from xlmatrix.rules.frame import Frame
from xlmatrix.worktime import CHANGE_POLICIES

_BY_NAME: Final = {one.name: one for one in (FromOpen, Restart, Proportional)}
POLICIES: Final[tuple[ChangePolicy, ...]] = tuple(
    _BY_NAME[name](number) for number, name in enumerate(CHANGE_POLICIES, start=1)
)


def policy_of(frame: Frame) -> ChangePolicy:
    """The policy in force."""
    return POLICIES[CHANGE_POLICIES.index(frame.histories.change_policy)]
