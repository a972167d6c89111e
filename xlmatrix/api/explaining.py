"""One incident in full: every clock with its account, the ladder, pauses, changes, reports."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import numpy as np

from xlmatrix.api.explained import CallShown, ClockShown, Explained, StepShown, iso
from xlmatrix.api.importing import Mapped
from xlmatrix.api.incident_scenes import incident_scene
from xlmatrix.api.sources import Export
from xlmatrix.rules.frame import Floats, Frame
from xlmatrix.rules.incidents.basis import Basis, basis_of, left_s, pauses_of, standing_since
from xlmatrix.rules.incidents.exempt import uncounted_rows
from xlmatrix.rules.incidents.states import PAUSED_STATE
from xlmatrix.rules.incidents.steps import ALL_STEPS
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.ladder.calls import NO_CALL_S, Call, calls_of, groups_of, timeout_s
from xlmatrix.rules.ladder.standing import concerns_of, epoch_of
from xlmatrix.rules.ladder.twin import (
    instants,
    last_fired,
    resumed,
    stopped_at,
    timed_out,
    work_begun,
)
from xlmatrix.rules.ladder.whom import Concern, Desk
from xlmatrix.rules.logs.incident_log import ID
from xlmatrix.rules.policy import calendar_number
from xlmatrix.rules.reporting.counting import BEYOND
from xlmatrix.rules.second_hour import SECOND_HOUR, names_second
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.reporting.order import in_order, open_reports
from xlmatrix.sheets.reporting.reports import Report, desk, notice_reports, same_incident
from xlmatrix.tables.catalogue import table_of
from xlmatrix.tables.kinds import stamp_of
from xlmatrix.tables.logs import CHANGES, PAUSES, REOPENED
from xlmatrix.worktime.ledger import Ledger
from xlmatrix.worktime.ledger import explain as account

#: Columns of the log that head the answer, where the workbook has them.
_HEAD: Final = (
    ID,
    "Title",
    "Class",
    "Severity",
    "Status",
    "Next step",
    "Time left",
    "Review",
    "Response owner",
    "Response backup",
    "Quality owner",
    "Comms owner",
    "Breaches",
    "Check",
)
_SIDE: Final = (("pauses", PAUSES.name), ("changes", CHANGES.name), ("reopened", REOPENED.name))


def explain(
    path: str | os.PathLike[str],
    incident: str,
    *,
    incidents: Export | None = None,
    mapping: Mapped | None = None,
    as_of: datetime | str | None = None,
) -> Explained:
    """Explain one incident of a workbook, or of an export read with a spec.

    Parameters
    ----------
    path
        A workbook that xlmatrix made, or a spec.
    incident
        Its ID, in any case.
    incidents
        The export that holds it, or a list and its histories, where ``path`` is a spec.
    mapping
        What the words of that export mean, as of :func:`xlmatrix.build`.
    as_of
        The instant to judge at; None takes the workbook's frozen *As of*, else now.

    Raises
    ------
    XlmatrixError
        No such incident, or a file that cannot be read.
    """
    return _explained(
        *incident_scene(path, incident, incidents=incidents, mapping=mapping, as_of=as_of)
    )


def _explained(scene: Scene, row: int) -> Explained:
    frame = scene.frame
    head = {header: str(frame[header][row]) for header in _HEAD if _known(frame, header)}
    if uncounted_rows(frame)[row]:
        head["Status"] += f": {frame.log.texts['Not counted'][row].strip()}"
    side = {name: _typed_rows(scene, table, head[ID]) for name, table in _SIDE}
    return Explained(
        head=head,
        opened=_aware(scene, float(frame["opened s"][row])),
        as_of=_aware(scene, scene.context.as_of_s) or datetime.now().astimezone(),
        clocks=tuple(clocks_of(scene, row)),
        ladder=tuple(_ladder(scene, row)),
        obligations=tuple(_obligations(scene, head[ID])),
        **side,
    )


def _known(frame: Frame, header: str) -> bool:
    return header in frame.twins or header in frame.log.texts


def _aware(scene: Scene, instant: float) -> datetime | None:
    """Excel seconds in UTC as an aware time; None for none or beyond the calendar."""
    if not np.isfinite(instant):
        return None
    return datetime.fromtimestamp(int(instant) - EPOCH_S, scene.context.zone.info)


def clocks_of(scene: Scene, row: int) -> list[ClockShown]:
    """Every clock of the incident in a row of the log, from 0; none of one that is not counted."""
    frame = scene.frame
    if uncounted_rows(frame)[row]:
        return []
    shown = []
    since = standing_since(frame, row)
    for step in ALL_STEPS:
        basis = basis_of(frame, step, row)
        if basis is None:
            continue
        due_s = _number(frame[f"{step.code} due s"][row])
        if np.isnan(basis.seconds) and not np.isfinite(due_s):
            continue
        state = str(frame[f"{step.code} state"][row]) if f"{step.code} state" in frame.twins else ""
        done_key = f"{step.code} done s"
        done = _number(frame[done_key][row]) if done_key in frame.twins else np.nan
        clock = ClockShown(
            step.label,
            state,
            _aware(scene, due_s),
            _aware(scene, done),
            scene.spec.calendars[basis.calendar - 1].name,
            _ledger(scene, row, basis, due_s),
        )
        if state == PAUSED_STATE:
            left = int(left_s(frame, basis, row, since))
            clock = replace(clock, paused_since=_aware(scene, since), left_s=left)
        shown.append(clock)
    return shown


def _ledger(scene: Scene, row: int, basis: Basis, due_s: float) -> Ledger | None:
    """The account of a clock; None without a due time or for one in calendar days."""
    if not np.isfinite([basis.start_s, basis.seconds, due_s]).all():
        return None
    calendar = scene.calendars[basis.calendar - 1]
    first, last = int(basis.start_s) - EPOCH_S, int(due_s) - EPOCH_S
    if not calendar.horizon[0] <= first <= last:
        return None
    pauses = [
        (int(begin) - EPOCH_S, int(min(end, due_s)) - EPOCH_S, reason)
        for begin, end, reason in (pauses_of(scene.frame, row) if basis.pauses else ())
    ]
    held = "no earlier than the change of severity"
    return account(calendar, first, last, int(basis.seconds), pauses=pauses, held=held)


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float | np.floating) else float("nan")


def _ladder(scene: Scene, row: int) -> list[CallShown]:
    """The calls of the present cycle, those that a time-out of the acknowledgement repeats last."""
    frame, spec, context = scene.frame, scene.spec, scene.context
    number, start = frame["ladder row"][row], float(frame["severity since s"][row])
    if np.isnan(number) or not np.isfinite(start):
        return []
    severity = spec.severities[int(number) - 1]
    calendar = scene.calendars[calendar_number(spec, severity.calendar) - 1]
    group = groups_of(spec)[int(frame["ladder group"][row]) - 1]
    calls, remaining = (
        calls_of(spec, severity, group, acknowledged=acked) for acked in (False, True)
    )
    desk, concern = Desk.of(context), concerns_of(frame)(row)
    begin, ack, work = (
        np.array([x]) for x in (start, frame["ack done s"][row], work_begun(frame)[row])
    )
    # An acknowledgement that nobody recorded stops the ladder as well, and never times out.
    stops = float(stopped_at(frame)[row])
    known_by = "acknowledged" if ack[0] == stops else "nobody recorded the acknowledgement"
    resolved = float(frame["res done s"][row])
    waited = timeout_s(spec, severity)
    # What a time-out would bring is shown as ahead.
    last = resolved if np.isfinite(resolved) else float("inf")
    ends, late = timed_out(calendar, begin, ack, work, waited, last)
    fires = instants(calendar, begin, calls)
    stood = last_fired(fires, ack - 1)

    def shown(at: Floats, after: Floats, stop: float, span: tuple[float, float]) -> list[CallShown]:
        """The calls within a span: all of them until ``stop``, then those that remain."""
        seconds = [[epoch_of(frame, one) for one in some.tolist()] for some in (at, after)]
        every, remains = (
            _made(desk, concern, some, at_s)
            for some, at_s in zip((calls, remaining), seconds, strict=True)
        )
        found = []
        for call, instant in zip(calls, at.tolist(), strict=True):
            if call.seconds >= NO_CALL_S or not span[0] <= instant < span[1]:
                continue
            known = remains.get(call.seconds) if instant >= stop else None
            state = "fired" if instant <= context.as_of_s else "ahead"
            if instant >= stop and known is None:
                state = f"not needed: {known_by}"
            if instant >= resolved:
                state = "not needed: resolved"
            instead, text = known or every[call.seconds]
            when = _aware(scene, instant)
            found.append(_call_shown(desk, concern, (instead, text), when, state))
        return found

    until = float(ends[0]) if late[0] else float("inf")
    after = instants(calendar, begin, remaining)
    found = shown(fires[0], after[0], stops, (0, until))
    if late[0]:
        base = np.array([float(calls[stood[0]].seconds) if stood[0] >= 0 else 0.0])
        again, after = (resumed(calendar, ends, some, base) for some in (calls, remaining))
        found += shown(again[0], after[0], float(work[0]), (until, float("inf")))
    return found


def _made(
    desk: Desk, concern: Concern, calls: list[Call], at_s: list[int]
) -> dict[int, tuple[Call, str]]:
    """What each call of a ladder is when it fires, and its text, by its seconds.

    One without people is passed on.
    """
    texts = desk.texts(calls, concern, at_s)
    return {
        call.seconds: (desk.covering(calls, index), text)
        for index, (call, text) in enumerate(zip(calls, texts, strict=True))
    }


def _call_shown(
    desk: Desk, concern: Concern, made: tuple[Call, str], at: datetime | None, state: str
) -> CallShown:
    """One call with its people at its own instant, and why they are called."""
    call, text = made
    second = 0 if at is None else int(at.timestamp())
    steps = tuple(
        StepShown(
            ", ".join(desk.people(place.step, concern, second)),
            desk.reason(place.step, concern),
            place.step.channel,
            place.step.inform,
        )
        for place in call.places
    )
    return CallShown(call.level, text, at, state, steps)


def _typed_rows(scene: Scene, table: str, incident: str) -> tuple[dict[str, Any], ...]:
    """The rows of a side log that name the incident, as typed, stamps in the matrix's zone."""
    rows: dict[str, dict[str, Any]] = {}
    for (name, key, column), value in scene.typed.items():
        if name == table:
            rows.setdefault(key, {})[column] = value
    wanted = incident.casefold()
    found = [row for row in rows.values() if str(row.get("Incident") or "").casefold() == wanted]
    return tuple({key.lower(): _plain(scene, table, key, row) for key in row} for row in found)


