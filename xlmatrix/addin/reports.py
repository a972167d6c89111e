"""When a report is due, in a cell: what ``SLA_REPORT`` answers, by the engine behind the sheets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from xlmatrix.addin.bridge import State
from xlmatrix.addin.cells import NO_DATE, NOT_KNOWN, Grid, When, one_column, text
from xlmatrix.addin.moments import BEYOND_REACH, Starts, first_of
from xlmatrix.addin.problems import Problem, errors_among, of_error
from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange.tickets.stamps import StampError, StampReader
from xlmatrix.model.obligations import END_OF_YEAR, FILING, MEMBER_FACT, TRIGGER
from xlmatrix.rules.frame import Frame
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.rules.reporting.counting import BEYOND
from xlmatrix.rules.reporting.outcome import NEVER, Own, Situation, due_of
from xlmatrix.rules.reporting.rows import trimmed
from xlmatrix.rules.reporting.states import judge
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.reporting.reports import Desk, Report, desk
from xlmatrix.sheets.reporting.typed import TypedRule

_WIDTH: Final = 4
_UNKNOWN: Final = "not known"
_DAY_S: Final = 86_400


@dataclass(slots=True)
class _Told:
    """What one cell says: answers by fact, moments and reports by name, in lower case."""

    answers: dict[str, str] = field(default_factory=dict)
    moments: dict[str, int | str] = field(default_factory=dict)
    filed: dict[str, int] = field(default_factory=dict)


def report(
    state: State, obligation: Any, trigger: Any, facts: Any = None, reported: Any = None
) -> Grid:
    """Safe time, time by law, state and detail of each report; a row each."""
    cells, height = one_column(
        "reports", obligation=obligation, trigger=trigger, facts=facts, reported=reported
    )
    frame = Frame(state.context, IncidentLog.empty(), {})
    found = desk(Scene(state.spec, state.context, frame, None, state.typed))
    rules = {rule.row.key: rule for rule in found.rules if rule.row.id}
    begun, made = Starts(state, cells["trigger"]), Starts(state, cells["reported"])
    problems = first_of(errors_among(cells), _wrong(begun), _wrong(made))
    answers: Grid = []
    for row in range(height):
        name, problem = text(cells["obligation"][row]), problems[row]
        rule = rules.get(name.casefold())
        if problem is None and name and rule is None:
            problem = Problem(f"the obligation {name!r} is {NOT_KNOWN}")
        if problem is not None or rule is None:
            answers.append([problem or "", *[""] * (_WIDTH - 1)])
            continue
        try:
            told = _told(found, text(cells["facts"][row]))
            answers.append(_row(found, rule, told, _epoch(begun, row), _epoch(made, row)))
        except XlmatrixError as error:
            answers.append([of_error(error), *[""] * (_WIDTH - 1)])
    return answers


def _wrong(starts: Starts) -> list[Problem | None]:
    """The problems of a column of times in which a cell may be empty."""
    return [one if isinstance(one, Problem) else None for one in starts.messages]


def _epoch(starts: Starts, row: int) -> int | None:
    at = starts.utc[row]
    return None if np.isnan(at) else int(at) - EPOCH_S


def _row(
    found: Desk, rule: TypedRule, told: _Told, trigger: int | None, reported: int | None
) -> list[Any]:
    answers = {**found.told.scope, **told.answers}
    known = Situation(answers, told.moments, told.filed, found.now)
    filed = told.filed.get(rule.row.key) if rule.row.until else None
    own = Own(trigger, "", reported, filed)
    authority = found.places.of(rule.row, answers.get(MEMBER_FACT, ""))
    due = due_of(rule.row, own, known, authority)
    judged = judge(rule.row, own, due, known, authority)
    shown = Report("", None, rule, own, due, judged, authority, known)
    return [_when(found, shown.safe), _when(found, shown.law), judged.state, shown.detail]


def _when(found: Desk, instant: int | None) -> Any:
    if instant is None:
        return ""
    if instant >= BEYOND:
        return BEYOND_REACH
    return When((found.scene.context.zone.to_local(instant) + EPOCH_S) / _DAY_S)


def _told(found: Desk, written: str) -> _Told:
    """What a cell says, in parts such as ``personal-data = yes; aware = 2026-11-16 08:45``."""
    told = _Told()
    known = found.scene.spec.obligations
    facts, moments = known.every_fact(), known.every_moment()
    for part in filter(None, map(str.strip, written.split(";"))):
        name, _, said = (piece.strip() for piece in part.partition("="))
        key = trimmed(name)
        if key in facts:
            offered = {trimmed(answer): answer for answer in facts[key].answers}
            if trimmed(said) not in (*offered, _UNKNOWN, ""):
                raise _refused(f"{said!r} is no answer of {name!r}", f"Use {', '.join(offered)}")
            told.answers[key] = said
        elif key.startswith(FILING):
            told.filed[key.removeprefix(FILING)] = _instant(found, said)
        elif key.removeprefix(END_OF_YEAR) in moments and key != TRIGGER:
            told.moments[key] = NEVER if trimmed(said) == NEVER else _moment(found, said)
        else:
            raise _refused(
                f"the fact or moment {name!r} is {NOT_KNOWN}", "Use one of Scope or Report now"
            )
    return told


def _moment(found: Desk, said: str) -> int | str:
    return _instant(found, said) if said else ""


def _instant(found: Desk, said: str) -> int:
    try:
        wall = StampReader(found.scene.spec.zone, None).read(said)
    except StampError:
        wall = None
    if wall is None:
        raise _refused(f"{said!r} is {NO_DATE}", "Write it as 2026-11-16 10:30")
    return int(found.places.zones[0].to_utc(wall))


def _refused(what: str, mend: str) -> XlmatrixError:
    return XlmatrixError(what, where="facts", mend=mend)
