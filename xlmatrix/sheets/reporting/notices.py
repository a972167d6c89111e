"""The table of notices on the sheet Obligations, and the ones due first on Start."""

from __future__ import annotations

from collections.abc import Set
from typing import Final

from xlmatrix.formula import (
    BLANK,
    Expr,
    F,
    col,
    if_,
    iferror,
    lit,
    name,
    place_of,
    ref,
    this,
)
from xlmatrix.rules import names
from xlmatrix.rules.instants import is_odd_there, is_stamp, seconds_of, utc_of
from xlmatrix.rules.logs.log_rows import log_row
from xlmatrix.rules.reporting import states
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.inputs import plain
from xlmatrix.sheets.layout import Filled, laid_out
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.plan import Formula, Table, Value
from xlmatrix.sheets.reporting.reports import Desk, Notice, Report, desk, notice_reports
from xlmatrix.sheets.reporting.state_steps import state_exprs
from xlmatrix.sheets.reporting.steps import step_exprs
from xlmatrix.sheets.reporting.values import (
    Cells,
    excel,
    given_values,
    state_values,
    step_values,
    stepped,
)
from xlmatrix.tables.column import Column
from xlmatrix.tables.kinds import STAMP, stamp_s, text_of
from xlmatrix.tables.obligations import NOTICES, OBLIGATIONS
from xlmatrix.tables.validation import Paint
from xlmatrix.tables.vocabulary import OBLIGATIONS as LISTED
from xlmatrix.tables.vocabulary import ZONES_THERE

NOTICE_HEADER: Final = name("Notices_Header")
#: Ids of the listed obligations.
_IDS: Final = name(LISTED.list_name)
_ZONES: Final = name(ZONES_THERE.list_name)
_FIRST_SHOWN: Final = 3
#: The row of a notice in its table, from 1.
_PLACE: Final = F.ROW() - F.ROW(NOTICE_HEADER)
#: Looks of the six states.
STATE_LOOKS: Final = {
    states.LATE: "bad",
    states.DUE_NOW: "bad",
    states.SOON: "soon",
    states.RUNNING: "good",
    states.DONE: "good",
}


def state_paints(cell: Expr, detail: Expr) -> tuple[Paint, ...]:
    """Looks of a cell with a state; what was met late is not painted as well done."""
    late = F.AND(cell.eq(states.DONE), F.LEFT(detail, len(states.MET_LATE)).eq(states.MET_LATE))
    return (
        Paint(late, "bad"),
        *(Paint(cell.eq(state), role) for state, role in STATE_LOOKS.items()),
    )


def notice_table(found: Desk, row: int, column: int) -> Table:
    """The table with its header at (``row``, ``column``)."""
    reports = notice_reports(found)
    values = _values(found, reports)
    exprs = (
        _own_exprs()
        | step_exprs(scoped=found.scoped)
        | state_exprs(NOTICES.name, _PLACE)
        | _shown_exprs()
    )

    def cell(header: str) -> Expr:
        place = [one.id for one in NOTICES.columns].index(header)
        return ref(row + 1, column + place, absolute=False)

    paints = {
        "State": state_paints(cell("State"), cell("Detail")),
        "Check": (Paint(cell("Check").filled(), "soon"),),
    }
    filled: list[Filled] = [
        (NOTICES["Notice"], [one.key for one in found.notices]),
        *((one, [_typed(notice, one) for notice in found.notices]) for one in NOTICES.typed),
    ]
    filled += stepped(NOTICES, exprs, values, paints)
    return laid_out(NOTICES, row, column, filled, filtered=False)


def _typed(notice: Notice, column: Column) -> Value:
    value = notice.cells[column.id]
    # A number among texts is one: it is looked up as text.
    return value if column.kind.instant else text_of(plain(value)) or None


def _own_exprs() -> dict[str, Expr]:
    """The steps that say what stands in the row of a notice."""
    place = iferror(place_of(this("Obligation"), _IDS))
    zone = iferror(place_of(this("Zone") & "", _ZONES), 1)
    incident, obligation = iferror(this("Incident") & ""), iferror(this("Obligation") & "")
    above = F.ROW(col(NOTICES.name, "filed s")) < F.ROW()
    same = col(NOTICES.name, "file key").eq(this("file key"))
    latest = F.SUMPRODUCT(F.MAX(above * same * col(NOTICES.name, "filed s")))
    reported = utc_of(seconds_of(this("Reported")), this("there"))
    return {
        "incident text": incident,
        "rule row": if_(F.ISBLANK(this("Obligation")), BLANK, place),
        "there": zone,
        "trigger s": _instant("Trigger"),
        "reported s": if_(is_stamp(this("Reported")), if_(_reported_ahead(), BLANK, reported)),
        "trigger of": iferror(F.LOWER(this("Trigger is") & "")),
        "decision text": iferror(this("Decision") & ""),
        "decided": iferror(this("Decided by") & ""),
        "file key": if_(incident.eq(""), BLANK, incident & "|" & obligation),
        "filed s": F.IF(F.ISNUMBER(this("reported s")), this("reported s"), 0),
        "filed before s": if_(this("file key").ne(""), if_(latest > 0, latest)),
    }


def _instant(header: str) -> Expr:
    return if_(is_stamp(this(header)), utc_of(seconds_of(this(header)), this("there")))


def _reported_ahead() -> Expr:
    """Whether the report of a notice lies ahead: it has not been made."""
    return utc_of(seconds_of(this("Reported")), this("there")) > names.AS_OF_S


