"""The functions that desktop Excel offers in cells: thin xlwings wrappers over the answers.

Give them whole columns: one call for a thousand rows is hundreds of times faster than a thousand
calls. They read calendars, targets and owners of the workbook that holds the cell, as edited. Times
are the workbook's wall-clock times; format the cells as dates. Without a key, and elsewhere than on
Windows, the decorators do nothing, and the functions are plain Python.
"""

from __future__ import annotations

from typing import Any

import xlwings as xw
from xlwings.conversion import ValueAccessor

from xlmatrix.addin import asking
from xlmatrix.addin.asking import StateOf
from xlmatrix.addin.bridge import STATES, State
from xlmatrix.addin.cells import Grid


class Used(ValueAccessor):
    """Reads of a range what its sheet uses: a whole column is a million cells, nearly all empty."""

    @staticmethod
    def reader(options: Any) -> Any:
        """The steps of reading, of which the first cuts the range."""
        return ValueAccessor.reader(options).prepend_stage(_cut)  # type: ignore[no-untyped-call]


def _cut(context: Any) -> None:
    """Take the range of an argument down to the last row and column that its sheet uses."""
    area = context.range
    if area is None:
        return
    height, width = area.shape
    if height < _SHEET_ROWS and width < _SHEET_COLUMNS:
        return
    used = area.sheet.used_range
    bottom, right = used.row + used.shape[0] - 1, used.column + used.shape[1] - 1
    last = (
        max(area.row, min(bottom, area.row + height - 1)),
        max(area.column, min(right, area.column + width - 1)),
    )
    context.range = area.sheet.range((area.row, area.column), last)


_SHEET_ROWS, _SHEET_COLUMNS = 1_048_576, 16_384
_RANGE: dict[str, Any] = {"convert": Used, "ndim": 2, "err_to_str": True}
_POLICY: dict[str, Any] = {
    "doc": "Policy_Version: computes again when the policy changes."
} | _RANGE
_GIVEN: dict[str, Any] = {"doc": "What the function was given there."} | _RANGE


def _state(caller: Any) -> StateOf:
    """Gives the state of the workbook with the calling cell, else of the active one."""

    def state_of(version: Any) -> State:
        if caller is not None:
            return STATES.of(caller.sheet.book, version)
        try:
            book = xw.books.active
        except Exception:  # noqa: BLE001 - each engine has its own way to say that there is none
            return STATES.last()
        return STATES.of(book, version)

    return state_of


@xw.func(category="xlmatrix")
@xw.arg("opened", doc="When each incident opened: a cell or a column.", **_RANGE)
@xw.arg("severity", doc="Severity of each, such as SEV-1; or a number of minutes.", **_RANGE)
@xw.arg("target", doc="Acknowledge, First response, Resolve ...; unused for minutes.", **_RANGE)
@xw.arg("calendar", doc="A calendar of Hours; left out: the target's own.", **_RANGE)
@xw.arg("policy", **_POLICY)
def SLA_DUE(  # noqa: N802
    opened: Any,
    severity: Any,
    target: Any = None,
    calendar: Any = None,
    policy: Any = None,
    caller: Any = None,
) -> Grid:
    """When each incident is due: the working time of its target after it opened."""
    return asking.ask("SLA_DUE", _state(caller), opened, severity, target, calendar, policy)


@xw.func(category="xlmatrix")
@xw.arg("started", doc="When each stretch begins: a cell or a column.", **_RANGE)
@xw.arg("ended", doc="When it ends.", **_RANGE)
@xw.arg("calendar", doc="A calendar of Hours; left out: the first one.", **_RANGE)
@xw.arg("policy", **_POLICY)
def SLA_ELAPSED(  # noqa: N802
    started: Any, ended: Any, calendar: Any = None, policy: Any = None, caller: Any = None
) -> Grid:
    """Working minutes between two times; negative where the end is earlier."""
    return asking.ask("SLA_ELAPSED", _state(caller), started, ended, calendar, policy)


@xw.func(category="xlmatrix", volatile=True)
@xw.arg("due", doc="When each is due: a cell or a column.", **_RANGE)
@xw.arg("done", doc="When it was done; empty while it is not.", **_RANGE)
@xw.arg("as_of", doc="The time to judge at; left out: the workbook's As of.", **_RANGE)
@xw.arg("policy", **_POLICY)
def SLA_STATUS(  # noqa: N802
    due: Any, done: Any = None, as_of: Any = None, policy: Any = None, caller: Any = None
) -> Grid:
    """Whether each is met, breached or running; exactly at the deadline is met."""
    return asking.ask("SLA_STATUS", _state(caller), due, done, as_of, policy)


