"""The shifts that a row of hours holds: what counts of its slots, from which second to which.

Slots count in their order. A shift begins where those before it end, at the earliest, and has no
effect where nothing is left of it: also one that begins on the next day, for that is another row.
What reaches over midnight goes before the next day. Hidden columns say it for the formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final, TypeAlias

from xlmatrix.formula import Expr, F, this
from xlmatrix.tables.doubt import Doubt, Lists, Row
from xlmatrix.tables.flags import HALF
from xlmatrix.tables.kinds import Raw, number_of

DAY_S: Final = 86_400
#: A time of day before this opens on that day.
LATEST_OPENING: Final = 1 - 0.5 / DAY_S
#: The hidden columns of a slot: where its shift begins and ends, in seconds from midnight.
BEGINS, ENDS = "begins s", "ends s"
#: How far the shifts of a row reach into the next day, and those of the day before into this one.
REACH, REACHED = "reach s", "reached s"
#: More shifts a day than anybody has.
MOST_SLOTS: Final = 24
#: Of so many shifts a day the formula of the flag has room to tell.
FLAGGED: Final = 3
Reckoned: TypeAlias = Mapping[str, Callable[[Sequence[Row], Lists], list[Raw]]]


def times_of(row: Row, slot: int) -> tuple[float, float] | None:
    """Open and close of a slot where both are times of day; the close may be 24:00."""
    opens, closes = number_of(row.get(f"Open {slot}")), number_of(row.get(f"Close {slot}"))
    if opens is None or closes is None:
        return None
    return (opens, closes) if 0 <= opens < LATEST_OPENING and 0 <= closes <= 1 else None


def slots_in(column_ids: Sequence[str]) -> list[int]:
    """The slots that a workbook's table has columns for."""
    return [n for n in range(1, len(column_ids)) if f"Open {n}" in column_ids]


def ends_in(row: Row) -> dict[int, int]:
    """Where the shift of each slot ends that counts beside those before it."""
    found: dict[int, int] = {}
    last = 0
    for slot in slots_in(tuple(row)):
        edges = _edges(row, slot)
        if edges is not None and last < DAY_S and edges[1] > last:
            last = found[slot] = edges[1]
    return found


def reach_of(row: Row) -> int:
    """How many seconds of the next day the shifts of a row take."""
    return max([DAY_S, *ends_in(row).values()]) - DAY_S


def shifts_in(row: Row, reached: int = 0) -> dict[int, tuple[int, int]]:
    """The shifts of a row by their slots, where the day before takes the first seconds."""
    found: dict[int, tuple[int, int]] = {}
    last = reached
    for slot, end in ends_in(row).items():
        edges = _edges(row, slot)
        if edges is not None and end > reached:
            found[slot] = max(edges[0], last), end
            last = end
    return found


def _edges(row: Row, slot: int) -> tuple[int, int] | None:
    """The seconds of a slot as typed, a close at or before the open on the next day."""
    times = times_of(row, slot)
    if times is None:
        return None
    start, end = (int(edge * DAY_S + 0.5) for edge in times)
    if start == end and start:
        return None
    return start, end + (DAY_S if end <= start else 0)


def _second(edge: str, slot: int) -> Expr:
    return F.ROUND(this(f"{edge} {slot}") * DAY_S, 0)


def ends_expr(slot: int) -> Expr:
    """The formula of :func:`ends_in`."""
    opens, closes = this(f"Open {slot}"), this(f"Close {slot}")
    start, end = _second("Open", slot), _second("Close", slot)
    inside = F.AND(opens >= 0, opens < LATEST_OPENING, closes >= 0, closes <= 1)
    until = end + F.IF(end <= start, DAY_S, 0)
    fine: Expr = F.OR(start.ne(end), start.eq(0))
    if slot > 1:
        last = F.MAX(0, *(this(f"{ENDS} {n}") for n in range(1, slot)))
        fine = F.AND(fine, last < DAY_S, until > last)
    both = F.COUNT(opens, closes).eq(2)
    return F.IF(both, F.IF(inside, F.IF(fine, until, ""), ""), "")


def begins_expr(slot: int, *, over: bool) -> Expr:
    """The formula of :func:`shifts_in`; ``over`` tells whether days before are looked at."""
    end, start = this(f"{ENDS} {slot}"), _second("Open", slot)
    before = [this(f"{ENDS} {n}") for n in range(1, slot)]
    if over:
        before.append(this(REACHED))
    begin = F.MAX(start, *before) if before else start
    return F.IF(end.empty(), "", F.IF(end > this(REACHED), begin, "") if over else begin)


def reach_expr(slots: int) -> Expr:
    """The formula of :func:`reach_of`."""
    return F.MAX(DAY_S, *(this(f"{ENDS} {n}") for n in range(1, slots + 1))) - DAY_S


