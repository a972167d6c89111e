"""The hidden sheet of working days that reports count on, and the choices of their tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from xlmatrix.formula import Expr, F, col, exact, if_, iferror, lit, name, ref, span
from xlmatrix.model.obligations import MEMBER, MEMBER_FACT, Obligation
from xlmatrix.rules.policy import calendar_number
from xlmatrix.rules.reporting.states import NO_REPORT
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.parts import Drawn, Scene
from xlmatrix.sheets.plan import Formula, Value, Visibility
from xlmatrix.sheets.reporting import day_exprs
from xlmatrix.sheets.reporting.authorities import (
    MATRIX_NO,
    MEMBER_NO,
    Authorities,
    national,
    notice_calendar,
)
from xlmatrix.sheets.reporting.parsing import MEMBER_KNOWN, MEMBER_ZONE
from xlmatrix.sheets.reporting.reports import Desk
from xlmatrix.sheets.reporting.typed import (
    anchors_asked,
    answers_of,
    facts_asked,
    happened_words,
)
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.hours import HOLIDAYS, PER_DAY, SPEAKS_OF
from xlmatrix.tables.reporting import SCOPE

NAME: Final = "Workdays"
_UNITS: Final = ("immediately", "hours", "days", "weeks", "business days", "months")
_ROLLS: Final = ("none", "eu-1182-71", "noon", "next-working-day")
#: What the moments and facts of the list before it mean.
SAYS: Final = name("List_Happened_Says")
_SAYS: Final = words.listed("meaning", "List_Happened_Says", "a meaning")
#: The answers of the facts of the list before it between commas; of a moment, anything.
ANSWERS: Final = name("List_Happened_Answers")
_ANSWERS: Final = words.listed("answers", "List_Happened_Answers", "an answer")
_ANYTHING: Final = "-"
#: The obligations of the spec, and what a notice of each must say.
MUST_IDS: Final = name("List_Must_Ids")
MUST_SAY: Final = name("List_Must_Say")
#: What stands in a list of nothing.
_NONE: Final = "(none)"
#: First columns of the parts of the sheet.
_DAYS, _MEMBERS, _LISTS = 1, 7, 12


def workdays_sheet(desk: Desk) -> Drawn:
    """Every date of every calendar, the member states, and the lists of choices."""
    draft = Draft(NAME, visibility=Visibility.HIDDEN, protected=True)
    defined = _member_cells(draft, desk) | _days(draft, desk) | _lists(draft, desk)
    draft.widths.update(dict.fromkeys(range(1, 24), 14))
    return Drawn(draft.plan(), defined)


def _member_cells(draft: Draft, desk: Desk) -> dict[str, Expr]:
    """The member states with their zones by number, and that of the matrix."""
    places, member = desk.places, desk.told.member
    codes = sorted(places.members) if len(places.calendars) >= MEMBER_NO else []
    codes = codes or ["-"]
    draft.row(1, _MEMBERS, ["Member", "Zone no", "The matrix's", "Its zone"], "header")
    for row, code in enumerate(codes, start=2):
        number = places.zone_number(places.members.get(code, ""), "")
        draft.row(row, _MEMBERS, [code, number], "helper")
    last = len(codes) + 1
    answer = F.INDEX(col(SCOPE.name, "told"), F.MATCH(lit(MEMBER_FACT), col(SCOPE.name, "Fact"), 0))
    asked = any(fact.id == MEMBER_FACT for fact in facts_asked(desk.scene)[0])
    said = iferror(F.TRIM(answer & "")) if asked else lit("")
    draft.put(2, _MEMBERS + 2, Formula(F.TRIM(said), member.strip()), "helper")
    known = span(2, _MEMBERS, last, _MEMBERS)
    numbers = span(2, _MEMBERS + 1, last, _MEMBERS + 1)
    found = F.INDEX(numbers, F.MATCH(exact(ref(2, _MEMBERS + 2)), known, 0))
    zone, without = places.zone_number(MEMBER, member), places.zone_number(MEMBER, "")
    draft.put(2, _MEMBERS + 3, Formula(iferror(found, without), zone), "helper")
    is_known = int(bool(places.member_zone(member)))
    draft.put(3, _MEMBERS + 3, Formula(F.IF(F.ISNUMBER(found), 1, 0), is_known), "helper")
    return {
        MEMBER_ZONE.text: ref(2, _MEMBERS + 3, NAME),
        MEMBER_KNOWN.text: ref(3, _MEMBERS + 3, NAME),
    }


def _days(draft: Draft, desk: Desk) -> dict[str, Expr]:
    """A row a date of each calendar: whether it is a working day, and their count so far."""
    places = desk.places
    draft.row(1, _DAYS, ["Date", "Closed", "Working", "Key", "Certain"], "header")
    dates = _dates(places)
    draft.put(1, _LISTS - 1, "Dates", "header")
    draft.put(2, _LISTS - 1, len(dates), "helper")
    row = 1
    for number in range(1, len(places.calendars) + 1):
        draft.put(number + 1, _DAYS + 4, int(places.certain(number)), "helper")
        row = _calendar(draft, desk, number, dates, row)
    return {
        day_exprs.WD_FIRST.text: ref(2, _DAYS, NAME),
        day_exprs.WD_LAST.text: ref(row, _DAYS, NAME),
        day_exprs.WD_DATES.text: ref(2, _LISTS - 1, NAME),
        day_exprs.WD_OPEN.text: span(2, _DAYS + 2, row, _DAYS + 2, NAME),
        day_exprs.WD_KEY.text: span(2, _DAYS + 3, row, _DAYS + 3, NAME),
        day_exprs.WD_CERTAIN.text: span(2, _DAYS + 4, len(places.calendars) + 1, _DAYS + 4, NAME),
    }


def _dates(places: Authorities) -> list[date]:
    count = (places.last - places.first).days + 1
    return [places.first + timedelta(days=offset) for offset in range(count)]


def _calendar(draft: Draft, desk: Desk, number: int, dates: Sequence[date], row: int) -> int:
    """The rows of one calendar below ``row``; its last one."""
    days = desk.places.days(number, desk.told.member)
    closed = _closed_by_member(desk, number)
    count = number * day_exprs.WD_SCALE
    for place, day in enumerate(dates):
        row += 1
        works = days.is_working(day)
        count += works
        draft.put(row, _DAYS, day, "helper.date")
        weekend = day.weekday() > 4
        states = closed.get(day, "")
        if states:
            draft.put(row, _DAYS + 1, states, "helper")
        expr = None if weekend else _works(desk.scene, number, row, closed=bool(states))
        cell: Value | Formula = int(works) if expr is None else Formula(expr, int(works))
        draft.put(row, _DAYS + 2, cell, "helper.seconds")
        before = number * day_exprs.WD_SCALE if place == 0 else ref(row - 1, _DAYS + 3)
        if expr is None and number not in (MATRIX_NO, MEMBER_NO):
            draft.put(row, _DAYS + 3, count, "helper.seconds")
        else:
            key = ref(row, _DAYS + 2) + before
            draft.put(row, _DAYS + 3, Formula(key, count), "helper.seconds")
    return row


def _closed_by_member(desk: Desk, number: int) -> dict[date, str]:
    """The member states that are closed on a date, between bars."""
    if number != MEMBER_NO:
        return {}
    found: dict[date, str] = {}
    places = desk.places
    for code in sorted(places.members):
        for day in national(code, places.first.year, places.last.year):
            found[day] = found.get(day, "|") + f"{code}|"
    return found


def _works(scene: Scene, number: int, row: int, *, closed: bool) -> Expr | None:
    """The formula of a weekday; None where nothing that people type decides it."""
    if number == MATRIX_NO:
        return if_(_holiday_expr(scene, row) > 0, 0, 1)
    if number == MEMBER_NO and closed:
        member = ref(2, _MEMBERS + 2)
        found = F.FIND("|" & F.UPPER(member) & "|", ref(row, _DAYS + 1))
        return if_(F.AND(member.ne(""), F.ISNUMBER(found)), 0, 1)
    return None


def _holiday_expr(scene: Scene, row: int) -> Expr:
    """How many holidays of the calendar, or of all, fall on the date of a row."""
    chosen = notice_calendar(scene.spec)
    dates, key = col(HOLIDAYS.name, SPEAKS_OF), ref(row, _DAYS) * PER_DAY
    closed: Expr = F.COUNTIF(dates, key)
    if not chosen:
        return closed
    return closed + F.COUNTIF(dates, key + calendar_number(scene.spec, chosen))


def must_say(full: Obligation) -> str:
    """The fields that a notice must have, as the law's list has them."""
    return "; ".join(demand.says for demand in full.demands)