@xw.func(category="xlmatrix")
@xw.arg("opened", doc="When the incident opened: one cell.", **_RANGE)
@xw.arg("severity", doc="Its severity, such as SEV-1.", **_RANGE)
@xw.arg("incident_class", doc="Its class, by name or ID; left out: no class.", **_RANGE)
@xw.arg("policy", **_POLICY)
def SLA_LADDER(  # noqa: N802
    opened: Any, severity: Any, incident_class: Any = None, policy: Any = None, caller: Any = None
) -> Grid:
    """The escalation ladder of one incident: level, when, whom; a row a call."""
    return asking.ask("SLA_LADDER", _state(caller), opened, severity, incident_class, policy)


@xw.func(category="xlmatrix", volatile=True)
@xw.arg("opened", doc="When each incident opened: a cell or a column.", **_RANGE)
@xw.arg("severity", doc="Severity of each, such as SEV-1.", **_RANGE)
@xw.arg("acknowledged", doc="When it was acknowledged; empty while it is not.", **_RANGE)
@xw.arg("incident_class", doc="Class of each, by name or ID; left out: no class.", **_RANGE)
@xw.arg("policy", **_POLICY)
def SLA_NEXT(  # noqa: N802
    opened: Any,
    severity: Any,
    acknowledged: Any = None,
    incident_class: Any = None,
    policy: Any = None,
    caller: Any = None,
) -> Grid:
    """The next escalation after the workbook's As of: when, and whom."""
    given = (opened, severity, acknowledged, incident_class, policy)
    return asking.ask("SLA_NEXT", _state(caller), *given)


@xw.func(category="xlmatrix")
@xw.arg("opened", doc="When it opened: one cell.", **_RANGE)
@xw.arg("minutes", doc="Working minutes until it is due.", **_RANGE)
@xw.arg("calendar", doc="A calendar of Hours; left out: the first one.", **_RANGE)
@xw.arg("policy", **_POLICY)
def SLA_EXPLAIN(  # noqa: N802
    opened: Any, minutes: Any, calendar: Any = None, policy: Any = None, caller: Any = None
) -> Grid:
    """Why a deadline is when it is: each stretch that counted or was closed, a row each."""
    return asking.ask("SLA_EXPLAIN", _state(caller), opened, minutes, calendar, policy)


@xw.func(category="xlmatrix", volatile=True)
@xw.arg("role", doc="A role of Owners: a cell or a column.", **_RANGE)
@xw.arg("when", doc="When; left out: the workbook's As of.", **_RANGE)
@xw.arg("policy", **_POLICY)
def SLA_ONCALL(role: Any, when: Any = None, policy: Any = None, caller: Any = None) -> Grid:  # noqa: N802
    """Who holds each role: by its rotation, else its primary, else the backup."""
    return asking.ask("SLA_ONCALL", _state(caller), role, when, policy)


@xw.func(category="xlmatrix", volatile=True)
@xw.arg("obligation", doc="ID of each obligation, such as gdpr-33: a cell or a column.", **_RANGE)
@xw.arg("trigger", doc="When what it counts from happened; empty while it has not.", **_RANGE)
@xw.arg("facts", doc="personal-data = yes; people-risk = likely; aware = 2026-11-16 8:45", **_RANGE)
@xw.arg("reported", doc="When it was reported; empty while it is not.", **_RANGE)
@xw.arg("policy", **_POLICY)
def SLA_REPORT(  # noqa: N802
    obligation: Any,
    trigger: Any = None,
    facts: Any = None,
    reported: Any = None,
    policy: Any = None,
    caller: Any = None,
) -> Grid:
    """When each report is due, safely and by law, how it stands, and why: four columns."""
    given = (obligation, trigger, facts, reported, policy)
    return asking.ask("SLA_REPORT", _state(caller), *given)


@xw.func(category="xlmatrix", volatile=True)
@xw.arg("which", doc="The function that shows an error, such as SLA_DUE.", **_RANGE)
@xw.arg("first", **_GIVEN)
@xw.arg("second", **_GIVEN)
@xw.arg("third", **_GIVEN)
@xw.arg("fourth", **_GIVEN)
@xw.arg("fifth", **_GIVEN)
def SLA_WHY(  # noqa: N802, PLR0917
    which: Any,
    first: Any = None,
    second: Any = None,
    third: Any = None,
    fourth: Any = None,
    fifth: Any = None,
    caller: Any = None,
) -> Grid:
    """Why a function shows an error: give its name, and then what you gave it."""
    return asking.why(_state(caller), which, first, second, third, fourth, fifth)
