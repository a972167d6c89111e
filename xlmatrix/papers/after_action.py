"""The after-action report of a drill that was held, with a feedback form on its last page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite, isnan
from typing import Any, Final

import numpy as np

from xlmatrix.papers.blocks import Block, Bullets, Document, Grid, Section, Text
from xlmatrix.rules.cells import number_of, text_in, word_in
from xlmatrix.rules.drills.criteria import criteria, criteria_twin
from xlmatrix.rules.drills.record import STAMPS, START, at
from xlmatrix.rules.drills.score import RUNNING
from xlmatrix.rules.drills.story import ROWS, STOP
from xlmatrix.rules.drills.times import LEGS, MET, MISSED, NOT_RECORDED, TIMES, Time
from xlmatrix.rules.frame import to_wall
from xlmatrix.sheets.drill_actions import LIVE, told_actions
from xlmatrix.sheets.drill_view import DrillView, InjectRow, PlanRow
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.plan import Value
from xlmatrix.tables.drills import STOPPED
from xlmatrix.worktime.serials import moment_of

#: What players are asked, and how they answer: on a scale, or in their own words.
FEEDBACK: Final = (
    ("Did the drill show what its objectives say?", True),
    ("Could this happen to us, as it was told?", True),
    ("Did you know what your role had to do, and where it is written?", True),
    ("What stopped you, or made you slow?", False),
    ("What should we change first, and who should do it?", False),
)
_SCALE: Final = "☐ 1   ☐ 2   ☐ 3   ☐ 4   ☐ 5"
#: Room to write in.
_ROOM: Final = "\n" * 5
_DAY_MIN: Final = 1440
_NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class Held:
    """One record of a drill: ``place`` is its row in Drill results, from 0."""

    scene: Scene
    view: DrillView
    place: int
    plan: PlanRow
    injects: Sequence[InjectRow]
    players: Sequence[tuple[str, str, str]]

    def cell(self, header: str) -> Any:
        """A computed or typed value of the record."""
        return self.view.frame[header][self.place]

    def typed(self, header: str) -> Value:
        """What somebody typed into the record."""
        return self.view.records[header][self.place]

    def minutes(self, instant: str) -> float | None:
        """Minutes from the start to an instant of the record; None where there is none."""
        after = (self.cell(instant) - self.cell(at(START))) / 60
        return round(float(after), 2) if isfinite(after) else None

    def told(self, instant: str) -> str:
        """An instant as minutes from the start; as a time where that is a day and more."""
        minute = self.minutes(instant)
        if minute is None:
            return ""
        if minute < _DAY_MIN:
            return _after(minute)
        at_once = np.asarray([self.cell(instant)], dtype=np.float64)
        return _wall(float(to_wall(self.view.frame.context.zone, at_once)[0]))

    @property
    def judged(self) -> bool:
        """Whether there is ground for a verdict, and the drill is over."""
        return self.cell("Result") != RUNNING and not self.cell("ground")


def after_action_document(held: Held) -> Document:
    """What a drill was to show, what happened, what it taught, and what is done about it."""
    spec = held.scene.spec
    sections = [
        Section("Verdict", tuple(_verdict(held))),
        Section("Objectives", tuple(_lines(_scenario(held, "objectives"), "No objectives stand."))),
        Section("What happened", (_timeline(held), _targets(held))),
        Section("What went well", tuple(_lines(_well(held), "Nothing is known to be right."))),
        Section("What went badly", tuple(_lines(_badly(held), "Nothing is known to be wrong."))),
        Section("Hot wash", tuple(_hot_wash(held))),
        Section("Improvement actions", tuple(_actions(held))),
        Section("Who took part", (_players(held),)),
        Section("Feedback form", tuple(_feedback()), alone=True),
    ]
    unknown = _unknown(held)
    if unknown:
        sections.insert(5, Section("What nobody recorded", (Bullets(tuple(unknown)),)))
    return Document(
        title=f"After-action report: {held.plan.scenario or 'drill'}",
        subtitle=_record(held),
        organisation=spec.organisation,
        made=held.scene.context.as_of,
        zone=spec.zone,
        sections=tuple(sections),
        author=spec.author,
    )


def _record(held: Held) -> str:
    drill, key = f"Drill {held.plan.number}", held.view.keys[held.place]
    return drill if key == drill else f"{drill}, record {key}"


def _others(held: Held) -> str:
    """The other records of the same drill, and how they went."""
    frame = held.view.frame
    numbered = enumerate(zip(held.view.keys, frame["Drill"], frame["Result"], strict=True))
    return "; ".join(
        f"{key}: {result}"
        for place, (key, number, result) in numbered
        if number == held.plan.number and result and place != held.place
    )


def _verdict(held: Held) -> Iterator[Block]:
    found = held.plan.found
    reach = held.cell("Reach")
    tried, answered = (held.typed(f"Contacts {one}") for one in ("tried", "answered"))
    kill = number_of(held.typed("Kill switch found (min)"))
    told = (
        f"{reach * 100:.0f} % ({answered} answered, {tried} tried)"
        if not isnan(reach)
        else NOT_RECORDED
    )
    due = held.cell("Repeat by")
    again = "" if isnan(due) else f"by {moment_of(due):%Y-%m-%d}: {held.cell('Repeat')}"
    rows = [
        ("Result", held.cell("Result")),
        ("Missed", held.cell("Missed")),
        ("Repeat", again),
        ("Other records of it", _others(held)),
        ("Held", f"{_wall(held.cell(START))}, {held.scene.spec.zone}"),
        ("Ended", held.told("ended s")),
        ("Classes", found.classes if found else ""),
        ("Format", found.format if found else ""),
        ("Severity to call at the end", held.cell("Expected")),
        ("Severity called", word_in(held.typed("Severity called")) or NOT_RECORDED),
        ("Reach", told),
        ("Kill switch found", NOT_RECORDED if kill is None else f"after {kill:g} min"),
        ("Agent stopped", _stop(held)),
        ("Last action owned", held.told(at("Actions owned"))),
    ]
    yield Grid(
        "How the drill was judged",
        ("What", "Answer"),
        tuple((label, str(text)) for label, text in rows if text),
        (28, 72),
    )
    if held.cell("Result") == RUNNING:
        yield Text("The drill is running: nothing is judged yet.")
    yield Text("The rules of the verdict are proposed; no standard sets them.")


def _stop(held: Held) -> str:
    """When the agent was stopped, of the minutes that it was to take; "" without such a limit."""
    limit, stopped = held.cell(STOP), number_of(held.typed(STOPPED))
    if isnan(limit):
        return ""
    told = NOT_RECORDED if stopped is None else f"after {stopped:g} min"
    return f"{told}; to be stopped within {limit:g} min"


def _scenario(held: Held, part: str) -> list[str]:
    found = held.plan.found
    return [] if found is None else [one for one in getattr(found, part).splitlines() if one]


def _lines(lines: Sequence[str], none: str) -> list[Block]:
    return [Bullets(tuple(lines))] if lines else [Text(none)]


def _timeline(held: Held) -> Grid:
    """Injects and stamps in the order in which they came; no inject that has not happened."""
    ended = held.minutes("ended s")
    if held.cell("Result") == RUNNING:
        now = held.view.frame.context.as_of_s
        ended = round(float(now - held.cell(at(START))) / 60, 2)
    rows = [
        (one.minute or 0.0, 0, _after(one.minute or 0.0), str(one.text), one.clocks, one.expects)
        for one in held.injects
        if ended is None or (one.minute or 0) <= ended
    ]
    for header in STAMPS:
        minute = held.minutes(at(header))
        if minute is not None and header not in (START, "Actions owned"):
            rows.append((minute, 1, held.told(at(header)), f"▸ {header}", "", ""))
    shown = tuple(row[2:] for row in sorted(rows, key=lambda row: row[:2]))
    headers = ("When", "What", "Clocks", "Expected")
    return Grid("What was told, and what the players did (▸)", headers, shown, (12, 40, 20, 28))


def _targets(held: Held) -> Grid:
    rows = tuple(row for time in TIMES for row in _legs(held, time))
    headers = ("Target", "Under", "Clock began", "Due", "Done", "Verdict")
    return Grid("Against the targets", headers, rows, (24, 11, 15, 17, 15, 18))


def _legs(held: Held, time: Time) -> Iterator[tuple[str, ...]]:
    """A row for each severity under which the clock ran."""
    names = held.view.frame.context.policy.severities
    for number in LEGS:
        leg = time.leg(number)
        begun, done = map(held.minutes, (f"{leg} s", time.stop(number)))
        if begun is None or held.minutes(f"{leg} due s") is None:
            continue
        under = names[int(held.cell(ROWS[number])) - 1]
        here = _NOTHING if done is None or done < begun else held.told(time.stop(number))
        verdict = _leg_verdict(held, time, number) if held.judged else _NOTHING
        began, due_at = held.told(f"{leg} s"), held.told(f"{leg} due s")
        yield time.label, under, began, due_at, here, verdict


def _leg_verdict(held: Held, time: Time, number: int) -> str:
    leg = time.leg(number)
    over = held.cell(f"{leg} over")
    if not isnan(over):
        return f"{MISSED} by {f'{over * 100:.0f} %' if over >= 0.01 else 'less than 1 %'}"
    stop, begin, due = (held.cell(one) for one in (time.stop(number), f"{leg} s", f"{leg} due s"))
    if stop < begin:
        return "done before"
    if stop <= due:
        return MET
    turn = held.cell(f"turn {number + 1} s") if number < LEGS[-1] else float("nan")
    # A turn that came first, or an answer that spared the escalation, owes nothing here.
    return NOT_RECORDED if isnan(stop) and isnan(turn) else "not owed"


def _criteria(held: Held, part: str) -> list[str]:
    """The words of the criteria for which a part of the judgement holds in this record."""
    words = {"wrong": "wrong_words", "unknown": "unknown_words", "right": "right_words"}[part]
    both = zip(criteria(), criteria_twin(held.view.frame), strict=True)
    return [getattr(one, words) for one, judged in both if getattr(judged, part)[held.place]]


def _clocks(held: Held, state: str) -> list[str]:
    return [time.label for time in TIMES if held.cell(f"{time.code} state") == state]


def _well(held: Held) -> list[str]:
    if not held.judged:
        return []
    return [f"{label}: in time" for label in _clocks(held, MET)] + _criteria(held, "right")


def _badly(held: Held) -> list[str]:
    if not held.judged:
        return [f"No verdict: {held.cell('ground')}"] if held.cell("ground") else []
    return [f"{label}: missed" for label in _clocks(held, MISSED)] + _criteria(held, "wrong")


def _unknown(held: Held) -> list[str]:
    return _clocks(held, NOT_RECORDED) + _criteria(held, "unknown") if held.judged else []


def _hot_wash(held: Held) -> Iterator[Block]:
    asked = _scenario(held, "questions")
    if asked:
        rows = tuple((question, _ROOM[:3]) for question in asked)
        yield Grid("Talked about at once", ("Question", "Answer"), rows, (45, 55))
    notes = text_in(held.typed("Notes"))
    yield Text(f"Notes of the record: {notes}" if notes else "The record has no notes.")


def _actions(held: Held) -> Iterator[Block]:
    number = held.plan.number
    every = told_actions(held.scene)
    mine = [one for one in every if number_of(one["Found in"]) == number]
    seen = [one for one in every if number_of(one["Verified in"]) == number and one not in mine]
    others = [one for one in every if one[LIVE] == 1 and one not in mine]
    if not mine:
        yield Text("No action of this drill stands in Drill actions.")
    for caption, rows in (
        ("What this drill showed", mine),
        ("What this drill verified", seen),
        ("Open from other drills", others),
    ):
        if rows:
            headers = ("Observation", "Cause", "Action", "Owner", "Due", "State")
            yield Grid(caption, headers, tuple(map(_action, rows)), (22, 19, 22, 14, 10, 13))


def _action(row: dict[str, Value]) -> tuple[str, ...]:
    due, seen = (number_of(row[one]) for one in ("Due", "Verified in"))
    day = "" if due is None else f"{moment_of(int(due)):%Y-%m-%d}"
    state = f"{row['State']}" + ("" if seen is None else f" in drill {seen:g}")
    told = (text_in(row[one]) for one in ("Observation", "Cause", "Action", "Owner"))
    return (*(one or _NOTHING for one in told), day or _NOTHING, state)


def _players(held: Held) -> Grid:
    rows = [("Facilitator", "leads", held.plan.facilitator or "nobody")]
    rows += [("Evaluator", "watches", held.plan.evaluator or "nobody")]
    rows += [(role, contact, person or "nobody") for role, contact, person in held.players]
    caption = "As seated on Drill seats; correct it there where others played"
    return Grid(caption, ("Role", "As", "Person"), tuple(rows), (40, 20, 40))


def _feedback() -> Iterator[Block]:
    yield Text("For everybody who took part, right after the drill. 1 is not at all, 5 is fully.")
    rows = tuple((question, _SCALE if scale else _ROOM) for question, scale in FEEDBACK)
    yield Grid("Five short questions", ("Question", "Answer"), rows, (50, 50))
    yield Text("Role (a name is not needed):")


def _after(minute: float) -> str:
    return f"T{minute:+g} min"


def _wall(seconds: float) -> str:
    return f"{moment_of(seconds / 86400):%Y-%m-%d %H:%M}"
