"""Pauses, Severity changes, Reopened: the logs beside the incidents, and what policies say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from xlmatrix.formula import Expr, F, col, if_, name, ref
from xlmatrix.rules.clocks.changes.change import ChangePolicy
from xlmatrix.rules.clocks.changes.policies import POLICIES
from xlmatrix.rules.clocks.clock_formulas import POLICY_NUMBER
from xlmatrix.rules.clocks.engine import PAUSED
from xlmatrix.rules.clocks.event_twin import twin_of
from xlmatrix.rules.frame import Frame, to_wall
from xlmatrix.rules.instants import wall_of
from xlmatrix.rules.logs.event_line import events_of
from xlmatrix.rules.logs.histories import CHANGE_POLICY_NAME, SideLog
from xlmatrix.rules.logs.side_columns import REOPENINGS
from xlmatrix.rules.logs.side_logs import (
    change_columns,
    override_gaps,
    pause_columns,
    reopened_columns,
)
from xlmatrix.rules.logs.sorting import roomy
from xlmatrix.rules.names import BEYOND
from xlmatrix.sheets.below import count_below, said_below, says_below
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.layout import Filled, laid_out
from xlmatrix.sheets.parts import REACH_ROWS, Drawn, Names, Scene, back_link, heading
from xlmatrix.sheets.plan import Formula, Value, Values
from xlmatrix.tables import logs
from xlmatrix.tables.column import Column
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.kinds import choice
from xlmatrix.tables.table import Table as Declared
from xlmatrix.tables.validation import Paint
from xlmatrix.tables.vocabulary import CHANGE_POLICIES

PAUSES: Final = "Pauses"
CHANGES: Final = "Severity changes"
REOPENED: Final = "Reopened"
COMPARE: Final = "Policy compare"
_HEADER: Final = 6
#: Ready rows of each log, and how many more the hidden sheets can sort.
SPARE: Final = (25, 15, 10)
RESERVE: Final = (100, 10, 5)
PAUSE_REASONS: Final = (
    "Waiting for customer",
    "Waiting for vendor",
    "Waiting for approval",
    "Agreed maintenance window",
    "Other",
)


def room(scene: Scene) -> tuple[int, int, int]:
    """How many pauses, changes and reopenings the hidden sheets can sort."""
    found = scene.frame.histories
    logs = (found.pauses, found.changes, found.reopened)
    pauses, changes, reopened = (len(log) + r for log, r in zip(logs, RESERVE, strict=True))
    reopened = roomy(changes + reopened) - changes
    return roomy(pauses + reopened) - reopened, changes, reopened


def pauses_sheet(scene: Scene) -> Drawn:
    """When clocks stood still."""
    draft = _draft(
        PAUSES,
        "Pauses",
        "Time spent waiting: clocks whose targets pause stand still. No end: still.",
    )
    below = _table(
        draft, scene, logs.PAUSES, scene.frame.histories.pauses, pause_columns(scene.frame)
    )
    _said(draft, scene, logs.PAUSES, name("Pz_Count") > room(scene)[0])
    return Drawn(draft.plan(), {"Pauses_Header": ref(_HEADER, 2, PAUSES), **below})


def changes_sheet(scene: Scene) -> Drawn:
    """When severities changed, and what that does to running clocks."""
    draft = _draft(
        CHANGES,
        "Severity changes",
        "Every change of an incident's severity, with who approved it. Clocks follow the policy.",
    )
    below = _table(
        draft, scene, logs.CHANGES, scene.frame.histories.changes, change_columns(scene.frame)
    )
    draft.put(4, 4, "What a change does to running clocks", "label")
    policy = choice(CHANGE_POLICIES)
    draft.choose(4, 7, scene.frame.histories.change_policy, policy, "input.center")
    draft.put(3, 4, "Overrides without reason and approver", "label")
    gaps, total = override_gaps(scene.frame)
    first, second = col(INCIDENTS.name, "override gap"), col(logs.CHANGES.name, "override gap")
    count = F.COUNT(first) + F.COUNT(second)
    share = F.IF(count > 0, (F.SUM(first) + F.SUM(second)) / count, 0)
    draft.put(3, 7, Formula(share, gaps / total if total else 0), "formula.percent")
    _said(draft, scene, logs.CHANGES, _EVENTS_OUTGROWN)
    defined: dict[str, Expr] = {
        **below,
        "Changes_Header": ref(_HEADER, 2, CHANGES),
        CHANGE_POLICY_NAME: ref(4, 7, CHANGES),
        "Override_Gap_Share": ref(3, 7, CHANGES),
    }
    return Drawn(draft.plan(), defined)


def reopened_sheet(scene: Scene) -> Drawn:
    """Ended cycles: a reopened incident starts its clocks anew and keeps what was breached."""
    draft = _draft(
        REOPENED,
        "Reopened",
        "A reopening starts a new cycle. Copy the ended cycle's stamps here; "
        "on Incidents, later stamps count for the new one.",
    )
    reopened = scene.frame.histories.reopened
    below = _table(draft, scene, logs.REOPENED, reopened, reopened_columns(scene.frame))
    _said(draft, scene, logs.REOPENED, _EVENTS_OUTGROWN)
    return Drawn(draft.plan(), {"Reopened_Header": ref(_HEADER, 2, REOPENED), **below})


def _draft(sheet: str, title: str, subtitle: str) -> Draft:
    draft = Draft(sheet)
    heading(draft, title, subtitle)
    back_link(draft, 3, 2)
    draft.set_page(freeze=f"D{_HEADER + 1}", repeat_rows=f"{_HEADER}:{_HEADER}", landscape=True)
    return draft


#: More changes and reopenings than the hidden sheets have rows for.
_EVENTS_OUTGROWN: Final = name("Ev_Count") > F.ROWS(name("Ev_Inc")) - 1


def _said(draft: Draft, scene: Scene, declared: Declared, outgrown: Expr) -> None:
    """What the sheet says above the log where some of it counts for nothing."""
    says = "More rows than this workbook can sort: regenerate it to give the log more room."
    shown = Formula(if_(outgrown, says, says_below(declared)), said_below(scene, declared))
    draft.put(4, 2, shown, "bold")


def _table(
    draft: Draft, scene: Scene, declared: Declared, log: SideLog, rules: Iterable[Column]
) -> Names:
    computed = {column.id: column for column in rules}
    filled: list[Filled] = []
    for place, column in enumerate(declared.columns, start=2):
        if column.typed:
            filled.append((column, _typed(log, column)))
            continue
        rule, cell = computed.pop(column.id), ref(_HEADER + 1, place, absolute=False)
        paints = (Paint(cell.filled(), "soon"),) if column.id == "Check" else ()
        drawn = column.having(expr=rule.expr, paints=paints)
        filled.append((drawn, _shown(rule, scene.frame)))
    filled += [(column, _shown(column, scene.frame)) for column in computed.values()]
    reach = _HEADER + max(len(log) + 200, REACH_ROWS)
    table = draft.table(laid_out(declared, _HEADER, 2, filled, reach=reach))
    draft.set_page(area=area(1, 1, table.last_row, 1 + len(declared.columns)))
    return count_below(draft, scene, table, declared, reach)


def _shown(column: Column, frame: Frame) -> Values:
    values = column.twin(frame) if column.twin else []
    if isinstance(values, np.ndarray):
        return ["" if np.isnan(value) else float(value) for value in values]
    return list(values)


def _typed(log: SideLog, column: Column) -> Values:
    raw = log.raw[column.id]
    if not column.kind.instant:
        return list(raw)
    stamps = log.stamps[column.id]
    return [
        typed if np.isnan(seconds) else float(seconds / 86400)
        for typed, seconds in zip(raw, stamps, strict=True)
    ]


def compare_sheet(scene: Scene) -> Drawn:
    """What each policy says of every change: response and resolve due, side by side."""
    count = {2: "two", 3: "three", 4: "four"}.get(len(POLICIES), str(len(POLICIES)))
    draft = _draft(
        COMPARE,
        "What would each policy have said",
        f"Response and resolve due after each change of severity, under the {count} policies.",
    )
    draft.put(4, 2, "In force", "label")
    chosen = scene.frame.histories.change_policy
    counts = F.INDEX(name("List_Change_Policies"), POLICY_NUMBER)
    draft.put(4, 3, Formula(counts, chosen), "formula")
    headers = ["Incident", "At", "Severity before", "Severity after"]
    for label in ("Response due", "Resolve due"):
        headers += [f"{label}: {policy.label.lower()}" for policy in POLICIES]
    draft.row(_HEADER, 2, headers, "header")
    for offset, _ in enumerate(headers):
        draft.widths[2 + offset] = 13 if offset in (0, 2, 3) else 16.5
    events = events_of(scene.frame)
    _, changes, reopened = room(scene)
    for place in range(changes + reopened):
        _compare_row(draft, scene, place, real=place < len(events))
    draft.set_page(area=area(1, 1, _HEADER + max(len(events), 12), 1 + len(headers)))
    return Drawn(draft.plan(), {})


def _compare_row(draft: Draft, scene: Scene, place: int, *, real: bool) -> None:
    row, events, zone = _HEADER + 1 + place, events_of(scene.frame), scene.context.zone
    index = place + 2
    inc = F.INDEX(name("Ev_Inc"), index)
    who = int(events.incident[place]) - 1 if real else -1
    texts: list[tuple[Expr, Value, str]] = [
        (
            F.INDEX(col(INCIDENTS.name, "id text"), inc) & "",
            scene.frame["ID"][who] if real else "",
            "formula",
        ),
        (
            wall_of(F.INDEX(name("Ev_At"), index)) / 86400,
            float(to_wall(zone, events.at_s[place : place + 1])[0] / 86400) if real else "",
            "formula.stamp",
        ),
        (
            F.INDEX(name("Ev_Before"), index) & "",
            events.severity_before[place] if real else "",
            "formula.center",
        ),
        (
            F.IF(
                F.INDEX(name("Ev_Code"), index) > REOPENINGS,
                "reopened",
                F.INDEX(name("Ev_Severity"), index),
            ),
            ("reopened" if events.reopens[place] else events.severity[place]) if real else "",
            "formula.center",
        ),
    ]
    for column, (expr, value, role) in enumerate(texts, start=2):
        draft.put(row, column, Formula(if_(inc.filled(), expr), value), role)
    column = 6
    for code in ("resp", "res"):
        for policy in POLICIES:
            due = F.INDEX(name(f"Ev_{code}_{policy.due_name}"), index)
            shown = if_(inc.filled(), F.IF(F.ISNUMBER(due), wall_of(due) / 86400, due))
            draft.put(
                row,
                column,
                Formula(shown, _compared(scene, code, policy, place, real)),
                "formula.stamp",
            )
            column += 1


def _compared(scene: Scene, code: str, policy: ChangePolicy, place: int, real: bool) -> Value:
    if not real:
        return ""
    twin = twin_of(scene.frame, code).clocks[policy.number - 1]
    if twin.paused[place]:
        return PAUSED
    due = twin.due_s[place]
    if np.isnan(due):
        return ""
    if np.isinf(due):
        return BEYOND
    return float(to_wall(scene.context.zone, np.array([due]))[0] / 86400)
