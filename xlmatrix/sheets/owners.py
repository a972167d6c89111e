"""Owners: the directory and who holds which role; the source of every owner dropdown."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import (
    BLANK,
    Expr,
    F,
    col,
    criterion,
    if_,
    iferror,
    is_text,
    lit,
    name,
    place_of,
    ref,
    this,
)
from xlmatrix.rules import names
from xlmatrix.rules.directory import person_checks, phones_of, role_checks
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.ladder.oncall import BACKUP, PRIMARY, ROTA, role_now_expr
from xlmatrix.rules.ladder.turns import who
from xlmatrix.rules.ladder.whom import TypedTeam
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.layout import Filled, laid_out
from xlmatrix.sheets.parts import Drawn, Scene, back_link, column_span, heading, padded
from xlmatrix.sheets.plan import Table, Value
from xlmatrix.sheets.rota import ROTA_OF
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.people import MEMBERS, MOST_SHOWN, NAMED, PEOPLE, ROLES, TEAMS
from xlmatrix.tables.validation import Paint

NAME: Final = "Owners"
SPARE_ROLES: Final = 4
_SPARE_PEOPLE: Final = 8


def owners_sheet(scene: Scene) -> Drawn:
    """Roles first, for they are what changes; the directory below."""
    draft = Draft(NAME)
    heading(
        draft,
        "Owners",
        "Change a primary or backup here and the matrix, the ladders and open incidents follow.",
    )
    back_link(draft, 3, 2)
    draft.put(5, 2, "Roles: primary and backup", "heading")
    roles = draft.table(_roles(scene, 6))
    row = roles.last_row + 2
    if scene.spec.teams:
        draft.put(row, 2, "Teams: everybody of one is called at once", "heading")
        row = draft.table(_teams(scene, row + 1)).last_row + 2
    draft.put(row, 2, "Directory", "heading")
    draft.put(
        row + 1, 2, "New people go on the next free row; then they can be chosen above.", "note"
    )
    people = draft.table(_people(scene, row + 2))
    draft.set_page(fit_height=1)
    return Drawn(
        draft.plan(),
        {
            "Roles_Header": ref(roles.row, roles.column, NAME),
            names.LIST_ROLES.text: column_span(NAME, roles, "Role"),
            names.LIST_PEOPLE.text: column_span(NAME, people, "Name"),
        },
    )


def _person(column: str, header: str) -> Expr:
    row = place_of(this(header) & "", names.LIST_PEOPLE)
    return if_(this(header).filled(), iferror(F.INDEX(col(PEOPLE.name, column), row) & ""))


def _named(column: Column) -> Column:
    return hidden_step(NAMED, F.IF(is_text(this(column.id)), 1, 0))


def _role_check() -> Expr:
    """Its twin is :func:`xlmatrix.tables.people.role_words`."""
    primary, backup = this("Primary"), this("Backup")
    first, second = (place_of(one & "", names.LIST_PEOPLE) for one in (primary, backup))
    stranger = F.ISERROR(first + second)
    return if_(
        F.NOT(is_text(this("Role"))),
        BLANK,
        if_(
            F.OR(primary.empty(), F.ISERROR(primary)),
            "Primary missing",
            if_(
                F.OR(backup.empty(), F.ISERROR(backup)),
                "Backup missing",
                if_(
                    primary.eq(backup),
                    "Backup is the primary",
                    if_(stranger, "Not in the directory", "ok"),
                ),
            ),
        ),
    )


def _roles(scene: Scene, row: int) -> Table:
    spec = scene.spec
    height = len(spec.roles) + SPARE_ROLES
    phones = phones_of(spec)
    backup = ROLES["Backup"].having(paints=(_same_person(row),))
    check = ROLES["Check"].by(_role_check(), paints=_check_paints(row + 1, 8))
    typed: list[tuple[Column, list[Value]]] = [
        (ROLES["Role"], [role.name for role in spec.roles]),
        (ROLES["Duty"], [role.duty for role in spec.roles]),
        (ROLES["Primary"], [role.primary for role in spec.roles]),
        (backup, [role.backup for role in spec.roles]),
    ]
    found: list[tuple[Column, list[Value]]] = [
        (
            ROLES["Primary phone"].by(_person("Phone", "Primary")),
            [phones.get(role.primary.casefold(), "") for role in spec.roles],
        ),
        (
            ROLES["Backup phone"].by(_person("Phone", "Backup")),
            [phones.get((role.backup or "").casefold(), "") for role in spec.roles],
        ),
        (check, [*role_checks(spec)]),
        *_on_call_now(scene),
        (_named(ROLES["Role"]), [int(bool(role.name)) for role in spec.roles]),
    ]
    filled: list[Filled] = [
        *((column, padded(values, height)) for column, values in typed),
        *((column, padded(values, height, "")) for column, values in found),
    ]
    return laid_out(ROLES, row, 2, filled, filtered=False)


def _on_call_now(scene: Scene) -> list[tuple[Column, list[Value]]]:
    """Who holds the role at this hour, where any role rotates."""
    spec = scene.spec
    if not spec.plans_duty:
        return []
    place = F.ROW() - F.ROW(name("Roles_Header"))
    now = int(scene.context.as_of_s) - EPOCH_S
    turns = scene.context.turns
    pairs = [
        who(turns[role.id], now) if role.id in turns else (role.primary, role.backup or "")
        for role in scene.spec.roles
    ]
    listed = F.IFERROR(place_of(this("Role"), ROTA_OF), 0)
    number = if_(is_text(this("Role")), listed)
    rotating = list(scene.context.plan)
    numbers = [rotating.index(r.id) + 1 if r.id in rotating else 0 for r in scene.spec.roles]
    rota: list[tuple[Column, list[Value]]] = [(hidden_step(ROTA, number), [*numbers])]
    shown: list[tuple[Column, list[Value]]] = [
        (
            ROLES[header].by(if_(is_text(this("Role")), role_now_expr(scene.spec, place, column))),
            [pair[at] if role.name else "" for role, pair in zip(spec.roles, pairs, strict=True)],
        )
        for at, (header, column) in enumerate((("On call now", PRIMARY), ("Backup now", BACKUP)))
    ]
    return shown + rota if rotating else shown


def _teams(scene: Scene, row: int) -> Table:
    """One row a team and a free one, a cell a member, one more than the largest team needs."""
    teams, height = scene.spec.teams, len(scene.spec.teams) + 1
    most = max(len(team.members) for team in teams) + 1
    # A person behind free cells keeps the column.
    taken = [team.reach for team in teams if isinstance(team, TypedTeam)]
    width = min(max([most, *taken]), len(MEMBERS))
    people: Expr = lit("")
    for header in MEMBERS[:width]:
        # An error value names nobody.
        named = if_(this(header).filled(), lit(", ") & this(header))
        people = people & F.IF(F.ISERROR(this(header)), lit(""), named)
    filled: list[Filled] = [
        (TEAMS["Team"], padded([team.name for team in teams], height)),
        (
            TEAMS["People"].by(F.MID(people, 3, MOST_SHOWN)),
            padded([", ".join(team.members) for team in teams], height, ""),
        ),
    ]
    for place, header in enumerate(MEMBERS[:width]):
        known = [team.members[place] if place < len(team.members) else None for team in teams]
        filled.append((TEAMS[header], padded(known, height)))
    return laid_out(TEAMS, row, 2, filled, filtered=False)


def _same_person(header_row: int) -> Paint:
    first = header_row + 1
    primary = ref(first, 4, absolute=False)
    backup = ref(first, 6, absolute=False)
    return Paint(F.AND(backup.filled(), backup.eq(primary)), "bad")


def _check_paints(first_row: int, column: int) -> tuple[Paint, ...]:
    cell = ref(first_row, column, absolute=False)
    return (
        Paint(cell.eq("ok"), "good"),
        Paint(F.AND(cell.filled(), cell.ne("ok")), "bad"),
    )


def _people(scene: Scene, row: int) -> Table:
    people = scene.spec.people
    height = len(people) + _SPARE_PEOPLE
    name = this("Name")
    held_by = [
        F.COUNTIF(col(ROLES.name, holder), criterion(name)) for holder in ("Primary", "Backup")
    ]
    holds = if_(name.filled(), held_by[0] + held_by[1])
    channels = F.COUNTA(this("E-mail"), this("Phone"), this("Chat"))
    check = if_(
        F.NOT(is_text(name)),
        BLANK,
        if_(
            F.COUNTIF(names.LIST_PEOPLE, criterion(name)) > 1,
            "Name is used twice",
            if_(channels < 2, "Needs two channels", "ok"),
        ),
    )
    roles = scene.spec.roles
    named = [p.name.casefold() for p in people]
    holding = [h.casefold() for role in roles for h in (role.primary, role.backup or "")]
    held: list[Value] = [holding.count(name) if name else "" for name in named]
    reachable: list[Value] = [*person_checks(scene.spec)]
    typed: dict[str, list[Value]] = {
        "Name": [person.name for person in people],
        "Title": [person.title for person in people],
        "Phone": [person.phone for person in people],
        "E-mail": [person.email for person in people],
        "Chat": [person.chat for person in people],
        "Time zone": [person.zone for person in people],
    }
    paints = _check_paints(row + 1, 8)
    filled: list[Filled] = [
        *((PEOPLE[header], padded(values, height)) for header, values in typed.items()),
        (PEOPLE["Holds roles"].by(holds), padded(held, height, "")),
        (PEOPLE["Check"].by(check, paints=paints), padded(reachable, height, "")),
        (_named(PEOPLE["Name"]), padded([int(bool(one.name)) for one in people], height, 0)),
    ]
    return laid_out(PEOPLE, row, 2, filled, filtered=False)
