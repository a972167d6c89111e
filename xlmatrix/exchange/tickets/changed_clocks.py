"""Stamps without an offset that the wall clock shows twice or never."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from xlmatrix.errors import Level
from xlmatrix.exchange.tickets.gathered import Gathered
from xlmatrix.exchange.tickets.raw import TableReader
from xlmatrix.exchange.tickets.stamps import zone_for
from xlmatrix.exchange.tools.form import STAMPS

_TWICE: Final = 1
_GAP: Final = 2
#: Stamps that only help to find others.
_HELPERS: Final = frozenset({"closed", "updated", "reopened", "paused_since", "state_since"})


def _later_where_only_that_fits(found: Gathered, readers: Sequence[TableReader]) -> None:
    """What was resolved before somebody took it was resolved in the second of two equal hours."""
    before = [found.stamps[name] for name in ("opened", "acknowledged", "responded")]
    for row in np.flatnonzero(found.odd["resolved"] == _TWICE).tolist():
        at = int(found.stamps["resolved"][row])
        last = max(int(column[row]) for column in before)
        reader = readers[found.table[row]]
        zone = zone_for(reader.zone_named or reader.zone)
        later = zone.to_utc(zone.to_local(at), fold=True)
        if at < last <= later:
            found.stamps["resolved"][row] = later
            found.odd["resolved"][row] = 0
            reader.notes.at(
                int(found.lines[row]),
                "import-clock-change",
                "resolved occurs twice on the clock of its zone, which changes then; the later of"
                " the two is taken, since the ticket was acknowledged or answered before",
                "Correct the time, or export it with its offset",
                level=Level.NOTE,
            )


def without_odd(found: Gathered, readers: Sequence[TableReader], *, strict: bool) -> Gathered:
    """The tickets, with what was said of odd stamps; ``strict`` leaves their rows out."""
    _later_where_only_that_fits(found, readers)
    keep = np.ones(len(found), dtype=np.bool_)
    for name in (one for one in STAMPS if one not in _HELPERS):
        for row in np.flatnonzero(found.odd[name]).tolist():
            reader = readers[found.table[row]]
            gap = found.odd[name][row] == _GAP
            odd = "does not exist" if gap else "occurs twice"
            what = f"{name.replace('_', ' ')} {odd} on the clock of its zone, which changes then"
            if not strict:
                used = "the offset before the change" if gap else "the earlier of the two"
                what += f"; {used} is taken"
            elif keep[row]:
                what, keep[row] = f"row not used: {what}", False
                reader.refused += 1
            reader.notes.at(
                int(found.lines[row]),
                "import-clock-change",
                what,
                "Correct the time, or export it with its offset",
                level=Level.WARNING if strict else Level.NOTE,
            )
    return found.chosen(np.flatnonzero(keep))
