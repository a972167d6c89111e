"""Roles are held by two different people who can be reached, at the hours the targets run."""

from __future__ import annotations

from collections.abc import Iterator

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.base import Problem, error, warning
from xlmatrix.model.calendars import weekly_hours
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.parts import FUNCTIONS


def check(spec: MatrixSpec) -> Iterator[Problem]:
    """A backup who is the primary, missing backups and contacts, and hours nobody is on call."""
    yield from _backups(spec)
    yield from _contacts(spec)
    yield from _coverage(spec)


def _backups(spec: MatrixSpec) -> Iterator[Problem]:
    owning = _owning_roles(spec)
    for place, role in enumerate(spec.roles):
        if role.backup is None:
            if role.id in owning:
                yield warning(
                    "no-backup",
                    ("roles", place),
                    f"{role.name} owns incidents and has no backup",
                    "Name a backup",
                )
        elif role.backup.casefold() == role.primary.casefold():
            yield error(
                "backup-is-primary",
                ("roles", place, "backup"),
                f"{role.backup} is both primary and backup of {role.name}",
                "Name somebody else as backup",
            )


def _owning_roles(spec: MatrixSpec) -> set[str]:
    owners = [spec.owners, *(s.owners for s in spec.severities), *(c.owners for c in spec.classes)]
    named = {getattr(owner, function) for owner in owners for function in FUNCTIONS}
    return {role for role in named if role is not None}


def _contacts(spec: MatrixSpec) -> Iterator[Problem]:
    for place, person in enumerate(spec.people):
        missing = [key for key in ("email", "phone") if getattr(person, key) is None]
        if missing:
            yield warning(
                "no-contact",
                ("people", place),
                f"{person.name} has no {' and no '.join(missing)}",
                "Add it: everybody a dropdown offers is to be reached in two ways",
            )


def _coverage(spec: MatrixSpec) -> Iterator[Problem]:
    if spec.scope.on_call != "business-hours":
        return
    always = {calendar.id for calendar in spec.calendars if _is_always(spec, calendar.id)}
    running = [
        (place, severity.id, name)
        for place, severity in enumerate(spec.severities)
        for name, target in severity.targets.items()
        if severity.calendar_of(target) in always and target.within.days is None
    ]
    if running:
        levels = ", ".join(dict.fromkeys(severity for _, severity, _ in running))
        names = ", ".join(dict.fromkeys(name for *_, name in running))
        yield warning(
            "on-call-gap",
            ("severities", running[0][0]),
            f"red gap: {levels} run around the clock ({names})"
            " and on-call covers business hours only",
            "Staff on-call around the clock, or put these targets on a business calendar",
        )


def _is_always(spec: MatrixSpec, calendar_id: str) -> bool:
    try:
        return weekly_hours(spec.calendar(calendar_id)).always
    except XlmatrixError:
        return False
