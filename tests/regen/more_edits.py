"""More of what people do: on sheets, around tables, to rows and columns, and in odd characters.

Texts that are typed bear a mark that stands nowhere else, by which they are found again in whatever
part of the new workbook; see ``traces.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tests.regen.edits import KINDS, Kind, one, put
from tests.regen.sheets import Book, Grid, Op

OURS = ("SEV-1", "Incidents", "Owners", "Hours", "Holidays", "Matrix", "Start")
#: Some way right of all that stands on a sheet of ours.
FAR = 260


def mark(rng: Random) -> str:
    return f"mk{rng.randrange(10**6):06}"


def _beside(grid: Grid) -> int:
    """A column at the right of a table, with a gap."""
    return grid.column + len(grid.headers) + 6


def in_cell(table: str, header: str, make: Callable[[str], Any], verb: str = "set") -> Any:
    """What a cell of a table becomes, made of a mark."""

    def edit(book: Book, rng: Random) -> list[Op]:
        grid = book.tables[table]
        _, number = one(grid, rng)
        return [(verb, grid.sheet, number, grid.column_of(header), make(mark(rng)))]

    return edit


def _rich(text: str) -> dict[str, Any]:
    return {"kind": "rich", "runs": ["Not ", text, " & <more>\n", "than that"]}


def _styled(value: Any, code: str, **more: Any) -> dict[str, Any]:
    return {"kind": "styled", "value": value, "format": code, **more}


def on_sheet(verb: str, *make: Callable[[Random], Any], sheets: tuple[str, ...] = OURS) -> Any:
    """A verb on one of our sheets, its arguments made at random."""
    return lambda book, rng: [(verb, rng.choice(sheets), *(one_(rng) for one_ in make))]


def own(name: str, cells: Callable[[str], list[Any]], *more: Any) -> Any:
    """A sheet of the user's with cells made of a mark, and ops on it whose sheet is ``@``."""

    def edit(book: Book, rng: Random) -> list[Op]:
        text = mark(rng)
        title = f"Mine {name}"
        ops: list[Op] = [("add_sheet", title, cells(text))]
        for verb, *args in more:
            ops.append(
                (verb, *(title if a == "@" else a(text, title) if callable(a) else a for a in args))
            )
        return ops

    return edit


def _grid(text: str) -> list[Any]:
    return [(1, 1, "Team"), (1, 2, "Cost"), (2, 1, text), (2, 2, 5), (3, 1, "Blue"), (3, 2, 2.5)]


def _placed(place: int | None, state: str = "") -> Any:
    def edit(book: Book, rng: Random) -> list[Op]:
        at = len(book.sheets) // 2 if place is None else place
        return [("add_sheet", f"Mine at {at}", [(1, 1, mark(rng)), (2, 2, "=1+1")], at, state)]

    return edit


def over(sheet: str, row: int, column: int) -> Any:
    """A text of ours typed over."""
    return lambda book, rng: [("set", sheet, row, column, f"{mark(rng)} in our words")]


def of_table(verb: str, *tables: str, **choices: tuple[Any, ...]) -> Any:
    """A verb on a table."""

    def edit(book: Book, rng: Random) -> list[Op]:
        return [(verb, rng.choice(tables), *(rng.choice(c) for c in choices.values()))]

    return edit


def _foreign(beside: bool) -> Any:
    def edit(book: Book, rng: Random) -> list[Op]:
        grid = book.tables[rng.choice(["tRoles", "tHolidays", "tCalendars", "tTargets1"])]
        home = [g for g in book.tables.values() if g.sheet == grid.sheet]
        text = mark(rng)
        lines = [["Thing", "Value"], [text, 7], ["other", None], [None, "=1+1"]]
        row = grid.row if beside else max(g.last_row for g in home) + 12
        column = max(map(_beside, home)) if beside else grid.column
        return [("foreign_table", grid.sheet, f"My{text}", row, column, lines)]

    return edit


