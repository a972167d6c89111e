"""Obligations whose law may have changed, or that nobody has read or answered for: as findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from xlmatrix.errors import Finding, Level
from xlmatrix.model import MatrixSpec
from xlmatrix.model.base import Path, path_text
from xlmatrix.model.obligations import Obligation, moved_to
from xlmatrix.rules.reporting.doubts import Doubts, doubts_of
from xlmatrix.rules.reporting.rows import RuleRow, row_of
from xlmatrix.sheets.inputs import TableInputs, plain
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.plan import Value
from xlmatrix.sheets.reporting.reports import desk
from xlmatrix.sheets.reporting.typed import day, rule_cells, text
from xlmatrix.tables.kinds import text_of
from xlmatrix.tables.obligations import OBLIGATIONS
from xlmatrix.tables.reporting import RULES

#: What is said of a rule and computes nothing.
_SENTENCES: Final = frozenset(
    {"ID", "Source read", "Read again after days", "Question", "Before missing it"}
)
_DATES: Final = frozenset({"In force from", "In force to", "May change on"})
_SCOPE: Final[Path] = ("obligations", "scope")
#: As many facts are named; the rest is counted.
_MOST_NAMED: Final = 12
_REGENERATE: Final = "Regenerate the workbook to take it; what people typed stays"


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


def release_findings(
    scene: Scene, base: Mapping[str, TableInputs], path: str, mend: str = _REGENERATE
) -> list[Finding]:
    """Published obligations that say otherwise now than when a workbook was made.

    ``base`` are the tables as they were made. Rows that have been brought up to date are no news.
    """
    spec = scene.spec
    published = {key for key, at in _places(spec).items() if _is_published(spec, at)}
    bare = replace(scene, typed={})
    rules = rule_cells(bare)
    listed = {one.id: _figures(one) for one in spec.obligations.resolved()}
    changes: dict[str, list[str]] = {}
    for table, now in ((OBLIGATIONS.name, listed), (RULES.name, rules)):
        for key, cells in now.items():
            was = _row_of(base.get(table), key) if key.casefold() in published else {}
            for header in was.keys() & cells.keys() - _SENTENCES:
                held = scene.value(table, key, header, was[header])
                if _said(header, cells[header]) not in (
                    _said(header, was[header]),
                    _said(header, held),
                ):
                    said = f"{_said(header, was[header])!r} became {_said(header, cells[header])!r}"
                    changes.setdefault(key, []).append(f"{header} {said}")
    places = _places(spec)
    return [
        Finding(
            Level.WARNING,
            "law-data",
            f"'{key}' says otherwise in this release: {'; '.join(sorted(said))}",
            f"{path}!{RULES.about}",
            mend,
            path_text(places[key.casefold()]),
            about=key,
        )
        for key, said in changes.items()
    ]


def _is_published(spec: MatrixSpec, at: Path) -> bool:
    return not isinstance(spec.obligations.rules[int(at[-1])], Obligation)


def _figures(full: Obligation) -> dict[str, Value]:
    return {
        "Amount": full.amount or None,
        "Unit": full.unit,
        "Roll": full.roll,
        "Recipient": full.recipient,
    }


def _row_of(table: TableInputs | None, key: str) -> dict[str, Value]:
    """The row of a table as it was made; empty for none."""
    if table is None:
        return {}
    for cells in table.rows:
        row: dict[str, Value] = dict(zip(table.headers, cells, strict=True))
        if text(row.get("ID")).casefold() == key.casefold():
            return row
    return {}


def _said(header: str, value: Value) -> str:
    """A cell as it is compared and told."""
    if header in _DATES:
        at = day(value)
        return "" if at is None else at.isoformat()
    return "" if value is None else text_of(plain(value))


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
