"""The titles of every sheet that a workbook has or may get."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Title(StrEnum):
    """A sheet of ours, in the order in which a manager reads, hidden ones last."""

    START = "Start"
    MATRIX = "Matrix"
    INCIDENTS = "Incidents"
    HEALTH = "Health"
    CLOCK_CARD = "Clock card"
    PAUSES = "Pauses"
    SEVERITY_CHANGES = "Severity changes"
    REOPENED = "Reopened"
    POLICY_COMPARE = "Policy compare"
    POLICY_HISTORY = "Policy history"
    ACCESS = "Access"
    REPORT_NOW = "Report now"
    OBLIGATIONS = "Obligations"
    SCOPE = "Scope"
    REPORTING_RULES = "Reporting rules"
    ON_CALL = "On-call"
    COVERAGE = "Coverage"
    TRIAGE = "Triage"
    CLASSES = "Classes"
    FRAMEWORKS = "Frameworks"
    RACI = "RACI"
    DRILLS = "Drills"
    DRILL_SEATS = "Drill seats"
    DRILL_RESULTS = "Drill results"
    DRILL_ACTIONS = "Drill actions"
    DRILL_CARDS = "Drill cards"
    DRILL_PLAYERS = "Drill players"
    SCENARIOS = "Scenarios"
    SIMULATION = "Simulation"
    VENDORS = "Vendors"
    CHECKLIST = "Checklist"
    COMMS = "Comms"
    CONTROLS_REVIEW = "Controls review"
    CONTROL_TESTS = "Control tests"
    INJECTION_PLAN = "Injection plan"
    CHANGE_MANAGEMENT = "Change management"
    IMPLEMENTATION_AUDIT = "Implementation audit"
    OWNERS = "Owners"
    HOURS = "Hours"
    HOLIDAYS = "Holidays"
    LISTS = "Lists"
    DASHBOARD = "Dashboard"
    CHANGES = "Changes"
    RECALCULATED = "Recalculated"
    AUDIT = "Audit"
    VALIDATION = "Validation"
    IMPORT = "Import"
    TZ = "Tz"
    WEEK = "Week"
    CALENDAR = "Calendar"
    POLICY = "Policy"
    LADDER = "Ladder"
    ROTA = "Rota"
    ID_LINE = "ID line"
    EVENT_LINE = "Event line"
    PAUSE_LINE = "Pause line"
    EVENT_CLOCKS = "Event clocks"
    PAUSE_CLOCKS = "Pause clocks"
    WORKDAYS = "Workdays"
    REPORTS = "Reports"
    POLICY_VERSION = "Policy version"
    STAMP = "Stamp"
    XLMATRIX = "xlmatrix"
    XLWINGS_CONF = "xlwings.conf"


#: One that Excel keeps for itself.
EXCELS_OWN: Final = "history"
_RESERVED: Final = frozenset({EXCELS_OWN, *(title.casefold() for title in Title)})


def is_reserved(title: str) -> bool:
    """Whether a sheet of that title is ours or Excel's, so that no severity may have it."""
    return title.casefold() in _RESERVED