def _shown_exprs() -> dict[str, Expr]:
    row = this("rule row")
    shown = {
        header: if_(row.filled(), iferror(F.INDEX(col(OBLIGATIONS.name, header), row) & ""))
        for header in ("Recipient", "Regime")
    }
    return {
        **shown,
        "open order": if_(this("runs").eq(1), this("safe s") * 1000 + _PLACE),
        "Check": _check_expr(),
    }


def _values(found: Desk, reports: list[Report]) -> list[Cells]:
    answers = []
    judged = state_values(found, reports)
    known = {one.casefold() for one in found.scene.frame.log.texts["ID"] if one}
    said = [says for says, _ in _conditions()]
    for place, (notice, report, cells) in enumerate(
        zip(found.notices, reports, judged, strict=True), start=1
    ):
        rule = report.rule
        safe = excel(report.safe)
        odd = _odd(found, notice, report, known)
        answers.append(
            {
                **given_values(report),
                "there": notice.zone_number,
                "file key": notice.file_key,
                "filed s": excel(notice.reported) or 0,
                "Recipient": "" if rule is None else rule.recipient,
                "Regime": "" if rule is None else rule.regime,
                "open order": int(str(safe)) * 1000 + place if report.runs else "",
                "Check": " ".join(f"{s}." for s, holds in zip(said, odd, strict=True) if holds),
                **step_values(found, report),
                **cells,
            }
        )
    return answers


def _check_expr() -> Expr:
    texts = [if_(when, lit(f"{says}. ")) for says, when in _conditions()]
    joined = texts[0]
    for one in texts[1:]:
        joined = joined & one
    return F.TRIM(joined)


def _conditions() -> list[tuple[str, Expr]]:
    """What is odd beyond single cells, which the table's flags speak of."""
    trigger, reported = this("Trigger"), this("Reported")
    stranger = F.ISERROR(log_row(this("Incident")))
    numbers = F.IF(F.ISNUMBER(this("begun s")), F.ISNUMBER(this("reported s")), lit(False))
    return [
        ("Incident is not in the log", F.AND(F.NOT(F.ISBLANK(this("Incident"))), stranger)),
        (
            "Reported is before the trigger",
            if_(numbers, this("reported s") < this("begun s"), lit(False)),
        ),
        (
            "Reported is later than As of: not counted",
            if_(is_stamp(reported), _reported_ahead(), lit(False)),
        ),
        (
            "Clock change at the trigger: taken as the earlier time",
            if_(is_stamp(trigger), is_odd_there(seconds_of(trigger), this("there")), lit(False)),
        ),
        (
            "Clock change at the report: taken as the earlier time",
            if_(is_stamp(reported), is_odd_there(seconds_of(reported), this("there")), lit(False)),
        ),
    ]


def _odd(found: Desk, notice: Notice, report: Report, known: Set[str]) -> tuple[bool, ...]:
    """Which of :func:`_conditions` hold; ``known`` are the incidents of the log."""
    zone = found.places.zones[notice.zone_number - 1]
    begun = None if report.due is None else report.due.begun

    def clock_change(header: str) -> bool:
        wall = stamp_s(plain(notice.cells[header]))
        return wall is not None and bool(zone.flag(wall))

    return (
        bool(notice.incident) and notice.incident.casefold() not in known,
        begun is not None and notice.reported is not None and notice.reported < begun,
        notice.ahead,
        clock_change("Trigger"),
        clock_change("Reported"),
    )


#: First and last column of Start, title, column of the table.
_FIRST: Final = (
    (2, 2, "Notice for", "Incident"),
    (3, 4, "Obligation", "Obligation"),
    (5, 6, "State", "State"),
    (7, 7, "Safe due", "Safe due"),
    (8, 8, "Due by law", "Due by law"),
    (9, 9, "Time left", "Time left"),
)
_HELPER: Final = 11


def earliest_notices(draft: Draft, scene: Scene, row: int) -> int:
    """The reports due first, as a block of Start; the row below it."""
    if not scene.spec.obligations.rules:
        return row
    draft.put(row, 2, "Reports due first", "heading")
    for column, last, title, header in _FIRST:
        head = "header.center" if NOTICES[header].kind is STAMP else "header"
        draft.put(row + 1, column, title, head)
        draft.merge(row + 1, column, row + 1, last)
    found = desk(scene)
    reports = notice_reports(found)
    values = _values(found, reports)
    running = sorted(
        (one.safe, place) for place, one in enumerate(reports) if one.runs and one.safe is not None
    )
    keys = col(NOTICES.name, "open order")
    for rank in range(1, _FIRST_SHOWN + 1):
        y = row + 1 + rank
        place = running[rank - 1][1] if rank <= len(running) else None
        found_row = if_(F.COUNT(keys) >= rank, F.MATCH(F.SMALL(keys, rank), keys, 0))
        draft.put(y, _HELPER, Formula(found_row, "" if place is None else place + 1), "helper")
        for column, last, _, header in _FIRST:
            value: Value = ""
            if place is not None and NOTICES[header].typed:
                value = _typed(found.notices[place], NOTICES[header]) or ""
            elif place is not None:
                value = values[place][header]
            cell = F.INDEX(col(NOTICES.name, header), ref(y, _HELPER))
            stamp = NOTICES[header].kind is STAMP
            expr = if_(ref(y, _HELPER).filled(), cell if stamp else iferror(cell & ""))
            draft.put(y, column, Formula(expr, value), "fixed.stamp" if stamp else "fixed")
            draft.merge(y, column, y, last)
    draft.hidden_columns.add(_HELPER)
    return row + _FIRST_SHOWN + 3