def _moved_row(book: Book, rng: Random) -> list[Op]:
    """A row cut and pasted on a blank one."""
    grid = book.tables[rng.choice(["tIncidents", "tPeople", "tRoles"])]
    row, number = one(grid, rng)
    if not grid.free:
        return []
    to = grid.free[min(1, len(grid.free) - 1)]
    return [
        op
        for header, value in row.items()
        for op in (put(grid, to, header, value), put(grid, number, header, None))
    ]


def _copied_row(book: Book, rng: Random) -> list[Op]:
    """A row copied with its ID, and another title."""
    grid = book.tables["tIncidents"]
    row, _ = one(grid, rng)
    ops = [put(grid, grid.free[0], header, value) for header, value in row.items()]
    return [*ops, put(grid, grid.free[0], "Title", f"{mark(rng)} copied")]


def _below(table: str, gap: int, **cells: Any) -> Any:
    """A row typed below the frame of a table."""

    def edit(book: Book, rng: Random) -> list[Op]:
        grid = book.tables[table]
        number = grid.last_row + 1 + gap
        text = mark(rng)
        return [
            ("set", grid.sheet, number, grid.column_of(h), text if v == "@" else v)
            for h, v in cells.items()
        ]

    return edit


def _pasted_block(book: Book, rng: Random) -> list[Op]:
    """Incidents pasted from a list, dates as texts in one of them."""
    grid = book.tables["tIncidents"]
    ops = []
    for place, number in enumerate(grid.free[:4]):
        text = mark(rng)
        opened: Any = "2026-03-18 09:15" if place == 2 else 46099.25 + place
        ops += [put(grid, number, "ID", f"P-{text}"), put(grid, number, "Title", f"{text} pasted"),
                put(grid, number, "Opened", opened)]  # fmt: skip
    return ops


def _gap(book: Book, rng: Random) -> list[Op]:
    """Rows with a blank one between them."""
    grid = book.tables["tPeople"]
    if len(grid.free) < 3:
        return []
    return [put(grid, grid.free[2], "Name", mark(rng)), put(grid, grid.free[2], "Phone", "+44 1")]


def _sorted(table: str, header: str) -> Any:
    def edit(book: Book, rng: Random) -> list[Op]:
        grid = book.tables[table]
        order = sorted(grid.rows, key=lambda row: str(row.get(header) or ""), reverse=True)
        return [
            put(grid, number, h, row.get(h))
            for number, row in zip(grid.numbers, order, strict=True)
            for h in grid.rows[0]
        ]

    return edit


def _renamed(table: str, header: str, follow: tuple[tuple[str, str], ...]) -> Any:
    """A name typed over, and everywhere else too, as with Replace All."""

    def edit(book: Book, rng: Random) -> list[Op]:
        grid = book.tables[table]
        row, number = one(grid, rng)
        text = mark(rng)
        ops = [put(grid, number, header, text)]
        for other, column in follow:
            found = book.tables[other]
            ops += [
                put(found, n, column, text)
                for n, line in zip(found.numbers, found.rows, strict=True)
                if line.get(column) == row[header]
            ]
        return ops

    return edit


def _filtered(table: str, header: str) -> Any:
    def edit(book: Book, rng: Random) -> list[Op]:
        grid = book.tables[table]
        row, _ = one(grid, rng)
        hidden = [n for n, r in zip(grid.numbers, grid.rows, strict=True) if r is not row]
        return [("filter", table, header, str(row.get(header) or ""), hidden)]

    return edit


def _at(verb: str, table: str, header: str, *make: Callable[[str], Any]) -> Any:
    """A verb on a cell of a table."""

    def edit(book: Book, rng: Random) -> list[Op]:
        grid = book.tables[table]
        _, number = one(grid, rng)
        text = mark(rng)
        place = (grid.sheet, number, grid.column_of(header))
        return [(verb, *place, *(m(text) for m in make))]

    return edit


def _link_on_text(book: Book, rng: Random) -> list[Op]:
    text = mark(rng)
    grid = book.tables["tIncidents"]
    _, number = one(grid, rng)
    place = (grid.sheet, number, grid.column_of("Notes"))
    return [
        ("set", *place, f"Ticket {text}"),
        ("link", *place, f"https://example.com/{text}?a=1&b=2"),
    ]


