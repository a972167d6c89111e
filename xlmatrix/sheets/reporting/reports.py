"""Every report of a workbook as Python computes it: the notices, and those of a chosen incident."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from xlmatrix.model.obligations import Obligation
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.reporting.counting import BEYOND, Authority
from xlmatrix.rules.reporting.outcome import Due, Own, Situation, due_of
from xlmatrix.rules.reporting.states import (
    Judged,
    covering,
    detail,
    is_open,
    judge,
    shows_due,
)
from xlmatrix.sheets.inputs import plain
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.plan import Value
from xlmatrix.sheets.reporting.authorities import Authorities, authorities
from xlmatrix.sheets.reporting.typed import (
    Told,
    TypedRule,
    facts_asked,
    notice_keys,
    rule_cells,
    text,
    told,
    typed_rules,
)
from xlmatrix.tables.kinds import STAMP, stamp_s
from xlmatrix.tables.meaning import place_in
from xlmatrix.tables.obligations import NOTICES
from xlmatrix.tables.reporting import MOMENTS


@dataclass(frozen=True, slots=True)
class Notice:
    """One row of the table of notices as typed; instants are epoch seconds.

    ``ahead`` says that it names a report later than *As of*, which counts as not made.
    """

    key: str
    cells: dict[str, Value]
    incident: str
    zone_number: int
    trigger: int | None
    reported: int | None
    ahead: bool = False

    @property
    def obligation(self) -> str:
        """The id that its cell names."""
        return text(self.cells["Obligation"])

    @property
    def file_key(self) -> str:
        """What its report is filed under: incident and obligation; "" without an incident."""
        return f"{self.incident}|{self.obligation}" if self.incident else ""


@dataclass(frozen=True, slots=True)
class Report:
    """One report: of which incident and rule, when it is due, how it stands.

    ``place`` is the rule's row among the obligations, from 1; None for a notice that names none.
    """

    incident: str
    place: int | None
    rule: TypedRule | None
    own: Own
    due: Due | None
    judged: Judged
    authority: Authority | None
    known: Situation
    fine_before: str = ""
    """The finer state, before another report of its group covers it."""

    @property
    def shows(self) -> bool:
        """Whether it shows its due times."""
        return self.due is not None and self.due.safe is not None and shows_due(self.judged.fine)

    @property
    def safe(self) -> int | None:
        """The safe instant that is shown, epoch seconds; ``BEYOND`` or None for none."""
        return self.due.safe if self.due is not None and self.shows else None

    @property
    def law(self) -> int | None:
        """The instant by law that is shown, epoch seconds; ``BEYOND`` or None for none."""
        return self.due.law if self.due is not None and self.shows else None

    @property
    def runs(self) -> bool:
        """Whether it is still to be made by a time that is known."""
        return is_open(self.judged.fine) and self.safe is not None and self.safe < BEYOND

    @property
    def detail(self) -> str:
        """The finer state with what is missing."""
        return "" if self.due is None else detail(self.judged, self.due)


@dataclass(frozen=True)
class Desk:
    """What all reports of a workbook are computed from."""

    scene: Scene
    places: Authorities
    told: Told
    rules: Sequence[TypedRule]
    rule_cells: Sequence[Mapping[str, Value]]
    """The rows of the table of rules as they stand."""
    notices: Sequence[Notice]
    full: Mapping[str, Obligation]
    """The spec's obligations by id as it is compared."""

    @property
    def now(self) -> int:
        """The *As of* instant, epoch seconds."""
        return int(self.scene.context.as_of_s) - EPOCH_S

    @property
    def scoped(self) -> bool:
        """Whether anything is asked of the matrix itself."""
        return bool(facts_asked(self.scene)[0])

    def filed(self, incident: str) -> dict[str, int]:
        """The latest report of an incident by obligation in lower case."""
        found: dict[str, int] = {}
        for notice in self.notices:
            if same_incident(notice, incident) and notice.reported is not None:
                key = notice.obligation.lower()
                found[key] = max(notice.reported, found.get(key, notice.reported))
        return found

    def situation(self, incident: str) -> Situation:
        """What is known about an incident."""
        return Situation(
            self.told.answers(incident), self.told.moments(incident), self.filed(incident), self.now
        )


def desk(scene: Scene) -> Desk:
    """The desk of a scene."""
    places = authorities(scene.spec, _earliest(scene))
    notices = [_notice(scene, key, places) for key in notice_keys(scene)]
    cells = list(rule_cells(scene).values())
    full = {one.id.casefold(): one for one in scene.spec.obligations.resolved()}
    return Desk(scene, places, told(scene, places), typed_rules(scene), cells, notices, full)


#: Stamps of reports that say from when on calendars must know the clocks.
_STAMPS: Final = ((NOTICES.name, "Trigger"), (NOTICES.name, "Reported"), (MOMENTS.name, "When"))
#: A stamp before is a slip of the year.
_FIRST_YEAR: Final = 2015


