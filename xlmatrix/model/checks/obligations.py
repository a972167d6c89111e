"""Obligations exist, stand once, and somebody decides about them."""

from __future__ import annotations

from collections.abc import Iterator

from xlmatrix.model.base import Path, Problem, error, suggestion, warning
from xlmatrix.model.checks.references import Known
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.obligations import Chosen, Obligation, moved_to, published


def check(spec: MatrixSpec, known: Known) -> Iterator[Problem]:
    """Unknown or repeated obligations, dangling roles and classes, and nobody to decide."""
    chosen = spec.obligations
    here: Path = ("obligations",)
    if chosen.decider is not None:
        yield from _exists((*here, "decider"), "role", "roles", chosen.decider, known)
    if chosen.calendar is not None:
        yield from _exists((*here, "calendar"), "calendar", "calendars", chosen.calendar, known)
    seen: set[str] = set()
    for place, rule in enumerate(chosen.rules):
        path = (*here, "rules", place)
        name = rule.use if isinstance(rule, Chosen) else rule.id
        if name.casefold() in seen:
            mend = "List it once; give an own one an id of its own"
            yield error("duplicate", path, f"the obligation '{name}' is listed twice", mend)
        seen.add(name.casefold())
        yield from _rule(path, rule, known)
        if rule.decider is None and chosen.decider is None:
            yield warning(
                "no-decider",
                path,
                f"nobody decides whether '{name}' applies",
                "Name a role as decider, here or for all obligations",
            )


def _rule(path: Path, rule: Chosen | Obligation, known: Known) -> Iterator[Problem]:
    if isinstance(rule, Chosen) and not (rule.use.casefold() in published() or moved_to(rule.use)):
        listed = [full.id for full in published().values()]
        mend = suggestion(rule.use, listed, instead="Write it out with id, regime and trigger")
        yield error("dangling", path, f"there is no published obligation '{rule.use}'", mend)
    if rule.decider is not None:
        yield from _exists((*path, "decider"), "role", "roles", rule.decider, known)
    for row, kind in enumerate(rule.classes or ()):
        yield from _exists((*path, "classes", row), "class", "classes", kind, known)


def _exists(path: Path, what: str, group: str, wanted: str, known: Known) -> Iterator[Problem]:
    names = getattr(known, group)
    if wanted not in names:
        mend = suggestion(wanted, list(names), instead=f"Use one that is listed under {group}")
        yield error("dangling", path, f"there is no {what} '{wanted}'", mend)
