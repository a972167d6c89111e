"""Who owns an incident: from the class's role, else the severity's, to the person who holds it."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from xlmatrix.formula import BLANK, Expr, F, col, if_, iferror, place_among_texts, place_of, this
from xlmatrix.formula.guard import text_if_error
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.parts import Function
from xlmatrix.rules import names
from xlmatrix.rules.frame import Floats, Frame, Objects, due, horizon
from xlmatrix.rules.incidents.exempt import counted, uncounted_rows
from xlmatrix.rules.instants import EPOCH_S, opened, worked
from xlmatrix.rules.ladder.oncall import (
    BACKUP,
    PRIMARY,
    holder_at_expr,
    incident_numbers,
    number_column,
    number_of,
    people_at,
    turns_by_incident,
)
from xlmatrix.rules.names import policy_name
from xlmatrix.rules.policy import calendar_number
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.kinds import TEXT
from xlmatrix.tables.matrix import MATRIX
from xlmatrix.tables.people import ROLES

#: Label of each function, and the code of its defined names and helper columns.
LABELS: Final[dict[Function, str]] = {
    "response": "Response",
    "quality": "Quality",
    "communications": "Comms",
}


def owner_columns(spec: MatrixSpec) -> list[Column]:
    """Roles and people of one incident; an owner typed in the row comes before the role's.

    A role is held by who held it when the incident's present ladder began.
    """
    return [
        hidden_step("class row", _class_row_expr(), lambda frame: _class_row(frame, spec)),
        *(_role_column(spec, function) for function in LABELS),
        *(_place_column(spec, label) for label in LABELS.values()),
        *([number_column()] if turns_by_incident(spec) else []),
        *([hidden_step("owner s", _owner_instant(), owner_instants)] if spec.holders_vary else []),
        *(column for label in LABELS.values() for column in _held_columns(spec, label)),
        *(_owner_column(function) for function in LABELS),
        INCIDENTS["Response backup"].by(
            this("stands in Response") & "", lambda frame: frame["stands in Response"].copy()
        ),
    ]


def _place_column(spec: MatrixSpec, label: str) -> Column:
    """The row of tRoles of the role that owns an incident; 0 for none."""
    found = F.IFERROR(place_of(this(f"role {label}"), col(ROLES.name, "Role")), 0)
    rows: dict[str, float] = {}
    for number, role in enumerate(spec.roles, start=1):
        rows.setdefault(role.name.casefold(), float(number))

    def twin(frame: Frame) -> Floats:
        names_ = frame[f"role {label}"]
        return np.array([rows.get(text.casefold(), 0.0) if text else 0.0 for text in names_])

    return hidden_step(f"place {label}", if_(this(f"role {label}").filled(), found, 0), twin)


def _owner_instant() -> Expr:
    """When the present ladder begins: its first opening, or the opening where it has none."""
    since, calendar = this("severity since s"), this("ladder calendar")
    inside = F.AND(since >= names.HORIZON_START, since <= names.HORIZON_END)
    begin = worked(since, calendar)
    total = F.INDEX(names.CAL_TOTAL, calendar)
    first = F.IF(begin >= total, since, opened(since, begin, calendar))
    on_calendar = F.IF(calendar.empty(), since, F.IF(inside, first, since))
    return if_(F.ISNUMBER(since), on_calendar)


def owner_instants(frame: Frame) -> Floats:
    """When the present ladder of each row begins, NaN where it was never opened."""
    spec = frame.context.spec
    since: Floats = frame["severity since s"]
    answer = since.copy()
    low, high = horizon(frame.context)
    inside = (since >= low) & (since <= high)
    for number, severity in enumerate(spec.severities, start=1):
        rows = np.flatnonzero(inside & (frame["ladder row"] == number))
        calendar = frame.context.calendars[calendar_number(spec, severity.calendar) - 1]
        at = due(calendar, since[rows], np.zeros(rows.size))
        answer[rows] = np.where(np.isinf(at), since[rows], at)
    return answer


def _class_row_expr() -> Expr:
    row = F.IFERROR(place_among_texts(this("Class"), names.LIST_CLASSES), BLANK)
    # An error value typed as a class finds nothing either.
    return if_(F.ISBLANK(this("Class")), BLANK, row)


def _class_row(frame: Frame, spec: MatrixSpec) -> np.ndarray:
    rows: dict[str, float] = {}
    for number, kind in enumerate(spec.classes, start=1):
        rows.setdefault(kind.name.casefold(), float(number))
    return np.array([rows.get(text.casefold(), np.nan) for text in frame["Class"]], dtype=float)


def _role_column(spec: MatrixSpec, function: Function) -> Column:
    label = LABELS[function]
    of_class = text_if_error(F.INDEX(col(MATRIX.name, f"{label} role"), this("class row")))
    of_severity = F.INDEX(policy_name("Role", label), this("severity row")) & ""
    expr = if_(
        this("class row").filled(),
        if_(of_class.filled(), of_class & "", if_(this("severity row").filled(), of_severity)),
        if_(this("severity row").filled(), of_severity),
    )

    def twin(frame: Frame) -> Objects:
        classes = [_role_name(spec, getattr(kind.owners, function)) for kind in spec.classes]
        levels = [
            _role_name(spec, getattr(spec.owners_for(None, level), function))
            for level in spec.severities
        ]
        answer = np.full(len(frame), "", dtype=object)
        rows = zip(frame["class row"], frame["severity row"], uncounted_rows(frame), strict=True)
        for row, (kind, level, uncounted) in enumerate(rows):
            if uncounted:
                continue
            named = "" if np.isnan(kind) else classes[int(kind) - 1]
            answer[row] = named or ("" if np.isnan(level) else levels[int(level) - 1])
        return answer

    return hidden_step(f"role {label}", counted(expr), twin, TEXT)


def _role_name(spec: MatrixSpec, role_id: str | None) -> str:
    return spec.role(role_id).name if role_id else ""


def _held_columns(spec: MatrixSpec, label: str) -> list[Column]:
    """Who held the role of an owner, and who stood in, when the ladder began."""
    known = this(f"role {label}").filled()
    return [
        hidden_step(
            f"{what} {label}",
            if_(known, _holder(spec, label, column)),
            partial(_person_held, label, place),
            TEXT,
        )
        for place, (what, column) in enumerate((("holds", PRIMARY), ("stands in", BACKUP)))
    ]


def _person_held(label: str, place: int, frame: Frame) -> Objects:
    return _held(frame, label)[place]


def _owner_column(function: Function) -> Column:
    label = LABELS[function]
    primary, backup = this(f"holds {label}"), this(f"stands in {label}")
    expr: Expr = F.IF(primary.filled(), primary, backup) & ""
    if function == "response":
        expr = iferror(if_(this("Owner").filled(), this("Owner") & "", expr))

    def twin(frame: Frame) -> Objects:
        first, second = frame[f"holds {label}"], frame[f"stands in {label}"]
        people = np.where(first != "", first, second)
        typed = frame.filled("Owner")
        shown = np.where(typed, frame["Owner"], people) if function == "response" else people
        return np.asarray(shown, dtype=object)

    return INCIDENTS[f"{label} owner"].by(expr, twin)


def _holder(spec: MatrixSpec, label: str, column: str) -> Expr:
    place = this(f"place {label}")
    at = F.MAX(F.N(this("owner s")), names.HORIZON_START)
    return if_(place > 0, holder_at_expr(spec, place, at, column, number_of(spec)))


def _held(frame: Frame, label: str) -> tuple[Objects, Objects]:
    """Primary and backup of the role that owns each incident, when its ladder began."""
    context = frame.context
    places = frame[f"place {label}"]
    primary, backup = (np.full(len(frame), "", dtype=object) for _ in range(2))
    numbers = incident_numbers(frame["id text"])
    if context.spec.holders_vary:
        at = np.nan_to_num(frame["owner s"], nan=0.0).astype(np.int64) - EPOCH_S
    else:
        at = np.zeros(len(frame), dtype=np.int64)
    for number, role in enumerate(context.spec.roles, start=1):
        rows = np.flatnonzero(places == number)
        if rows.size:
            found = people_at(context.spec, context.turns, role.id, at[rows], numbers[rows])
            primary[rows], backup[rows] = found
    return primary, backup
