"""What of a matrix's obligations needs a reader: laws that changed, stale sources, open scope."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from xlmatrix.model.obligations import MEMBER, MEMBER_FACT
from xlmatrix.rules.reporting.outcome import NO, holds, unanswered
from xlmatrix.rules.reporting.rows import RuleRow, trimmed


@dataclass(frozen=True, slots=True)
class Doubts:
    """Rules whose law has a date of change behind it, and whose source must be read again.

    ``open`` are the facts of the matrix without an answer that decide something, each once, with
    how many rules wait for it.
    """

    changed: tuple[RuleRow, ...]
    stale: tuple[RuleRow, ...]
    open: Mapping[str, int]


def doubts_of(
    rules: Sequence[RuleRow],
    scope: Mapping[str, str],
    asked: Collection[str],
    today: date,
) -> Doubts:
    """The doubts of some rules on a date; those that do not apply raise none.

    Parameters
    ----------
    scope
        The matrix's answers by fact in lower case.
    asked
        The facts that are asked of a matrix, in lower case.
    """
    apply = [rule for rule in rules if rule.id and holds(rule.applies_to, scope) > NO]
    waiting: dict[str, int] = {}
    for rule in apply:
        for fact in _open_facts(rule, scope):
            if fact in asked:
                waiting[fact] = waiting.get(fact, 0) + 1
    return Doubts(
        tuple(one for one in apply if one.posture_date and today >= one.posture_date),
        tuple(one for one in apply if one.stale_on and today >= one.stale_on),
        waiting,
    )


def _open_facts(rule: RuleRow, scope: Mapping[str, str]) -> dict[str, None]:
    asks = (rule.applies_to, rule.when, rule.roll_if, *(one.when for one in rule.clocks))
    found = dict.fromkeys(fact for one in asks for fact in unanswered(one, scope))
    follows = MEMBER in (trimmed(rule.zone), trimmed(rule.calendar))
    if follows and not trimmed(scope.get(MEMBER_FACT, "")):
        found[MEMBER_FACT] = None
    return found