def _merged_note(book: Book, rng: Random) -> list[Op]:
    sheet = rng.choice(["Owners", "Holidays", "SEV-1"])
    return [("set", sheet, 3, FAR, mark(rng)), ("merge", sheet, "IZ3:JB5")]


def _drawn(verb: str, *make: Callable[[str, Random], Any], ours: bool) -> Any:
    def edit(book: Book, rng: Random) -> list[Op]:
        text = mark(rng)
        sheet = rng.choice(["Owners", "Holidays"]) if ours else f"Mine {verb}"
        ops: list[Op] = [] if ours else [("add_sheet", sheet, _grid(text))]
        return [*ops, (verb, sheet, 5, 40, *(m(text, rng) for m in make))]

    return edit


def _typed_header(table: str, header: str) -> Any:
    def edit(book: Book, rng: Random) -> list[Op]:
        return [("retitle", table, header, f"{header} {mark(rng)}")]

    return edit


def _colour(text: str, rng: Random) -> list[int]:
    return [rng.randrange(256) for _ in range(3)]


def _inside_column(book: Book, rng: Random) -> list[Op]:
    grid = book.tables["tPeople"]
    return [("insert_column", grid.sheet, "tPeople", 2, [f"Team {mark(rng)}", "red", 7])]


def _dropped(table: str, *headers: str) -> Any:
    return lambda book, rng: [("drop_column", book.tables[table].sheet, table, rng.choice(headers))]


def _array(book: Book, rng: Random) -> list[Op]:
    grid = book.tables["tRoles"]
    value = {"kind": "formula", "text": "SUM(LEN(tPeople[Name]))", "shown": 21,
             "more": {"t": "array", "ref": "AN5"}}  # fmt: skip
    return [("put", grid.sheet, 5, 40, value)]


def _formula(text: str, shown: Any, **more: str) -> dict[str, Any]:
    return {"kind": "formula", "text": text, "shown": shown, "more": more}


def _what_if(text: str) -> list[Any]:
    table = {"kind": "formula", "shown": 10, "more": {
        "t": "dataTable", "ref": "B3:B4", "dt2D": "0", "dtr": "0", "r1": "A1"}}  # fmt: skip
    return [
        (1, 1, 5),
        (2, 2, "=A1*2"),
        (3, 1, 5),
        (4, 1, 6),
        (3, 2, table),
        (4, 2, 12),
        (6, 1, text),
    ]


