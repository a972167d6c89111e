"""Pure business time: hours, holidays, zones, the clock and the ledger that explains a deadline.

Knows nothing of workbooks; numpy and the standard library are all it uses.
"""

from __future__ import annotations

from xlmatrix.worktime.calendar import Calendar
from xlmatrix.worktime.hours import WeeklyHours, parse_hours
from xlmatrix.worktime.ledger import Ledger, LedgerRow
from xlmatrix.worktime.pauses import PausedDue, Pauses, due_with_pauses, net_worked, running_max
from xlmatrix.worktime.severity import CHANGE_POLICIES, ChangePolicyName, Changes, due_after_changes
from xlmatrix.worktime.shifts import HolidayMode
from xlmatrix.worktime.times import NEVER
from xlmatrix.worktime.zones import Zone

__all__ = [
    "CHANGE_POLICIES",
    "NEVER",
    "Calendar",
    "ChangePolicyName",
    "Changes",
    "HolidayMode",
    "Ledger",
    "LedgerRow",
    "PausedDue",
    "Pauses",
    "WeeklyHours",
    "Zone",
    "due_after_changes",
    "due_with_pauses",
    "net_worked",
    "parse_hours",
    "running_max",
]
