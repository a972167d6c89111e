"""The shared messages by audience and phase, and what a spec makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from xlmatrix.model.base import Id, Name, Strict, Text
from xlmatrix.model.content import Row, Standing, content
from xlmatrix.model.guides import Comms, OwnMessage
from xlmatrix.model.ladder import Family


class Message(Row):
    """A message; ``level`` counts severities from 1, the worst, and None serves all others."""

    audience: Name
    phase: Name
    level: Annotated[int, Field(ge=1, le=9)] | None = None
    severity: Name | None = None
    subject: Name
    text: Text


class TypedPlace(Strict):
    """A placeholder that a person fills in, and what stands there until then.

    An ``optional`` one may stay empty, and no message waits for it; ``about`` says what it is for.
    """

    name: Id
    hint: str
    optional: bool = False
    about: Name | None = None


class Sentence(Strict):
    """A whole sentence by family of the incident's class; ``any`` stands for all others."""

    name: Id
    texts: Mapping[Name, str]


class CommsContent(Strict):
    """Messages by audience and phase.

    ``inside`` are the audiences that may read our verdict on our own clocks, ``ended`` the phases
    of an incident that is resolved. ``states`` are clauses by public state, ``families`` the
    families of classes that share their ``sentences``.
    """

    audiences: tuple[Name, ...]
    inside: tuple[Name, ...] = ("Executive", "Internal")
    phases: tuple[Name, ...]
    ended: tuple[Name, ...] = ("Resolved", "Review")
    source: Text
    status: Standing
    states: Mapping[Name, Name] = Field(default_factory=dict)
    families: Mapping[Name, tuple[Family, ...]] = Field(default_factory=dict)
    sentences: tuple[Sentence, ...] = ()
    messages: tuple[Message, ...]
    typed: tuple[TypedPlace, ...]


def comms_messages(asked: Comms) -> list[Message]:
    """The messages that a spec asks for, with their shared source where they have none.

    One's own message with the id of one that is left out takes its place.
    """
    left_out = set(asked.without)
    shared = content(asked.content, CommsContent)
    own = {added.id: _own_message(added) for added in asked.also}
    messages = []
    for message in shared.messages:
        if message.id not in left_out:
            update = {"source": shared.source, "status": shared.status}
            messages.append(message.model_copy(update=update))
        elif message.id in own:
            messages.append(own.pop(message.id))
    return [*messages, *own.values()]


def _own_message(own: OwnMessage) -> Message:
    return Message(
        id=own.id,
        audience=own.audience,
        phase=own.phase,
        severity=None if own.severity == "any" else own.severity,
        subject=own.subject,
        text=own.text,
        source="this matrix",
    )
