"""What cells name of the matrix: targets, calendars, severities and classes, by id or name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlmatrix.addin.bridge import State
from xlmatrix.addin.cells import NOT_KNOWN, text
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import TARGETS, IncidentClass, Severity
from xlmatrix.rules.policy import CODES, ESCALATE
from xlmatrix.worktime import Calendar


def target_code(wanted: str) -> str:
    """The code of a target by its name, label or code; of a ladder's first escalation too."""
    lowered = wanted.casefold().replace("_", " ")
    for name, code in CODES.items():
        if lowered in {name.replace("_", " "), TARGETS[name].casefold(), code}:
            return code
    if lowered in {"escalate", ESCALATE}:
        return ESCALATE
    known = ", ".join(TARGETS.values())
    raise XlmatrixError(
        f"there is no target {wanted!r}; use one of {known}", where="target", mend="Correct it"
    )


def calendar_of(state: State, wanted: str) -> Calendar:
    """By name or id; the first calendar where none is named."""
    if not wanted:
        return state.context.calendars[0]
    for number_, written in enumerate(state.spec.calendars):
        if wanted.casefold() in {written.name.casefold(), written.id.casefold()}:
            return state.context.calendars[number_]
    raise XlmatrixError(
        f"the calendar {wanted!r} is {NOT_KNOWN}", where="calendar", mend="Use one of Hours"
    )


def severity_of(state: State, wanted: str) -> Severity:
    """By id, in whatever letters."""
    row = state.context.policy.row(wanted)
    if row is None:
        raise XlmatrixError(
            f"the severity {wanted!r} is {NOT_KNOWN}",
            where="severity",
            mend="Use one of the matrix",
        )
    return state.spec.severities[row]


def class_of(state: State, wanted: str) -> IncidentClass | None:
    """By name or ID; None where none is named."""
    for known in state.spec.classes:
        if wanted.casefold() in {known.name.casefold(), known.id.casefold()}:
            return known
    if wanted:
        raise XlmatrixError(
            f"the class {wanted!r} is {NOT_KNOWN}", where="class", mend="Use one of the matrix"
        )
    return None


def unknown_class(state: State, cell: Any) -> str | None:
    """What is said of a cell that names no class of the matrix; None for one that does, or none."""
    try:
        class_of(state, text(cell))
    except XlmatrixError as error:
        return error.what
    return None


def class_names(state: State, cells: Sequence[Any]) -> list[str]:
    """The names of classes that cells give by name or ID; "" for none."""
    found = []
    for cell in cells:
        known = None if unknown_class(state, cell) else class_of(state, text(cell))
        found.append(known.name if known else "")
    return found
