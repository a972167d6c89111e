"""The computed columns of the three logs: pauses, changes of severity, reopenings."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import and_
from typing import Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.formula import (
    BLANK,
    Expr,
    F,
    col,
    if_,
    iferror,
    in_parts,
    lit,
    name,
    place_among_texts,
    this,
)
from xlmatrix.rules import names
from xlmatrix.rules.clocks.event_verdicts import ended_breaches
from xlmatrix.rules.frame import Floats, Frame, horizon
from xlmatrix.rules.incidents.exempt import UNCOUNTED
from xlmatrix.rules.incidents.steps import OPENING_STEPS
from xlmatrix.rules.instants import no_stamp
from xlmatrix.rules.logs.class_severity import class_severities, class_severity_at
from xlmatrix.rules.logs.event_line import change_keys, events_of, reopened_keys
from xlmatrix.rules.logs.line import OPEN
from xlmatrix.rules.logs.pause_line import pause_keys
from xlmatrix.rules.logs.side_columns import (
    REOPENINGS,
    Mask,
    Side,
    clock_change_expr,
    held,
    in_calendar,
    incident_columns,
    number_expr,
    sort_key,
    utc_expr,
)
from xlmatrix.rules.saying import IDLE, after_calendars, later_than_as_of, said, said_twin
from xlmatrix.rules.second_hour import MISNAMED, misnamed, words_column
from xlmatrix.tables.column import Column, hidden_step

UNKNOWN: Final = "Incident is not in the log"
SWITCHED: Final = "Clock change: taken as the earlier time"
NO_CLOCKS: Final = "The incident has no clocks"


def _of_incident(header: str) -> Expr:
    return F.INDEX(col("tIncidents", header), this("incident row"))


def _uncounted() -> Expr:
    """Whether the row speaks of an incident that is not counted: it has no effect, and need not."""
    return F.ISNUMBER(_of_incident(UNCOUNTED))


def _when(header: str, condition: Expr) -> Expr:
    """A condition that is asked only where a column is filled."""
    return if_(this(header).filled(), condition, lit(False))


def _described(side: Side) -> tuple[Expr, Mask]:
    """Whether anything is typed in a row."""
    inputs = side.log.kind.inputs
    mask: Mask = np.any([side.log.filled(header) for header in inputs], axis=0)
    return F.COUNTA(*(this(header) for header in inputs)) > 0, mask


def _missing(side: Side, header: str) -> tuple[str, Expr, Mask]:
    """What a row lacks in which something else is typed."""
    described, mask = _described(side)
    blank = F.AND(described, F.ISBLANK(this(header)))
    return side.declared[header].missing, blank, mask & ~side.log.filled(header)


def _idle(side: Side, keys: Floats) -> tuple[str, Expr, Mask]:
    """A row of which the clocks know nothing, whatever is typed in it."""
    described, mask = _described(side)
    idle = F.AND(described, this("sort key").empty(), F.NOT(_uncounted()))
    return IDLE, idle, mask & np.isnan(keys) & ~side.uncounted


def _to_come(header: str) -> Expr:
    """Whether an instant of the row is later than *As of*."""
    return _when(header, this(header) > names.AS_OF_S)


def _beyond(header: str) -> Expr:
    """Whether an instant of the row lies after the calendars end."""
    return _when(header, this(header) > names.HORIZON_END)


def _common(side: Side, first: str) -> list[tuple[str, Expr, Mask]]:
    """What is odd about a row of any log; ``first`` is the stamp that places it in time."""
    log, stamps = side.log, side.log.kind.stamps
    no_clock = ~np.isnan(side.incident) & ~side.running & ~side.uncounted
    clockless = F.AND(F.NOT(in_calendar(this("incident row"))), F.NOT(_uncounted()))
    return [
        _missing(side, "Incident"),
        (
            UNKNOWN,
            F.IF(F.ISBLANK(this("Incident")), lit(False), this("incident row").empty()),
            log.filled("Incident") & np.isnan(side.incident),
        ),
        (NO_CLOCKS, _when("incident row", clockless), no_clock),
        _missing(side, first),
        *(
            (
                log.kind.declared[header].not_understood,
                no_stamp(this(header)),
                log.no_stamp(header),
            )
            for header in stamps
        ),
    ]


def _check_columns(side: Side, parts: list[tuple[str, Expr, Mask]]) -> list[Column]:
    """What is odd about a row; where there is much to ask, hidden columns ask it part by part."""
    groups = in_parts(parts, lambda part: said([part[:2]]), side.log.kind.table)
    texts = [said([part[:2] for part in group]) for group in groups]
    hidden: list[Column] = []
    if len(groups) > 1:
        for number, (group, text) in enumerate(zip(groups, texts, strict=True), start=1):
            hidden.append(hidden_step(f"Check {number}", text, held(_said(side, group, ended=" "))))
        texts = [this(column.header) for column in hidden]
    shown = side.declared["Check"].by(F.TRIM(reduce(and_, texts)), held(_said(side, parts)))
    return [shown, *hidden]


def _said(side: Side, parts: list[tuple[str, Expr, Mask]], *, ended: str = "") -> list[str]:
    texts = said_twin([(says, mask) for says, _, mask in parts], len(side.log))
    return [text and text + ended for text in texts]


def _switched(side: Side) -> list[tuple[str, Expr, Mask]]:
    stamps = side.log.kind.stamps
    return [
        (SWITCHED, clock_change_expr(*stamps), side.switched(*stamps)),
        (MISNAMED, misnamed(stamps), side.misnamed()),
    ]


def _numbers(side: Side) -> Column:
    rows = np.arange(1.0, len(side.log) + 1)
    return side.declared["No"].by(number_expr(side.declared.name), held(rows))


def pause_columns(frame: Frame) -> list[Column]:
    """Of tPauses."""
    side = Side(frame, frame.histories.pauses)
    begin, end = side.utc("From"), side.utc("To")
    ends = np.where(side.log.filled("To"), end, OPEN)
    endless = F.ISBLANK(this("To"))
    waits = F.IF(endless, _to_come("from s"), lit(False))
    valid = F.AND(F.ISNUMBER(this("from s")), F.ISNUMBER(this("to s")), F.NOT(waits))
    in_order = if_(this("to s") >= this("from s"), sort_key(this("from s"), this("No")))
    key = if_(valid, if_(_when("incident row", in_calendar(this("incident row"))), in_order))
    opened, resolved = side.of_incident("opened s"), side.of_incident("res done s")
    known, keys = ~np.isnan(side.incident) & ~np.isnan(begin), pause_keys(side)
    _, last = horizon(frame.context)
    planned = side.log.filled("To")
    parts = [
        *_common(side, "From"),
        (later_than_as_of("From"), waits, ~planned & (begin > frame.context.as_of_s)),
        (after_calendars("From"), _beyond("from s"), begin > last),
        (after_calendars("To"), F.IF(endless, lit(False), _beyond("to s")), planned & (end > last)),
        (
            "Ends before it begins",
            if_(valid, this("to s") < this("from s"), lit(False)),
            (ends < begin),
        ),
        (
            "Begins before the incident opened",
            _when("incident row", _when("from s", this("from s") < F.N(_of_incident("opened s")))),
            known & (begin < opened),
        ),
        (
            "Begins after the incident was resolved",
            _when("incident row", _when("from s", this("from s") >= _resolved())),
            known & (begin >= resolved),
        ),
        *_switched(side),
        _idle(side, keys),
    ]
    return [
        _numbers(side),
        *_check_columns(side, parts),
        *incident_columns(side),
        words_column(held(side.words)),
        hidden_step("from s", utc_expr("From"), held(begin)),
        hidden_step("to s", F.IF(F.ISBLANK(this("To")), OPEN, utc_expr("To")), held(ends)),
        hidden_step("sort key", key, held(keys)),
    ]


def _resolved() -> Expr:
    resolved = _of_incident("res done s")
    return F.IF(F.ISNUMBER(resolved), resolved, OPEN)


def change_columns(frame: Frame) -> list[Column]:
    """Of tChanges."""
    side, log = Side(frame, frame.histories.changes), frame.histories.changes
    at = side.utc("At")
    known_to = np.array(
        [frame.context.policy.row(text) is not None for text in log.texts["To"]], bool
    )
    level = F.ISNUMBER(place_among_texts(this("To"), names.POL_SEVERITY))
    valid = F.AND(F.ISNUMBER(this("at s")), level, F.NOT(_to_come("at s")))
    key = if_(
        valid,
        if_(
            _when("incident row", in_calendar(this("incident row"))),
            sort_key(this("at s"), this("No")),
        ),
    )
    opened, resolved = side.of_incident("opened s"), side.of_incident("res done s")
    here = ~np.isnan(side.incident) & ~np.isnan(at)
    gap, gap_expr = _gap(side)
    keys = change_keys(side)
    parts = [
        *_common(side, "At"),
        _missing(side, "To"),
        (
            "Severity is not in the matrix",
            F.IF(F.ISBLANK(this("To")), lit(False), F.NOT(level)),
            log.filled("To") & ~known_to,
        ),
        (later_than_as_of("At"), _to_come("at s"), at > frame.context.as_of_s),
        (
            "Before the opening: counts from there",
            _when("incident row", _when("at s", this("at s") < F.N(_of_incident("opened s")))),
            here & (at < opened),
        ),
        (
            "After the incident was resolved",
            _when("incident row", _when("at s", this("at s") > _resolved())),
            here & (at > resolved),
        ),
        (
            "Not the class's severity: give a reason and an approver",
            this("override gap").eq(1),
            gap == 1,
        ),
        *_switched(side),
        _idle(side, keys),
    ]
    return [
        _numbers(side),
        _from_column(frame, side),
        *_check_columns(side, parts),
        *incident_columns(side),
        words_column(held(side.words)),
        hidden_step("at s", utc_expr("At"), held(at)),
        hidden_step("sort key", key, held(keys)),
        hidden_step("override gap", gap_expr, held(gap)),
    ]


def _from_column(frame: Frame, side: Side) -> Column:
    """The severity before the change, as the clocks saw it."""
    events, texts = events_of(frame), [""] * len(side.log)
    for place in np.flatnonzero(~events.reopens):
        texts[events.code[place] - 1] = events.severity_before[place]
    found = F.INDEX(name("Ev_Before"), F.MATCH(this("No"), name("Ev_Code"), 0))
    return side.declared["From"].by(
        if_(this("sort key").empty(), BLANK, iferror(found)), held(texts)
    )


def _gap(side: Side) -> tuple[Floats, Expr]:
    """1 where a severity other than the class's lacks a reason or an approver, 0 where not."""
    default = class_severity_at(side.frame.context.spec, this("incident row"))
    missing = F.IF(F.COUNTA(this("Reason"), this("Approver")) < 2, 1, 0)
    expr = if_(this("sort key").empty(), BLANK, if_(this("To").ne(default), missing))
    answer, keys = np.full(len(side.log), np.nan), change_keys(side)
    kinds = [*class_severities(side.frame), ""]
    reasons, approvers = side.log.filled("Reason"), side.log.filled("Approver")
    for row in np.flatnonzero(~np.isnan(keys)):
        own = kinds[-1 if np.isnan(side.incident[row]) else int(side.incident[row]) - 1]
        if side.log.texts["To"][row].casefold() != own.casefold():
            answer[row] = float(not (reasons[row] and approvers[row]))
    return answer, expr


