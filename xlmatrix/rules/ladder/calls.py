"""The ladder of an open incident: who must be called now, who is next, when nobody is left.

A step fires when its instant on the ladder's calendar comes and the incident is not acknowledged
(or resolved, as the step says). Steps of one instant are one call to several people. A step whose
person is missing passes to the backup, and an instant without anybody to the next that has
somebody. ``repeat r`` lets a step take part in r more passes of the ladder; a pass begins one
waiting time after the last instant of the one before, where the waiting time is the distance of
the ladder's last two instants (30 minutes where it has one instant). One waiting time after the
very last call the ladder is exhausted, and the executive sponsor is called.

An acknowledgement may have a time-out: where nobody has begun to work by then (responded, contained
or mitigated), the incident is triggered again, and the ladder goes on with the call that stood when
it was acknowledged. A reopening begins the ladder anew.

This module knows the calls; :mod:`~xlmatrix.rules.ladder.columns` has the formulas, which compare
working seconds with the hidden Ladder sheet, :mod:`~xlmatrix.rules.ladder.twin` the twin, which
compares due instants.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Final

from xlmatrix.formula import name
from xlmatrix.model import calendars
from xlmatrix.model.calendars import day_seconds
from xlmatrix.model.ladder import Step
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.parts import Role
from xlmatrix.model.severity import Severity
from xlmatrix.rules.incidents.owners import Holders
from xlmatrix.rules.incidents.steps import CONTAIN, MITIGATE, RESPOND

EXHAUSTED: Final = "Exhausted"
EXHAUSTED_TEXT: Final = "Exhausted: call the executive sponsor"
#: PagerDuty's default time to acknowledge, for a ladder with one instant.
LONE_WAIT_S: Final = 1800
#: Blank rows below a ladder's steps, and the fewest passes the Ladder sheet has room for.
SPARE_STEPS: Final = 2
FEWEST_PASSES: Final = 3

# The key of a row holds set, seconds and place, each with room in 15 digits.
SET_SCALE: Final = 10**13
SECOND_SCALE: Final = 10**4
#: Stands for "no such call": above every second of a horizon.
NO_CALL_S: Final = 9 * 10**8

LAD_KEY: Final = name("Lad_Key")
LAD_SECONDS: Final = name("Lad_Seconds")
LAD_LEVEL: Final = name("Lad_Level")
LAD_CALL: Final = name("Lad_Call")
LAD_SEVERITY: Final = name("Lad_Severity")
LAD_CALENDAR: Final = name("Lad_Calendar")
LAD_NOW: Final = name("Lad_Now")
LAD_NEXT_SECOND: Final = name("Lad_NextSecond")
LAD_TIMEOUT: Final = name("Lad_Timeout")
#: What shows that an acknowledged incident is being worked on: any of these stamps.
WORK: Final = (RESPOND, CONTAIN, MITIGATE)


@dataclass(frozen=True, slots=True)
class Place:
    """One step in one pass: ``seconds`` of the ladder's clock after the opening."""

    seconds: int
    turn: int
    row: int
    step: Step


@dataclass(frozen=True, slots=True)
class Call:
    """One instant of a ladder: its level, everybody who is called, and its rows in the sheet."""

    seconds: int
    level: str
    text: str
    first: int
    last: int


def passes_of(severity: Severity) -> int:
    """How many passes the Ladder sheet has room for."""
    return max([FEWEST_PASSES, *(step.repeat + 1 for step in severity.ladder)])


def most_repeats(severity: Severity) -> int:
    """How many more passes a step may ask for in the workbook of this severity."""
    return passes_of(severity) - 1


def rows_of(severity: Severity) -> int:
    """Rows for steps in one set of a severity, without the two rows around them."""
    return (len(severity.ladder) + SPARE_STEPS) * passes_of(severity)


