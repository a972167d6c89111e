"""A ladder's steps can be called: their shares can be counted, and their names mean one thing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.base import Path, Problem, error, warning
from xlmatrix.model.calendars import step_seconds
from xlmatrix.model.ladder import OWNER_WORDS, Share, Step
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import TARGETS, is_timed


def check(spec: MatrixSpec) -> Iterator[Problem]:
    """Shares of targets that do not fit the ladder's clock, steps for nobody, names used twice."""
    families = {kind.family for kind in spec.classes}
    for place, severity in enumerate(spec.severities):
        for row, step in enumerate(severity.ladder):
            path: Path = ("severities", place, "ladder", row)
            if isinstance(step.after, Share):
                yield from _share(spec, severity, step.after, (*path, "after"))
            yield from _families(step, families, path)
    yield from _names(spec)


def _share(spec: MatrixSpec, severity: Severity, share: Share, path: Path) -> Iterator[Problem]:
    target, label = severity.targets.get(share.target), TARGETS[share.target].lower()
    instead = "or write an amount of time, such as 15 min"
    if not is_timed(target):
        what = f"{severity.id} has no target for {label}, so {share} is never"
        yield error("share", path, what, f"Set targets.{share.target}, {instead}")
    elif target.within.days is not None:
        what = f"{label} is counted in calendar days ({target.within}), which have no working time"
        yield error("share", path, what, f"Take a target in working time, {instead}")
    elif severity.calendar_of(target) != severity.calendar:
        what = (
            f"{label} runs on '{severity.calendar_of(target)}' and the ladder on"
            f" '{severity.calendar}', so a share of it is no time of the ladder"
        )
        yield error("share", path, what, f"Take a target on the ladder's calendar, {instead}")
    elif _seconds(spec, severity, share) == 0:
        what = f"{share} is less than a second of {target.within}"
        yield error("share", path, what, f"Take a larger share, {instead}")


def _seconds(spec: MatrixSpec, severity: Severity, share: Share) -> int | None:
    """The share's seconds; None where its calendar cannot be computed, which is found elsewhere."""
    try:
        return step_seconds(spec, severity, share)
    except XlmatrixError:
        return None


def _families(step: Step, known: Collection[object], path: Path) -> Iterator[Problem]:
    if step.families and not any(family in known for family in step.families):
        yield warning(
            "ladder-family",
            (*path, "families"),
            f"no class is of the family {' or '.join(step.families)}, so this step is never called",
            "Give classes a family, or remove families",
        )


def _names(spec: MatrixSpec) -> Iterator[Problem]:
    """A cell of a ladder says whom it means by a name alone."""
    owners = {words.casefold(): "the owners of a class" for words in OWNER_WORDS.values()}
    roles = {role.name.casefold(): "a role" for role in spec.roles}
    teams: dict[str, str] = {}
    for place, role in enumerate(spec.roles):
        yield from _clash(("roles", place, "name"), role.name, owners)
    for place, team in enumerate(spec.teams):
        yield from _clash(("teams", place, "name"), team.name, owners | roles | teams)
        teams[team.name.casefold()] = "another team"


def _clash(path: Path, name: str, taken: Mapping[str, str]) -> Iterator[Problem]:
    other = taken.get(name.casefold())
    if other is not None:
        what = f"'{name}' names {other} already, so a ladder's cell could not say which is meant"
        yield error("name-clash", path, what, "Choose another name")
