"""xlmatrix in Excel: functions in cells and the buttons that recalculate.

The work is done by the package xlmatrix; here stands only what Excel shows. Functions compute with
the workbook of their cell as a button read it last, or with the one this script was built for.
After a change of hours, holidays, targets or owners press "Read this workbook"; with Policy_Version
as their last argument, functions say so themselves.
"""

import datetime as dt
from typing import Literal

import xlwings as xw
from xlwings import arg, func, ret, script  # route

# package
from xlmatrix.addin import actions, asking, clock
from xlmatrix.addin.bridge import STATES

Target = Literal[
    "Acknowledge",
    "First response",
    "Internal update",
    "First customer update",
    "Next customer update",
    "Contain",
    "Mitigate",
    "Resolve",
    "Review held",
]
Function = Literal[
    "SLA_DUE",
    "SLA_ELAPSED",
    "SLA_STATUS",
    "SLA_LADDER",
    "SLA_NEXT",
    "SLA_EXPLAIN",
    "SLA_ONCALL",
    "SLA_REPORT",
]


# How a cell with a time is shown.
WHEN = "yyyy-mm-dd hh:mm"


def _state(caller):
    """Gives the state of the workbook that holds the cell, as a button read it last."""
    return lambda version: STATES.of_cell("", caller.book_name if caller else "", version)


@func
@arg("opened", "raw", doc="When each incident opened: a cell or a column.")
@arg("severity", "raw", doc="Severity of each, such as SEV-1; or a number of minutes.")
@arg("target", "raw", doc="Acknowledge, First response, Resolve ...; unused for minutes.")
@arg("calendar", "raw", doc="A calendar of Hours; left out: the target's own.")
@arg("policy", "raw", doc="Policy_Version: compute again when the policy changes.")
@ret(date_format=WHEN)
def sla_due(
    opened,
    severity,
    target: Target = None,
    calendar=None,
    policy=None,
    *,
    caller: xw.Caller | None = None,
):
    """When each incident is due: the working time of its target after it opened."""
    return asking.ask_formatted(
        "SLA_DUE", _state(caller), opened, severity, target, calendar, policy
    )


@func
@arg("started", "raw", doc="When each stretch begins: a cell or a column.")
@arg("ended", "raw", doc="When it ends.")
@arg("calendar", "raw", doc="A calendar of Hours; left out: the first one.")
@arg("policy", "raw", doc="Policy_Version: compute again when the policy changes.")
def sla_elapsed(started, ended, calendar=None, policy=None, *, caller: xw.Caller | None = None):
    """Working minutes between two times; negative where the end is earlier."""
    return asking.ask("SLA_ELAPSED", _state(caller), started, ended, calendar, policy)


@func(volatile=True)
@arg("due", "raw", doc="When each is due: a cell or a column.")
@arg("done", "raw", doc="When it was done; empty while it is not.")
@arg("as_of", "raw", doc="The time to judge at; left out: the workbook's As of.")
@arg("policy", "raw", doc="Policy_Version: compute again when the policy changes.")
def sla_status(due, done=None, as_of=None, policy=None, *, caller: xw.Caller | None = None):
    """Whether each is met, breached or running; exactly at the deadline is met."""
    return asking.ask("SLA_STATUS", _state(caller), due, done, as_of, policy)


@func
@arg("opened", "raw", doc="When the incident opened: one cell.")
@arg("severity", "raw", doc="Its severity, such as SEV-1.")
@arg("incident_class", "raw", doc="Its class, by name or ID; left out: no class.")
@arg("policy", "raw", doc="Policy_Version: compute again when the policy changes.")
@ret(date_format=WHEN)
def sla_ladder(
    opened, severity, incident_class=None, policy=None, *, caller: xw.Caller | None = None
):
    """The escalation ladder of one incident: level, when, whom; a row a call."""
    return asking.ask_formatted(
        "SLA_LADDER", _state(caller), opened, severity, incident_class, policy
    )


@func(volatile=True)
@arg("opened", "raw", doc="When each incident opened: a cell or a column.")
@arg("severity", "raw", doc="Severity of each, such as SEV-1.")
@arg("acknowledged", "raw", doc="When it was acknowledged; empty while it is not.")
@arg("incident_class", "raw", doc="Class of each, by name or ID; left out: no class.")
@arg("policy", "raw", doc="Policy_Version: compute again when the policy changes.")
@ret(date_format=WHEN)
def sla_next(
    opened,
    severity,
    acknowledged=None,
    incident_class=None,
    policy=None,
    *,
    caller: xw.Caller | None = None,
):
    """The next escalation after the workbook's As of: when, and whom."""
    return asking.ask(
        "SLA_NEXT", _state(caller), opened, severity, acknowledged, incident_class, policy
    )


