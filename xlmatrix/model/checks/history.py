"""Earlier versions of the policy: in order of time, of what exists."""

from __future__ import annotations

from collections.abc import Iterator

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.base import Path, Problem, error
from xlmatrix.model.history import PolicyVersion
from xlmatrix.model.models import MatrixSpec
from xlmatrix.worktime import parse_hours


def check(spec: MatrixSpec) -> Iterator[Problem]:
    """Versions stand from the oldest on, each before the present one takes effect."""
    if not spec.history:
        return
    calendars = {calendar.id for calendar in spec.calendars}
    severities = {severity.id for severity in spec.severities}
    later = [*(version.effective for version in spec.history[1:]), spec.policy.effective]
    for place, (version, following) in enumerate(zip(spec.history, later, strict=True)):
        path: Path = ("history", place)
        if version.effective >= following:
            yield error(
                "history-order",
                (*path, "effective"),
                f"version '{version.version}' takes effect on {version.effective}, "
                f"not before the next one ({following})",
                "Order the versions from the oldest on; policy.effective comes last",
            )
        yield from _classes(spec, version, path)
        yield from _roles(spec, version, path)
        yield from _teams(spec, version, path)
        yield from _calendars(version, calendars, path)
        for severity_id, targets in version.targets.items():
            if severity_id not in severities:
                yield error(
                    "history-severity",
                    (*path, "targets", severity_id),
                    f"there is no severity '{severity_id}'",
                    "Use the severity's present id, or leave it out",
                )
            for name, target in targets.items():
                if target.calendar is not None and target.calendar not in calendars:
                    yield error(
                        "history-calendar",
                        (*path, "targets", severity_id, name, "calendar"),
                        f"there is no calendar '{target.calendar}'",
                        "Use one that the spec lists",
                    )


def _classes(spec: MatrixSpec, version: PolicyVersion, path: Path) -> Iterator[Problem]:
    kinds = {kind.id for kind in spec.classes}
    severities = {severity.id for severity in spec.severities}
    for kind, before in version.classes.items():
        if kind not in kinds:
            yield error(
                "history-class",
                (*path, "classes", kind),
                f"there is no class '{kind}'",
                "Use the class's present id, or leave it out",
            )
        if before.severity is not None and before.severity not in severities:
            yield error(
                "history-severity",
                (*path, "classes", kind, "severity"),
                f"there is no severity '{before.severity}'",
                "Use the severity's present id",
            )


def _roles(spec: MatrixSpec, version: PolicyVersion, path: Path) -> Iterator[Problem]:
    known = {role.id for role in spec.roles}
    for role in version.roles:
        if role not in known:
            yield error(
                "history-role",
                (*path, "roles", role),
                f"there is no role '{role}'",
                "Use the role's present id, or leave it out",
            )


def _teams(spec: MatrixSpec, version: PolicyVersion, path: Path) -> Iterator[Problem]:
    known = {team.id for team in spec.teams}
    for team in version.teams:
        if team not in known:
            yield error(
                "history-team",
                (*path, "teams", team),
                f"there is no team '{team}'",
                "Use the team's present id, or leave it out",
            )


def _calendars(version: PolicyVersion, known: set[str], path: Path) -> Iterator[Problem]:
    for calendar, before in version.calendars.items():
        at: Path = (*path, "calendars", calendar)
        if calendar not in known:
            yield error(
                "history-calendar",
                at,
                f"there is no calendar '{calendar}'",
                "Use the calendar's present id, or leave it out",
            )
        try:
            parse_hours(before.hours)
        except XlmatrixError as failed:
            yield error("hours", (*at, "hours"), failed.what, failed.mend)
