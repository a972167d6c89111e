"""The tables of obligations."""

from __future__ import annotations

from typing import Final

from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, given, typed
from xlmatrix.tables.flags import flag_column
from xlmatrix.tables.kinds import KEY, NUMBER, STAMP, TEXT, choice
from xlmatrix.tables.spans import NOTICE_UNITS, too_long
from xlmatrix.tables.table import Table
from xlmatrix.tables.validation import A_STAMP, Validation, hinted

NOTICES: Final = Table(
    "tNotices",
    (
        given("Notice", "key", 20, KEY),
        typed(
            "Incident",
            choice(words.NOTICE_INCIDENTS),
            "input",
            20,
            validation=words.NOTICE_INCIDENTS.dropdown(warn=True),
        ),
        typed("Obligation", choice(words.OBLIGATIONS), "input", 20),
        typed(
            "Trigger",
            STAMP,
            "input.stamp",
            28,
            validation=hinted(A_STAMP, "When the fact became known that starts this clock."),
        ),
        computed("Recipient", "formula.wrap", 22),
        typed(
            "Decision",
            choice(words.DECISIONS),
            "input.center",
            12,
            validation=words.DECISIONS.dropdown(hint="What the decider said."),
        ),
        computed("Safe due", "formula.stamp", 17, STAMP),
        computed("Due by law", "formula.stamp", 17, STAMP),
        typed("Reported", STAMP, "input.stamp", 19),
        computed("Time left", "formula.center", 17),
        computed("State", "formula.center", 26),
        computed("Detail", "formula.wrap", 40),
        computed("Check", "formula.wrap", 26),
        typed("Note", TEXT, "input.wrap", 30),
        computed("Regime", "formula.wrap", 30),
        typed(
            "Trigger is",
            choice(words.MOMENTS),
            "input",
            20,
            validation=words.MOMENTS.dropdown(
                hint="Which moment the trigger is; blank for the first that the rule counts from."
            ),
        ),
        typed(
            "Zone",
            choice(words.ZONES_THERE),
            "input",
            18,
            validation=words.ZONES_THERE.dropdown(
                hint="On whose clock trigger and report are typed; blank for the matrix's."
            ),
        ),
        typed("Decided by", choice(words.PEOPLE), "input", 22),
    ),
    flag="Check",
    flag_in_steps=True,
    verdict=True,
    needs=("Obligation",),
    about="Obligations",
)

OBLIGATIONS: Final = Table(
    "tObligations",
    (
        typed("ID", TEXT, "input", 20, field="id"),
        typed("Regime", TEXT, "input.wrap", 20, field="regime"),
        typed("Article", TEXT, "input.wrap", 20, field="article"),
        typed("Starts with", TEXT, "input.wrap", 28, field="trigger"),
        typed("Recipient", TEXT, "input.wrap", 22, field="recipient"),
        typed(
            "Amount",
            NUMBER,
            "input.int",
            12,
            validation=Validation(
                "decimal",
                0,
                operator="greaterThanOrEqual",
                title="Not an amount",
                message="Type a number.",
            ),
            field="amount",
        ),
        typed("Unit", choice(words.NOTICE_UNITS), "input.center", 17, field="unit"),
        typed("Roll", choice(words.ROLLS), "input.center", 17, field="roll"),
        typed("Decider", choice(words.ROLES), "input", 19, field="decider"),
        typed("Verify with counsel", choice(words.YES_NO), "input.center", 17, field="verify"),
        typed("Status", TEXT, "input.wrap", 26),
        typed("Binds", TEXT, "input.wrap", 26),
        typed("Source", TEXT, "input.wrap", 30, field="source"),
        flag_column(30),
    ),
    flag="Check",
    needs=("ID",),
    doubts=lambda _: (too_long("Amount", "Unit", NOTICE_UNITS),),
    about="Obligations",
)