@func
@arg("opened", "raw", doc="When it opened: one cell.")
@arg("minutes", "raw", doc="Working minutes until it is due.")
@arg("calendar", "raw", doc="A calendar of Hours; left out: the first one.")
@arg("policy", "raw", doc="Policy_Version: compute again when the policy changes.")
def sla_explain(opened, minutes, calendar=None, policy=None, *, caller: xw.Caller | None = None):
    """Why a deadline is when it is: each stretch that counted or was closed, a row each."""
    return asking.ask("SLA_EXPLAIN", _state(caller), opened, minutes, calendar, policy)


@func(volatile=True)
@arg("role", "raw", doc="A role of Owners: a cell or a column.")
@arg("when", "raw", doc="When; left out: the workbook's As of.")
@arg("policy", "raw", doc="Policy_Version: compute again when the policy changes.")
def sla_oncall(role, when=None, policy=None, *, caller: xw.Caller | None = None):
    """Who holds each role: by its rotation, else its primary, else the backup."""
    return asking.ask("SLA_ONCALL", _state(caller), role, when, policy)


@func(volatile=True)
@arg("obligation", "raw", doc="ID of each obligation, such as gdpr-33: a cell or a column.")
@arg("trigger", "raw", doc="When what it counts from happened; empty while it has not.")
@arg("facts", "raw", doc="personal-data = yes; people-risk = likely; aware = 2026-11-16 8:45")
@arg("reported", "raw", doc="When it was reported; empty while it is not.")
@arg("policy", "raw", doc="Policy_Version: compute again when the policy changes.")
@ret(date_format=WHEN)
def sla_report(
    obligation,
    trigger=None,
    facts=None,
    reported=None,
    policy=None,
    *,
    caller: xw.Caller | None = None,
):
    """When each report is due, safely and by law, how it stands, and why: four columns."""
    return asking.ask_formatted(
        "SLA_REPORT", _state(caller), obligation, trigger, facts, reported, policy
    )


@func(volatile=True)
@arg("which", "raw", doc="The function that shows an error, such as SLA_DUE.")
@arg("first", "raw", doc="What the function was given there.")
@arg("second", "raw", doc="What the function was given there.")
@arg("third", "raw", doc="What the function was given there.")
@arg("fourth", "raw", doc="What the function was given there.")
@arg("fifth", "raw", doc="What the function was given there.")
def sla_why(
    which: Function,
    first=None,
    second=None,
    third=None,
    fourth=None,
    fifth=None,
    *,
    caller: xw.Caller | None = None,
):
    """Why a function shows an error: give its name, and then what you gave it."""
    return asking.why(_state(caller), which, first, second, third, fourth, fifth)


# Where the route streams: what a stream needs comes as its arguments; no workbook is asked.
@func
@arg("due", "raw", doc="When each is due, on the wall clock of the zone: a cell or a column.")
@arg("zone", "raw", doc="The time zone, such as Europe/Berlin.")
async def sla_clock(due, zone):
    """Minutes left until each is due, by a clock that runs; negative when it is late."""
    async for left in clock.minutes_left(due, zone):
        yield left


# Hidden sheets of many rows that no button needs.
HIDDEN = ["Calendar", "Week", "Tz", "Policy", "Ladder"]


@script(name="Recalculate escalations", exclude=HIDDEN)
def recalculate_escalations(book: xw.Book):
    """Recompute every clock and compare it with the formulas."""
    actions.run("recalculate", book)


@script(name="Recalculate as of", exclude=HIDDEN)
def recalculate_as_of(book: xw.Book, as_of: dt.datetime):
    """Recompute every clock as of a time on the wall clock of the matrix."""
    actions.run("recalculate", book, as_of)


@script(name="Validate matrix", exclude=HIDDEN)
def validate_matrix(book: xw.Book):
    """List everything wrong or doubtful about the matrix."""
    actions.run("validate", book)


@script(name="Import incidents", exclude=HIDDEN)
def import_incidents(book: xw.Book):
    """Add the incidents of an export pasted on the sheet Import."""
    actions.run("import_incidents", book)


@script(name="Read this workbook", exclude=HIDDEN)
def read_this_workbook(book: xw.Book):
    """Let the functions compute with this workbook as it is now."""
    actions.run("read", book)


# Where no page stands beside the workbook: one stamp at a time, by a form.
Stamp = Literal[
    "acknowledged",
    "responded",
    "contained",
    "mitigated",
    "resolved",
    "customer-update",
    "internal-update",
]


@script(name="Stamp an incident", exclude=HIDDEN)
def stamp_incident(book: xw.Book, stamp: Stamp, incident: str = ""):
    """Write one stamp into one empty cell; without an ID, of the incident in the selected row."""
    actions.run("stamp", book, stamp, incident)
