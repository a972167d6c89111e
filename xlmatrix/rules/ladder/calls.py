"""The calls of a ladder: which steps are called at which second, for which incidents.

A step fires when its instant on the ladder's calendar comes and the incident is not acknowledged
(or resolved, as the step says); one that is ``on: declared`` fires for every incident. Steps of one
instant are one call to several people. ``repeat r`` lets a step take part in r more passes of the
ladder; a pass begins one waiting time after the last instant of the one before, where the waiting
time is ``repeat_after``, else the distance of the ladder's last two instants (30 minutes where it
has one instant). One waiting time after the very last call the ladder is exhausted, and the
executive sponsor is called.

A step may be for some families of classes alone, and what a class always adds is one more step at
the ladder's first instant: incidents whose classes have the same of both form a group.

An acknowledgement may have a time-out: where nobody has begun to work by then (responded, contained
or mitigated), the incident is triggered again, and the ladder goes on with the call that stood when
it was acknowledged. A reopening begins the ladder anew.

This module knows the calls and :mod:`~xlmatrix.rules.ladder.whom` the people;
:mod:`~xlmatrix.rules.ladder.columns` has the formulas, which compare working seconds with the
hidden Ladder sheet, :mod:`~xlmatrix.rules.ladder.twin` the twin, which compares due instants.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Final

from pydantic import Field

from xlmatrix.formula import name
from xlmatrix.model import calendars
from xlmatrix.model.calendars import day_seconds
from xlmatrix.model.duration import Duration
from xlmatrix.model.ladder import Family, Step
from xlmatrix.model.models import IncidentClass, MatrixSpec
from xlmatrix.model.parts import Role
from xlmatrix.model.severity import Severity
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
LAD_SEVERITY: Final = name("Lad_Severity")
LAD_CALENDAR: Final = name("Lad_Calendar")
LAD_NOW: Final = name("Lad_Now")
LAD_NEXT_SECOND: Final = name("Lad_NextSecond")
LAD_TIMEOUT: Final = name("Lad_Timeout")
#: The first row of a row's instant, and the nearest row before and after that concerns a group.
LAD_FIRST: Final = name("Lad_First")
LAD_BEFORE: Final = name("Lad_Before")
LAD_AFTER: Final = name("Lad_After")
#: The nearest row after that concerns a group and means somebody.
LAD_MANNED: Final = name("Lad_Manned")
#: Whom a row calls (see :mod:`~xlmatrix.rules.ladder.whom`), which of them, and by what.
LAD_WHOM: Final = name("Lad_Whom")
LAD_CONTACT: Final = name("Lad_Contact")
LAD_CHANNEL: Final = name("Lad_Channel")
#: The group of each class, in the order of the matrix.
CLASS_GROUP: Final = name("Class_Group")
#: The highest level that a step may have; one without a level that means something has it.
TOP_LEVEL: Final = 9
#: What may be wrong with a step: no time, nobody of that name, too many at its instant.
UNTIMED, UNKNOWN, CROWDED = 1, 2, 3
#: What shows that an acknowledged incident is being worked on: any of these stamps.
WORK: Final = (RESPOND, CONTAIN, MITIGATE)


class TypedStep(Step):
    """A row of a ladder as somebody typed it.

    ``asked`` are the passes that it asks for, however many there are; ``nothing`` is a row that
    says neither whom nor when.
    """

    asked: float = Field(default=0, exclude=True)
    nothing: bool = Field(default=False, exclude=True)


@dataclass(frozen=True, slots=True)
class Group:
    """Classes that the same steps concern: their family, and the rules that always add a role."""

    family: Family | None = None
    rules: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """One step in one pass: ``seconds`` of the ladder's clock after the opening.

    ``row`` counts the rows of the ladder's table from 1, and behind them those of the rules that
    always add a role; ``place`` counts the steps of all passes in the order of time, from 1.
    """

    seconds: int
    turn: int
    row: int
    step: Step
    level: int
    place: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """One instant of a ladder: its level and the steps that concern the incident.

    The last call of a ladder has none: it is exhausted, or nothing more comes. ``first`` and
    ``last`` are its rows in the sheet.
    """

    seconds: int
    level: str
    places: tuple[Place, ...]
    first: int
    last: int

    @property
    def exhausted(self) -> bool:
        """Whether nobody is left to call."""
        return not self.places


def groups_of(spec: MatrixSpec) -> tuple[Group, ...]:
    """Every group of the matrix; the first is that of incidents without a class."""
    return tuple(dict.fromkeys([Group(), *map_of(spec)]))


def group_of(spec: MatrixSpec, kind: IncidentClass | None) -> Group:
    """The group of a class, or of incidents without one."""
    return Group() if kind is None else map_of(spec)[spec.classes.index(kind)]


def map_of(spec: MatrixSpec) -> list[Group]:
    """The group of each class."""
    families = uses_families(spec)
    return [
        Group(
            kind.family if families else None,
            tuple(
                number
                for number, rule in enumerate(spec.always_add, start=1)
                if rule.applies_to(kind.id)
            ),
        )
        for kind in spec.classes
    ]


def uses_families(spec: MatrixSpec) -> bool:
    """Whether a step may be for some families of classes: the sheets have a column for it then."""
    steps = (step for severity in spec.severities for step in severity.ladder)
    return any(kind.family for kind in spec.classes) or any(step.families for step in steps)


def informs(spec: MatrixSpec) -> bool:
    """Whether a step may tell somebody whose answer does not count: the sheets have a column then.

    Like that of the families it does not come and go with the steps of one ladder.
    """
    steps = (step for severity in spec.severities for step in severity.ladder)
    return uses_families(spec) or any(step.inform for step in steps)


def concerns(spec: MatrixSpec, place: Place, severity: Severity, group: Group) -> bool:
    """Whether a step is for incidents of a group."""
    rule = place.row - height_of(severity)
    if rule > 0:
        return rule in group.rules
    families = place.step.families
    return not families or group.family in families


def passes_of(severity: Severity) -> int:
    """How many passes the Ladder sheet has room for."""
    return max([FEWEST_PASSES, *(step.repeat + 1 for step in severity.ladder)])


def most_repeats(severity: Severity) -> int:
    """How many more passes a step may ask for in the workbook of this severity."""
    return passes_of(severity) - 1


def height_of(severity: Severity) -> int:
    """Rows of the table of a ladder."""
    return len(severity.ladder) + SPARE_STEPS


def rows_of(spec: MatrixSpec, severity: Severity) -> int:
    """Rows for steps in one set of a severity, without the two rows around them."""
    return height_of(severity) * passes_of(severity) + len(spec.always_add)


def first_row(spec: MatrixSpec, number: int, acknowledged: bool) -> int:
    """The place (from 1) of a set's first row, which stands for "not yet"."""
    before = sum(2 * (rows_of(spec, severity) + 2) for severity in spec.severities[: number - 1])
    own = rows_of(spec, spec.severities[number - 1])
    return before + 1 + (own + 2 if acknowledged else 0)


