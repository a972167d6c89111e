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
        typed("Role", naming(TEXT, words.ROLES), "input", 24, field="name"),
        typed("Duty", TEXT, "input.wrap", 40, field="duty"),
        typed("Primary", choice(words.PEOPLE), "input", 22, field="primary"),
        computed("Primary phone", "formula", 24),
        typed("Backup", choice(words.PEOPLE), "input", 22, field="backup"),
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
        typed("Name", TEXT, "input", 24, field="name"),
        typed("Title", TEXT, "input", 40, field="title"),
        typed("Phone", TEXT, "input.text", 22, field="phone"),
        typed("E-mail", TEXT, "input", 24, field="email"),
        typed("Chat", TEXT, "input", 22, field="chat"),
        computed("Holds roles", "formula.int", 20, NUMBER),
        computed("Check", "formula", 22),
        typed("Time zone", TEXT, "input", 20, field="zone"),
    ),
    in_spec=True,
    about="Owners",
)
