"""The tables of drills."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from xlmatrix.formula import F, lit, name, these, this
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, given, typed
from xlmatrix.tables.doubt import Doubt, Lists, Row
from xlmatrix.tables.flags import flag_column
from xlmatrix.tables.kinds import (
    AMOUNT,
    DATE,
    KEY,
    NUMBER,
    SHARE,
    STAMP,
    TEXT,
    Raw,
    choice,
    naming,
    number_of,
)
from xlmatrix.tables.spans import too_long
from xlmatrix.tables.table import Table
from xlmatrix.tables.validation import Validation

#: Business days within which every action of the debrief has an owner.
ACTION_DAYS: Final = 5
#: The times that a drill measures from its detection on, by their short names.
MEASURED: Final = {
    "TTA": "acknowledge",
    "TTE": "escalate to level 2",
    "TTFC": "first customer draft",
    "TTD": "decide what to report",
    "TTC": "contain",
}
#: The clocks of a drill, as an inject names the one that it starts or that is to be met.
CLOCKS: Final = words.DRILL_CLOCKS.words
#: An inject comes within a day; one that is later is no time within a drill.
LATEST_MIN: Final = 1440
#: When the agent was stopped, and within how long a scenario wants that.
STOPPED: Final = "Agent stopped (min)"
STOP_WITHIN: Final = "Stop within (min)"
_AS_OF: Final = "AsOf"
#: A drill that was played faster than life has stamps after the present, but none so late.
FAR_DAYS: Final = 180
_FROM_ZERO: Final = Validation(
    "decimal",
    0,
    operator="greaterThanOrEqual",
    title="Not a number",
    message="Type a number from 0.",
)
_MINUTES: Final = replace(_FROM_ZERO, title="Not minutes", message="Type minutes after the start.")


def _later(column_ids: Sequence[str]) -> tuple[Doubt, ...]:
    """Stamps of a drill that lie so far after *As of* that another year is meant."""
    return tuple(map(_far_from_now, (one for one in DRILLS.instants() if one in column_ids)))


def _apart(side: str, edge: str, *column_ids: str) -> Doubt:
    """Stamps between the two columns, both included, that lie on the wrong side of another."""
    these_ = these(*column_ids)
    wrong = F.MIN(these_) < this(edge) if side == "before" else F.MAX(these_) > this(edge)

    def holds(row: Row, _: Sequence[Row], __: Lists) -> bool:
        at = number_of(row.get(edge))
        first, last = (DRILLS.ids.index(one) for one in column_ids)
        told = [number_of(row.get(one)) for one in DRILLS.ids[first : last + 1]]
        stamps = [one for one in told if one is not None]
        if at is None or not stamps:
            return False
        return min(stamps) < at if side == "before" else max(stamps) > at

    when = F.IF(F.AND(F.ISNUMBER(this(edge)), F.COUNT(these_) > 0), wrong, lit(False))
    return Doubt("typed-stamp", f"a stamp lies {side} {edge}", when, holds)


def _more_answers(row: Row, _: Sequence[Row], __: Lists) -> bool:
    tried, answered = (number_of(row.get(f"Contacts {one}")) for one in ("tried", "answered"))
    return tried is not None and answered is not None and answered > tried


_TRIED, _ANSWERED = this("Contacts tried"), this("Contacts answered")
_MORE_ANSWERS: Final = Doubt(
    "typed-number",
    "more answered than were tried",
    F.IF(F.AND(F.ISNUMBER(_TRIED), F.ISNUMBER(_ANSWERED)), _ANSWERED > _TRIED, lit(False)),
    _more_answers,
)


#: *Contained again* stands beside *Ended*, which lies between it and the others.
_ORDER: Final = (
    _apart("before", "Detected", "Acknowledged", "Contained again"),
    _apart("after", "Ended", "Acknowledged", "Contained"),
    _apart("after", "Ended", "Contained again", "Contained again"),
)


def _record_doubts(column_ids: Sequence[str]) -> tuple[Doubt, ...]:
    whole = set(DRILLS.instants()) <= set(column_ids)
    return (*_later(column_ids), *(_ORDER if whole else ()), _MORE_ANSWERS)


def _far_from_now(column_id: str) -> Doubt:
    def holds(row: Row, _: Sequence[Row], lists: Lists) -> bool:
        stamp, now = number_of(row.get(column_id)), number_of(next(iter(lists(_AS_OF)), None))
        return stamp is not None and now is not None and stamp > now + FAR_DAYS

    later = this(column_id) > name(_AS_OF) + FAR_DAYS
    return Doubt("typed-stamp", f"{column_id} is half a year after As of", later, holds)


def _one_leads(row: Row, _: Sequence[Row], __: Lists) -> bool:
    leads, watches = (row.get(one) for one in ("Facilitator", "Evaluator"))
    both = isinstance(leads, str) and isinstance(watches, str) and leads != ""
    return both and str(leads).casefold() == str(watches).casefold()


_ONE_LEADS: Final = Doubt(
    "typed-word",
    "the evaluator leads the drill",
    F.IF(this("Facilitator").filled(), this("Facilitator").eq(this("Evaluator")), lit(False)),
    _one_leads,
)

DRILL_PLAN: Final = Table(
    "tDrillPlan",
    (
        given("Drill", "key", 9, KEY),
        typed("Planned", STAMP, "input.stamp", 16.5),
        computed("Day", "formula.center", 13.5),
        typed("Scenario", choice(words.SCENARIOS), "input.wrap", 32),
        computed("Classes", "formula.wrap", 17),
        computed("Severity", "formula.center", 9.5),
        computed("Format", "formula.center", 11),
        computed("Off hours", "formula.center", 9),
        typed("Facilitator", choice(words.PEOPLE), "input", 20),
        typed("Evaluator", choice(words.PEOPLE), "input", 20),
        computed("Status", "formula.center", 13),
        flag_column(18),
    ),
    flag="Check",
    doubts=lambda _: (_ONE_LEADS,),
    about="The drills of the year: when, which scenario, who leads, and how each stands",
)

DECISION: Final = Table(
    "tDecision",
    (
        given("Severity", "key", 9, naming(KEY, words.SEVERITIES)),
        typed("Within", AMOUNT, "input.int", 16.5),
        typed("Unit", choice(words.UNITS), "input.center", 13.5),
        typed("Calendar", choice(words.CALENDARS), "input", 32),
        computed("Seconds", "helper.int", 17, NUMBER),
        computed("Days", "helper.int", 9.5, NUMBER),
        computed("Calendar no.", "helper.int", 11, NUMBER),
        flag_column(18),
    ),
    flag="Check",
    doubts=lambda _: (too_long("Within", "Unit"),),
    about="Within how long it must be decided what to report, by severity",
)

#: How often each plays at least, and what is said of a role's seats.
EACH: Final = "Drill_Each"
OK, NO_BACKUP = "ok", "no backup"
PRIMARY_SELDOM: Final = "primary too seldom"
BACKUP_SELDOM: Final = "backup too seldom"
BOTH_SELDOM: Final = "both too seldom"
_PRIMARY, _BACKUP = words.SEATS.words


def seats_check(primary: float, backup: float, each: float, *, has_backup: bool) -> str:
    """What is said of a role that its two people play so often."""
    if not has_backup:
        return NO_BACKUP
    if primary < each:
        return BOTH_SELDOM if backup < each else PRIMARY_SELDOM
    return BACKUP_SELDOM if backup < each else OK


def _played(letter: str) -> Callable[[Sequence[Row], Lists], list[Raw]]:
    """In how many drills each role is played by its primary, or by its backup."""
    return lambda rows, _: [_count(row, letter) for row in rows]


def _count(row: Row, letter: str) -> int:
    seats = (seat for known, seat in row.items() if known.startswith("Drill "))
    return sum(isinstance(seat, str) and seat.casefold() == letter.casefold() for seat in seats)


def _seats_checks(rows: Sequence[Row], lists: Lists) -> list[Raw]:
    each = number_of(next(iter(lists(EACH)), None)) or 0
    return [
        seats_check(
            _count(row, _PRIMARY),
            _count(row, _BACKUP),
            each,
            has_backup=row.get("Backup") not in (None, ""),
        )
        for row in rows
    ]


SEATS: Final = Table(
    "tSeats",
    (
        given("Role", "key", 25, naming(KEY, words.ROLES)),
        computed("Primary", "formula", 18),
        computed("Backup", "formula", 18),
        computed("P", "formula.int", 6, NUMBER),
        computed("B", "formula.int", 6, NUMBER),
        computed("Check", "formula.wrap", 19),
    ),
    flag="Check",
    verdict=True,
    repeated=(
        typed(
            "Drill *",
            choice(words.SEATS),
            "input.center",
            5.6,
            validation=words.SEATS.dropdown(hint="Empty: the role does not play."),
        ),
    ),
    after="Backup",
    reckoned={"P": _played(_PRIMARY), "B": _played(_BACKUP), "Check": _seats_checks},
    about="Who plays which role in which drill, the primary or the backup",
)

DRILL_CLASSES: Final = Table(
    "tDrillClasses",
    (
        given("Class", "key", 25, KEY),
        computed("Severity", "formula.center", 18),
        computed("Coverage", "formula", 18),
        computed("Drills", "formula.int", 5.6, NUMBER),
    ),
    about="Whether each class of the worst severity is rehearsed",
)

DRILLS: Final = Table(
    "tDrills",
    (
        given("Record", "key", 11, KEY),
        typed("Drill", choice(words.DRILLS), "input.int", 7),
        computed("Scenario", "formula.wrap", 26),
        computed("Expected", "formula.wrap", 10),
        computed("Result", "formula.center", 13),
        typed("Detected", STAMP, "input.stamp", 16.5, note="T0"),
        typed("Acknowledged", STAMP, "input.stamp", 16.5, note="T1"),
        typed("Declared", STAMP, "input.stamp", 16.5, note="T2"),
        typed("Level 2 reached", STAMP, "input.stamp", 16.5, note="T3"),
        typed("Customer draft", STAMP, "input.stamp", 16.5, note="T4"),
        typed("Reporting decided", STAMP, "input.stamp", 16.5, note="T5"),
        typed("Contained", STAMP, "input.stamp", 16.5, note="T6: the drill is judged from here"),
        typed(
            "Ended", STAMP, "input.stamp", 16.5, note="Where the drill ended without containment"
        ),
        typed(
            "Contained again",
            STAMP,
            "input.stamp",
            16.5,
            note="Where it turned worse after it was contained",
        ),
        typed("Severity called", choice(words.SEVERITIES), "input.center", 10),
        typed("Contacts tried", NUMBER, "input.number", 10, validation=_FROM_ZERO),
        typed("Contacts answered", NUMBER, "input.number", 10, validation=_FROM_ZERO),
        typed("Backup played", choice(words.YES_NO), "input.center", 10),
        typed("Kill switch found (min)", NUMBER, "input.number", 10, validation=_FROM_ZERO),
        typed(
            STOPPED,
            NUMBER,
            "input.number",
            10,
            validation=_FROM_ZERO,
            note="Minutes from T0 until it did nothing more; where the scenario sets a limit",
        ),
        typed("Evidence complete", choice(words.YES_NO), "input.center", 10),
        typed("One timeline", choice(words.YES_NO), "input.center", 10),
        typed(
            "Actions owned", STAMP, "input.stamp", 16.5, note="When the last action had an owner"
        ),
        typed("Notes", TEXT, "input.wrap", 34),
        *(
            computed(
                short, "formula.number", 8, NUMBER, note=f"Minutes since its clock began: {what}"
            )
            for short, what in MEASURED.items()
        ),
        computed("Seats", "formula.int", 8, NUMBER, note="Seats of the drill on Drill seats"),
        computed(
            "Reach", "formula.percent", 9, SHARE, note="Answered, of those tried or of the seats"
        ),
        computed("Missed", "formula.wrap", 34),
        computed("Repeat by", "formula.date", 12, DATE),
        computed("Repeat", "formula.center", 11),
        computed(
            "Actions due",
            "formula.stamp",
            25,
            STAMP,
            note=f"Every action has an owner within {ACTION_DAYS} business days.",
        ),
        flag_column(18),
    ),
    flag="Check",
    flag_in_steps=True,
    needs=("Drill",),
    doubts=_record_doubts,
    about="The record of each drill that was held, its times and its verdict",
)

SCENARIOS: Final = Table(
    "tScenarios",
    (
        given("ID", "key", 10, KEY, field="id"),
        typed("Name", TEXT, "input.wrap", 34, field="name"),
        typed("Classes", naming(TEXT, words.CLASS_IDS.many("; ")), "input", 20, field="classes"),
        typed("Severity", choice(words.SEVERITIES), "input.center", 11, field="severity"),
        typed("Opens as", choice(words.SEVERITIES), "input.center", 60, field="opens"),
        typed("Format", TEXT, "input.center", 12, field="format"),
        typed("Off hours", choice(words.YES_NO), "input.center", 13, field="off_hours"),
        typed("Source", TEXT, "input.wrap", 40, field="source"),
        typed("Minutes", NUMBER, "input.int", 22, field="minutes", validation=_MINUTES),
        typed("Objectives", TEXT, "input.wrap", 40, note="A line each"),
        typed("Questions", TEXT, "input.wrap", 44, note="A line each, for after the drill"),
        typed(
            STOP_WITHIN,
            NUMBER,
            "input.int",
            18,
            validation=_MINUTES,
            note="Within how many minutes of T0 the agent is stopped; blank: nobody asks",
        ),
        flag_column(18),
    ),
    flag="Check",
    about="What is rehearsed; for facilitators alone",
)

INJECTS: Final = Table(
    "tInjects",
    (
        given("Key", "key", 10, KEY),
        given("Scenario", "fixed", 34),
        given("No.", "fixed.center", 20),
        typed("At (min)", NUMBER, "input.int", 11, validation=_MINUTES),
        typed("Inject", TEXT, "input.wrap", 60),
        typed("Turns to", choice(words.SEVERITIES), "input.center", 12),
        typed("Starts", choice(words.DRILL_CLOCKS), "input.center", 13),
        typed("Expected", TEXT, "input.wrap", 40),
        typed("Owner", choice(words.ROLES), "input", 22),
        typed("Meets", choice(words.DRILL_CLOCKS), "input.center", 18),
        flag_column(18),
    ),
    flag="Check",
    about="What is told in a scenario at which minute; for facilitators alone",
)
