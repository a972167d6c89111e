"""Drills that cannot be played, as findings: of a spec, and of the sheets of a workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from xlmatrix.errors import Finding, Level
from xlmatrix.model import MatrixSpec
from xlmatrix.model.base import Path, path_text
from xlmatrix.rules.drills.possible import Fault, Played, faults, told_of
from xlmatrix.rules.drills.scenarios import Rehearsal

if TYPE_CHECKING:
    from xlmatrix.sheets.drill_view import DrillView


def spec_faults(spec: MatrixSpec, where: Callable[[Path], str]) -> list[Finding]:
    """What of a spec's scenarios cannot be played."""
    if spec.drills is None:
        return []
    found = []
    for place, scenario in enumerate(spec.drills.scenarios):
        told = Rehearsal.of(scenario)
        played = Played(
            minutes=scenario.minutes or spec.drills.minutes,
            opens=told.opens,
            ends=told.severity,
            injects=told_of(
                [
                    (
                        (one.at.seconds or 0) / 60,
                        one.severity,
                        one.starts,
                        one.expects.meets if one.expects else None,
                    )
                    for one in scenario.injects
                ]
            ),
        )
        for fault in faults(spec, played):
            path: Path = ("drills", "scenarios", place)
            path = path if fault.place is None else (*path, "injects", fault.place)
            found.append(_finding(fault, scenario.id, where(path), path_text(path)))
    return found


def sheet_faults(spec: MatrixSpec, view: DrillView, where: str) -> list[Finding]:
    """What cannot be played of the scenarios as they stand in a workbook."""
    return list(_of_view(spec, view, f"{where}!Scenarios"))


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
        for fault in faults(spec, played, view.frame.context.policy):
            yield _finding(fault, scenario.id, where, "")


def _word(cell: object) -> str:
    return cell if isinstance(cell, str) else ""


def _finding(fault: Fault, scenario: str, where: str, path: str) -> Finding:
    said = f"Scenario {scenario}: {fault.what}"
    return Finding(Level.ERROR, fault.code, said, where, fault.mend, path)
