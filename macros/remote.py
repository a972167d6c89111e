"""xlmatrix in Excel: functions in cells and the buttons that recalculate.

The work is done by the package xlmatrix; here stands only what Excel shows. Functions compute with
the workbook that a button read last, or with the one this script was built for: press "Read this
workbook" after a change of hours, holidays, targets or owners.
"""

import xlwings as xw
from xlwings import arg, func, script  # route

# package
from xlmatrix.addin import actions, answers
from xlmatrix.addin.bridge import STATES
from xlmatrix.addin.cells import answered


@func
@arg("opened", "raw", doc="When each incident opened: a cell or a column.")
@arg("severity", "raw", doc="Severity of each, such as SEV-1; or a number of minutes.")
@arg("target", "raw", doc="Acknowledge, First response, Resolve ...; unused for minutes.")
@arg("calendar", "raw", doc="A calendar of Hours; left out: the target's own.")
def sla_due(opened, severity, target=None, calendar=None):
    """When each incident is due: the working time of its target after it opened."""
    return answered(lambda: answers.due(STATES.last(), opened, severity, target, calendar))


@func
@arg("started", "raw", doc="When each stretch begins: a cell or a column.")
@arg("ended", "raw", doc="When it ends.")
@arg("calendar", "raw", doc="A calendar of Hours; left out: the first one.")
def sla_elapsed(started, ended, calendar=None):
    """Working minutes between two times; negative where the end is earlier."""
    return answered(lambda: answers.elapsed(STATES.last(), started, ended, calendar))


@func
@arg("due", "raw", doc="When each is due: a cell or a column.")
@arg("done", "raw", doc="When it was done; empty while it is not.")
@arg("as_of", "raw", doc="The time to judge at; left out: the workbook's As of.")
def sla_status(due, done=None, as_of=None):
    """Whether each is met, breached or running; exactly at the deadline is met."""
    return answered(lambda: answers.status(STATES.last(), due, done, as_of))


@func
@arg("opened", "raw", doc="When the incident opened: one cell.")
@arg("severity", "raw", doc="Its severity, such as SEV-1.")
@arg("incident_class", "raw", doc="Its class, by name or ID; left out: no class.")
def sla_ladder(opened, severity, incident_class=None):
    """The escalation ladder of one incident: level, when, whom; a row a call."""
    return answered(lambda: answers.ladder(STATES.last(), opened, severity, incident_class))


@func
@arg("opened", "raw", doc="When each incident opened: a cell or a column.")
@arg("severity", "raw", doc="Severity of each, such as SEV-1.")
@arg("acknowledged", "raw", doc="When it was acknowledged; empty while it is not.")
@arg("incident_class", "raw", doc="Class of each, by name or ID; left out: no class.")
def sla_next(opened, severity, acknowledged=None, incident_class=None):
    """The next escalation after the workbook's As of: when, and whom."""
    return answered(
        lambda: answers.next_call(STATES.last(), opened, severity, acknowledged, incident_class)
    )


@func
@arg("opened", "raw", doc="When it opened: one cell.")
@arg("minutes", "raw", doc="Working minutes until it is due.")
@arg("calendar", "raw", doc="A calendar of Hours; left out: the first one.")
def sla_explain(opened, minutes, calendar=None):
    """Why a deadline is when it is: each stretch that counted or was closed, a row each."""
    return answered(lambda: answers.explain(STATES.last(), opened, minutes, calendar))


@func
@arg("role", "raw", doc="A role of Owners: a cell or a column.")
@arg("when", "raw", doc="When; left out: the workbook's As of.")
def sla_oncall(role, when=None):
    """Who holds each role: by its rotation, else its primary, else the backup."""
    return answered(lambda: answers.on_call(STATES.last(), role, when))


# Hidden sheets of many rows that no button needs.
HIDDEN = ["Calendar", "Week", "Tz", "Policy", "Ladder"]


@script(name="Recalculate escalations", exclude=HIDDEN)
def recalculate_escalations(book: xw.Book):
    """Recompute every clock and compare it with the formulas."""
    actions.run("recalculate", book)


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
