"""The table of notices on the sheet Obligations, and the ones due first on Start."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from xlmatrix.formula import (
    BLANK,
    Expr,
    F,
    col,
    exact,
    if_,
    iferror,
    lit,
    name,
    place_of,
    ref,
    this,
)
from xlmatrix.rules import names
from xlmatrix.rules.clocks import obligations as rule
from xlmatrix.rules.instants import EPOCH_S, is_odd, is_stamp, seconds_of, utc_of, wall_of
from xlmatrix.rules.names import BEYOND
from xlmatrix.rules.words import left_expr
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.inputs import plain
from xlmatrix.sheets.layout import Filled, laid_out
from xlmatrix.sheets.notices import Notice, notices, rule_rows, shown_due, state_text
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.plan import Formula, Table, Value
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.kinds import STAMP, text_of
from xlmatrix.tables.obligations import NOTICES, OBLIGATIONS
from xlmatrix.tables.validation import Paint
from xlmatrix.tables.vocabulary import NOTICE_INCIDENTS
from xlmatrix.tables.vocabulary import OBLIGATIONS as LISTED

NOTICE_HEADER: Final = name("Notices_Header")
#: Ids of the listed obligations.
_IDS: Final = name(LISTED.list_name)
_LOG_IDS: Final = name(NOTICE_INCIDENTS.list_name)
_FIRST_SHOWN: Final = 3


def notice_table(scene: Scene, row: int, column: int) -> Table:
    """The table with its header at (``row``, ``column``)."""
    rows, exprs = notices(scene), _due_exprs() | _state_exprs()
    state = ref(row + 1, column + 10, absolute=False)
    verdicts = (
        Paint(F.OR(state.eq(rule.OVERDUE), state.eq(rule.REPORTED_LATE)), "bad"),
        Paint(F.OR(state.eq(rule.SOON), state.eq(rule.PAST_SAFE)), "soon"),
        Paint(F.OR(state.eq(rule.RUNNING), state.eq(rule.IN_TIME)), "good"),
    )
    check = ref(row + 1, column + 11, absolute=False)
    paints = {"State": verdicts, "Check": (Paint(check.filled(), "soon"),)}
    shown = _shown(scene, rows)
    filled: list[Filled] = [
        (NOTICES["Notice"], [one.key for one in rows]),
        *((column, [_typed(scene, one, column) for one in rows]) for column in NOTICES.typed),
        *(
            (NOTICES[header].by(exprs[header], paints=paints.get(header, ())), values)
            for header, values in shown.items()
        ),
        *(
            (hidden_step(header, exprs[header], look="helper.seconds", width=10), values)
            for header, values in _steps(scene, rows).items()
        ),
    ]
    return laid_out(NOTICES, row, column, filled, filtered=False)


def _typed(scene: Scene, notice: Notice, column: Column) -> Value:
    value = scene.value(NOTICES.name, notice.key, column.id)
    # A number among texts is one: it is looked up as text.
    return value if column.kind.instant else text_of(plain(value)) or None


def _shown(scene: Scene, rows: list[Notice]) -> dict[str, list[Value]]:
    """What the visible computed columns show."""
    now = scene.context.as_of_s
    return {
        "Recipient": [one.recipient for one in rows],
        "Regime": [one.regime for one in rows],
        "Safe due": [shown_due(scene, one.safe_s, one) for one in rows],
        "Due by law": [shown_due(scene, one.law_s, one) for one in rows],
        "Time left": [
            rule.time_left(one.safe_s, now) if one.runs and one.safe_s else "" for one in rows
        ],
        "State": [state_text(scene, one) for one in rows],
        "Check": [_check_value(scene, one) for one in rows],
    }


def _steps(scene: Scene, rows: list[Notice]) -> dict[str, list[Value]]:
    """What the steps on the way hold."""

    def instant(seconds: float | None, notice: Notice) -> Value:
        return "" if notice.due is None else BEYOND if seconds is None else int(seconds)

    walls = [one.trigger_wall for one in rows]
    listed = rule_rows(scene)
    chosen = [None if one.rule is None else listed[one.rule - 1] for one in rows]
    return {
        "obligation row": ["" if one.rule is None else one.rule for one in rows],
        "amount": ["" if one is None else one.whole for one in chosen],
        "unit": ["" if one is None else one.unit for one in chosen],
        "roll": ["" if one is None else one.roll for one in chosen],
        "trigger s": ["" if wall is None else _since_1970(wall) + EPOCH_S for wall in walls],
        "safe s": [instant(one.safe_s, one) for one in rows],
        "law s": [instant(one.law_s, one) for one in rows],
        "open order": [
            int(one.safe_s * 1000) + place if one.runs and one.safe_s else ""
            for place, one in enumerate(rows, start=1)
        ],
    }


def _since_1970(stamp: datetime) -> int:
    return int((stamp - datetime(1970, 1, 1)).total_seconds())


#: What a notice takes from the rule that it follows.
_OF_RULE: Final = ("Amount", "Unit", "Roll", "Recipient", "Regime")


def _due_exprs() -> dict[str, Expr]:
    """When a notice is due: the steps, and what is shown of them."""
    trigger, row = this("trigger s"), this("obligation row")
    ready = F.AND(trigger.filled(), row.filled())
    amount, unit, roll = this("amount"), this("unit"), this("roll")
    safe = rule.inside_expr(rule.safe_expr(trigger, amount, unit), trigger)
    law = rule.law_expr(this("safe s"), trigger, amount, unit, roll)
    allowed = if_(F.ISNUMBER(this("safe s")), rule.inside_expr(law, trigger), this("safe s"))
    listed = {h: F.INDEX(col(OBLIGATIONS.name, h), row) for h in _OF_RULE}
    place = F.IFERROR(place_of(this("Obligation"), _IDS), BLANK)
    whole = F.INT(F.MIN(F.MAX(F.N(listed["Amount"]), 0), rule.MOST))
    return {
        "obligation row": if_(F.ISBLANK(this("Obligation")), BLANK, place),
        "trigger s": if_(is_stamp(this("Trigger")), seconds_of(this("Trigger"))),
        "safe s": if_(ready, safe),
        "law s": if_(ready, allowed),
        "amount": if_(row.filled(), iferror(whole, 0)),
        "unit": if_(row.filled(), iferror(listed["Unit"] & "")),
        "roll": if_(row.filled(), iferror(listed["Roll"] & "")),
        "Recipient": if_(row.filled(), iferror(listed["Recipient"] & "")),
        "Regime": if_(row.filled(), iferror(listed["Regime"] & "")),
        "Safe due": _stamp_expr("safe s"),
        "Due by law": _stamp_expr("law s"),
    }


def _state_exprs() -> dict[str, Expr]:
    """How a notice stands, and what is odd about it."""
    left_s = this("safe s") - names.AS_OF_S
    reported = utc_of(seconds_of(this("Reported")))
    quarter = (this("safe s") - names.AS_OF_S) * 4 <= this("safe s") - utc_of(this("trigger s"))
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
        "open order": if_(runs, this("safe s") * 1000 + place),
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
    """What is odd beyond single cells, which the table's flags speak of."""
    trigger, reported = this("Trigger"), this("Reported")
    begun = F.COUNTA(this("Incident"), this("Obligation")) > 0
    numbers = F.IF(is_stamp(trigger), is_stamp(reported), lit(False))
    stranger = F.ISERROR(F.MATCH(exact(this("Incident") & ""), _LOG_IDS, 0))
    return [
        ("Incident is not in the log", F.AND(F.NOT(F.ISBLANK(this("Incident"))), stranger)),
        ("Trigger is missing", F.AND(begun, F.ISBLANK(trigger))),
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
    trigger, reported = notice.trigger_wall, notice.reported_wall

    def odd(stamp: datetime | None) -> bool:
        if stamp is None:
            return False
        return bool(scene.context.zone.flag(_since_1970(stamp)))

    begun = bool(notice.incident) or notice.obligation not in (None, "")
    found = (
        bool(notice.incident) and notice.incident.casefold() not in ids,
        begun and notice.trigger in (None, ""),
        trigger is not None and reported is not None and reported < trigger,
        odd(trigger),
        odd(reported),
    )
    says = [says for (says, _), wrong in zip(_conditions(), found, strict=True) if wrong]
    return " ".join(f"{text}." for text in says)


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
    rows = notices(scene)
    running = sorted(
        (one.safe_s, place) for place, one in enumerate(rows) if one.runs and one.safe_s
    )
    shown = _shown(scene, rows)
    shown |= {
        column.id: [_typed(scene, one, column) or "" for one in rows] for column in NOTICES.typed
    }
    keys = col(NOTICES.name, "open order")
    for rank in range(1, _FIRST_SHOWN + 1):
        y = row + 1 + rank
        place = running[rank - 1][1] if rank <= len(running) else None
        found = if_(F.COUNT(keys) >= rank, F.MATCH(F.SMALL(keys, rank), keys, 0))
        draft.put(y, _HELPER, Formula(found, "" if place is None else place + 1), "helper")
        for column, last, _, header in _FIRST:
            value = "" if place is None else shown[header][place]
            cell = F.INDEX(col(NOTICES.name, header), ref(y, _HELPER))
            stamp = NOTICES[header].kind is STAMP
            expr = if_(ref(y, _HELPER).filled(), cell if stamp else iferror(cell & ""))
            draft.put(y, column, Formula(expr, value), "fixed.stamp" if stamp else "fixed")
            draft.merge(y, column, y, last)
    draft.hidden_columns.add(_HELPER)
    return row + _FIRST_SHOWN + 3
