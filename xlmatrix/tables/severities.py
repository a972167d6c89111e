"""The tables of severities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xlmatrix.formula import Expr, F, this
from xlmatrix.model.targets import NEVER_PAUSE
from xlmatrix.model.targets import TARGETS as LABELS
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, given, typed
from xlmatrix.tables.doubt import Doubt, Lists, Row
from xlmatrix.tables.flags import flag_column
from xlmatrix.tables.kinds import AMOUNT, KEY, NUMBER, TEXT, choice, limited, text_of
from xlmatrix.tables.spans import too_long
from xlmatrix.tables.table import Table
from xlmatrix.tables.validation import Validation

RUNS_ON: Final = "Runs on, paused or not: choose no"


def runs_on(target: Expr, unit: Expr) -> Expr:
    """Whether pauses mean nothing to a target: it is one that never stops, or in calendar days."""
    return F.OR(*(target.eq(LABELS[name]) for name in NEVER_PAUSE), unit.eq("days"))


def _pauses_idle(row: Row, _: Sequence[Row], __: Lists) -> bool:
    target, unit, pauses = (text_of(row.get(c)).casefold() for c in ("Target", "Unit", "Pauses"))
    never = {LABELS[name].casefold() for name in NEVER_PAUSE}
    return pauses == words.YES and (target in never or unit == "days")


_PAUSES_IDLE: Final = Doubt(
    "typed-idle",
    RUNS_ON,
    F.AND(this("Pauses").eq(words.YES), runs_on(this("Target"), this("Unit"))),
    _pauses_idle,
)

TARGETS: Final = Table(
    "tTargets",
    (
        given("Target", "key", 21, KEY),
        typed("Calendar", choice(words.CALENDARS), "input", 26, field="calendar"),
        typed("Within", AMOUNT, "input.int", 16, field="within"),
        typed("Unit", choice(words.UNITS), "input.center", 16),
        # Its validation is the sheet's own.
        typed("Pauses", choice(words.YES_NO), "input.center", 17, field="pauses"),
        typed("Source", TEXT, "input.wrap", 21, field="source"),
        computed("Check", "formula.wrap", 21),
    ),
    numbered=True,
    in_spec=True,
    flag="Check",
    doubts=lambda _: (too_long("Within", "Unit"), _PAUSES_IDLE),
    about="SEV-1",
)

A_LEVEL: Final = Validation(
    "whole", 1, 9, title="Not a level", message="Type 1 to 9; 1 is called first."
)

LADDER: Final = Table(
    "tLadder",
    (
        typed("Level", limited(NUMBER, A_LEVEL), "input.int", 21, field="level"),
        typed(
            "Role",
            choice(words.CALLED),
            "input",
            26,
        ),
        # An amount of time, or a share of a target.
        typed("After", AMOUNT, "input.int", 16),
        typed("Unit", choice(words.LADDER_UNITS), "input.center", 16),
        typed("Contact", choice(words.CONTACTS), "input.center", 17, field="contact"),
        computed("Who", "formula.wrap", 21),
        computed("Phone", "formula.wrap", 21),
        typed(
            "Channel",
            choice(words.CHANNELS),
            "input.center",
            11,
            validation=words.CHANNELS.dropdown(warn=True),
            field="channel",
        ),
        typed("Until", choice(words.UNTIL), "input.center", 14, field="until"),
        typed("Repeat", AMOUNT, "input.int", 8.5, field="repeat"),
        # Only where a spec knows families of classes, or informs somebody.
        typed(
            "For", TEXT, "input.wrap", 18, note="Families of classes; empty means every incident"
        ),
        typed("Inform", choice(words.YES_NO), "input.center", 9, field="inform"),
        computed("Check", "formula.wrap", 20),
    ),
    by_place=True,
    numbered=True,
    in_spec=True,
    flag="Check",
    needs=("Role",),
    about="SEV-1",
)

OWNERS: Final = Table(
    "tOwners",
    (
        given("For", "key", 21, KEY),
        typed(
            "Role", choice(words.ROLES), "input", 26, validation=words.ROLES.dropdown(what="a role")
        ),
        computed("Primary", "formula", 16),
        computed("Backup", "formula", 16),
        flag_column(21),
    ),
    numbered=True,
    in_spec=True,
    flag="Check",
    about="SEV-1",
)
