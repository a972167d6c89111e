"""The tables of people."""

from __future__ import annotations

from typing import Final

from xlmatrix.model.ladder import MOST_MEMBERS
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

#: The cells of a team's members, one person each.
MEMBERS: Final = tuple(f"Person {number}" for number in range(1, MOST_MEMBERS + 1))

TEAMS: Final = Table(
    "tOnCallTeams",
    (
        typed("Team", naming(TEXT, words.TEAMS), "input", 24),
        computed("People", "formula.wrap", 40),
        *(typed(header, choice(words.PEOPLE), "input", 22) for header in MEMBERS),
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
