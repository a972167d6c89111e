"""The tables of the controls review.

A claim needs ground: a test in its period that passed. A test that no case was run for, that lies
in the future or is too old for its period has none, and both are flagged beside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from xlmatrix.formula import Expr, F, name, this
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, given, typed
from xlmatrix.tables.doubt import Doubt, Lists, Row
from xlmatrix.tables.flags import flag_column
from xlmatrix.tables.kinds import DATE, KEY, NUMBER, TEXT, choice, number_of
from xlmatrix.tables.settings import settings_table
from xlmatrix.tables.table import Table
from xlmatrix.tables.validation import Validation

#: The results of a test. One that failed stays failed until it is run again, however old it is.
PASSED, FAILED, TOO_FEW, OUTDATED, NOT_RUN, NO_VERDICT = (
    "passed",
    "failed",
    "too few",
    "outdated",
    "not run",
    "no verdict",
)
#: Steps on the way that say how many tests of a control are listed, passed, failed, by adversaries.
LISTED, HELD, BROKE, ATTACKED = "listed", "held", "broken", "attacked"
_GROUND: Final = "typed-ground"
_AS_OF: Final = "AsOf"
_SCORE: Final = Validation("whole", 1, 5, title="Not a score", message="Type 1 (low) to 5 (high).")
_COUNT: Final = Validation(
    "whole", 0, 1e9, title="Not a count", message="Type how many: a whole number from 0."
)
_LEAST: Final = replace(_COUNT, first=1, message="Type how many: a whole number from 1.")
_AMOUNT: Final = Validation(
    "decimal", 0, 1e9, title="Not an amount", message="Type a number from 0."
)

RISK_BANDS: Final = Table(
    "tRiskBands",
    (
        given("Band", "key", 9, KEY),
        given("What it asks for", "fixed.wrap", 34),
        typed("From", NUMBER, "input.number", 22),
        typed("Days", NUMBER, "input.int", 13),
        flag_column(30),
    ),
    flag="Check",
    about="Bands of residual risk, and within how many days each is mended",
)

RISK_SETTINGS: Final = settings_table(
    "tRiskSettings", "How much a control counts whose evidence is stale"
)


def _number(known: str) -> Callable[[Row], float]:
    return lambda row: number_of(row.get(known)) or 0.0


def _today(lists: Lists) -> float:
    return (number_of(next(iter(lists(_AS_OF)), None)) or 0.0) // 1


def _to_come(known: str, so: str) -> Doubt:
    """A date after the day of *As of*: nothing has happened yet."""
    told = _number(known)
    later = F.INT(F.N(this(known))) > F.INT(name(_AS_OF))
    said = f"{known} is in the future: {so}"
    return Doubt("typed-date", said, later, lambda row, _, lists: told(row) // 1 > _today(lists))


def _when(said: str, when: Expr, holds: Callable[[Row], bool], code: str = _GROUND) -> Doubt:
    return Doubt(code, said, when, lambda row, _, __: holds(row))


def _test_doubts(_: Sequence[str]) -> tuple[Doubt, ...]:
    run, cases, failed = this("Last run"), this("Cases"), this("Failed")
    every, n, k = _number("Every (days)"), _number("Cases"), _number("Failed")
    beside, worse = _number("Cases compared"), _number("Failed compared")
    last = _number("Last run")
    due = F.INT(F.N(run)) + F.N(this("Every (days)"))
    return (
        _to_come("Last run", "no verdict"),
        _when(
            "No case was run: no verdict",
            F.AND(F.ISNUMBER(cases), F.N(cases) <= 0),
            lambda row: number_of(row.get("Cases")) is not None and n(row) <= 0,
        ),
        _when(
            "More failed than were run: no verdict",
            F.OR(F.N(failed) > F.N(cases),
                 F.N(this("Failed compared")) > F.N(this("Cases compared"))),
            lambda row: k(row) > n(row) or worse(row) > beside(row),
        ),
        _when(
            "Last run is missing: no verdict",
            F.AND(F.NOT(F.ISNUMBER(run)), F.ISNUMBER(cases)),
            lambda row: number_of(row.get("Last run")) is None and _is_number(row, "Cases"),
        ),
        _when(
            "A count or a measure is missing: no verdict",
            this("Result").eq(NO_VERDICT),
            lambda row: row.get("Result") == NO_VERDICT,
        ),
        Doubt(
            _GROUND,
            "Last run is outside its period",
            F.AND(F.N(run) > 0, F.N(this("Every (days)")) > 0, due < F.INT(name(_AS_OF))),
            lambda row, _, lists: (
                last(row) > 0 and every(row) > 0 and last(row) // 1 + every(row) < _today(lists)
            ),
        ),
    )  # fmt: skip


def _is_number(row: Row, known: str) -> bool:
    return number_of(row.get(known)) is not None


def _control_doubts(_: Sequence[str]) -> tuple[Doubt, ...]:
    claim, claimed = this("Effectiveness"), _number("Effectiveness")
    listed, passed = _number(LISTED), _number(HELD)
    failed, attacked = _number(BROKE), _number(ATTACKED)
    untested = F.OR(this(LISTED).eq(0), this(HELD) < this(LISTED))
    written, running, tested = (name(f"Risk_{one}") for one in ("Written", "Running", "Tested"))

    def at(lists: Lists, known: str) -> float:
        return number_of(next(iter(lists(f"Risk_{known}")), None)) or 0.0

    return (
        _to_come("Evidence on", "no evidence yet"),
        _to_come("Closed on", "not closed yet"),
        Doubt(
            _GROUND,
            "A test failed: counts as written",
            F.AND(F.N(this(BROKE)) > 0, F.N(claim) > written),
            lambda row, _, lists: failed(row) > 0 and claimed(row) > at(lists, "Written"),
        ),
        Doubt(
            _GROUND,
            "Not tested in its period: counts as running",
            F.AND(F.N(claim) > running, untested),
            lambda row, _, lists: (
                claimed(row) > at(lists, "Running")
                and (listed(row) == 0 or passed(row) < listed(row))
            ),
        ),
        Doubt(
            _GROUND,
            "No adversary's test passed: counts as tested",
            F.AND(F.N(claim) > tested, this(ATTACKED).eq(0)),
            lambda row, _, lists: claimed(row) > at(lists, "Tested") and attacked(row) == 0,
        ),
    )


CONTROLS: Final = Table(
    "tControls",
    (
        typed("ID", TEXT, "input", 16),
        typed("Control", TEXT, "input.wrap", 34),
        given("Risk it answers", "fixed.wrap", 40),
        typed("Owner", choice(words.PEOPLE), "input", 22),
        typed("Cadence", TEXT, "input.center", 13),
        typed("Valid (days)", NUMBER, "input.int", 11, note="How long evidence counts as fresh"),
        typed("Likelihood", NUMBER, "input.int", 11, validation=_SCORE),
        typed("Impact", NUMBER, "input.int", 11, validation=_SCORE),
        computed("Inherent", "formula.int", 11, NUMBER),
        typed(
            "Effectiveness",
            choice(words.EFFECTIVENESS),
            "input.percent",
            13,
            note="What you claim: 0 absent, 25 written, 50 running, 75 tested in its period, "
            "90 tested by an adversary. Tested needs tests that passed.",
        ),
        computed("Claimed as", "formula.wrap", 20),
        computed("Tests", "formula.wrap", 20, note="From Control tests"),
        typed("Evidence (link)", TEXT, "input.wrap", 30),
        typed("Evidence on", DATE, "input.date", 13),
        computed("Freshness", "formula.center", 11),
        computed(
            "Counts",
            "formula.percent1",
            11,
            NUMBER,
            note="What of the claim counts: with ground, and less where evidence is stale",
        ),
        computed("Residual", "formula.number", 11, NUMBER),
        computed("Band", "formula.center", 12),
        computed("Rank", "formula.int", 10, NUMBER, note="The worst residual risk is 1"),
        typed("Gap found on", DATE, "input.date", 13),
        typed("Closed on", DATE, "input.date", 13),
        computed("Mend by", "formula.date", 13, DATE),
        computed("State", "formula.center", 14),
        computed("Treated as", "formula.center", 13),
        flag_column(34),
        given("Framework keys", "fixed.wrap", 40),
        given("Source", "fixed.wrap", 30),
        given("Standing", "fixed.center", 11),
    ),
    flag="Check",
    flag_in_steps=True,
    needs=("ID",),
    doubts=_control_doubts,
    about="Controls with their risk, evidence and gaps",
)

CONTROL_TESTS: Final = Table(
    "tControlTests",
    (
        typed("ID", TEXT, "input", 11),
        typed("Control", choice(words.CONTROLS), "input", 11),
        computed("Name", "formula.wrap", 28),
        computed("Owner", "formula.wrap", 18),
        typed("Channel", TEXT, "input.wrap", 13),
        typed("Test", TEXT, "input.wrap", 40),
        typed("Passes when", TEXT, "input.wrap", 40),
        computed("Result", "formula.center", 12),
        typed("Last run", DATE, "input.date", 13),
        typed("Cases", NUMBER, "input.int", 9, validation=_COUNT),
        typed("Failed", NUMBER, "input.int", 9, validation=_COUNT),
        typed("Measured", NUMBER, "input.number", 10, validation=_AMOUNT),
        computed(
            "At most",
            "formula.percent1",
            12,
            NUMBER,
            heading="At most (95 %)",
            note="So many cases may fail, or more than of those compared, for all that these cases "
            "show: one-sided upper 95 % bound",
        ),
        computed(
            "Method",
            "formula.center",
            11,
            note="exact: 1 - 0.05^(1/n) where none of n failed; Wilson: where some did; Newcombe: "
            "of the difference of two shares",
        ),
        computed("Run again by", "formula.date", 12, DATE),
        typed("Evidence (link)", TEXT, "input.wrap", 26),
        typed("By an adversary", choice(words.YES_NO), "input.center", 11),
        typed("Cases compared", NUMBER, "input.int", 11, validation=_COUNT),
        typed("Failed compared", NUMBER, "input.int", 11, validation=_COUNT),
        computed("Worse by", "formula.number", 9, NUMBER, note="Percentage points"),
        typed("Every (days)", NUMBER, "input.int", 9, note="How long a run counts as this period"),
        typed("Cases needed", NUMBER, "input.int", 9, validation=_LEAST),
        typed("Most failed", NUMBER, "input.int", 9, validation=_COUNT),
        typed("Limit", NUMBER, "input.number", 9, validation=_AMOUNT),
        typed(
            "Unit",
            choice(words.TEST_UNITS),
            "input.center",
            9,
            note="Of the limit. Points: by how much more cases may fail than of those compared",
        ),
        flag_column(40),
        given("Source", "fixed.wrap", 24),
        given("Standing", "fixed.center", 11),
    ),
    flag="Check",
    flag_in_steps=True,
    needs=("ID",),
    doubts=_test_doubts,
    about="How each control is tested, when it passes, and what its last run shows",
)
