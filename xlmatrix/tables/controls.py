"""The tables of the controls review."""

from __future__ import annotations

from typing import Final

from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, given, typed
from xlmatrix.tables.flags import flag_column
from xlmatrix.tables.kinds import DATE, KEY, NUMBER, TEXT, choice
from xlmatrix.tables.settings import settings_table
from xlmatrix.tables.table import Table
from xlmatrix.tables.validation import Validation

_SCORE: Final = Validation("whole", 1, 5, title="Not a score", message="Type 1 (low) to 5 (high).")

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

CONTROLS: Final = Table(
    "tControls",
    (
        typed("ID", TEXT, "input", 16),
        typed("Control", TEXT, "input.wrap", 34),
        typed("Owner", choice(words.PEOPLE), "input", 22),
        typed("Cadence", TEXT, "input.center", 13),
        typed("Valid (days)", NUMBER, "input.int", 11, note="How long evidence counts as fresh"),
        typed("Likelihood", NUMBER, "input.int", 11, validation=_SCORE),
        typed("Impact", NUMBER, "input.int", 11, validation=_SCORE),
        computed("Inherent", "formula.int", 11, NUMBER),
        typed("Effectiveness", choice(words.EFFECTIVENESS), "input.percent", 13),
        typed("Evidence (link)", TEXT, "input.wrap", 30),
        typed("Evidence on", DATE, "input.date", 13),
        computed("Freshness", "formula.center", 11),
        computed("Residual", "formula.number", 11, NUMBER),
        computed("Band", "formula.center", 12),
        typed("Gap found on", DATE, "input.date", 13),
        typed("Closed on", DATE, "input.date", 13),
        computed("Mend by", "formula.date", 13, DATE),
        computed("State", "formula.center", 14),
        computed("Treated as", "formula.center", 13),
        given("Framework keys", "fixed.wrap", 40),
        given("Source", "fixed.wrap", 30),
        given("Standing", "fixed.center", 11),
        flag_column(30),
    ),
    flag="Check",
    needs=("ID",),
    about="Controls with their risk, evidence and gaps",
)
