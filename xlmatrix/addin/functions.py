"""The functions that desktop Excel offers in cells: thin xlwings wrappers over the answers.

Give them whole columns: one call for a thousand rows is hundreds of times faster than a thousand
calls. They read calendars, targets and owners of the workbook that holds the cell, as edited. Times
are the workbook's wall-clock times; format the cells as dates. Without a key, and elsewhere than on
Windows, the decorators do nothing, and the functions are plain Python.
"""

from __future__ import annotations

from typing import Any

import xlwings as xw

from xlmatrix.addin import answers
from xlmatrix.addin.bridge import STATES, State
from xlmatrix.addin.cells import Grid, answered

_RANGE: dict[str, Any] = {"ndim": 2, "err_to_str": True}


def _state(caller: Any) -> State:
    """The state of the workbook with the calling cell, else of the active one."""
    if caller is not None:
        return STATES.of(caller.sheet.book)
    try:
        book = xw.books.active
    except Exception:  # noqa: BLE001 - each engine has its own way to say that there is none
        return STATES.last()
    return STATES.of(book)


@xw.func(category="xlmatrix")
@xw.arg("opened", doc="When each incident opened: a cell or a column.", **_RANGE)
@xw.arg("severity", doc="Severity of each, such as SEV-1; or a number of minutes.", **_RANGE)
@xw.arg("target", doc="Acknowledge, First response, Resolve ...; unused for minutes.", **_RANGE)
@xw.arg("calendar", doc="A calendar of Hours; left out: the target's own.", **_RANGE)
def SLA_DUE(  # noqa: N802
    opened: Any, severity: Any, target: Any = None, calendar: Any = None, caller: Any = None
) -> Grid:
    """When each incident is due: the working time of its target after it opened."""
    return answered(lambda: answers.due(_state(caller), opened, severity, target, calendar))


@xw.func(category="xlmatrix")
@xw.arg("started", doc="When each stretch begins: a cell or a column.", **_RANGE)
@xw.arg("ended", doc="When it ends.", **_RANGE)
@xw.arg("calendar", doc="A calendar of Hours; left out: the first one.", **_RANGE)
def SLA_ELAPSED(started: Any, ended: Any, calendar: Any = None, caller: Any = None) -> Grid:  # noqa: N802
    """Working minutes between two times; negative where the end is earlier."""
    return answered(lambda: answers.elapsed(_state(caller), started, ended, calendar))


@xw.func(category="xlmatrix")
@xw.arg("due", doc="When each is due: a cell or a column.", **_RANGE)
@xw.arg("done", doc="When it was done; empty while it is not.", **_RANGE)
@xw.arg("as_of", doc="The time to judge at; left out: the workbook's As of.", **_RANGE)
def SLA_STATUS(due: Any, done: Any = None, as_of: Any = None, caller: Any = None) -> Grid:  # noqa: N802
    """Whether each is met, breached or running; exactly at the deadline is met."""
    return answered(lambda: answers.status(_state(caller), due, done, as_of))


@xw.func(category="xlmatrix")
@xw.arg("opened", doc="When the incident opened: one cell.", **_RANGE)
@xw.arg("severity", doc="Its severity, such as SEV-1.", **_RANGE)
@xw.arg("incident_class", doc="Its class, by name or ID; left out: no class.", **_RANGE)
def SLA_LADDER(  # noqa: N802
    opened: Any, severity: Any, incident_class: Any = None, caller: Any = None
) -> Grid:
    """The escalation ladder of one incident: level, when, whom; a row a call."""
    return answered(lambda: answers.ladder(_state(caller), opened, severity, incident_class))


@xw.func(category="xlmatrix")
@xw.arg("opened", doc="When each incident opened: a cell or a column.", **_RANGE)
@xw.arg("severity", doc="Severity of each, such as SEV-1.", **_RANGE)
@xw.arg("acknowledged", doc="When it was acknowledged; empty while it is not.", **_RANGE)
@xw.arg("incident_class", doc="Class of each, by name or ID; left out: no class.", **_RANGE)
def SLA_NEXT(  # noqa: N802
    opened: Any,
    severity: Any,
    acknowledged: Any = None,
    incident_class: Any = None,
    caller: Any = None,
) -> Grid:
    """The next escalation after the workbook's As of: when, and whom."""
    return answered(
        lambda: answers.next_call(_state(caller), opened, severity, acknowledged, incident_class)
    )


@xw.func(category="xlmatrix")
@xw.arg("opened", doc="When it opened: one cell.", **_RANGE)
@xw.arg("minutes", doc="Working minutes until it is due.", **_RANGE)
@xw.arg("calendar", doc="A calendar of Hours; left out: the first one.", **_RANGE)
def SLA_EXPLAIN(opened: Any, minutes: Any, calendar: Any = None, caller: Any = None) -> Grid:  # noqa: N802
    """Why a deadline is when it is: each stretch that counted or was closed, a row each."""
    return answered(lambda: answers.explain(_state(caller), opened, minutes, calendar))


@xw.func(category="xlmatrix")
@xw.arg("role", doc="A role of Owners: a cell or a column.", **_RANGE)
@xw.arg("when", doc="When; left out: the workbook's As of.", **_RANGE)
def SLA_ONCALL(role: Any, when: Any = None, caller: Any = None) -> Grid:  # noqa: N802
    """Who holds each role: by its rotation, else its primary, else the backup."""
    return answered(lambda: answers.on_call(_state(caller), role, when))
