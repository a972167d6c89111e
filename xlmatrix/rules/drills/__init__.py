"""Drills: the plan of a year, and how a drill that was held is judged."""

from __future__ import annotations

from xlmatrix.rules.drills.dates import drill_days
from xlmatrix.rules.drills.plan import DrillPlan, Gap, PlannedDrill, plan_drills
from xlmatrix.rules.drills.scenarios import Rehearsal, rehearsals
from xlmatrix.rules.drills.seats import Seat

__all__ = [
    "DrillPlan",
    "Gap",
    "PlannedDrill",
    "Rehearsal",
    "Seat",
    "drill_days",
    "plan_drills",
    "rehearsals",
]
