"""Tickets of which only the history is at hand: opened at its first entry, and without a title."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from xlmatrix.errors import Level, plural
from xlmatrix.exchange.tickets.columns import absent, of_texts
from xlmatrix.exchange.tickets.gathered import Gathered
from xlmatrix.exchange.tickets.raw import TableReader, Told
from xlmatrix.exchange.tools.form import STAMPS, TEXTS
from xlmatrix.worktime import NEVER

_OPENED: Final = (
    "ticket is opened at its first entry and has",
    "tickets are opened at their first entry and have",
)


def tickets_of_history(told: Sequence[Told], readers: Sequence[TableReader]) -> Gathered:
    """A ticket for each that entries speak of, in the order of their openings."""
    first: dict[str, Told] = {}
    for entry in told:
        if entry.ticket:
            key = entry.ticket.casefold()
            if key not in first or entry.at < first[key].at:
                first[key] = entry
    opened = sorted(first.values(), key=lambda one: one.at)
    height = len(opened)
    tables = {reader.layout.form.title: number for number, reader in enumerate(readers)}
    stamps = {name: np.full(height, NEVER, dtype=np.int64) for name in STAMPS}
    stamps["opened"] = np.array([one.at for one in opened], dtype=np.int64)
    texts = {name: absent(height, "") for name in TEXTS}
    texts["id"] = of_texts([one.ticket for one in opened])
    origin = {name: np.zeros(height, dtype=np.int8) for name in STAMPS}
    origin["opened"] += 3
    if height:
        readers[0].notes.about_file(
            "import-history",
            f"there is only a history: {plural(height, *_OPENED)} no titles",
            "Give the list of the tickets too",
            level=Level.WARNING,
        )
    return Gathered(
        texts,
        stamps,
        {name: np.zeros(height, dtype=np.int8) for name in STAMPS},
        origin,
        np.full(height, np.nan),
        np.full(height, np.nan),
        np.array([one.line for one in opened], dtype=np.int64),
        np.array([tables[one.form] for one in opened], dtype=np.int16),
    )
