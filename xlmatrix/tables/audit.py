"""The tables of the implementation audit."""

from __future__ import annotations

from typing import Final

from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, given, typed
from xlmatrix.tables.flags import flag_column
from xlmatrix.tables.kinds import DATE, KEY, NUMBER, SHARE, TEXT, choice
from xlmatrix.tables.table import Table

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
        computed("Value", "formula.number", 15, NUMBER),
        typed("Target", NUMBER, "input.number", 15),
        typed("Alert", NUMBER, "input.number", 15),
        computed("State", "formula.center", 17),
        given("Source", "fixed.wrap", 30),
        given("Standing", "fixed.center", 12),
        flag_column(30),
    ),
    flag="Check",
    needs=("ID",),
    about="Key figures with target and alert, some filled by the log",
)

SCORECARD: Final = Table(
    "tScorecard",
    (
        given("ID", "key", 10, KEY),
        typed("Part", TEXT, "input", 32),
        typed("What was seen", TEXT, "input.wrap", 40),
        typed("Weight", SHARE, "input.percent", 24),
        typed("Score", NUMBER, "input.number", 18),
        computed("Points", "formula.number", 20, NUMBER),
        given("Standing", "fixed.center", 24),
        flag_column(30),
    ),
    flag="Check",
    about="Parts of the score of the audit, weighted",
)
