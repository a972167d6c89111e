"""The tables of change management."""

from __future__ import annotations

from typing import Final

from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, given, typed
from xlmatrix.tables.flags import flag_column
from xlmatrix.tables.kinds import AMOUNT, DATE, KEY, SHARE, TEXT, choice
from xlmatrix.tables.settings import settings_table
from xlmatrix.tables.table import Table

CHANGE_REGISTER: Final = Table(
    "tChangeRegister",
    (
        typed("ID", TEXT, "input", 12),
        typed("Change", TEXT, "input.wrap", 30),
        typed("Purpose, classes touched", TEXT, "input.wrap", 40),
        typed("Owner", choice(words.PEOPLE), "input", 24),
        typed("Stage", choice(words.STAGES), "input", 20),
        typed(
            "Rollback",
            choice(words.YES_NO),
            "input.center",
            16,
            validation=words.YES_NO.dropdown(hint="A rollback goes ahead in a freeze."),
        ),
        typed("Planned on", DATE, "input.date", 13),
        computed("Next gate", "formula.center", 13),
        computed("Who decides", "formula", 22),
        computed("Go?", "formula.center", 15),
        flag_column(30),
    ),
    flag="Check",
    needs=("ID",),
    repeated=(typed("G*", DATE, "input.date", 13, note="The day on which the gate was passed"),),
    after="Planned on",
    about="Changes with their stage, the gates passed, and who decides on the next",
)

GATES: Final = Table(
    "tGates",
    (
        given("Gate", "key", 12, KEY),
        typed("Name", TEXT, "input.wrap", 30),
        typed("Evidence to pass", TEXT, "input.wrap", 40),
        typed("Accountable", choice(words.ROLES), "input.wrap", 24),
        computed("Who", "formula.wrap", 20),
        given("Source", "fixed.wrap", 22),
        given("Standing", "fixed.center", 13),
        typed("Note", TEXT, "input.wrap", 13),
        flag_column(30),
    ),
    flag="Check",
    about="The gates that a change passes, the evidence each asks for, and who answers for it",
)

TEAMS: Final = Table(
    "tTeams",
    (
        typed("ID", TEXT, "input", 12),
        typed("Team", TEXT, "input.wrap", 30),
        typed("How they are told", TEXT, "input.wrap", 40),
        typed(
            "Manager",
            choice(words.PEOPLE),
            "input",
            24,
            validation=words.PEOPLE.dropdown(warn=True),
        ),
        typed("Trained", SHARE, "input.percent", 20),
        typed("Card handed out", choice(words.YES_NO), "input.center", 16),
        typed("Active", SHARE, "input.percent", 13, note="Weekly active users"),
        computed("Ready?", "formula.center", 13),
        flag_column(30),
    ),
    flag="Check",
    needs=("ID",),
    about="Frontline teams, and whether each is trained and has its card",
)

CHANGE_SETTINGS: Final = settings_table(
    "tChangeSettings", "From which share of trained people on a team is ready"
)

MEETINGS: Final = Table(
    "tMeetings",
    (
        typed("ID", TEXT, "input", 9),
        typed("Meeting", TEXT, "input.wrap", 30),
        typed("Agenda", TEXT, "input.wrap", 40),
        typed("Owner", choice(words.PEOPLE), "input", 24),
        typed("Every (days)", AMOUNT, "input.int", 20),
        typed("Last held", DATE, "input.date", 16),
        computed("Next due", "formula.date", 13, DATE),
        computed("State", "formula.center", 13),
        given("Standing", "fixed.center", 13),
        flag_column(30),
    ),
    flag="Check",
    needs=("ID",),
    about="Meetings that keep changes moving, and when each is due again",
)
