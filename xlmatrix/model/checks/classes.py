"""The rules of a class leave its own severity something to hold for, and do not contradict.

Rules are sentences, so this compares what can be compared: those that begin with "To" and a
severity, by the words of their conditions, with what denies them counted apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from xlmatrix.model.base import Path, Problem, warning
from xlmatrix.model.models import IncidentClass, MatrixSpec

_TO: Final = re.compile(r"to\s+(\S+?)[,:]?\s+(.+)", re.IGNORECASE | re.DOTALL)
_NEVER: Final = re.compile(r"(never|not)\b", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W_]+")
#: Alternatives of one rule; each holds by itself.
_OR: Final = re.compile(r",?\s+or\s+")
# fmt: off
_IDLE: Final = frozenset((
    "a", "an", "the", "is", "are", "was", "were", "be", "been", "it", "its", "they", "to", "of",
    "when", "while", "if", "as", "that", "this", "there", "any", "all", "every", "some", "each",
    "one", "has", "have", "had", "do", "does", "did",
))
# fmt: on
_DENIES: Final = frozenset(("no", "not", "never", "nobody", "none", "nothing", "without", "cannot"))
#: Words that deny another.
_OPPOSITES: Final[Mapping[str, str]] = {
    "fails": "holds",
    "failed": "held",
    "outside": "inside",
    "external": "internal",
    "below": "above",
    "irreversible": "reversible",
    "unknown": "known",
    "impossible": "possible",
}


@dataclass(frozen=True, slots=True)
class _Rule:
    path: Path
    text: str
    severity: str
    words: tuple[str, ...]
    denied: bool


def check(spec: MatrixSpec) -> Iterator[Problem]:
    """Classes whose rules cover every case, lead elsewhere for one case, or in the wrong way."""
    rank = {level.id.casefold(): place for place, level in enumerate(spec.severities)}
    for place, kind in enumerate(spec.classes):
        raising = list(_rules(kind.raise_when, ("classes", place, "raise_when"), rank))
        lowering = list(_rules(kind.lower_when, ("classes", place, "lower_when"), rank))
        own = rank.get(kind.severity.casefold())
        if own is None:
            continue
        yield from _covering(kind, raising, lowering)
        yield from _contradicting(kind, [*raising, *lowering])
        yield from _misleading(kind, raising, lowering, rank, own)
        yield from _never(kind, ("classes", place, "lower_when"))


def _rules(texts: tuple[str, ...], path: Path, rank: Mapping[str, int]) -> Iterator[_Rule]:
    """The rules that name a severity of the matrix, one for each of their alternatives."""
    for place, text in enumerate(texts):
        match = _TO.match(text)
        if match is None or match[1].casefold() not in rank:
            continue
        for condition in _OR.split(match[2]):
            words, denied = _meaning(condition)
            if words:
                yield _Rule((*path, place), text, match[1].casefold(), words, denied)


def _meaning(condition: str) -> tuple[tuple[str, ...], bool]:
    """The words of a condition that say something, and whether it is denied."""
    words, denied = [], False
    for word in _WORD.findall(condition.casefold()):
        denied ^= word in _DENIES or word in _OPPOSITES
        meant = _OPPOSITES.get(word, word)
        if meant not in _IDLE and meant not in _DENIES:
            words.append(meant.removesuffix("s"))
    return tuple(words), denied


def _covering(
    kind: IncidentClass, raising: list[_Rule], lowering: list[_Rule]
) -> Iterator[Problem]:
    for up in raising:
        for down in lowering:
            if up.words == down.words and up.denied != down.denied:
                yield warning(
                    "severity-never",
                    down.path,
                    f"{kind.id} is never {kind.severity}: it is raised when"
                    f" ('{up.text}') and lowered when not ('{down.text}')",
                    "Say what lies between the two, or give the class another severity",
                )


def _contradicting(kind: IncidentClass, rules: list[_Rule]) -> Iterator[Problem]:
    for one, other in combinations(rules, 2):
        same = one.words == other.words and one.denied == other.denied
        if same and one.severity != other.severity:
            yield warning(
                "rules-contradict",
                other.path,
                f"{kind.id} says two things of one case: '{one.text}' and '{other.text}'",
                "Keep one of the two",
            )


def _misleading(
    kind: IncidentClass,
    raising: list[_Rule],
    lowering: list[_Rule],
    rank: Mapping[str, int],
    own: int,
) -> Iterator[Problem]:
    """Rules to raise that lower, and the other way round; one to the class's own is only idle."""
    for rules, wrong, word in ((raising, 1, "raise"), (lowering, -1, "lower")):
        for path, rule in {rule.path: rule for rule in rules}.items():
            if (rank[rule.severity] - own) * wrong > 0:
                yield warning(
                    "rules-contradict",
                    path,
                    f"'{rule.text}' is a rule to {word} {kind.id}, which begins as {kind.severity}",
                    "Move it to the other rules, or name another severity",
                )


def _never(kind: IncidentClass, path: Path) -> Iterator[Problem]:
    if len(kind.lower_when) > 1 and any(map(_NEVER.match, kind.lower_when)):
        yield warning(
            "rules-contradict",
            path,
            f"{kind.id} is said never to be lowered, beside other rules to lower it",
            "Keep one of the two",
        )
