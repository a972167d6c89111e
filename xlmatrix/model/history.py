"""Earlier versions of the policy: an incident keeps what was in force when it opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Protocol

from pydantic import Field

from xlmatrix.model.base import Day, Id, Name, Strict, Text
from xlmatrix.model.ladder import MOST_MEMBERS
from xlmatrix.model.oncall import Rotation
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import Targets


class ClassBefore(Strict):
    """What an earlier version said of a class, where it is not what the class says now."""

    severity: Id | None = None


class RoleBefore(Strict):
    """Who held a role under an earlier version, where others hold it now."""

    primary: Name
    backup: Name | None = None


class TeamBefore(Strict):
    """Who was in a team under an earlier version, where others are in it now."""

    members: Annotated[tuple[Name, ...], Field(min_length=1, max_length=MOST_MEMBERS)]


class CalendarBefore(Strict):
    """The weekly hours of a calendar on the dates of an earlier version, where they changed since.

    ``mode`` is what a holiday closed then; left out, what it closes now.
    """

    hours: Text
    mode: Literal["clip", "shift"] | None = None


class _Class(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def severity(self) -> str: ...


class _Role(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def primary(self) -> str: ...
    @property
    def backup(self) -> str | None: ...


class _Team(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def members(self) -> tuple[str, ...]: ...


class PolicyVersion(Strict):
    """What was in force from ``effective`` on, until the next version.

    ``targets`` are by severity id, the rest by the id of a class, role, team or calendar; one
    left out was as it is now. ``on_call`` are all rotations of that time, None where they are those
    of now. Targets and classes go by the day on which an incident opened, roles, rotations and
    teams by the instant of a call, and hours by the date that is worked.
    """

    version: Name
    effective: Day
    targets: Mapping[Id, Targets] = Field(default_factory=dict)
    classes: Mapping[Id, ClassBefore] = Field(default_factory=dict)
    roles: Mapping[Id, RoleBefore] = Field(default_factory=dict)
    teams: Mapping[Id, TeamBefore] = Field(default_factory=dict)
    on_call: tuple[Rotation, ...] | None = None
    calendars: Mapping[Id, CalendarBefore] = Field(default_factory=dict)

    @property
    def says_anything(self) -> bool:
        """Whether it has anything to say beside its name and date."""
        named = self.targets or self.classes or self.roles or self.teams or self.calendars
        return bool(named) or self.on_call is not None

    def targets_of(self, severity: Severity) -> Targets:
        """The targets of a severity under this version."""
        return self.targets.get(severity.id, severity.targets)

    def severity_of(self, kind: _Class) -> str:
        """The severity of a class under this version."""
        before = self.classes.get(kind.id)
        return before.severity if before and before.severity else kind.severity

    def holders_of(self, role: _Role) -> tuple[str, str]:
        """Primary and backup of a role under this version; "" is nobody."""
        before = self.roles.get(role.id, role)
        return before.primary or "", before.backup or ""

    def members_of(self, team: _Team) -> tuple[str, ...]:
        """Who was in a team under this version."""
        return self.teams.get(team.id, team).members
