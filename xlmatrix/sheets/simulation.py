"""Simulation: how likely each target is missed, which level fails most, and what would help."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import col
from xlmatrix.model.drills import SimulationSpec
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.drills.simulation import (
    Answers,
    EscalationPath,
    Outcome,
    Share,
    Simulated,
    answers_of,
    called_name,
    label,
    simulate,
)
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.layout import by_column, laid_out
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading
from xlmatrix.sheets.plan import Chart, Formula, Series, Table, Value
from xlmatrix.tables.simulation import SIM_ANSWERS, SIM_LEVELS, SIMULATION

NAME: Final = "Simulation"
_LAST: Final = 11
_NEVER: Final = 0.0005


def simulation_sheets(scene: Scene) -> list[tuple[Drawn, str | Formula]]:
    """The simulation, where the spec has drills and a ladder that calls somebody."""
    drills = scene.spec.drills
    if drills is None:
        return []
    settings = drills.simulation
    answers = answers_of(scene.spec, settings, scene.frame)
    found = simulate(scene.spec, settings, answers=answers)
    if not found:
        return []
    return [(_sheet(scene, settings, answers, found), "How likely each target is missed, and why")]


def _sheet(
    scene: Scene, settings: SimulationSpec, answers: Answers, found: list[Simulated]
) -> Drawn:
    draft = Draft(NAME, protected=True)
    heading(
        draft,
        "Will somebody answer in time?",
        "The escalation path of each severity, played many times with the answer times below.",
    )
    back_link(draft, 3, 2)
    draft.put(
        4,
        2,
        f"{settings.runs:,} runs a severity, seed {settings.seed}; computed when the workbook was "
        "made. ± is one standard error. Changes compare the same runs. Figures without a log are "
        "proposed: replace them with what you measure.",
        "note",
    )
    targets = draft.table(_target_table(found, 6))
    row = _weakest(draft, scene.spec, found, targets.last_row + 1)
    _chart(draft, row + 1)
    row += 19
    draft.put(row, 2, "Level by level", "heading")
    levels = draft.table(_level_table(scene.spec, found, row + 1))
    row = levels.last_row + 2
    draft.put(row, 2, "How people answer", "heading")
    roles = draft.table(_answer_table(scene.spec, settings, answers, found, row + 1))
    draft.set_page(landscape=False, area=area(1, 1, roles.last_row, _LAST), fit_height=1)
    return Drawn(draft.plan(), {})


def _target_table(found: list[Simulated], row: int) -> Table:
    rows: list[list[Value]] = []
    for one in found:
        for place, aim in enumerate(one.now.path.aims):
            now = one.now.miss(place)
            backup, shorter = one.backup.miss(place), one.shorter.miss(place)
            by_backup = one.backup.change(place, one.now)
            by_waits = one.shorter.change(place, one.now)
            rows.append(
                [
                    f"{one.now.path.severity} {label(aim.name)}",
                    _minutes(aim.within_s),
                    *_cells(now),
                    backup.value,
                    *_cells(by_backup),
                    shorter.value,
                    *_cells(by_waits),
                ]
            )
    return laid_out(SIMULATION, row, 2, by_column(SIMULATION, rows), filtered=False)


def _cells(share: Share) -> tuple[float, float]:
    return share.value, share.error


def _minutes(seconds: float) -> float:
    return round(seconds / 60, 2)


def _weakest(draft: Draft, spec: MatrixSpec, found: list[Simulated], row: int) -> int:
    """One sentence a severity: the level that fails most when it is called."""
    for one in found:
        draft.put(row, 2, _sentence(spec, one.now), "text")
        row += 1
    return row


def _sentence(spec: MatrixSpec, outcome: Outcome) -> str:
    weakest = outcome.weakest
    if weakest is None:
        return f"{outcome.path.severity}: nobody is called."
    if weakest.unanswered.value < _NEVER:
        return f"{outcome.path.severity}: no level lets its calls pass unanswered."
    who = ", ".join(called_name(spec, role) for role in weakest.roles)
    return (
        f"{outcome.path.severity}: level {weakest.level} ({who}) fails most; when it is called, "
        f"{weakest.unanswered.value:.1%} of its calls pass unanswered to the next level."
    )


def _chart(draft: Draft, row: int) -> None:
    names = ("Missed", "One more backup", "Waits halved")
    titles = ("As it is", "One more backup", "Waits halved")
    categories = col(SIMULATION.name, "Target")
    draft.charts.append(
        Chart(
            "column",
            "Probability of missing each target",
            f"B{row}",
            tuple(
                Series(title, col(SIMULATION.name, header), categories)
                for title, header in zip(titles, names, strict=True)
            ),
            width_cm=26,
            height_cm=8.2,
            alt_text="Probability of missing each target as it is, with one more backup, and with "
            "waits halved",
            y_title="Missed",
        )
    )


def _level_table(spec: MatrixSpec, found: list[Simulated], row: int) -> Table:
    rows: list[list[Value]] = [
        [
            f"{one.now.path.severity} level {level.level}",
            _minutes(level.after_s),
            *_cells(level.called),
            ", ".join(called_name(spec, role) for role in level.roles),
            *_cells(level.unanswered),
        ]
        for one in found
        for level in one.now.levels
    ]
    return laid_out(SIM_LEVELS, row, 2, by_column(SIM_LEVELS, rows), filtered=False)


def _answer_table(
    spec: MatrixSpec,
    settings: SimulationSpec,
    answers: Answers,
    found: list[Simulated],
    row: int,
) -> Table:
    paths: list[EscalationPath] = [one.now.path for one in found]
    called = [(path.severity, role) for path in paths for role in _roles(path)]

    def source(key: tuple[str, str]) -> str:
        if answers[key].log:
            return "the log"
        return "the spec" if key[1] in settings.answering else "the spec's default"

    rows: list[list[Value]] = [
        [
            f"{key[0]} {called_name(spec, key[1])}",
            _minutes(answers[key].mean_s),
            answers[key].probability,
            answers[key].log or None,
            source(key),
        ]
        for key in called
    ]
    return laid_out(SIM_ANSWERS, row, 2, by_column(SIM_ANSWERS, rows), filtered=False)


def _roles(path: EscalationPath) -> list[str]:
    return list(dict.fromkeys(call.role for call in path.calls))
