"""Obligations: what must be reported to whom, and the notices that incidents have set running."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor
from typing import Final

from xlmatrix.formula import BLANK, Expr, F, col, if_, iferror, lit, name, ref, span, this
from xlmatrix.model.calendars import holiday_dates
from xlmatrix.model.obligations import Obligation
from xlmatrix.rules import names
from xlmatrix.rules.clocks import obligations as rule
from xlmatrix.rules.clocks.obligations import Dues, Period, WorkingDays
from xlmatrix.rules.instants import (
    EPOCH_S,
    is_odd,
    is_stamp,
    no_stamp,
    seconds_of,
    utc_of,
    wall_of,
)
from xlmatrix.rules.names import ALL_CALENDARS, BEYOND
from xlmatrix.rules.words import left_expr
from xlmatrix.sheets import incidents
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.parts import (
    REACH_ROWS,
    Drawn,
    Scene,
    back_link,
    column_span,
    dropdown,
    heading,
    stamp_validation,
)
from xlmatrix.sheets.plan import Formula, Table, TableColumn, Value, Values, Visibility
from xlmatrix.tables.column import Column
from xlmatrix.tables.kinds import stamp_of
from xlmatrix.tables.validation import Paint, Validation

NAME: Final = "Obligations"
DAYS: Final = "Workdays"
RULES: Final = "tObligations"
NOTICES: Final = "tNotices"
LIST_OBLIGATIONS: Final = name("List_Obligations")
LIST_NOTICE_UNITS: Final = name("List_NoticeUnits")
LIST_ROLLS: Final = name("List_Rolls")
LIST_NOTICE_INCIDENTS: Final = name("List_Notice_Incidents")
NOTICE_HEADER: Final = name("Notices_Header")
_UNITS: Final = ("immediately", "hours", "days", "business days", "months")
LIST_DECISIONS: Final = name("List_Decisions")
_DECISIONS: Final = ("report", rule.NO_REPORT)
_ROLLS: Final = ("none", "eu-1182-71", "noon")
_NOTICE_ROWS: Final = 8
_SPARE_RULES: Final = 3
_FIRST_SHOWN: Final = 3
_LEFT: Final = 2


@dataclass(frozen=True, slots=True)
class Notice:
    """One row of tNotices as typed, with what Python computes for it."""

    key: str
    incident: str
    obligation: str
    trigger: Value
    reported: Value
    decision: str
    note: str
    rule: int | None = None
    recipient: str = ""
    trigger_wall: datetime | None = None
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
    """One row of tObligations as it stands: key and what clocks read from it."""

    id: str
    regime: str
    recipient: str
    amount: float | None
    unit: str
    roll: str


def obligation_sheets(scene: Scene) -> list[tuple[Drawn, str | Formula]]:
    """The sheet of obligations, where the spec has any."""
    if not scene.spec.obligations.rules:
        return []
    return [(_sheet(scene), "Reports to authorities and partners: what is due when")]


def hidden_sheets(scene: Scene) -> list[Drawn]:
    """The hidden sheet of working days that the obligations count on."""
    return [_workdays(scene)] if scene.spec.obligations.rules else []


def _sheet(scene: Scene) -> Drawn:
    draft = Draft(NAME)
    heading(
        draft,
        "Obligations",
        "Reports that others expect. Note what set a clock running; counsel decides what applies.",
    )
    back_link(draft, 3, _LEFT)
    draft.put(5, _LEFT, "Notices", "heading")
    draft.put(
        6,
        _LEFT,
        "Each clock has its own trigger. Work to the safe time; the due time by law may be later "
        "(end of the day, weekends and holidays).",
        "note",
    )
    rules = rule_rows(scene)
    rows = notices(scene)
    notice_table = draft.table(_notice_table(scene, rows, 7))
    row = notice_table.last_row + 2
    draft.put(row, _LEFT, "Obligations of this matrix", "heading")
    draft.put(
        row + 1,
        _LEFT,
        "Amounts, units and deciders are yours to change. Published figures as of November 2026: "
        "verify with counsel where the column says so.",
        "note",
    )
    rule_table = draft.table(_rule_table(scene, rules, row + 2))
    last = rule_table.column + len(rule_table.columns) - 1
    draft.set_page(area=area(1, 1, rule_table.last_row, last), zoom=90, freeze="D1")
    return Drawn(
        draft.plan(),
        {
            LIST_OBLIGATIONS.text: column_span(NAME, rule_table, "ID"),
            LIST_NOTICE_INCIDENTS.text: span(
                incidents.HEADER_ROW + 1, 1, REACH_ROWS, 1, incidents.NAME
            ),
            NOTICE_HEADER.text: ref(7, _LEFT, NAME),
        },
    )


# The list of obligations.


def _full(scene: Scene) -> tuple[Obligation, ...]:
    return scene.spec.obligations.resolved()


def rule_rows(scene: Scene) -> list[RuleRow]:
    """The obligations as they stand in the workbook, those that people added below included."""
    rows: list[RuleRow] = []
    for full in _full(scene):
        amount = scene.value(RULES, full.id, "Amount", full.amount or None)
        rows.append(
            RuleRow(
                full.id,
                full.regime,
                str(scene.value(RULES, full.id, "Recipient", full.recipient) or ""),
                _number(amount),
                str(scene.value(RULES, full.id, "Unit", full.unit) or ""),
                str(scene.value(RULES, full.id, "Roll", full.roll) or ""),
            )
        )
    known = {row.id for row in rows}
    for key in _added(scene, RULES, known):
        text = {h: str(scene.value(RULES, key, h) or "") for h in ("Regime", "Recipient")}
        rows.append(
            RuleRow(
                key,
                text["Regime"],
                text["Recipient"],
                _number(scene.value(RULES, key, "Amount")),
                str(scene.value(RULES, key, "Unit") or ""),
                str(scene.value(RULES, key, "Roll") or ""),
            )
        )
    return rows


def _added(scene: Scene, table: str, known: set[str]) -> list[str]:
    keys = dict.fromkeys(key for name_, key, _ in scene.typed if name_ == table and key)
    return [key for key in keys if key not in known]


def _number(value: Value) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _status(full: Obligation) -> str | None:
    """The status, with the date it takes effect where the words do not say so."""
    since = full.effective.isoformat() if full.effective else ""
    words = full.status or ""
    return (words if since in words else f"{words}; effective {since}".lstrip("; ")) or None


def _binds(full: Obligation) -> str | None:
    """Whom it binds, and the incident classes that call for a decision."""
    classes = f"look when {', '.join(full.classes)}" if full.classes else ""
    return "; ".join(filter(None, (full.applies, classes))) or None


def _rule_table(scene: Scene, rules: list[RuleRow], row: int) -> Table:
    spec = scene.spec
    full = {one.id: one for one in _full(scene)}
    height = len(rules) + _SPARE_RULES
    roles = {role.id: role.name for role in spec.roles}
    amount = Validation(
        "decimal", 0, operator="greaterThanOrEqual", title="Not an amount", message="Type a number."
    )

    def texts(header: str, default: dict[str, Value]) -> list[Value]:
        found = [scene.value(RULES, one.id, header, default.get(one.id)) for one in rules]
        return [*found, *([None] * _SPARE_RULES)]

    def of(attribute: str) -> dict[str, Value]:
        return {key: getattr(one, attribute) for key, one in full.items()}

    yes_no: dict[str, Value] = {key: "yes" if one.verify else "no" for key, one in full.items()}
    amounts: dict[str, Value] = {key: one.amount or None for key, one in full.items()}
    deciders: dict[str, Value] = {key: roles.get(one.decider or "") for key, one in full.items()}
    statuses: dict[str, Value] = {key: _status(one) for key, one in full.items()}
    binds: dict[str, Value] = {key: _binds(one) for key, one in full.items()}
    decider = dropdown(names.LIST_ROLES, "a role of the Owners sheet")
    columns: list[tuple[Column, list[Value]]] = [
        (TableColumn("ID", "input", 20), [*(one.id for one in rules), *([None] * _SPARE_RULES)]),
        (TableColumn("Regime", "input.wrap", 20), texts("Regime", of("regime"))),
        (TableColumn("Article", "input.wrap", 20), texts("Article", of("article"))),
        (TableColumn("Starts with", "input.wrap", 28), texts("Starts with", of("trigger"))),
        (TableColumn("Recipient", "input.wrap", 22), texts("Recipient", of("recipient"))),
        (TableColumn("Amount", "input.int", 12, validation=amount), texts("Amount", amounts)),
        (
            TableColumn(
                "Unit", "input.center", 17, validation=dropdown(LIST_NOTICE_UNITS, "a unit")
            ),
            texts("Unit", of("unit")),
        ),
        (
            TableColumn("Roll", "input.center", 17, validation=dropdown(LIST_ROLLS, "a roll")),
            texts("Roll", of("roll")),
        ),
        (TableColumn("Decider", "input", 19, validation=decider), texts("Decider", deciders)),
        (
            TableColumn(
                "Verify with counsel",
                "input.center",
                17,
                validation=dropdown(names.LIST_YES_NO, "yes or no"),
                paints=(Paint(ref(row + 1, _LEFT + 9, absolute=False).eq("yes"), "soon"),),
            ),
            texts("Verify with counsel", yes_no),
        ),
        (TableColumn("Status", "input.wrap", 26), texts("Status", statuses)),
        (TableColumn("Binds", "input.wrap", 26), texts("Binds", binds)),
        (TableColumn("Source", "input.wrap", 30), texts("Source", of("source"))),
    ]
    assert height == len(columns[0][1])
    return Table(
        RULES,
        row,
        _LEFT,
        tuple(column for column, _ in columns),
        tuple(values for _, values in columns),
    )


# The notices.


def notices(scene: Scene) -> list[Notice]:
    """The notices that people typed, with their due times, and blank ready rows."""
    known = [f"N{number:02}" for number in range(1, _NOTICE_ROWS + 1)]
    keys = [*known, *_added(scene, NOTICES, set(known))]
    rules = rule_rows(scene)
    days = working_days(scene)
    return [_computed(scene, _typed_notice(scene, key), rules, days) for key in keys]


def _typed_notice(scene: Scene, key: str) -> Notice:
    def text(header: str) -> str:
        return str(scene.value(NOTICES, key, header) or "")

    return Notice(
        key,
        text("Incident"),
        text("Obligation"),
        scene.value(NOTICES, key, "Trigger"),
        scene.value(NOTICES, key, "Reported"),
        text("Decision"),
        text("Note"),
    )


def working_days(scene: Scene) -> WorkingDays:
    """The working days of the calendar that the obligations count on."""
    chosen = rule.notice_calendar(scene.spec)
    holidays = holiday_dates(scene.spec, chosen) if chosen else {}
    return WorkingDays(holidays, scene.spec.horizon.start, scene.spec.horizon.end)


def wall_of_value(value: Value) -> datetime | None:
    """A typed stamp as a naive wall-clock time; None for blank, text and dates long past."""
    return stamp_of(value)


def _computed(scene: Scene, notice: Notice, rules: list[RuleRow], days: WorkingDays) -> Notice:
    zone = scene.context.zone

    def utc(stamp: datetime | None) -> float | None:
        if stamp is None:
            return None
        wall = int((stamp - datetime(1970, 1, 1)).total_seconds())
        return float(zone.to_utc(wall) + EPOCH_S)

    wanted = notice.obligation.casefold()
    place = next((i for i, one in enumerate(rules) if wanted and one.id.casefold() == wanted), None)
    trigger, reported = wall_of_value(notice.trigger), wall_of_value(notice.reported)
    due = safe = law = None
    if place is not None and trigger is not None:
        chosen = rules[place]
        period = Period(int(chosen.amount or 0), chosen.unit, chosen.roll)  # type: ignore[arg-type]
        due = rule.dues(period, trigger, zone, days)
        safe = None if due.safe is None else float(due.safe + EPOCH_S)
        law = None if due.law is None else float(due.law + EPOCH_S)
    return Notice(
        notice.key,
        notice.incident,
        notice.obligation,
        notice.trigger,
        notice.reported,
        notice.decision,
        notice.note,
        rule=None if place is None else place + 1,
        recipient="" if place is None else rules[place].recipient,
        trigger_wall=trigger,
        trigger_s=utc(trigger),
        reported_s=utc(reported),
        due=due,
        safe_s=safe,
        law_s=law,
    )


def _notice_exprs() -> dict[str, Expr]:
    trigger, row = this("trigger s"), this("rule")
    ready = F.AND(trigger.filled(), row.filled())
    amount, unit, roll = this("amount"), this("unit"), this("roll")
    safe = rule.inside_expr(rule.safe_expr(trigger, amount, unit), trigger)
    law = rule.law_expr(this("safe s"), trigger, amount, unit, roll)
    allowed = if_(F.ISNUMBER(this("safe s")), rule.inside_expr(law, trigger), this("safe s"))
    left_s = this("safe s") - names.AS_OF_S
    reported = utc_of(seconds_of(this("Reported")))
    quarter = (this("safe s") - names.AS_OF_S) * 4 <= this("safe s") - utc_of(trigger)
    waiting = if_(
        this("safe s") < names.AS_OF_S, rule.PAST_SAFE, if_(quarter, rule.SOON, rule.RUNNING)
    )
    unreported = if_(this("law s") < names.AS_OF_S, rule.OVERDUE, waiting)
    done = if_(
        is_stamp(this("Reported")),
        if_(reported > this("law s"), rule.REPORTED_LATE, rule.IN_TIME),
    )
    decision = iferror(this("Decision") & "")
    state = if_(F.ISBLANK(this("Reported")), unreported, done)
    state = if_(decision.eq(rule.NO_REPORT), rule.NOT_REPORTABLE, state)
    both = F.AND(F.ISNUMBER(this("safe s")), F.ISNUMBER(this("law s")))
    wanted = decision.ne(rule.NO_REPORT)
    runs = F.AND(F.ISNUMBER(this("safe s")), F.ISBLANK(this("Reported")), wanted)
    place = F.ROW() - F.ROW(NOTICE_HEADER)
    return {
        "rule": if_(
            F.ISBLANK(this("Obligation")),
            BLANK,
            F.IFERROR(F.MATCH(this("Obligation"), LIST_OBLIGATIONS, 0), BLANK),
        ),
        "trigger s": if_(is_stamp(this("Trigger")), seconds_of(this("Trigger"))),
        "safe s": if_(ready, safe),
        "law s": if_(ready, allowed),
        "amount": if_(row.filled(), F.INT(F.N(F.INDEX(col(RULES, "Amount"), row)))),
        "unit": if_(row.filled(), F.INDEX(col(RULES, "Unit"), row) & ""),
        "roll": if_(row.filled(), F.INDEX(col(RULES, "Roll"), row) & ""),
        "open": if_(runs, this("safe s") * 1000 + place),
        "Recipient": if_(row.filled(), F.INDEX(col(RULES, "Recipient"), row) & ""),
        "Safe due": _stamp_expr("safe s"),
        "Due by law": _stamp_expr("law s"),
        "State": if_(both, state),
        "Time left": if_(runs, left_expr(left_s)),
        "Check": _check_expr(),
    }


def _stamp_expr(header: str) -> Expr:
    instant = this(header)
    return if_(F.ISNUMBER(instant), wall_of(instant) / 86400, instant)


def _check_expr() -> Expr:
    texts = [if_(when, lit(f"{says}. ")) for says, when in _conditions()]
    joined = texts[0]
    for text in texts[1:]:
        joined = joined & text
    return F.TRIM(joined)


def _conditions() -> list[tuple[str, Expr]]:
    trigger, reported = this("Trigger"), this("Reported")
    begun = F.COUNTA(this("Incident"), this("Obligation")) > 0
    numbers = F.IF(is_stamp(trigger), is_stamp(reported), lit(False))
    stranger = F.IFERROR(F.COUNTIF(LIST_NOTICE_INCIDENTS, this("Incident")), 0).eq(0)
    unlisted = F.AND(F.NOT(F.ISBLANK(this("Obligation"))), this("rule").empty())
    return [
        ("Incident is not in the log", F.AND(F.NOT(F.ISBLANK(this("Incident"))), stranger)),
        ("Obligation is not listed", unlisted),
        ("Trigger is missing", F.AND(begun, F.ISBLANK(trigger))),
        ("Trigger is not a date and time", no_stamp(trigger)),
        ("Reported is not a date and time", no_stamp(reported)),
        ("Reported is before the trigger", if_(numbers, reported < trigger, lit(False))),
        (
            "Clock change at the trigger: taken as the earlier time",
            if_(is_stamp(trigger), is_odd(seconds_of(trigger)), lit(False)),
        ),
        (
            "Clock change at the report: taken as the earlier time",
            if_(is_stamp(reported), is_odd(seconds_of(reported)), lit(False)),
        ),
    ]


def _check_value(scene: Scene, notice: Notice) -> str:
    ids = {text.casefold() for text in scene.frame.log.texts["ID"] if text}
    trigger, reported = notice.trigger_wall, wall_of_value(notice.reported)

    def odd(stamp: datetime | None) -> bool:
        if stamp is None:
            return False
        return bool(scene.context.zone.flag(int((stamp - datetime(1970, 1, 1)).total_seconds())))

    begun = bool(notice.incident or notice.obligation)
    found = (
        bool(notice.incident) and notice.incident.casefold() not in ids,
        bool(notice.obligation) and notice.rule is None,
        begun and notice.trigger in (None, ""),
        notice.trigger not in (None, "") and trigger is None,
        notice.reported not in (None, "") and reported is None,
        trigger is not None and reported is not None and reported < trigger,
        odd(trigger),
        odd(reported),
    )
    says = [says for (says, _), wrong in zip(_conditions(), found, strict=True) if wrong]
    return " ".join(f"{text}." for text in says)


def _shown(scene: Scene, instant: float | None, notice: Notice) -> Value:
    """A due time as its cell shows it."""
    if notice.due is None:
        return ""
    if instant is None:
        return BEYOND
    wall = scene.context.zone.to_local(int(instant) - EPOCH_S)
    return float((wall + EPOCH_S) / 86_400)


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


def _notice_table(scene: Scene, rows: list[Notice], row: int) -> Table:
    exprs = _notice_exprs()
    state = ref(row + 1, _LEFT + 10, absolute=False)
    paints = (
        Paint(F.OR(state.eq(rule.OVERDUE), state.eq(rule.REPORTED_LATE)), "bad"),
        Paint(F.OR(state.eq(rule.SOON), state.eq(rule.PAST_SAFE)), "soon"),
        Paint(F.OR(state.eq(rule.RUNNING), state.eq(rule.IN_TIME)), "good"),
    )
    check = ref(row + 1, _LEFT + 11, absolute=False)
    incident = dropdown(LIST_NOTICE_INCIDENTS, "an incident of the log", warn=True)
    listed = dropdown(LIST_OBLIGATIONS, "an obligation of the list below")
    now = scene.context.as_of_s

    def column(header: str, role: str, width: float, *, hidden: bool = False) -> Column:
        return TableColumn(
            header,
            role,
            width,
            expr=exprs[header],
            hidden=hidden,
            paints=paints
            if header == "State"
            else (Paint(check.filled(), "soon"),)
            if header == "Check"
            else (),
        )

    stamp = stamp_validation("When the fact became known that starts this clock.")
    decision = dropdown(LIST_DECISIONS, "report or no report", hint="What the decider said.")
    columns: list[tuple[Column, Values]] = [
        (TableColumn("Notice", "key", 20), [one.key for one in rows]),
        (TableColumn("Incident", "input", 20, validation=incident), _texts(rows, "incident")),
        (TableColumn("Obligation", "input", 20, validation=listed), _texts(rows, "obligation")),
        (
            TableColumn("Trigger", "input.stamp", 28, validation=stamp),
            [_input_stamp(one.trigger) for one in rows],
        ),
        (column("Recipient", "formula.wrap", 22), [one.recipient for one in rows]),
        (
            TableColumn("Decision", "input.center", 12, validation=decision),
            _texts(rows, "decision"),
        ),
        (column("Safe due", "formula.stamp", 17), [_shown(scene, n.safe_s, n) for n in rows]),
        (column("Due by law", "formula.stamp", 17), [_shown(scene, n.law_s, n) for n in rows]),
        (
            TableColumn("Reported", "input.stamp", 19, validation=stamp_validation()),
            [_input_stamp(one.reported) for one in rows],
        ),
        (
            column("Time left", "formula.center", 17),
            [rule.time_left(n.safe_s, now) if n.runs and n.safe_s else "" for n in rows],
        ),
        (column("State", "formula.center", 26), [state_text(scene, one) for one in rows]),
        (column("Check", "formula.wrap", 26), [_check_value(scene, one) for one in rows]),
        (TableColumn("Note", "input.wrap", 30), _texts(rows, "note")),
        *_helpers(scene, rows, exprs),
    ]
    return Table(
        NOTICES,
        row,
        _LEFT,
        tuple(one for one, _ in columns),
        tuple(values for _, values in columns),
        filtered=False,
    )


def _helpers(
    scene: Scene, rows: list[Notice], exprs: dict[str, Expr]
) -> list[tuple[Column, Values]]:
    """Steps on the way, to the right of everything people read."""

    def instant(seconds: float | None, notice: Notice) -> Value:
        return "" if notice.due is None else BEYOND if seconds is None else int(seconds)

    zone = scene.context.zone
    triggers: list[Value] = []
    for one in rows:
        wall = None if one.trigger_s is None else zone.to_local(int(one.trigger_s) - EPOCH_S)
        typed = one.trigger_wall
        raw = None if typed is None else int((typed - datetime(1970, 1, 1)).total_seconds())
        triggers.append("" if wall is None or raw is None else raw + EPOCH_S)
    listed = rule_rows(scene)
    chosen = [None if one.rule is None else listed[one.rule - 1] for one in rows]
    values: dict[str, list[Value]] = {
        "rule": ["" if one.rule is None else one.rule for one in rows],
        "amount": ["" if one is None else floor(one.amount or 0) for one in chosen],
        "unit": ["" if one is None else one.unit for one in chosen],
        "roll": ["" if one is None else one.roll for one in chosen],
        "trigger s": triggers,
        "safe s": [instant(one.safe_s, one) for one in rows],
        "law s": [instant(one.law_s, one) for one in rows],
        "open": [
            int(one.safe_s * 1000) + place if one.runs and one.safe_s else ""
            for place, one in enumerate(rows, start=1)
        ],
    }
    return [
        (TableColumn(header, "helper.seconds", 10, expr=exprs[header], hidden=True), column)
        for header, column in values.items()
    ]


def _texts(rows: list[Notice], attribute: str) -> list[Value]:
    return [getattr(one, attribute) or None for one in rows]


def _input_stamp(value: Value) -> Value:
    return None if value == "" else value


def _workdays(scene: Scene) -> Drawn:
    """Every date of the horizon, whether it is a working day, and the working days up to it."""
    draft = Draft(DAYS, visibility=Visibility.HIDDEN, protected=True)
    days = working_days(scene)
    chosen = rule.notice_calendar(scene.spec)
    calendar = scene.spec.calendar(chosen).name if chosen else ""
    draft.row(
        1, 1, ["Date", "Working", "Count", "", "Units", "", "Rolls", "", "Decisions"], "header"
    )
    eve = days.first - timedelta(days=1)
    draft.put(2, 1, eve, "helper.date")
    draft.row(2, 2, [0, 0], "helper.seconds")
    day, row, count = days.first, 2, 0
    dates, owners = col("tHolidays", "Date"), col("tHolidays", "Calendar")
    while day <= days.last:
        row += 1
        works = days.is_working(day)
        count += works
        cell = ref(row, 1)
        closed: Expr = F.COUNTIFS(dates, cell, owners, lit(ALL_CALENDARS))
        if calendar:
            closed = closed + F.COUNTIFS(dates, cell, owners, lit(calendar))
        free = lit(0) if day.weekday() > 4 else if_(closed > 0, 0, 1)
        draft.put(row, 1, day, "helper.date")
        draft.put(row, 2, Formula(free, int(works)), "helper.seconds")
        draft.put(row, 3, Formula(ref(row - 1, 3) + ref(row, 2), count), "helper.seconds")
        day += timedelta(days=1)
    for column, choices in ((5, _UNITS), (7, _ROLLS), (9, _DECISIONS)):
        for place, choice in enumerate(choices, start=2):
            draft.put(place, column, choice, "helper")
    draft.widths.update(dict.fromkeys(range(1, 8), 14))
    return Drawn(
        draft.plan(),
        {
            rule.WD_FIRST.text: ref(2, 1, DAYS),
            rule.WD_OPEN.text: span(2, 2, row, 2, DAYS),
            rule.WD_COUNT.text: span(2, 3, row, 3, DAYS),
            LIST_NOTICE_UNITS.text: span(2, 5, 1 + len(_UNITS), 5, DAYS),
            LIST_ROLLS.text: span(2, 7, 1 + len(_ROLLS), 7, DAYS),
            LIST_DECISIONS.text: span(2, 9, 1 + len(_DECISIONS), 9, DAYS),
        },
    )


_FIRST: Final = (
    (2, "Notice for", "Incident"),
    (3, "Obligation", "Obligation"),
    (4, "State", "State"),
    (5, "Safe due", "Safe due"),
    (6, "Due by law", "Due by law"),
    (7, "Time left", "Time left"),
)


def earliest_notices(draft: Draft, scene: Scene, row: int) -> int:
    """The reports due first, as a block of Start; the row below it."""
    if not scene.spec.obligations.rules:
        return row
    draft.put(row, 2, "Reports due first", "heading")
    for column, title, _ in _FIRST:
        draft.put(row + 1, column, title, "header")
    rows = notices(scene)
    running = sorted(
        (one.safe_s, place) for place, one in enumerate(rows) if one.runs and one.safe_s
    )
    keys = col(NOTICES, "open")
    for rank in range(1, _FIRST_SHOWN + 1):
        y = row + 1 + rank
        place = running[rank - 1][1] if rank <= len(running) else None
        found = if_(F.COUNT(keys) >= rank, F.MATCH(F.SMALL(keys, rank), keys, 0))
        draft.put(y, 9, Formula(found, "" if place is None else place + 1), "helper")
        for column, _, header in _FIRST:
            value: Value = ""
            if place is not None:
                one = rows[place]
                value = {
                    "Incident": one.incident,
                    "Obligation": one.obligation,
                    "Safe due": _shown(scene, one.safe_s, one),
                    "Due by law": _shown(scene, one.law_s, one),
                    "State": state_text(scene, one),
                    "Time left": rule.time_left(one.safe_s or 0, scene.context.as_of_s),
                }[header]
            cell = F.INDEX(col(NOTICES, header), ref(y, 9))
            stamp = header in ("Safe due", "Due by law")
            expr = if_(ref(y, 9).filled(), cell if stamp else iferror(cell & ""))
            draft.put(y, column, Formula(expr, value), "fixed.stamp" if stamp else "fixed")
    draft.hidden_columns.add(9)
    return row + _FIRST_SHOWN + 3