def _earliest(scene: Scene) -> date | None:
    stamps = (
        STAMP.read(value)
        for (table, _, header), value in scene.typed.items()
        if (table, header) in _STAMPS
    )
    dates = (one.date() for one in stamps if one is not None and one.year >= _FIRST_YEAR)
    return min(dates, default=None)


def _notice(scene: Scene, key: str, places: Authorities) -> Notice:
    cells = {column.id: scene.value(NOTICES.name, key, column.id) for column in NOTICES.typed}
    number = places.zone_number(text(cells["Zone"]), "")
    zone = places.zones[number - 1]

    def instant(header: str) -> int | None:
        wall = stamp_s(plain(cells[header]))
        return None if wall is None else int(zone.to_utc(wall))

    reported = instant("Reported")
    ahead = reported is not None and reported > int(scene.context.as_of_s) - EPOCH_S
    return Notice(
        key,
        cells,
        text(cells["Incident"]),
        number,
        instant("Trigger"),
        None if ahead else reported,
        ahead,
    )


def same_incident(notice: Notice, incident: str) -> bool:
    """Whether a notice is of an incident; one that names none is of no incident."""
    return incident != "" and notice.incident.casefold() == incident.casefold()


def notice_reports(found: Desk) -> list[Report]:
    """The reports of the rows of notices, in their order."""
    ids = [plain(rule.cell) for rule in found.rules]
    reports = []
    for number, notice in enumerate(found.notices):
        place = place_in(plain(notice.cells["Obligation"]), ids)
        own = Own(
            notice.trigger,
            text(notice.cells["Trigger is"]).lower(),
            notice.reported,
            _filed_before(found.notices[:number], notice),
            text(notice.cells["Decision"]),
            text(notice.cells["Decided by"]),
        )
        reports.append(_report(found, notice.incident, place, own))
    return _covered(reports)


def _filed_before(above: Sequence[Notice], notice: Notice) -> int | None:
    """The latest report of the same series in the rows above."""
    same = (
        one.reported
        for one in above
        if one.reported is not None
        and same_incident(one, notice.incident)
        and one.obligation.casefold() == notice.obligation.casefold()
    )
    return max(same, default=None)


def reports_of(found: Desk, incident: str) -> list[Report]:
    """What every obligation asks for in an incident, in their order.

    A report that has a row of notices takes trigger, decision and report from it: from the first
    one for a single report, and as filed before for a series.
    """
    reports = []
    for place, rule in enumerate(found.rules, start=1):
        rows = [
            notice
            for notice in found.notices
            if same_incident(notice, incident) and notice.obligation.casefold() == rule.row.key
        ]
        reports.append(_report(found, incident, place if rule.row.id else None, _own(rule, rows)))
    return _covered(reports)


def _own(rule: TypedRule, rows: Sequence[Notice]) -> Own:
    if not rows:
        return Own()
    first = rows[0]
    filed = [one.reported for one in rows if one.reported is not None]
    series = bool(rule.row.until)
    return Own(
        first.trigger,
        text(first.cells["Trigger is"]).lower(),
        None if series else first.reported,
        max(filed, default=None) if series else None,
        text(first.cells["Decision"]),
        text(first.cells["Decided by"]),
    )


def no_report(found: Desk, incident: str, own: Own | None = None) -> Report:
    """The report of a row that names no obligation."""
    known = found.situation(incident)
    return Report(incident, None, None, own or Own(), None, Judged(""), None, known)


def _report(found: Desk, incident: str, place: int | None, own: Own) -> Report:
    if place is None:
        return no_report(found, incident, own)
    known = found.situation(incident)
    rule = found.rules[place - 1]
    authority = found.places.of(rule.row, found.told.member)
    due = due_of(rule.row, own, known, authority)
    judged = judge(rule.row, own, due, known, authority)
    return Report(incident, place, rule, own, due, judged, authority, known, judged.fine)


def _covered(reports: list[Report]) -> list[Report]:
    """The reports, those of a group that another one covers among them."""
    known = [
        (place, report)
        for place, report in enumerate(reports)
        if report.rule is not None and report.due is not None and report.incident
    ]
    covers = covering(
        [
            (one.incident, one.rule.row, one.due, one.own, one.judged.fine)
            for _, one in known
            if one.rule is not None and one.due is not None
        ]
    )
    answer = list(reports)
    for (place, one), by in zip(known, covers, strict=True):
        if by and one.rule is not None and one.due is not None and one.authority is not None:
            judged = judge(one.rule.row, one.own, one.due, one.known, one.authority, by)
            answer[place] = replace(one, judged=judged)
    return answer


def full_of(found: Desk, report: Report) -> Obligation | None:
    """The spec's obligation behind a report; None for one that people added in the sheet."""
    return None if report.rule is None else found.full.get(report.rule.row.key)
