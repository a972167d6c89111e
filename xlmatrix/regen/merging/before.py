"""What a new spec changes of what verdicts depend on, as the workbook said it before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from xlmatrix.model.calendars import day_seconds, weekly_hours
from xlmatrix.model.duration import Duration
from xlmatrix.model.history import (
    CalendarBefore,
    ClassBefore,
    PolicyVersion,
    RoleBefore,
    TeamBefore,
)
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.oncall import Rotation
from xlmatrix.model.parts import CalendarSpec, Role
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import TARGETS, Target, Targets, is_timed
from xlmatrix.regen.merging.migrate import renamed_ids

#: Targets that every severity has.
_NEEDED: Final = ("acknowledge", "first_response", "resolve")
#: Old ids, in lower case, to new ones.
_Ids = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are in the new spec."""

    severities: _Ids = field(default_factory=dict)
    kinds: _Ids = field(default_factory=dict)
    roles: _Ids = field(default_factory=dict)
    calendars: _Ids = field(default_factory=dict)

    @classmethod
    def between(cls, old: MatrixSpec, new: MatrixSpec) -> Names:
        """What a new spec renamed."""
        return cls(
            renamed_ids(old.severities, new.severities),
            renamed_ids(old.classes, new.classes),
            renamed_ids(old.roles, new.roles),
            renamed_ids(old.calendars, new.calendars),
        )

    def severity(self, known: str) -> str:
        """The id of a severity in the new spec."""
        return self.severities.get(known.casefold(), known)

    def kind(self, known: str) -> str:
        """The id of a class."""
        return self.kinds.get(known.casefold(), known)

    def role(self, known: str) -> str:
        """The id of a role."""
        return self.roles.get(known.casefold(), known)

    def calendar(self, known: str) -> str:
        """The id of a calendar."""
        return self.calendars.get(known.casefold(), known)


def before(base: MatrixSpec, used: MatrixSpec, new: MatrixSpec, names: Names) -> PolicyVersion:
    """What the new spec changes, as it stands in the workbook: silent about what it leaves.

    What people changed in the workbook stays theirs in the new one, for every incident alike.
    """
    targets: dict[str, Targets] = {}
    if _differ(base, new, names):
        targets = {s.id: _explicit(s, used, base) for s in used.severities}
        targets = _in_seconds(targets, used, other_days(base, used, new, names))
    return PolicyVersion(
        version=base.policy.version,
        effective=base.policy.effective,
        targets=targets,
        classes=_classes(base, used, new, names),
        roles=_roles(base, used, new, names),
        teams=_teams(base, used, new),
        on_call=base.on_call if rotations_of(base, names) != new.on_call else None,
        calendars=_calendars(base, used, new, names),
    )


def _classes(
    base: MatrixSpec, used: MatrixSpec, new: MatrixSpec, names: Names
) -> dict[str, ClassBefore]:
    """The classes to which the new spec gives another severity."""
    offered = {kind.id: kind.severity for kind in base.classes}
    now = {kind.id: kind.severity for kind in new.classes}
    found = {}
    for kind in used.classes:
        after = now.get(names.kind(kind.id))
        same = names.severity(kind.severity)
        if after not in (None, same) and offered.get(kind.id) == kind.severity:
            found[kind.id] = ClassBefore(severity=kind.severity)
    return found


def _differ(base: MatrixSpec, new: MatrixSpec, names: Names) -> bool:
    """Whether a severity that both have has other targets in the new spec."""
    now = {severity.id: severity for severity in new.severities}
    for severity in base.severities:
        found = now.get(names.severity(severity.id))
        if found is None:
            continue
        if _figures(base, severity, names) != _figures(new, found, Names()):
            return True
    return False


def _figures(spec: MatrixSpec, severity: Severity, names: Names) -> list[Any]:
    found: list[Any] = []
    for name in TARGETS:
        target = severity.targets.get(name)
        if target is None:
            found.append(None)
            continue
        calendar = target.calendar or severity.calendar
        day = target.within.business_days and day_seconds(spec.calendar(calendar))
        found.append((target.within, day, names.calendar(calendar), target.pauses))
    return found


def _explicit(severity: Severity, used: MatrixSpec, base: MatrixSpec) -> Targets:
    """The targets as they stand in the workbook, each with its calendar.

    What no spec can say stays as it was offered.
    """
    before = next((s for s in base.severities if s.id == severity.id), severity)
    calendars = {calendar.id for calendar in base.calendars}
    chosen: dict[str, Any] = {}
    for name in TARGETS:
        target, offered = severity.targets.get(name), before.targets.get(name)
        found = None
        if is_timed(target):
            calendar = target.calendar or severity.calendar
            within = _sayable(target.within, used, calendar) if calendar in calendars else None
            if within is not None:
                found = Target(within=within, calendar=calendar, pauses=target.pauses)
        if found is None and offered is not None and (target is not None or name in _NEEDED):
            own = offered.calendar or before.calendar
            found = Target(within=offered.within, calendar=own, pauses=offered.pauses)
        chosen[name] = found
    return Targets(**chosen)


