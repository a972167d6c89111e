"""Who owns an incident: from the class's role, else the severity's, to the person who holds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from xlmatrix.formula import BLANK, Expr, F, col, if_, iferror, place_of, this
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.parts import Function
from xlmatrix.rules import names
from xlmatrix.rules.frame import Frame, Objects
from xlmatrix.rules.names import policy_name
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


@dataclass(frozen=True, slots=True)
class Holders:
    """Role names to (primary, backup), "" for nobody; looked up without case, as Excel does."""

    by_role: Mapping[str, tuple[str, str]]

    @classmethod
    def of(cls, spec: MatrixSpec) -> Holders:
        """The holders of a spec's roles."""
        return cls({r.name.casefold(): (r.primary, r.backup or "") for r in spec.roles})

    def primary(self, role: str) -> str:
        """Who holds a role; the backup where the primary's cell is empty."""
        primary, backup = self.by_role.get(role.casefold(), ("", ""))
        return primary or backup

    def backup(self, role: str) -> str:
        """Who takes over."""
        return self.by_role.get(role.casefold(), ("", ""))[1]


def holder_expr(role: Expr, column: str) -> Expr:
    """The person in a column of tRoles for a role's name; empty text for none."""
    row = place_of(role, col(ROLES.name, "Role"))
    return F.IFERROR(F.INDEX(col(ROLES.name, column), row) & "", BLANK)


def primary_expr(role: Expr) -> Expr:
    """Who holds a role; the backup where the primary's cell is empty."""
    primary = holder_expr(role, "Primary")
    return if_(primary.filled(), primary, holder_expr(role, "Backup"))


def owner_columns(spec: MatrixSpec) -> list[Column]:
    """Roles and people of one incident; an owner typed in the row comes before the role's."""
    holders = Holders.of(spec)
    return [
        hidden_step("class row", _class_row_expr(), lambda frame: _class_row(frame, spec)),
        *(_role_column(spec, function) for function in LABELS),
        *(_owner_column(holders, function) for function in LABELS),
        INCIDENTS["Response backup"].by(
            if_(this("role Response").filled(), holder_expr(this("role Response"), "Backup")),
            lambda frame: _each(frame["role Response"], holders.backup),
        ),
    ]


def _class_row_expr() -> Expr:
    row = F.IFERROR(place_of(this("Class"), names.LIST_CLASSES), BLANK)
    # An error value typed as a class finds nothing either.
    return if_(F.ISBLANK(this("Class")), BLANK, row)


def _class_row(frame: Frame, spec: MatrixSpec) -> np.ndarray:
    rows: dict[str, float] = {}
    for number, kind in enumerate(spec.classes, start=1):
        rows.setdefault(kind.name.casefold(), float(number))
    return np.array([rows.get(text.casefold(), np.nan) for text in frame["Class"]], dtype=float)


def _role_column(spec: MatrixSpec, function: Function) -> Column:
    label = LABELS[function]
    of_class = F.INDEX(col(MATRIX.name, f"{label} role"), this("class row"))
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
        for row, (kind, level) in enumerate(
            zip(frame["class row"], frame["severity row"], strict=True)
        ):
            named = "" if np.isnan(kind) else classes[int(kind) - 1]
            answer[row] = named or ("" if np.isnan(level) else levels[int(level) - 1])
        return answer

    return hidden_step(f"role {label}", expr, twin, TEXT)


def _role_name(spec: MatrixSpec, role_id: str | None) -> str:
    return spec.role(role_id).name if role_id else ""


def _owner_column(holders: Holders, function: Function) -> Column:
    label = LABELS[function]
    held = primary_expr(this(f"role {label}"))
    expr = if_(this(f"role {label}").filled(), held)
    if function == "response":
        expr = iferror(if_(this("Owner").filled(), this("Owner") & "", expr))

    def twin(frame: Frame) -> Objects:
        people = _each(frame[f"role {label}"], holders.primary)
        typed = frame["Owner"]
        return np.where(typed != "", typed, people) if function == "response" else people

    return INCIDENTS[f"{label} owner"].by(expr, twin)


def _each(texts: Objects, answer: Callable[[str], str]) -> Objects:
    known = {text: answer(text) for text in set(texts)}
    return np.array([known[text] for text in texts], dtype=object)
