"""A figure in a text about what must happen is that of the target, which the clock counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from xlmatrix.model.base import Path, Problem, warning
from xlmatrix.model.duration import Duration
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import TARGETS, TargetName, is_timed

_CLAUSE: Final = re.compile(r"[;:.!?]\s+|;")
_FIGURE: Final = re.compile(
    r"\b(within|every|in at most|at the latest after|no later than)\s+(\d+(?:\.\d+)?\s*"
    r"(?:seconds?|sec|s|minutes?|mins?|hours?|hrs?|h|(?:business|working|calendar) days?|days?))\b",
    re.IGNORECASE,
)
#: What a clause speaks of by the words in it: the first that fits.
_ABOUT: Final[tuple[tuple[str, TargetName | None], ...]] = (
    (r"internal(ly)? update|update .*internal", "internal_update"),
    (r"(public|customer|client) (update|message|post|notice)|update .*customers", "customer_first"),
    (r"first response|\brespond", "first_response"),
    (r"\backnowledg", "acknowledge"),
    (r"\bcontain(ed|ment)?\b", "contain"),
    (r"\bmitigat", "mitigate"),
    (r"\bresol(ve|ved|ution)\b", "resolve"),
    (r"\b(review|post-?mortem)\b", "review"),
    (r"\bdecision\b|\bdecide", None),
)


def check(spec: MatrixSpec) -> Iterator[Problem]:
    """First hours of classes and severities that say another time than the targets."""
    for place, level in enumerate(spec.severities):
        for row, text in enumerate(level.first_hour):
            yield from _said(spec, level, text, ("severities", place, "first_hour", row))
    levels = {level.id: level for level in spec.severities}
    for place, kind in enumerate(spec.classes):
        own = levels.get(kind.severity)
        if own is not None:
            for row, text in enumerate(kind.first_hour):
                yield from _said(spec, own, text, ("classes", place, "first_hour", row))


def _said(spec: MatrixSpec, level: Severity, text: str, path: Path) -> Iterator[Problem]:
    for clause in _CLAUSE.split(text):
        for figure in _FIGURE.finditer(clause):
            label, target = _target(spec, level, clause, every=figure[1].casefold() == "every")
            said = Duration.parse(figure[2])
            if target is not None and not _same(said, target):
                yield warning(
                    "text-figure",
                    path,
                    f"'{text}' says {said}, and {label} of {level.id} is {target}",
                    "Write the figure of the target, or none: the clock counts the target's",
                )


def _target(
    spec: MatrixSpec, level: Severity, clause: str, *, every: bool
) -> tuple[str, Duration | None]:
    """What a clause speaks of, and how long that may take; None for what has no figure."""
    for pattern, name in _ABOUT:
        if re.search(pattern, clause, re.IGNORECASE):
            if name is None:
                decisions = spec.drills.decision if spec.drills else {}
                return "the reporting decision", decisions.get(level.id)
            meant: TargetName = "customer_repeat" if every and name == "customer_first" else name
            target = level.targets.get(meant)
            return TARGETS[meant].lower(), target.within if is_timed(target) else None
    return "", None


def _same(one: Duration, other: Duration) -> bool:
    """Whether two durations are as long, whatever unit they are written in."""
    seconds = _clock(one)
    return one == other or (seconds is not None and seconds == _clock(other))


def _clock(duration: Duration) -> int | None:
    if duration.seconds is not None:
        return duration.seconds
    return None if duration.days is None else duration.days * 86_400
