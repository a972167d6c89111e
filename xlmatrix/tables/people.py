"""The tables of people."""

from __future__ import annotations

from typing import Final

from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, typed
from xlmatrix.tables.kinds import NUMBER, TEXT, choice, naming
from xlmatrix.tables.table import Table

ROLES: Final = Table(
    "tRoles",
    (
        typed("Role", naming(TEXT, words.ROLES), "input", 24),
        typed("Duty", TEXT, "input.wrap", 40),
        typed("Primary", choice(words.PEOPLE), "input", 22),
        computed("Primary phone", "formula", 24),
        typed("Backup", choice(words.PEOPLE), "input", 22),
        computed("Backup phone", "formula", 20),
        computed("Check", "formula", 22),
        computed("On call now", "formula", 20),
        computed("Backup now", "formula", 20),
    ),
    in_spec=True,
    about="Owners",
)

PEOPLE: Final = Table(
    "tPeople",
    (
        typed("Name", TEXT, "input", 24),
        typed("Title", TEXT, "input", 40),
        typed("Phone", TEXT, "input.text", 22),
        typed("E-mail", TEXT, "input", 24),
        typed("Chat", TEXT, "input", 22),
        computed("Holds roles", "formula.int", 20, NUMBER),
        computed("Check", "formula", 22),
        typed("Time zone", TEXT, "input", 20),
    ),
    in_spec=True,
    about="Owners",
)
