"""The spec: what a matrix owner writes in YAML, as frozen, checked models."""

from __future__ import annotations

from xlmatrix.spec.calendars import (
    build_calendar,
    day_seconds,
    holiday_dates,
    public_holidays,
    weekly_hours,
)
from xlmatrix.spec.drills import WEEKDAYS, Answering, Drills, Inject, Scenario, SimulationSpec
from xlmatrix.spec.duration import UNITS, Duration
from xlmatrix.spec.guides import GUIDES, Checklist, Comms, Guide
from xlmatrix.spec.loader import Loaded, check_spec, load, loads, read_text
from xlmatrix.spec.models import SPEC_VERSION, IncidentClass, MatrixSpec
from xlmatrix.spec.modifiers import QUESTIONS, Answers, Question, apply_modifiers
from xlmatrix.spec.parts import (
    FUNCTIONS,
    CalendarSpec,
    DefaultOwners,
    Function,
    Holidays,
    Horizon,
    ImportMapping,
    Owners,
    Person,
    Policy,
    Role,
    Scope,
)
from xlmatrix.spec.severity import CADENCES, TARGETS, Severity, Step, Target, TargetName, Targets
from xlmatrix.spec.taxonomy import FRAMEWORKS, AlwaysAdd, Framework, Mappings, RaciRow
from xlmatrix.spec.vendors import Bounds, Retirement, SupportResponse, Vendor
from xlmatrix.spec.writer import dump

__all__ = [
    "CADENCES",
    "FRAMEWORKS",
    "FUNCTIONS",
    "GUIDES",
    "QUESTIONS",
    "SPEC_VERSION",
    "TARGETS",
    "UNITS",
    "WEEKDAYS",
    "AlwaysAdd",
    "Answering",
    "Answers",
    "Bounds",
    "CalendarSpec",
    "Checklist",
    "Comms",
    "DefaultOwners",
    "Drills",
    "Duration",
    "Framework",
    "Function",
    "Guide",
    "Holidays",
    "Horizon",
    "ImportMapping",
    "IncidentClass",
    "Inject",
    "Loaded",
    "Mappings",
    "MatrixSpec",
    "Owners",
    "Person",
    "Policy",
    "Question",
    "RaciRow",
    "Retirement",
    "Role",
    "Scenario",
    "Scope",
    "Severity",
    "SimulationSpec",
    "Step",
    "SupportResponse",
    "Target",
    "TargetName",
    "Targets",
    "Vendor",
    "apply_modifiers",
    "build_calendar",
    "check_spec",
    "day_seconds",
    "dump",
    "holiday_dates",
    "load",
    "loads",
    "public_holidays",
    "read_text",
    "weekly_hours",
]
