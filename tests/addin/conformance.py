"""Questions that every route into Excel answers alike, each with the answer worked out by hand.

A rule that lands extends :data:`QUESTIONS` (and :data:`LOG`, where an incident is asked about): it
is then asked of the sheet's formulas, of the command line, of Python, of the VBA, of xlwings Lite
and of the server. ``column`` names where the sheet says the same of an incident, and ``told`` where
``xlmatrix explain`` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from tests.addin.test_functions import serial
from tests.addin.test_who import PRIYA, TOM, VIKTOR

AS_OF: Final = "2026-11-16 09:07"
#: Incidents of the matrix with a handover at nine on Monday, by their number in Excel's words.
LOG: Final = """\
id,opened,title,class,severity,acknowledged
E1,2026-11-16 08:45,a step at the handover,REL-01,SEV-1,
E3,2026-11-16 08:40,acknowledged at the step,REL-01,SEV-1,2026-11-16 08:55
W1,2026-11-13 16:30,over a weekend,QLT-01,SEV-2,
Z1,2026-10-25 02:30,in the hour that comes twice,REL-01,SEV-1,
"""
#: Reports of those incidents, and what happened when, as CSVs beside the log.
NOTICES: Final = """\
incident,obligation,trigger,reported
E1,gdpr-33,2026-11-16 08:45,
E1,contract-example,2026-11-14 12:00,2026-11-14 18:00
E3,dora-19-initial,,
E3,gdpr-33,2026-11-14 12:00,
"""
MOMENTS: Final = """\
incident,what,when,answer
E1,personal-data,,yes
E1,people-risk,,likely
E3,aware,2026-11-16 08:30,
"""
OBLIGATIONS: Final = """\
obligations:
  decider: quality
  scope: {gdpr: controller, dora: credit, eu-member: DE}
  rules: [gdpr-33, gdpr-34, dora-19-initial, contract-example]
