"""The drills as the sheets show them: the computed plan with what people have typed over it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan
from typing import Final

from xlmatrix.model.drills import Drills, Inject
from xlmatrix.model.duration import Duration
from xlmatrix.rules.cells import number_of, text_in, word_in
from xlmatrix.rules.drills import DrillPlan, Rehearsal
from xlmatrix.rules.drills.record import INPUTS, Decision, decisions, wall_seconds_of
from xlmatrix.rules.drills.score import (
    CONDITIONAL,
    FAIL,
    INCOMPLETE,
    OVERDUE,
    PASS,
    RUNNING,
    records_frame,
)
from xlmatrix.rules.drills.story import NO_STORY, STARTED, Story, stop_of
from xlmatrix.rules.frame import Frame
from xlmatrix.sheets.drill_plan import plan_of, planned_at
from xlmatrix.sheets.inputs import plain
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.plan import Value
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.amounts import typed_duration
from xlmatrix.tables.drills import (
    DECISION,
    DRILL_PLAN,
    DRILLS,
    INJECTS,
    LATEST_MIN,
    SCENARIOS,
    SEATS,
    STOP_WITHIN,
)
from xlmatrix.tables.kinds import Raw
from xlmatrix.tables.meaning import place_in

#: Rows ready for scenarios of one's own, injects a scenario has room for, records of repetitions.
SPARE_SCENARIOS: Final = 3
FEWEST_INJECTS: Final = 6
REPEATS: Final = 6
LETTERS: Final = dict(zip(("primary", "backup"), words.SEATS.words, strict=True))
#: A drill that is still to come.
PLANNED: Final = "planned"


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """A row of tScenarios as it stands, typed changes included; texts, "" where empty.

    ``called`` is what the cell of its name holds, by which the plan finds it.
    """

    id: str
    minutes: Value
    stop: Value
    called: Raw
    name: str
    classes: str
    severity: str
    opens: str
    format: str
    off_hours: str
    source: str
    objectives: str
    questions: str


@dataclass(frozen=True, slots=True)
class InjectRow:
    """A row of tInjects as it stands; every field but the first three is what the cell holds."""

    key: str
    scenario: str
    number: int
    at: Value
    text: Value
    turns: Value = None
    starts: Value = None
    expected: Value = None
    owner: Value = None
    meets: Value = None

    @property
    def minute(self) -> float | None:
        """Minutes after the start; None for what is no time within a drill."""
        at = number_of(self.at)
        return at if at is not None and 0 <= at <= LATEST_MIN else None

    @property
    def clocks(self) -> str:
        """What it does to the clocks, in words; "" for nothing."""
        turns = f"turns to {word_in(self.turns)}" if self.turns not in (None, "") else ""
        starts = f"starts: {word_in(self.starts)}" if self.starts not in (None, "") else ""
        return ", ".join(filter(None, (turns, starts)))

    @property
    def expects(self) -> str:
        """What a good player does and whose it is, in words; "" where nothing is expected."""
        action, owner = word_in(self.expected), word_in(self.owner)
        return f"{action} ({owner})" if action and owner else action

    def turn(self, severities: Sequence[str]) -> int | None:
        """The place from 1 of the severity that it turns to; None for one that turns to none."""
        if not isinstance(self.turns, str) or self.minute is None:
            return None
        return place_in(self.turns, severities)


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A row of tDrillPlan as it stands; ``planned`` is what the cell holds."""

    number: int
    planned: Value
    scenario: str
    facilitator: str
    evaluator: str
    found: ScenarioRow | None

    @property
    def planned_s(self) -> float:
        """The planned time as wall-clock Excel seconds; NaN where there is none."""
        return wall_seconds_of(self.planned)


@dataclass(frozen=True, slots=True)
class DrillView:
    """Everything that the drill sheets show."""

    spec: Drills
    plan: DrillPlan
    calendar: int
    scenarios: tuple[ScenarioRow, ...]
    injects: tuple[InjectRow, ...]
    rows: tuple[PlanRow, ...]
    seats: Mapping[tuple[str, int], str]
    keys: tuple[str, ...]
    records: Mapping[str, Sequence[Value]]
    decided: Mapping[str, Decision]
    frame: Frame
    severities: tuple[str, ...]
    stories: tuple[Story, ...]

    def seated(self, number: int) -> int:
        """How many seats a drill has."""
        return _seated(self.seats, number)

    @property
    def turn_rows(self) -> list[int | None]:
        """The place of the severity that each inject turns to; None for one that does not."""
        return [row.turn(self.severities) for row in self.injects]

    def story(self, found: ScenarioRow | None) -> Story:
        """What a scenario tells; of none, nothing."""
        return NO_STORY if found is None else self.stories[self.scenarios.index(found)]

    def statuses(self) -> list[str]:
        """The status of each planned drill: how it went, else planned or overdue."""
        results = self.frame["Result"]
        numbers = self.frame["Drill"]
        as_of = self.frame.context.as_of
        now = wall_seconds_of(as_of)
        answer = []
        for row in self.rows:
            had = {
                str(result) for n, result in zip(numbers, results, strict=True) if n == row.number
            }
            status = next(
                (r for r in (PASS, CONDITIONAL, FAIL, INCOMPLETE, RUNNING) if r in had), ""
            )
            if not status and not isnan(row.planned_s):
                status = OVERDUE if row.planned_s < now else PLANNED
            answer.append(status)
        return answer


