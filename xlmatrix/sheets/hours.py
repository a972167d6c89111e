"""Hours and Holidays: when work is done. Every deadline follows from these cells."""

from __future__ import annotations

from datetime import date
from typing import Final

from xlmatrix.formula import Expr, F, col, if_, iferror, lit, place_of, ref, this
from xlmatrix.model.calendars import day_seconds
from xlmatrix.rules.clocks.calendar_rows import DAY_S, is_always
from xlmatrix.rules.names import ALL_CALENDARS, CAL_NAMES
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.hidden import MODE_LABELS
from xlmatrix.sheets.layout import Filled, laid_out
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading, padded
from xlmatrix.sheets.plan import Table
from xlmatrix.tables import hours as tables
from xlmatrix.tables import shifts as slots_of_day
from xlmatrix.tables.column import hidden_step
from xlmatrix.tables.table import Table as Declared
from xlmatrix.tables.vocabulary import NEVER_CLOSED
from xlmatrix.worktime.hours import DAY_NAMES, Shifts
from xlmatrix.worktime.serials import FIRST_SERIAL, LAST_SERIAL

HOURS, HOLIDAYS = "Hours", "Holidays"
_SPARE_EXCEPTIONS: Final = 10
_SPARE_HOLIDAYS: Final = 15


def hours_sheet(scene: Scene) -> Drawn:
    """Calendars, weekly hours and exceptions."""
    draft = Draft(HOURS)
    heading(
        draft,
        "Working hours",
        "Change a yellow cell and every deadline follows. "
        f"All times are {scene.spec.zone} wall-clock time.",
    )
    back_link(draft, 3, 2)
    draft.put(5, 2, "Calendars", "heading")
    calendars = draft.table(_calendars(scene, 6))
    row = calendars.last_row + 2
    draft.put(row, 2, "Weekly hours", "heading")
    draft.put(row + 1, 2, "A close at or before its open is on the next day.", "note")
    weekly = draft.table(_weekly(scene, row + 2))
    row = weekly.last_row + 2
    draft.put(row, 2, "Exceptions: hours of single dates", "heading")
    draft.put(row + 1, 2, "A date without times is closed. It comes before a holiday.", "note")
    draft.table(_exceptions(scene, row + 2))
    draft.set_page(landscape=False, fit_height=1)
    return Drawn(draft.plan(), {"Calendars_Header": ref(calendars.row, calendars.column, HOURS)})


def _calendars(scene: Scene, row: int) -> Table:
    spec = scene.spec
    modes = [
        NEVER_CLOSED if is_always(calendar) else MODE_LABELS[calendar.plan.mode.value]
        for calendar in scene.calendars
    ]
    table = tables.CALENDARS
    filled: list[Filled] = [
        (table["Calendar"], [calendar.name for calendar in spec.calendars]),
        (table["A holiday closes"], modes),
        (table["Working day (h)"], [day_seconds(calendar) / 3600 for calendar in spec.calendars]),
    ]
    return laid_out(table, row, 2, filled, filtered=False)


_Times = list[float | None]


def _shift_columns(table: Declared, slots: int, rows: list[_Times], height: int) -> list[Filled]:
    """The columns of the slots; ``rows`` are those of :func:`_times`."""
    headers = [f"{edge} {slot}" for slot in range(1, slots + 1) for edge in ("Open", "Close")]
    return [
        (table[header], padded([times[place] for times in rows], height))
        for place, header in enumerate(headers)
    ]


def _times(shifts: Shifts, slots: int) -> _Times:
    """Open and close of each slot as fractions of a day; a close past midnight starts anew."""
    cells: _Times = []
    for slot in range(slots):
        if slot < len(shifts):
            start, end = shifts[slot]
            cells += [start / DAY_S, (end - DAY_S if end > DAY_S else end) / DAY_S]
        else:
            cells += [None, None]
    return cells


def _weekly(scene: Scene, row: int) -> Table:
    slots = scene.slots
    rows: list[tuple[str, str, _Times, float]] = []
    for number, calendar in enumerate(scene.calendars):
        if is_always(calendar):
            continue
        for weekday, day in enumerate(DAY_NAMES):
            shifts = calendar.plan.hours.days[weekday]
            seconds = sum(end - start for start, end in shifts)
            name = scene.spec.calendars[number].name
            rows.append((name, day, _times(shifts, slots), round(seconds / 3600, 4)))
    if not rows:
        rows.append(("", "", [None] * (2 * slots), 0))
    table = tables.HOURS
    filled: list[Filled] = [
        (table["Calendar"], [name for name, _, _, _ in rows]),
        (table["Day"], [day for _, day, _, _ in rows]),
        *_shift_columns(table, slots, [times for _, _, times, _ in rows], len(rows)),
        (table["Hours"].by(slots_of_day.length_expr(slots)), [hours for _, _, _, hours in rows]),
        *_numbered(table, row, _weekday_number(), len(rows)),
        *_slot_columns(slots, len(rows), over=True),
    ]
    return laid_out(table, row, 2, filled, filtered=False)


