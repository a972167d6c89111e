"""A new spec together with what the old one had and the new one dropped: the orphans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from xlmatrix.model.ladder import Team
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.obligations import Obligation, Obligations, Rule
from xlmatrix.regen.merging.migrate import Glossary
from xlmatrix.regen.merging.versions import names_calendars, names_severities
from xlmatrix.regen.reading.tables import Inputs, Raw
from xlmatrix.tables.hours import EXCEPTIONS, HOLIDAYS
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.logs import CHANGES
from xlmatrix.tables.matrix import MATRIX
from xlmatrix.tables.obligations import OBLIGATIONS
from xlmatrix.tables.people import PEOPLE, ROLES, TEAMS
from xlmatrix.tables.severities import TARGETS

_MOST_SEVERITIES = 9


class _WithId(Protocol):
    @property
    def id(self) -> str: ...


_Part = TypeVar("_Part", bound=_WithId)


@dataclass(frozen=True, slots=True)
class Orphans:
    """Ids of what was kept beyond the new spec."""

    classes: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    calendars: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    obligations: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        kept = (self.classes, self.severities, self.roles, self.calendars, self.people, self.teams)
        return any(kept) or bool(self.obligations)


def with_orphans(
    old: MatrixSpec, new: MatrixSpec, mine: Inputs, words: Glossary
) -> tuple[MatrixSpec, Orphans]:
    """The new spec with the parts of the old one that the workbook still has.

    Parameters
    ----------
    mine
        The inputs of the workbook, severities by id, in the words of the new spec.
    """
    classes = _left(
        old.classes, new.classes, words.class_ids, _keys(mine, MATRIX.name, *MATRIX.keys)
    )
    roles = _left_roles(old, new, mine)
    named = {person.name.casefold() for person in new.people}
    listed = _keys(mine, PEOPLE.name, "Name")
    people = [
        p for p in old.people if p.name.casefold() not in named and p.name.casefold() in listed
    ]
    severities = _left_severities(old, new, mine, words, classes)
    wanted = {step.role for severity in severities for step in severity.ladder}
    wanted |= {role for part in (*severities, *classes) for role in _set(part.owners)}
    roles += [
        r for r in old.roles if r.id in wanted and r not in roles and r.id not in _i(new.roles)
    ]
    teams = _left_teams(old, new, mine)
    held = {name for role in roles for name in (role.primary, role.backup) if name}
    held |= {name for team in teams for name in team.members}
    people += [
        p
        for p in old.people
        if p.name in held and p.name.casefold() not in named and p not in people
    ]
    calendars = _left_calendars(old, new, mine, severities)
    rules = _left_rules(old, new, mine, _i((*new.roles, *roles)))
    orphans = Orphans(
        tuple(k.id for k in classes),
        tuple(s.id for s in severities),
        tuple(r.id for r in roles),
        tuple(c.id for c in calendars),
        tuple(p.name for p in people),
        tuple(t.id for t in teams),
        tuple(one.id for one in Obligations(rules=rules).resolved()),
    )
    if not orphans:
        return new, orphans
    update: dict[str, Any] = {
        "classes": (*new.classes, *classes),
        "severities": (*new.severities, *severities),
        "roles": (*new.roles, *roles),
        "calendars": (*new.calendars, *calendars),
        "people": (*new.people, *people),
        "teams": (*new.teams, *teams),
        "obligations": _with_rules(new.obligations, old.obligations, rules),
    }
    return new.model_copy(update=update), orphans


def _i(parts: Iterable[_WithId]) -> set[str]:
    return {part.id for part in parts}


def _set(owners: Any) -> Iterable[str]:
    return [value for value in owners.model_dump().values() if value]


def _keys(inputs: Inputs, table: str, header: str) -> set[str]:
    found = inputs.tables.get(table)
    if found is None or header not in found.headers:
        return set()
    place = found.headers.index(header)
    return {str(row[place]).strip().casefold() for row in found.rows if row[place] is not None}


def _left(
    old: Sequence[_Part], new: Sequence[_Part], renamed: dict[str, str], present: set[str]
) -> list[_Part]:
    ids = {part.id.casefold() for part in new}
    return [
        part
        for part in old
        if part.id.casefold() not in ids
        and part.id.casefold() not in renamed
        and part.id.casefold() in present
    ]


def _left_roles(old: MatrixSpec, new: MatrixSpec, mine: Inputs) -> list[Any]:
    names = {role.name.casefold() for role in new.roles}
    ids = {role.id for role in new.roles}
    ids |= {before for role in new.roles for before in role.renamed_from}
    listed = _keys(mine, ROLES.name, "Role")
    return [
        role
        for role in old.roles
        if role.name.casefold() in listed
        and role.name.casefold() not in names
        and role.id not in ids
    ]


def _left_teams(old: MatrixSpec, new: MatrixSpec, mine: Inputs) -> list[Team]:
    """Teams that the workbook lists; all, where it lists others alone, which need their table."""
    listed = _keys(mine, TEAMS.name, "Team")
    known = {team.name.casefold() for team in new.teams} | {team.id for team in new.teams}
    left = [t for t in old.teams if t.name.casefold() not in known and t.id not in known]
    kept = [team for team in left if team.name.casefold() in listed]
    return kept if kept or new.teams or not listed else left


def _left_rules(
    old: MatrixSpec, new: MatrixSpec, mine: Inputs, roles: set[str]
) -> tuple[Rule, ...]:
    """The obligations that the workbook lists, each with who decides.

    A row alone would not say what else its clock asks.
    """
    listed = _keys(mine, OBLIGATIONS.name, *OBLIGATIONS.keys)
    known = {one.id.casefold() for one in new.obligations.resolved()}
    left: list[Rule] = []
    for rule in old.obligations.rules:
        now = next(iter(Obligations(rules=(rule,)).resolved()), None)
        name = rule.id if isinstance(rule, Obligation) else rule.use
        if now is None or now.id.casefold() in known or name.casefold() not in listed:
            continue
        known.add(now.id.casefold())
        decider = rule.decider or old.obligations.decider
        named = decider if decider in roles else None
        left.append(rule.model_copy(update={"decider": named}))
    return tuple(left)


def _with_rules(new: Obligations, old: Obligations, rules: tuple[Rule, ...]) -> Obligations:
    """Obligations with others behind them, and with the facts and moments that these speak of."""
    if not rules:
        return new
    facts, moments = ({one.id for one in part} for part in (new.facts, new.moments))
    update: dict[str, Any] = {
        "rules": (*new.rules, *rules),
        "facts": (*new.facts, *(one for one in old.facts if one.id not in facts)),
        "moments": (*new.moments, *(one for one in old.moments if one.id not in moments)),
        "scope": {**old.scope, **new.scope},
    }
    return new.model_copy(update=update)


def with_answers(old: MatrixSpec, new: MatrixSpec) -> MatrixSpec:
    """The new spec with the old one's answers about the matrix, where it has none: a template's."""
    chosen, facts = new.obligations, new.obligations.every_fact()
    kept = {
        known: said for known, said in old.obligations.scope.items() if known.casefold() in facts
    }
    if chosen.scope or not chosen.rules or not kept:
        return new
    return new.model_copy(update={"obligations": chosen.model_copy(update={"scope": kept})})


def _left_severities(
    old: MatrixSpec, new: MatrixSpec, mine: Inputs, words: Glossary, classes: list[Any]
) -> list[Any]:
    """Severities that something in the workbook still goes by, as many as a spec may have."""
    used = _keys(mine, MATRIX.name, "Severity") | _keys(mine, INCIDENTS.name, "Severity set")
    used |= _keys(mine, CHANGES.name, "To")
    used |= {kind.severity.casefold() for kind in classes}
    used |= {severity.casefold() for severity in names_severities(new.history)}
    everything = {s.id.casefold() for s in old.severities}
    left = _left(old.severities, new.severities, words.severities, used & everything)
    return left[: _MOST_SEVERITIES - len(new.severities)]


def _left_calendars(
    old: MatrixSpec, new: MatrixSpec, mine: Inputs, severities: list[Any]
) -> list[Any]:
    ids = {calendar.id for calendar in new.calendars}
    ids |= {before for calendar in new.calendars for before in calendar.renamed_from}
    names = {calendar.name.casefold() for calendar in new.calendars}
    wanted = {severity.calendar for severity in severities}
    wanted |= names_calendars(new.history)
    wanted |= {t.calendar for s in severities for _, t in s.targets.items() if t.calendar}
    used = _mentioned(mine)
    return [
        calendar
        for calendar in old.calendars
        if calendar.id not in ids
        and (calendar.id in wanted or calendar.name.casefold() in used - names)
    ]


def _mentioned(mine: Inputs) -> set[str]:
    """Calendars that targets, ladders, exceptions or holidays of the workbook name."""
    used: set[str] = set()
    for name in mine.tables:
        if name.startswith(TARGETS.name) or name in (EXCEPTIONS.name, HOLIDAYS.name):
            used |= _keys(mine, name, "Calendar")
    values: list[Raw] = [v for k, v in mine.names.items() if k.startswith("Ladder_Calendar_")]
    return used | {str(value).strip().casefold() for value in values if value is not None}
