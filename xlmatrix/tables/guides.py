"""The tables of the checklist and the messages."""

from __future__ import annotations

from typing import Final

from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, given, typed
from xlmatrix.tables.flags import flag_column
from xlmatrix.tables.kinds import DATE, KEY, NUMBER, TEXT, choice, naming
from xlmatrix.tables.table import Table

CHECKLIST: Final = Table(
    "tChecklist",
    (
        given("ID", "key", 9, KEY, field="id"),
        given("Section", "fixed.wrap", 19, field="section"),
        given("Step", "fixed.wrap", 52, field="text"),
        given("Checked by", "fixed.wrap", 12),
        typed("Status", choice(words.CHECKLIST), "input.center", 13),
        computed("State", "formula.center", 12),
        typed("Owner", choice(words.PEOPLE), "input", 22),
        typed("Due", DATE, "input.date", 13),
        typed("Done on", DATE, "input.date", 13),
        typed("Valid (days)", NUMBER, "input.int", 10),
        computed("Finding", "formula.wrap", 42),
        typed("Evidence and notes", TEXT, "input.wrap", 28),
        given("Source", "fixed.wrap", 34),
        given("Standing", "fixed.center", 12),
        flag_column(30),
    ),
    flag="Check",
    about="The steps to a matrix in use, with the state of each",
)

COMMS_CHOICE: Final = Table(
    "tCommsChoice",
    (
        given("Choose", "key", 12, KEY),
        typed("Choice", TEXT, "input", 26),
    ),
    about="For which incident, audience and phase a message is wanted",
)

COMMS_WORDS: Final = Table(
    "tCommsWords",
    (
        given("Word", "key", 16, KEY),
        typed("Type over it", TEXT, "input.wrap", 44),
        computed("Stands for", "formula.wrap", 84),
        given("Filled by", "fixed.center", 12),
        flag_column(30),
    ),
    flag="Check",
    about="What the words in braces of the messages stand for",
)

MESSAGES: Final = Table(
    "tMessages",
    (
        given("ID", "key", 12, KEY, field="id"),
        typed("Audience", TEXT, "input", 26, field="audience"),
        typed("Severity", naming(TEXT, words.SEVERITIES), "input.center", 12, field="severity"),
        typed("Phase", TEXT, "input", 16, field="phase"),
        typed("Subject", TEXT, "input.wrap", 44, field="subject"),
        typed("Text", TEXT, "input.wrap", 84, field="text"),
        given("Standing", "fixed.center", 12),
        given("Source", "fixed.wrap", 34),
        flag_column(30),
    ),
    flag="Check",
    about="The messages by audience, severity and phase",
)
