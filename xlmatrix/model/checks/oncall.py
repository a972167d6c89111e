"""On-call names roles and people that exist, and hours and dates that can be computed with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import TypeAlias

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.base import Path, Problem, error, suggestion, warning
from xlmatrix.model.checks.references import Known
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.oncall import Rotation
from xlmatrix.worktime import Zone, parse_hours

#: A place that names something: its path, what that is, the list it is in, and the name.
_Asked: TypeAlias = tuple[Path, str, str, str]


def check(spec: MatrixSpec, known: Known) -> Iterator[Problem]:
    """Rotations that cannot be computed, overrides without effect, people's own hours."""
    for place, rotation in enumerate(spec.on_call):
        here: Path = ("on_call", place)
        yield from _names(here, rotation, known)
        yield from _hours(here, rotation)
        yield from _zone(here, rotation)
        yield from _people(here, rotation, spec)
    for number, version in enumerate(spec.history):
        for place, rotation in enumerate(version.on_call or ()):
            # Who took turns then may have left the directory.
            here = ("history", number, "on_call", place)
            yield from _unknown(_duty(here, rotation), known)
            yield from _hours(here, rotation)
            yield from _zone(here, rotation)
    yield from _overrides(spec, known)
    for place, leave in enumerate(spec.leave):
        yield from _unknown([(("leave", place, "person"), "person", "people", leave.person)], known)
        yield from _inside(("leave", place), "the leave", (leave.begins, leave.ends), spec)
    for place, person in enumerate(spec.people):
        if person.hours is not None:
            yield from _parsed(("people", place, "hours"), person.hours)


def _names(here: Path, rotation: Rotation, known: Known) -> Iterator[Problem]:
    asked: list[_Asked] = [
        ((*here, "people", row), "person", "people", person)
        for row, person in enumerate(rotation.people)
    ]
    yield from _unknown([*_duty(here, rotation), *asked], known)


def _duty(here: Path, rotation: Rotation) -> list[_Asked]:
    """The role of a rotation, and the calendar on which it is on duty."""
    asked: list[_Asked] = [((*here, "role"), "role", "roles", rotation.role)]
    if rotation.calendar is not None:
        asked.append(((*here, "calendar"), "calendar", "calendars", rotation.calendar))
    return asked


def _unknown(asked: Iterable[_Asked], known: Known) -> Iterator[Problem]:
    for path, what, group, wanted in asked:
        names = getattr(known, group)
        if wanted not in names:
            mend = suggestion(wanted, list(names), instead=f"Use one that is listed under {group}")
            yield error("dangling", path, f"there is no {what} '{wanted}'", mend)


def _overrides(spec: MatrixSpec, known: Known) -> Iterator[Problem]:
    """Who overrides, when, and whether one above stands in the way."""
    for place, one in enumerate(spec.overrides):
        here: Path = ("overrides", place)
        asked: list[_Asked] = [((*here, "role"), "role", "roles", one.role)]
        people = (("primary", one.primary), ("backup", one.backup))
        asked += [((*here, k), "person", "people", name) for k, name in people if name]
        yield from _unknown(asked, known)
        yield from _inside(here, "the override", (one.begins, one.ends), spec)
        if (one.primary or "").casefold() == (one.backup or "-").casefold():
            said = f"{one.primary} is both primary and backup"
            yield warning("override-backup", here, said, "Name somebody else as backup")
        for row, above in enumerate(spec.overrides[:place]):
            if above.role == one.role and above.begins < one.ends and above.ends > one.begins:
                yield warning(
                    "override-overlaps",
                    here,
                    f"the override overlaps overrides[{row}], so it has no effect",
                    "Let one of the two begin where the other ends",
                )
                break


def _inside(
    here: Path, what: str, stretch: tuple[datetime, datetime], spec: MatrixSpec
) -> Iterator[Problem]:
    begins, ends = stretch
    low, high = spec.horizon.start, spec.horizon.end + timedelta(days=1)
    if ends <= datetime.combine(low, time()) or begins >= datetime.combine(high, time()):
        yield warning(
            "outside-horizon",
            here,
            f"{what} of {begins:%Y-%m-%d %H:%M} to {ends:%Y-%m-%d %H:%M} is outside the horizon",
            "Correct the dates or widen the horizon",
        )


def _zone(here: Path, rotation: Rotation) -> Iterator[Problem]:
    if rotation.zone is not None:
        try:
            Zone.load(rotation.zone)
        except XlmatrixError as failed:
            yield error("zone", (*here, "zone"), failed.what, failed.mend)


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
    yield from _parsed((*here, "hours"), rotation.hours)


def _parsed(path: Path, hours: str) -> Iterator[Problem]:
    try:
        parse_hours(hours)
    except XlmatrixError as failed:
        yield error("hours", path, failed.what, failed.mend)


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
