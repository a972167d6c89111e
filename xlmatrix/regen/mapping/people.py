"""tRoles, tPeople and tOnCallTeams: who there is, who holds what, who is called at once."""

from __future__ import annotations

from xlmatrix.model.ladder import Team
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.parts import Person, Role
from xlmatrix.regen.mapping.book import Source, text
from xlmatrix.regen.mapping.lenient import NOBODY, changed, free_id, loose
from xlmatrix.tables.binding import values_of
from xlmatrix.tables.people import MEMBERS, PEOPLE, ROLES, TEAMS


def roles(source: Source, base: MatrixSpec) -> tuple[Role, ...]:
    """The roles as typed. A role keeps its id while its name stays, whatever its case."""
    records = source.records(ROLES.name)
    if records is None:
        return base.roles
    known = {role.name.casefold(): role for role in reversed(base.roles)}
    taken = {role.id for role in base.roles}
    people = {text(person, "Name") for person in source.records(PEOPLE.name) or ()}
    found: list[Role] = []
    for record in records:
        name = text(record, "Role")
        was = known.pop(name.casefold(), None)
        held = values_of(ROLES, record) | {"name": name, "primary": text(record, "Primary")}
        if was is not None:
            found.append(changed(was, **held))
        else:
            found.append(loose(Role, id=free_id(name, taken, fallback="role"), **held))
        for column in ("Primary", "Backup"):
            person = text(record, column)
            if person and person not in people:
                source.odd(
                    ROLES.name, name, f"{person!r} is not in the directory", "Add the person"
                )
        if not held["primary"]:
            source.odd(ROLES.name, name, "the role has no primary", "Choose one")
    return tuple(found)


def people(source: Source, base: MatrixSpec) -> tuple[Person, ...]:
    """The directory as typed."""
    records = source.records(PEOPLE.name)
    if records is None:
        return base.people
    known = {person.name: person for person in reversed(base.people)}
    found = []
    for record in records:
        name = text(record, "Name")
        values = values_of(PEOPLE, record) | {"name": name}
        was = known.pop(name, None)
        found.append(changed(was, **values) if was is not None else loose(Person, **values))
        if not name:
            source.odd(PEOPLE.name, "(no name)", "a row has no name", "Type the person's name")
    return tuple(found)


def teams(source: Source, base: MatrixSpec, known: tuple[Person, ...]) -> tuple[Team, ...]:
    """The members of each team as typed; a team without a row keeps those it had."""
    listed = {person.name for person in known}
    rows = {text(row, "Team").casefold(): row for row in source.records(TEAMS.name) or ()}
    found = []
    for team in base.teams:
        row = rows.get(team.name.casefold())
        members = tuple(filter(None, (text(row, cell) for cell in MEMBERS))) if row else None
        found.append(team if members is None else changed(team, members=members))
        for person in members or ():
            if person not in listed:
                what = f"{person!r} is not in the directory"
                source.odd(TEAMS.name, team.name, what, "Add the person")
        if members == ():
            source.odd(TEAMS.name, team.name, "the team has no members", "Choose some")
    return tuple(found)


def role_id(name: str, known: tuple[Role, ...]) -> str:
    """The id of a role by its name; an unknown name stands for itself, nothing for nobody."""
    if not name:
        return NOBODY
    lowered = name.casefold()
    return next((role.id for role in known if role.name.casefold() == lowered), name)