def drill_view(scene: Scene) -> DrillView | None:
    """The drills of a scene; None where the spec has none."""
    drills = scene.spec.drills
    if drills is None:
        return None
    calendar, plan = plan_of(scene, drills)
    known = _known(plan, drills)
    scenarios = _scenarios(scene, known)
    rows = tuple(_plan_rows(scene, plan, scenarios))
    keys = (
        *(f"Drill {row.number}" for row in rows),
        *(f"Repeat {number}" for number in range(1, REPEATS + 1)),
    )
    records = {
        header: [scene.value(DRILLS.name, key, header, _first(key, header)) for key in keys]
        for header in INPUTS
    }
    decided = _decided(scene)
    injects, seats = tuple(_injects(scene, known)), _seats(scene, plan)
    severities = [severity.id for severity in scene.spec.severities]
    stories = tuple(story_of(one, injects, severities) for one in scenarios)
    told = {
        row.number: replace(
            NO_STORY if row.found is None else stories[scenarios.index(row.found)],
            name=row.scenario,
            seats=_seated(seats, row.number),
            place=None if row.found is None else scenarios.index(row.found) + 1,
        )
        for row in rows
    }
    return DrillView(
        spec=drills,
        plan=plan,
        calendar=calendar,
        scenarios=scenarios,
        injects=injects,
        rows=rows,
        seats=seats,
        keys=keys,
        records=records,
        decided=decided,
        severities=tuple(severities),
        stories=stories,
        frame=records_frame(scene.context, records, told, decided),
    )


def story_of(found: ScenarioRow, injects: Sequence[InjectRow], severities: Sequence[str]) -> Story:
    """What a scenario tells, as it stands on the sheets."""
    mine = [one for one in injects if one.scenario.casefold() == found.id.casefold()]
    timed = sorted(
        (one for one in mine if one.minute is not None), key=lambda one: (one.minute, one.number)
    )
    turns = [(one.minute or 0.0, one.turn(severities)) for one in timed]
    starts: dict[str, tuple[float, ...]] = {}
    for one in timed:
        for code, word in STARTED.items():
            if isinstance(one.starts, str) and one.starts.casefold() == word:
                starts[code] = (*starts.get(code, ()), one.minute or 0.0)
    return Story(
        name=found.name,
        severity=found.severity,
        opens=place_in(found.opens or found.severity, severities),
        ends=place_in(found.severity, severities),
        turns=tuple((at, place) for at, place in turns if place is not None),
        starts=starts,
        stop=stop_of(found.stop),
    )


def _seated(seats: Mapping[tuple[str, int], str], number: int) -> int:
    known = [letter.casefold() for letter in words.SEATS.words]
    return sum(at == number and one.casefold() in known for (_, at), one in seats.items())


def _decided(scene: Scene) -> dict[str, Decision]:
    """The decision's clock by severity, with what was typed into its table."""
    answer = {}
    for severity, (within, number) in decisions(scene.spec).items():
        amount = scene.value(DECISION.name, severity, "Within", within.amount if within else None)
        unit = scene.value(DECISION.name, severity, "Unit", within.unit if within else None)
        calendar = scene.spec.calendars[number - 1].name
        typed = scene.value(DECISION.name, severity, "Calendar", calendar)
        chosen = place_in(plain(typed), [known.name for known in scene.spec.calendars]) or 1
        answer[severity] = (_duration(amount, unit), chosen)
    return answer


def _duration(amount: Value, unit: Value) -> Duration | None:
    return typed_duration(number_of(amount), text_in(unit).casefold())


def _first(key: str, header: str) -> Value:
    """What a record says before anybody types: the number of the drill it is for."""
    kind, _, number = key.partition(" ")
    return int(number) if header == "Drill" and kind == "Drill" else None