MORE: dict[str, Kind] = {
    # Tables
    "a table of mine beside ours": _foreign(beside=True),
    "a table of mine below ours": _foreign(beside=False),
    "a table of mine on my sheet": own(
        "table",
        lambda text: [(9, 9, text)],
        (
            "foreign_table",
            "@",
            lambda text, _: f"My{text}",
            1,
            1,
            [["a", "b"], [1, 2], ["x", None]],
        ),
    ),
    "a table renamed": of_table(
        "rename_table",
        "tIncidents",
        "tPeople",
        "tRoles",
        "tHolidays",
        "tTargets1",
        "tLadder2",
        name=("Log", "My_table", "Table1"),
    ),
    "a table turned into a plain range": of_table(
        "unframe", "tIncidents", "tPeople", "tRoles", "tHolidays", "tTargets2", "tCalendars"
    ),
    "a totals row": of_table(
        "totals", "tIncidents", "tPeople", "tHolidays", label=("Total", "Summe", "mk000000 all")
    ),
    "a table drawn smaller": of_table("shrink", "tIncidents", "tPeople", "tHolidays", rows=(1, 3)),
    "a filter": _filtered("tIncidents", "ID"),
    "a filter on people": _filtered("tPeople", "Name"),
    "a filter on holidays": _filtered("tHolidays", "Holiday"),
    "sorted by a heading": lambda b, r: [
        ("sort_state", *r.choice([("tIncidents", "ID"), ("tPeople", "Name"), ("tRoles", "Role")]))
    ],
    # Columns
    "a column deleted": _dropped("tPeople", "Chat", "E-mail", "Title"),
    "a column of the log deleted": _dropped("tIncidents", "Approver", "Owner", "Override reason"),
    "a column of holidays deleted": _dropped("tHolidays", "Weekday"),
    "a column put between ours": _inside_column,
    "columns of the log moved": lambda b, r: [
        ("swap", "Incidents", "tIncidents", "Title", "Notes")
    ],
    "a heading typed over": _typed_header("tPeople", "Chat"),
    "a heading of the log typed over": _typed_header("tIncidents", "Owner"),
    "a whole column's format": on_sheet("column_format", lambda r: FAR + 9, lambda r: "0.000"),
    "a whole column of ours with a format": lambda b, r: [("column_format", "Incidents", 10, "@")],
    # Rows
    "a row cut and pasted": _moved_row,
    "an incident copied": _copied_row,
    "an incident below the frame": _below("tIncidents", 0, ID="B-1", Title="@", Opened=46100.5),
    "a person below the frame": _below("tPeople", 0, Name="@", Phone="+44 20", Chat="@below"),
    "a role below the frame": _below("tRoles", 0, Role="@", Primary="Tom Weiss"),
    "a holiday below the frame": _below("tHolidays", 0, Date=46127, Holiday="@"),
    "a remark below the frame": _below("tIncidents", 6, Title="@"),
    "incidents pasted": _pasted_block,
    "a blank row between people": _gap,
    "holidays sorted": _sorted("tHolidays", "Holiday"),
    "roles sorted": _sorted("tRoles", "Role"),
    "classes sorted": _sorted("tMatrix", "ID"),
    # Names that others look up
    "a role renamed everywhere": _renamed(
        "tRoles",
        "Role",
        (
            ("tOwners1", "Role"),
            ("tOwners2", "Role"),
            ("tLadder1", "Role"),
            ("tLadder2", "Role"),
            ("tMatrix", "Response role"),
        ),
    ),
    "a person renamed": _renamed("tPeople", "Name", ()),
    "a person renamed everywhere": _renamed(
        "tPeople", "Name", (("tRoles", "Primary"), ("tRoles", "Backup"))
    ),
    "a calendar renamed": _renamed("tCalendars", "Calendar", ()),
    "a calendar renamed everywhere": _renamed(
        "tCalendars",
        "Calendar",
        (
            ("tHours", "Calendar"),
            ("tHolidays", "Calendar"),
            ("tTargets1", "Calendar"),
            ("tTargets2", "Calendar"),
            ("tExceptions", "Calendar"),
        ),
    ),
    "a class's ID typed over": _renamed("tMatrix", "ID", ()),
    "a class's ID typed over everywhere": _renamed("tMatrix", "ID", (("tIncidents", "Class"),)),
    "a target's name typed over": in_cell("tTargets1", "Target", str),
    # Texts of ours
    "a title typed over": over("SEV-1", 1, 2),
    "a severity's name typed over": over("SEV-1", 1, 3),
    "a definition typed over": over("SEV-2", 3, 2),
    "a heading of a sheet typed over": over("Owners", 1, 2),
    "an explanation typed over": over("Owners", 2, 2),
    "a label typed over": over("SEV-1", 5, 2),
    "the start sheet's title typed over": over("Start", 1, 2),
    # What is typed
    "a date that is text": in_cell("tIncidents", "Opened", lambda t: "16.03.2026 9:30"),
    "a day with a time": lambda b, r: [
        put(b.tables["tHolidays"], b.tables["tHolidays"].free[0], "Date", 46125.6),
        put(b.tables["tHolidays"], b.tables["tHolidays"].free[0], "Holiday", mark(r)),
    ],
    "hours as numbers": lambda b, r: [
        put(b.tables["tHours"], one(b.tables["tHours"], r)[1], h, v)
        for h, v in (("Open 1", 9), ("Close 1", 17))
    ],
    "rich text": in_cell("tIncidents", "Notes", _rich, "put"),
    "rich text for a person": in_cell("tPeople", "Title", _rich, "put"),
    "a long note": in_cell("tIncidents", "Notes", lambda t: (f"{t} " * 4000)[:32767].rstrip()),
    "emoji": in_cell("tIncidents", "Title", lambda t: f"{t} 🚨👩🏽‍🚒 fire"),
    "right to left": in_cell("tPeople", "Title", lambda t: f"\u202bמנהל {t}\u202c"),
    "other scripts": in_cell("tIncidents", "Notes", lambda t: f"{t} 重大障害 – Überlast, œuvre"),
    "lines and tabs": in_cell("tIncidents", "Notes", lambda t: f"{t}\nline two\n\tand three"),
    "markup": in_cell("tIncidents", "Notes", lambda t: f"{t} <b>&amp; \"x\" 'y' ]]> _x0041_"),
    "a control character": in_cell("tIncidents", "Notes", lambda t: f"{t}\x07bell", "put_text"),
    "digits that are text": in_cell(
        "tPeople", "Phone", lambda t: _styled("00123", "@", quoted=True), "put"
    ),
    "what looks like a formula": in_cell(
        "tIncidents", "Notes", lambda t: _styled(f"@{t}+1", "@", quoted=True), "put"
    ),
    "an error value": in_cell(
        "tIncidents", "Notes", lambda t: {"kind": "error", "text": "#N/A"}, "put"
    ),
    "a truth value": in_cell("tIncidents", "Notes", lambda t: True),
    "a percentage": in_cell("tIncidents", "Notes", lambda t: _styled(0.125, "0.0%"), "put"),
    "a huge number": in_cell("tIncidents", "Notes", lambda t: 1.5e300),
    "a tiny number": in_cell("tPeople", "Title", lambda t: -2.5e-9),
    "an amount in another format": in_cell(
        "tTargets1", "Within", lambda t: _styled(77, '0 "min"'), "put"
    ),
    "spaces and no more": in_cell("tIncidents", "Notes", lambda t: "   "),
    "a formula that is wrong": in_cell(
        "tIncidents", "Notes", lambda t: _formula("1/0", "#DIV/0!"), "put"
    ),
    # Formulas
    "an array formula beside": _array,
    "an array formula on my sheet": own(
        "arrays",
        lambda t: [
            (1, 1, t),
            (2, 1, 3),
            (3, 1, 4),
            (4, 1, _formula("SUM(A2:A3*2)", 14, t="array", ref="A4")),
        ],
    ),
    "formulas that share": own(
        "shared",
        lambda t: [
            (1, 1, t),
            (2, 1, 3),
            (3, 1, 4),
            (2, 2, _formula("A2*2", 6, t="shared", ref="B2:B3", si="0")),
            (3, 2, {"kind": "formula", "shown": 8, "more": {"t": "shared", "si": "0"}}),
        ],
    ),
    "a what-if table": own("what if", _what_if),
    "formulas about our tables": own(
        "report",
        lambda t: [
            (1, 1, t),
            (2, 1, "=COUNTA(tIncidents[ID])"),
            (3, 1, '=SUMPRODUCT(--(tPeople[Name]<>""))'),
            (4, 1, "=Owners!B7"),
            (5, 1, '=IFERROR(VLOOKUP("A-1",tIncidents[],3,FALSE),"")'),
        ],
    ),
    # Things that hang on cells
    "a conversation": _at("thread", "tIncidents", "Title", lambda t: [f"{t} why?", "because"]),
    "a conversation about a person": _at("thread", "tPeople", "Name", lambda t: [f"{t} on leave?"]),
    "a conversation on my sheet": own(
        "talk", _grid, ("thread", "@", 2, 2, lambda t, _: [f"{t} asked", "answered"])
    ),
    "a comment beside": on_sheet(
        "comment", lambda r: 4, lambda r: FAR, lambda r: f"{mark(r)} beside", sheets=("Owners",)
    ),
    "a link": _link_on_text,
    "a link by mail": _at("link", "tPeople", "E-mail", lambda t: f"mailto:{t}@example.com"),
    "a link within": lambda b, r: [
        ("set", "Incidents", 17, b.tables["tIncidents"].column_of("Notes"), mark(r)),
        ("link", "Incidents", 17, b.tables["tIncidents"].column_of("Notes"), "#Owners!B7"),
    ],
    "a link to a file": _at("link", "tHolidays", "Holiday", lambda t: f"file:///C:/x/{t}.docx"),
    "a merged note": _merged_note,
    "cells merged on my sheet": own("merged", _grid, ("merge", "@", "A5:C6")),
    "a picture on our sheet": _drawn("picture", _colour, ours=True),
    "a picture on my sheet": _drawn("picture", _colour, ours=False),
    "a chart on our sheet": _drawn(
        "chart", lambda t, _: f"{t} of us", lambda t, _: "'Holidays'!$B$6:$B$9", ours=True
    ),
    "a chart on my sheet": _drawn(
        "chart", lambda t, _: f"{t} of mine", lambda t, _: "'Mine chart'!$B$2:$B$3", ours=False
    ),
    "a text box on our sheet": _drawn("textbox", lambda t, _: f"{t} look", ours=True),
    "a text box on my sheet": _drawn("textbox", lambda t, _: f"{t} look", ours=False),
    "a rule that paints": lambda b, r: [("paint_rule", "Owners", "B7:C9", f'$B7="{mark(r)}"')],
    "a rule that paints on my sheet": own(
        "paints", _grid, ("paint_rule", "@", "A2:A9", lambda t, _: f'$A2="{t}"')
    ),
    "a list to choose from": lambda b, r: [("validation", "Incidents", "C17:C20", f"a,{mark(r)}")],
    "a list to choose from on my sheet": own(
        "choices", _grid, ("validation", "@", "A2:A9", lambda t, _: f"a,{t}")
    ),
    # Sheets and the book
    "a sheet of mine first": _placed(0),
    "a sheet of mine among ours": _placed(None),
    "a sheet of mine hidden": _placed(None, "hidden"),
    "a sheet of mine well hidden": _placed(3, "veryHidden"),
    "a sheet with an odd name": lambda b, r: [
        ("add_sheet", "Mine, O'Brien & <Co>", [(1, 1, mark(r)), (2, 1, "=A1")])
    ],
    "an empty sheet": lambda b, r: [("add_sheet", "Mine and empty", [])],
    "a sheet of ours hidden": lambda b, r: [
        ("hide_sheet", r.choice(["Pauses", "Reopened", "Policy compare"]), "hidden")
    ],
    "the log renamed": lambda b, r: [("rename", r.choice(["Incidents", "Holidays"]), "Störungen")],
    "a sheet's password": on_sheet("protect"),
    "the book's password": lambda b, r: [("protect_book",)],
    "a label of the company": lambda b, r: [
        ("property", "MSIP_Label_1_Name", f"{mark(r)} & secret")
    ],
    "keywords": lambda b, r: [("core", r.choice(["keywords", "category"]), mark(r))],
    "a name of mine": own(
        "named", _grid, ("define", lambda t, _: f"My_{t}", lambda t, title: f"'{title}'!$B$2")
    ),
    "a name for ours": lambda b, r: [("define", f"Ours_{mark(r)}", "tIncidents[ID]")],
    "a name for a number": lambda b, r: [("define", f"Rate_{mark(r)}", "0.19")],
    "a name of one sheet": own(
        "local",
        _grid,
        ("define", lambda t, _: f"Local_{t}", lambda t, title: f"'{title}'!$B$2", "@"),
    ),
    "a footer": lambda b, r: [("footer", "Owners", f"&L{mark(r)}&RPage &P")],
    "a tab's colour": on_sheet("tab", lambda r: "FF00B050"),
    "a row's height": on_sheet("row_height", lambda r: 8, lambda r: 44.5),
    "a page break": on_sheet("break", lambda r: 8),
    "formulas computed when asked": lambda b, r: [("manual",)],
    "a row of targets hidden": lambda b, r: [
        ("hide_row", "SEV-1", one(b.tables["tTargets1"], r)[1])
    ],
}
ALL = {**KINDS, **MORE}
