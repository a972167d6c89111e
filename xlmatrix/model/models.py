"""The whole spec: what a matrix owner writes, typed, frozen and looked up by id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol, TypeVar

from pydantic import ConfigDict, Field, field_validator, model_validator

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.accepted import Accepted
from xlmatrix.model.access import Access
from xlmatrix.model.base import Id, KeyName, Name, Strict, Text, refusal, suggestion
from xlmatrix.model.drills import Drills
from xlmatrix.model.guides import Checklist, Comms, Guide
from xlmatrix.model.history import PolicyVersion
from xlmatrix.model.importing import ImportMapping, Tool
from xlmatrix.model.ladder import Family, Step, Team, default_ladder
from xlmatrix.model.obligations import Obligations
from xlmatrix.model.oncall import Leave, Override, Rotation
from xlmatrix.model.parts import (
    CalendarSpec,
    DefaultOwners,
    Horizon,
    Owners,
    Person,
    Policy,
    Role,
    Scope,
)
from xlmatrix.model.severity import Severity
from xlmatrix.model.taxonomy import AlwaysAdd, Mappings, RaciRow, Status
from xlmatrix.model.vendors import Vendor

#: The version of the spec's form that this release writes, and those that it reads.
SPEC_VERSION: Final = 2
READS: Final = (1, 2)


class IncidentClass(Strict):
    """A kind of incident: how it is recognised, its default severity, who owns it.

    ``family`` is the kind of harm it belongs to: a ladder's step may be for some families alone.
    ``customer_update`` replaces the severity's customer window by words of its own;
    ``mappings`` are its codes in published taxonomies and ``references`` other keys; ``first_hour``
    is what to do at once and ``evidence`` what to keep; ``source`` says where the default comes
    from and ``status`` how far it may be trusted. ``renamed_from`` are ids it had before, so that
    workbooks in use follow.
    """

    id: Id
    name: KeyName
    definition: Text
    signals: tuple[Text, ...] = ()
    severity: Id
    family: Family | None = None
    raise_when: tuple[Text, ...] = ()
    lower_when: tuple[Text, ...] = ()
    owners: Owners = Field(default_factory=Owners)
    customer_update: Name | None = None
    references: tuple[Name, ...] = ()
    mappings: Mappings = Field(default_factory=Mappings)
    first_hour: tuple[Text, ...] = ()
    evidence: tuple[Text, ...] = ()
    source: Text | None = None
    status: Status = "proposed"
    renamed_from: tuple[Id, ...] = ()


class _WithId(Protocol):
    @property
    def id(self) -> str: ...


_Found = TypeVar("_Found", bound=_WithId)


class MatrixSpec(Strict):
    """An escalation matrix as data.

    Severities stand from the worst down. Every look-up by id raises a planned error that lists the
    known ids, so that callers may pass on what a user typed.
    """

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    xlmatrix: int
    title: Name
    organisation: Name
    author: Name | None = None
    """Who the files name as their author; the organisation where it is left out."""
    zone: Name
    horizon: Horizon
    policy: Policy
    history: tuple[PolicyVersion, ...] = ()
    scope: Scope = Field(default_factory=Scope)
    calendars: tuple[CalendarSpec, ...] = Field(min_length=1)
    owners: DefaultOwners
    roles: tuple[Role, ...] = Field(min_length=1)
    people: tuple[Person, ...] = Field(min_length=1)
    teams: tuple[Team, ...] = ()
    severities: tuple[Severity, ...] = Field(min_length=1, max_length=9)
    classes: tuple[IncidentClass, ...] = Field(min_length=1)
    on_call: tuple[Rotation, ...] = ()
    overrides: tuple[Override, ...] = ()
    leave: tuple[Leave, ...] = ()
    obligations: Obligations = Field(default_factory=Obligations)
    vendors: tuple[Vendor, ...] = ()
    access: tuple[Access, ...] = ()
    checklist: Checklist | None = None
    comms: Comms | None = None
    guides: tuple[Guide, ...] = ()
    always_add: tuple[AlwaysAdd, ...] = ()
    raci: tuple[RaciRow, ...] = ()
    triage: bool = False
    accept: tuple[Accepted, ...] = ()
    drills: Drills | None = None
    imports: Mapping[Tool, ImportMapping] = Field(default_factory=dict, alias="import")

    @field_validator("xlmatrix")
    @classmethod
    def _a_version_this_release_reads(cls, value: int) -> int:
        if value not in READS:
            raise refusal(
                f"the spec is of version {value}; this release reads"
                f" {' and '.join(map(str, READS))}",
                f"Write xlmatrix: {SPEC_VERSION}, or install the release that wrote it",
            )
        return value

    @model_validator(mode="before")
    @classmethod
    def _somebody_is_called(cls, data: Any) -> Any:
        """From version 2 on a severity without a ladder calls its owner, then the backup."""
        if not isinstance(data, dict) or str(data.get("xlmatrix")) == "1":
            return data
        levels = data.get("severities")
        if not isinstance(levels, list | tuple):
            return data
        return data | {"severities": [_with_ladder(level) for level in levels]}

    def calendar(self, calendar_id: str) -> CalendarSpec:
        """The calendar with that id."""
        return _find("calendar", self.calendars, calendar_id)

    def severity(self, severity_id: str) -> Severity:
        """The severity with that id."""
        return _find("severity", self.severities, severity_id)

    @property
    def roles_ever(self) -> tuple[Role, ...]:
        """The roles, and in a used workbook those that it lists no more."""
        return self.roles

    def role(self, role_id: str) -> Role:
        """The role with that id."""
        return _find("role", self.roles, role_id)

    def team(self, team_id: str) -> Team:
        """The team with that id."""
        return _find("team", self.teams, team_id)

    def incident_class(self, class_id: str) -> IncidentClass:
        """The incident class with that id."""
        return _find("class", self.classes, class_id)

    def person(self, name: str) -> Person:
        """The person with that name."""
        for person in self.people:
            if person.name == name:
                return person
        raise _unknown("person", name, [person.name for person in self.people])

    @property
    def plans_duty(self) -> bool:
        """Whether anything makes who holds a role depend on the hour."""
        return bool(self.rotations_ever or self.overrides or self.leave)

    @property
    def rotations_ever(self) -> tuple[Rotation, ...]:
        """The rotations of now, and behind them those of earlier versions of the policy."""
        return (*self.on_call, *(one for v in self.history for one in v.on_call or ()))

    @property
    def had_other_rotations(self) -> bool:
        """Whether people took other turns under an earlier version of the policy."""
        return any(version.on_call is not None for version in self.history)

    @property
    def rotates_at_times(self) -> bool:
        """Whether some role rotates, or rotated, and at another time does not."""
        versions = [v.on_call for v in self.history if v.on_call is not None]
        roles = [{one.role for one in rotations} for rotations in (self.on_call, *versions)]
        return any(one != roles[0] for one in roles)

    @property
    def had_other_teams(self) -> bool:
        """Whether others were in a team under an earlier version of the policy."""
        return any(version.teams for version in self.history)

    @property
    def had_other_holders(self) -> bool:
        """Whether others held a role under an earlier version of the policy."""
        return any(version.roles for version in self.history)

    @property
    def holders_vary(self) -> bool:
        """Whether who held a role depends on the instant: by plan, or since a version."""
        return self.plans_duty or self.had_other_holders or self.had_other_teams

    def role_called(self, step: Step, owners: DefaultOwners) -> str | None:
        """The id of the role that a step calls, given who owns the incident; None for a team."""
        if step.owner is not None:
            return str(getattr(owners, step.owner))
        return step.role

    def also_called(self, class_id: str) -> tuple[str, ...]:
        """The ids of the roles that are always added for a class, in the order written."""
        found = [rule.role for rule in self.always_add if rule.applies_to(class_id)]
        return tuple(dict.fromkeys(found))

    def owners_for(
        self, incident_class: IncidentClass | str | None, severity: Severity | str | None = None
    ) -> DefaultOwners:
        """The role ids that answer, check quality and speak.

        The class's own owners come first, then the severity's (its default where none is given),
        then the spec's.
        """
        kind = (
            self.incident_class(incident_class)
            if isinstance(incident_class, str)
            else incident_class
        )
        if severity is None and kind is not None:
            severity = kind.severity
        level = self.severity(severity) if isinstance(severity, str) else severity
        owners: Owners = self.owners
        if level is not None:
            owners = level.owners.over(owners)
        if kind is not None:
            owners = kind.owners.over(owners)
        return DefaultOwners.model_validate(owners.model_dump())


def _with_ladder(level: Any) -> Any:
    if not isinstance(level, dict) or "ladder" in level:
        return level
    targets = level.get("targets")
    response = targets.get("first_response") if isinstance(targets, dict) else None
    return level | {"ladder": default_ladder(response)}


def _find(what: str, items: Sequence[_Found], wanted: str) -> _Found:
    for item in items:
        if item.id == wanted:
            return item
    raise _unknown(what, wanted, [item.id for item in items])


def _unknown(what: str, wanted: str, known: list[str]) -> XlmatrixError:
    return XlmatrixError(
        f"there is no {what} '{wanted}'",
        where="spec",
        mend=suggestion(wanted, known, instead="Use one that the spec lists"),
    )
