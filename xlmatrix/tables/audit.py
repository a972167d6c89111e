"""The tables of the implementation audit."""

from __future__ import annotations

from typing import Final

from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, given, typed
from xlmatrix.tables.counts import kpi_doubts
from xlmatrix.tables.flags import flag_column
from xlmatrix.tables.kinds import DATE, KEY, NUMBER, SHARE, TEXT, choice
from xlmatrix.tables.table import Table
from xlmatrix.tables.validation import Validation

_COUNT: Final = Validation(
    "decimal", 0, 10**9, title="Not a count", message="Type how many there were."
)
_SCORE: Final = Validation(
    "decimal", 0, 100, title="Not a score", message="Type a score from 0 to 100."
)

AUDIT_QUESTIONS: Final = Table(
    "tAuditQuestions",
    (
        typed("ID", TEXT, "input", 10),
        typed("Area", TEXT, "input.wrap", 32),
        typed("Question", TEXT, "input.wrap", 40),
        typed("Owner", choice(words.PEOPLE), "input", 24),
        typed("Answer", choice(words.AUDIT), "input.center", 18),
        typed("Due", DATE, "input.date", 20),
        typed("Evidence", TEXT, "input.wrap", 24),
        computed("State", "formula.center", 13),
        flag_column(30),
    ),
    flag="Check",
    needs=("ID",),
    about="Who owns the process: questions of the audit, each with an owner and an answer",
)

KPIS: Final = Table(
    "tKpis",
    (
        typed("ID", TEXT, "input", 10),
        typed("KPI", TEXT, "input.wrap", 32),
        typed("Made of", TEXT, "input.wrap", 40),
        typed("Owner", choice(words.PEOPLE), "input", 24),
        typed("Group", TEXT, "input", 18),
        typed("Feed", TEXT, "input.wrap", 20),
        typed("Kind", choice(words.KPI_KINDS), "input.center", 24),
        typed("Cadence", TEXT, "input.center", 13),
        typed("Unit", TEXT, "input.center", 13),
        typed("Better", TEXT, "input.center", 13),
        typed("Top", NUMBER, "input.number", 13),
        typed("Bottom", NUMBER, "input.number", 15),
        typed("Population", NUMBER, "input.int", 15, validation=_COUNT, note="All there were"),
        computed("Value", "formula.number", 15, NUMBER),
        computed("From", "formula.number", 15, NUMBER, note="The 95 % interval begins here"),
        computed("To", "formula.number", 17, NUMBER, note="The 95 % interval ends here"),
        typed("Target", NUMBER, "input.number", 15),
        typed("Alert", NUMBER, "input.number", 13),
        computed("State", "formula.center", 17),
        computed("Cases", "formula.int", 14, NUMBER),
        computed(
            "Fewest cases",
            "formula.int",
            14,
            NUMBER,
            note="A share: so many good cases prove the target. A lift: so many on each side",
        ),
        computed("Judged by", "formula.wrap", 22),
        typed(
            "Top cases",
            NUMBER,
            "input.int",
            15,
            validation=_COUNT,
            note="Of a lift: those of the rate",
        ),
        typed(
            "Bottom cases",
            NUMBER,
            "input.int",
            15,
            validation=_COUNT,
            note="Of a lift: the control's",
        ),
        computed("Top taken", "formula.number", 13, NUMBER, note="As typed, else from the log"),
        computed("Bottom taken", "formula.number", 14, NUMBER, note="As typed, else from the log"),
        given("Source", "fixed.wrap", 30),
        given("Standing", "fixed.center", 12),
        flag_column(30),
    ),
    flag="Check",
    needs=("ID",),
    doubts=kpi_doubts,
    about="Key figures with target and alert, and what so many cases say of them",
)

KPI_TIMES: Final = Table(
    "tKpiTimes",
    (
        given("ID", "key", 10, KEY),
        given("Severity", "fixed", 32),
        given("Target time", "fixed", 40),
        typed("Wanted", SHARE, "input.percent", 24, note="The share that is to be on time"),
        computed("On time", "formula.int", 18, NUMBER),
        computed("Cases", "formula.int", 20, NUMBER),
        computed("Share on time", "formula.percent1", 24, SHARE),
        computed("From", "formula.percent1", 13, SHARE, note="The 95 % interval begins here"),
        computed("To", "formula.percent1", 13, SHARE, note="The 95 % interval ends here"),
        computed(
            "Fewest cases",
            "formula.int",
            13,
            NUMBER,
            note="So many cases, all on time, prove the target",
        ),
        computed("Mean (min)", "formula.number", 13, NUMBER, note="Of those done"),
        computed("State", "formula.center", 15),
        flag_column(30),
    ),
    flag="Check",
    about="How often each severity was acknowledged and resolved on time in the last month",
)

SCORECARD: Final = Table(
    "tScorecard",
    (
        given("ID", "key", 10, KEY),
        typed("Part", TEXT, "input", 32),
        typed("What was seen", TEXT, "input.wrap", 40),
        typed("Weight", SHARE, "input.percent", 24),
        typed("Score", NUMBER, "input.number", 18, validation=_SCORE),
        computed("Points", "formula.number", 20, NUMBER),
        given("Standing", "fixed.center", 24),
        flag_column(30),
    ),
    flag="Check",
    about="Parts of the score of the audit, weighted",
)
