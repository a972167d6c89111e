"""Obligations whose law may have changed, or that nobody has read or answered for: as findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final

from xlmatrix.errors import Finding, Level
from xlmatrix.model import MatrixSpec
from xlmatrix.model.base import Path, path_text
from xlmatrix.model.obligations import Obligation, moved_to
from xlmatrix.rules.reporting.doubts import Doubts, doubts_of
from xlmatrix.rules.reporting.rows import RuleRow, row_of
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.reporting.reports import desk

_SCOPE: Final[Path] = ("obligations", "scope")
#: As many facts are named; the rest is counted.
_MOST_NAMED: Final = 12


def spec_law_findings(spec: MatrixSpec, where: Callable[[Path], str], today: date) -> list[Finding]:
    """Those of a spec on a date."""
    rules = [row_of(full) for full in spec.obligations.resolved()]
    scope = {fact.casefold(): answer for fact, answer in spec.obligations.scope.items()}
    places = _places(spec)
    found = doubts_of(rules, scope, _asked(spec), today)
    at = where(_SCOPE) if spec.obligations.scope else where(("obligations",))
    return list(_findings(found, lambda one: where(places[one.key]), at, places))


def sheet_law_findings(scene: Scene, path: str, today: date) -> list[Finding]:
    """Those of a workbook's sheets on a date; an obligation that people added has no path."""
    spec = scene.spec
    found = desk(scene)
    scope = {fact: answer for fact, answer in found.told.scope.items() if answer}
    doubts = doubts_of([one.row for one in found.rules], scope, _asked(spec), today)
    places = _places(spec)
    rules, here = f"{path}!Reporting rules", f"{path}!Scope"
    return list(_findings(doubts, lambda _: rules, here, places))


def _asked(spec: MatrixSpec) -> set[str]:
    facts = spec.obligations.every_fact().items()
    return {known for known, fact in facts if fact.of == "matrix"}


def _places(spec: MatrixSpec) -> dict[str, Path]:
    """Where each obligation stands in the spec, the first place of several."""
    places: dict[str, Path] = {}
    for place, rule in enumerate(spec.obligations.rules):
        if isinstance(rule, Obligation):
            id_ = rule.id
        else:
            gone = moved_to(rule.use)
            id_ = gone.to if gone else rule.use
        places.setdefault(id_.casefold(), ("obligations", "rules", place))
    return places


def _findings(
    found: Doubts, where: Callable[[RuleRow], str], scope: str, places: Mapping[str, Path]
) -> Iterator[Finding]:
    def path(rule: RuleRow) -> str:
        return path_text(places[rule.key]) if rule.key in places else ""

    for rule in found.changed:
        what = f"the law behind '{rule.id}' may have changed on {rule.posture_date}"
        mend = "Have counsel read it, and write what it says now with a later posture_date or none"
        yield Finding(Level.WARNING, "law-changed", what, where(rule), mend, path(rule),
                      about=rule.id)  # fmt: skip
    for rule in found.stale:
        what = f"the source of '{rule.id}' was read on {rule.read} and must be read again"
        mend = "Read it, correct the row where it says otherwise now, and write the date in read"
        yield Finding(Level.WARNING, "source-stale", what, where(rule), mend, path(rule),
                      about=rule.id)  # fmt: skip
    if found.open:
        names = list(found.open)
        rest = len(names) - _MOST_NAMED
        more = f" and {rest} more" if rest > 0 else ""
        what = f"nobody has said what obligations apply: {', '.join(names[:_MOST_NAMED])}{more}"
        mend = "Answer them on Scope, or under obligations.scope of the spec"
        yield Finding(Level.NOTE, "scope-open", what, scope, mend, path_text(_SCOPE))
