"""The tables of the checklist and the messages."""

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
        given("Field", "key.wrap", 12, KEY),
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
