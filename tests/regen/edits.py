"""What people do to a workbook, one function a kind; each gives ops for whatever program edits.

A kind looks at the workbook as it was built, so that two of them may touch the same cell: the last
one wins, as with people.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tests.regen.sheets import Book, Grid, Op

Kind = Callable[[Book, Random], list[Op]]
KINDS: dict[str, Kind] = {}


def kind(function: Kind) -> Kind:
    KINDS[function.__name__] = function
    return function


def put(grid: Grid, number: int, header: str, value: Any) -> Op:
    return ("set", grid.sheet, number, grid.column_of(header), value)


def one(grid: Grid, rng: Random) -> tuple[dict[str, Any], int]:
    place = rng.randrange(len(grid.rows))
    return grid.rows[place], grid.numbers[place]


def cell(table: str, header: str, *values: Any) -> Kind:
    """Another value in one column of a random row."""

    def edit(book: Book, rng: Random) -> list[Op]:
        grid = book.tables[table]
        _, number = one(grid, rng)
        return [put(grid, number, header, rng.choice(values))]

    return edit


def name(known: str, *values: Any) -> Kind:
    def edit(book: Book, rng: Random) -> list[Op]:
        return [("set", *book.places[known], rng.choice(values))]

    return edit


def clear(book: Book, grid: Grid, number: int) -> list[Op]:
    return [put(grid, number, h, None) for h in grid.rows[0] if h in grid.headers]


def gone(table: str) -> Kind:
    """A row emptied, as with the Delete key."""

    def edit(book: Book, rng: Random) -> list[Op]:
        grid = book.tables[table]
        row, number = one(grid, rng)
        return [put(grid, number, header, None) for header in row]

    return edit


def added(table: str, **columns: Any) -> Kind:
    """A row on a blank ready row."""

    def edit(book: Book, rng: Random) -> list[Op]:
        grid = book.tables[table]
        if not grid.free:
            return []
        number = rng.choice(grid.free[:3])
        values = {h.replace("_", " "): v(rng) if callable(v) else v for h, v in columns.items()}
        return [put(grid, number, h, v) for h, v in values.items()]

    return edit


KINDS |= {
    "a target's amount": cell("tTargets1", "Within", 7, 12, 90, 3),
    "a target's amount with a fraction": cell("tTargets2", "Within", 1.5, 2.25, 0.5),
    "a target's unit": cell("tTargets1", "Unit", "s", "min", "h", "days", "business days"),
    "a target's calendar": cell("tTargets1", "Calendar", "Business hours", "Around the clock"),
    "a target on no calendar": cell("tTargets2", "Calendar", "Moon time"),
    "a target that pauses": cell("tTargets2", "Pauses", "yes", "no"),
    "a target's source": cell("tTargets2", "Source", "contract 7", "=not a formula"[1:]),
    "a target emptied": cell("tTargets1", "Within", None),
    "an amount that is text": cell("tTargets2", "Within", "soon", "two"),
    "an amount below zero": cell("tTargets1", "Within", -5, 0),
    "a step's time": cell("tLadder1", "After", 3, 17, 25),
    "a step's role": cell("tLadder1", "Role", "Quality", "On-call", "Nobody knows"),
    "a step's contact": cell("tLadder2", "Contact", "backup", "primary"),
    "a step's channel": cell("tLadder1", "Channel", "call", "chat", "pigeon"),
    "a step's level": cell("tLadder2", "Level", 2, 3, "top"),
    "a step's repeat": cell("tLadder2", "Repeat", 1, 2),
    "a step added": added(
        "tLadder1",
        Level=3,
        Role="Quality",
        After=2,
        Unit="h",
        Contact="primary",
        Channel="call",
        Until="resolved",
        Repeat=0,
    ),
    "a step removed": gone("tLadder1"),
    "a step half typed": added("tLadder2", Role="Quality"),
    "the ladder's calendar": name("Ladder_Calendar_2", "Around the clock", "Business hours"),
    "a time-out of the acknowledgement": name("Ack_Timeout_1", 20, 45, 1.5, None),
    "a time-out that is none": name("Ack_Timeout_2", "soon", -5, 0),
    "the unit of a time-out": name("Ack_Timeout_Unit_1", "min", "h", "business days", "days"),
    "executive note": name("Executive_Note_1", "after 1 h", "at once"),
    "customer note": name("Customer_Note_2", "by letter", None),
    "a severity's role": cell("tOwners1", "Role", "Quality", "On-call"),
    "a primary": cell("tRoles", "Primary", "Tom Weiss", "Priya Raman"),
    "a backup": cell("tRoles", "Backup", "Tom Weiss", "Priya Raman"),
    "a backup removed": cell("tRoles", "Backup", None),
    "a primary removed": cell("tRoles", "Primary", None),
    "a primary who is not listed": cell("tRoles", "Primary", "Eve Stranger"),
    "a duty": cell("tRoles", "Duty", "Answers the phone", "Walks the dog"),
    "a role added": added("tRoles", Role="Legal", Primary="Tom Weiss", Backup="Priya Raman"),
    "a role without name": added("tRoles", Primary="Tom Weiss"),
    "a role removed": gone("tRoles"),
    "a role renamed": cell("tRoles", "Role", "Head of answers"),
    "a phone": cell("tPeople", "Phone", "+49 30 555", 4930555),
    "a chat": cell("tPeople", "Chat", "@me"),
    "a person added": added(
        "tPeople", Name=lambda r: f"Person {r.randrange(99)}", Phone="+1 555", Chat="@new"
    ),
    "a person twice": added("tPeople", Name="Tom Weiss", Phone="+1 556"),
    "a person removed": gone("tPeople"),
    "the working day": cell("tCalendars", "Working day (h)", 7.5, 6, "long"),
    "what a holiday closes": cell("tCalendars", "A holiday closes", "shifts that begin that day"),
    "an opening": cell("tHours", "Open 1", 8 / 24, 7.5 / 24),
    "a day off": lambda b, r: [
        put(b.tables["tHours"], one(b.tables["tHours"], r)[1], h, None)
        for h in ("Open 1", "Close 1", "Open 2", "Close 2")
    ][:4],
    "shifts that overlap": cell("tHours", "Open 2", 10 / 24),
    "a time that is text": cell("tHours", "Close 2", "late"),
    "an exception": added(
        "tExceptions", Date=46112, Calendar="Business hours", Open_1=0.5, Close_1=0.75, Note="half"
    ),
    "an exception without calendar": added("tExceptions", Date=46113, Note="?"),
    "a holiday": added("tHolidays", Date=46120, Holiday="Outing", Calendar="All calendars"),
    "a holiday of one calendar": added(
        "tHolidays", Date=46121, Holiday="Fair", Calendar="Business hours"
    ),
    "a holiday around the clock": added(
        "tHolidays", Date=46122, Holiday="Never", Calendar="Around the clock"
    ),
    "a holiday that is text": added("tHolidays", Date="next week", Holiday="Someday"),
    "a holiday removed": gone("tHolidays"),
    "a holiday renamed": cell("tHolidays", "Holiday", "Spring break"),
    "a class's severity": cell("tMatrix", "Severity", "SEV-1", "SEV-2"),
    "a class of no severity": cell("tMatrix", "Severity", "SEV-9", None),
    "a class's role": cell("tMatrix", "Response role", "Quality", "On-call", None),
    "a customer window": cell("tMatrix", "Customer window", "within a day"),
    "a class removed": gone("tMatrix"),
    "a class renamed": cell("tMatrix", "Incident class", "Something else"),
    "an incident": added(
        "tIncidents",
        ID=lambda r: f"I-{r.randrange(999)}",
        Title="Typed by hand",
        Opened=lambda r: 46090 + r.randrange(20) + 0.4375,
        Severity_set="SEV-1",
    ),
    "an incident with a number for a name": added("tIncidents", ID=1001, Opened=46100.5),
    "an incident on an odd date": added("tIncidents", ID="I-odd", Opened="yesterday"),
    "an incident long ago": added("tIncidents", ID="I-old", Opened=5.25),
    "an incident without name": added("tIncidents", Title="Nameless", Opened=46095.25),
    "an incident twice": added("tIncidents", ID="A-1", Title="Again", Opened=46101.5),
    "an incident removed": gone("tIncidents"),
    "an incident solved": cell("tIncidents", "Resolved", 46105.75),
    "an incident's notes": cell("tIncidents", "Notes", "Called twice", "–", "  spaces "),
    "a formula as input": cell("tIncidents", "Notes", '=UPPER("typed")'),
    "a value over a formula": cell("tIncidents", "Status", "Ask Priya", "done"),
    "a value over a weekday": cell("tHolidays", "Weekday", "Someday"),
    "a pause": added("tPauses", Incident="A-1", From=46096.5, To=46097.25, Reason="Other"),
    "a change of severity": added("tChanges", Incident="A-2", At=46098.5, To="SEV-1"),
    "a reopening": added("tReopened", Incident="A-1", Reopened=46110.5, Reason="came back"),
    "as of": name("AsOf_Input", 46100.375, "some day"),
    "due soon": name("Soon_Min", 45, 10),
    "hours to add": name("Clock_Shift_H", 2, -1.5),
}


@kind
def sorted_incidents(book: Book, rng: Random) -> list[Op]:
    grid = book.tables["tIncidents"]
    order = list(range(len(grid.rows)))
    rng.shuffle(order)
    return [
        put(grid, grid.numbers[to], header, grid.rows[at].get(header))
        for to, at in enumerate(order)
        for header in grid.rows[0]
    ]


@kind
def sorted_people(book: Book, rng: Random) -> list[Op]:
    grid = book.tables["tPeople"]
    return [
        put(grid, number, header, row.get(header))
        for number, row in zip(grid.numbers, reversed(grid.rows), strict=True)
        for header in row
    ]


@kind
def a_comment(book: Book, rng: Random) -> list[Op]:
    grid = book.tables["tRoles"]
    _, number = one(grid, rng)
    return [("comment", grid.sheet, number, grid.column_of("Primary"), "Ask before calling")]


@kind
def a_width(book: Book, rng: Random) -> list[Op]:
    grid = book.tables["tIncidents"]
    return [("width", grid.sheet, grid.column_of("Notes"), 77.0)]


@kind
def a_hidden_column(book: Book, rng: Random) -> list[Op]:
    grid = book.tables["tPeople"]
    return [("hide", grid.sheet, grid.column_of("Chat"))]


@kind
def a_sheet(book: Book, rng: Random) -> list[Op]:
    cells = [(1, 1, "Budget"), (2, 1, 4), (3, 1, 5.5), (4, 1, "=A2*A3"),
             (5, 1, "=COUNTA(tIncidents[ID])")]  # fmt: skip
    return [("add_sheet", f"Mine {rng.randrange(9)}", cells)]


@kind
def a_note_beside(book: Book, rng: Random) -> list[Op]:
    grid = book.tables["tRoles"]
    return [("set", grid.sheet, grid.row, 30, "remember the milk")]


@kind
def a_column(book: Book, rng: Random) -> list[Op]:
    grid = book.tables["tIncidents"]
    values: list[Any] = ["blue", 7, None][: len(grid.rows)]
    return [("add_column", grid.sheet, "tIncidents", "Mood", values)]


@kind
def columns_moved(book: Book, rng: Random) -> list[Op]:
    grid = book.tables["tPeople"]
    return [("swap", grid.sheet, "tPeople", "E-mail", "Chat")]


@kind
def a_sheet_moved(book: Book, rng: Random) -> list[Op]:
    return [("reorder", "Owners", -2)]


@kind
def a_comment_on_an_incident(book: Book, rng: Random) -> list[Op]:
    grid = book.tables["tIncidents"]
    _, number = one(grid, rng)
    return [("comment", grid.sheet, number, grid.column_of("Title"), "See the ticket")]


@kind
def a_formula_beside(book: Book, rng: Random) -> list[Op]:
    grid = book.tables["tRoles"]
    return [("set", grid.sheet, grid.row + 1, 31, "=COUNTA(tPeople[Name])")]


@kind
def a_column_of_people(book: Book, rng: Random) -> list[Op]:
    grid = book.tables["tPeople"]
    values: list[Any] = ["cat", "dog", "=1+1"][: len(grid.rows)]
    return [("add_column", grid.sheet, "tPeople", "Pet", values)]


@kind
def a_hidden_row(book: Book, rng: Random) -> list[Op]:
    grid = book.tables[rng.choice(["tIncidents", "tPeople", "tHolidays"])]
    _, number = one(grid, rng)
    return [("hide_row", grid.sheet, number)]


@kind
def a_sheet_renamed(book: Book, rng: Random) -> list[Op]:
    return [("rename", rng.choice(["Hours", "SEV-1", "Owners"]), "Who's where")]


#: Ops that change the frame come last, for the others give their sheet and cell as it was; each
#: table or sheet is changed by one of them at most.
FRAME = ("swap", "add_column", "insert_column", "drop_column", "retitle")
LAST = ("totals", "shrink", "unframe", "rename_table", "reorder", "rename")
_TABLE_AT = {"unframe": 0, "rename_table": 0, "totals": 0, "shrink": 0, "retitle": 0}
_RANK = {verb: place for place, verb in enumerate((*FRAME, *LAST), start=1)}


def series(
    book: Book,
    rng: Random,
    most: int = 8,
    verbs: frozenset[str] | None = None,
    kinds: dict[str, Kind] = KINDS,
) -> tuple[list[str], list[Op]]:
    """Some kinds at random, and their ops in an order that programs can do them."""
    chosen = rng.sample(sorted(kinds), rng.randint(1, most))
    return chosen, in_order([op for known in chosen for op in kinds[known](book, rng)], verbs)


def _is_special(op: Op) -> bool:
    """A sheet with cells that only XML says: formulas over arrays, shared ones."""
    return op[0] == "add_sheet" and any(isinstance(value, dict) for *_, value in op[2])


def in_order(ops: list[Op], verbs: frozenset[str] | None = None) -> list[Op]:
    """Those of the ops that a program knows, two of them never in each other's way."""
    if verbs is not None:
        ops = [op for op in ops if op[0] in verbs and not _is_special(op)]
    # Two kinds may name their sheet alike.
    seen: set[str] = set()
    kept = []
    for op in ops:
        if op[0] in _RANK or op[0] == "add_sheet":
            framed = op[0] in FRAME or op[0] in _TABLE_AT
            mark = f"{'table ' if framed else ''}{op[1 + _TABLE_AT.get(op[0], framed)]}"
            if op[0] == "reorder":
                mark = "reorder"
            if mark in seen:
                continue
            seen.add(mark)
        kept.append(op)
    # A sheet is renamed last of all, since all others call it by its old name.
    kept.sort(key=lambda op: _RANK.get(op[0], 0))
    return kept
