"""Targets come in the order they happen, and a worse severity is never the slower one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from operator import add
from typing import Final

from xlmatrix.formula import Expr, F, if_
from xlmatrix.rules.lint.health_check import FIX, LOOK, Facts, HealthCheck
from xlmatrix.rules.names import policy_name
from xlmatrix.rules.policy import CODES
from xlmatrix.tables.vendors import VENDORS

#: A severity's number and a target's code.
_Target = tuple[int, str]
#: Two targets in order, and those between them, of which there must be none: else they compare.
Pair = tuple[_Target, _Target, tuple[_Target, ...]]
_CHAINS: Final = (
    ("ack", "resp", "cont", "mit", "res"),
    ("ack", "cust1"),
    ("cust1", "res"),
    ("int", "res"),
    ("cust", "res"),
)


def checks(facts: Facts) -> Iterator[HealthCheck]:
    """Order within each severity, response against resolve, and order across severities."""
    severities = facts.context.spec.severities
    for number, severity in enumerate(severities, start=1):
        yield _check(
            facts,
            "order",
            f"{severity.id}: targets rise in the order things happen",
            [pair for chain in _CHAINS for pair in _pairs([(number, code) for code in chain])],
            "Raise the later target or lower the earlier one",
            severity.id,
        )
        yield _check(
            facts,
            "order",
            f"{severity.id}: first response comes before resolve",
            [((number, "resp"), (number, "res"), ())],
            "Respond sooner than you resolve",
            severity.id,
        )
    for number, severity in enumerate(severities[1:], start=2):
        worse = severities[number - 2].id
        yield _check(
            facts,
            "order-across",
            f"{worse} is never slower than {severity.id}",
            [((number - 1, code), (number, code), ()) for code in CODES.values()],
            f"Lower the target in {worse} or raise it in {severity.id}",
            severity.id,
        )
    if facts.has(VENDORS.name, "Speed"):
        count, found = facts.saying(VENDORS.name, "Speed", "slower than ours")
        yield HealthCheck(
            "Vendors answer within the targets that depend on them",
            count,
            found,
            LOOK,
            "Buy a faster support plan, prepare a fallback, or lengthen the target",
            "Vendors",
            code="vendor-slower",
        )


def _pairs(chain: list[_Target]) -> list[Pair]:
    """Every two of a chain, with what stands between them."""
    return [
        (first, chain[last], tuple(chain[place + 1 : last]))
        for place, first in enumerate(chain)
        for last in range(place + 1, len(chain))
    ]


def _check(
    facts: Facts, code: str, check: str, pairs: Iterable[Pair], mend: str, sheet: str
) -> HealthCheck:
    """Pairs on one calendar whose first takes longer than the second."""
    terms: list[tuple[Expr, float]] = []
    for first, then, between in pairs:
        longer = _longer(first, then)
        if between:
            parts = [_part(target, part) for target in between for part in "SD"]
            # COUNT of INDEX counts empty text in programs that pass values and not references.
            longer = if_(F.OR(*map(F.ISNUMBER, parts)), 0, longer)
        found = _is_longer(facts, first, then) and not any(_runs(facts, t) for t in between)
        terms.append((longer, float(found)))
    count = reduce(add, (longer for longer, _ in terms))
    total = sum(found for _, found in terms)
    return HealthCheck(check, count, total, FIX, mend, sheet, tuple(terms), code=code)


def _runs(facts: Facts, target: _Target) -> bool:
    clock = facts.context.policy.clocks[target[0] - 1][target[1]]
    return clock.seconds is not None or clock.days is not None


def _part(target: _Target, part: str) -> Expr:
    return F.INDEX(policy_name(target[1], part), target[0])


def _longer(first: _Target, then: _Target) -> Expr:
    both = F.AND(F.ISNUMBER(_part(first, "S")), F.ISNUMBER(_part(then, "S")))
    same = _part(first, "C").eq(_part(then, "C"))
    later = if_(_part(first, "S") > _part(then, "S"), 1, 0)
    days = F.AND(F.ISNUMBER(_part(first, "D")), F.ISNUMBER(_part(then, "D")))
    by_days = if_(days, if_(_part(first, "D") > _part(then, "D"), 1, 0), 0)
    return if_(F.AND(both, same), later, by_days)


def _is_longer(facts: Facts, first: _Target, then: _Target) -> bool:
    clocks = facts.context.policy.clocks
    before, after = clocks[first[0] - 1][first[1]], clocks[then[0] - 1][then[1]]
    if before.seconds is not None and after.seconds is not None:
        return before.calendar == after.calendar and before.seconds > after.seconds
    return before.days is not None and after.days is not None and before.days > after.days
