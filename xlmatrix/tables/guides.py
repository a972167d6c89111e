"""The tables of the checklist, the messages and the plan against prompt injection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xlmatrix.formula import F, name, place_of, this
from xlmatrix.model.guides import VERDICT_WORDS, verdicts_in
from xlmatrix.tables import kinds
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, given, typed
from xlmatrix.tables.doubt import Doubt, Lists, Row
from xlmatrix.tables.flags import flag_column
from xlmatrix.tables.kinds import AMOUNT, DATE, KEY, NUMBER, STAMP, TEXT, choice, naming
from xlmatrix.tables.spans import too_long
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
        computed("Needed", "formula.center", 12),
        given("Filled by", "fixed.wrap", 34),
        flag_column(30),
    ),
    flag="Check",
    about="What the words in braces of the messages stand for",
)

NOTICE_FIELDS: Final = Table(
    "tNoticeFields",
    (
        given("Field", "key", 12, KEY),
        given("Obligation", "fixed", 26),
        given("Article", "fixed.wrap", 12),
        given("Standing", "fixed.center", 16),
        given("Must say", "fixed.wrap", 44),
        typed("Answer", TEXT, "input.wrap", 84),
        flag_column(12),
    ),
    flag="Check",
    about="What a notice must say by the regime that demands it",
)

_WORDS: Final = tuple("{" + word + "}" for word in VERDICT_WORDS)


def _for_outsiders(column_ids: Sequence[str]) -> tuple[Doubt, ...]:
    """A message that would tell outsiders how an incident stands against our own targets."""
    if not {"Audience", "Subject", "Text"} <= set(column_ids):
        return ()
    held = [
        F.ISNUMBER(F.FIND(word, this(header))) for word in _WORDS for header in ("Subject", "Text")
    ]
    inside = F.ISNUMBER(place_of(this("Audience") & "", name(words.INSIDERS.list_name)))
    return (
        Doubt(
            "message-verdict",
            f"Never tell outsiders {', '.join(_WORDS)}: write {{state}}",
            F.AND(this("Audience").filled(), F.NOT(inside), F.OR(*held)),
            _tells_verdict,
        ),
    )


def _tells_verdict(row: Row, _: Sequence[Row], lists: Lists) -> bool:
    audience = kinds.text_of(row.get("Audience"))
    inside = {kinds.text_of(known).casefold() for known in lists(words.INSIDERS.list_name)}
    texts = (kinds.text_of(row.get(header)) for header in ("Subject", "Text"))
    return bool(audience) and audience.casefold() not in inside and bool(verdicts_in(*texts))


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
    doubts=_for_outsiders,
    about="The messages by audience, severity and phase",
)

INJECTION_CHOICE: Final = Table(
    "tInjectionChoice",
    (
        given("Choose", "key", 9, KEY),
        typed("Choice", TEXT, "input", 24),
    ),
    about="The incident that the response plan is for",
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
        typed("Unit", choice(words.UNITS), "input.center", 14),
        typed(
            "Calendar",
            choice(words.CALENDARS),
            "input.wrap",
            20,
            validation=words.CALENDARS.dropdown(warn=True),
        ),
        computed("Due", "formula.stamp", 26, STAMP),
        typed("Done at", STAMP, "input.stamp", 17),
        computed("State", "formula.center", 13),
        computed("Time left", "formula.center", 17),
        given("Source", "fixed.wrap", 32),
        given("Standing", "fixed.center", 12),
        flag_column(30),
    ),
    flag="Check",
    doubts=lambda _: (too_long("Within", "Unit"),),
    about="The phases of a response to a prompt injection, each with a deadline and an owner",
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
