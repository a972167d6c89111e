"""Where the stamps of tickets come from: a field, a history, or what stands in for either."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from xlmatrix.exchange.tickets.columns import first_that_says, numbered, of_texts
from xlmatrix.exchange.tickets.gathered import Gathered
from xlmatrix.exchange.tickets.instants import Texts
from xlmatrix.exchange.tickets.raw import TableReader
from xlmatrix.exchange.tools.plain import PLAIN

#: In the order of the codes of :attr:`Gathered.origin`.
_ORIGINS: Final = ("", "field", "field", "history", "closed", "last update", "state since")
FIELD, _AFTER, HISTORY, CLOSED, UPDATED, SINCE = 1, 2, 3, 4, 5, 6
#: The stamps whose origin is told, and which a ticket may have.
_TOLD: Final = ("opened", "acknowledged", "responded", "contained", "mitigated", "resolved")


def sources_of(found: Gathered, readers: Sequence[TableReader]) -> Texts:
    """Where the stamps of each ticket come from, in one text each."""
    columns = [found.origin[name] for name in _TOLD]
    keys = found.table.astype(np.int64)
    for codes in columns:
        keys *= len(_ORIGINS)
        keys += codes
    which, first = numbered(keys)
    texts = []
    for row in first:
        layout = readers[int(found.table[row])].layout
        parts = [
            f"{name}: {_origin(int(codes[row]), name, layout.called)}"
            for name, codes in zip(_TOLD, columns, strict=True)
            if codes[row]
        ]
        # Of a plain table there is nothing to say: each stamp stands under its own name.
        plain = layout.form.ours or (
            layout.form is PLAIN and {int(codes[row]) for codes in columns} <= {0, FIELD}
        )
        texts.append("" if plain else f"{layout.form.title}; " + ", ".join(parts))
    return first_that_says(found.texts["source"], of_texts(texts)[which])


def _origin(code: int, name: str, called: Mapping[str, str]) -> str:
    if code == _AFTER:
        return "a time after the opening"
    return called.get(name, _ORIGINS[code]) if code == FIELD else _ORIGINS[code]
