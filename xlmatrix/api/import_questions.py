"""What an import leaves to its user: each question with its default, and the mapping of answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, get_args

from xlmatrix.errors import plural
from xlmatrix.exchange import Tickets
from xlmatrix.exchange.tickets.meanings import How, Word
from xlmatrix.model import ImportMapping, MatrixSpec
from xlmatrix.model.importing import LEAVE, StateSetting

_MOST_CHARS: Final = 120


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to decide.

    Attributes
    ----------
    setting
        The key of the tool's mapping that keeps the answer: ``priority``, ``zone``, ...
    word
        The word of the tool that it is about; "" for a setting of the whole import.
    asks
        The question.
    choices
        The answers that are possible; none for a time zone, of which there are many.
    default
        What was taken, and is taken again unless somebody says otherwise.
    rows, where
        How many rows it is about, and the first of them.
    """

    setting: str
    word: str
    asks: str
    choices: tuple[str, ...]
    default: str
    rows: int = 0
    where: str = ""

    @property
    def key(self) -> str:
        """The question in a word: ``priority '4 - Low'``, ``zone``."""
        return f"{self.setting} '{self.word}'" if self.word else self.setting


def questions_of(
    tickets: Tickets, spec: MatrixSpec | None, own: ImportMapping, *, decided: bool
) -> tuple[Question, ...]:
    """What there is to decide about an import.

    Parameters
    ----------
    own
        The mapping that it was read with.
    decided
        Whether a mapping was written for these tickets before: then only words that are new in
        them are left, and nothing that could be left as it is.
    """
    found = [*_zone(tickets, own), *_severities(tickets, spec, own), *_classes(tickets, spec, own)]
    found += _states(tickets)
    if decided:
        found = [one for one in found if one.setting == "priority" and one.default != LEAVE]
    return tuple(found)


def _zone(tickets: Tickets, own: ImportMapping) -> Iterator[Question]:
    open_ = [one for one in tickets.files if one.naive and not one.zone_fixed]
    if not open_ or own.zone:
        return
    rows, zone = sum(one.naive for one in open_), open_[0].zone
    two = " or " in zone
    then = f" ({LEAVE}: {zone}, by how each is written)" if two else ""
    yield Question(
        "zone", "", f"{plural(rows, 'stamp names', 'stamps name')} no zone. Which is meant?{then}",
        (), LEAVE if two else zone, rows, open_[0].name,
    )  # fmt: skip


def _severities(
    tickets: Tickets, spec: MatrixSpec | None, own: ImportMapping
) -> Iterator[Question]:
    if spec is None:
        return
    ids = tuple(one.id for one in spec.severities)
    for word, found in _open(tickets, "priority"):
        if word:
            asks = f"Which severity is '{word}'?"
            then = "" if found.meaning else f" ({LEAVE}: that of its class)"
            setting = "priority"
        elif own.default_severity or not _without_promise(tickets):
            continue
        else:
            setting, asks = "default_severity", "Which severity have tickets that name none?"
            then = f" ({LEAVE}: that of their class)"
        yield _about(setting, word, asks + then, (*ids, LEAVE), found.meaning or LEAVE, found)


def _without_promise(tickets: Tickets) -> bool:
    """Whether any ticket says neither a severity nor a class that has one."""
    rows = tickets.incidents
    return bool(((rows["severity"] == "") & (rows["class"] == "")).any())


def _classes(tickets: Tickets, spec: MatrixSpec | None, own: ImportMapping) -> Iterator[Question]:
    if spec is None:
        return
    ids = {kind.name: kind.id for kind in spec.classes}
    choices = (*ids.values(), LEAVE)
    open_ = list(_open(tickets, "category"))
    if open_ and not own.default_class:
        rows = sum(found.rows for _, found in open_)
        asks = f"Which class have tickets whose category says none? ({LEAVE}: none)"
        first = open_[0][1]
        yield Question(
            "default_class", "", asks, choices, LEAVE, rows, f"{first.file}:{first.line}"
        )
    for word, found in open_:
        if word:
            asks = f"Which class is the category '{word}'?"
            default = ids.get(found.meaning, LEAVE)
            yield _about("category", word, asks, choices, default, found)


def _states(tickets: Tickets) -> Iterator[Question]:
    for word, found in _open(tickets, "state"):
        if word:
            asks = f"What is the state '{word}'? ({LEAVE}: what its stamps tell)"
            yield _about("state", word, asks, (*get_args(StateSetting), LEAVE), LEAVE, found)


def _open(tickets: Tickets, setting: str) -> Iterator[tuple[str, Word]]:
    """The words of a setting that nothing maps, the commonest first.

    Each once without case; and of those of which one answer is all, only the first.
    """
    words = [
        (" ".join(word.split()), found)
        for word, found in tickets.meanings.words[setting].items()
        if found.rows and found.how in (How.DEFAULT, How.UNKNOWN)
    ]
    asked: dict[str, Word] = {}
    for word, found in sorted(words, key=lambda one: -one[1].rows):
        same = (one for one in asked if tickets.meanings.covers(setting, one, word))
        if (known := next(same, None)) is not None:
            asked[known] = replace(asked[known], rows=asked[known].rows + found.rows)
        # What no key can be is taken as it was.
        elif len(word) <= _MOST_CHARS and word.isprintable():
            asked[word] = found
    yield from asked.items()


def _about(
    setting: str, word: str, asks: str, choices: tuple[str, ...], default: str, found: Word
) -> Question:
    return Question(setting, word, asks, choices, default, found.rows, f"{found.file}:{found.line}")


def with_answers(own: ImportMapping, answers: Mapping[Question, str]) -> ImportMapping:
    """A mapping with answers in it; a word that is left is in it too, so that nobody asks again.

    Raises
    ------
    pydantic.ValidationError
        For an answer that the setting does not take, such as a zone that does not exist.
    """
    values: dict[str, Any] = own.model_dump(exclude_defaults=True)
    for question, answer in answers.items():
        if answer == LEAVE and question.setting == "zone":
            continue
        if question.word:
            values[question.setting] = {**values.get(question.setting, {}), question.word: answer}
        else:
            values[question.setting] = answer
    return ImportMapping.model_validate(values)
