"""The year's drills on their calendar, and when each is planned as its cell stands."""

from __future__ import annotations

from xlmatrix.model.drills import Drills
from xlmatrix.rules.drills import DrillPlan, PlannedDrill, plan_drills
from xlmatrix.rules.policy import calendar_number
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.plan import Value
from xlmatrix.tables.drills import DRILL_PLAN


def plan_of(scene: Scene, drills: Drills) -> tuple[int, DrillPlan]:
    """The number of the drills' calendar, and the plan on it."""
    calendar = calendar_number(scene.spec, drills.calendar)
    return calendar, plan_drills(scene.spec, scene.calendars[calendar - 1])


def planned_at(scene: Scene, drill: PlannedDrill) -> Value:
    """When a drill is planned, as its cell stands."""
    return scene.value(DRILL_PLAN.name, str(drill.number), "Planned", drill.at)


def planned_drills(scene: Scene) -> list[Value]:
    """When each drill is planned; nothing where there are none."""
    drills = scene.spec.drills
    return [planned_at(scene, one) for one in plan_of(scene, drills)[1].drills] if drills else []
