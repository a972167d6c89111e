"""Drills that cannot be played, as findings: of a spec, and of the sheets of a workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from xlmatrix.errors import Finding, Level
from xlmatrix.model import MatrixSpec
from xlmatrix.model.base import Path, path_text
from xlmatrix.model.calendars import build_calendar
from xlmatrix.model.drills import Drills, Inject
from xlmatrix.rules.drills.plan import PlannedDrill, plan_drills
from xlmatrix.rules.drills.possible import Fault, Played, Told, faults, lacks_night, told_of
from xlmatrix.rules.drills.record import decisions, drill_policy
from xlmatrix.rules.drills.scenarios import Rehearsal
from xlmatrix.rules.policy import compile_policy
from xlmatrix.tables.vocabulary import YES
from xlmatrix.worktime.serials import DAY_S, is_date, moment_of

if TYPE_CHECKING:
    from xlmatrix.sheets.drill_view import DrillView

_GENERIC: Final[Path] = ("drills", "generic")


def spec_faults(spec: MatrixSpec, where: Callable[[Path], str]) -> list[Finding]:
    """What of a spec's scenarios cannot be played, and what its plan lacks."""
    if spec.drills is None:
        return []
    calendar = build_calendar(spec, spec.drills.calendar)
    drills = plan_drills(spec, calendar).drills
    policy = drill_policy(spec, compile_policy(spec), decisions(spec))
    found = []
    for path, scenario, played in _of_spec(spec, spec.drills, drills):
        for fault in faults(played, policy):
            injects = path if path == _GENERIC else (*path, "injects")
            at = path if fault.place is None else (*injects, fault.place)
            found.append(_finding(fault, scenario, where(at), path_text(at)))
    planned = [(one.at, one.rehearsal.off_hours) for one in drills if one.at is not None]
    return [*found, *_nights(lacks_night(spec, calendar, planned), where(("drills",)))]


def _of_spec(
    spec: MatrixSpec, drills: Drills, planned: Sequence[PlannedDrill]
) -> Iterator[tuple[Path, str, Played]]:
    """Every scenario with its place, and the generic injects where a drill is made of them."""
    for place, scenario in enumerate(drills.scenarios):
        told = Rehearsal.of(scenario)
        minutes = scenario.minutes or drills.minutes
        played = Played(minutes, told.opens, told.severity, _told(scenario.injects))
        yield ("drills", "scenarios", place), scenario.id, played
    known = {scenario.id for scenario in drills.scenarios}
    if drills.generic and any(one.rehearsal.id not in known for one in planned):
        worst = spec.severities[0].id
        yield _GENERIC, "generic", Played(drills.minutes, worst, worst, _told(drills.generic))


def _told(injects: Sequence[Inject]) -> tuple[Told, ...]:
    return told_of(
        [
            (
                (one.at.seconds or 0) / 60,
                one.severity,
                one.starts,
                one.expects.meets if one.expects else None,
            )
            for one in injects
        ]
    )


def sheet_faults(spec: MatrixSpec, view: DrillView, where: str) -> list[Finding]:
    """What cannot be played of the scenarios as they stand in a workbook."""
    sheet = f"{where}!Scenarios"
    planned = [
        (moment_of(row.planned_s / DAY_S), row.found is not None and _yes(row.found.off_hours))
        for row in view.rows
        if is_date(row.planned_s / DAY_S)
    ]
    calendar = view.frame.context.calendars[view.calendar - 1]
    return [*_of_view(spec, view, sheet), *_nights(lacks_night(spec, calendar, planned), sheet)]


def _yes(text: str) -> bool:
    return text.casefold() == YES


def _nights(fault: Fault | None, where: str) -> list[Finding]:
    if fault is None:
        return []
    return [Finding(Level.WARNING, fault.code, fault.what, where, fault.mend, "drills")]


def _of_view(spec: MatrixSpec, view: DrillView, where: str) -> Iterator[Finding]:
    known = {severity.casefold() for severity in view.severities}
    for scenario in view.scenarios:
        rows = [
            (one.minute, _word(one.turns), _word(one.starts), _word(one.meets))
            for one in view.injects
            if one.scenario == scenario.id and one.minute is not None and one.text
        ]
        # What names no severity is flagged beside its cell.
        if scenario.severity.casefold() not in known or not rows:
            continue
        opens = scenario.opens if scenario.opens.casefold() in known else scenario.severity
        minutes = scenario.minutes if isinstance(scenario.minutes, int | float) else None
        injects = told_of([(at, t if t.casefold() in known else "", s, m) for at, t, s, m in rows])
        played = Played(minutes or view.spec.minutes, opens, scenario.severity, injects)
        for fault in faults(played, view.frame.context.policy):
            yield _finding(fault, scenario.id, where, "")


def _word(cell: object) -> str:
    return cell if isinstance(cell, str) else ""


def _finding(fault: Fault, scenario: str, where: str, path: str) -> Finding:
    said = f"Scenario {scenario}: {fault.what}"
    return Finding(Level.ERROR, fault.code, said, where, fault.mend, path)
