"""What is typed in the shifts of a calendar: where each stands, and whether there are any."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from xlmatrix.formula import Expr, F, col, lit
from xlmatrix.sheets.inputs import plain
from xlmatrix.sheets.parts import Scene
from xlmatrix.tables.hours import COUNTED, EXCEPTIONS, HOURS, PER_DAY
from xlmatrix.tables.kinds import Raw
from xlmatrix.tables.shifts import reach_of, shifts_in
from xlmatrix.worktime.hours import DAY_NAMES

#: Where the Week sheet says whether any hours of a calendar are typed.
OPEN: Final = 6


def is_open(scene: Scene, number: int) -> tuple[Expr, int]:
    """Whether a calendar has any hours; one that has none is open as it was made."""
    hours, counted = col(HOURS.name, "Hours"), col(HOURS.name, COUNTED)
    days = range(1, len(DAY_NAMES) + 1)
    sums = [F.SUMIFS(hours, counted, lit(day * PER_DAY + number)) for day in days]
    name = scene.spec.calendars[number - 1].name
    rows = [_typed_times(scene, HOURS.name, f"{name} · {day}") for day in DAY_NAMES]
    stated = [row for row in rows if row is not None]
    some = not stated or any(map(shifts_in, stated))
    return F.IF(F.SUM(*sums) > 0, 1, 0), int(some)


def _typed_times(scene: Scene, table: str, key: str) -> dict[str, Raw] | None:
    """What is typed in the shifts of a row; None where nobody typed in this workbook."""
    cells = {f"{edge} {n}" for n in range(1, scene.slots + 1) for edge in ("Open", "Close")}
    typed = {cell: plain(scene.value(table, key, cell)) for cell in cells}
    known = any((table, key, cell) in scene.typed for cell in (*cells, "Calendar"))
    return typed if known else None


def taken_in(scene: Scene, table: str, key: str, count: int) -> list[int]:
    """The slots in which the shifts of a row stand: a cell without a meaning leaves one free."""
    reached = _reached(scene, key) if table == HOURS.name else 0
    slots = list(shifts_in(_typed_times(scene, table, key) or {}, reached))
    return slots if len(slots) == count else list(range(1, count + 1))


def _reached(scene: Scene, key: str) -> int:
    """How far the shifts of the day before a row of tHours reach into its day."""
    name, _, day = key.rpartition(" · ")
    eve = DAY_NAMES[DAY_NAMES.index(day) - 1]
    return reach_of(_typed_times(scene, HOURS.name, f"{name} · {eve}") or {})


def taken_on(scene: Scene, number: int) -> Callable[[date, int], list[int]]:
    """The same for the shifts of a date."""
    plan, name = scene.calendars[number - 1].plan, scene.spec.calendars[number - 1].name
    known: dict[tuple[int, int], list[int]] = {}

    def taken(day: date, count: int) -> list[int]:
        if day in plan.exceptions:
            return taken_in(scene, EXCEPTIONS.name, f"{day.isoformat()} · {name}", count)
        if plan.earlier_on(day) is not None:
            return list(range(1, count + 1))
        at = day.weekday(), count
        if at not in known:
            key = f"{name} · {DAY_NAMES[at[0]]}"
            known[at] = taken_in(scene, HOURS.name, key, count)
        return known[at]

    return taken
