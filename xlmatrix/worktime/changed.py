"""Where two editions of the zone data, or a workbook's table and an edition, show other clocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from xlmatrix.worktime.zones import Zone, offset_text


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which a zone's clock is another one.

    Attributes
    ----------
    begin_s, end_s
        Its first second and the one after its last, epoch seconds.
    was_s, is_s
        What was added to UTC, and what is, in seconds.
    """

    begin_s: int
    end_s: int
    was_s: int
    is_s: int

    def __str__(self) -> str:
        """As a sentence says it, in UTC.

        >>> str(Stretch(1793523600, 1805018400, -28800, -25200))
        'UTC-07:00, not UTC-08:00, from 2026-11-01 09:00 to 2027-03-14 10:00 UTC'
        """
        begin, end = (datetime.fromtimestamp(at, UTC) for at in (self.begin_s, self.end_s))
        clocks = f"{offset_text(self.is_s)}, not {offset_text(self.was_s)}"
        return f"{clocks}, from {begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC"


def stretches(was: Zone, now: Zone, low_s: int, high_s: int) -> tuple[Stretch, ...]:
    """Every time between two epoch seconds in which the clocks differ, in order.

    >>> zone = Zone.load("Europe/Berlin", 2026, 2026)
    >>> stretches(zone, zone, int(zone.utc[1]), int(zone.utc[2]))
    ()
    """
    return tuple(_stretches(was, now, low_s, high_s))


def _stretches(was: Zone, now: Zone, low_s: int, high_s: int) -> Iterator[Stretch]:
    edges = np.unique(np.concatenate([[low_s, high_s], was.utc, now.utc]))
    edges = edges[(edges >= low_s) & (edges <= high_s)]
    held: Stretch | None = None
    for begin, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        old, new = _offset(was, begin), _offset(now, begin)
        if held is not None and (held.end_s, held.was_s, held.is_s) == (begin, old, new):
            held = Stretch(held.begin_s, end, old, new)
            continue
        if held is not None:
            yield held
        held = Stretch(begin, end, old, new) if old != new else None
    if held is not None:
        yield held


def _offset(zone: Zone, at_s: int) -> int:
    return int(zone.offset[np.searchsorted(zone.utc, at_s, side="right") - 1])
