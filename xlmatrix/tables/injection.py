"""The tables of the plan against prompt injection, for several incidents at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xlmatrix.formula import F, lit, name, this
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import Column, computed, given, typed
from xlmatrix.tables.doubt import Doubt, Lists, Row
from xlmatrix.tables.flags import flag_column
from xlmatrix.tables.kinds import AMOUNT, DATE, KEY, NUMBER, STAMP, TEXT, choice, number_of
from xlmatrix.tables.spans import too_long
from xlmatrix.tables.table import Table

#: What ends the columns of the second and the third incident.
SLOTS: Final = ("", " 2", " 3")
_AS_OF: Final = "AsOf"
#: A minute, so that what is typed at the moment of *As of* is not to come.
HAIR: Final = 1 / 1440


def _to_come(column_id: str) -> Doubt:
    """A stamp after *As of*: nothing has happened yet."""

    def holds(row: Row, _: Sequence[Row], lists: Lists) -> bool:
        stamp, now = number_of(row.get(column_id)), number_of(next(iter(lists(_AS_OF)), None))
        return stamp is not None and now is not None and stamp > now + HAIR

    cell = this(column_id)
    later = F.IF(F.ISNUMBER(cell), F.N(cell) > name(_AS_OF) + HAIR, lit(False))
    return Doubt("typed-stamp", f"{column_id} is in the future: not secured yet", later, holds)


def _stamps(slot: str) -> tuple[Column, ...]:
    """The columns of a further incident."""
    return (
        computed(f"Due{slot}", "formula.stamp", 17, STAMP),
        typed(f"Done at{slot}", STAMP, "input.stamp", 17),
        computed(f"State{slot}", "formula.center", 13),
    )


INJECTION_CHOICE: Final = Table(
    "tInjectionChoice",
    (
        given("Choose", "key", 9, KEY),
        typed("Choice", TEXT, "input", 24),
        computed("First cut", "formula.wrap", 46),
        typed("Came by", choice(words.VECTORS), "input.wrap", 22),
        typed("Took hold in", choice(words.ARCHITECTURES), "input.wrap", 20),
    ),
    about="The incidents that the response plan is for, and what is cut first in each",
)

INJECTION: Final = Table(
    "tInjection",
    (
        given("ID", "key", 14, KEY),
        typed("Phase", TEXT, "input.wrap", 24),
        typed("Actions", TEXT, "input.wrap", 46),
        typed("Responsible", choice(words.ROLES), "input.wrap", 22),
        computed("Who", "formula.wrap", 20),
        typed("Accountable", choice(words.ROLES), "input.wrap", 22),
        computed("Who answers", "formula.wrap", 20),
        typed("Within", AMOUNT, "input.number", 9),
        typed("Unit", choice(words.UNITS), "input.center", 17),
        typed(
            "Calendar",
            choice(words.CALENDARS),
            "input.wrap",
            20,
            validation=words.CALENDARS.dropdown(warn=True),
        ),
        computed("Due", "formula.stamp", 17, STAMP),
        typed("Done at", STAMP, "input.stamp", 17),
        computed("State", "formula.center", 13),
        computed("Time left", "formula.center", 17),
        *(column for slot in SLOTS[1:] for column in _stamps(slot)),
        flag_column(30),
        given("Source", "fixed.wrap", 32),
        given("Standing", "fixed.center", 12),
    ),
    flag="Check",
    doubts=lambda _: (too_long("Within", "Unit"),),
    about="The phases of a response to a prompt injection, each with a deadline and an owner",
)

INJECTION_CUTS: Final = Table(
    "tInjectionCuts",
    (
        typed("ID", TEXT, "input", 14),
        typed("Came by", choice(words.VECTORS), "input.wrap", 24),
        typed("First cut", TEXT, "input.wrap", 46),
        typed("Took hold in", choice(words.ARCHITECTURES), "input.wrap", 22),
        computed("Case", "formula.wrap", 20),
        given("Standing", "fixed.center", 22),
        flag_column(20),
    ),
    flag="Check",
    needs=("ID",),
    about="What is cut first, by the way an injection came and where it took hold",
)

INJECTION_EVIDENCE: Final = Table(
    "tInjectionEvidence",
    (
        typed("ID", TEXT, "input", 14),
        typed("Evidence", TEXT, "input.wrap", 24),
        typed("What to save", TEXT, "input.wrap", 46),
        typed("Role", choice(words.ROLES), "input.wrap", 22),
        typed(
            "Kept (days)",
            NUMBER,
            "input.int",
            20,
            note="How long it is kept where nobody secures it; blank: not known, ask who keeps it",
        ),
        *(
            column
            for slot in SLOTS
            for column in (
                typed(f"Secured at{slot}", STAMP, "input.stamp", 22),
                computed(f"State{slot}", "formula.center", 20),
            )
        ),
        flag_column(30),
    ),
    flag="Check",
    needs=("ID",),
    doubts=lambda ids: tuple(_to_come(f"Secured at{s}") for s in SLOTS if f"Secured at{s}" in ids),
    about="What is secured before anything is wiped, and until when it is there",
)

INJECTION_QUESTIONS: Final = Table(
    "tInjectionQuestions",
    (
        typed("ID", TEXT, "input", 14),
        typed("About", TEXT, "input.wrap", 24),
        typed("Question", TEXT, "input.wrap", 46),
        typed("Role", choice(words.ROLES), "input.wrap", 22),
        *(typed(f"Answer{slot}", TEXT, "input.wrap", 20) for slot in SLOTS),
        flag_column(30),
    ),
    flag="Check",
    needs=("ID",),
    about="What the response must be able to answer afterwards",
)

INJECTION_CHAIN: Final = Table(
    "tInjectionChain",
    (
        typed("Hop", TEXT, "input", 14),
        typed("From", TEXT, "input.wrap", 24),
        typed("What it passed on", TEXT, "input.wrap", 46),
        typed("To", TEXT, "input.wrap", 22),
        typed("Incident", choice(words.INJECTION_INCIDENTS), "input", 20),
        typed("With whose rights", TEXT, "input.wrap", 22),
        typed("Cut at", STAMP, "input.stamp", 20),
        computed("State", "formula.center", 9),
        flag_column(30),
    ),
    flag="Check",
    needs=("Hop",),
    about="From agent to agent: what was passed on, and whether each hop is cut",
)

INJECTION_LAYERS: Final = Table(
    "tInjectionLayers",
    (
        typed("ID", TEXT, "input", 9),
        typed("Layer", TEXT, "input.wrap", 24),
        typed("Question", TEXT, "input.wrap", 46),
        typed("Role", choice(words.ROLES), "input.wrap", 22),
        typed("Answer", choice(words.ANSWERS), "input.center", 20),
        typed("Tested on", DATE, "input.date", 22),
        typed("Note", TEXT, "input.wrap", 20),
        flag_column(30),
    ),
    flag="Check",
    needs=("ID",),
    about="Layers of defence against prompt injection, and whether each is in place",
)