def _lists(draft: Draft, desk: Desk) -> dict[str, Expr]:
    """The choices of the tables, a column each."""
    happened = happened_words(desk.scene)
    asked = facts_asked(desk.scene)[1]
    moments = len(happened) - len(asked)
    rules = desk.scene.spec.obligations.resolved()
    zones = [zone.name for zone in desk.places.zones]
    has_member = len(desk.places.calendars) >= MEMBER_NO
    lists: tuple[tuple[words.Vocabulary, Sequence[str]], ...] = (
        (words.NOTICE_UNITS, _UNITS),
        (words.ROLLS, _ROLLS),
        (words.DECISIONS, ("report", NO_REPORT)),
        (words.MOMENTS, anchors_asked(desk.scene) or [_NONE]),
        (words.HAPPENED, list(happened) or [_NONE]),
        (_SAYS, list(happened.values()) or [""]),
        (words.FACTS, [one.id for one in desk.scene.spec.obligations.every_fact().values()]),
        (_ANSWERS, [*[_ANYTHING] * moments, *map(answers_of, asked)] or [_ANYTHING]),
        (words.listed("obligation", MUST_IDS.text, "an obligation"), [one.id for one in rules]),
        (words.listed("demand", MUST_SAY.text, "a demand"), [must_say(one) for one in rules]),
        (words.TAKES, words.TAKES.words),
        (words.CLOCK_MODES, words.CLOCK_MODES.words),
        (words.FORCES, words.FORCES.words),
        (words.AUTHORITY_ZONES, [*([MEMBER] if has_member else []), *zones]),
        (words.ZONES_THERE, zones),
        (words.AUTHORITY_CALENDARS, desk.places.calendars),
    )
    defined: dict[str, Expr] = {}
    for column, (vocabulary, choices) in enumerate(lists, start=_LISTS):
        draft.put(1, column, vocabulary.id, "header")
        for place, choice in enumerate(choices, start=2):
            draft.put(place, column, choice, "helper")
        defined[vocabulary.list_name] = span(2, column, 1 + len(choices), column, NAME)
    return defined
