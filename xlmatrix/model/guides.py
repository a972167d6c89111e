"""Working sheets that a spec may ask for: checklist, messages and guides, with their texts by name.

The texts, rows and figures are data under ``workbook_templates/_shared``; a spec names the file,
leaves out what it does not need and adds its own.
"""

from __future__ import annotations

from typing import Final, Literal

from xlmatrix.model.base import Id, Name, Strict, Text

Guide = Literal["controls", "injection", "change", "audit"]
#: Every guide in the order of its sheet, with the sheet's name.
GUIDES: dict[Guide, str] = {
    "controls": "Controls review",
    "injection": "Injection plan",
    "change": "Change management",
    "audit": "Implementation audit",
}


class OwnItem(Strict):
    """A line of the checklist that the shared list does not have."""

    id: Id
    section: Name
    text: Text
    role: Id | None = None


class Checklist(Strict):
    """Which checklist, without which items, with which of one's own."""

    content: Id = "checklist"
    without: tuple[Id, ...] = ()
    also: tuple[OwnItem, ...] = ()


class OwnMessage(Strict):
    """A message that the shared set does not have; placeholders as in the template guide."""

    id: Id
    audience: Name
    severity: Name = "any"
    phase: Name
    subject: Name
    text: Text


#: Words in braces that say how an incident stands against our own targets.
VERDICT_WORDS: Final = ("status", "breaches", "next_step")


def verdicts_in(*texts: str) -> tuple[str, ...]:
    """The words of our verdict that a message holds, in braces as they stand in it."""
    braces = ("{" + word + "}" for word in VERDICT_WORDS)
    return tuple(word for word in braces if any(word in text for text in texts))


class Comms(Strict):
    """Which set of messages, without which, with which of one's own.

    ``inside`` are further audiences that may read our verdict on our own clocks.
    """

    content: Id = "comms"
    inside: tuple[Name, ...] = ()
    without: tuple[Id, ...] = ()
    also: tuple[OwnMessage, ...] = ()
