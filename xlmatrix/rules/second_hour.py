"""Which stamps of a row are of the second passing of an hour that the clock shows twice.

The row says so in words: its column *Second hour* names the headers of such stamps, with commas
between and in any case. What it names is read with the offset after the change, as PEP 495 reads
``fold=1``; every other stamp stays the earlier of two instants.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import add
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.formula import Expr, F, if_, iferror, lit, this
from xlmatrix.formula.errors import named
from xlmatrix.rules.instants import EPOCH_S, is_odd, is_stamp, is_twice, seconds_of, utc_of
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.kinds import TEXT
from xlmatrix.worktime import Zone
from xlmatrix.worktime.zones import OVERLAP

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
#: The typed column, and the step that has its words ready for a search: ``,opened,resolved,``.
SECOND_HOUR: Final = "Second hour"
WORDS: Final = "second hours"
MISNAMED: Final = f"{SECOND_HOUR} names what the clock does not show twice"
_NO_NAME: Final = ",,"


def words_column(twin: Callable[[Any], Any]) -> Column:
    """The step :data:`WORDS`, once for all stamps of the row."""
    told = lit(",") & F.LOWER(F.SUBSTITUTE(this(SECOND_HOUR), " ", "")) & ","
    return hidden_step(WORDS, iferror(if_(this(SECOND_HOUR).filled(), told), _NO_NAME), twin, TEXT)


def words_of(texts: Iterable[str]) -> list[str]:
    """The twin of the step; an error value names nothing."""
    return [f",{named(text).replace(' ', '').lower()}," if text else "" for text in texts]


def renamed(text: str, header: str, *, second: bool) -> str:
    """What a row shall name once one of its stamps is of a second passing, or no longer is.

    >>> renamed("opened", "Resolved", second=True)
    'opened, Resolved'
    >>> renamed("Opened, Resolved", "Opened", second=False)
    'Resolved'
    """
    kept = [one.strip() for one in text.split(",")]
    kept = [one for one in kept if one and not names_second(one, header)]
    return ", ".join([*kept, header] if second else kept)


def names_second(text: str, header: str) -> bool:
    """Whether what stands in a cell *Second hour* names a stamp."""
    return word_of(header) in words_of([text])[0]


def means_second(header: str) -> Expr:
    """Whether the row names a stamp."""
    return F.ISNUMBER(F.FIND(word_of(header), this(WORDS)))


def named_second(words: Sequence[str], header: str) -> Mask:
    """The twin of :func:`means_second`."""
    word = word_of(header)
    return np.array([word in one for one in words], dtype=np.bool_)


def utc_typed(header: str) -> Expr:
    """A stamp of the row in UTC, where one stands in its cell."""
    return utc_of(seconds_of(this(header)), later=means_second(header))


def unsure(header: str) -> Expr:
    """Whether a stamp is a time that the clock shows twice or never, and the row is silent."""
    odd = if_(is_stamp(this(header)), is_odd(seconds_of(this(header))), lit(False))
    return F.IF(means_second(header), lit(False), odd)


def unsure_twin(zone: Zone, wall_s: Floats, second: Mask) -> Mask:
    """The twin of :func:`unsure`."""
    return np.asarray((_flags(zone, wall_s) != 0) & ~second)


def misnamed(headers: Sequence[str]) -> Expr:
    """Whether a row names anything but stamps of a doubled hour, or one of them more than once."""
    words = this(WORDS)
    count = F.LEN(words) - F.LEN(F.SUBSTITUTE(words, ",", "")) - 1
    found = [
        iferror(F.IF(F.FIND(word_of(one), words), F.IF(_twice(one), 1, 0)), 0) for one in headers
    ]
    return if_(words.filled(), count.ne(reduce(add, found)), lit(False))


def misnamed_twin(zone: Zone, words: Sequence[str], stamps: dict[str, Floats]) -> Mask:
    """The twin of :func:`misnamed`; ``stamps`` are wall-clock Excel seconds by header."""
    answer = np.array([one.count(",") - 1 for one in words], dtype=np.int64)
    filled = np.array([one != "" for one in words], dtype=np.bool_)
    for header, wall_s in stamps.items():
        answer -= named_second(words, header) & (_flags(zone, wall_s) == OVERLAP)
    return np.asarray(filled & (answer != 0))


def word_of(header: str) -> str:
    """A header as the step :data:`WORDS` has it."""
    return f",{header.replace(' ', '').lower()},"


def _twice(header: str) -> Expr:
    # N makes nothing of text, which a product would read as a number.
    return is_twice(seconds_of(F.N(this(header))))


def _flags(zone: Zone, wall_s: Floats) -> NDArray[np.int64]:
    flags, real = np.zeros(len(wall_s), dtype=np.int64), ~np.isnan(wall_s)
    flags[real] = zone.flag(wall_s[real].astype(np.int64) - EPOCH_S)
    return flags