"""
MET, BREACHED, RUNNING = "met", "breached", "running"


def at(text: str) -> float:
    """A time of the matrix as a cell holds it."""
    return serial(datetime.fromisoformat(text))


@dataclass(frozen=True)
class Question:
    """A call of a function, what it shows, and where else the same is said."""

    name: str
    function: str
    given: tuple[Any, ...]
    shows: Any
    incident: str = ""
    column: str = ""
    told: str = ""
    obligation: str = ""

    @property
    def grid(self) -> list[list[Any]]:
        """What the cells show: one, or a row each."""
        return self.shows if isinstance(self.shows, list) else [[self.shows]]


def due(name: str, target: str, shows: str, incident: str, opened: str, severity: str) -> Question:
    """A deadline of an incident, which sheet and command line know as well."""
    given = (at(opened), severity, target)
    return Question(name, "SLA_DUE", given, at(shows), incident, f"{target} due", target)


def reported(
    name: str, given: tuple[Any, ...], shows: tuple[str, str, str, str], incident: str
) -> Question:
    """A report of an incident, which sheet and command line know as well."""
    safe, law, state, detail = shows
    cells = [[at(safe), at(law), state, detail]]
    columns = "Safe due,Due by law,State,Detail"
    return Question(name, "SLA_REPORT", given, cells, incident, columns, "report", given[0])


E1, W1, Z1 = "2026-11-16 08:45", "2026-11-13 16:30", "2026-10-25 02:30"
QUESTIONS: Final = (
    # --- deadlines: calendars, holidays, days, zones
    due("around the clock", "Acknowledge", "2026-11-16 08:50", "E1", E1, "SEV-1"),
    due("a day around the clock", "Resolve", "2026-11-17 08:45", "E1", E1, "SEV-1"),
    due("an hour that ends at close", "Acknowledge", "2026-11-13 17:30", "W1", W1, "SEV-2"),
    due("two business days", "Contain", "2026-11-17 16:30", "W1", W1, "SEV-2"),
    due("after the earlier pass of the hour", "Acknowledge", "2026-10-25 02:35", "Z1", Z1, "SEV-1"),
    due("four hours on, the wall shows three", "Mitigate", "2026-10-25 05:30", "Z1", Z1, "SEV-1"),
    Question("minutes of a calendar", "SLA_DUE", (at(W1), 240, None, "Business hours"),
             at("2026-11-16 12:00")),
    Question("a column", "SLA_DUE", ([[at(E1)], [at(W1)]], [["SEV-1"], ["SEV-2"]], "Acknowledge"),
             [[at("2026-11-16 08:50")], [at("2026-11-13 17:30")]]),
    # --- what is not answered
    Question("no such severity", "SLA_DUE", (at(E1), "SEV-9", "Resolve"), "#N/A"),
    Question("an error passes", "SLA_DUE", ("#REF!", "SEV-1", "Resolve"), "#REF!"),
    Question("another error passes", "SLA_DUE", (at(E1), "#DIV/0!", "Resolve"), "#DIV/0!"),
    Question("no time", "SLA_DUE", ("soon", "SEV-1", "Resolve"), "#VALUE!"),
    Question("beyond the calendars", "SLA_DUE", (at("2031-01-01"), "SEV-1", "Resolve"), "#NUM!"),
    Question("an empty cell", "SLA_DUE", (None, "SEV-1", "Resolve"), ""),
    Question("why not", "SLA_WHY", ("SLA_DUE", "soon", "SEV-1", "Resolve"), "not a date and time"),
    Question("nothing to explain", "SLA_WHY", ("SLA_DUE", at(E1), "SEV-1", "Resolve"), ""),
    # --- time between, and judgements
    Question("backwards", "SLA_ELAPSED", (at("2026-11-16 10:00"), at(W1), "Business hours"),
             -120.0),
    Question("at the deadline", "SLA_STATUS", (at(E1), at(E1)), MET),
    Question("a second later", "SLA_STATUS", (at(E1), at(E1) + 1 / 86400), BREACHED),
    Question("as of the workbook", "SLA_STATUS", (at("2026-11-16 08:50"),), BREACHED),
    Question("not yet", "SLA_STATUS", (at(AS_OF),), RUNNING),
    Question("without a calendar", "SLA_STATUS", (at("2050-01-01"),), RUNNING),
    Question("an error is no status", "SLA_STATUS", ("#N/A",), "#N/A"),
    # --- owners at the instant: Tom until nine, then Viktor
    Question("before the handover", "SLA_ONCALL", ("On-call", at("2026-11-16 08:59:59")),
             "Tom Weiss"),
    Question("at the handover", "SLA_ONCALL", ("On-call", at("2026-11-16 09:00")),
             "Viktor Hansen"),
    Question("now", "SLA_ONCALL", ("On-call",), "Viktor Hansen"),
    Question("who is called next", "SLA_NEXT", (at(E1), "SEV-1", None, "REL-01"),
             [[at("2026-11-16 09:15"), "Tom Weiss (call)"]], "E1", "Next call at,Next call"),
    Question("whom the ladder calls", "SLA_LADDER", (at(E1), "SEV-1", "REL-01"),
             [[1, at(E1), TOM], [1, at("2026-11-16 09:00"), PRIYA],
              [2, at("2026-11-16 09:05"), VIKTOR],
              [3, at("2026-11-16 09:15"), "Tom Weiss (call)"], [2, at("2026-11-16 09:45"), VIKTOR],
              ["Exhausted", at("2026-11-16 09:55"), "Exhausted: call the executive sponsor"]],
             "E1", "", "ladder"),
    # --- reports: 72 hours by the clock, 24 hours after awareness, what is not answered
    reported("72 hours", ("gdpr-33", at(E1), "personal-data = yes; people-risk = likely"),
             ("2026-11-19 08:45", "2026-11-19 08:45", "Running", "running"), "E1"),
    reported("a fact is open", ("GDPR-33", at("2026-11-14 12:00")),
             ("2026-11-17 12:00", "2026-11-17 12:00", "Running",
              "running, provisional; no answer yet: personal-data"), "E3"),
    reported("a moment is missing", ("dora-19-initial", None, "aware = 2026-11-16 08:30"),
             ("2026-11-17 08:30", "2026-11-17 08:30", "Running",
              "running, provisional; no time yet: classified"), "E3"),
    reported("told in time",
             ("contract-example", at("2026-11-14 12:00"), "", at("2026-11-14 18:00")),
             ("2026-11-15 12:00", "2026-11-15 12:00", "Done", "met"), "E1"),
    Question("a column of reports", "SLA_REPORT",
             ([["gdpr-33"], ["nis2"], [None]], at(E1), "personal-data = no"),
             [["", "", "No clock", "does not apply; by the answer to personal-data"],
              ["#N/A", "", "", ""], ["", "", "", ""]]),
    Question("why no report", "SLA_WHY", ("SLA_REPORT", "gdpr-33", at(E1), "people-risk = maybe"),
             [["'maybe' is no answer of 'people-risk'. Use unlikely, likely, high.",
               "", "", ""]]),
    Question("the last line of the account", "SLA_EXPLAIN", (at(W1), 60, "Business hours"),
             [["due Fri 2026-11-13 17:30 (Europe/Berlin)"]]),
)  # fmt: skip


def differences(question: Question, found: Any) -> str:
    """What a route shows otherwise; "" where it shows the same."""
    grid = found if isinstance(found, list) else [[found]]
    if question.function == "SLA_EXPLAIN":
        grid = grid[-1:]
    flat, wanted = ([cell for row in rows for cell in row] for rows in (grid, question.grid))
    alike = len(flat) == len(wanted) and all(map(_same, flat, wanted))
    return "" if alike else f"{question.name}: {_shown(flat)} instead of {_shown(wanted)}"


def _same(one: Any, other: Any) -> bool:
    one, other = ("" if cell is None else cell for cell in (one, other))
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) < 0.5 / 86400
    return bool(str(one) == str(other))


def _shown(cells: list[Any]) -> str:
    return ", ".join(
        f"{datetime(1899, 12, 30) + timedelta(days=cell):%Y-%m-%d %H:%M:%S}"
        if isinstance(cell, float) and cell > 40_000
        else repr(cell)
        for cell in cells
    )
