"""Simulation: what the log saw of each target, what was simulated, and what would help."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Final

from xlmatrix.formula import col
from xlmatrix.model.drills import CommonCause, SimulationSpec
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.drills.called import called_name
from xlmatrix.rules.drills.path import Aim, label
from xlmatrix.rules.drills.simulation import (
    LevelOutcome,
    Outcome,
    Share,
    Simulated,
    simulate,
)
from xlmatrix.rules.drills.waiting import FEWEST
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.layout import by_column, laid_out
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading
from xlmatrix.sheets.plan import Chart, Formula, Series, Table, Value
from xlmatrix.tables.simulation import (
    SIM_ANSWERS,
    SIM_ASSUMED,
    SIM_CAUSES,
    SIM_LEVELS,
    SIM_SHARED,
    SIMULATION,
)
from xlmatrix.tables.table import Table as Declared

NAME: Final = "Simulation"
_LAST: Final = 14
_NEVER: Final = 0.0005
_CHART_ROWS: Final = 18
_SEEN_NOTE: Final = (
    "Missed is what the log has, with its 95 % interval (Wilson). What would change: the same "
    "incidents again, where whoever is called earlier takes a time that the log has."
)


def simulation_sheets(scene: Scene) -> list[tuple[Drawn, str | Formula]]:
    """The simulation, where the spec has drills and a ladder that calls somebody."""
    drills = scene.spec.drills
    if drills is None:
        return []
    found = simulate(scene.spec, drills.simulation, frame=scene.frame)
    if not found:
        return []
    drawn = _sheet(scene.spec, drills.simulation, found)
    return [(drawn, "How often each target is missed, and what would help")]


def _sheet(spec: MatrixSpec, settings: SimulationSpec, found: list[Simulated]) -> Drawn:
    draft = Draft(NAME, protected=True)
    heading(
        draft,
        "Will somebody answer in time?",
        "What the log saw of each target, and the escalation path played many times.",
    )
    back_link(draft, 3, 2)
    notes = (
        f"{settings.runs:,} runs a severity, seed {settings.seed}, computed with the workbook. "
        "± is one standard error of the runs alone. Changes compare the same runs.",
        f"Backup early: whoever is called second is called at {settings.backup_at} % of the target "
        "to acknowledge. Waits halved: every call comes after half the time.",
    )
    for row, note in enumerate(notes, start=4):
        draft.put(row, 2, note, "note")
    row = _measured(draft, found, 7)
    row = _assumed(draft, settings, found, row)
    row = _causes(draft, settings, found, row)
    row = _shared(draft, spec, found, row)
    draft.put(row, 2, "Level by level", "heading")
    row = draft.table(_level_table(spec, found, row + 1)).last_row
    for one in found:
        row += 1
        draft.put(row, 2, _sentence(spec, one.now), "text")
    draft.put(row + 2, 2, "How long people take", "heading")
    last = draft.table(_answer_table(spec, found, row + 3)).last_row
    draft.set_page(area=area(1, 1, last, _LAST), fit_height=1)
    return Drawn(draft.plan(), {})


def _measured(draft: Draft, found: list[Simulated], row: int) -> int:
    """What rests on the log, with its chart; gives the row of what follows."""
    rows = [line for one in found if one.now.path.record for line in _seen_rows(one)]
    if not rows:
        draft.put(row, 2, "From the log", "heading")
        said = f"The log has fewer than {FEWEST} incidents of each severity that were answered."
        draft.put(row + 1, 2, said, "text")
        return row + 3
    row = _section(draft, SIMULATION, rows, row, ("From the log", _SEEN_NOTE))
    row = _left_out(draft, found, row, measured=True)
    _chart(draft, row + 1)
    return row + 1 + _CHART_ROWS


def _assumed(draft: Draft, settings: SimulationSpec, found: list[Simulated], row: int) -> int:
    """What rests on assumed times: no finding, and said so."""
    rows = [line for one in found if not one.now.path.record for line in _assumed_rows(one)]
    if not rows:
        return row
    work = f", and work takes {settings.work} % of the target" if settings.work else ""
    said = f"Severities of which the log has too little: answers take the times below{work}."
    row = _section(draft, SIM_ASSUMED, rows, row, ("Assumed, not measured", said))
    row = _left_out(draft, found, row, measured=False)
    return row + 1


def _left_out(draft: Draft, found: list[Simulated], row: int, *, measured: bool) -> int:
    """Which targets are not there, and why; gives the row of what follows."""
    why = (
        f"the log has fewer than {FEWEST} cases" if measured else "nobody knows how long they take"
    )
    for one in found:
        names = [label(name) for name in one.now.path.left_out]
        if names and (one.now.path.record is not None) is measured:
            said = f"{one.now.path.severity}: {', '.join(names)} left out, for {why}."
            draft.put(row, 2, said, "text")
            row += 1
    return row


def _section(
    draft: Draft, declared: Declared, rows: list[list[Value]], row: int, words: tuple[str, str]
) -> int:
    """A table under its title and a note; gives the row behind it."""
    for place, (text, role) in enumerate(zip(words, ("heading", "note"), strict=True), start=row):
        draft.put(place, 2, text, role)
    table = laid_out(declared, row + 2, 2, by_column(declared, rows), filtered=False)
    return draft.table(table).last_row + 1


def _seen_rows(one: Simulated) -> Iterator[list[Value]]:
    for place, aim in enumerate(one.now.path.aims):
        seen = one.now.path.observed(aim)
        if seen is not None:
            figures = seen.share, seen.cases, *seen.interval
            yield _target_row(one, place, figures)


def _assumed_rows(one: Simulated) -> Iterator[list[Value]]:
    for place in range(len(one.now.path.aims)):
        yield _target_row(one, place, _cells(one.now.miss(place)))


def _target_row(one: Simulated, place: int, figures: Sequence[Value]) -> list[Value]:
    aim = one.now.path.aims[place]
    return [
        f"{one.now.path.severity} {label(aim.name)}",
        _minutes(aim.within_s),
        *figures,
        one.early.miss(place).value,
        *_cells(one.early.change(place, one.now)),
        one.shorter.miss(place).value,
        *_cells(one.shorter.change(place, one.now)),
        one.now.path.based_on(aim),
    ]


def _cells(share: Share) -> tuple[float, float]:
    return share.value, share.error


def _minutes(seconds: float) -> float:
    return round(seconds / 60, 2)


def _whom(spec: MatrixSpec, level: LevelOutcome) -> str:
    return ", ".join(called_name(spec, role) for role in level.roles)


def _sentence(spec: MatrixSpec, outcome: Outcome) -> str:
    """The level that fails most when it is called."""
    weakest, severity = outcome.weakest, outcome.path.severity
    if weakest is None:
        return f"{severity}: nobody is called."
    if weakest.unanswered.value < _NEVER:
        return f"{severity}: no level lets its calls pass unanswered."
    assumed = "" if outcome.path.record else " (assumed)"
    passed = (
        f"{weakest.unanswered.value:.1%} of the calls of level {weakest.level} "
        f"({_whom(spec, weakest)}) pass unanswered to the next level{assumed}"
    )
    if len(outcome.compared) < len(outcome.levels):
        return f"{severity}: {passed}; other levels are called too seldom to compare."
    return f"{severity}: {passed}, more than of any other level."


def _chart(draft: Draft, row: int) -> None:
    series = {
        "Missed": "As it is",
        "Backup early": "Backup early",
        "Waits halved": "Waits halved",
    }
    categories = col(SIMULATION.name, "Target")
    draft.charts.append(
        Chart(
            "column",
            "Share that misses each target",
            f"B{row}",
            tuple(
                Series(title, col(SIMULATION.name, header), categories)
                for header, title in series.items()
            ),
            width_cm=26,
            height_cm=8.2,
            alt_text="Share that misses each target as it is, with the backup called early, and "
            "with waits halved",
            y_title="Missed",
        )
    )


def _level_table(spec: MatrixSpec, found: list[Simulated], row: int) -> Table:
    rows: list[list[Value]] = [
        [
            f"{one.now.path.severity} level {level.level}: {_whom(spec, level)}",
            _minutes(level.after_s),
            *_cells(level.called),
            *(_cells(level.unanswered) if level in one.now.compared else (None, None)),
        ]
        for one in found
        for level in one.now.levels
    ]
    return laid_out(SIM_LEVELS, row, 2, by_column(SIM_LEVELS, rows), filtered=False)


def _causes(draft: Draft, settings: SimulationSpec, found: list[Simulated], row: int) -> int:
    """What one cause that hits all calls does to the acknowledgement."""
    rows: list[list[Value]] = []
    for one in found:
        for cause, then in one.causes:
            for place, aim in _acknowledgements(one):
                change = then.change(place, one.now)
                rows.append(
                    [
                        f"{one.now.path.severity}: {cause.name}; {assumed_of(cause)}",
                        _minutes(aim.within_s),
                        one.now.miss(place).value,
                        then.miss(place).value,
                        *_cells(change),
                    ]
                )
    if not rows:
        return row
    note = (
        "Acknowledged late while the cause holds. What it does is assumed; how often it holds is "
        "not asked, for the log's own times have it in them."
    )
    return _section(draft, SIM_CAUSES, rows, row, ("If one cause hits every call", note)) + 1


def assumed_of(cause: CommonCause) -> str:
    """What a cause is taken to do, in words."""
    slower = f"answers take {cause.slower:g} times as long" if cause.slower != 1 else ""
    down = f"{', '.join(cause.channels)} reaches nobody" if cause.channels else ""
    return "; ".join(filter(None, (slower, down)))


def _acknowledgements(one: Simulated) -> list[tuple[int, Aim]]:
    aims = enumerate(one.now.path.aims)
    return [(place, aim) for place, aim in aims if aim.name == "acknowledge"]


def _shared(draft: Draft, spec: MatrixSpec, found: list[Simulated], row: int) -> int:
    """What it does that the same people are called for every incident."""
    rows: list[list[Value]] = []
    for one in found:
        if one.shared is None:
            continue
        load, then, waits = one.shared
        for place, _ in _acknowledgements(one):
            rows.append(
                [
                    f"{one.now.path.severity}: {called_name(spec, load.role)}",
                    load.people,
                    load.gap_s / 86400,
                    load.bound_s / 3600,
                    load.busy,
                    float((waits > 0).mean()),
                    then.miss(place).value,
                    then.change(place, one.now).value,
                ]
            )
    if not rows:
        return row
    note = (
        "Incidents come at random as often as in the log, and each binds one of those who are "
        "called first until it is contained. Incidents that come in bursts overlap more."
    )
    return (
        _section(draft, SIM_SHARED, rows, row, ("The same people for overlapping incidents", note))
        + 1
    )


def _answer_table(spec: MatrixSpec, found: list[Simulated], row: int) -> Table:
    rows: list[list[Value]] = []
    for one in found:
        path = one.now.path
        if path.record is not None:
            seen = path.record.answer
            of = f"{path.severity}, whoever is called"
            rows.append(_time_row(of, seen.median_s, seen.ever, seen.log, "the log"))
            continue
        for role, answer in {call.role: call.answer for call in path.calls}.items():
            of, ever = f"{path.severity} {called_name(spec, role)}", answer.probability
            rows.append(_time_row(of, answer.median_s, ever, None, "assumed"))
        for aim in path.aims:
            if aim.work is not None:
                of = f"{path.severity} {label(aim.name)}: work"
                rows.append(_time_row(of, aim.work.median_s, 1.0, None, "assumed"))
    return laid_out(SIM_ANSWERS, row, 2, by_column(SIM_ANSWERS, rows), filtered=False)


def _time_row(of: str, median: float, ever: float, log: int | None, source: str) -> list[Value]:
    return [of, _minutes(median) if isfinite(median) else None, ever, log, source]
