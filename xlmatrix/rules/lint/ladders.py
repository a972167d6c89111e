"""Ladders call somebody, and before it is too late; who is called can answer at that hour."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import add
from typing import Final

from xlmatrix.formula import Expr, F, if_, lit, name
from xlmatrix.rules.clocks.calendar_rows import is_always
from xlmatrix.rules.frame import Context
from xlmatrix.rules.ladder.calls import LAD_CALENDAR, instants_of
from xlmatrix.rules.lint.health_check import FIX, LOOK, Facts, HealthCheck
from xlmatrix.rules.names import policy_name
from xlmatrix.rules.policy import CODES, calendar_number
from xlmatrix.tables.oncall import COVERAGE, PROOF

#: The check that says again what the proof found: ``xlmatrix check`` has the proof itself.
PROVED: Final = "Everybody who has to act is called, in time and in their hours"


def checks(facts: Facts) -> Iterator[HealthCheck]:
    """Empty ladders, late calls, targets outside on-call, hours without anybody."""
    for number, severity in enumerate(facts.context.spec.severities, start=1):
        after = name(f"Lad_After_{number}")
        yield HealthCheck(
            f"{severity.id}: the ladder calls somebody",
            if_(F.COUNT(after).eq(0), 1, 0),
            not severity.ladder,
            FIX,
            "Add a step with a role and a time",
            severity.id,
        )
        yield _late(facts, number, after)
    yield _repeats(facts)
    yield from _coverage(facts)


def _coverage(facts: Facts) -> Iterator[HealthCheck]:
    """What the Coverage sheet says, in a line for what was proved and one for what is live."""
    if facts.has(PROOF.name, "State"):
        count, found = facts.saying(PROOF.name, "State", "gap")
        yield HealthCheck(
            PROVED,
            count,
            found,
            LOOK,
            "Read the first table of Coverage; it is as of the making of this workbook",
            "Coverage",
        )
    if facts.has(COVERAGE.name, "State"):
        count, found = facts.saying(COVERAGE.name, "State", "gap")
        without, many = around_the_clock(facts.context)
        yield HealthCheck(
            "Every needed hour has a primary and a backup",
            count + without,
            found + many,
            FIX,
            "Fill the shifts that nobody holds, name a backup, staff on-call around the clock",
            "Coverage",
        )


def _repeats(facts: Facts) -> HealthCheck:
    """Steps that ask for more passes than the workbook makes."""
    numbers = range(1, len(facts.context.spec.severities) + 1)
    counts = [facts.filled(f"tLadder{number}", "Check") for number in numbers]
    return HealthCheck(
        "Ladders repeat as often as their steps ask",
        reduce(add, (count for count, _ in counts)),
        sum(found for _, found in counts),
        FIX,
        "Lower Repeat, or ask for more in the spec and make the workbook anew",
        facts.context.spec.severities[0].id,
    )


def _late(facts: Facts, number: int, after: Expr) -> HealthCheck:
    """Calls when the incident should be resolved, and a first call after the response is due."""
    spec = facts.context.spec
    severity = spec.severities[number - 1]
    calendar = F.INDEX(LAD_CALENDAR, number)

    def part(code: str, column: str) -> Expr:
        return F.INDEX(policy_name(code, column), number)

    def same(code: str) -> Expr:
        return F.AND(F.ISNUMBER(part(code, "S")), part(code, "C").eq(calendar))

    too_late = if_(same("res"), F.COUNTIF(after, lit(">=") & part("res", "S")), 0)
    first = F.AND(F.COUNT(after) > 0, F.MIN(after) > part("resp", "S"))
    late_start = if_(same("resp"), if_(first, 1, 0), 0)
    own = calendar_number(spec, severity.calendar)
    steps = [at for at in instants_of(spec, severity) if at is not None]
    clocks = facts.context.policy.clocks[number - 1]
    resolve, respond = clocks["res"], clocks["resp"]
    found = 0
    if resolve.seconds is not None and resolve.calendar == own:
        found += sum(step >= resolve.seconds for step in steps)
    if respond.seconds is not None and respond.calendar == own and steps:
        found += min(steps) > respond.seconds
    return HealthCheck(
        f"{severity.id}: nobody is called after the breach",
        too_late + late_start,
        found,
        LOOK,
        "Call earlier: the first step before first response is due, the last before resolve",
        severity.id,
    )


def around_the_clock(context: Context) -> tuple[Expr, int]:
    """How many targets run around the clock where on-call is for business hours only."""
    spec = context.spec
    count: Expr = lit(0)
    found = 0
    if spec.scope.on_call == "business-hours":
        for number in range(1, len(spec.severities) + 1):
            for code in CODES.values():
                clock = context.policy.clocks[number - 1][code]
                calendar = F.INDEX(policy_name(code, "C"), number)
                runs = F.ISNUMBER(F.INDEX(policy_name(code, "S"), number))
                always = F.INDEX(name("Cal_Mode"), calendar).eq("always")
                count = count + if_(F.AND(runs, always), 1, 0)
                opens = context.calendars[clock.calendar - 1]
                found += clock.seconds is not None and is_always(opens)
    return count, found
