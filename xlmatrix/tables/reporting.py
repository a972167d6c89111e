"""The tables of reporting clocks: what each rule asks, whom the matrix binds, what happened."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from xlmatrix.model.obligations import MOST_CLOCKS
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import Column, computed, given, typed
from xlmatrix.tables.flags import flag_column
from xlmatrix.tables.kinds import DATE, KEY, NUMBER, STAMP, TEXT, choice
from xlmatrix.tables.reporting_doubts import moment_doubts, rule_doubts, scope_doubts
from xlmatrix.tables.table import Table
from xlmatrix.tables.validation import A_NUMBER, A_STAMP, hinted

#: A wall-clock time of the zone that stands beside it.
STAMP_THERE: Final = replace(STAMP, instant=False)


def clock_headers(number: int) -> dict[str, str]:
    """The columns of a further clock, from 2, by the field of its model."""
    return {
        "mode": f"Clock {number}",
        "after": f"After {number}",
        "amount": f"Amount {number}",
        "unit": f"Unit {number}",
        "when": f"If {number}",
        "lapses": f"Lapses {number}",
    }


#: Numbers of the clocks that stand in the table of rules; the first is the obligation's own.
FURTHER: Final = tuple(range(2, MOST_CLOCKS + 2))


def _clock_columns(number: int) -> tuple[Column, ...]:
    header = clock_headers(number)
    return (
        typed(header["mode"], choice(words.CLOCK_MODES), "input.center", 11),
        typed(header["after"], choice(words.MOMENTS), "input", 20),
        typed(header["amount"], NUMBER, "input.int", 11),
        typed(header["unit"], choice(words.NOTICE_UNITS), "input.center", 15),
        typed(header["when"], TEXT, "input.wrap", 26),
        typed(header["lapses"], choice(words.MOMENTS), "input", 20),
    )


#: The columns of rules that hold a condition.
CONDITIONS: Final = (
    "Applies if",
    "Reportable if",
    "Rolls if",
    *(clock_headers(number)["when"] for number in FURTHER),
)
_A_CONDITION: Final = (
    "Facts and their answers: fact = answer, answer; fact = answer. The facts are on Scope and "
    "Report now; at most two."
)

RULES: Final = Table(
    "tRules",
    (
        typed("ID", TEXT, "input", 24, field="id"),
        typed("Counts from", choice(words.MOMENTS), "input", 20, field="after"),
        typed("Takes", choice(words.TAKES), "input.center", 11, field="take"),
        typed("Ends", TEXT, "input.center", 10, field="ends"),
        typed("Series until", choice(words.MOMENTS), "input", 18, field="until"),
        typed("Rolls if", TEXT, "input.wrap", 26, note=_A_CONDITION),
        typed("Zone", choice(words.AUTHORITY_ZONES), "input", 22, field="zone"),
        typed("Holidays", choice(words.AUTHORITY_CALENDARS), "input", 18, field="calendar"),
        typed("Applies if", TEXT, "input.wrap", 30, note=_A_CONDITION),
        typed("Reportable if", TEXT, "input.wrap", 30, note=_A_CONDITION),
        typed("One report", TEXT, "input", 16, field="group"),
        typed("Standing", choice(words.FORCES), "input.center", 13, field="force"),
        typed("In force from", DATE, "input.date", 14, field="effective"),
        typed("In force to", DATE, "input.date", 14, field="until_date"),
        typed("Source read", DATE, "input.date", 14, field="read"),
        typed(
            "Read again after days",
            NUMBER,
            "input.int",
            13,
            validation=A_NUMBER,
            field="stale_after",
        ),
        typed("May change on", DATE, "input.date", 14, field="posture_date"),
        typed("Inference", choice(words.YES_NO), "input.center", 11, field="inference"),
        typed("Question", TEXT, "input.wrap", 40, field="asks"),
        typed("Before missing it", TEXT, "input.wrap", 40, field="will_miss"),
        *(column for number in FURTHER for column in _clock_columns(number)),
        flag_column(30),
    ),
    flag="Check",
    flag_in_steps=True,
    needs=("ID",),
    doubts=rule_doubts(CONDITIONS),
    about="Reporting rules",
)

SCOPE: Final = Table(
    "tScope",
    (
        given("Fact", "key", 24, KEY),
        given("Question", "fixed.wrap", 56),
        typed("Answer", TEXT, "input.center", 22),
        given("Answers", "fixed.wrap", 36),
        given("Decides", "fixed.wrap", 30),
        flag_column(30),
    ),
    flag="Check",
    doubts=scope_doubts,
    about="Scope",
)

MOMENTS: Final = Table(
    "tMoments",
    (
        given("Line", "key", 17, KEY),
        typed(
            "Incident",
            choice(words.NOTICE_INCIDENTS),
            "input",
            13,
            validation=words.NOTICE_INCIDENTS.dropdown(warn=True),
        ),
        typed(
            "What",
            choice(words.HAPPENED),
            "input",
            24,
            validation=words.HAPPENED.dropdown(hint="A moment, or a fact of this incident."),
        ),
        computed("Means", "formula.wrap", 38),
        typed(
            "When",
            STAMP_THERE,
            "input.stamp",
            18,
            validation=hinted(A_STAMP, "When it happened, on the clock of the zone beside it."),
        ),
        typed("Zone", choice(words.ZONES_THERE), "input", 24),
        typed(
            "Answer",
            TEXT,
            "input.center",
            14,
        ),
        typed("Note", TEXT, "input.wrap", 17),
        flag_column(44),
    ),
    flag="Check",
    needs=("Incident", "What"),
    doubts=moment_doubts,
    about="Report now",
)

REPORTS: Final = Table(
    "tReports",
    (
        computed("Obligation", "helper", 24, KEY),
        computed("State", "helper", 14),
        computed("Detail", "helper", 40),
        computed("Safe due", "helper", 17, STAMP),
        computed("Due by law", "helper", 17, STAMP),
        computed("Time left", "helper", 17),
        computed("Must say", "helper", 40),
    ),
    about="Reports",
)
