"""The severity of an incident's class: as it is now, or as it was when the incident opened.

A column of the log holds it where earlier versions of the policy have classes of another severity;
else the matrix itself answers, and the log has no such column.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from xlmatrix.formula import BLANK, Expr, F, col, if_, iferror, name, this
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.frame import Frame, Objects
from xlmatrix.tables.column import Column, hidden_step
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.kinds import TEXT
from xlmatrix.tables.matrix import MATRIX

_ID: Final = "class severity"
#: On the Policy sheet: the severity of each row of the matrix under each version, a column each.
BY_VERSION: Final = name("Hist_Classes")
#: The first days of the versions.
VERSIONS: Final = name("Hist_From")


def has_versions(spec: MatrixSpec) -> bool:
    """Whether a class had another severity before."""
    return any(before.severity for version in spec.history for before in version.classes.values())


def class_severity_columns(spec: MatrixSpec) -> list[Column]:
    """The hidden column of the log; none where no class had another severity before."""
    if not has_versions(spec):
        return []
    kind, version = this("class row"), F.MATCH(this("Opened"), VERSIONS, 1)
    # Rows beyond those that the matrix was made with have no versions.
    then = F.IFERROR(F.INDEX(BY_VERSION, kind, version) & "", _now(kind))
    expr = if_(kind.filled(), F.IF(this("opened s").empty(), _now(kind), then))
    return [hidden_step(_ID, expr, class_severities, TEXT)]


def class_severity(spec: MatrixSpec) -> Expr:
    """The severity of the class of a row of the log, in that row."""
    return this(_ID) if has_versions(spec) else _now(this("class row"))


def class_severity_at(spec: MatrixSpec, incident: Expr) -> Expr:
    """The same, asked from elsewhere for a row of the log."""
    if has_versions(spec):
        return iferror(F.INDEX(col(INCIDENTS.name, _ID), incident) & "")
    return _now(F.INDEX(col(INCIDENTS.name, "class row"), incident))


def class_severities(frame: Frame) -> Objects:
    """The severity of each incident's class; "" for no class of the matrix."""
    spec, policy = frame.context.spec, frame.context.policy
    levels = np.array(
        [
            *(
                [version.severity_of(kind) for kind in spec.classes] + [""]
                for version in spec.history
            ),
            [kind.severity for kind in spec.classes] + [""],
        ],
        dtype=object,
    )
    kinds: dict[str, int] = {}
    for place, kind in enumerate(spec.classes):
        kinds.setdefault(kind.name.casefold(), place)
    places = [kinds.get(text.casefold(), -1) for text in frame["Class"]]
    versions = (
        [
            -1 if np.isnat(stamp) else policy.version_on(stamp.item())
            for stamp in frame.log.stamps["Opened"].astype("datetime64[D]")
        ]
        if spec.history
        else [-1] * len(frame)
    )
    answer: Objects = levels[versions, places] if len(frame) else np.array([], dtype=object)
    return answer


def _now(kind: Expr) -> Expr:
    return iferror(F.INDEX(col(MATRIX.name, "Severity"), kind) & "", BLANK)