def length_expr(slots: int) -> Expr:
    """The hours of all shifts of a row."""
    total: Expr | None = None
    for slot in range(1, slots + 1):
        begin, end = this(f"{BEGINS} {slot}"), this(f"{ENDS} {slot}")
        part = F.IF(begin.empty(), 0, F.N(end) - F.N(begin))
        total = part if total is None else total + part
    return F.ROUND((total if total is not None else F.N("")) / 3600, 4)


def reckoned(*, over: bool) -> Reckoned:
    """The hidden columns of the slots from the typed cells; the reach must be known before."""

    def ends(slot: int) -> Callable[[Sequence[Row], Lists], list[Raw]]:
        return lambda rows, _: [ends_in(row).get(slot, "") for row in rows]

    def begins(slot: int) -> Callable[[Sequence[Row], Lists], list[Raw]]:
        return lambda rows, _: [
            shifts_in(row, reached(row) if over else 0).get(slot, ("",))[0] for row in rows
        ]

    slots = range(1, MOST_SLOTS + 1)
    return {f"{ENDS} {n}": ends(n) for n in slots} | {f"{BEGINS} {n}": begins(n) for n in slots}


def reached(row: Row) -> int:
    """How many seconds of a row's day belong to the day before."""
    return int(number_of(row.get(REACHED)) or 0)


def hours_of(rows: Sequence[Row], _: Lists) -> list[Raw]:
    """The hours of each row's shifts."""
    return [
        round(sum(end - start for start, end in shifts_in(row, reached(row)).values()) / 3600, 4)
        for row in rows
    ]


def slot_doubts(column_ids: Sequence[str]) -> Iterator[Doubt]:
    """An open without a close, and shifts of which something has no effect."""
    slots = slots_in(column_ids)
    for slot in slots[:FLAGGED]:
        yield from _alone(slot)
    # Of many slots the pairs are too many for one formula; each is told by itself all the same.
    for one, other in combinations(slots if len(slots) <= FLAGGED else (), 2):
        yield Doubt(
            "typed-time",
            f"Shifts {one} and {other} overlap",
            _overlap(one, other),
            lambda row, _, __, a=one, b=other: _overlapping(row, a, b),  # type: ignore[misc]
        )
    for slot in slots[:FLAGGED]:
        yield from _beside_others(slot)


def _alone(slot: int) -> Iterator[Doubt]:
    opens, closes = this(f"Open {slot}"), this(f"Close {slot}")
    yield Doubt(
        HALF,
        f"Open {slot} and Close {slot} go together: no effect",
        F.OR(F.AND(opens.empty(), closes.filled()), F.AND(opens.filled(), closes.empty())),
        lambda row, _, __: _blank(row, f"Open {slot}") != _blank(row, f"Close {slot}"),
    )
    yield Doubt(
        "typed-time",
        f"Open {slot} is the end of the day: no effect",
        F.AND(opens.filled(), opens >= LATEST_OPENING),
        lambda row, _, __: (number_of(row.get(f"Open {slot}")) or 0) >= LATEST_OPENING,
    )
    same = F.AND(_second("Open", slot) > 0, _second("Open", slot).eq(_second("Close", slot)))
    yield Doubt(
        "typed-time",
        f"Open {slot} is Close {slot}: no effect",
        same,
        lambda row, _, __: times_of(row, slot) is not None and _edges(row, slot) is None,
    )


def _beside_others(slot: int) -> Iterator[Doubt]:
    begins = this(f"{BEGINS} {slot}")
    yield Doubt(
        "typed-time",
        f"Shift {slot} is before another: no effect",
        F.AND(this(f"Open {slot}").filled(), begins.empty()),
        lambda row, _, __: (
            not _blank(row, f"Open {slot}") and slot not in shifts_in(row, reached(row))
        ),
    )
    yield Doubt(
        "typed-time",
        f"Shift {slot} begins where the day before ends",
        F.AND(begins.filled(), F.N(begins) > _second("Open", slot)),
        lambda row, _, __: _is_late(row, slot),
    )


def _is_late(row: Row, slot: int) -> bool:
    shift, edges = shifts_in(row, reached(row)).get(slot), _edges(row, slot)
    return shift is not None and edges is not None and shift[0] > edges[0]


def _blank(row: Row, known: str) -> bool:
    return row.get(known) in (None, "")


def _end(slot: int) -> Expr:
    opens, closes = this(f"Open {slot}"), this(f"Close {slot}")
    return closes + F.IF(closes <= opens, 1, 0)


def _overlap(one: int, other: int) -> Expr:
    edges = [this(f"{edge} {slot}") for slot in (one, other) for edge in ("Open", "Close")]
    both = F.COUNT(*edges).eq(4)
    return F.AND(both, edges[0] < _end(other), edges[2] < _end(one))


def _overlapping(row: Row, one: int, other: int) -> bool:
    first, second = times_of(row, one), times_of(row, other)
    if first is None or second is None:
        return False
    ends = [closes + (closes <= opens) for opens, closes in (first, second)]
    return first[0] < ends[1] and second[0] < ends[0]