def _known(plan: DrillPlan, drills: Drills) -> list[Rehearsal]:
    """The scenarios of the spec, then those made up for the plan."""
    known = {scenario.id: Rehearsal.of(scenario) for scenario in drills.scenarios}
    for drill in plan.drills:
        known.setdefault(drill.rehearsal.id, drill.rehearsal)
    return list(known.values())


def _scenarios(scene: Scene, known: Sequence[Rehearsal]) -> tuple[ScenarioRow, ...]:
    rows = []
    spare = _spare(known)
    given: list[tuple[str, dict[str, Value]]] = [(one.id, _scenario_texts(one)) for one in known]
    for key, texts in [*given, *((key, dict[str, Value]()) for key in spare)]:
        cells = {
            column.id: scene.value(SCENARIOS.name, key, column.id, texts.get(column.id))
            for column in SCENARIOS.typed
        }
        minutes, stop = cells.pop("Minutes"), cells.pop(STOP_WITHIN)
        called = plain(cells["Name"])
        rows.append(ScenarioRow(key, minutes, stop, called, *map(word_in, cells.values())))
    return tuple(rows)


def _spare(known: Sequence[Rehearsal]) -> list[str]:
    """Keys of blank rows, none of which a scenario has already."""
    taken = {one.id for one in known}
    free = (f"X{number:02}" for number in range(1, SPARE_SCENARIOS + len(taken) + 1))
    return [key for key in free if key not in taken][:SPARE_SCENARIOS]


def _scenario_texts(one: Rehearsal) -> dict[str, Value]:
    return {
        "Name": one.name,
        "Classes": "; ".join(one.classes),
        "Severity": one.severity,
        "Opens as": one.opens,
        "Format": one.format,
        "Off hours": words.YES if one.off_hours else words.NO,
        "Source": one.source,
        "Minutes": one.minutes,
        "Objectives": "\n".join(one.objectives),
        "Questions": "\n".join(one.questions),
        STOP_WITHIN: one.stop,
    }


def _injects(scene: Scene, known: Sequence[Rehearsal]) -> Iterator[InjectRow]:
    spare: Sequence[tuple[str, tuple[Inject, ...]]] = [(key, ()) for key in _spare(known)]
    names = {role.id: role.name for role in scene.spec.roles}
    for key, injects in [*((one.id, one.injects) for one in known), *spare]:
        for number in range(1, max(len(injects), FEWEST_INJECTS) + 1):
            told = _inject_cells(injects[number - 1], names) if number <= len(injects) else {}
            row = f"{key}-{number}"
            values = [
                scene.value(INJECTS.name, row, column.id, told.get(column.id))
                for column in INJECTS.typed
            ]
            yield InjectRow(row, key, number, *values)


def _inject_cells(inject: Inject, roles: Mapping[str, str]) -> dict[str, Value]:
    expects = inject.expects
    return {
        "At (min)": inject.minute,
        "Inject": inject.text,
        "Turns to": inject.severity,
        "Starts": inject.starts,
        "Expected": expects.action if expects else None,
        "Owner": roles.get(expects.owner or "") if expects else None,
        "Meets": expects.meets if expects else None,
    }


def _plan_rows(
    scene: Scene, plan: DrillPlan, scenarios: Sequence[ScenarioRow]
) -> Sequence[PlanRow]:
    rows = []
    called = [one.called for one in scenarios]
    for drill in plan.drills:
        key = str(drill.number)
        name = scene.value(DRILL_PLAN.name, key, "Scenario", drill.rehearsal.name)
        place = place_in(plain(name), called)
        leads = ("Facilitator", drill.facilitator), ("Evaluator", drill.evaluator)
        leader, watcher = (
            word_in(scene.value(DRILL_PLAN.name, key, header, known or None))
            for header, known in leads
        )
        rows.append(
            PlanRow(
                number=drill.number,
                planned=planned_at(scene, drill),
                scenario=word_in(name),
                facilitator=leader,
                evaluator=watcher,
                found=None if place is None else scenarios[place - 1],
            )
        )
    return rows


def seat_header(number: int) -> str:
    """The header of a drill's column in tSeats."""
    return f"Drill {number}"


def _seats(scene: Scene, plan: DrillPlan) -> dict[tuple[str, int], str]:
    seats = {}
    for role in scene.spec.roles:
        for drill in plan.drills:
            seat = drill.seat(role.id)
            letter = LETTERS[seat.contact] if seat else None
            typed = scene.value(SEATS.name, role.name, seat_header(drill.number), letter)
            seats[role.name, drill.number] = word_in(typed)
    return seats
