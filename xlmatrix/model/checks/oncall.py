"""Rotations name roles and people that exist, and hours that can be computed with."""

from __future__ import annotations

from collections.abc import Iterator

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.base import Path, Problem, error, suggestion, warning
from xlmatrix.model.checks.references import Known
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.oncall import Rotation
from xlmatrix.worktime import parse_hours


def check(spec: MatrixSpec, known: Known) -> Iterator[Problem]:
    """Rotations that cannot be computed, and those that leave one person as both."""
    for place, rotation in enumerate(spec.on_call):
        here: Path = ("on_call", place)
        yield from _names(here, rotation, known)
        yield from _hours(here, rotation)
        yield from _people(here, rotation, spec)


def _names(here: Path, rotation: Rotation, known: Known) -> Iterator[Problem]:
    asked = [((*here, "role"), "role", "roles", rotation.role)]
    asked += [
        ((*here, "people", row), "person", "people", person)
        for row, person in enumerate(rotation.people)
    ]
    if rotation.calendar is not None:
        asked.append(((*here, "calendar"), "calendar", "calendars", rotation.calendar))
    for path, what, group, wanted in asked:
        names = getattr(known, group)
        if wanted not in names:
            mend = suggestion(wanted, list(names), instead=f"Use one that is listed under {group}")
            yield error("dangling", path, f"there is no {what} '{wanted}'", mend)


def _hours(here: Path, rotation: Rotation) -> Iterator[Problem]:
    if rotation.hours is None:
        return
    if rotation.calendar is not None:
        yield error(
            "on-call-hours",
            (*here, "hours"),
            "a rotation has hours and a calendar; only one of them can say when it is on duty",
            "Remove one of the two",
        )
    try:
        parse_hours(rotation.hours)
    except XlmatrixError as failed:
        yield error("hours", (*here, "hours"), failed.what, failed.mend)


def _people(here: Path, rotation: Rotation, spec: MatrixSpec) -> Iterator[Problem]:
    folded = [person.casefold() for person in rotation.people]
    if len(set(folded)) == 1 and rotation.backup == "next":
        role = next((role for role in spec.roles if role.id == rotation.role), None)
        if len(folded) > 1 or role is None or role.backup is None:
            yield warning(
                "no-backup",
                (*here, "people"),
                f"only {rotation.people[0]} takes turns, so nobody is the backup",
                "Add a second person, or a backup to the role",
            )
    if rotation.start > spec.horizon.end:
        yield warning(
            "outside-horizon",
            (*here, "start"),
            f"the rotation begins on {rotation.start}, after the horizon",
            "Correct the date or widen the horizon",
        )
