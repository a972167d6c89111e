"""Owners: the directory and who holds which role; the source of every owner dropdown."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import BLANK, Expr, F, col, if_, iferror, ref, this
from xlmatrix.rules import names
from xlmatrix.rules.directory import person_check, role_check
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.ladder.oncall import BACKUP, PRIMARY, holders_at, role_now_expr
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.parts import Drawn, Scene, back_link, column_span, dropdown, heading, padded
from xlmatrix.sheets.plan import Table, TableColumn, Value, Values
from xlmatrix.tables.column import Column
from xlmatrix.tables.validation import Paint

NAME: Final = "Owners"
_SPARE_ROLES: Final = 4
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
    draft.put(row, 2, "Directory", "heading")
    draft.put(
        row + 1, 2, "New people go on the next free row; then they can be chosen above.", "note"
    )
    people = draft.table(_people(scene, row + 2))
    draft.set_page(fit_height=1)
    return Drawn(
        draft.plan(),
        {
            names.LIST_ROLES.text: column_span(NAME, roles, "Role"),
            names.LIST_PEOPLE.text: column_span(NAME, people, "Name"),
        },
    )


def _person(column: str, header: str) -> Expr:
    row = F.MATCH(this(header), names.LIST_PEOPLE, 0)
    return if_(this(header).filled(), iferror(F.INDEX(col("tPeople", column), row) & ""))


def _role_check() -> Expr:
    """Its twin is :func:`xlmatrix.rules.directory.role_check`."""
    primary, backup = this("Primary"), this("Backup")
    stranger = F.OR(
        F.AND(primary.filled(), F.COUNTIF(names.LIST_PEOPLE, primary).eq(0)),
        F.AND(backup.filled(), F.COUNTIF(names.LIST_PEOPLE, backup).eq(0)),
    )
    return if_(
        this("Role").empty(),
        BLANK,
        if_(
            primary.empty(),
            "Primary missing",
            if_(
                backup.empty(),
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
    height = len(spec.roles) + _SPARE_ROLES
    # The first of a name counts, in any case, as for the look-up.
    phones = {one.name.casefold(): one.phone or "" for one in reversed(spec.people)}
    owner = dropdown(names.LIST_PEOPLE, "a person of the directory")
    check = _role_check()
    columns = (
        TableColumn("Role", "input", 24),
        TableColumn("Duty", "input.wrap", 40),
        TableColumn("Primary", "input", 22, validation=owner),
        TableColumn("Primary phone", "formula", 24, expr=_person("Phone", "Primary")),
        TableColumn("Backup", "input", 22, validation=owner, paints=(_same_person(row),)),
        TableColumn("Backup phone", "formula", 20, expr=_person("Phone", "Backup")),
        TableColumn("Check", "formula", 22, expr=check, paints=_check_paints(row + 1, 8)),
        *_now_columns(scene),
    )
    checks = [role_check(role, set(phones)) for role in spec.roles]
    values: tuple[Values, ...] = (
        padded([role.name for role in spec.roles], height),
        padded([role.duty for role in spec.roles], height),
        padded([role.primary for role in spec.roles], height),
        padded([phones.get(role.primary.casefold(), "") for role in spec.roles], height, ""),
        padded([role.backup for role in spec.roles], height),
        padded([phones.get((role.backup or "").casefold(), "") for role in spec.roles], height, ""),
        padded(checks, height, ""),
        *_now_values(scene, height),
    )
    return Table("tRoles", row, 2, columns, values, filtered=False)


def _now_columns(scene: Scene) -> tuple[Column, ...]:
    """Who holds the role at this hour, where any role rotates."""
    if not scene.spec.on_call:
        return ()
    held = (("On call now", PRIMARY), ("Backup now", BACKUP))
    return tuple(
        TableColumn(
            header,
            "formula",
            20,
            expr=if_(this("Role").filled(), role_now_expr(this("Role"), column)),
        )
        for header, column in held
    )


def _now_values(scene: Scene, height: int) -> tuple[Values, ...]:
    if not scene.spec.on_call:
        return ()
    now = int(scene.context.as_of_s) - EPOCH_S
    by_role = holders_at(scene.spec, scene.context.turns, now).by_role
    pairs = [by_role[role.name.casefold()] for role in scene.spec.roles]
    return tuple(padded([pair[place] for pair in pairs], height, "") for place in (0, 1))


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
    reach = F.COUNTIF(col("tRoles", "Primary"), name) + F.COUNTIF(col("tRoles", "Backup"), name)
    channels = F.COUNTA(this("E-mail"), this("Phone"), this("Chat"))
    check = if_(
        name.empty(),
        BLANK,
        if_(
            F.COUNTIF(names.LIST_PEOPLE, name) > 1,
            "Name is used twice",
            if_(channels < 2, "Needs two channels", "ok"),
        ),
    )
    columns = (
        TableColumn("Name", "input", 24),
        TableColumn("Title", "input", 40),
        TableColumn("Phone", "input.text", 22),
        TableColumn("E-mail", "input", 24),
        TableColumn("Chat", "input", 22),
        TableColumn("Holds roles", "formula.int", 20, expr=if_(name.filled(), reach)),
        TableColumn("Check", "formula", 22, expr=check, paints=_check_paints(row + 1, 8)),
        TableColumn("Time zone", "input", 20),
    )
    roles = scene.spec.roles
    named = [p.name.casefold() for p in people]
    holding = [h.casefold() for role in roles for h in (role.primary, role.backup or "")]
    held: list[Value] = [holding.count(name) if name else "" for name in named]
    reachable: list[Value] = [
        person_check(person, named.count(person.name.casefold())) for person in people
    ]
    values: tuple[Values, ...] = (
        padded([person.name for person in people], height),
        padded([person.title for person in people], height),
        padded([person.phone for person in people], height),
        padded([person.email for person in people], height),
        padded([person.chat for person in people], height),
        padded(held, height, ""),
        padded(reachable, height, ""),
        padded([person.zone for person in people], height),
    )
    return Table("tPeople", row, 2, columns, values, filtered=False)
