"""Columns of stamps as instants: what stands in the cells, in UTC, quickly where it is plain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from xlmatrix.exchange.files.plain_text import TextColumn
from xlmatrix.exchange.tickets.stamps import (
    FIRST_YEAR,
    LAST_YEAR,
    DateOrder,
    Stamp,
    StampError,
    slashed,
    stamp_of,
)
from xlmatrix.worktime import NEVER, Zone

Int64s = NDArray[np.int64]
Int8s = NDArray[np.int8]
#: Texts of a column.
Texts = NDArray[np.object_]
_LOW, _HIGH = (
    int(np.datetime64(f"{year}-01-01", "s").astype(np.int64))
    for year in (FIRST_YEAR, LAST_YEAR + 1)
)
_ISO_CHARS: Final = 19
_ZULU: Final = (ord("Z"), ord("z"))
#: Shorter columns are read cell by cell.
_FEW: Final = 100


@dataclass(slots=True)
class Instants:
    """A column of stamps.

    Attributes
    ----------
    utc
        Epoch seconds; :data:`~xlmatrix.worktime.NEVER` where there is none.
    odd
        Rows whose wall clock shows that time twice (1) or never (2) and which name no offset.
    faults
        Rows that hold something that is no stamp, with what is wrong.
    bare
        How many are dates without a time.
    later
        Of the rows whose wall clock shows that time twice, the second instant: clocks go back by an
        hour, or by half of one on Lord Howe Island.
    """

    utc: Int64s
    odd: NDArray[np.int8]
    faults: dict[int, StampError] = field(default_factory=dict)
    bare: int = 0
    later: dict[int, int] = field(default_factory=dict)


class InstantReader:
    """Reads the stamps of one file.

    Parameters
    ----------
    zone
        That of stamps which name none, as a function of the cell: forms store some in UTC.
    order
        Asked once, when the first date comes that may mean two days.
    wanted
        What somebody has said of the order. It also holds for ``3.4.2026``, of which other dates of
        the file tell nothing.
    """

    def __init__(
        self,
        zone: Callable[[Any], Zone],
        order: Callable[[], DateOrder | None],
        wanted: DateOrder | None = None,
    ) -> None:
        self._zone_of, self._order_of, self._wanted = zone, order, wanted
        self._order: DateOrder | None = None
        self._asked = False
        self.offsets: dict[str, int] = {}
        self.naive = 0
        self.zones: set[str] = set()

    def read(self, cells: Sequence[Any], zone: Zone | None = None) -> Instants:
        """The instants of a column; ``zone`` stands in for the file's own."""
        quick = _quick(cells)
        if quick is not None:
            wall, aware = quick
            found = Instants(wall, np.zeros(len(cells), dtype=np.int8))
            if not aware:
                sample = next((cell for cell in cells if cell), "")
                self._place(found, wall, wall != NEVER, zone or self._own_zone(sample))
            return found
        return self._slowly(cells, zone)

    def one(self, cell: Any, zone: Zone | None = None) -> int | None:
        """The instant of one cell; None where it is empty.

        Raises
        ------
        StampError
            For what is no stamp.
        """
        found = self._slowly([cell], zone)
        if found.faults:
            raise found.faults[0]
        return None if found.utc[0] == NEVER else int(found.utc[0])

    def _slowly(self, cells: Sequence[Any], zone: Zone | None) -> Instants:
        height = len(cells)
        wall = np.full(height, NEVER, dtype=np.int64)
        found = Instants(wall.copy(), np.zeros(height, dtype=np.int8))
        naive: dict[int, tuple[Zone, list[int]]] = {}
        known: dict[Any, Stamp | StampError | None] = {}
        for row, cell in enumerate(cells):
            if cell is None or cell == "":
                continue
            stamp = known.get(cell, self) if isinstance(cell, str) else self
            if stamp is self:
                stamp = self._stamp(cell)
                if isinstance(cell, str):
                    known[cell] = stamp
            if stamp is None:
                continue
            if isinstance(stamp, StampError):
                found.faults[row] = stamp
                continue
            assert isinstance(stamp, Stamp)
            wall[row] = stamp.seconds
            found.bare += stamp.bare
            if stamp.offset:
                self.offsets[stamp.offset] = self.offsets.get(stamp.offset, 0) + 1
            if stamp.aware:
                found.utc[row] = stamp.seconds
            else:
                place = zone or self._own_zone(cell)
                naive.setdefault(id(place), (place, []))[1].append(row)
        for place, rows in naive.values():
            mask = np.zeros(height, dtype=np.bool_)
            mask[rows] = True
            self._place(found, wall, mask, place)
        return found

    def _own_zone(self, cell: Any) -> Zone:
        zone = self._zone_of(cell)
        self.zones.add(zone.name)
        return zone

    def _place(self, found: Instants, wall: Int64s, mask: NDArray[np.bool_], zone: Zone) -> None:
        """Turn wall clocks into instants: of two, the earlier."""
        self.naive += int(np.count_nonzero(mask))
        chosen = wall[mask]
        found.utc[mask] = zone.to_utc(chosen)
        found.odd[mask] = zone.flag(chosen)
        twice = np.flatnonzero(mask & (found.odd == 1))
        if len(twice):
            found.later |= zip(
                twice.tolist(), zone.to_utc(wall[twice], fold=1).tolist(), strict=True
            )

    def _stamp(self, cell: Any) -> Stamp | StampError | None:
        order = self._wanted
        if isinstance(cell, str) and slashed(cell) is not None:
            if not self._asked:
                self._order, self._asked = self._order_of(), True
            order = self._order
        try:
            return stamp_of(cell, order)
        except StampError as error:
            return error


