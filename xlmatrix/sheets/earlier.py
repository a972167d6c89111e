"""On the hidden Policy sheet: what earlier versions said besides targets."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, F, col, if_, iferror, place_of, ref, span
from xlmatrix.model.history import PolicyVersion
from xlmatrix.rules.logs.class_severity import BY_VERSION, has_versions
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.plan import Formula
from xlmatrix.tables.matrix import MATRIX

_SHEET: Final = "Policy"


def classes_before(draft: Draft, scene: Scene, column: int) -> dict[str, Expr]:
    """The severity of each class under each version, from a column on; the names of the cells.

    The rows are those of the matrix as it stands, which people sort, and the last column is live.
    """
    spec = scene.spec
    if not has_versions(spec):
        return {}
    versions = spec.history
    written = sorted({kind for version in versions for kind in version.classes})
    draft.row(1, column, ["Class", *(version.version for version in versions)], "header")
    for row, known in enumerate(written, start=2):
        said = [_severity(version, known) for version in versions]
        draft.row(row, column, [known, *said], "helper")
    place, end = column + len(versions) + 1, len(written) + 1
    first = place + 1
    labels = ["Row of class", *(version.version for version in versions), "Now"]
    draft.row(1, place, labels, "header")
    ids = span(2, column, end, column, _SHEET)
    for row, kind in enumerate(spec.classes, start=2):
        here = F.INDEX(col(MATRIX.name, "ID"), row - 1) & ""
        at = written.index(kind.id) + 1 if kind.id in written else ""
        draft.put(row, place, Formula(iferror(place_of(here, ids)), at), "helper")
        now = iferror(F.INDEX(col(MATRIX.name, "Severity"), row - 1) & "")
        for offset, version in enumerate(versions):
            then = span(2, column + 1 + offset, end, column + 1 + offset, _SHEET)
            before = if_(ref(row, place).filled(), F.INDEX(then, ref(row, place)) & "")
            expr = F.IF(before.filled(), before, now)
            draft.put(row, first + offset, Formula(expr, version.severity_of(kind)), "helper")
        draft.put(row, first + len(versions), Formula(now, kind.severity), "helper")
    block = span(2, first, len(spec.classes) + 1, first + len(versions), _SHEET)
    return {BY_VERSION.text: block}


def _severity(version: PolicyVersion, kind: str) -> str | None:
    before = version.classes.get(kind)
    return before.severity if before else None
