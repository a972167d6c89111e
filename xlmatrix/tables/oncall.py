"""The tables of oncall."""

from __future__ import annotations

from typing import Final

from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, given, typed
from xlmatrix.tables.kinds import KEY, NUMBER, SECONDS, STAMP, TEXT, choice, naming
from xlmatrix.tables.table import Table

ON_CALL: Final = Table(
    "tOnCall",
    (
        given("Role", "key", 38, KEY),
        computed("Primary now", "formula", 22),
        computed("Backup now", "formula", 22),
        computed("Until", "formula.stamp", 17, STAMP),
        computed("Then primary", "formula", 22),
        computed("Then backup", "formula", 22),
        given("No", "helper", 21, SECONDS),
    ),
    about="On-call",
)

SHIFTS: Final = Table(
    "tShifts",
    (
        given("Shift", "key", 38, KEY),
        typed("Primary", choice(words.PEOPLE), "input", 22),
        typed("Backup", choice(words.PEOPLE), "input", 22),
        given("From", "fixed.stamp", 17, STAMP),
        given("To", "fixed.stamp", 22, STAMP),
        given("Role", "fixed", 22, naming(TEXT, words.ROLES)),
        computed("Check", "formula", 21),
        given("No", "helper", 8, SECONDS, hidden=True),
        given("key", "helper.seconds", 8, SECONDS, hidden=True),
        given("end s", "helper.seconds", 8, SECONDS, hidden=True),
        given("Needed h", "helper", 8, SECONDS, hidden=True),
    ),
    about="On-call",
)

COVERAGE: Final = Table(
    "tCoverage",
    (
        given("Role", "key", 28, KEY),
        given("Held by", "fixed.center", 14),
        given("Needed h", "fixed.number", 14, NUMBER),
        computed("Without primary h", "formula.number", 17, NUMBER),
        computed("Without backup h", "formula.number", 17, NUMBER),
        computed("State", "formula.center", 14),
        given("off duty h", "helper", 8, SECONDS, hidden=True),
    ),
    about="Coverage",
)
