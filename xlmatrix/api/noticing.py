"""Who must be told what by when: the reports of one incident, or what is open in all."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from xlmatrix.api.importing import Mapped
from xlmatrix.api.incident_scenes import log_scene, told_by
from xlmatrix.api.noticed import Asking, Noticed, ReportShown, Waiting
from xlmatrix.api.sources import Export
from xlmatrix.errors import XlmatrixError
from xlmatrix.model.base import suggestion
from xlmatrix.model.obligations import FILING
from xlmatrix.rules.logs.incident_log import ID
from xlmatrix.rules.reporting.counting import BEYOND
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.reporting.order import in_order, incidents_told, open_reports
from xlmatrix.sheets.reporting.reports import (
    Desk,
    Report,
    desk,
    full_of,
    reports_of,
    same_incident,
)
from xlmatrix.sheets.reporting.typed import text


def notices(
    path: str | os.PathLike[str],
    incident: str | None = None,
    *,
    incidents: Export | None = None,
    mapping: Mapped | None = None,
    logs: Mapping[str, str | os.PathLike[str]] | None = None,
    as_of: datetime | str | None = None,
) -> Noticed:
    """Every report that an incident may ask for, as the sheet *Report now* lists them.

    Parameters
    ----------
    path
        A workbook that xlmatrix made, or a spec.
    incident
        One of the log, or one that a notice or a moment names, in any case; None lists what is
        open in all incidents.
    incidents
        The export that holds the log, or several files of it, where ``path`` is a spec.
    mapping
        What the words of that export mean, as of :func:`xlmatrix.build`.
    logs
        CSVs of ``moments`` and ``notices``, where ``path`` is a spec.
    as_of
        The instant to judge at; None takes the workbook's frozen *As of*, else now.

    Raises
    ------
    XlmatrixError
        No such incident, no obligations, or a file that cannot be read.
    """
    scene = log_scene(path, incidents=incidents, mapping=mapping, as_of=as_of, logs=logs)
    found = desk(scene)
    if not any(rule.row.id for rule in found.rules):
        raise XlmatrixError(
            "this matrix has no obligations, so nothing is to be reported",
            where=str(path),
            mend="List them under obligations in the spec, such as gdpr-33, and regenerate",
        )
    if incident is None:
        return noticed(found, "", open_reports(found))
    known = _incident(found, incident, told_by(incidents, path))
    keys = {
        one.obligation.casefold(): one.key
        for one in reversed(found.notices)
        if same_incident(one, known)
    }
    reports = [one for one in reports_of(found, known) if one.place is not None]
    rows = [(keys.get(_id(one).casefold(), ""), one) for one in reports]
    return noticed(found, known, rows)


def noticed(found: Desk, incident: str, rows: Sequence[tuple[str, Report]]) -> Noticed:
    """Reports as they are shown, each with the row of its notice, in the order of the sheet."""
    scene = found.scene
    log = scene.frame.log
    names = [known.casefold() for known in log.texts[ID]]
    at = names.index(incident.casefold()) if incident and incident.casefold() in names else None
    order = in_order([report for _, report in rows])
    return Noticed(
        incident,
        "" if at is None or "Title" not in log.texts else log.texts["Title"][at],
        _at(scene, found.now),
        scene.spec.zone,
        _named(found, [_shown(found, *rows[place]) for place in order]),
    )


def _named(found: Desk, reports: Sequence[ReportShown]) -> tuple[ReportShown, ...]:
    """The reports, each with a name that it keeps; of one that is listed twice, by its notice."""
    spec, seen = found.scene.spec, set()
    answer = []
    for one in reports:
        key = f"{one.incident}/{one.obligation}".casefold()
        key, known = (f"{key}/{one.notice}" if key in seen else key), key
        seen.add(known)
        uid = uuid5(NAMESPACE_URL, f"{spec.organisation}/{spec.title}/report/{key}")
        answer.append(replace(one, uid=f"{uid}@xlmatrix"))
    return tuple(answer)


def _incident(found: Desk, incident: str, where: str) -> str:
    """The incident as the workbook writes it."""
    known = [*filter(None, found.scene.frame.log.texts[ID]), *incidents_told(found)]
    wanted = incident.strip().casefold()
    for one in known:
        if one.strip().casefold() == wanted:
            return one
    mend = suggestion(incident, known, instead="Use an ID")
    raise XlmatrixError(f"there is no incident '{incident}' in the log", where=where, mend=mend)


def _id(report: Report) -> str:
    return "" if report.rule is None else report.rule.row.id


def _shown(found: Desk, notice: str, report: Report) -> ReportShown:
    rule, due, authority = report.rule, report.due, report.authority
    assert rule is not None
    assert due is not None
    assert authority is not None
    scene = found.scene
    asked = found.rule_cells[rule.rules_row - 1] if rule.rules_row else {}
    full = full_of(found, report)

    def there(instant: int | None) -> datetime | None:
        if instant is None or instant >= BEYOND or not authority.declared:
            return None
        return datetime.fromtimestamp(instant, authority.zone.info)

    def here(instant: int | None) -> datetime | None:
        return None if instant is None or instant >= BEYOND else _at(scene, instant)

    return ReportShown(
        uid="",
        incident=report.incident,
        obligation=rule.row.id,
        notice=notice,
        regime=rule.regime,
        article=rule.article,
        recipient=rule.recipient,
        state=report.judged.state,
        detail=report.detail,
        marks=report.judged.marks,
        safe_due=here(report.safe),
        safe_due_there=there(report.safe),
        due_by_law=here(report.law),
        due_by_law_there=there(report.law),
        zone_there=authority.zone.name if authority.declared else "",
        started=here(due.start),
        time_left_s=report.safe - found.now if report.runs and report.safe is not None else None,
        runs=report.runs,
        question=text(asked.get("Question")),
        missing=_waiting(scene, report),
        open=_asking(scene, report),
        must_say=full.demands if full is not None else (),
        before_missing=text(asked.get("Before missing it")),
        decision=report.own.decision,
        decided_by=report.own.decided_by,
        reported=here(report.own.reported),
    )


def _waiting(scene: Scene, report: Report) -> tuple[Waiting, ...]:
    known = scene.spec.obligations.every_moment()
    missing = report.due.missing if report.due is not None else ()
    return tuple(
        Waiting(known[one].id, known[one].says) if one in known else Waiting(one, "")
        for one in missing
        if not one.startswith(FILING)
    )


def _asking(scene: Scene, report: Report) -> tuple[Asking, ...]:
    known = scene.spec.obligations.every_fact()
    asked = report.due.open if report.due is not None else ()
    return tuple(
        Asking(known[one].id, known[one].asks, known[one].answers, known[one].of)
        if one in known
        else Asking(one, "", (), "incident")
        for one in asked
    )


def _at(scene: Scene, instant: int) -> datetime:
    return datetime.fromtimestamp(instant, scene.context.zone.info)
