"""The engine on a worked example, as a matrix of some zone would ask it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from tests.model.small import changed
from tests.reporting.cases import Case, Expected, wall
from xlmatrix.model import loads
from xlmatrix.model.obligations import MEMBER_FACT, published
from xlmatrix.rules.reporting.counting import Authority
from xlmatrix.rules.reporting.outcome import Due, Own, Situation, due_of
from xlmatrix.rules.reporting.rows import RuleRow, row_of
from xlmatrix.rules.reporting.states import Judged, covering, judge, shows_due
from xlmatrix.sheets.reporting.authorities import Authorities, authorities
from xlmatrix.worktime import Zone


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine says of one report; instants are epoch seconds.

    Instants, moments and facts are left out where the sheet shows none.
    """

    safe: int | None
    law: int | None
    judged: Judged
    missing: tuple[str, ...]
    open: tuple[str, ...]


def matrix_text(zone: str) -> str:
    """A matrix of a zone with every published obligation."""
    rules = "".join(f"    - {one.id}\n" for one in published().values())
    return changed(
        ("zone: Europe/Berlin\nhorizon: {start: 2026-01-01, end: 2027-12-31}",
         f"zone: {zone}\nhorizon: {{start: 2026-01-01, end: 2028-12-31}}"),
        ("severities:\n", f"obligations:\n  decider: quality\n  rules:\n{rules}severities:\n"),
    )  # fmt: skip


@cache
def places(zone: str) -> Authorities:
    """The authorities of such a matrix."""
    return authorities(loads(matrix_text(zone)).spec)


@cache
def published_rules() -> dict[str, RuleRow]:
    """Every published obligation as a row, by id."""
    return {one.id: row_of(one, "Quality") for one in published().values()}


def answers(case: Case, zone: str, rules: dict[str, RuleRow] | None = None) -> list[Answer]:
    """What the engine says of the reports of a case in a matrix of a zone.

    Reports of one *now* are looked at together, as on one sheet.
    """
    known = rules or published_rules()
    return [_answer(case, one, zone, known) for one in case.reports]


def _answer(case: Case, wanted: Expected, zone: str, rules: dict[str, RuleRow]) -> Answer:
    beside = [one for one in case.reports if one.now == wanted.now]
    found = [_due(case, one, zone, rules[one.of]) for one in beside]
    places_ = [
        (case.id, rules[one.of], due, own, judge(rules[one.of], own, due, known, authority).fine)
        for one, (due, own, known, authority) in zip(beside, found, strict=True)
    ]
    place = beside.index(wanted)
    due, own, known, authority = found[place]
    judged = judge(rules[wanted.of], own, due, known, authority, covering(places_)[place])
    if not shows_due(judged.fine):
        return Answer(None, None, judged, (), ())
    return Answer(due.safe, due.law, judged, due.missing, due.open)


def _due(
    case: Case, wanted: Expected, zone: str, rule: RuleRow
) -> tuple[Due, Own, Situation, Authority]:
    typed = Typed(zone)
    own = Own(
        typed.instant(wanted.trigger),
        wanted.trigger_is,
        typed.instant(wanted.reported),
        typed.instant(wanted.filed),
        wanted.decision,
        wanted.by,
    )
    moments = {name: typed.moment(at) for name, at in case.moments.items()}
    filed = {of: typed.sure(at) for of, at in case.filings.items()}
    known = Situation({**case.facts, **case.scope}, moments, filed, typed.sure(wanted.now))
    authority = places(zone).of(rule, case.scope.get(MEMBER_FACT, ""))
    return due_of(rule, own, known, authority), own, known, authority


@dataclass(frozen=True, slots=True)
class Typed:
    """Stamps as people type them by the clock of a matrix's zone."""

    zone: str

    def sure(self, at: int) -> int:
        """An instant that was typed by that clock and read from it."""
        stamp = wall(at, self.zone)
        seconds = int((stamp - stamp.min).total_seconds()) - _EPOCH_S
        return int(_zone(self.zone).to_utc(seconds))

    def instant(self, at: int | None) -> int | None:
        """The same of one that may be blank."""
        return None if at is None else self.sure(at)

    def moment(self, at: int | str) -> int | str:
        """The same of one that may have no time."""
        return at if isinstance(at, str) else self.sure(at)


#: Seconds from year 1 to 1970.
_EPOCH_S = 62_135_596_800


@cache
def _zone(name: str) -> Zone:
    return Zone.load(name, 2025, 2031)