def _quick(cells: Sequence[Any]) -> tuple[Int64s, bool] | None:
    """Whole columns of ``2026-02-28 01:16:00`` or with a Z; None for any other."""
    if len(cells) <= _FEW:
        return None
    try:
        read = _bytes_of(cells)
        if read is None:
            return None
        length = read.dtype.itemsize
        signs = read.view(np.uint8).reshape(len(cells), length)
        filled = signs[:, 0] != 0
        ends = signs[filled, -1]
        aware = length > _ISO_CHARS
        # numpy takes more forms, some of them otherwise: UTC of ``2026-02-28 01:16+01``.
        marked = signs[filled][:, [4, 16]] == [ord("-"), ord(":")]
        if not marked.all() or (aware and not np.isin(ends, _ZULU).all()):
            return None
        wall = read.astype(f"S{_ISO_CHARS}").astype("datetime64[s]").astype(np.int64)
    except ValueError:
        return None
    real = wall != NEVER
    if (real != filled).any() or ((wall < _LOW) | (wall >= _HIGH))[real].any():
        return None
    return wall, aware


def _bytes_of(cells: Sequence[Any]) -> NDArray[np.bytes_] | None:
    """A column of texts of one length, but for empty ones, as bytes."""
    wanted = (_ISO_CHARS, _ISO_CHARS + 1)
    if isinstance(cells, TextColumn) and (found := cells.signs(wanted)) is not None:
        return found
    if not isinstance(cells, TextColumn) and not set(map(type, cells)) <= {str}:
        return None
    lengths = set(map(len, cells)) - {0}
    if len(lengths) != 1 or not lengths <= set(wanted):
        return None
    return np.array(list(cells), dtype=f"S{lengths.pop()}")


class Passing(NamedTuple):
    """An entry of a history: of which ticket, and from what to what it changed something."""

    ticket: str
    before: str
    after: str


def in_passing_order(entries: Sequence[Passing], found: Instants) -> None:
    """Take the later of two instants where the order of a history says so.

    A wall clock that goes back shows ``02:45`` and then ``02:30``: of one ticket's entries, in the
    order of the file or the other way round, the second is then of the second hour.
    """
    known = np.flatnonzero(found.utc != NEVER).tolist()
    last: dict[str, int] = {}
    for row in reversed(known) if _newest_first(entries, found, known) else known:
        ticket = entries[row].ticket
        before = last.get(ticket)
        if before is not None and found.odd[row] == 1 and found.utc[row] < before:
            found.utc[row] = found.later[row]
            found.odd[row] = 0
        last[ticket] = int(found.utc[row])


def _newest_first(entries: Sequence[Passing], found: Instants, known: Sequence[int]) -> bool:
    """Whether later entries come first, by the stamps that are clear and by what became of what."""
    later = 0
    for one, two in pairwise(known):
        a, b = entries[one], entries[two]
        if a.ticket == b.ticket:
            later += (a.after == b.before) - (b.after == a.before)
            if not (found.odd[one] or found.odd[two]):
                later += int(np.sign(found.utc[two] - found.utc[one]))
    return later < 0