def first_row(spec: MatrixSpec, number: int, acknowledged: bool) -> int:
    """The place (from 1) of a set's first row, which stands for "not yet"."""
    before = sum(2 * (rows_of(severity) + 2) for severity in spec.severities[: number - 1])
    return before + 1 + (rows_of(spec.severities[number - 1]) + 2 if acknowledged else 0)


def set_number(number: int, acknowledged: bool) -> int:
    """The number of a severity's calls: while unacknowledged, or what remains afterwards."""
    return 2 * number + acknowledged


def executive_role(spec: MatrixSpec) -> Role | None:
    """The role that is called when a ladder is exhausted."""
    for role in spec.roles:
        if role.id.casefold() == "executive" or "executive" in role.name.casefold():
            return role
    return None


def step_seconds(spec: MatrixSpec, severity: Severity, step: Step) -> int:
    """When a step is called, in working seconds of the severity's calendar."""
    return calendars.step_seconds(spec, severity, step.after) or 0


def waiting_s(spec: MatrixSpec, severity: Severity) -> int:
    """How long the last call is waited for before the ladder begins again or is exhausted."""
    instants = sorted({step_seconds(spec, severity, step) for step in severity.ladder})
    return instants[-1] - instants[-2] if len(instants) > 1 else LONE_WAIT_S


def timeout_s(spec: MatrixSpec, severity: Severity) -> int:
    """After how many working seconds an acknowledgement times out; 0 for never."""
    if severity.acknowledgement_timeout is None:
        return 0
    seconds = severity.acknowledgement_timeout.working_seconds(
        day_seconds(spec.calendar(severity.calendar))
    )
    return min(seconds, NO_CALL_S)


def places_of(spec: MatrixSpec, severity: Severity, *, acknowledged: bool) -> list[Place]:
    """Every step of every pass in the order in which they are called."""
    steps = severity.ladder
    if not steps:
        return []
    length = max(step_seconds(spec, severity, s) for s in steps) + waiting_s(spec, severity)
    found = [
        Place(turn * length + step_seconds(spec, severity, step), turn, row, step)
        for turn in range(passes_of(severity))
        for row, step in enumerate(steps, start=1)
        if turn <= step.repeat and (step.until == "resolved" or not acknowledged)
    ]
    return sorted(found, key=lambda place: (place.seconds, place.turn, place.row))


def person_of(spec: MatrixSpec, step: Step, holders: Holders) -> str:
    """Who is called for a step; a missing primary passes to the backup."""
    role = spec.role(step.role or "").name
    return holders.backup(role) if step.contact == "backup" else holders.primary(role)


def last_words(spec: MatrixSpec, holders: Holders) -> str:
    """What a row says when nobody is left to call."""
    role = executive_role(spec)
    sponsor = holders.primary(role.name) if role else ""
    return EXHAUSTED_TEXT + (f", {sponsor}" if sponsor else "")


def calls_of(
    spec: MatrixSpec, severity: Severity, holders: Holders, *, acknowledged: bool
) -> list[Call]:
    """The calls of a ladder, one an instant; the last is exhaustion while unacknowledged."""
    places = places_of(spec, severity, acknowledged=acknowledged)
    calls: list[Call] = []
    at = 0
    for seconds, group in groupby(places, key=lambda place: place.seconds):
        rows = list(group)
        people = [(person_of(spec, place.step, holders), place.step.channel) for place in rows]
        text = ", ".join(f"{person} ({channel})" for person, channel in people if person)
        calls.append(Call(seconds, str(rows[-1].step.level), text, at + 1, at + len(rows)))
        at += len(rows)
    covered: tuple[str, str] = (EXHAUSTED, last_words(spec, holders))
    end = Call(NO_CALL_S, *covered, at + 1, at + 1)
    if calls and not acknowledged:
        end = Call(places[-1].seconds + waiting_s(spec, severity), *covered, at + 1, at + 1)
    for index in range(len(calls) - 1, -1, -1):
        call = calls[index]
        if call.text:
            covered = (call.level, call.text)
        calls[index] = Call(call.seconds, *covered, call.first, call.last)
    return [*calls, end]
