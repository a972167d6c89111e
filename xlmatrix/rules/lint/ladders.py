"""Ladders call somebody, and before it is too late; who is called can answer at that hour."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import add

from xlmatrix.formula import BLANK, Expr, F, col, if_, lit, name
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.severity import Severity
from xlmatrix.rules.clocks.calendar_rows import is_always
from xlmatrix.rules.frame import Context
from xlmatrix.rules.ladder.calls import LAD_CALENDAR, NO_CALL_S, height_of, instants_of
from xlmatrix.rules.lint.health_check import FIX, LOOK, Facts, HealthCheck
from xlmatrix.rules.names import policy_name
from xlmatrix.rules.policy import CODES, calendar_number
from xlmatrix.rules.proof.summary import GAP, SOUGHT
from xlmatrix.tables.oncall import COVERAGE, PROOF
from xlmatrix.tables.severities import LADDER


def checks(facts: Facts) -> Iterator[HealthCheck]:
    """Empty ladders, late calls, targets outside on-call, hours without anybody."""
    for number, severity in enumerate(facts.context.spec.severities, start=1):
        after = name(f"Lad_After_{number}")
        yield HealthCheck(
            f"{severity.id}: the ladder calls somebody",
            if_(F.COUNT(after).eq(0), 1, 0),
            all(at is None for at in instants_of(facts.context.spec, severity)),
            FIX,
            "Add a step with a role and a time",
            severity.id,
            code="ladder-empty",
            path=f"severities[{number - 1}]",
        )
        yield _late(facts, number, after)
    yield _repeats(facts)
    yield from _coverage(facts)
    yield _on_call(facts)


def _coverage(facts: Facts) -> Iterator[HealthCheck]:
    """A line for every kind of gap that was proved, and one for the hours, which is live."""
    if facts.has(PROOF.name, "State"):
        kinds, states = (facts.columns[PROOF.name, one] for one in ("Looked for", "State"))
        for (code, label, mend), said, state in zip(SOUGHT, kinds, states, strict=True):
            # What was proved does not follow the workbook: what is not there needs no line.
            if state == GAP:
                cells = (col(PROOF.name, "Looked for"), lit(str(said)), col(PROOF.name, "State"))
                rows = F.COUNTIFS(*cells, GAP)
                what = f"Coverage, as of the making: {label}"
                yield HealthCheck(what, rows, 1, LOOK, mend, "Coverage", code=code)
    if facts.has(COVERAGE.name, "State"):
        count, found = facts.saying(COVERAGE.name, "State", "gap")
        yield HealthCheck(
            "Every needed hour has a primary and a backup",
            count,
            found,
            FIX,
            "Fill the shifts that nobody holds, or name a backup",
            "Coverage",
            code="coverage-gap",
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
        code="ladder-repeat",
    )


def _late(facts: Facts, number: int, after: Expr) -> HealthCheck:
    """Steps whose call saves nothing any more, by the rule of ``model.checks.ladder``.

    Only targets on the ladder's own calendar are compared: between two calendars each start says
    something else, which ``xlmatrix check`` looks at.
    """
    severity = facts.context.spec.severities[number - 1]
    steps = _called(facts, number, after)
    return HealthCheck(
        f"{severity.id}: nobody is called after the breach",
        _late_count(number, after),
        _late_steps(facts, number),
        LOOK,
        "Call earlier: the first before the response is due, the second by then, all before"
        " resolve",
        severity.id,
        code="escalation-late",
        path=f"severities[{number - 1}].ladder",
        helpers=steps,
        over=(lambda cells: _late_count(number, cells)) if steps else None,
    )


def _called(facts: Facts, number: int, after: Expr) -> tuple[tuple[Expr, int | str], ...]:
    """The seconds of each step that calls somebody, where some only inform; else nothing."""
    spec, table = facts.context.spec, LADDER.of(number)
    severity = spec.severities[number - 1]
    if not facts.has(table, "Inform"):
        return ()
    values: list[int | str] = ["" if at is None else at for at in _instants(spec, severity)]
    values += [""] * (height_of(severity) - len(values))
    cells = [F.INDEX(col(table, "Inform"), row) for row in range(1, len(values) + 1)]
    told = [F.IFERROR(cell.eq("yes"), lit(False)) for cell in cells]
    exprs = [if_(yes, BLANK, F.INDEX(after, row)) for row, yes in enumerate(told, start=1)]
    return tuple(zip(exprs, values, strict=True))


def _instants(spec: MatrixSpec, severity: Severity) -> list[int | None]:
    """When each step is called; None for one that only informs."""
    both = zip(severity.ladder, instants_of(spec, severity), strict=True)
    return [None if step.inform else at for step, at in both]


def _late_count(number: int, after: Expr) -> Expr:
    """How many of the steps whose seconds stand in ``after`` are late."""
    first = F.MIN(after)
    at_first = F.COUNTIF(after, first)
    second = F.SMALL(after, at_first + 1)
    resolve, on_time = _bound(number, "res"), _bound(number, "resp")
    soonest = F.MIN(_bound(number, "ack"), on_time)
    late_first = if_(F.AND(first >= soonest, first < resolve), at_first, 0)
    late_second = if_(F.AND(second > on_time, second < resolve), F.COUNTIF(after, second), 0)
    several = F.COUNT(after) > at_first
    return (
        if_(F.COUNT(after) > 0, late_first, 0)
        + if_(several, late_second, 0)
        + F.COUNTIF(after, lit(">=") & resolve)
    )


def _bound(number: int, code: str) -> Expr:
    """The seconds of a target on the ladder's calendar; elsewhere more than any ladder has."""
    seconds, calendar = (F.INDEX(policy_name(code, part), number) for part in "SC")
    same = F.AND(F.ISNUMBER(seconds), calendar.eq(F.INDEX(LAD_CALENDAR, number)))
    return if_(same, seconds, NO_CALL_S)


def _late_steps(facts: Facts, number: int) -> int:
    """The twin of :func:`_late_count`."""
    spec = facts.context.spec
    severity = spec.severities[number - 1]
    own = calendar_number(spec, severity.calendar)

    def bound(code: str) -> int:
        clock = facts.context.policy.clocks[number - 1][code]
        same = clock.seconds is not None and clock.calendar == own
        return clock.seconds if same and clock.seconds is not None else NO_CALL_S

    steps = [at for at in _instants(spec, severity) if at is not None]
    instants = sorted(set(steps))
    late = {second for second in instants if second >= bound("res")}
    late |= {second for second in instants[:1] if second >= min(bound("ack"), bound("resp"))}
    late |= {second for second in instants[1:2] if second > bound("resp")}
    return sum(second in late for second in steps)


def _on_call(facts: Facts) -> HealthCheck:
    count, found = around_the_clock(facts.context)
    return HealthCheck(
        "Targets around the clock have on-call around the clock",
        count,
        found,
        FIX,
        "Staff on-call around the clock, or put these targets on a business calendar",
        "Start",
        code="on-call-gap",
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
