"""How a report stands: six words to steer by, and the finer one with its reasons beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from xlmatrix.model.obligations import END_OF_YEAR, TRIGGER
from xlmatrix.rules.reporting.counting import BEYOND, Authority
from xlmatrix.rules.reporting.outcome import AT_ONCE as AT_ONCE_UNIT
from xlmatrix.rules.reporting.outcome import NO, PERHAPS, Due, Own, Situation
from xlmatrix.rules.reporting.rows import RuleRow

#: The words of the State column, the most pressing first.
LATE: Final = "Late"
DUE_NOW: Final = "Due now"
SOON: Final = "Due soon"
RUNNING: Final = "Running"
DONE: Final = "Done"
NO_CLOCK: Final = "No clock"
STATES: Final = (LATE, DUE_NOW, SOON, RUNNING, DONE, NO_CLOCK)

#: The finer words, with the state that each belongs to.
IS_LATE: Final = "late by law"
PAST_SAFE: Final = "past the safe time"
AT_ONCE: Final = "due at once, the law gives no time"
DUE_SOON: Final = "due soon"
RUNS: Final = "running"
MET: Final = "met"
MET_LATE: Final = "met late"
REPORTED: Final = "reported, nothing to judge it by"
UNJUDGED: Final = "reported, not to be judged yet"
BEFORE: Final = "reported before it began"
ENDED: Final = "the series has ended"
COVERED: Final = "covered by"
NOT_IN_FORCE: Final = "not in force"
NOT_APPLICABLE: Final = "does not apply"
NOT_REPORTABLE: Final = "not reportable, decided by"
MOMENT_MISSING: Final = "it happened, the time is missing"
UNDECLARED: Final = "scope not declared"
NOT_STARTED: Final = "not started"
STATE_OF: Final = {
    IS_LATE: LATE,
    PAST_SAFE: DUE_NOW,
    AT_ONCE: DUE_NOW,
    DUE_SOON: SOON,
    RUNS: RUNNING,
    MET: DONE,
    MET_LATE: DONE,
    REPORTED: DONE,
    UNJUDGED: DONE,
    BEFORE: DUE_NOW,
    ENDED: DONE,
    COVERED: NO_CLOCK,
    NOT_IN_FORCE: NO_CLOCK,
    NOT_APPLICABLE: NO_CLOCK,
    NOT_REPORTABLE: NO_CLOCK,
    MOMENT_MISSING: DUE_NOW,
    UNDECLARED: NO_CLOCK,
    NOT_STARTED: NO_CLOCK,
}
#: States of a report that was made.
MADE: Final = (MET, MET_LATE, REPORTED, UNJUDGED)
#: What a decider says of a fact that need not be reported.
NO_REPORT: Final = "no report"
NOBODY: Final = "nobody named"


@dataclass(frozen=True, slots=True)
class Judged:
    """How a report stands.

    ``fine`` is one of the finer words; "" beyond the calendar. ``who`` completes it: who decided,
    which report covers it. ``marks`` stand beside it and change nothing.
    """

    fine: str
    who: str = ""
    marks: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """One of :data:`STATES`, "" where the calendar ends before."""
        return STATE_OF.get(self.fine, "")


def shows_due(fine: str) -> bool:
    """Whether a report in that state shows its due times."""
    return fine not in (NOT_IN_FORCE, NOT_APPLICABLE, ENDED)


def is_open(fine: str) -> bool:
    """Whether a report in that state is still to be made by a known time."""
    return STATE_OF.get(fine) in (LATE, DUE_NOW, SOON, RUNNING)


def judge(
    rule: RuleRow,
    own: Own,
    due: Due,
    known: Situation,
    authority: Authority,
    covered_by: str = "",
) -> Judged:
    """How a report stands; ``covered_by`` is the report of its group that is due first."""
    fine, who = _fine(rule, own, due, known, authority, covered_by)
    marks = marks_of(rule, due, authority.wall(known.now).date())
    if not shows_due(fine):
        marks = tuple(mark for mark in marks if mark != INFERENCE)
    return Judged(fine, who, marks)


def _fine(
    rule: RuleRow,
    own: Own,
    due: Due,
    known: Situation,
    authority: Authority,
    covered_by: str,
) -> tuple[str, str]:
    if is_out_of_force(rule, due, authority.wall(known.now).date()):
        return NOT_IN_FORCE, ""
    if NO in (due.applies, due.happens):
        return NOT_APPLICABLE, ""
    if own.decision.strip().casefold() == NO_REPORT:
        return NOT_REPORTABLE, own.decided_by or rule.decider or NOBODY
    if due.over:
        return ENDED, ""
    # A report that lies ahead has not been made.
    reported = None if own.reported is None or own.reported > known.now else own.reported
    if due.safe is None or due.law is None:
        return (REPORTED if reported is not None else _without_due(due, known)), ""
    if due.safe >= BEYOND:
        return "", ""
    if reported is not None:
        return _reported(reported, due), ""
    if covered_by:
        return COVERED, covered_by
    return _waiting(due, known.now), ""


def is_out_of_force(rule: RuleRow, due: Due, today: date) -> bool:
    """Whether the law does not bind what has happened, or does not bind today."""
    return due.outside or (due.start is None and not rule.in_force(today))


def hides_late(fine: str) -> bool:
    """Whether a report in that state may cover one that is late by law."""
    return STATE_OF.get(fine) in (LATE, DONE)


def _without_due(due: Due, known: Situation) -> str:
    waits = (one.clock.after.removeprefix(END_OF_YEAR) for one in due.limbs if one.waits)
    if any(known.moments.get(moment) == "" for moment in waits if moment != TRIGGER):
        return MOMENT_MISSING
    return UNDECLARED if due.applies == PERHAPS else NOT_STARTED


def _reported(reported: int, due: Due) -> str:
    assert due.chosen is not None
    assert due.safe is not None
    assert due.law is not None
    if due.begun is not None and reported < due.begun:
        return BEFORE
    if due.late is not None and reported > due.late:
        return MET_LATE
    if due.provisional:
        return UNJUDGED
    if due.chosen.clock.unit == AT_ONCE_UNIT:
        return REPORTED
    known = due.law if due.law < BEYOND else due.safe
    return MET if reported <= known else UNJUDGED


def _waiting(due: Due, now: int) -> str:
    assert due.chosen is not None
    assert due.safe is not None
    start = due.start or 0
    if due.late is not None and now > due.late:
        return IS_LATE
    if due.chosen.clock.unit == AT_ONCE_UNIT and now >= start:
        return AT_ONCE
    if now > due.safe:
        return PAST_SAFE
    return DUE_SOON if 4 * (due.safe - now) <= due.safe - start else RUNS


#: States of a report that is still to be made by a known time.
WAITING: Final = (AT_ONCE, IS_LATE, PAST_SAFE, DUE_SOON, RUNS)
#: What follows such a state while something that is not known could change its time.
PROVISIONAL: Final = ", provisional"
#: Marks that stand beside a state.
STALE: Final = "source to be read again"
CHANGED: Final = "law may have changed"
INFERENCE: Final = "time by law is an inference"
UNCERTAIN: Final = "status uncertain"
VOLUNTARY: Final = "voluntary"


def marks_of(rule: RuleRow, due: Due, today: date) -> tuple[str, ...]:
    """What to know beside the state, on a date."""
    inferred = rule.inference and due.law is not None and due.law != due.safe
    found = (
        (STALE, rule.stale_on is not None and today >= rule.stale_on),
        (CHANGED, rule.posture_date is not None and today >= rule.posture_date),
        (INFERENCE, inferred),
        (UNCERTAIN, rule.force == "uncertain"),
        (VOLUNTARY, rule.force == "voluntary"),
    )
    return tuple(mark for mark, holds in found if holds)


def detail(judged: Judged, due: Due) -> str:
    """The finer state with what is missing and the marks, as the sheet says it."""
    if not judged.fine:
        return ""
    provisional = PROVISIONAL if due.provisional and judged.fine in WAITING else ""
    parts = [f"{judged.fine} {judged.who}".strip() + provisional]
    if judged.state != NO_CLOCK or judged.fine in (UNDECLARED, MOMENT_MISSING, NOT_STARTED):
        parts += [f"no time yet: {due.missing[0]}"] if due.missing else []
        parts += [f"no answer yet: {due.open[0]}"] if due.open else []
    if judged.fine == NOT_APPLICABLE:
        parts += [f"by the answer to {due.against}"]
    return "; ".join([*parts, *judged.marks])


def covering(
    places: Sequence[tuple[str, RuleRow, Due, Own, str]],
) -> list[str]:
    """The id of the report that covers each one, "" for none.

    ``places`` are incident, rule, due, row and fine state without cover of every report. Of one
    group and incident the report that was made covers the others, the first of several; before one
    is made, that of the earliest safe instant does, the first of several alike. One that need not
    be made, or that has no due time, covers nothing. What a report was made too late for, and what
    is late by law beside one that only may have to be made, stays as it is.
    """
    first: dict[tuple[str, str], tuple[bool, int, int]] = {}
    for place, (incident, rule, due, own, fine) in enumerate(places):
        if rule.group and due.safe is not None and shows_due(fine) and fine != NOT_REPORTABLE:
            key = (incident.casefold(), rule.group)
            made = own.reported if fine in MADE else None
            rank = (True, due.safe, place) if made is None else (False, made, place)
            first[key] = min(first.get(key, rank), rank)
    covers = []
    for place, (incident, rule, due, _, fine) in enumerate(places):
        leader = first.get((incident.casefold(), rule.group)) if rule.group else None
        if leader is None or leader[2] == place or due.law is None:
            covers.append("")
            continue
        _, by, _, own, stands = places[leader[2]]
        covers.append("" if stays(fine, due.law, stands, own.reported) else by.id)
    return covers


def stays(fine: str, law: int, leader: str, made: int | None) -> bool:
    """Whether a report is not covered by that of its group: ``leader`` is how that one stands.

    ``law`` is the report's own instant by law, ``made`` when the other one was made.
    """
    if leader in MADE and made is not None:
        return made > law
    return fine == IS_LATE and not hides_late(leader)
