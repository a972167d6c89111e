"""The tables of people.

A name means what stands in its cell, whatever its case: a blank around it makes another name, which
is in no list. What is no text names no role, and an error value names nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from xlmatrix.formula import F, Name, col, lit, place_among_texts, place_of, this
from xlmatrix.formula.errors import ERRORS, named
from xlmatrix.model.ladder import MOST_MEMBERS
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.column import computed, typed
from xlmatrix.tables.doubt import Doubt, Lists, Row
from xlmatrix.tables.flags import HALF, flag_column
from xlmatrix.tables.kinds import NUMBER, TEXT, Raw, choice, naming, text_of
from xlmatrix.tables.meaning import folded, place_in
from xlmatrix.tables.table import Table

#: What Check says of a row with which all is well.
FINE: Final = "ok"
#: What Check says of a role that is not held by two people, and of a person who is hard to reach.
ROLE_FAULTS: Final = (
    "Primary missing",
    "Backup missing",
    "Backup is the primary",
    "Not in the directory",
)
PERSON_FAULTS: Final = ("Name is used twice", "Needs two channels")
#: The cells of a team's members, one person each.
MEMBERS: Final = tuple(f"Person {number}" for number in range(1, MOST_MEMBERS + 1))
#: How much of a team's people is shown side by side.
MOST_SHOWN: Final = 500
#: The hidden step that says whether a row has a name.
NAMED: Final = "named"


def role_words(row: Row, people: Sequence[Raw]) -> str:
    """What a role's *Check* says by itself; ``people`` are the names of the directory."""
    primary, backup = row.get("Primary"), row.get("Backup")
    if not _is_name(row.get("Role")):
        return ""
    if _nobody(primary):
        return ROLE_FAULTS[0]
    if _nobody(backup):
        return ROLE_FAULTS[1]
    if folded(primary) == folded(backup):
        return ROLE_FAULTS[2]
    known = all(person_in(one, people) is not None for one in (primary, backup))
    return FINE if known else ROLE_FAULTS[3]


def person_words(row: Row, people: Sequence[Raw]) -> str:
    """What a person's *Check* says by itself; ``people`` are the names of the directory."""
    if not _is_name(row.get("Name")):
        return ""
    if _times(row.get("Name"), people) > 1:
        return PERSON_FAULTS[0]
    channels = sum(not _blank(row.get(known)) for known in ("E-mail", "Phone", "Chat"))
    return FINE if channels > 1 else PERSON_FAULTS[1]


def _blank(cell: Raw) -> bool:
    return cell is None or cell == ""


def _nobody(cell: Raw) -> bool:
    return _blank(cell) or cell in ERRORS


def _is_name(cell: Raw) -> bool:
    return isinstance(cell, str) and cell != "" and cell not in ERRORS


def person_in(cell: Raw, names: Sequence[Raw]) -> int | None:
    """The place of somebody among names, as a formula finds the cell's text."""
    exact = isinstance(cell, float) and not cell.is_integer()
    return None if cell in ERRORS else place_in(f"{cell:.15g}" if exact else text_of(cell), names)


def _times(name: Raw, cells: Sequence[Raw]) -> int:
    """How many cells ``COUNTIF`` counts for a name."""
    wanted = text_of(name).casefold()
    return 0 if name in ERRORS else sum(text_of(cell).casefold() == wanted for cell in cells)


def _phone(holder: str) -> Callable[[Sequence[Row], Lists], list[Raw]]:
    """The phone of whoever stands in a column."""

    def phones(rows: Sequence[Row], lists: Lists) -> list[Raw]:
        people, known = lists(words.PEOPLE.list_name), lists("tPeople[Phone]")
        places = [person_in(row.get(holder), people) for row in rows]
        found = ["" if place is None else text_of(known[place - 1]) for place in places]
        return ["" if phone in ERRORS else phone for phone in found]

    return phones


def _role_checks(rows: Sequence[Row], lists: Lists) -> list[Raw]:
    return [role_words(row, lists(words.PEOPLE.list_name)) for row in rows]


def _person_checks(rows: Sequence[Row], lists: Lists) -> list[Raw]:
    return [person_words(row, lists(words.PEOPLE.list_name)) for row in rows]


def _holds(rows: Sequence[Row], lists: Lists) -> list[Raw]:
    """How often each person stands beside a role."""
    held = [*lists("tRoles[Primary]"), *lists("tRoles[Backup]")]
    names = [row.get("Name") for row in rows]
    return ["" if _blank(name) else _times(name, held) for name in names]


def _rotas(rows: Sequence[Row], lists: Lists) -> list[Raw]:
    """The number of each role's rota, 0 for a role without one."""
    names = [row.get("Role") for row in rows]
    return [(place_in(n, lists("Rota_Of")) or 0) if _is_name(n) else "" for n in names]


