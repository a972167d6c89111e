"""Reporting clocks can start: what they ask, count from and count in is there.

A name that is not there is a warning: the clock stays, and the workbook says beside it what is
missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.base import Path, Problem, suggestion, warning
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.obligations import (
    END_OF_YEAR,
    FILING,
    MEMBER,
    TRIGGER,
    WEEKENDS,
    Chosen,
    Clock,
    Condition,
    Fact,
    Moment,
    Obligation,
    Obligations,
    law,
    moved_to,
)
from xlmatrix.worktime import Zone

#: The name of the calendar of the matrix's own obligations.
_MATRIX = "matrix"


def check(spec: MatrixSpec) -> Iterator[Problem]:
    """What keeps a clock from starting, or makes it run by something that is not there."""
    chosen = spec.obligations
    yield from _scope(chosen)
    full = {one.id.casefold(): one for one in chosen.resolved()}
    for place, rule in enumerate(chosen.rules):
        path: Path = ("obligations", "rules", place)
        if isinstance(rule, Obligation):
            yield from _own(path, rule, chosen)
            yield from _filings(path, rule, chosen)
        elif rule.use.casefold() in full:
            yield from _filings(path, full[rule.use.casefold()], chosen)
        else:
            yield from _moved(path, rule)


def _moved(path: Path, rule: Chosen) -> Iterator[Problem]:
    gone = moved_to(rule.use)
    if gone is not None:
        what = f"'{rule.use}' is part of '{gone.to}' now"
        mend = f"Write {gone.to} instead; what was typed for the former row moves to it"
        yield warning("obligation-moved", path, what, mend)


def _scope(chosen: Obligations) -> Iterator[Problem]:
    here: Path = ("obligations", "scope")
    facts = chosen.every_fact()
    for fact, answer in chosen.scope.items():
        yield from _answers((*here, fact), fact, (answer,), facts)
        known = facts.get(fact.casefold())
        if known is not None and known.of == "incident":
            what = f"'{fact}' is asked in every incident, not of the matrix"
            yield warning("unknown-fact", (*here, fact), what, "Answer it in the incident")
    said = _said(chosen)
    for clash in law().clashes:
        if all(_holds(said, fact, answers) for fact, answers in clash.scope.items()):
            last = list(clash.scope)[-1]
            written = next(fact for fact in chosen.scope if fact.casefold() == last.casefold())
            yield warning("scope-contradicts", (*here, written), clash.says, clash.mend)


def _said(chosen: Obligations) -> dict[str, str]:
    return {fact.casefold(): answer.casefold() for fact, answer in chosen.scope.items()}


def _holds(said: Mapping[str, str], fact: str, answers: tuple[str, ...]) -> bool:
    return said.get(fact.casefold()) in [answer.casefold() for answer in answers]


def _own(path: Path, rule: Obligation, chosen: Obligations) -> Iterator[Problem]:
    facts, moments = chosen.every_fact(), chosen.every_moment()
    asked = (("applies_to", rule.applies_to), ("when", rule.when), ("roll_if", rule.roll_if))
    for name, condition in asked:
        yield from _condition((*path, name), condition, facts)
    yield from _moment((*path, "after"), rule.after, moments)
    if rule.until is not None:
        yield from _moment((*path, "until"), rule.until, moments)
    for place, clock in enumerate(rule.clocks):
        here = (*path, "clocks", place)
        yield from _condition((*here, "when"), clock.when, facts)
        yield from _moment((*here, "after"), clock.after, moments)
        if clock.lapses is not None:
            yield from _moment((*here, "lapses"), clock.lapses, moments)
    yield from _authority(path, rule)
    if rule.effective and rule.until_date and rule.until_date <= rule.effective:
        what = f"it ends on {rule.until_date} and begins on {rule.effective}, so it never binds"
        mend = "Write an until_date after effective: the first day on which it binds no more"
        yield warning("never-in-force", (*path, "until_date"), what, mend)


def _condition(path: Path, condition: Condition, facts: Mapping[str, Fact]) -> Iterator[Problem]:
    for fact, answers in condition.items():
        yield from _answers((*path, fact), fact, answers, facts)


def _answers(
    path: Path, fact: str, answers: tuple[str, ...], facts: Mapping[str, Fact]
) -> Iterator[Problem]:
    known = facts.get(fact.casefold())
    if known is None:
        listed = [one.id for one in facts.values()]
        mend = suggestion(fact, listed, instead="Declare it under obligations.facts")
        yield warning("unknown-fact", path, f"there is no fact '{fact}', so it stays open", mend)
        return
    offered = {one.casefold() for one in known.answers}
    for answer in answers:
        if answer.casefold() not in offered:
            what = f"'{answer}' is no answer of '{fact}'"
            mend = suggestion(answer, list(known.answers), instead="Take one of its answers")
            yield warning("unknown-fact", path, what, mend)


def _moment(path: Path, name: str, moments: Mapping[str, Moment]) -> Iterator[Problem]:
    plain = name.casefold().removeprefix(END_OF_YEAR)
    if plain in (TRIGGER, *moments) or plain.startswith(FILING):
        return
    listed = [one.id for one in moments.values()]
    mend = suggestion(plain, listed, instead="Declare it under obligations.moments")
    yield warning("unknown-moment", path, f"there is no moment '{plain}'", mend)


def _filings(path: Path, rule: Obligation, chosen: Obligations) -> Iterator[Problem]:
    """Clocks that count from a report that the matrix does not have."""
    listed = {full.id.casefold() for full in chosen.resolved()}
    said = _said(chosen)
    missing: dict[str, None] = {}
    for clock in rule.counted:
        name = clock.after.casefold()
        counts = not (isinstance(clock, Clock) and _fails(said, clock.when))
        if counts and name.startswith(FILING) and name.removeprefix(FILING) not in listed:
            missing[name.removeprefix(FILING)] = None
    if missing:
        names = " and ".join(missing)
        what = f"'{rule.id}' counts from {names}, which this matrix does not have"
        mend = f"List {names} too; until then only a Trigger that is typed can start the clock"
        yield warning("no-filing", path, what, mend)


def _fails(said: Mapping[str, str], condition: Condition) -> bool:
    """Whether an answer that was given keeps a condition from holding."""
    return any(
        fact.casefold() in said and not _holds(said, fact, answers)
        for fact, answers in condition.items()
    )


def _authority(path: Path, rule: Obligation) -> Iterator[Problem]:
    if rule.zone is not None and rule.zone.casefold() != MEMBER:
        try:
            Zone.load(rule.zone)
        except XlmatrixError as failed:
            what = f"{failed.what}, so the zone of the matrix counts"
            yield warning("unknown-authority", (*path, "zone"), what, failed.mend)
    named = rule.calendar
    known = [_MATRIX, WEEKENDS, MEMBER, *law().calendars]
    if named is not None and named.casefold() not in known:
        what = f"there are no holidays '{named}', so those of the matrix count"
        mend = suggestion(named, known, instead="Take one that is known")
        yield warning("unknown-authority", (*path, "calendar"), what, mend)