def _slot_columns(slots: int, height: int, *, over: bool) -> list[Filled]:
    """The hidden columns of the slots; their cells are reckoned later."""
    exprs: dict[str, Expr] = {}
    for slot in range(1, slots + 1):
        exprs[f"{slots_of_day.ENDS} {slot}"] = slots_of_day.ends_expr(slot)
    if over:
        speaks, counted = this(tables.SPEAKS_OF), col(tables.HOURS.name, tables.COUNTED)
        back = F.IF(speaks < 2 * tables.PER_DAY, 6 * tables.PER_DAY, -tables.PER_DAY)
        reach = F.SUMIFS(col(tables.HOURS.name, slots_of_day.REACH), counted, speaks + back)
        exprs[slots_of_day.REACH] = slots_of_day.reach_expr(slots)
        exprs[slots_of_day.REACHED] = F.IF(speaks.filled(), reach, 0)
    for slot in range(1, slots + 1):
        exprs[f"{slots_of_day.BEGINS} {slot}"] = slots_of_day.begins_expr(slot, over=over)
    return [(hidden_step(known, expr), [""] * height) for known, expr in exprs.items()]


def _calendar_number() -> Expr:
    return place_of(this("Calendar"), CAL_NAMES)


def _weekday_number() -> Expr:
    days = lit("MonTueWedThuFriSatSun")
    place = F.SEARCH(F.LEFT(this("Day") & "---", 3), days)
    return if_(F.MOD(place, 3).eq(1), (place + 2) / 3 * tables.PER_DAY + _calendar_number())


def _date_number(calendar: Expr) -> Expr:
    day = this("Date")
    known = F.AND(day >= FIRST_SERIAL, day <= LAST_SERIAL)
    number = if_(known, F.INT(day) * tables.PER_DAY + calendar)
    return if_(F.ISNUMBER(day), number)


def _numbered(table: Declared, row: int, number: Expr, height: int) -> list[Filled]:
    """The hidden columns that say what each row speaks of; their cells are reckoned later."""
    place = F.ROW() - F.ROW(ref(row, 2))
    speaks = this(tables.SPEAKS_OF)
    first = F.MATCH(speaks, col(table.name, tables.SPEAKS_OF), 0).eq(place)
    exprs = {
        tables.SPEAKS_OF: iferror(number),
        tables.COUNTED: if_(speaks.filled(), if_(first, speaks)),
        tables.CLOSES: iferror(_owner_number()),
    }
    here = [known for known in exprs if known in table.reckoned]
    return [(table[known].by(exprs[known]), [""] * height) for known in here]


def _exceptions(scene: Scene, row: int) -> Table:
    slots = scene.slots
    rows: list[tuple[date, str, _Times]] = []
    for number, calendar in enumerate(scene.calendars):
        if not is_always(calendar):
            for day, shifts in sorted(calendar.plan.exceptions.items()):
                rows.append((day, scene.spec.calendars[number].name, _times(shifts, slots)))
    height = len(rows) + _SPARE_EXCEPTIONS
    table = tables.EXCEPTIONS
    filled: list[Filled] = [
        (table["Date"], padded([day for day, _, _ in rows], height)),
        (table["Calendar"], padded([name for _, name, _ in rows], height)),
        *_shift_columns(table, slots, [times for _, _, times in rows], height),
        (table["Note"], padded([], height)),
        *_numbered(table, row, _date_number(_calendar_number()), height),
        *_slot_columns(slots, height, over=False),
    ]
    return laid_out(table, row, 2, filled, filtered=False)


def holidays_sheet(scene: Scene) -> Drawn:
    """The dates on which calendars are closed."""
    draft = Draft(HOLIDAYS)
    heading(
        draft,
        "Holidays",
        "Add or delete a date and every deadline moves. Around the clock never closes.",
    )
    back_link(draft, 3, 2)
    rows = _holiday_rows(scene)
    height = len(rows) + _SPARE_HOLIDAYS
    weekdays = [DAY_NAMES[day.weekday()] for day, _, _ in rows]
    table = tables.HOLIDAYS
    filled: list[Filled] = [
        (table["Date"], padded([day for day, _, _ in rows], height)),
        (table["Holiday"], padded([title for _, title, _ in rows], height)),
        (table["Calendar"], padded([owner for _, _, owner in rows], height)),
        (table["Weekday"].by(_weekday_expr()), padded(weekdays, height, "")),
        *_numbered(table, 5, _date_number(this(tables.CLOSES)), height),
    ]
    draft.table(laid_out(table, 5, 2, filled))
    draft.set_page(landscape=False, freeze="A6", repeat_rows="5:5")
    return Drawn(draft.plan(), {})


def _owner_number() -> Expr:
    """The number of a holiday's calendar; 0 for all."""
    owner = this("Calendar")
    return F.IF(F.OR(owner.empty(), owner.eq(ALL_CALENDARS)), lit(0), _calendar_number())


def _weekday_expr() -> Expr:
    day = this("Date")
    known = F.AND(day >= FIRST_SERIAL, day <= LAST_SERIAL)
    weekday = F.CHOOSE(F.WEEKDAY(day, 2), *(lit(name) for name in DAY_NAMES))
    return if_(F.ISNUMBER(day), if_(known, weekday))


def _holiday_rows(scene: Scene) -> list[tuple[date, str, str]]:
    """Date, name, calendar; one row for all calendars where all that close share the date."""
    closing = [
        (scene.spec.calendars[number].name, calendar.plan.holidays)
        for number, calendar in enumerate(scene.calendars)
        if not is_always(calendar)
    ]
    rows: dict[tuple[date, str, str], None] = {}
    for name, holidays in closing:
        for day, title in holidays.items():
            shared = all(day in other for _, other in closing)
            owner = ALL_CALENDARS if shared else name
            if shared and any(key[0] == day for key in rows):
                continue
            rows[day, title, owner] = None
    return sorted(rows)