def _sayable(within: Duration, used: MatrixSpec, calendar: str) -> Duration | None:
    """A duration in a form that a spec takes: people type fractions of days too; None for none."""
    if within.days is not None:
        plain = Duration(days=within.days)
    else:
        plain = Duration(seconds=within.working_seconds(day_seconds(used.calendar(calendar))))
    for said in (within, plain):
        with suppress(ValueError):
            return None if said.is_zero else Duration.parse(said.text())
    return None


def other_days(base: MatrixSpec, used: MatrixSpec, new: MatrixSpec, names: Names) -> frozenset[str]:
    """The calendars whose business day the new spec makes longer or shorter, by their old ids."""
    offered = {one.id: day_seconds(one) for one in base.calendars}
    now = {one.id: day_seconds(one) for one in new.calendars}
    return frozenset(
        one.id
        for one in used.calendars
        if offered.get(one.id) == day_seconds(one) != now.get(names.calendar(one.id))
        and names.calendar(one.id) in now
    )


def in_seconds(
    version: PolicyVersion, used: MatrixSpec, calendars: frozenset[str]
) -> PolicyVersion:
    """A version whose business days are those of before, on calendars that change their length."""
    targets = _in_seconds(version.targets, used, calendars)
    return (
        version if targets == version.targets else version.model_copy(update={"targets": targets})
    )


def _in_seconds(
    targets: Mapping[str, Targets], used: MatrixSpec, calendars: frozenset[str]
) -> dict[str, Targets]:
    found = {}
    for severity, one in targets.items():
        changes: dict[str, Any] = {}
        for name, target in one.items():
            calendar = target.calendar or used.severity(severity).calendar
            if target.within.business_days and calendar in calendars:
                day = day_seconds(used.calendar(calendar))
                within = Duration(seconds=target.within.working_seconds(day))
                changes[name] = target.model_copy(update={"within": within})
        found[severity] = one.model_copy(update=changes) if changes else one
    return found


def _roles(
    base: MatrixSpec, used: MatrixSpec, new: MatrixSpec, names: Names
) -> dict[str, RoleBefore]:
    """The roles that the new spec gives to other people."""
    offered = {role.id: _pair(role) for role in base.roles}
    now = {role.id: _pair(role) for role in new.roles}
    return {
        role.id: RoleBefore(primary=role.primary, backup=role.backup)
        for role in used.roles
        if offered.get(role.id) == _pair(role) != now.get(names.role(role.id), _pair(role))
    }


def _teams(base: MatrixSpec, used: MatrixSpec, new: MatrixSpec) -> dict[str, TeamBefore]:
    """The teams in which the new spec has other people."""
    offered = {team.id: team.members for team in base.teams}
    now = {team.id: team.members for team in new.teams}
    return {
        team.id: TeamBefore(members=team.members)
        for team in used.teams
        if team.members and offered.get(team.id) == team.members != now.get(team.id, team.members)
    }


def rotations_of(spec: MatrixSpec, names: Names) -> tuple[Rotation, ...]:
    """The rotations of a spec in the ids of the new one."""
    return _turned(spec.on_call, names)


def _turned(rotations: Sequence[Rotation], names: Names) -> tuple[Rotation, ...]:
    return tuple(
        one.model_copy(
            update={
                "role": names.role(one.role),
                "calendar": one.calendar and names.calendar(one.calendar),
            }
        )
        for one in rotations
    )


def _calendars(
    base: MatrixSpec, used: MatrixSpec, new: MatrixSpec, names: Names
) -> dict[str, CalendarBefore]:
    """The calendars to which the new spec gives other weekly hours."""
    offered = {one.id: _week(one) for one in base.calendars}
    now = {one.id: _week(one) for one in new.calendars}
    return {
        one.id: CalendarBefore(hours=one.hours, mode=one.holidays.mode)
        for one in used.calendars
        if offered.get(one.id) == _week(one) != now.get(names.calendar(one.id), _week(one))
    }


def _week(calendar: CalendarSpec) -> tuple[object, str]:
    """The hours of a calendar, and what a holiday closes."""
    return weekly_hours(calendar).days, calendar.holidays.mode


def _pair(role: Role) -> tuple[str, str]:
    """Who holds a role, as a look-up compares them."""
    return role.primary.casefold(), (role.backup or "").casefold()


def renamed(version: PolicyVersion, names: Names) -> PolicyVersion:
    """A version in the words of the new spec."""
    return version.model_copy(
        update={
            "targets": {
                names.severity(severity): _moved(one, names)
                for severity, one in version.targets.items()
            },
            "classes": {
                names.kind(kind): ClassBefore(
                    severity=one.severity and names.severity(one.severity)
                )
                for kind, one in version.classes.items()
            },
            "roles": {names.role(role): one for role, one in version.roles.items()},
            "on_call": None if version.on_call is None else _turned(version.on_call, names),
            "calendars": {names.calendar(id_): one for id_, one in version.calendars.items()},
        }
    )


def _moved(targets: Targets, names: Names) -> Targets:
    moved: dict[str, Any] = {
        name: target.model_copy(update={"calendar": names.calendar(target.calendar)})
        for name, target in targets.items()
        if target.calendar and names.calendar(target.calendar) != target.calendar
    }
    return targets.model_copy(update=moved) if moved else targets
