"""The tables of the implementation audit."""

from __future__ import annotations

from typing import Final

from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, given, typed
from xlmatrix.tables.counts import kpi_doubts
from xlmatrix.tables.flags import flag_column
from xlmatrix.tables.kinds import DATE, KEY, NUMBER, SHARE, TEXT, choice
from xlmatrix.tables.settings import settings_table
from xlmatrix.tables.table import Table
from xlmatrix.tables.validation import Validation

_OF_CAP: Final = Validation(
    "decimal", 0, 10, title="Not a share of the cap", message="Type a share such as 80% or 1.1."
)
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
        flag_column(30),
    ),
    flag="Check",
    needs=("ID",),
    about="How calls and spend are split between providers, and what stands in for each",
)

AUDIT_SETTINGS: Final = settings_table(
    "tAuditSettings", "When one provider is too much, and how long a test of a fallback holds"
)

BUDGET: Final = settings_table(
    "tBudget", "The month's budget, what is spent of it, and which burn means which severity"
)

AUDIT_STAGE: Final = Table(
    "tAuditStage",
    (
        given("Choose", "key", 32, KEY),
        typed("Stage now", TEXT, "input", 40),
        flag_column(30),
    ),
    flag="Check",
    about="Which stage the traffic is in",
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
        typed("Warn at", SHARE, "input.percent", 13, validation=_OF_CAP),
        typed("Act at", SHARE, "input.percent", 13, validation=_OF_CAP),
        typed("Stop at", SHARE, "input.percent", 13, validation=_OF_CAP),
        computed("Used today", "formula.percent", 13, SHARE),
        computed("Now", "formula.center", 15),
        flag_column(30),
    ),
    flag="Check",
    about="Daily caps by stage of traffic, and where to warn, act and stop",
)

COSTS: Final = Table(
    "tCosts",
    (
        typed("ID", TEXT, "input", 10),
        typed("Model", TEXT, "input.wrap", 32),
        typed("Note", TEXT, "input.wrap", 40),
        typed("Tokens in", NUMBER, "input.int", 24),
        typed("Cached", NUMBER, "input.int", 18),
        typed("Tokens out", NUMBER, "input.int", 20),
        typed("Price in", NUMBER, "input.number", 24),
        typed("Price cached", NUMBER, "input.number", 13),
        typed("Price out", NUMBER, "input.number", 13),
        typed("Tools", NUMBER, "input", 13),
        computed("Cost per call", "formula", 13),
        flag_column(30),
    ),
    flag="Check",
    needs=("ID",),
    about="What a call costs, from its tokens and their prices",
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