def _members(rows: Sequence[Row], _: Lists) -> list[Raw]:
    """Who is in each team, side by side; an error value is nobody."""
    cells = [[named(text_of(row.get(header))) for header in MEMBERS] for row in rows]
    return [", ".join(filter(None, people))[:MOST_SHOWN] for people in cells]


def _named(known: str) -> Callable[[Sequence[Row], Lists], list[Raw]]:
    """1 for each row with a name, so that rows are counted in every program alike."""
    return lambda rows, _: [int(_is_name(row.get(known))) for row in rows]


def _no_text(known: str) -> Doubt:
    cell = this(known)
    return Doubt(
        "typed-word",
        f"{known} is no text: no effect",
        F.AND(cell.filled(), F.NOT(F.ISTEXT(cell))),
        lambda row, _, __: not _blank(row.get(known)) and not isinstance(row[known], str),
    )


def _person_doubts(_: Sequence[str]) -> tuple[Doubt, ...]:
    return (_no_text("Name"),)


def _role_doubts(_: Sequence[str]) -> tuple[Doubt, ...]:
    role = this("Role")
    above = place_among_texts(role, col("tRoles", "Role")) < F.ROW() - F.ROW(Name("Roles_Header"))
    return (
        _no_text("Role"),
        Doubt(
            "typed-twice",
            "The role stands above already: no effect",
            F.IFERROR(F.AND(role.filled(), above), lit(False)),
            lambda row, before, _: (
                place_in(row.get("Role"), [b.get("Role") for b in before]) is not None
            ),
        ),
    )


def _team_doubts(column_ids: Sequence[str]) -> tuple[Doubt, ...]:
    members = [header for header in MEMBERS if header in column_ids]
    nobody = F.AND(this("Team").filled(), *(this(header).empty() for header in members))
    return (
        _no_text("Team"),
        Doubt(
            HALF,
            "Nobody is in the team: no effect",
            nobody,
            lambda row, _, __: (
                not _blank(row.get("Team")) and all(_blank(row.get(one)) for one in members)
            ),
        ),
        *map(_stranger, members),
    )


def _stranger(header: str) -> Doubt:
    cell = this(header)
    known = F.ISNUMBER(place_of(cell & "", Name(words.PEOPLE.list_name)))
    return Doubt(
        "typed-word",
        f"{header} is not in the directory",
        F.AND(cell.filled(), F.NOT(known)),
        lambda row, _, lists: (
            not _blank(row.get(header))
            and person_in(row[header], lists(words.PEOPLE.list_name)) is None
        ),
    )


ROLES: Final = Table(
    "tRoles",
    (
        typed("Role", naming(TEXT, words.ROLES), "input", 24, field="name"),
        typed("Duty", TEXT, "input.wrap", 40, field="duty"),
        typed("Primary", choice(words.PEOPLE), "input", 22, field="primary"),
        computed("Primary phone", "formula", 24),
        typed("Backup", choice(words.PEOPLE), "input", 22, field="backup"),
        computed("Backup phone", "formula", 20),
        computed("Check", "formula", 22),
        computed("On call now", "formula", 20),
        computed("Backup now", "formula", 20),
    ),
    in_spec=True,
    flag="Check",
    fine=(FINE,),
    needs=("Role",),
    doubts=_role_doubts,
    reckoned={
        "Primary phone": _phone("Primary"),
        "Backup phone": _phone("Backup"),
        "Check": _role_checks,
        NAMED: _named("Role"),
        "rota": _rotas,
    },
    about="Owners",
)

TEAMS: Final = Table(
    "tOnCallTeams",
    (
        typed("Team", naming(TEXT, words.TEAMS), "input", 24),
        computed("People", "formula.wrap", 40),
        *(typed(header, choice(words.PEOPLE), "input", 22) for header in MEMBERS),
        flag_column(22),
    ),
    in_spec=True,
    flag="Check",
    needs=("Team",),
    doubts=_team_doubts,
    reckoned={"People": _members},
    about="Owners",
)

PEOPLE: Final = Table(
    "tPeople",
    (
        typed("Name", TEXT, "input", 24, field="name"),
        typed("Title", TEXT, "input", 40, field="title"),
        typed("Phone", TEXT, "input.text", 22, field="phone"),
        typed("E-mail", TEXT, "input", 24, field="email"),
        typed("Chat", TEXT, "input", 22, field="chat"),
        computed("Holds roles", "formula.int", 20, NUMBER),
        computed("Check", "formula", 22),
        typed("Time zone", TEXT, "input", 20, field="zone"),
    ),
    in_spec=True,
    flag="Check",
    fine=(FINE,),
    needs=("Name",),
    doubts=_person_doubts,
    reckoned={"Holds roles": _holds, "Check": _person_checks, NAMED: _named("Name")},
    about="Owners",
)
