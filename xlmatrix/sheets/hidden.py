"""The sheets nobody needs to open: calendar intervals, and the week they repeat."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, TypeAlias

from xlmatrix.formula import BLANK, Expr, F, col, if_, iferror, lit, place_of, ref, span
from xlmatrix.model.calendars import day_seconds
from xlmatrix.rules import names
from xlmatrix.rules.clocks.calendar_rows import (
    DAY_S,
    CalendarKeys,
    Interval,
    is_always,
    rows_of,
)
from xlmatrix.rules.instants import (
    boundary_of,
)
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.parts import Drawn, Scene
from xlmatrix.sheets.plan import Formula, Visibility
from xlmatrix.sheets.shifts import OPEN, is_open, taken_in, taken_on
from xlmatrix.tables.hours import (
    CALENDARS,
    COUNTED,
    EXCEPTIONS,
    HOLIDAYS,
    HOURS,
    PER_DAY,
    SPEAKS_OF,
)
from xlmatrix.tables.meaning import bounds_of
from xlmatrix.tables.shifts import BEGINS, ENDS
from xlmatrix.worktime.hours import DAY_NAMES

WEEK, CALENDAR = "Week", "Calendar"
_ONE_DAY: Final = timedelta(days=1)


def week_sheet(scene: Scene, last_rows: list[tuple[int, int]]) -> Drawn:
    """Each calendar's mode, working day and total, and the shifts of each weekday in seconds.

    ``last_rows`` gives the last row of each calendar on the Calendar sheet, and its total.
    """
    draft = Draft(WEEK, visibility=Visibility.HIDDEN, protected=True)
    draft.row(1, 1, ["No", "Calendar", "Mode", "Day s", "Total s", "Open"], "header")
    count = len(scene.calendars)
    for number, calendar in enumerate(scene.calendars, start=1):
        written = scene.spec.calendars[number - 1]
        always = is_always(calendar)
        typed = place_of(ref(number + 1, 2), col(CALENDARS.name, "Calendar"))
        mode: Expr = lit(calendar.plan.mode.value)
        for known, label in MODE_LABELS.items():
            chosen = F.INDEX(col(CALENDARS.name, "A holiday closes"), typed).eq(label)
            mode = F.IF(chosen, known, mode)
        # What is typed wrongly counts as it was made.
        mode = iferror(mode, calendar.plan.mode.value)
        hours = F.INDEX(col(CALENDARS.name, "Working day (h)"), typed)
        low, high = bounds_of(CALENDARS["Working day (h)"])
        inside = F.AND(F.ISNUMBER(hours), hours >= low, hours <= high)
        asked = F.IF(inside, F.ROUND(hours * 3600, 0), day_seconds(written))
        day = iferror(asked, day_seconds(written))
        last_row, total = last_rows[number - 1]
        draft.row(number + 1, 1, [number, written.name], "helper")
        draft.put(
            number + 1,
            3,
            "always" if always else Formula(mode, calendar.plan.mode.value),
            "helper",
        )
        draft.put(number + 1, 4, Formula(day, day_seconds(written)), "helper.seconds")
        last = ref(last_row, 14, CALENDAR)
        draft.put(number + 1, 5, Formula(last, total), "helper.seconds")
        if not always:
            draft.put(number + 1, OPEN, Formula(*is_open(scene, number)), "helper")
    _week_grid(draft, scene)
    _earlier_weeks(draft, scene)
    draft.widths.update({2: 22})
    defined: dict[str, Expr] = {
        names.CAL_NAMES.text: span(2, 2, count + 1, 2, WEEK),
        "Cal_Mode": span(2, 3, count + 1, 3, WEEK),
        names.CAL_DAY.text: span(2, 4, count + 1, 4, WEEK),
        names.CAL_TOTAL.text: span(2, 5, count + 1, 5, WEEK),
    }
    return Drawn(draft.plan(), defined)


#: What the Hours sheet calls the two ways in which a holiday closes a calendar.
MODE_LABELS = {"clip": "the whole day", "shift": "shifts that begin that day"}


def grid_row(scene: Scene, number: int, weekday: int, earlier: int | None = None) -> int:
    """The row of a calendar's weekday (Monday is 0) on the Week sheet.

    ``earlier`` says which of its hours of before are meant; they stand below those of now.
    """
    place, weeks = number - 1, len(scene.calendars)
    if earlier is not None:
        before = sum(len(calendar.plan.earlier) for calendar in scene.calendars[:place])
        place = weeks + before + earlier
    return weeks + 4 + place * 7 + weekday


def _week_grid(draft: Draft, scene: Scene) -> None:
    top = len(scene.calendars) + 3
    draft.row(top, 1, ["No", "Day"], "header")
    for slot in range(1, scene.slots + 1):
        draft.row(top, 1 + 2 * slot, [f"Open {slot} s", f"Close {slot} s"], "header")
    for number, calendar in enumerate(scene.calendars, start=1):
        if is_always(calendar):
            continue
        for weekday, day in enumerate(DAY_NAMES):
            row = grid_row(scene, number, weekday)
            draft.row(row, 1, [number, day], "helper")
            shifts = calendar.plan.hours.days[weekday]
            key = lit((weekday + 1) * PER_DAY + number)
            name = scene.spec.calendars[number - 1].name
            at = dict(zip(taken_in(scene, HOURS.name, f"{name} · {day}", len(shifts)), shifts,
                          strict=True))  # fmt: skip
            some, made = ref(number + 1, OPEN), dict(enumerate(shifts, start=1))
            for slot in range(1, scene.slots + 1):
                shift = at.get(slot)
                opens, closes = slot_exprs(HOURS.name, key, slot, ref(row, 1 + 2 * slot))
                first, last = (lit(edge) for edge in made.get(slot, ("", "")))
                opens, closes = (
                    F.IF(some.eq(1), expr, edge) for expr, edge in ((opens, first), (closes, last))
                )
                draft.put(row, 1 + 2 * slot, Formula(opens, shift[0] if shift else ""), "helper")
                draft.put(row, 2 + 2 * slot, Formula(closes, shift[1] if shift else ""), "helper")


def _earlier_weeks(draft: Draft, scene: Scene) -> None:
    """The hours of before, as they were: what is typed on Hours holds from the next version on."""
    for number, calendar in enumerate(scene.calendars, start=1):
        for place, one in enumerate(calendar.plan.earlier):
            for weekday, day in enumerate(DAY_NAMES):
                row = grid_row(scene, number, weekday, place)
                draft.row(row, 1, [number, f"{day} before {one.until}"], "helper")
                shifts = one.hours.days[weekday]
                for slot in range(1, scene.slots + 1):
                    shift = shifts[slot - 1] if slot <= len(shifts) else (None, None)
                    for offset, seconds in enumerate(shift):
                        # An empty cell would read as midnight.
                        value = Formula(BLANK, "") if seconds is None else seconds
                        draft.put(row, 1 + 2 * slot + offset, value, "helper")


def slot_exprs(table: str, key: Expr, slot: int, opens_cell: Expr) -> tuple[Expr, Expr]:
    """Open and close of one shift in seconds, from the row of a table that counts for a key."""
    begins, ends = col(table, f"{BEGINS} {slot}"), col(table, f"{ENDS} {slot}")
    row = (col(table, COUNTED), key)
    opens = if_(F.COUNTIFS(*row, begins, lit(">=0")).eq(0), BLANK, F.SUMIFS(begins, *row))
    return opens, if_(opens_cell.empty(), BLANK, F.SUMIFS(ends, *row))


# Where the Calendar sheet says whether a date is a holiday, and whether it is an exception.
_HOLIDAY: Final = 4
_EXCEPTION: Final = 5
# Beside the rows: how wide their keys are.
_WIDTHS: Final = 16

_HEADERS = (
    "No",
    "Date",
    "Slot",
    "Holiday",
    "Exception",
    "Opens s",
    "Closes s",
    "Start s",
    "End s",
    "Start key",
    "Worked s",
    "Worked key",
    "Offset s",
    "Worked end s",
)


def calendar_sheet(scene: Scene) -> tuple[Drawn, list[tuple[int, int]]]:
    """All working intervals of all calendars; of each calendar its last row and working total."""
    draft = Draft(CALENDAR, visibility=Visibility.HIDDEN, protected=True)
    draft.row(1, 1, list(_HEADERS), "header")
    row, last_rows = 1, []
    keys = CalendarKeys.of(scene.calendars, scene.slots)
    for number, calendar in enumerate(scene.calendars, start=1):
        intervals = rows_of(calendar, number, scene.slots, taken_on(scene, number))
        _calendar_cells(draft, (scene, keys), row + 1, intervals)
        row += len(intervals)
        last_rows.append((row, intervals[-1].worked_end))
    defined: dict[str, Expr] = {
        known.text: span(2, column, row, column, CALENDAR)
        for known, column in (
            (names.CAL_START_KEY, 10),
            (names.CAL_CUM_KEY, 12),
            (names.CAL_OFF, 13),
            (names.CAL_CUM_END, 14),
        )
    }
    draft.row(1, _WIDTHS, ["Seconds of a calendar", "Rows of a calendar"], "header")
    draft.row(2, _WIDTHS, [keys.span, keys.rows], "helper.seconds")
    defined |= {
        names.CAL_SPAN.text: ref(2, _WIDTHS, CALENDAR),
        names.CAL_ROWS.text: ref(2, _WIDTHS + 1, CALENDAR),
    }
    draft.widths.update(dict.fromkeys(range(1, _WIDTHS + 2), 15))
    return Drawn(draft.plan(), defined), last_rows


# Column to expression, written for one row and filled down to others.
_RowExprs: TypeAlias = dict[int, Expr]


def _calendar_cells(
    draft: Draft, given: tuple[Scene, CalendarKeys], top: int, intervals: list[Interval]
) -> None:
    """The rows of one calendar from row ``top``.

    Rows of one weekday and slot hold the same formulas, so these are built for the first of them.
    """
    scene, keys = given
    last = scene.spec.horizon.end
    known: dict[tuple[object, ...], tuple[int, _RowExprs]] = {}
    plan = scene.calendars[intervals[0].calendar - 1].plan
    for row, it in enumerate(intervals, start=top):
        weeks = [plan.earlier_on(day) for day in (it.day, it.day + _ONE_DAY)]
        key = (it.slot, it.day.weekday(), it.day > last, *weeks)
        if key not in known:
            known[key] = row, _row_exprs(scene, row, row - top, it)
        origin, exprs = known[key]
        draft.put(row, 1, it.calendar, "helper")
        draft.put(row, 2, it.day, "helper.date")
        draft.put(row, 3, it.slot, "helper")
        values = _values(it, keys)
        for column, expr in exprs.items():
            role = "helper" if column in (_HOLIDAY, _EXCEPTION) else "helper.seconds"
            draft.put(row, column, Formula(expr, values[column], row - origin), role)


def _values(it: Interval, keys: CalendarKeys) -> dict[int, int | str]:
    return {
        _HOLIDAY: int(it.holiday),
        _EXCEPTION: int(it.excepted),
        6: _blank(it.opens),
        7: _blank(it.closes),
        8: it.start,
        9: it.end,
        10: keys.start(it),
        11: it.worked,
        12: keys.worked(it),
        13: it.offset,
        14: it.worked_end,
    }


def _row_exprs(scene: Scene, row: int, index: int, it: Interval) -> _RowExprs:
    """The formulas of the row ``index`` (from 0) of a calendar, relative to that row."""
    if index == 0:
        always = is_always(scene.calendars[it.calendar - 1])
        last = names.HORIZON_END if always else names.HORIZON_START
        edges: tuple[Expr, Expr] = (names.HORIZON_START, last)
        exprs: _RowExprs = {}
    else:
        edges = _edges(scene, row, it)
        exprs = _day_exprs(scene, row, it)
    return exprs | dict(enumerate((*edges, *_sums(row, index)), start=8))


def _here(row: int, column: int) -> Expr:
    """A cell that moves when the formula is filled down."""
    return ref(row, column, absolute=False)


def _day_row(row: int, it: Interval) -> int:
    """The row of the first slot of this date, where its holiday and exception stand."""
    return row - max(it.slot - 1, 0)


def _day_exprs(scene: Scene, row: int, it: Interval) -> _RowExprs:
    exprs: _RowExprs = {}
    top = _day_row(row, it)
    day = _here(row, 2)
    key = day * PER_DAY + it.calendar
    if it.slot == 1:
        holidays = col(HOLIDAYS.name, SPEAKS_OF)
        listed = F.COUNTIF(holidays, key) + F.COUNTIF(holidays, day * PER_DAY)
        excepted = F.COUNTIF(col(EXCEPTIONS.name, COUNTED), key)
        exprs[_HOLIDAY] = F.IF(listed > 0, 1, 0)
        exprs[_EXCEPTION] = F.IF(excepted > 0, 1, 0)
    if it.day > scene.spec.horizon.end:
        return exprs
    earlier = scene.calendars[it.calendar - 1].plan.earlier_on(it.day)
    grid = grid_row(scene, it.calendar, it.day.weekday(), earlier)
    week_open = ref(grid, 1 + 2 * it.slot, WEEK)
    week_close = ref(grid, 2 + 2 * it.slot, WEEK)
    own_open, _ = slot_exprs(EXCEPTIONS.name, key, it.slot, _here(row, 6))
    ends = col(EXCEPTIONS.name, f"{ENDS} {it.slot}")
    closed = F.SUMIFS(ends, col(EXCEPTIONS.name, COUNTED), key)
    midnight, mode = day * DAY_S, _mode_on(scene, it, it.day)
    holiday, exception = _here(top, _HOLIDAY), _here(top, _EXCEPTION)
    by_week = if_(week_open.empty(), BLANK, midnight + week_open)
    by_week = if_(F.AND(holiday.eq(1), mode.eq("shift")), BLANK, by_week)
    by_exception = if_(own_open.empty(), BLANK, midnight + own_open)
    exprs[6] = if_(exception.eq(1), by_exception, by_week)
    close = midnight + F.IF(exception.eq(1), closed, week_close)
    exprs[7] = if_(_here(row, 6).empty(), BLANK, close)
    return exprs


def _blank(value: int | None) -> int | str:
    return "" if value is None else value


def _edges(scene: Scene, row: int, it: Interval) -> tuple[Expr, Expr]:
    before_end, opens, closes = _here(row - 1, 9), _here(row, 6), _here(row, 7)
    if it.day > scene.spec.horizon.end:
        return before_end, _here(row, 8)
    top = _day_row(row, it)
    tomorrow = top + scene.slots
    next_midnight = (_here(row, 2) + 1) * DAY_S
    mode, then = (_mode_on(scene, it, day) for day in (it.day, it.day + _ONE_DAY))
    today_shut = F.AND(mode.eq("clip"), _here(top, 4).eq(1), _here(top, 5).eq(0))
    tomorrow_shut = F.AND(then.eq("clip"), _here(tomorrow, 4).eq(1), _here(tomorrow, 5).eq(0))
    # Both arms are numbers only when the slot is open, which the outer IF has made sure of.
    wall_start = F.IF(today_shut, F.MAX(opens, next_midnight), opens)
    wall_end = F.IF(tomorrow_shut, F.MIN(closes, next_midnight), closes)
    start = F.IF(opens.empty(), before_end, F.MAX(before_end, boundary_of(wall_start)))
    end = F.IF(opens.empty(), _here(row, 8), F.MAX(_here(row, 8), boundary_of(wall_end)))
    return start, end


def _mode_on(scene: Scene, it: Interval, day: date) -> Expr:
    """What a holiday on a date closes: as chosen on Hours, or as it was before."""
    plan = scene.calendars[it.calendar - 1].plan
    earlier = plan.earlier_on(day)
    if earlier is None:
        return ref(it.calendar + 1, 3, WEEK)
    return lit(plan.earlier[earlier].mode.value)


def _sums(row: int, index: int) -> tuple[Expr, ...]:
    start, end, worked = _here(row, 8), _here(row, 9), _here(row, 11)
    before: Expr = _here(row - 1, 14) if index else lit(0)

    def key(seconds: Expr) -> Expr:
        # The rows of a calendar counted from 0 make the key rise where the seconds do not.
        number = F.ROW(_here(row, 1)) - (row - index)
        inside = F.MIN(seconds, names.CAL_SPAN - 1)
        return (_here(row, 1) * names.CAL_SPAN + inside) * names.CAL_ROWS + number

    starts = key(start - names.HORIZON_START)
    return starts, before, key(worked), start - worked, worked + end - start