def _plain(scene: Scene, table: str, column_id: str, row: Mapping[str, Any]) -> Any:
    value = row[column_id]
    known = table_of(table)
    column = None if known is None else known.get(column_id)
    stamp = stamp_of(value) if column is not None and column.kind.instant else None
    if stamp is None:
        return value
    zone = scene.context.zone
    fold = names_second(str(row.get(SECOND_HOUR) or ""), column_id)
    second = zone.to_utc(int((stamp - datetime(1970, 1, 1)).total_seconds()), fold=fold)
    return datetime.fromtimestamp(second, zone.info)


def _obligations(scene: Scene, incident: str) -> list[dict[str, Any]]:
    if not scene.spec.obligations.rules:
        return []
    found = desk(scene)
    notices = zip(found.notices, notice_reports(found), strict=True)
    rows = [(one.key, report) for one, report in notices if same_incident(one, incident)]
    rows += [
        ("", report)
        for key, report in open_reports(found)
        if not key and report.incident.casefold() == incident.casefold()
    ]
    order = in_order([report for _, report in rows])
    return [_reported(scene, *rows[place]) for place in order]


def _reported(scene: Scene, notice: str, report: Report) -> dict[str, Any]:
    """One report; ``notice`` is its row of notices, "" where a moment alone has started it."""
    rule, due = report.rule, report.due
    started = due.start if due is not None else None
    typed = report.own.trigger
    return {
        "notice": notice,
        "obligation": rule.row.id if rule is not None else "",
        "recipient": rule.recipient if rule is not None else "",
        "trigger": iso(_moment(scene, typed if typed is not None else started)),
        "safe_due": iso(_moment(scene, report.safe)),
        "due_by_law": iso(_moment(scene, report.law)),
        "state": report.judged.state,
        "detail": report.detail,
        "missing": list(due.missing) if due is not None else [],
        "open": list(due.open) if due is not None else [],
    }


def _moment(scene: Scene, instant: int | None) -> datetime | None:
    """An instant of a report on the matrix's clock; None for none and beyond the calendar."""
    if instant is None or instant >= BEYOND:
        return None
    return datetime.fromtimestamp(instant, scene.context.zone.info)
