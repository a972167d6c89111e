"""What the state of a ticket is to the clocks, whatever a tool calls it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from xlmatrix.tables.vocabulary import NOT_COUNTED


class Kind(StrEnum):
    """What a state is to the clocks."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"
    NOT_COUNTED = "not counted"

    @property
    def ended(self) -> bool:
        """Whether the work on the ticket is over."""
        return self in (Kind.RESOLVED, Kind.CLOSED)

    @property
    def running(self) -> bool:
        """Whether somebody has still to do something, or waits for somebody."""
        return not self.ended and self is not Kind.NOT_COUNTED


class State(NamedTuple):
    """A kind of state; ``why`` is the reason not to count."""

    kind: Kind
    why: str = ""


_CANCELLED, _DUPLICATE, _REJECTED, _TEST, _MAINTENANCE = NOT_COUNTED.words

#: What a mapping may say of a word, and what that means.
SETTINGS: Final[Mapping[str, State]] = {
    **{kind.value: State(kind) for kind in Kind},
    Kind.NOT_COUNTED.value: State(Kind.NOT_COUNTED, _CANCELLED),
    **{word.lower(): State(Kind.NOT_COUNTED, word) for word in NOT_COUNTED.words},
}


def _words(**kinds: str) -> dict[str, State]:
    named = {name.replace("_", " "): SETTINGS[name.replace("_", " ")] for name in kinds}
    return {
        word.strip(): named[name.replace("_", " ")]
        for name, words in kinds.items()
        for word in words.split(",")
    }


#: Words that mean the same in every tool that was seen, in English, German, Spanish, French and
#: Portuguese.
_STATES: Final = _words(
    open="new, open, to do, todo, backlog, triggered, unacknowledged, statusunacknowledged, triage,"
    " investigating, started, reported, created, submitted, logged, unassigned,"
    " waiting for support, selected for development, neu, offen, zu erledigen,"
    " warten auf support, abierto, nuevo, nueva, por hacer, pendiente de soporte,"
    " esperando por soporte, esperando soporte, a la espera de soporte, tareas por hacer, ouvert,"
    " nouveau, nouvelle, à faire, en attente du support, en attente d'assistance, aberto, novo,"
    " a fazer, tarefas pendentes, aguardando suporte, aguardando o suporte",
    acknowledged="in progress, active, work in progress, wip, acknowledged, statusacknowledged,"
    " assigned, assigned to, planned, live, identified, escalated, under investigation,"
    " under review, in review, processing, detected, mitigating, mitigated, monitoring, fixing,"
    " in bearbeitung, in arbeit, zugewiesen, eskaliert, en curso, en progreso, asignado, escalado,"
    " en cours, assigné, escaladé, em andamento, em progresso, atribuído",
    waiting="on hold, hold, onhold, pending, pending reminder, pending close, paused, snoozed,"
    " blocked, suspended, wartend, ausstehend, in wartestellung, pausiert, en espera, pendiente,"
    " en pausa, en attente, pendente, em espera",
    resolved="resolved, done, solved, fixed, learning, postmortem, gelöst, erledigt, fertig,"
    " resuelto, resuelta, listo, finalizada, finalizado, résolu, résolue, terminé, terminée,"
    " resolvido, resolvida, concluído, concluída",
    closed="closed, complete, completed, finished, statusclosed, geschlossen, abgeschlossen,"
    " cerrado, cerrada, clos, fermé, fermée, fechado, fechada",
    reopened="reopened, re-opened, reopen, wieder geöffnet, erneut geöffnet, reabierto, reabierta,"
    " rouvert, réouvert, reaberto, reaberta",
    cancelled="canceled, cancelled, abandoned, withdrawn, abgebrochen, storniert, cancelado,"
    " cancelada, annulé, annulée",
    duplicate="duplicate, merged, duplikat, duplicado, doublon",
    rejected="rejected, declined, won't do, wont do, won't fix, wontfix, not planned, invalid,"
    " not an incident, not a bug, spam, deleted, removed, abgelehnt, rechazado, rejeté",
    test="test, tutorial, drill, example",
    maintenance="maintenance, scheduled maintenance, scheduled",
)
#: Beginnings of what is awaited.
_WAITING: Final = ("awaiting ", "waiting ", "wait for ", "pending ", "warten auf ", "wartet auf ",
                   "esperando ", "a la espera ", "en espera ", "en attente ",
                   "aguardando ")  # fmt: skip
#: Reasons for an end that say that there was no incident, or that it stands elsewhere.
_REASONS: Final = _words(
    duplicate="duplicate, duplicated, duplikat, duplicado, duplicada, doublon, merged",
    cancelled="canceled, cancelled, withdrawn, abgebrochen, cancelado, cancelada, annulé",
    rejected="won't do, wont do, won't fix, wontfix, declined, rejected, invalid, not an incident,"
    " kein vorfall, kein incident, no es un incidente, pas un incident, não é um incidente,"
    " not planned, cannot reproduce, can't reproduce, not reproducible, abgelehnt,"
    " wird nicht erledigt, wird nicht ausgeführt, nicht reproduzierbar,"
    " kann nicht reproduziert werden, rechazado, rechazada, no se hará, no se realizará,"
    " no se puede reproducir, refusé, rejeté, ne sera pas fait, ne sera pas corrigé,"
    " impossible à reproduire, recusado, rejeitado, não será feito, não será corrigido,"
    " não é possível reproduzir",
)


def plain_word(word: str) -> str:
    """A word as the tables have it: without case, numbers before it and signs between."""
    text = " ".join(word.replace("_", " ").replace("’", "'").split()).casefold()
    head, dash, rest = text.partition(" - ")
    return rest if dash and head.isdigit() else text


def state_of(word: str, own: Mapping[str, str]) -> State | None:
    """What a state's word means; ``own`` are the words of its tool. None for one nobody knows."""
    exact = " ".join(word.split()).casefold()
    if exact in own:
        return SETTINGS[own[exact]]
    text = plain_word(word)
    if text in own:
        return SETTINGS[own[text]]
    if (known := _STATES.get(text)) is not None:
        return known
    return State(Kind.WAITING) if text.startswith(_WAITING) else None


def reason_of(word: str, own: Mapping[str, str]) -> State | None:
    """What a reason (a close code, a resolution, what is awaited) adds to a state."""
    text = plain_word(word)
    return SETTINGS[own[text]] if text in own else _REASONS.get(text)