def _ended_cycle(side: Side, opened: Floats) -> Iterator[tuple[str, Expr, Mask]]:
    """Stamps of the cycle that a reopening ends, where they lie outside of it."""
    at, early = side.utc("Reopened"), np.zeros(len(side.log), dtype=np.bool_)
    before = []
    for step in OPENING_STEPS:
        known, done = f"{step.code} done s", side.utc(step.done)
        late = _when("reopened s", _when(known, this(known) > this("reopened s")))
        yield f"{side.declared[step.done].header} is after the reopening", late, done > at
        before.append(_when(known, this(known) < F.N(_of_incident("opened s"))))
        early |= done < opened
    yield "A stamp is before the opening", _when("incident row", F.OR(*before)), early


def reopened_columns(frame: Frame) -> list[Column]:
    """Of tReopened."""
    side, log = Side(frame, frame.histories.reopened), frame.histories.reopened
    at = side.utc("Reopened")
    key = if_(
        F.AND(F.ISNUMBER(this("reopened s")), F.NOT(_to_come("reopened s"))),
        if_(
            _when("incident row", in_calendar(this("incident row"))),
            sort_key(this("reopened s"), this("No") + REOPENINGS),
        ),
    )
    opened = side.of_incident("opened s")
    here, keys = ~np.isnan(side.incident) & ~np.isnan(at), reopened_keys(side)
    parts = [
        *_common(side, "Reopened"),
        (later_than_as_of("Reopened"), _to_come("reopened s"), at > frame.context.as_of_s),
        (
            "Before the opening: counts from there",
            _when(
                "incident row",
                _when("reopened s", this("reopened s") < F.N(_of_incident("opened s"))),
            ),
            here & (at < opened),
        ),
        *_ended_cycle(side, opened),
        *_switched(side),
        _idle(side, keys),
    ]
    events = events_of(frame)
    verdict = [""] * len(log)
    so_far = ended_breaches(frame)
    for place in np.flatnonzero(events.reopens):
        verdict[events.code[place] - REOPENINGS - 1] = "yes" if so_far[place] > 0 else "no"
    found = F.MATCH(this("No") + REOPENINGS, name("Ev_Code"), 0)
    breached = iferror(F.IF(F.INDEX(name("Ev_Ever"), found) > 0, "yes", "no"))
    return [
        _numbers(side),
        side.declared["Breached so far"].by(
            if_(this("sort key").empty(), BLANK, breached), held(verdict)
        ),
        *_check_columns(side, parts),
        *incident_columns(side),
        words_column(held(side.words)),
        hidden_step("reopened s", utc_expr("Reopened"), held(at)),
        *(
            hidden_step(f"{step.code} done s", utc_expr(step.done), held(side.utc(step.done)))
            for step in OPENING_STEPS
        ),
        hidden_step("sort key", key, held(keys)),
    ]


def override_gaps(frame: Frame) -> tuple[float, float]:
    """How many severities differ from the class's without a reason and approver, and how many."""
    gaps: NDArray[np.float64] = np.concatenate(
        [frame["override gap"], _gap(Side(frame, frame.histories.changes))[0]]
    )
    return float(np.nansum(gaps)), float((~np.isnan(gaps)).sum())
