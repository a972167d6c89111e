"""The tables of audit."""

from __future__ import annotations

from typing import Final

from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, given, typed
from xlmatrix.tables.kinds import DATE, KEY, NUMBER, SHARE, TEXT, choice
from xlmatrix.tables.table import Table
from xlmatrix.tables.validation import A_NUMBER

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
    ),
    about="Implementation audit",
)

WORKLOADS: Final = Table(
    "tWorkloads",
    (
        typed("ID", TEXT, "input", 10),
        typed("Workload", TEXT, "input.wrap", 32),
        typed("Split rule", TEXT, "input.wrap", 40),
        typed("Primary", TEXT, "input.wrap", 24),
        typed("Provider", TEXT, "input.wrap", 18),
        typed("Fallback", TEXT, "input.wrap", 20),
        typed("Fallback provider", TEXT, "input.wrap", 24),
        typed("At least", SHARE, "input.percent", 13),
        typed("At most", SHARE, "input.percent", 13),
        typed("Calls", NUMBER, "input.int", 13),
        typed("Spend", NUMBER, "input.money", 13),
        typed("Fallback tested", DATE, "input.date", 15),
        computed("Share of calls", "formula.percent", 15, SHARE),
        computed("Split", "formula.center", 15),
        computed("Provider's share", "formula.percent", 15, SHARE),
        computed("Concentration", "formula.center", 15),
        computed("Fallback check", "formula.center", 15),
    ),
    about="Implementation audit",
)

AUDIT_SETTINGS: Final = Table(
    "tAuditSettings",
    (
        given("Setting", "key", 24, KEY),
        given("What it does", "fixed.wrap", 40),
        typed("Value", NUMBER, "input.number", 12),
        given("Unit", "fixed", 12),
    ),
    about="Implementation audit",
)

BUDGET: Final = Table(
    "tBudget",
    (
        given("Setting", "key", 24, KEY),
        given("What it does", "fixed.wrap", 40),
        typed("Value", NUMBER, "input.number", 12),
        given("Unit", "fixed", 12),
    ),
    about="Implementation audit",
)

AUDIT_STAGE: Final = Table(
    "tAuditStage",
    (
        given("Choose", "key", 32, KEY),
        typed("Stage now", TEXT, "input", 40),
    ),
    about="Implementation audit",
)

STAGES: Final = Table(
    "tStages",
    (
        given("ID", "key", 10, KEY),
        typed("Stage", TEXT, "input", 32),
        typed("Action at the stop", TEXT, "input.wrap", 40),
        typed("Share of traffic up to", SHARE, "input.percent", 24, validation=None),
        typed("Cap × forecast", NUMBER, "input.number", 18, validation=None),
        typed(
            "Fixed cap",
            NUMBER,
            "input.money",
            20,
            note="A pilot's or an event's own envelope goes before the factor",
        ),
        computed("Daily cap", "formula.money", 24, NUMBER),
        typed("Warn at", SHARE, "input.percent", 13, validation=None),
        typed("Act at", SHARE, "input.percent", 13, validation=None),
        typed("Stop at", SHARE, "input.percent", 13, validation=None),
        computed("Used today", "formula.percent", 13, SHARE),
        computed("Now", "formula.center", 15),
    ),
    about="Implementation audit",
)

COSTS: Final = Table(
    "tCosts",
    (
        typed("ID", TEXT, "input", 10),
        typed("Model", TEXT, "input.wrap", 32),
        typed("Note", TEXT, "input.wrap", 40),
        typed("Tokens in", NUMBER, "input.int", 24.0),
        typed("Cached", NUMBER, "input.int", 18.0),
        typed("Tokens out", NUMBER, "input.int", 20.0),
        typed("Price in", NUMBER, "input.number", 24.0),
        typed("Price cached", NUMBER, "input.number", 13.0),
        typed("Price out", NUMBER, "input.number", 13.0),
        typed("Tools", TEXT, "input", 13, validation=A_NUMBER),
        computed("Cost per call", "formula", 13),
    ),
    about="Implementation audit",
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
    ),
    about="Implementation audit",
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
    ),
    about="Implementation audit",
)
