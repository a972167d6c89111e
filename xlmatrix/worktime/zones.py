"""Local and universal time of one IANA zone, by a table of its clock changes.

``local_s`` is what the wall clock shows, counted in seconds as if it were UTC; ``utc_s`` is the
epoch second. All functions take an int or an int64 array and answer alike; NaT (the smallest
int64) stays NaT. Where a typed stamp has no single answer (DESIGN "DST"): in an overlap it is the
earlier instant, in a gap it uses the offset before the gap (PEP 495, fold 0), unless the row says
that the second passing of the hour is meant (fold 1).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Self, overload
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
from numpy.typing import NDArray

from xlmatrix.errors import HorizonError, XlmatrixError
from xlmatrix.worktime.database import editions, zone_info
from xlmatrix.worktime.times import NEVER, epoch_of

Int64Array = NDArray[np.int64]
#: Which of the two instants of a doubled time is meant, once or for each stamp: the second if true.
Fold = int | NDArray[np.bool_] | Int64Array

OVERLAP = 1
GAP = 2
# Long before any clock, yet far enough from the int64 limits to add offsets without overflow.
LONG_AGO = -(2**60)
FAR_AHEAD = 2**60
# In all of IANA's history two changes of one zone are at least four days apart (Freetown 1939).
_STEP_S = 86_400


@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """The clock changes of one zone from the start of ``first_year`` to the end of ``last_year``.

    Parameters
    ----------
    name
        IANA name.
    utc
        int64 epoch seconds at which each offset begins; the first is a sentinel long ago.
    offset
        int64 seconds to add to UTC from then on.
    open_ended
        Whether the first and the last offset serve for all the years outside of the table, as they
        do in a workbook's; else such an instant is refused.
    edition
        The number of the zone data that it comes from, such as ``2026f``; empty if not known.
    """

    name: str
    info: ZoneInfo
    first_year: int
    last_year: int
    utc: Int64Array
    offset: Int64Array
    open_ended: bool = False
    edition: str = ""

    @classmethod
    def load(cls, name: str, first_year: int = 1970, last_year: int = 2100) -> Self:
        """Tabulate a zone.

        Raises
        ------
        XlmatrixError
            When there is no zone of that name; close matches are named.

        Examples
        --------
        >>> zone = Zone.load("Europe/Berlin", 2026, 2026)
        >>> zone.utc[1:].astype("datetime64[s]").tolist()[0].isoformat()
        '2026-03-29T01:00:00'
        >>> zone.offset.tolist()
        [3600, 7200, 3600]
        """
        number = editions().used.number
        return cls.tabulate(name, _zone_info(name), first_year, last_year, edition=number)

    @classmethod
    def tabulate(
        cls, name: str, info: ZoneInfo, first_year: int, last_year: int, *, edition: str = ""
    ) -> Self:
        """Tabulate the clock changes of a zone that somebody has loaded."""
        utc, offset = _transitions(info, first_year, last_year)
        return cls(
            name=name,
            info=info,
            first_year=first_year,
            last_year=last_year,
            utc=np.array(utc, dtype=np.int64),
            offset=np.array(offset, dtype=np.int64),
            edition=edition,
        )

    @property
    def typed_switch(self) -> Int64Array:
        """Wall-clock second from which a typed stamp uses each offset (``Tz_W0``)."""
        return self._switch(np.maximum)

    @property
    def odd_from(self) -> Int64Array:
        """Wall-clock second at which each overlap or gap begins (``Tz_W1``)."""
        return self._switch(np.minimum)

    def _switch(self, pick: np.ufunc) -> Int64Array:
        before = np.concatenate([self.offset[:1], self.offset[:-1]])
        return np.asarray(self.utc + pick(before, self.offset), dtype=np.int64)

    @overload
    def to_utc(self, local_s: int, *, strict: bool = False, fold: Fold = 0) -> int: ...
    @overload
    def to_utc(
        self, local_s: Int64Array, *, strict: bool = False, fold: Fold = 0
    ) -> Int64Array: ...
    def to_utc(
        self, local_s: int | Int64Array, *, strict: bool = False, fold: Fold = 0
    ) -> int | Int64Array:
        """The instant of a typed stamp.

        Parameters
        ----------
        local_s
            int or int64 array, what the wall clock shows.
        strict
            Refuse a stamp in a gap, and one in an overlap unless its ``fold`` is 1.
        fold
            0 or 1, or an array of them of the shape of ``local_s``: 1 is the later instant of an
            overlap, and in a gap the offset after it (PEP 495). It changes no other stamp.

        Examples
        --------
        >>> zone = Zone.load("Europe/Berlin", 2026, 2026)
        >>> local = epoch_of(2026, 3, 29, 2, 30)
        >>> zone.to_utc(local) == epoch_of(2026, 3, 29, 1, 30)
        True
        >>> twice = epoch_of(2026, 10, 25, 2, 30)
        >>> zone.to_utc(twice, fold=1) - zone.to_utc(twice)
        3600
        """
        local = self._checked(local_s)
        if strict:
            self._refuse_odd(local, np.asarray(fold, dtype=np.bool_))
        row = np.searchsorted(self.typed_switch, local, side="right") - 1
        if np.any(fold):
            second = np.searchsorted(self.odd_from, local, side="right") - 1
            row = np.where(np.asarray(fold, dtype=np.bool_), second, row)
        return _like(local_s, local, local - self.offset[row])

    @overload
    def boundary(self, local_s: int) -> int: ...
    @overload
    def boundary(self, local_s: Int64Array) -> Int64Array: ...
    def boundary(self, local_s: int | Int64Array) -> int | Int64Array:
        """The first instant at which the clock shows ``local_s`` or later.

        Differs from :meth:`to_utc` in a gap only, where it is the instant of the change.
        """
        local = self._checked(local_s)
        row = np.searchsorted(self.typed_switch, local, side="right") - 1
        following = np.append(self.utc, FAR_AHEAD)[row + 1]
        return _like(local_s, local, np.minimum(local - self.offset[row], following))

    @overload
    def to_local(self, utc_s: int) -> int: ...
    @overload
    def to_local(self, utc_s: Int64Array) -> Int64Array: ...
    def to_local(self, utc_s: int | Int64Array) -> int | Int64Array:
        """What the wall clock shows at an instant."""
        instant = self._checked(utc_s)
        row = np.searchsorted(self.utc, instant, side="right") - 1
        return _like(utc_s, instant, instant + self.offset[row])

    def to_local_fold(self, utc_s: Int64Array) -> tuple[Int64Array, NDArray[np.bool_]]:
        """What the wall clock shows at instants, and whether it shows it the second time.

        Both have the shape of ``utc_s``; :meth:`to_utc` of the first with the second as its
        ``fold`` gives ``utc_s`` again. NaT stays NaT and is no second time.

        >>> zone = Zone.load("Europe/Berlin", 2026, 2026)
        >>> zone.to_local_fold(epoch_of(2026, 10, 25, 0, 30) + np.array([0, 3600]))[1].tolist()
        [False, True]
        """
        wall = self.to_local(np.asarray(utc_s, dtype=np.int64))
        return wall, np.asarray(self.to_utc(wall) != utc_s)

    @overload
    def flag(self, local_s: int) -> int: ...
    @overload
    def flag(self, local_s: Int64Array) -> Int64Array: ...
    def flag(self, local_s: int | Int64Array) -> int | Int64Array:
        """0 for a stamp the clock shows once, 1 in an overlap (twice), 2 in a gap (never)."""
        local = self._checked(local_s)
        flags = self._flags(local)
        return flags if isinstance(local_s, np.ndarray) else int(flags)

    @overload
    def add_days(self, utc_s: int, days: int) -> int: ...
    @overload
    def add_days(self, utc_s: Int64Array, days: int | Int64Array) -> Int64Array: ...
    def add_days(self, utc_s: int | Int64Array, days: int | Int64Array) -> int | Int64Array:
        """The same wall-clock time some days later (or earlier); not days of 24 h.

        >>> zone = Zone.load("Europe/Berlin", 2026, 2026)
        >>> noon = epoch_of(2026, 3, 28, 11)
        >>> (zone.add_days(noon, 1) - noon) // 3600
        23
        """
        instant, count = self._checked(utc_s), np.asarray(days, dtype=np.int64)
        local = np.asarray(self.to_local(instant))
        later = self.to_utc(np.where(instant == NEVER, NEVER, local + count * 86_400))
        # No day added: the later instant of an overlap must not become the earlier one.
        return _like(utc_s, instant, np.where(count == 0, instant, later))

    def _flags(self, local: Int64Array) -> Int64Array:
        row = np.searchsorted(self.odd_from, local, side="right") - 1
        odd = (local < self.typed_switch[row]) & (local != NEVER) & (row > 0)
        forward = self.offset[row] > self.offset[np.maximum(row - 1, 0)]
        return np.where(odd, np.where(forward, GAP, OVERLAP), 0).astype(np.int64)

    def _refuse_odd(self, local: Int64Array, fold: NDArray[np.bool_]) -> None:
        flags = self._flags(local)
        flags = np.where(fold & (flags == OVERLAP), 0, flags)
        if not flags.any():
            return
        first = int(np.flatnonzero(flags)[0])
        stamp = np.datetime64(int(local.flat[first]), "s")
        why = "occurs twice" if flags.flat[first] == OVERLAP else "does not occur"
        raise XlmatrixError(
            f"the local time {stamp} {why} when the clocks change",
            where=self.name,
            mend="Type a time outside the changed hour, or leave the strict mode",
        )

    def _checked(self, seconds: int | Int64Array) -> Int64Array:
        array = np.asarray(seconds, dtype=np.int64)
        if self.open_ended:
            return array
        low, high = epoch_of(self.first_year, 1, 1), epoch_of(self.last_year + 1, 1, 1)
        # A day of slack on either side: offsets reach 14 h, and the scan covers two days more.
        outside = ((array < low - _STEP_S) | (array > high + _STEP_S)) & (array != NEVER)
        if outside.any():
            stamp = np.datetime64(int(array[outside].flat[0]), "s")
            raise HorizonError(
                f"{stamp} is outside the zone's table of {self.first_year} to {self.last_year}",
                where=self.name,
                mend="Correct the date, or load the zone for more years",
            )
        return array


def now_in(zone: str) -> datetime:
    """What the wall clock of a zone shows now, as a naive stamp in whole seconds."""
    return datetime.now(zone_info(zone)).replace(microsecond=0, tzinfo=None)


def offset_text(seconds: int) -> str:
    """An offset as people write it: ``UTC+05:30``, ``UTC-08:00``, with seconds where it has some.

    >>> offset_text(19800), offset_text(0)
    ('UTC+05:30', 'UTC+00:00')
    """
    sign, rest = ("-" if seconds < 0 else "+"), abs(seconds)
    tail = f":{rest % 60:02d}" if rest % 60 else ""
    return f"UTC{sign}{rest // 3600:02d}:{rest // 60 % 60:02d}{tail}"


def _like(given: int | Int64Array, checked: Int64Array, answer: Int64Array) -> int | Int64Array:
    answer = np.where(checked == NEVER, NEVER, answer)
    return answer if isinstance(given, np.ndarray) else int(answer)


def _zone_info(name: str) -> ZoneInfo:
    try:
        return zone_info(name)
    except (KeyError, ValueError, OSError, TypeError):
        # zoneinfo raises each of these: unknown, malformed or absolute, a folder, not a string.
        known = sorted(available_timezones())
    folded = {zone.lower(): zone for zone in known}
    wanted = str(name).lower().replace(" ", "_")
    close = difflib.get_close_matches(wanted, folded, n=3, cutoff=0.6)
    cities = {zone.lower().rsplit("/", 1)[-1]: zone for zone in known if "/" in zone}
    close_cities = difflib.get_close_matches(wanted.rsplit("/", 1)[-1], cities, n=2, cutoff=0.7)
    names = dict.fromkeys([folded[c] for c in close] + [cities[c] for c in close_cities])
    hint = f"Write {' or '.join(names)}" if names else "Write a name such as Europe/Berlin"
    raise XlmatrixError(f"there is no time zone '{name}'", where="time zone", mend=hint)


@lru_cache(maxsize=64)
def _transitions(
    info: ZoneInfo, first_year: int, last_year: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    def offset_at(utc_s: int) -> int:
        shift = datetime.fromtimestamp(utc_s, info).utcoffset()
        assert shift is not None
        return int(shift.total_seconds())

    at = epoch_of(first_year, 1, 1) - 2 * _STEP_S
    until = epoch_of(last_year + 1, 1, 1) + 2 * _STEP_S
    utc, offsets = [LONG_AGO], [offset_at(at)]
    while at < until:
        following = at + _STEP_S
        if offset_at(following) != offsets[-1]:
            utc.append(_first_second(offset_at, at, following))
            offsets.append(offset_at(following))
        at = following
    return tuple(utc), tuple(offsets)


def _first_second(offset_at: Callable[[int], int], low: int, high: int) -> int:
    old = offset_at(low)
    while high - low > 1:
        middle = (low + high) // 2
        if offset_at(middle) == old:
            low = middle
        else:
            high = middle
    return high
