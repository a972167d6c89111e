"""Minutes that are left, as a stream: for routes whose cells change while nobody calculates.

A stream belongs to no cell and no workbook, so everything it needs comes as its arguments. It gives
numbers, and errors of Excel's where there is no number: a text would count as time that is left.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from xlmatrix.addin.cells import GivenCells, Grid, error_in, shaped, stamps, text
from xlmatrix.addin.moments import messages_of
from xlmatrix.addin.problems import answered, passed_on
from xlmatrix.errors import XlmatrixError
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.worktime.database import zone_info

#: So near to a deadline the seconds are shown, else whole minutes.
NEAR_MIN: Final = 60.0


def left(due: Any, zone: Any, now_s: float) -> Grid:
    """Minutes from an instant (UTC, epoch seconds) to each time; negative when it is past."""
    given = GivenCells.of(due)
    known = _zone(zone)
    read = stamps(given.cells)
    answers: list[Any] = []
    for cell, wall, said in zip(given.cells, read.seconds, messages_of(read), strict=True):
        code = error_in(cell)
        if code:
            answers.append(passed_on(code))
        elif said is not None:
            answers.append(said)
        else:
            minutes = (_instant(float(wall), known) - now_s) / 60
            near = abs(minutes) <= NEAR_MIN
            answers.append(round(minutes, 2) if near else float(int(minutes)))
    return shaped(answers, given.height, given.width)


def _instant(wall: float, zone: ZoneInfo) -> float:
    """UTC of a time on the wall; the earlier pass of an hour that comes twice."""
    naive = datetime.fromtimestamp(wall - EPOCH_S, UTC).replace(tzinfo=zone)
    return naive.timestamp()


def _zone(given: Any) -> ZoneInfo:
    cell = GivenCells.of(given).cells[0]
    if error_in(cell):
        raise XlmatrixError(f"the zone shows {cell}", where="zone", mend="Mend that cell")
    try:
        return zone_info(text(cell))
    except (ValueError, OSError, KeyError):
        raise XlmatrixError(
            f"there is no time zone {text(cell)!r}",
            where="zone",
            mend="Give one as Start names it, such as Europe/Berlin",
        ) from None


async def minutes_left(
    due: Any,
    zone: Any,
    *,
    now: Callable[[], float] = time.time,
    sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep,
) -> AsyncIterator[Grid]:
    """The minutes that are left, again whenever they change."""
    shown: Grid | None = None
    while True:
        now_s = now()
        fresh = answered(lambda at=now_s: left(due, zone, at))  # type: ignore[misc]
        if fresh != shown:
            shown = fresh
            yield fresh
        numbers = [cell for row in fresh for cell in row if isinstance(cell, float)]
        if not numbers:
            return
        near = min(abs(cell) for cell in numbers) <= NEAR_MIN + 1
        # To the next whole second, or minute.
        step = 1 if near else 60
        await sleep(step - now_s % step)
