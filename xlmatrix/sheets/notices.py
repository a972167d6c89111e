"""The notices that people typed, with the due times and states that Python computes for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import floor
from typing import Any, Final

from xlmatrix.model.calendars import holiday_dates
from xlmatrix.rules.cells import word_in
from xlmatrix.rules.clocks import obligations as rule
from xlmatrix.rules.clocks.obligations import Dues, Period, WorkingDays
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.names import BEYOND
from xlmatrix.sheets.inputs import plain
from xlmatrix.sheets.parts import Scene, wall_serial
from xlmatrix.sheets.plan import Value
from xlmatrix.tables.kinds import STAMP, number_of, stamp_s, text_of
from xlmatrix.tables.meaning import place_in
from xlmatrix.tables.obligations import NOTICES, OBLIGATIONS

#: Ready rows of the table of notices.
READY_ROWS: Final = 8


@dataclass(frozen=True, slots=True)
class Notice:
    """One row of tNotices as typed, with what Python computes for it.

    Instants are UTC in Excel seconds; ``rule`` is the obligation's row from 1, None for none.
    """

    key: str
    incident: str
    obligation: Value
    trigger: Value
    reported: Value
    decision: str
    note: str
    rule: int | None = None
    recipient: str = ""
    regime: str = ""
    trigger_wall: datetime | None = None
    reported_wall: datetime | None = None
    trigger_s: float | None = None
    reported_s: float | None = None
    due: Dues | None = None
    safe_s: float | None = None
    law_s: float | None = None

    @property
    def runs(self) -> bool:
        """Whether it is open with a due time."""
        wanted = self.decision.casefold() != rule.NO_REPORT
        return self.safe_s is not None and self.reported in (None, "") and wanted


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One row of tObligations as it stands: key, ID and what clocks read from it."""

    id: str
    cell: Value
    regime: str
    recipient: str
    amount: float | None
    unit: str
    roll: str

    @property
    def whole(self) -> int:
        """The amount that its clock counts: no part of one, and none below zero."""
        return floor(min(max(self.amount or 0, 0), rule.MOST))


def rule_rows(scene: Scene) -> list[RuleRow]:
    """The obligations as they stand in the workbook, those that people added below included."""
    ours = scene.spec.obligations.resolved()
    # People rename and delete rows; whoever says what is typed names all of them or none.
    stated = {
        row for table, row, header in scene.typed if table == OBLIGATIONS.name and header == "ID"
    }
    known = {
        full.id: (full.regime, full.recipient, full.amount, full.unit, full.roll) for full in ours
    }
    typed = dict.fromkeys(key for table, key, _ in scene.typed if table == OBLIGATIONS.name)
    keys = typed if stated else {**known, **typed}
    return [_rule_row(scene, key, known.get(key, (None,) * 5)) for key in keys]


def _rule_row(scene: Scene, key: str, defaults: Sequence[Any]) -> RuleRow:
    headers = ("Regime", "Recipient", "Amount", "Unit", "Roll")
    regime, recipient, amount, unit, roll = (
        scene.value(OBLIGATIONS.name, key, header, default or None)
        for header, default in zip(headers, defaults, strict=True)
    )
    return RuleRow(
        key,
        scene.value(OBLIGATIONS.name, key, "ID", key),
        word_in(regime),
        word_in(recipient),
        number_of(amount),
        word_in(unit),
        word_in(roll),
    )


def _added(scene: Scene, table: str, known: set[str]) -> list[str]:
    """The keys of rows that people added below ours."""
    keys = dict.fromkeys(key for name, key, _ in scene.typed if name == table and key)
    return [key for key in keys if key not in known]


def notices(scene: Scene) -> list[Notice]:
    """The notices that people typed, with their due times, and blank ready rows."""
    known = [f"N{number:02}" for number in range(1, READY_ROWS + 1)]
    keys = [*known, *_added(scene, NOTICES.name, set(known))]
    rules = rule_rows(scene)
    days = working_days(scene)
    return [_computed(scene, _typed(scene, key), rules, days) for key in keys]


def _typed(scene: Scene, key: str) -> Notice:
    def text(header: str) -> str:
        return text_of(plain(scene.value(NOTICES.name, key, header)))

    return Notice(
        key,
        text("Incident"),
        plain(scene.value(NOTICES.name, key, "Obligation")),
        scene.value(NOTICES.name, key, "Trigger"),
        scene.value(NOTICES.name, key, "Reported"),
        text("Decision"),
        text("Note"),
    )


def working_days(scene: Scene) -> WorkingDays:
    """The working days of the calendar that the obligations count on."""
    chosen = rule.notice_calendar(scene.spec)
    holidays = holiday_dates(scene.spec, chosen) if chosen else {}
    return WorkingDays(holidays, scene.spec.horizon.start, scene.spec.horizon.end)


def _computed(scene: Scene, notice: Notice, rules: list[RuleRow], days: WorkingDays) -> Notice:
    row = place_in(plain(notice.obligation), [plain(one.cell) for one in rules])
    place = None if row is None else row - 1
    found = replace(
        notice,
        rule=row,
        recipient="" if place is None else rules[place].recipient,
        regime="" if place is None else rules[place].regime,
        trigger_wall=STAMP.read(notice.trigger),
        reported_wall=STAMP.read(notice.reported),
        trigger_s=_utc(scene, notice.trigger),
        reported_s=_utc(scene, notice.reported),
    )
    if place is None or found.trigger_wall is None:
        return found
    chosen = rules[place]
    unit, roll = chosen.unit.casefold(), chosen.roll.casefold()
    period = Period(chosen.whole, unit, roll)  # type: ignore[arg-type]
    due = rule.dues(period, found.trigger_wall, scene.context.zone, days)
    return replace(found, due=due, safe_s=_excel(due.safe), law_s=_excel(due.law))


def _utc(scene: Scene, cell: Value) -> float | None:
    wall = stamp_s(cell)
    return None if wall is None else float(scene.context.zone.to_utc(wall) + EPOCH_S)


def _excel(seconds: int | None) -> float | None:
    return None if seconds is None else float(seconds + EPOCH_S)


def shown_due(scene: Scene, instant: float | None, notice: Notice) -> Value:
    """A due time as its cell shows it."""
    if notice.due is None:
        return ""
    return BEYOND if instant is None else wall_serial(scene, int(instant) - EPOCH_S)


def state_text(scene: Scene, notice: Notice) -> str:
    """How a notice stands, as its State column says."""
    if notice.due is None or notice.safe_s is None or notice.law_s is None:
        return ""
    if notice.decision.casefold() == rule.NO_REPORT:
        return rule.NOT_REPORTABLE
    typed = notice.reported not in (None, "")
    if typed and notice.reported_s is None:
        return ""
    due = Dues(int(notice.safe_s), int(notice.law_s))
    reported = int(notice.reported_s) if typed and notice.reported_s is not None else None
    now = int(scene.context.as_of_s)
    return rule.state_of(due, int(notice.trigger_s or 0), reported, now)