def set_number(number: int, acknowledged: bool) -> int:
    """The number of a severity's calls: while unacknowledged, or what remains afterwards."""
    return 2 * number + acknowledged


def executive_role(spec: MatrixSpec) -> Role | None:
    """The role that is called when a ladder is exhausted."""
    for role in spec.roles:
        if role.id.casefold() == "executive" or "executive" in role.name.casefold():
            return role
    return None


def instants_of(spec: MatrixSpec, severity: Severity) -> list[int | None]:
    """When each step of the first pass is called, in working seconds of the severity's calendar.

    None for a share of a target that cannot be counted.
    """
    return [calendars.step_seconds(spec, severity, step.after) for step in severity.ladder]


def waiting_s(spec: MatrixSpec, severity: Severity) -> int:
    """How long the last call is waited for before the ladder begins again or is exhausted."""
    if severity.repeat_after is not None:
        return _working(spec, severity, severity.repeat_after)
    instants = sorted({at for at in instants_of(spec, severity) if at is not None})
    return instants[-1] - instants[-2] if len(instants) > 1 else LONE_WAIT_S


def timeout_s(spec: MatrixSpec, severity: Severity) -> int:
    """After how many working seconds an acknowledgement times out; 0 for never."""
    if severity.acknowledgement_timeout is None:
        return 0
    return min(_working(spec, severity, severity.acknowledgement_timeout), NO_CALL_S)


