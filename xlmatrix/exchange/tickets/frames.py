"""The tables of an import as data frames of the documented columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from xlmatrix.exchange.tickets.assembling import Assembler
from xlmatrix.exchange.tickets.columns import absent, first_that_says, numbered, of_texts
from xlmatrix.exchange.tickets.instants import Int64s, Texts
from xlmatrix.exchange.tickets.meanings import Meanings
from xlmatrix.exchange.tickets.origins import sources_of
from xlmatrix.exchange.tickets.schema import Change, Pause, Reopening, Ticket
from xlmatrix.exchange.tools.form import TEXTS
from xlmatrix.model import MatrixSpec

if TYPE_CHECKING:
    import pandas as pd

#: Texts of a form that are another column of the table, or that others follow from.
_NOT_AS_THEY_ARE = frozenset(
    {"class", "severity", "severity_at_opening", "priority", "state", "state_group", "reason",
     "resolution", "not_counted", "not_recorded", "second_hour", "source", "labels", "reporter",
     "state_word"}
)  # fmt: skip


def frames_of(made: Assembler, spec: MatrixSpec | None) -> dict[str, pd.DataFrame]:
    """The incidents, pauses, changes and reopenings."""
    ids = made.found.texts["id"]
    return {
        "incidents": _incidents(made, spec),
        "pauses": _pauses(made, ids),
        "changes": _changes(made, ids),
        "reopened": _reopened(made, ids),
    }


def _incidents(made: Assembler, spec: MatrixSpec | None) -> pd.DataFrame:
    found, meanings = made.found, made.meanings
    texts = found.texts
    now, first = _severity_words(made)
    columns: dict[str, Any] = {name: texts[name] for name in TEXTS if name not in _NOT_AS_THEY_ARE}
    columns |= {name: _stamps(found.stamps[name]) for name in Ticket.columns() if name in
                found.stamps}  # fmt: skip
    columns |= {
        "class": _classes(made, spec),
        "priority": now,
        "severity": _severities(meanings, now, made, count=True),
        "severity_at_opening": _severities(meanings, first, made),
        "state": made.kinds(),
        "state_word": _state_words(made),
        "not_counted": made.reasons(),
        "not_recorded": made.not_recorded,
        "paused_s": found.paused_s,
        "source": sources_of(found, made.readers),
        "file": _files(made),
        "line": found.lines,
    }
    return Ticket.frame(columns)


def _state_words(made: Assembler) -> Texts:
    """The tool's word for each ticket's state; a table of ours keeps it apart from ours."""
    texts = made.found.texts
    words = first_that_says(texts["state_word"], texts["state"])
    apart = np.array([reader.layout.form.ours for reader in made.readers], dtype=np.bool_)
    return np.where(apart[made.found.table], texts["state_word"], words) if apart.any() else words


def _severity_words(made: Assembler) -> tuple[Texts, Texts]:
    """The tool's word for each ticket's severity: now and at the opening."""
    texts = made.found.texts
    words = first_that_says(texts["severity"], texts["priority"])
    first = first_that_says(texts["severity_at_opening"], words)
    told = {row: one for row, one in made.histories.items() if one.priority}
    if told:
        words, first = words.copy(), first.copy()
    for row, history in told.items():
        first[row] = history.first_priority or words[row]
        words[row] = history.priority if history.changes else words[row] or history.priority
    return words, first


def _severities(meanings: Meanings, words: Texts, made: Assembler, *, count: bool = False) -> Texts:
    return _meant(made, words, meanings.severity, "priority" if count else "")


def _classes(made: Assembler, spec: MatrixSpec | None) -> Texts:
    texts, meanings = made.found.texts, made.meanings
    if spec is None:
        return texts["class"]
    words = first_that_says(texts["class"], texts["category"])
    return _meant(made, words, lambda word: meanings.class_of(word, ""), "category")


def _meant(made: Assembler, words: Texts, meaning: Callable[[str], str], count: str) -> Texts:
    """What the words of a column mean; under ``count`` they are counted, with the first row."""
    which, first = numbered(words)
    known = of_texts([meaning(words[row]) for row in first])
    rows = np.bincount(which, minlength=len(first)) if count else ()
    for row, number in zip(first.tolist(), rows, strict=False):
        file = made.readers[made.found.table[row]].layout.tabled.name
        line = int(made.found.lines[row])
        made.meanings.count(count, words[row], line, file, int(number))
    return known[which] if len(known) else words


def _files(made: Assembler) -> Texts:
    names = [reader.layout.tabled.name for reader in made.readers]
    if len(names) == 1:
        return absent(len(made.found), names[0])
    return of_texts(names)[made.found.table]


def _stamps(utc: Int64s) -> np.ndarray[Any, np.dtype[np.datetime64]]:
    return np.ascontiguousarray(utc).view("datetime64[s]")


def _stamp(second: int | None) -> np.datetime64:
    return np.datetime64("NaT", "s") if second is None else np.datetime64(second, "s")


def _pauses(made: Assembler, ids: Texts) -> pd.DataFrame:
    rows = sorted(made.logs.pauses, key=lambda one: (one[0], one[1].begin))
    return Pause.frame(
        {
            "incident": [ids[row] for row, _, _ in rows],
            "from": [_stamp(one.begin) for _, one, _ in rows],
            "to": [_stamp(one.end) for _, one, _ in rows],
            "reason": [one.why for _, one, _ in rows],
            "source": [source for _, _, source in rows],
        }
    )


def _changes(made: Assembler, ids: Texts) -> pd.DataFrame:
    meaning = made.meanings.severity
    rows = [
        (row, at, meaning(before), meaning(after), after, source)
        for row, at, before, after, source in sorted(made.logs.changes, key=lambda one: one[:2])
    ]
    _count_past(made)
    # Two words for one severity are no change of it.
    rows = [one for one in rows if one[2] != one[3] or not one[3]]
    return Change.frame(
        {
            "incident": [ids[one[0]] for one in rows],
            "at": [_stamp(one[1]) for one in rows],
            "before": [one[2] for one in rows],
            "to": [one[3] for one in rows],
            "priority": [one[4] for one in rows],
            "source": [one[5] for one in rows],
        }
    )


def _count_past(made: Assembler) -> None:
    """Count words for severities that tickets had and none has now."""
    words = made.meanings.words["priority"]
    past: dict[str, list[int]] = {}
    for row, _, *pair, _ in made.logs.changes:
        for word in pair:
            if not words[word].rows:
                past.setdefault(word, []).append(row)
    for word, rows in past.items():
        file = made.readers[made.found.table[rows[0]]].layout.tabled.name
        line = int(made.found.lines[rows[0]])
        made.meanings.count("priority", word, line, file, len(set(rows)))


def _reopened(made: Assembler, ids: Texts) -> pd.DataFrame:
    rows = sorted(made.logs.reopened, key=lambda one: (one[0], one[2].began))
    return Reopening.frame(
        {
            "incident": [ids[row] for row, *_ in rows],
            "reopened": [_stamp(after.began) for _, _, after, _ in rows],
            "acknowledged": [_stamp(before.acknowledged) for _, before, _, _ in rows],
            "responded": [_stamp(before.responded) for _, before, _, _ in rows],
            "resolved": [_stamp(before.ended) for _, before, _, _ in rows],
            "acknowledged_again": [_stamp(after.acknowledged) for _, _, after, _ in rows],
            "responded_again": [_stamp(after.responded) for _, _, after, _ in rows],
            "source": [source for *_, source in rows],
        }
    )
