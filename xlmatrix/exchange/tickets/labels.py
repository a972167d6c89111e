"""Labels: of the many that a ticket may have, those that a mapping names say severity and state."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from xlmatrix.exchange.tickets.columns import is_absent, writable
from xlmatrix.exchange.tickets.gathered import Gathered
from xlmatrix.exchange.tickets.meanings import Meanings
from xlmatrix.exchange.tickets.raw import Told
from xlmatrix.exchange.tickets.states import Kind
from xlmatrix.exchange.tools.form import What

_LABELS = (What.LABELLED, What.UNLABELLED)
_BETWEEN = re.compile(r"\s*[,;\n]\s*")


def labels_of(text: str) -> list[str]:
    """The labels of a cell that lists them."""
    return [one for one in _BETWEEN.split(text) if one]


def settle(found: Gathered, meanings: Meanings) -> list[str]:
    """Give tickets the priority and the state that their labels say.

    A priority of the ticket's own counts before them, and so does a state that is an end.

    Returns
    -------
    The labels that say nothing, each once.
    """
    texts = found.texts
    if is_absent(texts["labels"]):
        return []
    for name in ("priority", "state"):
        texts[name] = writable(texts[name])
    silent: dict[str, None] = {}
    for row, text in enumerate(texts["labels"]):
        labels = labels_of(text) if text else []
        if not labels:
            continue
        silent |= dict.fromkeys(labels)
        if not (texts["priority"][row] or texts["severity"][row]):
            texts["priority"][row] = meanings.severity_label(labels)
        if word := meanings.state_label(labels):
            own = meanings.state(texts["state"][row])
            said = meanings.state(word)
            aside = said is not None and said.kind is Kind.NOT_COUNTED
            if aside or own is None or own.kind.running:
                texts["state"][row] = word
    return [
        one for one in silent if not (meanings.severity_label([one]) or meanings.state_label([one]))
    ]


def by_labels(ordered: Sequence[Told], meanings: Meanings) -> list[Told]:
    """A ticket's entries in the order of time, with states and severities in place of labels."""
    if not any(one.what in _LABELS for one in ordered):
        return list(ordered)
    answer: list[Told] = []
    labels: dict[str, None] = {}
    base, severity, shown = "", "", ""
    for _, same in groupby(ordered, key=lambda one: one.at):
        moment = list(same)
        for one in moment:
            if one.what is What.LABELLED:
                labels[one.value] = None
            elif one.what is What.UNLABELLED:
                labels.pop(one.value, None)
            else:
                base = one.value if one.what is What.STATE else base
                answer.append(one)
        here = moment[-1]._replace(before="", group="")
        now = meanings.severity_label([*labels])
        if now and now != severity:
            answer.append(here._replace(what=What.SEVERITY, value=now, before=severity))
            severity = now
        own = meanings.state(base)
        over = own is not None and not own.kind.running
        waits = "" if over else meanings.state_label([*labels])
        if waits != shown and not over:
            before = shown or base or "open"
            value = waits or base or "open"
            answer.append(here._replace(what=What.STATE, value=value, before=before))
        shown = waits
    return answer
