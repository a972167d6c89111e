"""What a spec accepts: findings that are no open ones any more, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from xlmatrix.errors import Finding, Level
from xlmatrix.model.accepted import Accepted
from xlmatrix.model.base import Problem, error, suggestion, warning
from xlmatrix.model.findings import KINDS, Seen, kind_of
from xlmatrix.model.models import MatrixSpec

_PART: Final = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


@dataclass(frozen=True, slots=True)
class Judged:
    """Findings told apart: ``accepted`` carry their reason, ``used`` are entries that took any."""

    open: tuple[Finding, ...]
    accepted: tuple[Finding, ...]
    used: frozenset[int]


def check(spec: MatrixSpec) -> Iterator[Problem]:
    """Entries that name no finding, or one that nobody may accept."""
    for place, entry in enumerate(spec.accept):
        path = ("accept", place, "finding")
        kind = kind_of(entry.finding)
        if kind is None:
            known = [one.code for one in KINDS.values() if one.acceptable]
            yield error(
                "accept-unknown",
                path,
                f"there is no finding '{entry.finding}'",
                suggestion(entry.finding, known, instead="Write the code that check --json gives"),
            )
        elif not kind.acceptable:
            stops = kind.level is Level.ERROR
            why = "an error stops a build" if stops else "it is not about the matrix"
            yield error(
                "accept-refused",
                path,
                f"'{entry.finding}' cannot be accepted: {why}",
                "Mend it, and take the entry out",
            )


def judged(spec: MatrixSpec, findings: Iterable[Finding]) -> Judged:
    """The findings that are open, and those that the spec accepts; errors always are open."""
    still, taken, used = [], [], set()
    for finding in findings:
        places = {
            place
            for place, entry in enumerate(spec.accept)
            if finding.level is not Level.ERROR
            and entry.finding == finding.code
            and covers(spec, entry, finding.path)
        }
        if places:
            used |= places
            taken.append(replace(finding, accepted=reasons(spec, places)))
        else:
            still.append(finding)
    return Judged(tuple(still), tuple(taken), frozenset(used))


def unused(spec: MatrixSpec, used: Collection[int], seen: Collection[Seen]) -> Iterator[Problem]:
    """Entries that took nothing away although their finding would have been ``seen``."""
    for place, entry in enumerate(spec.accept):
        kind = kind_of(entry.finding)
        if place in used or kind is None or not kind.acceptable or kind.seen not in seen:
            continue
        at = f" at {entry.where}" if entry.where else ""
        yield warning(
            "accept-unused",
            ("accept", place),
            f"'{entry.finding}' is accepted{at}, and nothing of the kind is found there",
            "Take the entry out, or correct where",
        )


def reasons(spec: MatrixSpec, places: Iterable[int]) -> str:
    """The reasons of some entries, each once."""
    return "; ".join(dict.fromkeys(spec.accept[place].reason for place in sorted(places)))


def covers(spec: MatrixSpec, entry: Accepted, path: str) -> bool:
    """Whether an entry speaks of the place ``path``, written like ``severities[0].ladder[1]``."""
    if entry.where is None or path == entry.where:
        return True
    if path.startswith((f"{entry.where}.", f"{entry.where}[")):
        return True
    return entry.where.casefold() in ids_on(spec, path)


def ids_on(spec: MatrixSpec, path: str) -> set[str]:
    """The ids and names, former ones too, of all that a path leads through; in small letters."""
    found: set[str] = set()
    here: Any = spec
    for index, key in _PART.findall(path):
        try:
            here = here[int(index)] if index else getattr(here, key)
        except (AttributeError, IndexError, KeyError, TypeError):
            return found
        if index:
            names = [getattr(here, known, None) for known in ("id", "name")]
            names += getattr(here, "renamed_from", ())
            found |= {name.casefold() for name in names if isinstance(name, str)}
    return found