def length_s(spec: MatrixSpec, severity: Severity) -> int:
    """How long one pass takes, the waiting after its last call included; 0 without a call."""
    instants = [at for at in instants_of(spec, severity) if at is not None]
    return max(instants) + waiting_s(spec, severity) if instants else 0


def order_of(spec: MatrixSpec, severity: Severity, turn: int, row: int) -> int:
    """The number of a step's row in its set, from 1: first pass, added steps, later passes."""
    return row if turn == 0 else height_of(severity) * turn + len(spec.always_add) + row


def added_steps(spec: MatrixSpec, severity: Severity) -> list[tuple[int, Step]]:
    """What classes always add to a ladder: the seconds of each call and the step it is."""
    known = [at for at in instants_of(spec, severity) if at is not None]
    found: list[tuple[int, Step]] = []
    if not known:
        return found
    level = severity.ladder[0].level
    for rule in spec.always_add:
        at = min(known) if rule.after is None else _working(spec, severity, rule.after)
        step = Step.model_construct(
            level=level,
            after=Duration(seconds=at),
            role=rule.role,
            channel=rule.channel,
            on="declared",
        )
        found.append((at, step))
    return found


def places_of(spec: MatrixSpec, severity: Severity, *, acknowledged: bool) -> list[Place]:
    """Every step of every pass in the order in which they are called, for any group."""
    steps, instants = severity.ladder, instants_of(spec, severity)
    length = length_s(spec, severity)
    found = [
        (turn * length + at, order_of(spec, severity, turn, row), turn, row, step)
        for turn in range(passes_of(severity))
        for row, (step, at) in enumerate(zip(steps, instants, strict=True), start=1)
        if at is not None and turn <= step.repeat and (_remains(step) or not acknowledged)
    ]
    found += [
        (at, order_of(spec, severity, 0, row), 0, row, step)
        for row, (at, step) in enumerate(added_steps(spec, severity), height_of(severity) + 1)
    ]
    found.sort(key=lambda one: one[:2])
    places: list[Place] = []
    for seconds, _, turn, row, step in found:
        same = places and places[-1].seconds == seconds and row > height_of(severity)
        level = max(places[-1].level, step.level) if same else step.level
        places.append(Place(seconds, turn, row, step, level, len(places) + 1))
    return places


def calls_of(
    spec: MatrixSpec, severity: Severity, group: Group, *, acknowledged: bool
) -> list[Call]:
    """The calls of a ladder for a group, one an instant; the last has no steps.

    That one is exhaustion while unacknowledged, else it never comes.
    """
    places = places_of(spec, severity, acknowledged=acknowledged)
    mine = [place for place in places if concerns(spec, place, severity, group)]
    calls = [
        Call(seconds, str(rows[-1].level), rows, rows[0].place, rows[-1].place)
        for seconds, grouped in groupby(mine, key=lambda place: place.seconds)
        for rows in [tuple(grouped)]
    ]
    end = NO_CALL_S
    if places and not acknowledged:
        end = places[-1].seconds + waiting_s(spec, severity)
    return [*calls, Call(end, EXHAUSTED, (), len(places) + 1, len(places) + 1)]


def problem_of(spec: MatrixSpec, severity: Severity, row: int) -> int:
    """What is wrong with a row of a ladder's table, from 1; 0 for nothing, or no step."""
    if row > len(severity.ladder):
        return 0
    step = severity.ladder[row - 1]
    if isinstance(step, TypedStep) and step.nothing:
        return 0
    if calendars.step_seconds(spec, severity, step.after) is None:
        return UNTIMED
    known = {role.id for role in spec.roles}
    return UNKNOWN if step.role is not None and step.role not in known else 0


def most_at_once(spec: MatrixSpec) -> int:
    """How many steps may be called at one instant: what a row of the log has room for."""
    most = max(
        (
            len(call.places)
            for severity in spec.severities
            for group in groups_of(spec)
            for call in calls_of(spec, severity, group, acknowledged=False)
        ),
        default=1,
    )
    return most + 1


def _remains(step: Step) -> bool:
    """Whether a step is called although the incident was acknowledged."""
    return step.until == "resolved" or step.on == "declared"


def _working(spec: MatrixSpec, severity: Severity, amount: Duration) -> int:
    return amount.working_seconds(day_seconds(spec.calendar(severity.calendar)))
