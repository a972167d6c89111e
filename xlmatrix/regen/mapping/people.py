"""tRoles and tPeople: who there is, and who holds what."""

from __future__ import annotations

from xlmatrix.model.ladder import Team
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.parts import Person, Role
from xlmatrix.model.taxonomy import AlwaysAdd
from xlmatrix.regen.mapping.book import Record, Source, text
from xlmatrix.regen.mapping.lenient import NOBODY, changed, free_id, loose
from xlmatrix.rules.cells import word_in
from xlmatrix.rules.ladder.whom import TypedTeam
from xlmatrix.tables.binding import values_of
from xlmatrix.tables.matrix import ALWAYS_ADD
from xlmatrix.tables.people import MEMBERS, PEOPLE, ROLES, TEAMS


def roles(source: Source, base: MatrixSpec) -> tuple[Role, ...]:
    """The roles as typed. A role keeps its id while its name stays, whatever its case."""
    records = source.records(ROLES.name)
    if records is None:
        return base.roles
    known = {role.name.casefold(): role for role in reversed(base.roles)}
    taken = {role.id for role in base.roles}
    people = {_title(person, "Name").casefold() for person in source.records(PEOPLE.name) or ()}
    found: list[Role] = []
    for record in records:
        name = _title(record, "Role")
        was = known.pop(name.casefold(), None)
        holders = {
            "primary": name_in(record, "Primary"),
            "backup": name_in(record, "Backup") or None,
        }
        held = values_of(ROLES, record) | {"name": name, **holders}
        if was is not None:
            found.append(changed(was, **held))
        else:
            found.append(loose(Role, id=free_id(name, taken, fallback="role"), **held))
        for column in ("Primary", "Backup"):
            person = name_in(record, column)
            if person and person.casefold() not in people:
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
        name = _title(record, "Name")
        values = values_of(PEOPLE, record) | {"name": name}
        was = known.pop(name, None)
        found.append(changed(was, **values) if was is not None else loose(Person, **values))
    return tuple(found)


def teams(source: Source, base: MatrixSpec) -> tuple[Team, ...]:
    """The teams as typed. A team keeps its id while its name stays, whatever its case."""
    records = source.records(TEAMS.name)
    if records is None:
        return base.teams
    known = {team.name.casefold(): team for team in reversed(base.teams)}
    taken = {team.id for team in base.teams}
    listed = {_title(person, "Name") for person in source.records(PEOPLE.name) or ()}
    found = []
    for record in records:
        name = _title(record, "Team")
        members = tuple(filter(None, (name_in(record, header) for header in MEMBERS)))
        was = known.pop(name.casefold(), None)
        if was is not None:
            team = changed(was, name=name, members=members)
        else:
            made = {"id": free_id(name, taken, fallback="team"), "name": name}
            team = loose(Team, **made, members=members)
        reach = max((n for n, one in enumerate(MEMBERS, 1) if name_in(record, one)), default=0)
        if reach > len(members):
            said = {known: getattr(team, known) for known in Team.model_fields}
            team = TypedTeam.model_construct(**said, reach=reach)
        found.append(team)
        if not name or not members:
            what = "the team has no members" if name else "a team has no name"
            source.odd(TEAMS.name, name or "(no name)", what, "Type its name and choose people")
        for person in filter(lambda member: member not in listed, members):
            source.odd(TEAMS.name, name, f"{person!r} is not in the directory", "Add the person")
    return tuple(found)


def always_added(
    source: Source, base: MatrixSpec, known: tuple[Role, ...]
) -> tuple[AlwaysAdd, ...]:
    """What classes always add to a ladder, with the roles as typed."""
    records = source.records(ALWAYS_ADD.name)
    if records is None:
        return base.always_add
    typed: dict[str, list[str]] = {}
    for record in records:
        prefix = text(record, "Classes that begin with").casefold()
        typed.setdefault(prefix, []).append(_title(record, "Role"))
    found = []
    for rule in base.always_add:
        rows = typed.get(", ".join(rule.prefix).casefold(), [])
        found.append(changed(rule, role=role_id(rows.pop(0) if rows else "", known)))
    return tuple(found)


def name_in(record: Record, header: str) -> str:
    """Who stands in a cell, blanks around the name included; an error value names nobody."""
    return word_in(record.get(header))


def _title(record: Record, header: str) -> str:
    """The name of a row in its cell; what is no text is none."""
    cell = record.get(header)
    return word_in(cell) if isinstance(cell, str) else ""


def role_id(name: str, known: tuple[Role, ...]) -> str:
    """The id of a role by its name; an unknown name stands for itself, nothing for nobody."""
    if not name:
        return NOBODY
    lowered = name.casefold()
    return next((role.id for role in known if role.name.casefold() == lowered), name)
